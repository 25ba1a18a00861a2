"""Zebra FX7500, FX9600, FXR90 and ATR7000, IoT Connector: tag events, GPI events, heartbeats, in lists or one by one.

Offsets come without colon, EPCs in small letters; in SIMPLE mode nothing but the EPC is sure. `eventNum` begins again
after a restart. Source: zebradevs.github.io/rfid-ziotc-docs.
"""

import msgspec

from server.gateways.rules import (
    Bad,
    Gap,
    Gate,
    Read,
    Rows,
    antenna_of,
    count_of,
    instant_of,
    seq_of,
    strength_of,
    tag_of,
    whole,
)


class Tag(msgspec.Struct):
    idHex: str | None = None
    TID: str | None = None
    antenna: int | str | None = None
    peakRssi: int | float | str | None = None
    reads: int | str | None = None
    eventNum: int | None = None
    MAC: str | None = None
    hostName: str | None = None
    direction: str | None = None
    numDataMessagesDropped: int | None = None


class Event(msgspec.Struct):
    type: str = ""
    timestamp: str | int | None = None
    data: Tag | None = None
    pin: int | None = None
    state: str | None = None


_OTHER = {"GPI", "GPO", "HEARTBEAT", "ALERT", "ALERTS", "WARNING", "ERROR", "STATUS", "RADIO", "EXCEPTION", "USERAPP"}


def hear(event, heard, _at):
    """One event: a tag (which some profiles tell the direction of), an input, or a word about the reader's health."""
    said = event.data
    if said is not None and (said.idHex or said.TID):
        at = instant_of(event.timestamp)
        name, own = tag_of(said.idHex, said.TID)
        read = Read(
            *(name, at, at, own, antenna_of(said.antenna), strength_of(said.peakRssi)),
            *(count_of(said.reads), seq_of(said.eventNum)),
        )
        heard.reads.append(read)
        heard.names.update(filter(None, (said.MAC, said.hostName)))
        if said.direction and said.direction.strip().lower() in ("in", "out"):
            heard.gates.append(Gate(name, said.direction.strip().lower(), at, own))
    elif event.type.upper() == "GPI" and event.pin is not None and event.state is not None:
        heard.beams.append((whole(event.pin, 1000), event.state.upper() == "HIGH", instant_of(event.timestamp)))
    elif event.type.upper() in _OTHER or "heartbeat" in event.type.lower():
        if said is not None and said.numDataMessagesDropped:
            heard.gaps.append(Gap("dropped", None, instant_of(event.timestamp), said.numDataMessagesDropped))
        heard.beat.setdefault("events", []).append(event.type[:40])
    else:
        raise Bad("unknown_shape")


rows = Rows("zebra", Event, hear)
