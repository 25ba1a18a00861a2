"""Doors: find passes in what portals read, gather those that came together, and lay them beside the document they fit.

A pass is a proposal; `through.py` acts on it. Passes are found by their own reads, so that repeated reads change
nothing. Late ones do: what nobody has decided is judged anew with them, at every door of the house, for a door is also
judged by what its neighbour saw. What was decided stays.
"""

from collections import defaultdict
from uuid import UUID, uuid5

import msgspec

from server.clock import SECOND
from server.db import NIL, among, fetch, given, is_embedded, put, run
from server.gateways.match import best_fit
from server.gateways.passing import crossings, other_door, passes, together, with_beams, with_verdicts
from server.gateways.rules import BUCKET
from server.gateways.sort_tags import Seen
from server.gateways.tell_tags import mean

SETTLED_AFTER = 6 * SECOND  # four without a read, and two for the way
READ_BACK, JUDGED_BACK = 90 * SECOND, 45 * SECOND  # more than the longest pass with its gap lies between
_PASS = [
    *("warehouse_id", "device_id", "tag", "first", "at", "last", "reads", "peak", "direction", "why", "state"),
    *("group_id", "item_id", "lot", "qty", "binding_id", "document", "document_id", "fits"),
]
_DOORS = """
SELECT r.device_id, r.threshold, r.clock_offset, r.passes_to, r.heard_at FROM readers r WHERE r.warehouse_id = :w
  AND (r.use = 'portal' OR EXISTS (SELECT 1 FROM gate_events g WHERE g.warehouse_id = :w AND g.device_id = r.device_id))
ORDER BY r.device_id {locked}
"""


def look(warehouse_id, now):
    """Find what went through the doors of a warehouse; gives how many passes were judged."""
    doors = fetch(_DOORS.format(locked="" if is_embedded() else "FOR UPDATE OF r"), w=warehouse_id)
    heard = [door.passes_to for door in doors if (door.heard_at or 0) > door.passes_to]
    return sum(_look_at(warehouse_id, door, min(*heard, door.passes_to), now) for door in doors) if heard else 0


def houses_with_doors():
    """Warehouses with a door that was heard since it was looked at, or where something waits."""
    rows = fetch(
        "SELECT DISTINCT r.warehouse_id FROM readers r WHERE r.use = 'portal' OR EXISTS"
        " (SELECT 1 FROM gate_events g WHERE g.warehouse_id = r.warehouse_id AND g.device_id = r.device_id)"
    )
    return sorted(row.warehouse_id for row in rows)


def proposals(warehouse_ids, limit, after=None, state="proposed"):
    """What went through together, the latest first, one more than `limit` groups: rows of passes in words."""
    at, last = after or (2**62, "")
    return fetch(
        "SELECT p.group_id, MAX(p.at) AS at, w.code AS warehouse, d.name AS reader, p.direction, MIN(p.document) AS"
        f" document, MIN(p.fits) AS fits, COUNT(*) AS tags FROM {given('houses', w='id')} h"
        " JOIN portal_passes p ON p.warehouse_id = h.w"
        " JOIN warehouses w ON w.id = p.warehouse_id JOIN devices d ON d.id = p.device_id WHERE p.state = :state"
        " AND p.group_id IS NOT NULL GROUP BY p.group_id, w.code, d.name, p.direction HAVING MAX(p.at) < :at OR"
        " MAX(p.at) = :at AND CAST(p.group_id AS text) > :last ORDER BY 2 DESC, 1 LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        state=state,
        at=at,
        last=last,
        n=limit + 1,
    )


def goods_of(group_ids):
    """{group: [rows (sku, lot, qty)]}; a tag that means nothing has no sku."""
    rows = fetch(
        "SELECT p.group_id, i.sku, p.lot, CAST(SUM(p.qty) AS BIGINT) AS qty, COUNT(*) AS tags FROM portal_passes p"
        f" LEFT JOIN items i ON i.id = p.item_id WHERE {among('p.group_id', 'ids', 'id')}"
        " GROUP BY p.group_id, i.sku, p.lot ORDER BY i.sku, p.lot",
        ids=list(group_ids),
    )
    found = defaultdict(list)
    for row in rows:
        found[row.group_id].append(row)
    return found


