"""What supervisors ask about lines: the queue, and all the evidence of one."""

import msgspec

from server.db import fetch, given

_QUEUE = """
SELECT x.*, w.code AS warehouse, l.code AS location, i.sku, i.name, i.unit, i.unit_cost, c.requested_by, h.hat,
  CASE WHEN x.state IN ('pending', 'held') THEN 0 WHEN x.state IN ('recount', 'counting') THEN 1 ELSE 2 END AS rank,
  ABS(x.variance_value) AS weight
FROM {houses} k
JOIN variances x ON x.warehouse_id = k.w
JOIN warehouses w ON w.id = x.warehouse_id
JOIN locations l ON l.warehouse_id = x.warehouse_id AND l.id = x.location_id
JOIN items i ON i.id = x.item_id
JOIN counts c ON c.warehouse_id = x.warehouse_id AND c.id = x.count_id
LEFT JOIN variance_hands h ON h.warehouse_id = x.warehouse_id AND h.variance_id = x.id AND h.person_id = :me
WHERE {where}
ORDER BY rank, weight DESC, x.id LIMIT :limit
"""
_RANK = "CASE WHEN x.state IN ('pending', 'held') THEN 0 WHEN x.state IN ('recount', 'counting') THEN 1 ELSE 2 END"


def queue(houses, me, limit, after=None, blind=(), **wanted):
    """Lines, those that wait for a decision first and the most valuable first; one more than `limit`.

    None of `blind` locations: whoever counts there learns of no other round, by no figure and by no place in a list.

    `wanted`: state, sku, location, count, over (ten-thousandths), id. `after`: (rank, weight, id) of the last one seen.
    """
    if not houses:
        return []
    conditions = {
        "state": "x.state = :state",
        "sku": "i.sku = :sku",
        "location": "l.code = :location",
        "count": "x.count_id = :count",
        "over": "ABS(x.variance_value) >= :over",
        "id": "x.id = :id",
    }
    params = {name: value for name, value in wanted.items() if value is not None}
    where = [conditions[name] for name in params] or ["1 = 1"]
    if blind:
        where.append(_seeing(params, blind))
    if after:
        where.append(
            f"({_RANK} > :rank OR ({_RANK} = :rank AND (ABS(x.variance_value) < :weight"
            " OR (ABS(x.variance_value) = :weight AND x.id > :last))))"
        )
        params |= dict(zip(("rank", "weight", "last"), after, strict=True))
    sql = _QUEUE.format(houses=given("houses", w="id"), where=" AND ".join(where))
    return fetch(sql, houses=[(one,) for one in houses], me=me, limit=limit + 1, **params)


def uncounted(count):
    """Positions that the count was about, or that the book holds there, and that nobody said anything about."""
    return fetch(
        "SELECT DISTINCT l.code AS location, i.sku, i.name, k.lot, l.path_order FROM ("
        " SELECT p.location_id, p.item_id, p.lot FROM task_positions p JOIN count_tasks t"
        "  ON t.warehouse_id = p.warehouse_id AND t.id = p.task_id WHERE p.warehouse_id = :w AND t.count_id = :c"
        " UNION SELECT b.location_id, b.item_id, b.lot FROM task_locations s JOIN count_tasks t"
        "  ON t.warehouse_id = s.warehouse_id AND t.id = s.task_id JOIN balances b"
        "  ON b.warehouse_id = s.warehouse_id AND b.location_id = s.location_id AND b.qty <> 0"
        "  WHERE s.warehouse_id = :w AND t.count_id = :c AND t.form <> 'list'"
        ") k JOIN locations l ON l.warehouse_id = :w AND l.id = k.location_id JOIN items i ON i.id = k.item_id"
        " WHERE NOT EXISTS (SELECT 1 FROM variances x WHERE x.warehouse_id = :w AND x.count_id = :c"
        "  AND x.location_id = k.location_id AND x.item_id = k.item_id AND x.lot = k.lot)"
        " AND NOT EXISTS (SELECT 1 FROM count_entries e JOIN count_tasks t ON t.warehouse_id = e.warehouse_id"
        "  AND t.id = e.task_id AND t.state <> 'submitted' WHERE e.warehouse_id = :w AND e.count_id = :c"
        "  AND e.location_id = k.location_id AND e.item_id = k.item_id AND e.lot = k.lot)"
        " ORDER BY l.path_order, l.code, i.sku, k.lot LIMIT 5000",
        w=count.warehouse_id,
        c=count.id,
    )


def verdicts_of(counts):
    """{count id: {state: number of lines}}."""
    rows = fetch(
        "SELECT x.count_id, x.state, COUNT(*) AS n FROM variances x JOIN " + given("rows", w="id", id="id") + " v"
        " ON v.w = x.warehouse_id AND v.id = x.count_id GROUP BY x.count_id, x.state",
        rows=[(count.warehouse_id, count.id) for count in counts],
    )
    found: dict[str, dict] = {}
    for row in rows:
        found.setdefault(row.count_id, {})[row.state] = row.n
    return found


