"""Keep the rarer things that a reader says: passages, light beams, gaps, rows that nobody understands."""

import hashlib

from server.clock import SECOND
from server.db import fetch, given, put
from server.gateways.rules import clamped

LONGEST_KEPT = 64 * 1024  # of a row that is set aside


def keep_gates(source, gates, received_at, offset, taken):
    """Keep passages, each once; counts in `taken` how many are new."""
    rows = {}
    for gate in gates:
        at = clamped(None if gate.at is None else gate.at + offset, received_at)
        key = gate.key or hashlib.sha256(f"{gate.tag} {gate.direction} {gate.at}".encode()).hexdigest()[:32]
        rows[key] = (
            *(source.warehouse_id, source.device_id, key, gate.tag, gate.tid, gate.direction, gate.gate),
            *(at, received_at),
        )
    known = fetch(
        "SELECT g.key FROM " + given("rows", key="text") + " v JOIN gate_events g ON g.warehouse_id = :w"
        " AND g.device_id = :d AND g.key = v.key",
        rows=[(key,) for key in rows],
        w=source.warehouse_id,
        d=source.device_id,
    )
    new = rows.keys() - {row.key for row in known}
    taken.accepted += len(new)
    taken.duplicate += len(gates) - len(new)
    put(
        "gate_events",
        [rows[key] for key in sorted(new)],
        ["warehouse_id", "device_id", "key", "tag", "tid", "direction", "gate", "at", "posted_at"],
    )


def keep_beams(source, beams, received_at, offset):
    """Keep what the inputs of a door told."""
    rows = {}
    for pin, _high, at in beams:
        at = received_at - offset if at is None else clamped(at + offset, received_at) - offset
        rows[at, pin] = (source.warehouse_id, source.device_id, at, pin, received_at)
    put(
        "portal_beams",
        [rows[key] for key in sorted(rows)],
        ["warehouse_id", "device_id", "at", "pin", "posted_at"],
        on_conflict="ON CONFLICT (warehouse_id, device_id, at, pin) DO NOTHING",
    )


def keep_gaps(source, gaps, received_at, offset):
    """Note what is missing; gives how many reads were lost that were not known to be."""
    rows = {}
    for gap in gaps:
        last = clamped(None if gap.last is None else gap.last + offset, received_at)
        first = last - 60 * SECOND if gap.first is None else clamped(gap.first + offset, received_at)
        lost = min(max(gap.lost, 0), 2**53)
        rows[gap.what, first] = (*(source.warehouse_id, source.device_id, gap.what, first), last, lost, received_at)
    before = fetch(
        "SELECT g.what, g.from_at FROM reader_gaps g JOIN "
        + given("rows", what="text", at="int")
        + " v ON v.what = g.what AND v.at = g.from_at WHERE g.warehouse_id = :w AND g.device_id = :d",
        rows=list(rows),
        w=source.warehouse_id,
        d=source.device_id,
    )
    for row in before:
        rows.pop((row.what, row.from_at), None)
    columns = ["warehouse_id", "device_id", "what", "from_at", "to_at", "lost", "posted_at"]
    put("reader_gaps", list(rows.values()), columns)
    return sum(row[5] for row in rows.values())


def set_aside(source, heard, received_at):
    """Keep rows that nobody understands, each once."""
    rows = {}
    for shape, raw, why in heard.aside:
        id = hashlib.sha256(raw).hexdigest()[:32]
        text = raw[:LONGEST_KEPT].decode("utf-8", "replace").replace("\x00", "\ufffd")
        times = rows[id][7] + 1 if id in rows else 1
        rows[id] = (
            *(source.warehouse_id, source.device_id, id, why, shape, text, heard.sent_at, times),
            *(received_at, None),
        )
    put(
        "set_aside",
        [rows[id] for id in sorted(rows)],
        *(["warehouse_id", "device_id", "id", "why", "shape", "raw", "said_at", "times", "posted_at", "taken_at"],),
        on_conflict="ON CONFLICT (warehouse_id, device_id, id) DO UPDATE SET times = set_aside.times + excluded.times",
    )
