"""Impinj Speedway Connect, the old fleet: JSON, or a form of `field_names` and comma-separated `field_values`.

Strengths come in dBm, or in hundredths of it (no tag is read at -150 dBm). Source: support.impinj.com 360000044739.
"""

import csv
import io

import msgspec

from server.gateways.rules import Bad, Read, Rows, antenna_of, instant_of, strength_of, tag_of


class Tag(msgspec.Struct):
    epc: str | None = None
    tid: str | None = None
    antennaPort: int | str | None = None
    peakRssi: int | float | str | None = None
    firstSeenTimestamp: int | float | str | None = None
    lastSeenTimestamp: int | float | str | None = None
    lastReadTimestamp: int | float | str | None = None
    timestamp: int | float | str | None = None
    isHeartBeat: bool | str | int | None = None


class Message(msgspec.Struct):
    tag_reads: msgspec.Raw
    reader_name: str | None = None
    mac_address: str | None = None


def hear_tag(tag, heard, at):
    """One tag; a heartbeat is a row without one."""
    if str(tag.isHeartBeat).lower() in ("true", "1"):
        heard.beat["heartbeat"] = True
        return
    name, own = tag_of(tag.epc, tag.tid)
    first = instant_of(tag.firstSeenTimestamp) or instant_of(tag.timestamp) or at
    last = instant_of(tag.lastSeenTimestamp) or instant_of(tag.lastReadTimestamp) or first
    heard.reads.append(Read(name, first, last, own, antenna_of(tag.antennaPort), _strength(tag.peakRssi)))


def _strength(said):
    try:
        return strength_of(said)
    except Bad:
        return strength_of(said, 1)


def hear(message, heard, _at):
    """One message."""
    heard.names.update(filter(None, (message.reader_name, message.mac_address)))
    tags.each(message.tag_reads, heard)


_FIELDS = {
    "antenna_port": "antennaPort",
    "epc": "epc",
    "tid": "tid",
    "peak_rssi": "peakRssi",
    "first_seen_timestamp": "firstSeenTimestamp",
    "last_seen_timestamp": "lastSeenTimestamp",
    "is_heartbeat": "isHeartBeat",
}


def of_form(form):
    """The JSON message (bytes) that a form says the same as."""
    names = [_FIELDS.get(name.strip().lower(), name.strip()) for name in form["field_names"].split(",")]
    lines = csv.reader(io.StringIO(form.get("field_values", "")), delimiter=(form.get("field_delim") or ",")[:1])
    reads = [dict(zip(names, (one.strip() for one in line), strict=False)) for line in lines if line]
    said = {"reader_name": form.get("reader_name"), "mac_address": form.get("mac_address"), "tag_reads": reads}
    return msgspec.json.encode(said)


tags = Rows("speedway.tag", Tag, hear_tag)
rows = Rows("speedway", Message, hear)
