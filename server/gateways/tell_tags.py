"""What the tags mean that were read for a task: by the bindings first, then the catalogue; and where they were."""

import msgspec

from server.catalog.identify import identify_many
from server.catalog.tags import at_home, bound
from server.clock import LATEST
from server.db import among, fetch
from server.gateways.sort_tags import STRONG_ENOUGH, Meaning, Seen, sort
from server.ledger.book import positions_at

_SEEN = """
SELECT s.tag, s.tid, s.device_id, SUM(s.reads) AS reads, MAX(s.peak) AS peak, MIN(s.first_at) AS first,
  MAX(s.last_at) AS last
FROM tag_sights s WHERE s.warehouse_id = :w AND s.session_id IN (:t, :c) AND s.last_at >= :made
GROUP BY s.tag, s.tid, s.device_id
"""


def rows_seen(task):
    """All that was read for a task: for it by name, or for its count since it was handed out."""
    return fetch(_SEEN, w=task.warehouse_id, t=task.id, c=task.count_id, made=task.made_at - GRACE)


GRACE = 5_000_000  # a reader's clock may be a little behind the hand that gave the task out


def sorted_tags(task, at=None):
    """`Sorted` of a task's tags, as the book is at an instant."""
    places = places_of(task)
    seen = seen_of(task, rows_seen(task), places)
    mean(seen)
    home = {}
    for row in at_home(task.warehouse_id, places):
        tag = row.hex if row.id_kind == "epc" else f"tid:{row.hex}"
        home[tag] = _meaning(row, task.warehouse_id)
    book = positions_at(task.warehouse_id, list(places), at)
    return sort(seen, home, book, frozenset(places), _elsewhere(task, seen, at))


def _elsewhere(task, seen, at):
    """{tag: (peak, code of the place)} of weak tags that other tasks of the same count read, at places not of this one;
    the strongest of each."""
    weak = [one.tag for one in seen if one.peak is not None and one.peak < STRONG_ENOUGH]
    rows = weak and fetch(
        "SELECT s.tag, MAX(s.peak) AS peak, MIN(l.code) AS code FROM count_tasks o JOIN task_locations t"
        " ON t.warehouse_id = o.warehouse_id AND t.task_id = o.id JOIN locations l ON l.warehouse_id = t.warehouse_id"
        " AND l.id = t.location_id JOIN tag_sights s ON s.warehouse_id = o.warehouse_id AND s.session_id = o.id"
        " WHERE o.warehouse_id = :w AND o.count_id = :c AND o.id <> :t AND s.posted_at <= :until AND NOT EXISTS"
        " (SELECT 1 FROM task_locations a JOIN task_locations b ON b.warehouse_id = a.warehouse_id"
        "  AND b.location_id = a.location_id AND b.task_id = :t WHERE a.warehouse_id = :w AND a.task_id = o.id)"
        f" AND {among('s.tag', 'tags')} GROUP BY s.tag, o.id ORDER BY 2",
        w=task.warehouse_id,
        c=task.count_id,
        t=task.id,
        until=LATEST if at is None else at,
        tags=sorted(weak),
    )
    return {row.tag: (row.peak, row.code) for row in rows or ()}


def places_of(task):
    """{location id: code} of a task."""
    rows = fetch(
        "SELECT l.id, l.code FROM task_locations t JOIN locations l ON l.warehouse_id = t.warehouse_id"
        " AND l.id = t.location_id WHERE t.warehouse_id = :w AND t.task_id = :t",
        w=task.warehouse_id,
        t=task.id,
    )
    return {row.id: row.code for row in rows}


def seen_of(task, rows, places):
    """`Seen` of each tag that was read for a task, without what it means."""
    return list(_joined(task, rows, places).values())


def _joined(task, rows, places):
    """{tag: Seen}: readers and TIDs of one tag joined. Scans of bar codes say where the tags after them were."""
    where = _Where(task, rows, places)
    found: dict[str, Seen] = {}
    for row in rows:
        if row.tag.startswith("barcode:"):
            continue
        one = found.get(row.tag)
        tids = frozenset({row.tid} if row.tid else ())
        if one is None:
            found[row.tag] = Seen(
                *(row.tag, int(row.reads), row.peak, row.first, row.last, tids, where.of(row)),
            )
            continue
        if row.peak is not None and (one.peak is None or row.peak > one.peak):
            one.peak, one.place = row.peak, where.of(row) or one.place
        one.reads, one.tids = one.reads + int(row.reads), one.tids | tids
        one.first, one.last = min(one.first, row.first), max(one.last, row.last)
    return found


