"""Doors: find passes in what portals read, match them to documents, and wait for a person.

Nothing moves in the book by itself: a pass is a proposal, laid beside the document that it fits. Passes are found by
their own reads, so looking again, late reads or repeated ones change no decision: what was decided stays.
"""

from collections import Counter, defaultdict

import msgspec

from server.catalog.tags import brought_home
from server.clock import MINUTE, SECOND
from server.db import NIL, among, fetch, given, put, run
from server.errors import NotFound, Refusal
from server.gateways.passing import other_door, passes, together
from server.gateways.rules import BUCKET
from server.gateways.sort_tags import Seen
from server.gateways.tell_tags import mean
from server.handling.rules import LIVE
from server.ids import new_id

SETTLED_AFTER = 6 * SECOND  # four without a read, and two for the way
LOOKED_BACK = 2 * MINUTE
_KINDS = {"in": ("receipt", "transfer"), "out": ("pick", "transfer")}
_PASS = [
    *("warehouse_id", "device_id", "tag", "first", "at", "last", "reads", "peak", "direction", "why", "state"),
    *("group_id", "item_id", "lot", "qty", "binding_id", "document"),
]


class PassDecided(Refusal):
    """Somebody said before whether it went through."""

    code = "pass_decided"
    en = "These goods were decided about before. Refresh the list."
    zh = "该批次已处理。请刷新列表。"


def look(warehouse_id, now):
    """Find what went through the doors of a warehouse; gives how many passes are new."""
    doors = fetch(
        "SELECT device_id, threshold, clock_offset, passes_to FROM readers WHERE warehouse_id = :w AND use = 'portal'"
        " AND heard_at > passes_to",
        w=warehouse_id,
    )
    return sum(_look_at(warehouse_id, door, now) for door in doors)


def look_everywhere(now):
    """The same in every warehouse that has a door."""
    rows = fetch("SELECT DISTINCT warehouse_id FROM readers WHERE use = 'portal' AND heard_at > passes_to")
    return sum(look(row.warehouse_id, now) for row in rows)


