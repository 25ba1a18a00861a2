"""LLRP reports (EPCglobal LLRP 1.1, 17.2.3), as a bridge hands them on: bytes of RO_ACCESS_REPORT, or their JSON.

A reader that speaks LLRP has to be called; who calls it may post the body as it came, with or without its header.
"""

import base64

import msgspec

from server.gateways.rules import Bad, Read, Rows, antenna_of, count_of, instant_of, strength_of, tag_of

REPORT, TAG = 61, 240
# Of each TV parameter its bytes after the type, by 17.2.3; the ones that we read have a name.
_TV = {
    1: (2, "antenna"),
    2: (8, "first"),
    3: (8, None),
    4: (8, "last"),
    5: (8, None),
    6: (1, "peak"),
    7: (2, None),
    8: (2, "count"),
    9: (4, None),
    10: (2, None),
    11: (2, None),
    12: (2, None),
    13: (12, "epc"),
    14: (2, None),
    15: (2, None),
    16: (4, None),
    17: (6, None),
    18: (2, None),
    19: (2, None),
    20: (2, None),
}


class Epc(msgspec.Struct):
    EPC: str | None = None


class Report(msgspec.Struct):
    EPCData: Epc | None = None
    EPC96: Epc | None = None
    AntennaID: int | None = None
    PeakRSSI: int | None = None
    FirstSeenUTC: int | None = None
    LastSeenUTC: int | None = None
    TagSeenCount: int | None = None


class Message(msgspec.Struct):
    TagReportData: msgspec.Raw


def hear_tag(report, heard, at):
    """One tag of a report in JSON."""
    words = [one.EPC for one in (report.EPC96, report.EPCData) if one is not None and one.EPC]
    if not words:
        raise Bad("no_tag")
    name, _ = tag_of(base64.b64decode(words[0]).hex(), None)
    first = instant_of(report.FirstSeenUTC) or at
    last = instant_of(report.LastSeenUTC) or first
    read = (name, first, last, "", antenna_of(report.AntennaID), strength_of(report.PeakRSSI))
    heard.reads.append(Read(*read, count_of(report.TagSeenCount)))


def hear(message, heard, _at):
    """One report in JSON."""
    tags.each(message.TagReportData, heard)


def may_be_one(body):
    """Does it look like a report's bytes? A TLV of type 240 at its beginning, or behind a header of ten bytes."""
    return body[:2] == b"\x00\xf0" or len(body) > 12 and body[1] == REPORT and body[10:12] == b"\x00\xf0"


def read(body, heard):
    """All tags of a report's bytes. What is broken is set aside as a whole."""
    rest = body if body[:2] == b"\x00\xf0" else body[10:]
    while len(rest) >= 4:
        kind, length = int.from_bytes(rest[:2], "big") & 0x3FF, int.from_bytes(rest[2:4], "big")
        if length < 4 or length > len(rest):
            heard.aside.append(("llrp.bytes", rest, "cut_short"))
            return
        if kind == TAG:
            try:
                heard.reads.append(_read(rest[4:length]))
            except Bad as bad:
                heard.aside.append(("llrp.bytes", rest[:length], bad.why))
        rest = rest[length:]


def _read(rest):
    found: dict[str, bytes] = {}
    while rest:
        if rest[0] & 0x80:
            length, name = _TV.get(rest[0] & 0x7F, (None, None))
            if length is None or len(rest) <= length:
                raise Bad("cut_short")
            if name:
                found[name] = rest[1 : 1 + length]
            rest = rest[1 + length :]
            continue
        kind, length = int.from_bytes(rest[:2], "big") & 0x3FF, int.from_bytes(rest[2:4], "big")
        if length < 4 or length > len(rest):
            raise Bad("cut_short")
        if kind == 241:  # EPCData: a count of bits, then the EPC
            bits = int.from_bytes(rest[4:6], "big")
            found["epc"] = rest[6 : 6 + (bits + 7) // 8]
        rest = rest[length:]
    if "epc" not in found:
        raise Bad("no_tag")
    name, _ = tag_of(found["epc"].hex(), None)
    number = {word: int.from_bytes(said, "big") for word, said in found.items() if word != "epc"}
    peak = int.from_bytes(found["peak"], "big", signed=True) if "peak" in found else None
    first = number.get("first") or None
    read_ = (name, first, number.get("last") or first, "", number.get("antenna", 0), strength_of(peak))
    return Read(*read_, max(1, number.get("count", 1)))


tags = Rows("llrp.tag", Report, hear_tag)
rows = Rows("llrp", Message, hear)