class _Where:
    """Where a reader's tags were: where its antennas look, or the location that was scanned before."""

    def __init__(self, task, rows, places):
        self.only = next(iter(places)) if len(places) == 1 else None
        codes = {code: id for id, code in places.items()}
        self.scans: dict[str, list] = {}
        for row in rows:
            place = codes.get(row.tag.removeprefix("barcode:")) if row.tag.startswith("barcode:") else None
            if place:
                self.scans.setdefault(row.device_id, []).append((row.first, place))
        self.fixed = {} if self.only else self._fixed(task)

    def of(self, row):
        """The location of a tag that a reader read, or None."""
        if self.only:
            return self.only
        if (row.device_id, row.tag) in self.fixed:
            return self.fixed[row.device_id, row.tag]
        before = [place for at, place in sorted(self.scans.get(row.device_id, ())) if at <= row.first]
        return before[-1] if before else None

    @staticmethod
    def _fixed(task):
        """{(reader, tag): the location at which the antenna looks that read it best}."""
        looks = fetch(
            "SELECT a.device_id, a.antenna, a.location_id FROM reader_antennas a WHERE a.warehouse_id = :w"
            " AND a.location_id IS NOT NULL AND a.device_id IN (SELECT s.device_id FROM tag_sights s"
            " WHERE s.warehouse_id = :w AND s.session_id IN (:t, :c))",
            w=task.warehouse_id,
            t=task.id,
            c=task.count_id,
        )
        if not looks:
            return {}
        place = {(row.device_id, row.antenna): row.location_id for row in looks}
        best: dict[tuple, tuple] = {}
        for row in fetch(
            "SELECT device_id, tag, series FROM tag_sights WHERE warehouse_id = :w AND session_id IN (:t, :c)",
            w=task.warehouse_id,
            t=task.id,
            c=task.count_id,
        ):
            for _, antenna, peak, *_ in msgspec.json.decode(row.series):
                here = place.get((row.device_id, antenna))
                key = (row.device_id, row.tag)
                if here and (key not in best or (peak or -20_000) > best[key][0]):
                    best[key] = (peak or -20_000, here)
        return {key: here for key, (_, here) in best.items()}


def mean(seen):
    """Set what each tag means: its TID's binding, its EPC's, else what the catalogue makes of its number."""
    tids = {tid for one in seen for tid in one.tids} | {one.tag[4:] for one in seen if one.tag.startswith("tid:")}
    rows = bound([*tids, *(one.tag for one in seen if not one.tag.startswith("tid:"))])
    by_tid = {row.hex: row for row in rows if row.id_kind == "tid"}
    by_epc = {row.hex: row for row in rows if row.id_kind == "epc"}
    rest = []
    for one in seen:
        own = [*sorted(one.tids), one.tag.removeprefix("tid:")]
        row = next((by_tid[tid] for tid in own if tid in by_tid), None) or by_epc.get(one.tag)
        if row is not None:
            one.means = _meaning(row)
        elif not one.tag.startswith("tid:"):
            rest.append(one)
    named = identify_many([one.tag for one in rest]) if rest else {}
    for one in rest:
        name = named[one.tag]
        if name.item_id is not None:
            lot = name.lot or ""
            one.means = None if name.lot_tracked and not lot else Meaning(name.item_id, lot, name.serial, name.scan_qty)


def _meaning(row, _warehouse_id=None):
    return Meaning(row.item_id, row.lot or "", row.serial, row.qty, row.location_id, row.id)


def gaps_of(task, now):
    """Why reads of a task may be missing: overflow, dropped, missing_batches, offline, clock; in no order."""
    found = {row.what for row in _announced(task)} | {"missing_batches" for _ in _unnumbered(task)}
    for row in _feeding(task):
        if row.heard_at is not None and row.is_open and now - row.heard_at > 3_000_000 * row.every_seconds:
            found.add("offline")
        if abs(row.clock_offset) > 60_000_000:
            found.add("clock")
    return sorted(found)


def _announced(task):
    return fetch(
        "SELECT DISTINCT g.what FROM (SELECT s.device_id, MIN(s.first_at) AS first, MAX(s.last_at) AS last"
        "  FROM tag_sights s WHERE s.warehouse_id = :w AND s.session_id IN (:t, :c) GROUP BY s.device_id) s"
        " JOIN reader_gaps g ON g.warehouse_id = :w AND g.device_id = s.device_id AND g.from_at <= s.last"
        " AND g.to_at >= s.first",
        w=task.warehouse_id,
        t=task.id,
        c=task.count_id,
    )


def _unnumbered(task):
    return fetch(
        "SELECT device_id, MAX(seq) - MIN(seq) + 1 - COUNT(*) AS n FROM reader_batches WHERE warehouse_id = :w"
        " AND session_id IN (:t, :c) GROUP BY device_id HAVING MAX(seq) - MIN(seq) + 1 > COUNT(*)",
        w=task.warehouse_id,
        t=task.id,
        c=task.count_id,
    )


def _feeding(task):
    return fetch(
        "SELECT r.heard_at, r.every_seconds, r.clock_offset, MAX(CASE WHEN x.to_at IS NULL AND x.id IS NOT NULL THEN 1"
        " ELSE 0 END) AS is_open FROM readers r LEFT JOIN reader_sessions x ON x.warehouse_id = r.warehouse_id"
        " AND x.device_id = r.device_id AND x.session_id = :t WHERE r.warehouse_id = :w AND (x.id IS NOT NULL OR"
        " r.device_id IN (SELECT s.device_id FROM tag_sights s WHERE s.warehouse_id = :w AND s.session_id IN (:t, :c)))"
        " GROUP BY r.device_id, r.heard_at, r.every_seconds, r.clock_offset",
        w=task.warehouse_id,
        t=task.id,
        c=task.count_id,
    )
