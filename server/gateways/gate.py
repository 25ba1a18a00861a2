"""Gates that decide by themselves: ifm portals, ItemSense thresholds, and anything that says tag, direction, instant.

What they send are passages, not reads: nobody counts from them, but goods may have moved.
"""

import msgspec

from server.gateways.rules import Bad, Gate, Rows, instant_of, tag_of


class Passage(msgspec.Struct, rename={"epc2": "EPC", "tid2": "TID"}):
    epc: str | None = None
    epc2: str | None = None
    tid: str | None = None
    tid2: str | None = None
    direction: str | None = None
    destination: str | None = None
    timestamp: str | int | float | None = None
    at: str | int | float | None = None
    observationTime: str | int | float | None = None
    id: str | int | None = None
    event_id: str | int | None = None
    eventID: str | int | None = None
    gateID: str | int | None = None
    gate: str | int | None = None
    thresholdId: str | int | None = None


_IN = ("in", "entry", "enter", "inbound", "arrival")
_OUT = ("out", "exit", "leave", "outbound", "departure")


def hear(passage, heard, _at):
    """One passage."""
    name, own = tag_of(passage.epc or passage.epc2, passage.tid or passage.tid2)
    way = (passage.direction or passage.destination or "").strip().lower()
    if way not in _IN + _OUT:
        raise Bad("no_direction")
    at = instant_of(_first(passage.at, passage.timestamp, passage.observationTime))
    key, gate = _first(passage.id, passage.event_id, passage.eventID), _first(passage.gate, passage.gateID)
    gate = gate if gate is not None else passage.thresholdId
    named = None if key is None else str(key)[:120]
    heard.gates.append(
        Gate(name, "in" if way in _IN else "out", at, own, named, None if gate is None else str(gate)[:120])
    )


def _first(*said):
    return next((one for one in said if one is not None), None)


rows = Rows("gate", Passage, hear)