def sides_of(warehouse_id, device_id):
    """{antenna: "in" or "out"} of a door."""
    rows = fetch(
        "SELECT antenna, side FROM reader_antennas WHERE warehouse_id = :w AND device_id = :d AND side IS NOT NULL",
        w=warehouse_id,
        d=device_id,
    )
    return {row.antenna: row.side for row in rows}


def reads_since(warehouse_id, device_id, since, until=2**62):
    """{tag: [(instant by the reader's clock, antenna, peak, count)]} of sights outside of counts."""
    rows = fetch(
        "SELECT tag, bucket, series FROM tag_sights WHERE warehouse_id = :w AND device_id = :d AND last_at > :since"
        " AND first_at <= :until",
        w=warehouse_id,
        d=device_id,
        since=since,
        until=until,
    )
    reads = defaultdict(list)
    for row in rows:
        if not row.tag.startswith("barcode:"):
            for offset, antenna, peak, count, _ in msgspec.json.decode(row.series):
                reads[row.tag].append((row.bucket + offset, antenna, peak, count))
    return reads


def _look_at(warehouse_id, door, since, now):
    offset = door.clock_offset
    reads = reads_since(warehouse_id, door.device_id, since - READ_BACK)
    newest = max((one[0] for ones in reads.values() for one in ones), default=0)
    over, judged = max(newest, now - offset) - SETTLED_AFTER, since - JUDGED_BACK - offset
    found = [
        (tag, one)
        for tag, ones in _passes(warehouse_id, door, reads, since - READ_BACK).items()
        for one in ones
        if judged <= one.last <= over
    ]
    run(
        "DELETE FROM portal_passes WHERE warehouse_id = :w AND device_id = :d AND last >= :judged"
        " AND state IN ('proposed', 'none')",
        w=warehouse_id,
        d=door.device_id,
        judged=judged,
    )
    new = _undecided(warehouse_id, door, found)
    _keep(warehouse_id, door, new)
    run(
        "UPDATE readers SET passes_to = :now WHERE warehouse_id = :w AND device_id = :d",
        now=now - SETTLED_AFTER,
        w=warehouse_id,
        d=door.device_id,
    )
    return len(new)


def _passes(warehouse_id, door, reads, since):
    """{tag: [Pass]}: by the antennas, then by light beams where there are any, then by the reader's own word."""
    sides, asked = sides_of(warehouse_id, door.device_id), {"w": warehouse_id, "d": door.device_id, "since": since}
    beams = fetch(
        "SELECT at, pin FROM portal_beams WHERE warehouse_id = :w AND device_id = :d AND at > :since", **asked
    )
    verdicts = defaultdict(list)
    for row in fetch(
        "SELECT tag, at, direction FROM gate_events WHERE warehouse_id = :w AND device_id = :d AND at > :since", **asked
    ):
        verdicts[row.tag].append((row.at - door.clock_offset, row.direction))
    found = {tag: passes(ones, sides, door.threshold) for tag, ones in reads.items()}
    crossed = crossings([(row.at, row.pin) for row in beams])
    if crossed:
        found = {tag: [with_beams(one, crossed) for one in ones] for tag, ones in found.items()}
    return found | {tag: with_verdicts(found.get(tag, []), said) for tag, said in verdicts.items()}


def _undecided(warehouse_id, door, found):
    """Passes about which nobody has said anything yet."""
    known = defaultdict(list)
    for row in fetch(
        "SELECT tag, first, last FROM portal_passes WHERE warehouse_id = :w AND device_id = :d AND "
        + among("tag", "tags"),
        w=warehouse_id,
        d=door.device_id,
        tags=sorted({tag for tag, _ in found}),
    ):
        known[row.tag].append(row)
    return [
        (tag, one)
        for tag, one in found
        if not any(row.first <= one.last and one.first <= row.last for row in known[tag])
    ]


