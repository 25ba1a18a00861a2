"""Impinj R700 and R720, IoT Device Interface: a webhook's list of events, or one event of a stream or of MQTT.

Out of the box there is only the EPC in URL-safe base64, no hexadecimal one and no host name. An empty list is sent when
there is nothing to say. Source: reader API 1.7.
"""

import msgspec

from server.gateways.rules import (
    Bad,
    Gap,
    Read,
    Rows,
    antenna_of,
    hex_of_base64,
    instant_of,
    strength_of,
    tag_of,
)


class Inventory(msgspec.Struct):
    epc: str | None = None
    epcHex: str | None = None
    tid: str | None = None
    tidHex: str | None = None
    antennaPort: int | str | None = None
    peakRssiCdbm: int | float | str | None = None
    lastSeenTime: str | None = None


class Overflow(msgspec.Struct):
    firstEventTimestamp: str | None = None
    lastEventTimestamp: str | None = None
    eventsPurged: int | None = None


class Event(msgspec.Struct):
    timestamp: str | None = None
    eventType: str = ""
    hostname: str | None = None
    tagInventoryEvent: Inventory | None = None
    overflowEvent: Overflow | None = None


def hear(event, heard, _at):
    """One event: a tag, an overflow, or anything else, which only says that the reader lives."""
    if event.hostname:
        heard.names.add(event.hostname)
    tag = event.tagInventoryEvent
    if tag is not None:
        at = instant_of(event.timestamp)
        epc = tag.epcHex or (hex_of_base64(tag.epc) if tag.epc else None)
        own = tag.tidHex or (hex_of_base64(tag.tid) if tag.tid else None)
        name, own = tag_of(epc, own)
        peak = strength_of(tag.peakRssiCdbm, 1)
        heard.reads.append(Read(name, at, at, own, antenna_of(tag.antennaPort), peak))
    elif event.overflowEvent is not None:
        lost = event.overflowEvent
        first, last = instant_of(lost.firstEventTimestamp), instant_of(lost.lastEventTimestamp)
        heard.gaps.append(Gap("overflow", first, last, lost.eventsPurged or 0))
    elif not event.eventType:
        raise Bad("unknown_shape")
    else:
        heard.beat.setdefault("events", []).append(event.eventType[:40])


rows = Rows("impinj", Event, hear)
