"""What phones and supervisors ask about tasks and counts. Answers hold no book quantity, whoever asks."""

from server import clock
from server.db import fetch, given

_TASKS = """
SELECT t.id, t.warehouse_id, t.count_id, t.round, t.form, t.state, t.path_order, t.due_at, t.lease_until, t.claim_id,
  t.claimed_by, t.assignee_id, c.mode, c.open_count, c.asked ->> 'readers' AS readers, w.code AS warehouse,
  p.name AS holder, a.username AS given_to,
  CASE WHEN t.claimed_by = :me THEN 0 WHEN t.assignee_id = :me THEN 1 ELSE 2 END AS place
FROM count_tasks t
JOIN {houses} h ON h.w = t.warehouse_id
JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id
JOIN warehouses w ON w.id = t.warehouse_id
LEFT JOIN persons p ON p.id = t.claimed_by
LEFT JOIN persons a ON a.id = t.assignee_id
WHERE t.state IN ('open', 'claimed') {mine} {after}
ORDER BY place, t.path_order, t.id LIMIT :limit
"""
_MINE = """
AND (t.assignee_id IS NULL OR t.assignee_id = :me)
AND (t.claimed_by IS NULL OR t.claimed_by = :me OR c.mode = 'parts' OR t.lease_until <= :now)
AND NOT EXISTS (SELECT 1 FROM task_exclusions x
                WHERE x.warehouse_id = t.warehouse_id AND x.task_id = t.id AND x.person_id = :me)
"""
_AFTER = """
AND (CASE WHEN t.claimed_by = :me THEN 0 WHEN t.assignee_id = :me THEN 1 ELSE 2 END > :place
  OR (CASE WHEN t.claimed_by = :me THEN 0 WHEN t.assignee_id = :me THEN 1 ELSE 2 END = :place
      AND (t.path_order > :path OR (t.path_order = :path AND t.id > :id))))
"""


def tasks_for(person_id, warehouse_ids, mine, limit, after=None):
    """Open tasks in walking order, held or assigned ones first; one more than `limit`. `after`: (place, path, id)."""
    if not warehouse_ids:
        return []
    place, path, last = after or (0, 0, "")
    sql = _TASKS.format(houses=given("houses", w="id"), mine=_MINE if mine else "", after=_AFTER if after else "")
    params = {"houses": [(one,) for one in warehouse_ids], "me": person_id, "limit": limit + 1}
    if mine:
        params["now"] = clock.now()
    if after:
        params |= {"place": place, "path": path, "id": last}
    return fetch(sql, **params)


def task_of(person_id, warehouse_ids, task_id):
    """One task in the same shape, in whatever state, or None."""
    sql = _TASKS.format(houses=given("houses", w="id"), mine="AND t.id = :id", after="").replace(
        "t.state IN ('open', 'claimed')", "1 = 1"
    )
    rows = fetch(sql, houses=[(one,) for one in warehouse_ids], me=person_id, id=task_id, limit=1)
    return rows[0] if rows else None


def places_of_tasks(tasks):
    """{task id: rows (code, zone, path_order, kind) in walking order}."""
    rows = fetch(
        "SELECT t.task_id, l.id, l.code, l.zone, l.path_order, l.kind FROM task_locations t JOIN "
        + given("rows", w="id", id="id")
        + " v ON v.w = t.warehouse_id AND v.id = t.task_id JOIN locations l"
        " ON l.warehouse_id = t.warehouse_id AND l.id = t.location_id ORDER BY l.path_order, l.code",
        rows=[(task.warehouse_id, task.id) for task in tasks],
    )
    return _by_task(rows)