def _keep(warehouse_id, door, found):
    if not found:
        return
    elsewhere = _elsewhere(warehouse_id, door, found)
    seen = {tag: Seen(tag, 0, None, 0, 0) for tag, _ in found}
    mean(list(seen.values()))
    rows = {}
    for tag, one in found:
        why, direction, means = one.why, one.direction, seen[tag].means
        if direction and why == "passed" and other_door(one, elsewhere.get(tag, ())):
            why, direction = "other_door", None
        rows[tag, one.first] = [
            *(warehouse_id, door.device_id, tag, one.first, one.first + door.clock_offset, one.last, one.reads),
            *(one.peak, direction, why, "proposed" if direction else "none", None),
            *(means and means.item_id, means.lot if means else "", means.qty if means else 0, means and means.binding),
            *(None, None, None),
        ]
    put("portal_passes", [tuple(row) for row in rows.values()], _PASS)
    _gather(warehouse_id, door.device_id, [row for row in rows.values() if row[8]])


class _Through:
    """A pass that is believed. `group`: the one that it is in, if it is in one."""

    def __init__(self, tag, first, direction, group=None):
        self.tag, self.first, self.direction, self.group = tag, first, direction, group


def _gather(warehouse_id, device_id, new):
    """Put what came together into one group, with those that wait already, and lay it beside a document."""
    if not new:
        return
    waiting = fetch(
        "SELECT tag, first, direction, group_id FROM portal_passes WHERE warehouse_id = :w AND device_id = :d"
        " AND state = 'proposed' AND group_id IS NOT NULL",
        w=warehouse_id,
        d=device_id,
    )
    ones = [_Through(row[2], row[3], row[8]) for row in new]
    ones += [_Through(row.tag, row.first, row.direction, row.group_id) for row in waiting]
    groups = [group for group in together(ones) if any(one.group is None for one in group)]
    for group in groups:
        held = {one.group for one in group if one.group}
        id = min(held) if held else str(uuid5(UUID(device_id), f"{group[0].direction} {group[0].first}"))
        put_into(warehouse_id, device_id, id, [(one.tag, one.first) for one in group])


def put_into(warehouse_id, device_id, id, members):
    """These passes are one group, beside the document that it fits."""
    run(
        "UPDATE portal_passes SET group_id = :g WHERE warehouse_id = :w AND device_id = :d AND (tag, first) IN"
        " (SELECT v.tag, v.first FROM " + given("rows", tag="text", first="int") + " v)",
        g=id,
        w=warehouse_id,
        d=device_id,
        rows=members,
    )
    fits = best_fit(warehouse_id, id)
    run(
        "UPDATE portal_passes SET document = :number, document_id = :document, fits = :fits WHERE warehouse_id = :w"
        " AND group_id = :g",
        number=fits and fits.number,
        document=fits and fits.id,
        fits=fits and fits.how,
        w=warehouse_id,
        g=id,
    )


def _elsewhere(warehouse_id, door, found):
    """{tag: [(first, last, peak)]} of what other doors read of these tags at that time."""
    firsts = [one.first for _, one in found]
    rows = fetch(
        "SELECT s.tag, s.first_at, s.last_at, s.peak FROM tag_sights s JOIN readers r"
        " ON r.warehouse_id = s.warehouse_id AND r.device_id = s.device_id AND r.use = 'portal'"
        " WHERE s.warehouse_id = :w AND s.device_id <> :d AND s.session_id = :nil AND s.last_at >= :a"
        f" AND s.first_at <= :z AND {among('s.tag', 'tags')}",
        w=warehouse_id,
        d=door.device_id,
        nil=NIL,
        a=min(firsts) + door.clock_offset - BUCKET,
        z=max(one.last for _, one in found) + door.clock_offset + BUCKET,
        tags=sorted({tag for tag, _ in found}),
    )
    others = defaultdict(list)
    for row in rows:
        others[row.tag].append((row.first_at - door.clock_offset, row.last_at - door.clock_offset, row.peak))
    return others
