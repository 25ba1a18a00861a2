"""Keep what a reader said: sights merged, gaps noted, rows that nobody understands set aside.

A handful of statements for any number of reads. While a batch is being taken its reader is held, so that what is known
of a sight is read, joined and written back by one at a time; readers do not wait for one another.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from server.clock import LATEST, SECOND
from server.db import NIL, fetch, given, is_embedded, put, run
from server.gateways import alarms
from server.gateways.rules import BUCKET, WINDOW, clamped, merged, offset_of

LONGEST_KEPT = 64 * 1024  # of a row that is set aside
_SIGHT = [
    *("warehouse_id", "device_id", "session_id", "bucket", "tag", "tid", "reads", "peak", "first_at", "last_at"),
    *("series", "posted_at"),
]
_REPLACE = "ON CONFLICT (warehouse_id, device_id, session_id, bucket, tag, tid) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in _SIGHT[6:]
)
_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(list).decode


@dataclass(frozen=True, slots=True)
class Source:
    """Who posts: a reader, or a person whose phone has one."""

    warehouse_id: str
    device_id: str


@dataclass(slots=True)
class Taken:
    """How many rows were new, known, and set aside."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0

    def said(self):
        """As the wire has it."""
        return {"accepted": self.accepted, "duplicate": self.duplicate, "quarantined": self.quarantined}


def hold(source, now):
    """The reader's row, held until the end of the transaction; made if this is the first that is heard of it."""
    locked = "" if is_embedded() else " FOR UPDATE"
    sql = f"SELECT * FROM readers WHERE warehouse_id = :w AND device_id = :d{locked}"
    rows = fetch(sql, w=source.warehouse_id, d=source.device_id)
    if not rows:
        put(
            "readers",
            [(source.warehouse_id, source.device_id, now)],
            ["warehouse_id", "device_id", "made_at"],
            on_conflict="ON CONFLICT (warehouse_id, device_id) DO NOTHING",
        )
        rows = fetch(sql, w=source.warehouse_id, d=source.device_id)
    return rows[0]


def take(source, heard, received_at, session_id=None, again=False):
    """Keep all that was heard; gives `Taken`. `session_id`: the count it is for, where the caller knows.

    `again`: it came long ago and is heard once more, so it says nothing about how the reader is now.
    """
    reader = hold(source, received_at)
    watched = {"clock_offset": reader.clock_offset} if again else _watch(reader, heard, received_at)
    _refuse_other_names(reader, heard)
    taken = Taken(quarantined=len(heard.aside))
    if heard.reads:
        _keep_reads(source, heard, received_at, watched["clock_offset"], _session(reader, heard, session_id), taken)
    if heard.gates:
        _keep_gates(source, heard.gates, received_at, watched["clock_offset"], taken)
    if heard.beams:
        _keep_beams(source, heard.beams, received_at, watched["clock_offset"])
    lost = _keep_gaps(source, heard.gaps, received_at, watched["clock_offset"]) if heard.gaps else 0
    if again:
        _look_again(source, heard, received_at, reader.clock_offset)
        return taken
    if heard.aside:
        _set_aside(source, heard, received_at)
    if heard.seq is not None:
        _note_batch(source, heard, session_id, received_at)
    _note(source, reader, heard, taken, lost, watched, received_at)
    alarms.heard_again(reader)
    alarms.watch(source.warehouse_id, received_at)
    return taken


def _session(reader, heard, session_id):
    """A function from an instant to the count that a read of then belongs to."""
    if session_id:
        return lambda at: session_id
    if not any(read.last is None or read.last + reader.clock_offset <= reader.sessions_to for read in heard.reads):
        return lambda at: NIL
    spans = fetch(
        "SELECT session_id, from_at, to_at FROM reader_sessions WHERE warehouse_id = :w AND device_id = :d"
        " ORDER BY from_at DESC LIMIT 200",
        w=reader.warehouse_id,
        d=reader.device_id,
    )

    def of(at):
        return next((one.session_id for one in spans if one.from_at <= at <= (one.to_at or LATEST)), NIL)

    return of


def _keep_reads(source, heard, received_at, offset, session_of, taken):
    groups, spans = _grouped(heard.reads, received_at, offset, session_of)
    before = _known(source, groups)
    rows = []
    for key, new in groups.items():
        known = before.get(key)
        series, again = merged(_decode(known.series) if known else [], new)
        taken.duplicate += again
        taken.accepted += len(new) - again
        if known and again == len(new):
            continue
        first, last = spans[key]
        peaks = [one[2] for one in series if one[2] is not None]
        if known:
            first, last = min(first, known.first_at), max(last, known.last_at)
        rows.append(
            (
                *(source.warehouse_id, source.device_id, *key, sum(one[3] for one in series)),
                *(max(peaks, default=None), first, last, _encode(series).decode(), received_at),
            )
        )
    put("tag_sights", sorted(rows, key=lambda row: row[2:6]), _SIGHT, on_conflict=_REPLACE)