def lines_of_tasks(tasks):
    """{task id: rows of the items that a list names}, in walking order and by sku, never by quantity."""
    rows = fetch(
        "SELECT t.task_id, t.location_id, t.item_id, l.code AS location, i.sku, i.name, i.unit, t.lot, o.expiry,"
        " i.lot_tracked, i.serial_tracked FROM task_positions t JOIN "
        + given("rows", w="id", id="id")
        + " v ON v.w = t.warehouse_id AND v.id = t.task_id JOIN locations l"
        " ON l.warehouse_id = t.warehouse_id AND l.id = t.location_id JOIN items i ON i.id = t.item_id"
        " LEFT JOIN lots o ON o.item_id = t.item_id AND o.lot = t.lot"
        " ORDER BY l.path_order, l.code, i.sku, t.lot",
        rows=[(task.warehouse_id, task.id) for task in tasks],
    )
    return _by_task(rows)


def codes_of_items(item_ids):
    """{item id: rows (code, pack_qty)}."""
    rows = fetch(
        "SELECT c.item_id, c.code, c.pack_qty FROM codes c JOIN " + given("rows", id="id") + " v ON v.id = c.item_id"
        " ORDER BY c.pack_qty, c.code",
        rows=[(one,) for one in set(item_ids)],
    )
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def own_progress(tasks, person_id):
    """{task id: (locations this person has stated something about, entries)}."""
    rows = fetch(
        "SELECT e.task_id, COUNT(DISTINCT e.location_id) AS places, COUNT(*) AS entries FROM count_entries e JOIN "
        + given("rows", w="id", id="id")
        + " v ON v.w = e.warehouse_id AND v.id = e.task_id WHERE e.person_id = :me AND e.kind <> 'void'"
        " GROUP BY e.task_id",
        rows=[(task.warehouse_id, task.id) for task in tasks],
        me=person_id,
    )
    return {row.task_id: (row.places, row.entries) for row in rows}


def own_entries(task, person_id):
    """This person's statements in a task, in time order, with `voided`."""
    return fetch(
        "SELECT e.id, e.kind, l.code AS location, i.sku, i.name, e.lot, e.serial, e.code, e.qty, e.effective_at,"
        " e.method, e.photo, e.item_id, x.id AS voided_by FROM count_entries e"
        " JOIN locations l ON l.warehouse_id = e.warehouse_id"
        " AND l.id = e.location_id LEFT JOIN items i ON i.id = e.item_id"
        " LEFT JOIN count_entries x ON x.warehouse_id = e.warehouse_id AND x.voids_id = e.id"
        " WHERE e.warehouse_id = :w AND e.task_id = :t AND e.person_id = :me AND e.kind <> 'void'"
        " AND NOT (e.kind = 'empty' AND COALESCE(e.method, '') = 'rfid')"  # what no reader found was expected
        " ORDER BY e.effective_at, e.id",
        w=task.warehouse_id,
        t=task.id,
        me=person_id,
    )


def counts_in(warehouse_ids, state, limit, after=None):
    """Counts, newest first; one more than `limit`. `after`: (requested_at, id)."""
    if not warehouse_ids:
        return []
    at, last = after or (clock.LATEST, "")
    only = "AND c.state = :state" if state else ""
    later = "AND (c.requested_at < :at OR (c.requested_at = :at AND c.id > :last))" if after else ""
    params = {"state": state} if state else {}
    if after:
        params |= {"at": at, "last": last}
    return fetch(
        "SELECT c.*, c.asked ->> 'readers' AS readers, w.code AS warehouse, p.name AS asker FROM counts c JOIN "
        + given("houses", w="id")
        + " h ON h.w = c.warehouse_id JOIN warehouses w ON w.id = c.warehouse_id"
        " JOIN persons p ON p.id = c.requested_by"
        f" WHERE 1 = 1 {only} {later} ORDER BY c.requested_at DESC, c.id LIMIT :limit",
        houses=[(one,) for one in warehouse_ids],
        limit=limit + 1,
        **params,
    )