def proposals(warehouse_ids, limit, after=None, state="proposed"):
    """What went through together, the latest first, one more than `limit` groups: rows of passes in words."""
    at, last = after or (2**62, "")
    return fetch(
        "SELECT p.group_id, MAX(p.at) AS at, w.code AS warehouse, d.name AS reader, p.direction, MIN(p.document) AS"
        f" document, COUNT(*) AS tags FROM {given('houses', w='id')} h JOIN portal_passes p ON p.warehouse_id = h.w"
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


def decide(warehouse_ids, group_id, confirm, person_id, now):
    """Somebody saw it, or says that it was nothing. Confirmed goods are at home where the inner antennas look.

    Raises `NotFound`, `PassDecided`.
    """
    rows = fetch(
        f"SELECT * FROM portal_passes WHERE group_id = :g AND {among('warehouse_id', 'houses', 'id')}",
        g=group_id,
        houses=list(warehouse_ids),
    )
    if not rows:
        raise NotFound()
    if any(row.state != "proposed" for row in rows):
        raise PassDecided()
    run(
        "UPDATE portal_passes SET state = :state, decided_by = :by, decided_at = :now WHERE warehouse_id = :w"
        " AND group_id = :g",
        state="confirmed" if confirm else "rejected",
        by=person_id,
        now=now,
        w=rows[0].warehouse_id,
        g=group_id,
    )
    if confirm and rows[0].direction == "in":
        _bring_in(rows)
    return len(rows)


def _bring_in(rows):
    inside = fetch(
        "SELECT location_id FROM reader_antennas WHERE warehouse_id = :w AND device_id = :d AND side = 'in'"
        " AND location_id IS NOT NULL ORDER BY antenna",
        w=rows[0].warehouse_id,
        d=rows[0].device_id,
    )
    if inside:
        homes = {row.binding_id: inside[0].location_id for row in rows if row.binding_id}
        brought_home(rows[0].warehouse_id, homes)


def _look_at(warehouse_id, door, now):
    since = max(0, door.passes_to - LOOKED_BACK)
    rows = fetch(
        "SELECT tag, bucket, series FROM tag_sights WHERE warehouse_id = :w AND device_id = :d AND last_at > :since",
        w=warehouse_id,
        d=door.device_id,
        since=since,
    )
    sides = {
        row.antenna: row.side
        for row in fetch(
            "SELECT antenna, side FROM reader_antennas WHERE warehouse_id = :w AND device_id = :d AND side IS NOT NULL",
            w=warehouse_id,
            d=door.device_id,
        )
    }
    reads = defaultdict(list)
    for row in rows:
        for offset, antenna, peak, count, _ in msgspec.json.decode(row.series):
            reads[row.tag].append((row.bucket + offset, antenna, peak, count))
    newest = max((one[0] for ones in reads.values() for one in ones), default=0)
    over = max(newest, now - door.clock_offset) - SETTLED_AFTER
    found = [
        (tag, one)
        for tag, ones in reads.items()
        if not tag.startswith("barcode:")
        for one in passes(ones, sides, door.threshold)
        if one.last <= over
    ]
    new = _unknown(warehouse_id, door, found)
    _keep(warehouse_id, door, new)
    run(
        "UPDATE readers SET passes_to = :now WHERE warehouse_id = :w AND device_id = :d",
        now=now - SETTLED_AFTER,
        w=warehouse_id,
        d=door.device_id,
    )
    return len(new)


def _unknown(warehouse_id, door, found):
    """Passes of which nothing is known yet. A pass that was cut off at the edge of what is looked at is known."""
    tags = sorted({tag for tag, _ in found})
    known = defaultdict(list)
    for row in fetch(
        "SELECT tag, first, last FROM portal_passes WHERE warehouse_id = :w AND device_id = :d AND "
        + among("tag", "tags"),
        w=warehouse_id,
        d=door.device_id,
        tags=tags,
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
    through, rows = [], {}
    for tag, one in found:
        why, direction = one.why, one.direction
        if direction and other_door(one, elsewhere.get(tag, ())):
            why, direction = "other_door", None
        means = seen[tag].means
        rows[tag, one.first] = [
            *(warehouse_id, door.device_id, tag, one.first, one.first + door.clock_offset, one.last, one.reads),
            *(one.peak, direction, why, "proposed" if direction else "none", None),
            *(means and means.item_id, means.lot if means else "", means.qty if means else 0, means and means.binding),
            None,
        ]
        if direction:
            through.append(_Through(tag, one.first, direction))
    for group in together(through):
        id = new_id()
        members = [rows[one.tag, one.first] for one in group]
        fits = _document(warehouse_id, group[0].direction, members)
        for row in members:
            row[11], row[16] = id, fits
    put("portal_passes", [tuple(row) for row in rows.values()], _PASS)


class _Through:
    """A pass that is believed."""

    def __init__(self, tag, first, direction):
        self.tag, self.first, self.direction = tag, first, direction


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


def _document(warehouse_id, direction, members):
    """The number of the open document whose goods these fit best: most of them, none too many; None if none does."""
    goods = Counter()
    for row in members:
        if row[12]:
            goods[row[12]] += row[14]
    rows = fetch(
        "SELECT d.number, l.item_id, SUM(l.qty) AS qty FROM documents d JOIN document_lines l"
        " ON l.warehouse_id = d.warehouse_id AND l.document_id = d.id AND l.role = 'goods'"
        f" WHERE d.warehouse_id = :w AND d.state IN {LIVE} AND {among('d.kind', 'kinds')}"
        f" AND {among('l.item_id', 'items', 'id')} GROUP BY d.number, l.item_id",
        w=warehouse_id,
        kinds=list(_KINDS[direction]),
        items=sorted(goods),
    )
    fits = Counter()
    for row in rows:
        fits[row.number] += min(goods[row.item_id], int(row.qty))
    best = fits.most_common(1)
    return best[0][0] if best else None