def _grouped(reads, received_at, offset, session_of):
    """({(session, bucket, tag, tid): [read as a list]}, {the same: (first, last) by our clock})."""
    groups, spans = defaultdict(list), {}
    for read in reads:
        first = received_at - offset if read.first is None else read.first
        last = first if read.last is None else max(first, read.last)
        at, until = clamped(first + offset, received_at), clamped(last + offset, received_at)
        bucket = first - first % BUCKET
        key = (session_of(until), bucket, read.tag, read.tid)
        groups[key].append([first - bucket, read.antenna, read.peak, read.count, read.seq])
        span = spans.get(key)
        spans[key] = (at, until) if span is None else (min(at, span[0]), max(until, span[1]))
    return groups, spans


def _known(source, groups):
    rows = fetch(
        "SELECT s.session_id, s.bucket, s.tag, s.tid, s.first_at, s.last_at, s.series FROM "
        + given("rows", session="id", bucket="int", tag="text", tid="text")
        + " v JOIN tag_sights s ON s.warehouse_id = :w AND s.device_id = :d AND s.session_id = v.session"
        " AND s.bucket = v.bucket AND s.tag = v.tag AND s.tid = v.tid",
        rows=list(groups),
        w=source.warehouse_id,
        d=source.device_id,
    )
    return {(row.session_id, row.bucket, row.tag, row.tid): row for row in rows}


def _keep_gates(source, gates, received_at, offset, taken):
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


def _keep_beams(source, beams, received_at, offset):
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


def _keep_gaps(source, gaps, received_at, offset):
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


def _set_aside(source, heard, received_at):
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


def _refuse_other_names(reader, heard):
    """A body that calls itself another reader than its key says is not believed: all of it is set aside."""
    if reader.known_as is None or not heard.names or reader.known_as in heard.names:
        return
    for read in heard.reads:
        heard.aside.append(("ours.read", _encode(_as_ours(read)), "other_reader"))
    heard.reads, heard.gates = [], []


def _as_ours(read):
    kind, _, rest = read.tag.rpartition(":")
    said = {kind or "epc": rest, "first": read.first, "last": read.last, "antenna": read.antenna, "count": read.count}
    peak = None if read.peak is None else read.peak / 100
    return said | {"rssi_dbm": peak, "seq": read.seq} | ({"tid": read.tid} if read.tid else {})


def _note_batch(source, heard, session_id, received_at):
    put(
        "reader_batches",
        [(source.warehouse_id, source.device_id, session_id or NIL, heard.seq, heard.batch_id, received_at)],
        ["warehouse_id", "device_id", "session_id", "seq", "batch_id", "received_at"],
        on_conflict="ON CONFLICT (warehouse_id, device_id, session_id, seq) DO NOTHING",
    )


def _watch(reader, heard, received_at):
    """What is known of the reader's clock after this delivery."""
    said = [read.last for read in heard.reads if read.last is not None]
    newest = heard.sent_at if heard.sent_at is not None else max(said, default=None)
    now, before, since = reader.offset_now, reader.offset_before, reader.window_from
    if newest is not None:
        found = received_at - newest
        if since is None or received_at - since > WINDOW:
            before, now, since = now, found, received_at
        else:
            now = found if now is None else min(now, found)
    exact = received_at - heard.sent_at if heard.sent_at is not None else offset_of(before, now)
    applied = exact if abs(exact) >= SECOND else 0
    return {"offset_now": now, "offset_before": before, "window_from": since, "clock_offset": applied}


def _look_again(source, heard, received_at, offset):
    run(
        "UPDATE readers SET passes_to = :oldest WHERE warehouse_id = :w AND device_id = :d AND passes_to > :oldest",
        oldest=_oldest(heard, received_at, offset),
        w=source.warehouse_id,
        d=source.device_id,
    )


def _oldest(heard, received_at, offset):
    """The instant from which on a door has to be looked at again."""
    said = [one.first for one in heard.reads] + [one.at for one in heard.gates] + [at for *_, at in heard.beams]
    return min((clamped(at + offset, received_at) for at in said if at is not None), default=received_at)


def _note(source, reader, heard, taken, lost, watched, received_at):
    run(
        "UPDATE readers SET heard_at = :now, first_heard_at = COALESCE(first_heard_at, :now), silent_since = NULL,"
        " passes_to = CASE WHEN passes_to > :oldest THEN :oldest ELSE passes_to END,"
        " batches = batches + 1, reads = reads + :new, duplicates = duplicates + :known, aside = aside + :aside,"
        " lost = lost + :lost, called = COALESCE(:called, called), clock_offset = :clock_offset,"
        " offset_now = :offset_now, offset_before = :offset_before, window_from = :window_from"
        " WHERE warehouse_id = :w AND device_id = :d",
        oldest=_oldest(heard, received_at, watched["clock_offset"]),
        now=received_at,
        new=taken.accepted,
        known=taken.duplicate,
        aside=taken.quarantined,
        lost=lost,
        called=min(heard.names)[:120].replace("\x00", "") if heard.names else None,
        w=source.warehouse_id,
        d=source.device_id,
        **watched,
    )
