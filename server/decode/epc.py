"""EPC: what an RFID tag says, as hexadecimal digits or as a URI. Gives the same `Label` as a printed code.

SGTIN-96, SGTIN-198, SSCC-96 and SGLN-96, and the URIs of these and of LGTIN (a lot). Source: GS1 Tag Data Standard
1.13, 6.3 (URIs), 14 (binary coding). Any twelve ASCII digits look like one of these headers, so a number that decodes
is advice, never proof: the catalogue has to know what it names.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

from server.decode.gs1 import Label, check_digit_of

_HEX = re.compile(r"(?:30|31|32)[0-9A-Fa-f]{22}|36[0-9A-Fa-f]{48}(?:[0-9A-Fa-f]{2})?")
_URI = re.compile(
    r"urn:epc:(?:id|idpat|class|tag):(sgtin|sscc|sgln|lgtin)(?:-\d+:[0-7])?[:.](\d{6,12})\.(\d*)(?:\.(\S+))?"
)
# Bits of the company prefix by partition value, and its digits: 12 down to 6 (Tables 14-2, 14-5, 14-8).
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
# Of each binary header: its kind, the bits of prefix and reference together, how many digits both have.
_KINDS = {0x30: ("sgtin", 44, 13), 0x36: ("sgtin", 44, 13), 0x31: ("sscc", 58, 17), 0x32: ("sgln", 41, 12)}
_SERIAL_BITS = {0x30: 38, 0x36: 140, 0x31: 24, 0x32: 41}


def may_be_one(text):
    """A cheap look, for texts that are nearly always something else."""
    return text[:8].lower() == "urn:epc:" or len(text) in (24, 50, 52) and text[:2] in ("30", "31", "32", "36")


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
    if not _HEX.fullmatch(text):
        return None
    bits = bin(int("1" + text, 16))[3:]
    header, partition = int(bits[:8], 2), int(bits[11:14], 2)
    kind, both_bits, both_digits = _KINDS[header]
    if partition > 6:
        return None
    cut, end = 14 + _PREFIX_BITS[partition], 14 + both_bits
    digits = 12 - partition
    prefix, reference = str(int(bits[14:cut], 2)).zfill(digits), str(int(bits[cut:end] or "0", 2))
    reference = reference.zfill(both_digits - digits) if both_digits > digits else ""
    if len(prefix) > digits or len(reference) > both_digits - digits:
        return None
    serial = _serial(header, bits[end : end + _SERIAL_BITS[header]])
    return None if serial is None else (kind, prefix, reference, serial)


def _serial(header, bits):
    """A number, or seven-bit letters up to the first that is nothing (14.1.2); None if it is neither."""
    if header != 0x36:
        return str(int(bits, 2))
    letters = [int(bits[n : n + 7], 2) for n in range(0, 140, 7)]
    text = "".join(map(chr, letters)).rstrip("\0")
    return text if text.isprintable() and text else None


def _label(text, kind, prefix, reference, serial):
    """The keys that prefix and reference make, each with the check digit that tags leave out."""
    if len(prefix + reference) != {"sgtin": 13, "lgtin": 13, "sscc": 17, "sgln": 12}[kind]:
        return None
    key = reference[:1] + prefix + reference[1:] if kind != "sgln" else prefix + reference
    key += check_digit_of(key)
    if kind == "sscc":
        return Label(text, fields={"00": key}, sscc=key)
    if kind == "sgln":
        return Label(text, fields={"414": key} | ({"254": serial} if serial not in (None, "0") else {}))
    more = {"lot" if kind == "lgtin" else "serial": serial} if serial else {}
    fields = {"01": key} | ({"10" if kind == "lgtin" else "21": serial} if serial else {})
    return Label(text, gtin=key, fields=fields, **more)
