"""Count tasks under way: who counts what, since when, how far. Places and lines; never a quantity, nor which round."""

from server.clock import LATEST
from server.db import fetch, given

_DUE = f"CAST(:priority AS BIGINT) * {LATEST + 1} + COALESCE(t.due_at, c.due_at, {LATEST})"
_ON_IT = "SELECT 1 FROM claims k WHERE k.warehouse_id = t.warehouse_id AND k.task_id = t.id AND k.ended_at IS NULL"
_TASKS = f"""
SELECT t.id, t.warehouse_id, t.count_id, t.form, t.state, t.assignee_id, COALESCE(t.due_at, c.due_at) AS due_at,
  w.code AS warehouse, a.username AS assignee, a.name AS assignee_name, {_DUE} AS due
FROM {{houses}} h
JOIN count_tasks t ON t.warehouse_id = h.w AND t.state IN ('open', 'claimed')
JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id
JOIN warehouses w ON w.id = t.warehouse_id
LEFT JOIN persons a ON a.id = t.assignee_id
WHERE 1 = 1 {{where}}
ORDER BY {_DUE}, t.id LIMIT :limit
"""


def under_way(houses, priority, limit, after=None, nobodys=False, late_at=None):
    """Count tasks that are not handed in, by when they are due; one more than `limit`. `due`: as documents have it.

    `priority`: as which they stand among documents. `after`: (due, task id). `nobodys`: given to nobody, and nobody has
    begun. `late_at`: due before it.
    """
    where, params = "", {}
    if after:
        where = f" AND ({_DUE} > :due OR ({_DUE} = :due AND t.id > :last))"
        params = {"due": after[0], "last": after[1]}
    if nobodys:
        where += f" AND t.assignee_id IS NULL AND NOT EXISTS ({_ON_IT})"
    if late_at is not None:
        where += " AND COALESCE(t.due_at, c.due_at) < :late"
        params["late"] = late_at
    if not houses:
        return []
    return fetch(
        _TASKS.format(houses=given("houses", w="id"), where=where),
        houses=[(one,) for one in houses],
        priority=priority,
        limit=limit + 1,
        **params,
    )


def counters_of(tasks):
    """{task id: rows (username, name, since, last_at: their last word, or when they took it)} of whoever has them."""
    rows = fetch(
        "SELECT k.task_id, COALESCE(p.username, d.name) AS username, COALESCE(p.name, d.name) AS name,"
        " MIN(k.at) AS since, MAX(COALESCE(e.posted_at, k.at)) AS last_at FROM "
        + given("rows", w="id", id="id")
        + " v JOIN claims k ON k.warehouse_id = v.w AND k.task_id = v.id AND k.ended_at IS NULL"
        " LEFT JOIN persons p ON p.id = k.person_id LEFT JOIN devices d ON d.id = k.person_id"
        " LEFT JOIN count_entries e ON e.warehouse_id = k.warehouse_id AND e.task_id = k.task_id AND e.claim_id = k.id"
        " GROUP BY k.task_id, k.person_id, p.username, p.name, d.name ORDER BY 3",
        rows=[(one.warehouse_id, one.id) for one in tasks],
    )
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found


def places_of(tasks):
    """{task id: row (places, stated: those somebody has said something about, first, last: their codes, zone if it is
    but one)}."""
    rows = fetch(
        "SELECT l.task_id, COUNT(DISTINCT l.location_id) AS places, COUNT(DISTINCT e.location_id) AS stated,"
        " MIN(o.code) AS first, MAX(o.code) AS last,"
        " CASE WHEN MIN(o.zone) = MAX(o.zone) THEN MIN(o.zone) END AS zone FROM "
        + given("rows", w="id", id="id")
        + " v JOIN task_locations l ON l.warehouse_id = v.w AND l.task_id = v.id"
        " JOIN locations o ON o.warehouse_id = l.warehouse_id AND o.id = l.location_id"
        " LEFT JOIN count_entries e ON e.warehouse_id = l.warehouse_id AND e.task_id = l.task_id"
        " AND e.location_id = l.location_id AND e.kind <> 'void' GROUP BY l.task_id",
        rows=[(one.warehouse_id, one.id) for one in tasks],
    )
    return {row.task_id: row for row in rows}


def lines_of(tasks):
    """{task id: row (lines, stated)} of tasks that name what to count."""
    rows = fetch(
        "SELECT p.task_id, COUNT(*) AS lines, SUM(CASE WHEN EXISTS (SELECT 1 FROM count_entries e"
        " WHERE e.warehouse_id = p.warehouse_id AND e.task_id = p.task_id AND e.location_id = p.location_id"
        " AND (e.kind <> 'void' AND e.item_id = p.item_id AND e.lot = p.lot OR e.kind = 'empty' AND e.item_id IS NULL))"
        " THEN 1 ELSE 0 END) AS stated FROM "
        + given("rows", w="id", id="id")
        + " v JOIN task_positions p ON p.warehouse_id = v.w AND p.task_id = v.id GROUP BY p.task_id",
        rows=[(one.warehouse_id, one.id) for one in tasks if one.form == "list"],
    )
    return {row.task_id: row for row in rows}
