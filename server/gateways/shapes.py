"""Whose words are these? Tells bodies apart by their shape, and hears every message in them. Pure.

A body may be a JSON list, one object, objects one after the other with or without something in between, a form with
JSON in one of its fields, or a report in bytes.
"""

import json
import zlib
from urllib.parse import parse_qsl

import msgspec

from server.gateways import gate, impinj, intel, keonn, llrp, ours, sled, speedway, zebra
from server.gateways.rules import Heard, every_kind_of_row, parts_of

MAKERS = {
    "ours": ours.rows,
    "read": ours.reads,
    "impinj": impinj.rows,
    "zebra": zebra.rows,
    "sled": sled.rows,
    "keonn": keonn.rows,
    "speedway": speedway.rows,
    "intel": intel.rows,
    "gate": gate.rows,
    "llrp": llrp.rows,
}
MOST_BYTES = 2 * 1024 * 1024  # of a body as it comes; Zebra's own default is 256,000
MOST_UNPACKED = 16 * 1024 * 1024


class TooMuch(Exception):
    """It unpacks to more than anybody sends."""


def unpacked(body):
    """A body without its gzip or zlib coat; None for a broken one. Raises `TooMuch`."""
    coat = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        plain = coat.decompress(body, MOST_UNPACKED + 1)
    except zlib.error:
        return None
    if len(plain) > MOST_UNPACKED or coat.unconsumed_tail:
        raise TooMuch()
    if not coat.eof:
        return None
    more = coat.unused_data
    if not more.strip(b"\0"):
        return plain
    rest = unpacked(more)  # gzip files may follow one another
    if rest is None or len(plain) + len(rest) > MOST_UNPACKED:
        raise TooMuch()
    return plain + rest


def heard_of(body, wanted=None):
    """All that a body (bytes) says. `wanted`: of which maker it is, where the address says so."""
    heard = Heard()
    body = body.strip(b"\xef\xbb\xbf \t\r\n\x00") if not llrp.may_be_one(body) else body
    if not body:
        return heard
    if llrp.may_be_one(body):
        llrp.read(body, heard)
        return heard
    if body[:1] not in b"[{":
        body = _of_form(body) or body
    listed = _listed(body, heard)
    if listed is not None:
        _hear(listed, heard, wanted)
    return heard


def again(shape, raw, said_at=None):
    """What a row that was set aside says now."""
    heard = Heard()
    if shape in every_kind_of_row:
        every_kind_of_row[shape].each(b"[" + raw + b"]", heard, said_at)
        return heard
    return heard_of(raw)


def _of_form(body):
    """JSON that came as a form's field, or what a form of names and values says."""
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return None
    if "field_names" in form:
        return speedway.of_form(form)
    for value in form.values():
        if value[:1] in ("[", "{"):
            return value.encode()
    return None


def _listed(body, heard):
    """The body as one JSON list, whatever stands between its objects; what is no JSON is set aside."""
    if body[:1] == b"[" and parts_of(body) is not None:
        return body
    if parts_of(b"[" + body + b"]") is not None:
        return b"[" + body + b"]"
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    whole = [parts_of(b"[" + line + b"]") is not None for line in lines]
    if sum(whole) * 2 < len(lines):
        return _one_by_one(body, heard)
    for line, is_whole in zip(lines, whole, strict=True):
        if not is_whole:
            heard.aside.append(("line", line, "not_json"))
    kept = [line[1:-1] if line[:1] == b"[" else line for line, is_whole in zip(lines, whole, strict=True) if is_whole]
    return b"[" + b",".join(one for one in kept if one.strip()) + b"]" if kept else None


def _one_by_one(body, heard):
    """Objects without anything in between, as some streams write them."""
    text, at, found, reader = body.decode("utf-8", "replace"), 0, [], json.JSONDecoder()
    while at < len(text):
        try:
            _, end = reader.raw_decode(text, at)
        except (ValueError, RecursionError):
            heard.aside.append(("body", text[at:].encode(), "not_json"))
            break
        one = text[at:end].encode("utf-8", "surrogatepass")
        if parts_of(b"[" + one + b"]") is None:  # Python takes lone surrogates for text
            heard.aside.append(("body", one, "not_json"))
        else:
            found.append(one)
        at = end
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
    return b"[" + b",".join(found) + b"]" if found else None


def _hear(listed, heard, wanted):
    parts = parts_of(listed) or []
    parts = [inner for part in parts for inner in _unwrapped(part)] if wanted == "gate" else parts
    if not parts:
        return  # nothing at all, or a gate through which nothing went
    kinds = {_kind(part) for part in parts} if wanted == "ours" else {_kind(parts[0])}
    if wanted != "gate" and len(kinds) == 1 and kinds <= {"impinj", "zebra", "read"} and len(parts) > 1:
        MAKERS[kinds.pop()].each(listed, heard)  # lists of events: all at once
    else:
        _hear_each(parts, heard, wanted)


def _unwrapped(part):
    """Passages that stand under one name, as a list in an object."""
    said = _names_of(part) or {}
    inner = next((said[name] for name in ("moves", "events", "passages") if name in said), None)
    found = None if inner is None else parts_of(inner)
    return [part] if found is None else found


def _hear_each(parts, heard, default):
    for part in parts:
        kind = _kind(part) or default
        if default == "gate" and kind in ("read", "nothing"):
            kind = "gate"
        if kind is None:
            heard.aside.append(("body", bytes(part), "unknown_shape"))
        elif kind != "nothing":
            MAKERS[kind].each(b"[" + bytes(part) + b"]", heard, heard.sent_at)


_named = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _kind(part):
    """Whose message it is; "nothing" for an empty object, None for one that nobody knows."""
    said = _names_of(part)
    if said is None:
        return None
    names = {name for name, value in said.items() if bytes(value) != b"null"}
    for kind, marks in _MARKS:
        if names & marks:
            return kind
    if "reads" in names:
        return "keonn" if names & {"devid", "devmac", "devip"} else "ours"
    if "direction" in names and "data" not in names:
        return "gate"
    if "data" in names:
        data = bytes(said["data"])
        return "sled" if b'"tagData"' in data or b'"barcodeData"' in data else "zebra"
    if "type" in names and "timestamp" in names:
        return "zebra"
    if names & {"epc", "EPC", "tid", "barcode"}:
        return "read"
    if names & {"batch_id", "sent_at"}:
        return "ours"
    return None if names else "nothing"


def _names_of(part):
    """{name: what it says} of an object; None for what is none."""
    try:
        return _named.decode(part)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


# Words that nobody else uses.
_MARKS = (
    ("impinj", {"tagInventoryEvent", "eventType"}),
    ("intel", {"jsonrpc"}),
    ("speedway", {"tag_reads"}),
    ("llrp", {"TagReportData"}),
    ("gate", {"gateID", "thresholdId"}),
)