def rounds_of(warehouse_id, line_id):
    """The rounds of a line in order, each with its entries (superseded and voided ones too)."""
    rounds = fetch(
        "SELECT r.*, t.claim_id, c.mode FROM variance_rounds r JOIN count_tasks t ON t.warehouse_id = r.warehouse_id"
        " AND t.id = r.task_id JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id"
        " WHERE r.warehouse_id = :w AND r.variance_id = :id ORDER BY r.round",
        w=warehouse_id,
        id=line_id,
    )
    entries = fetch(
        "SELECT e.*, COALESCE(p.name, d.name) AS person, x.id AS voided_by, b.name AS brought_by"
        " FROM variance_rounds r JOIN variances v"
        " ON v.warehouse_id = r.warehouse_id AND v.id = r.variance_id JOIN count_entries e"
        " ON e.warehouse_id = r.warehouse_id AND e.task_id = r.task_id AND e.location_id = v.location_id"
        " AND (e.item_id = v.item_id AND e.lot = v.lot OR e.kind = 'empty' AND e.item_id IS NULL)"
        " LEFT JOIN persons p ON p.id = e.person_id LEFT JOIN devices d ON d.id = e.person_id"
        " LEFT JOIN count_entries x ON x.warehouse_id = e.warehouse_id AND x.voids_id = e.id"
        " LEFT JOIN events s ON s.warehouse_id = e.warehouse_id AND s.id = e.id"
        " LEFT JOIN persons b ON b.id = s.brought_by"
        " WHERE r.warehouse_id = :w AND r.variance_id = :id ORDER BY e.effective_at, e.id",
        w=warehouse_id,
        id=line_id,
    )
    return rounds, entries


def decisions_of(warehouse_id, line_id):
    """The decisions on a line in time order."""
    rows = fetch(
        "SELECT d.*, p.name AS person FROM decisions d JOIN persons p ON p.id = d.person_id"
        " WHERE d.warehouse_id = :w AND d.variance_id = :id ORDER BY d.at, d.id",
        w=warehouse_id,
        id=line_id,
    )
    return [{**row._mapping, "photos": msgspec.json.decode(row.photos) if row.photos else []} for row in rows]


def elsewhere(line):
    """The same item's open variances in other places of the warehouse."""
    return fetch(
        "SELECT x.id, l.code AS location, x.location_id, x.item_id, x.lot, x.warehouse_id, x.variance_qty, x.state,"
        " x.as_of, x.contaminated FROM variances x JOIN locations l ON l.warehouse_id = x.warehouse_id"
        " AND l.id = x.location_id WHERE x.warehouse_id = :w AND x.item_id = :i AND x.id <> :id AND x.variance_qty <> 0"
        " AND x.state IN ('counting', 'recount', 'held', 'pending') ORDER BY x.as_of DESC LIMIT 50",
        w=line.warehouse_id,
        i=line.item_id,
        id=line.id,
    )


def history_of(line, limit=12):
    """The last counts of this position, oldest first: rows (as_of, variance_qty, counted_qty)."""
    rows = fetch(
        "SELECT x.as_of, x.variance_qty FROM variances x WHERE x.warehouse_id = :w AND x.location_id = :l"
        " AND x.item_id = :i AND x.lot = :lot AND x.state IN ('matched', 'approved', 'rejected', 'pending', 'held')"
        " ORDER BY x.as_of DESC LIMIT :limit",
        w=line.warehouse_id,
        l=line.location_id,
        i=line.item_id,
        lot=line.lot,
        limit=limit,
    )
    return rows[::-1]


def cases_of(warehouse_id, line_id):
    """Cases about a line."""
    return fetch(
        "SELECT id, kind, state, opened_at FROM cases WHERE warehouse_id = :w AND line_id = :id ORDER BY opened_at",
        w=warehouse_id,
        id=line_id,
    )


def pack_sizes(item_id):
    """Packs of an item, thousandths."""
    rows = fetch("SELECT DISTINCT pack_qty FROM codes WHERE item_id = :i AND pack_qty > 1000", i=item_id)
    return tuple(row.pack_qty for row in rows)


def serials_at(line):
    """(serials that the book has at the position, serials that the last round found)."""
    booked = fetch(
        "SELECT serial FROM serial_places WHERE warehouse_id = :w AND location_id = :l AND item_id = :i AND lot = :lot",
        w=line.warehouse_id,
        l=line.location_id,
        i=line.item_id,
        lot=line.lot,
    )
    found = fetch(
        "SELECT DISTINCT e.serial FROM variance_rounds r JOIN count_entries e ON e.warehouse_id = r.warehouse_id"
        " AND e.task_id = r.task_id WHERE r.warehouse_id = :w AND r.variance_id = :id AND r.round = :round"
        " AND e.location_id = :l AND e.item_id = :i AND e.lot = :lot AND e.serial IS NOT NULL AND e.kind = 'entry'"
        " AND NOT EXISTS (SELECT 1 FROM count_entries x WHERE x.warehouse_id = e.warehouse_id AND x.voids_id = e.id)",
        w=line.warehouse_id,
        id=line.id,
        round=line.round,
        l=line.location_id,
        i=line.item_id,
        lot=line.lot,
    )
    return sorted(row.serial for row in booked), sorted(row.serial for row in found)


def named(houses, me, ids, blind=()):
    """Lines by id, in the order of the queue."""
    if not houses:
        return []
    where = "x.id IN (SELECT n.id FROM " + given("ids", id="id") + " n)"
    params = {"ids": [(one,) for one in set(ids)]}
    if blind:
        where += " AND " + _seeing(params, blind)
    sql = _QUEUE.format(houses=given("houses", w="id"), where=where)
    return fetch(sql, houses=[(one,) for one in houses], me=me, limit=len(ids) + 1, **params)


def _seeing(params, blind):
    params["blind"] = [(one,) for one in blind]
    return "x.location_id NOT IN (SELECT b.id FROM " + given("blind", id="id") + " b)"
