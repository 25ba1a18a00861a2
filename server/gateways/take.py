"""Keep what readers said: sights merged, gaps noted, rows that nobody understands set aside.

A handful of statements for any number of reads, and for any number of posts that came together. While they are being
taken their readers are held, so that what is known of a sight is read, joined and written back by one at a time;
readers do not wait for one another.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec

from server.clock import LATEST, SECOND
from server.db import NIL, fetch, given, is_embedded, put, run
from server.gateways import alarms
from server.gateways.keep import keep_beams, keep_gaps, keep_gates, set_aside
from server.gateways.rules import BUCKET, WINDOW, Heard, clamped, merged, offset_of

_SIGHT = [
    *("warehouse_id", "device_id", "session_id", "bucket", "tag", "tid", "reads", "peak", "first_at", "last_at"),
    *("series", "posted_at"),
]
_REPLACE = "ON CONFLICT (warehouse_id, device_id, session_id, bucket, tag, tid) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in _SIGHT[6:]
)
_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(list).decode


@dataclass(frozen=True, slots=True, order=True)
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


@dataclass(slots=True)
class Post:
    """One body as it was understood. `session_id`: the count it is for, where the caller knows. `again`: it came long
    ago and is heard once more, so it says nothing about how the reader is now. `repeats`: reads that were left out."""

    source: Source
    heard: Heard
    received_at: int
    session_id: str | None = None
    again: bool = False
    repeats: int = 0
    taken: Taken = field(default_factory=Taken)

    def start_again(self):
        """Nothing of it was kept: count anew."""
        self.taken = Taken()


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
    """Keep all that was heard; gives `Taken`. The words are those of `Post`."""
    (taken,) = take_all([Post(source, heard, received_at, session_id, again)])
    return taken


def take_all(posts):
    """Keep all that several posts say, in their order; gives a `Taken` for each."""
    readers = _held(sorted({post.source for post in posts}), posts[0].received_at)
    for post in posts:
        reader = readers[post.source]
        if not post.again:
            reader.watch(post.heard, post.received_at)
        _refuse_other_names(reader, post.heard)
        post.taken.duplicate, post.taken.quarantined = post.repeats, len(post.heard.aside)
    _keep_reads([post for post in posts if post.heard.reads], readers)
    for post in posts:
        _keep_the_rest(post, readers[post.source])
    _note([reader for reader in readers.values() if reader.heard_at is not None])
    for reader in readers.values():
        alarms.heard_again(reader)
    for house in {post.source.warehouse_id for post in posts}:
        alarms.watch(house, posts[0].received_at)
    return [post.taken for post in posts]


class _Standing:
    """A reader that is held, and what becomes of its row."""

    def __init__(self, row):
        self.warehouse_id, self.device_id = row.warehouse_id, row.device_id
        self.known_as, self.sessions_to, self.silent_since = row.known_as, row.sessions_to, row.silent_since
        self.clock_offset, self.offset_now, self.offset_before = row.clock_offset, row.offset_now, row.offset_before
        self.window_from, self.oldest = row.window_from, row.passes_to
        self.heard_at = self.called = None
        self.batches = self.lost = 0
        self.taken = Taken()

    def watch(self, heard, received_at):
        """What is known of its clock after this delivery."""
        said = [read.last for read in heard.reads if read.last is not None]
        newest = heard.sent_at if heard.sent_at is not None else max(said, default=None)
        if newest is not None:
            found = received_at - newest
            if self.window_from is None or received_at - self.window_from > WINDOW:
                self.offset_before, self.offset_now, self.window_from = self.offset_now, found, received_at
            else:
                self.offset_now = found if self.offset_now is None else min(self.offset_now, found)
        exact = received_at - heard.sent_at if heard.sent_at is not None else None
        exact = offset_of(self.offset_before, self.offset_now) if exact is None else exact
        self.clock_offset = exact if abs(exact) >= SECOND else 0

    def note(self, post, lost):
        """One more delivery of it was taken."""
        self.heard_at, self.batches, self.lost = post.received_at, self.batches + 1, self.lost + lost
        self.taken.accepted += post.taken.accepted
        self.taken.duplicate += post.taken.duplicate
        self.taken.quarantined += post.taken.quarantined
        if post.heard.names:
            self.called = min(post.heard.names)[:120].replace("\x00", "")

    def row(self):
        """For `_note`."""
        return (
            *(self.warehouse_id, self.device_id, self.heard_at, self.oldest, self.batches, self.taken.accepted),
            *(self.taken.duplicate, self.taken.quarantined, self.lost, self.called, self.clock_offset),
            *(self.offset_now, self.offset_before, self.window_from),
        )


def _held(sources, now):
    """{source: _Standing}; rows are held in one order, so that nobody waits for who waits for them."""
    locked = "" if is_embedded() else " FOR UPDATE OF r"
    sql = (
        "SELECT r.* FROM " + given("rows", w="id", d="id") + " v JOIN readers r ON r.warehouse_id = v.w"
        f" AND r.device_id = v.d ORDER BY r.warehouse_id, r.device_id{locked}"
    )
    keys = [(one.warehouse_id, one.device_id) for one in sources]
    rows = fetch(sql, rows=keys)
    if len(rows) < len(keys):
        columns = ["warehouse_id", "device_id", "made_at"]
        unknown = sorted(set(keys) - {(row.warehouse_id, row.device_id) for row in rows})
        put("readers", [(*key, now) for key in unknown], columns, "ON CONFLICT (warehouse_id, device_id) DO NOTHING")
        rows = fetch(sql, rows=keys)
    return {Source(row.warehouse_id, row.device_id): _Standing(row) for row in rows}


def _keep_the_rest(post, reader):
    heard, source, at = post.heard, post.source, post.received_at
    if heard.gates:
        keep_gates(source, heard.gates, at, reader.clock_offset, post.taken)
    if heard.beams:
        keep_beams(source, heard.beams, at, reader.clock_offset)
    lost = keep_gaps(source, heard.gaps, at, reader.clock_offset) if heard.gaps else 0
    reader.oldest = min(reader.oldest, _oldest(heard, at, reader.clock_offset))
    if post.again:
        _look_again(reader)
        return
    if heard.aside:
        set_aside(source, heard, at)
    if heard.seq is not None:
        _note_batch(source, heard, post.session_id, at)
    reader.note(post, lost)


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


def _keep_reads(posts, readers):
    """Sights of all posts: what is known of them is read once, joined with what is new, and written back once."""
    if not posts:
        return
    grouped = []
    for post in posts:
        reader = readers[post.source]
        session_of = _session(reader, post.heard, post.session_id)
        grouped.append(_grouped(post.source, post.heard.reads, post.received_at, reader.clock_offset, session_of))
    sights = _known({key for groups, _ in grouped for key in groups})
    changed = {}
    for post, (groups, spans) in zip(posts, grouped, strict=True):
        for key, new in groups.items():
            known = sights.get(key)
            series, again = merged(known[0] if known else [], new)
            post.taken.duplicate += again
            post.taken.accepted += len(new) - again
            if known and again == len(new):
                continue
            first, last = spans[key]
            if known:
                first, last = min(first, known[1]), max(last, known[2])
            sights[key] = (series, first, last)
            changed[key] = post.received_at
    rows = [_row(key, *sights[key], at) for key, at in changed.items()]
    put("tag_sights", sorted(rows, key=lambda row: row[:6]), _SIGHT, on_conflict=_REPLACE)


def _row(key, series, first, last, at):
    peaks = [one[2] for one in series if one[2] is not None]
    reads = sum(one[3] for one in series)
    return (*key, reads, max(peaks, default=None), first, last, _encode(series).decode(), at)


def _grouped(source, reads, received_at, offset, session_of):
    """({(warehouse, device, session, bucket, tag, tid): [read as a list]}, {the same: (first, last) by our clock})."""
    groups, spans = defaultdict(list), {}
    for read in reads:
        first = received_at - offset if read.first is None else read.first
        last = first if read.last is None else max(first, read.last)
        at, until = clamped(first + offset, received_at), clamped(last + offset, received_at)
        bucket = first - first % BUCKET
        key = (source.warehouse_id, source.device_id, session_of(until), bucket, read.tag, read.tid)
        groups[key].append([first - bucket, read.antenna, read.peak, read.count, read.seq])
        span = spans.get(key)
        spans[key] = (at, until) if span is None else (min(at, span[0]), max(until, span[1]))
    return groups, spans


def _known(keys):
    """{key: (series, first, last)} of the sights that are there."""
    rows = fetch(
        "SELECT s.warehouse_id, s.device_id, s.session_id, s.bucket, s.tag, s.tid, s.first_at, s.last_at, s.series"
        " FROM "
        + given("rows", w="id", d="id", session="id", bucket="int", tag="text", tid="text")
        + " v JOIN tag_sights s ON s.warehouse_id = v.w AND s.device_id = v.d AND s.session_id = v.session"
        " AND s.bucket = v.bucket AND s.tag = v.tag AND s.tid = v.tid",
        rows=list(keys),
    )
    return {tuple(row[:6]): (_decode(row.series), row.first_at, row.last_at) for row in rows}


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


def _look_again(reader):
    run(
        "UPDATE readers SET passes_to = :oldest WHERE warehouse_id = :w AND device_id = :d AND passes_to > :oldest",
        oldest=reader.oldest,
        w=reader.warehouse_id,
        d=reader.device_id,
    )


def _oldest(heard, received_at, offset):
    """The instant from which on a door has to be looked at again."""
    said = [one.first for one in heard.reads] + [one.at for one in heard.gates] + [at for *_, at in heard.beams]
    return min((clamped(at + offset, received_at) for at in said if at is not None), default=received_at)


_NOTED = "w d heard oldest batches new known aside lost called off off_now off_before since".split()
_KINDS = {"w": "id", "d": "id", "called": "text"}  # all else are whole numbers


def _note(readers):
    """Write down what the deliveries said of their readers."""
    if not readers:
        return
    run(
        "UPDATE readers SET heard_at = v.heard, first_heard_at = COALESCE(first_heard_at, v.heard),"
        " silent_since = NULL, passes_to = CASE WHEN passes_to > v.oldest THEN v.oldest ELSE passes_to END,"
        " batches = readers.batches + v.batches, reads = readers.reads + v.new, duplicates = duplicates + v.known,"
        " aside = readers.aside + v.aside, lost = readers.lost + v.lost, called = COALESCE(v.called, readers.called),"
        " clock_offset = v.off, offset_now = v.off_now, offset_before = v.off_before, window_from = v.since FROM "
        + given("rows", **{name: _KINDS.get(name, "int") for name in _NOTED})
        + " v WHERE readers.warehouse_id = v.w AND readers.device_id = v.d",
        rows=[reader.row() for reader in readers],
    )
