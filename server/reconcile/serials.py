"""Which single things a position holds: a set, where the book knows how many.

Two pieces may be there as booked, and one of them another one: then nothing is off but the set, and a person has to see
it. What a settled count found is where it was found; what it did not find is lost.
"""

from dataclasses import dataclass

from server.db import fetch, given
from server.ledger.post import loss_location, place_serials

_FOUND = """
SELECT v.line, e.serial FROM {rows} v
JOIN count_tasks t ON t.warehouse_id = :w AND t.id = v.task
JOIN counts c ON c.warehouse_id = :w AND c.id = t.count_id
JOIN count_entries e ON e.warehouse_id = :w AND e.task_id = v.task AND e.location_id = v.l AND e.item_id = v.i
 AND e.lot = v.lot AND e.kind = 'entry' AND e.qty > 0 AND e.serial IS NOT NULL
 AND (c.mode = 'parts' OR e.claim_id = t.claim_id)
WHERE NOT EXISTS (SELECT 1 FROM count_entries x WHERE x.warehouse_id = :w AND x.voids_id = e.id)
"""
_BOOKED = """
SELECT v.line, s.serial, s.since FROM {rows} v JOIN serial_places s ON s.warehouse_id = :w AND s.location_id = v.l
 AND s.item_id = v.i AND s.lot = v.lot AND s.since <= v.at
"""


@dataclass(frozen=True, slots=True)
class Sets:
    """Serials that the last round of a line found, and those that were there by then, with since when."""

    found: set[str]
    booked: dict[str, int]


def swapped(warehouse_id, lines):
    """Ids of lines where as many were found as booked, but not the same ones. Sets that are not whole say nothing."""
    odd = set()
    for line, sets in _sets(warehouse_id, lines):
        whole = len(sets.found) * 1000 == line.last.counted_qty == line.last.book_qty == len(sets.booked) * 1000
        if whole and sets.found != sets.booked.keys():
            odd.add(line.id)
    return odd


def settle_serials(warehouse_id, lines):
    """Write down where the serials of settled lines are, as of their counts. Lines that have none cost nothing."""
    rows = []
    for line, sets in _sets(warehouse_id, lines):
        if len(sets.found) * 1000 != line.last.counted_qty:
            continue  # who did not scan them all does not say which are gone
        # Lost since it came, not since it was missed: whoever found it elsewhere meanwhile is right, and says it later.
        at = dict.fromkeys(sets.found, (line.location_id, line.last.as_of))
        at |= {one: (loss_location(warehouse_id), since) for one, since in sets.booked.items() if one not in sets.found}
        rows += [(line.item_id, one, warehouse_id, place, line.lot, when) for one, (place, when) in at.items()]
    place_serials(rows)


def _sets(warehouse_id, lines):
    tracked = {line.id: line for line in lines if line.serial_tracked}
    if not tracked:
        return []
    table = given("rows", line="id", task="id", l="id", i="id", lot="text", at="int")
    rows = [(line.id, line.last.task_id, *line.key, line.last.as_of) for line in tracked.values()]
    sets = {id: Sets(set(), {}) for id in tracked}
    for row in fetch(_FOUND.format(rows=table), rows=rows, w=warehouse_id):
        sets[row.line].found.add(row.serial)
    for row in fetch(_BOOKED.format(rows=table), rows=rows, w=warehouse_id):
        sets[row.line].booked[row.serial] = row.since
    return [(tracked[id], one) for id, one in sets.items()]
