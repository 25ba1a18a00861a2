"""Keep what devices said: the clock of each delivery, and every event raw, once."""

from server.clock import MILLISECOND, MINUTE
from server.db import among, fetch, is_embedded, put, run
from server.intake.rules import ClockReading

FAR_BACK = 10_000  # events: more than a phone says in a day
STEADY = 100 * MILLISECOND  # an offset that moved less than this is the same offset

_COLUMNS = [
    *("warehouse_id", "id", "type", "device_id", "person_id", "brought_by", "seq", "device_at", "effective_at"),
    *("earliest_at", "latest_at", "posted_at", "result", "code", "raw"),
]


def read_clock(device_id, sent_at, received_at, person_id):
    """Measure a delivery's clock offset and remember it; gives the `ClockReading` by which its events are corrected.

    Until the end of the transaction no other delivery of this device is taken: a retry waits for its first try.
    """
    locked = "" if is_embedded() else " FOR UPDATE"
    rows = fetch(f"SELECT * FROM device_clocks WHERE device_id = :id{locked}", id=device_id)
    offset = received_at - sent_at
    before = rows[0] if rows else None
    if before is None or abs(offset - before.offset) >= STEADY or received_at - before.received_at >= MINUTE:
        _remember_clock(device_id, offset, sent_at, received_at, person_id)
    return ClockReading(offset, before.offset if before else None)


def _remember_clock(device_id, offset, sent_at, received_at, person_id):
    run(
        'INSERT INTO device_clocks (device_id, "offset", sent_at, received_at, person_id)'
        " VALUES (:id, :offset, :sent, :received, :person) ON CONFLICT (device_id) DO UPDATE SET"
        ' "offset" = excluded."offset", sent_at = excluded.sent_at, received_at = excluded.received_at,'
        " person_id = excluded.person_id",
        id=device_id,
        offset=offset,
        sent=sent_at,
        received=received_at,
        person=person_id,
    )


def answered(keys):
    """What is known of events: {(warehouse, id): row(result, code, raw)} for `[(warehouse, id), …]`."""
    by_house: dict[str, list] = {}
    for warehouse_id, id in keys:
        by_house.setdefault(warehouse_id, []).append(id)
    rows = [row for warehouse_id, ids in by_house.items() for row in _answered_in(warehouse_id, ids)]
    return {(row.warehouse_id, row.id): row for row in rows}


def _answered_in(warehouse_id, ids):
    """By equality where it is one event: PostgreSQL then never plans for a hundred."""
    this, said = ("e.id = :id", {"id": ids[0]}) if len(ids) == 1 else (among("e.id", "ids", "id"), {"ids": ids})
    return fetch(
        f"SELECT e.warehouse_id, e.id, e.result, e.code, e.raw FROM events e WHERE e.warehouse_id = :w AND {this}",
        w=warehouse_id,
        **said,
    )


def keep(rows):
    """Write events (tuples in the order of the columns). A refused one may become accepted; an accepted one stays."""
    put(
        "events",
        rows,
        _COLUMNS,
        on_conflict="ON CONFLICT (warehouse_id, id) DO UPDATE SET result = excluded.result, code = excluded.code,"
        " posted_at = excluded.posted_at, effective_at = excluded.effective_at, earliest_at = excluded.earliest_at,"
        " latest_at = excluded.latest_at, brought_by = excluded.brought_by WHERE events.result = 'refused'",
    )


def missing_before(device_id, first_seq, last_seq):
    """How many of a device's events between two sequence numbers have not arrived."""
    if first_seq is None or last_seq is None or last_seq <= first_seq + 1:
        return 0
    (row,) = fetch(
        "SELECT COUNT(DISTINCT seq) AS n FROM events WHERE device_id = :d AND seq > :a AND seq < :z",
        d=device_id,
        a=first_seq,
        z=last_seq,
    )
    return last_seq - first_seq - 1 - row.n


def refused_before(device_id, person_id, seq, code):
    """The raw events of this person and device before a sequence number that were refused so, and not taken since."""
    if seq is None:
        return []
    rows = fetch(
        "SELECT raw FROM events WHERE device_id = :d AND seq > :far AND seq < :seq AND result = 'refused'"
        " AND code = :code AND person_id = :p",
        d=device_id,
        far=seq - FAR_BACK,
        seq=seq,
        code=code,
        p=person_id,
    )
    return [row.raw for row in rows]


def last_before(device_id, seq):
    """The highest sequence number below this one that the device has delivered; None if there is none."""
    if seq is None:
        return None
    (row,) = fetch("SELECT MAX(seq) AS seq FROM events WHERE device_id = :d AND seq < :seq", d=device_id, seq=seq)
    return row.seq
