"""Intel RSP controllers, JSON-RPC: `inventory_data` and `inventory_event`; other notifications say that it lives."""

import msgspec

from server.gateways.rules import Read, Rows, antenna_of, instant_of, strength_of, tag_of


class Tag(msgspec.Struct):
    epc: str | None = None
    epc_code: str | None = None
    tid: str | None = None
    rssi: int | float | None = None
    antenna_id: int | None = None
    timestamp: int | float | str | None = None
    last_read_on: int | float | str | None = None


class Params(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw(b"[]")
    sent_on: int | None = None
    device_id: str | None = None


class Message(msgspec.Struct):
    jsonrpc: str
    method: str | None = None
    params: Params | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


def hear_tag(tag, heard, at):
    """One tag; strengths are tenths of a dBm."""
    name, own = tag_of(tag.epc or tag.epc_code, tag.tid)
    seen = instant_of(tag.last_read_on if tag.last_read_on is not None else tag.timestamp) or at
    heard.reads.append(Read(name, seen, seen, own, antenna_of(tag.antenna_id), strength_of(tag.rssi, 10)))


def hear(message, heard, _at):
    """One notification."""
    if message.params is not None and message.method in ("inventory_data", "inventory_event"):
        tags.each(message.params.data, heard, instant_of(message.params.sent_on))
    else:
        heard.beat.setdefault("events", []).append((message.method or "answer")[:40])


tags = Rows("intel.tag", Tag, hear_tag)
rows = Rows("intel", Message, hear)