def count_of(warehouse_ids, count_id):
    """One count, or None."""
    rows = fetch(
        "SELECT c.*, c.asked ->> 'readers' AS readers, w.code AS warehouse, p.name AS asker FROM counts c JOIN "
        + given("houses", w="id")
        + " h ON h.w = c.warehouse_id JOIN warehouses w ON w.id = c.warehouse_id"
        " JOIN persons p ON p.id = c.requested_by"
        " WHERE c.id = :id",
        houses=[(one,) for one in warehouse_ids],
        id=count_id,
    )
    return rows[0] if rows else None


def tasks_of_counts(counts):
    """{count id: rows (id, round, state, assignee, holder)} in walking order."""
    rows = fetch(
        "SELECT t.warehouse_id, t.count_id, t.id, t.round, t.state, t.form, t.submitted_at, a.username AS assignee,"
        " p.name AS holder FROM count_tasks t JOIN " + given("rows", w="id", id="id") + " v"
        " ON v.w = t.warehouse_id AND v.id = t.count_id LEFT JOIN persons a ON a.id = t.assignee_id"
        " LEFT JOIN persons p ON p.id = t.claimed_by ORDER BY t.round, t.path_order, t.id",
        rows=[(count.warehouse_id, count.id) for count in counts],
    )
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.count_id, []).append(row)
    return found


def progress_of(counts):
    """{count id: (locations, locations with a statement)}."""
    rows = fetch(
        "SELECT t.count_id, COUNT(DISTINCT l.location_id) AS places, COUNT(DISTINCT e.location_id) AS stated"
        " FROM count_tasks t JOIN " + given("rows", w="id", id="id") + " v"
        " ON v.w = t.warehouse_id AND v.id = t.count_id JOIN task_locations l"
        " ON l.warehouse_id = t.warehouse_id AND l.task_id = t.id LEFT JOIN count_entries e"
        " ON e.warehouse_id = t.warehouse_id AND e.task_id = t.id AND e.location_id = l.location_id"
        " AND e.kind <> 'void'"
        " WHERE t.round = 1 GROUP BY t.count_id",
        rows=[(count.warehouse_id, count.id) for count in counts],
    )
    return {row.count_id: (row.places, row.stated) for row in rows}


def unknown_entries(count):
    """Scans of a count whose code names nothing yet: rows (id, code, location, person, effective_at, device_id)."""
    return fetch(
        "SELECT e.id, e.code, e.qty, l.code AS location, COALESCE(p.name, d.name) AS person, e.effective_at, e.task_id,"
        " e.person_id"
        " FROM count_entries e JOIN locations l ON l.warehouse_id = e.warehouse_id AND l.id = e.location_id"
        " LEFT JOIN persons p ON p.id = e.person_id LEFT JOIN devices d ON d.id = e.person_id"
        " WHERE e.warehouse_id = :w AND e.count_id = :c AND e.kind = 'entry'"
        " AND e.item_id IS NULL ORDER BY e.effective_at",
        w=count.warehouse_id,
        c=count.id,
    )


def neighbours_of(count, entry, before, limit=3):
    """The scans of the same person in the same task just before or after one: skus, nearest first."""
    sign, order = ("<", "DESC") if before else (">", "ASC")
    rows = fetch(
        "SELECT COALESCE(i.sku, e.code) AS said, l.code AS location FROM count_entries e JOIN locations l"
        " ON l.warehouse_id = e.warehouse_id AND l.id = e.location_id LEFT JOIN items i ON i.id = e.item_id"
        " WHERE e.warehouse_id = :w AND e.task_id = :t AND e.person_id = :p AND e.kind = 'entry' AND e.id <> :id"
        f" AND e.effective_at {sign} :at ORDER BY e.effective_at {order} LIMIT :limit",
        w=count.warehouse_id,
        t=entry.task_id,
        p=entry.person_id,
        id=entry.id,
        at=entry.effective_at,
        limit=limit,
    )
    return [f"{row.location} / {row.said}" for row in rows]


def _by_task(rows):
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found
