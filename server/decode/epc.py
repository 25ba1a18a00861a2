"""EPC: what an RFID tag says, as hexadecimal digits or as a URI. Gives the same `Label` as a printed code.

SGTIN, SSCC, SGLN, GRAI, GIAI and GID in all their binary lengths, and the URIs of these and of LGTIN (a lot). Source:
GS1 Tag Data Standard 1.13, 6.3 (URIs), 14 (binary coding). Any twelve ASCII digits look like one of these headers, so
a number that decodes is advice, never proof: the catalogue has to know what it names. What is readable ASCII as a whole
is somebody's own text, and is not taken for one.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from server.decode.gs1 import Label, check_digit_of

_URI = re.compile(
    r"urn:epc:(?:id|idpat|class|tag):(sgtin|sscc|sgln|lgtin|grai|giai)(?:-\d+:[0-7])?[:.](\d{6,12})\.([^.\s]*)(?:\.(\S+))?"
)
# Bits of the company prefix by partition value, and its digits: 12 down to 6 (Tables 14-2, 14-5, 14-8).
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
# Of each binary header: its kind, the bits of prefix and reference together and how many digits both have, the bits of
# the serial, and whether that is seven-bit letters. A GIAI has no serial; its reference takes all that is left.
_KINDS = {
    0x30: ("sgtin", 44, 13, 38, False),
    0x36: ("sgtin", 44, 13, 140, True),
    0x31: ("sscc", 58, 17, 24, False),
    0x32: ("sgln", 41, 12, 41, False),
    0x39: ("sgln", 41, 12, 140, True),
    0x33: ("grai", 44, 12, 38, False),
    0x37: ("grai", 44, 12, 112, True),
    0x34: ("giai", 82, 25, 0, False),
    0x38: ("giai", 188, 99, 0, True),
}
_GID = 0x35
_DIGITS: dict[str, tuple[int, ...]] = {"30": (24,), "31": (24,), "32": (24,), "33": (24,), "34": (24,), "35": (24,)}
_DIGITS |= {"36": (50, 52), "37": (44,), "38": (52, 54), "39": (50, 52)}
_ESCAPES = {ord(one): f"%{ord(one):02X}" for one in '"%&/<>?'}  # Table A-1


def may_be_one(text):
    """A cheap look, for texts that are nearly always something else."""
    if text[:8].lower() == "urn:epc:":
        return True
    if len(text) not in _DIGITS.get(text[:2], ()):
        return False
    return text[:2] in ("30", "31", "32", "36") or not text.isdigit()  # element strings begin with numbers too


@lru_cache(maxsize=16384)
def read(text):
    """The `Label` of an EPC, or None. Readers repeat the same tags, so it is remembered."""
    parts = _of_uri(text) if text[:4].lower() == "urn:" else _of_hex(text)
    return parts and _label(text, *parts)


def _of_uri(text):
    """(kind, company prefix, reference, serial) of a URI; a pattern (`*`) has no serial."""
    found = _URI.fullmatch(text[:8].lower() + text[8:])
    if not found:
        return None
    kind, prefix, reference, serial = found.groups()
    return kind, prefix, reference, None if serial in (None, "*") else unquote(serial)


def _of_hex(text):
    bits = _bits(text)
    header = int(bits[:8], 2) if bits else 0
    if header not in _KINDS or int(bits[11:14], 2) > 6:
        return None
    kind, both_bits, both_digits, serial_bits, letters = _KINDS[header]
    partition = int(bits[11:14], 2)
    cut, end, digits = 14 + _PREFIX_BITS[partition], 14 + both_bits, 12 - partition
    prefix = str(int(bits[14:cut], 2)).zfill(digits)
    if kind == "giai":
        reference = _text(bits[cut:end]) if letters else str(int(bits[cut:end], 2))
        return (kind, prefix, reference, None) if reference and len(prefix) == digits else None
    reference = str(int(bits[cut:end] or "0", 2)).zfill(both_digits - digits) if both_digits > digits else ""
    if len(prefix) > digits or len(reference) > both_digits - digits:
        return None
    rest = bits[end : end + serial_bits]
    if kind == "sscc":
        return (kind, prefix, reference, None) if not int(rest, 2) else None  # reserved: all nil
    serial = _text(rest) if letters else str(int(rest, 2))
    return None if serial is None else (kind, prefix, reference, serial)


def _bits(text):
    """The bits of a tag's digits, or None if they cannot be an EPC that we know."""
    if len(text) not in _DIGITS.get(text[:2], ()):
        return None
    try:
        words = bytes.fromhex(text)
    except ValueError:
        return None
    if len(words) * 2 != len(text) or all(0x20 <= byte < 0x7F for byte in words):
        return None
    return bin(int("1" + text, 16))[3:]


def _text(bits):
    """Seven-bit letters up to the first that is nothing (14.1.2); None if they are none."""
    letters = [int(bits[n : n + 7], 2) for n in range(0, len(bits) - 6, 7)]
    text = "".join(map(chr, letters)).rstrip("\0")
    return text if text.isprintable() and text else None


@lru_cache(maxsize=16384)
def uri_of(text):
    """The pure identity URI (TDS 6.3) of an EPC's digits; None for what is no GS1 EPC that we know."""
    bits = _bits(text)
    if bits and int(bits[:8], 2) == _GID:
        return f"urn:epc:id:gid:{int(bits[8:36], 2)}.{int(bits[36:60], 2)}.{int(bits[60:96], 2)}"
    parts = _of_hex(text)
    if parts is None:
        return None
    kind, prefix, reference, serial = parts
    more = "" if serial is None else "." + serial.translate(_ESCAPES)
    return f"urn:epc:id:{kind}:{prefix}.{reference.translate(_ESCAPES)}{more}"


def _label(text, kind, prefix, reference, serial):
    """The keys that prefix and reference make, each with the check digit that tags leave out."""
    if kind == "giai":
        return Label(text, fields={"8004": prefix + unquote(reference)}) if reference else None
    lengths = {"sgtin": 13, "lgtin": 13, "sscc": 17, "sgln": 12, "grai": 12}
    if not reference.isdigit() and reference or len(prefix + reference) != lengths[kind]:
        return None
    key = prefix + reference if kind in ("sgln", "grai") else reference[:1] + prefix + reference[1:]
    key += check_digit_of(key)
    if kind == "sscc":
        return Label(text, fields={"00": key}, sscc=key)
    if kind == "grai":
        return Label(text, fields={"8003": "0" + key + (serial or "")})
    if kind == "sgln":
        return Label(text, fields={"414": key} | ({"254": serial} if serial not in (None, "0") else {}))
    more = {"lot" if kind == "lgtin" else "serial": serial} if serial else {}
    fields = {"01": key} | ({"10" if kind == "lgtin" else "21": serial} if serial else {})
    return Label(text, gtin=key, fields=fields, **more)
