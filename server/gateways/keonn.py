"""Keonn AdvanNet and its relatives: a template that everybody may change, with numbers written as texts.

Source: wiki.keonn.com, HTTP service.
"""

import msgspec

from server.gateways.rules import Gate, Read, Rows, antenna_of, count_of, instant_of, strength_of, tag_of


class Tag(msgspec.Struct):
    epc: str | None = None
    hexepc: str | None = None
    tid: str | None = None
    antenna: int | str | None = None
    port: int | str | None = None
    rssi: int | float | str | None = None
    ts: int | float | str | None = None
    timestamp: int | float | str | None = None
    count: int | str | None = None
    direction: str | None = None


class Message(msgspec.Struct):
    reads: msgspec.Raw
    devid: str | int | None = None
    devmac: str | None = None
    ts: int | float | str | None = None


def hear_tag(tag, heard, at):
    """One tag, with its direction if the reader told one (TAG_DIRECTION, from 2.5.3)."""
    name, own = tag_of(tag.epc or tag.hexepc, tag.tid)
    seen = instant_of(tag.ts if tag.ts is not None else tag.timestamp) or at
    port = antenna_of(tag.antenna if tag.antenna is not None else tag.port)
    heard.reads.append(Read(name, seen, seen, own, port, strength_of(tag.rssi), count_of(tag.count)))
    if tag.direction and tag.direction.strip().lower() in ("in", "out"):
        heard.gates.append(Gate(name, tag.direction.strip().lower(), seen, own))


def hear(message, heard, _at):
    """One message."""
    heard.names.update(str(one) for one in (message.devid, message.devmac) if one)
    tags.each(message.reads, heard, instant_of(message.ts))


tags = Rows("keonn.tag", Tag, hear_tag)
rows = Rows("keonn", Message, hear)
