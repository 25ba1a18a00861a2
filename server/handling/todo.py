"""What is to be done about documents, and by whom: receive, check, put away, pick, ship."""

from server.clock import LATEST
from server.db import among, fetch, given
from server.handling.rules import INBOUND, LIVE, OUTBOUND

STEPS = ("receive", "check", "putaway", "pick", "ship")
_IN, _OUT = tuple(INBOUND), tuple(OUTBOUND)
_GOODS = "FROM document_goods g WHERE g.warehouse_id = d.warehouse_id AND g.document_id = d.id"
_HANDS = "FROM document_hands k WHERE k.warehouse_id = d.warehouse_id AND k.document_id = d.id AND k.person_id = :me"
_SAID_ALL = (
    "(s.more = :no OR EXISTS (SELECT 1 FROM document_hands e WHERE e.warehouse_id = s.warehouse_id"
    " AND e.document_id = s.document_id AND e.side = 'check' AND e.person_id = s.person_id"
    " AND e.ended_at >= s.effective_at))"
)
_MINE = (
    "SELECT 1 FROM statements s WHERE s.warehouse_id = g.warehouse_id AND s.document_id = g.document_id"
    f" AND s.item_id = g.item_id AND s.lot = g.lot AND s.step = 'check' AND s.person_id = :me AND {_SAID_ALL}"
)
_DUE = f"d.priority * {LATEST + 1} + COALESCE(d.due_at, {LATEST})"  # one number: what is urgent first, then what is due
_TODO = f"""
SELECT d.*, w.code AS warehouse, l.code AS place, a.username AS assignee, a.name AS assignee_name,
  {_DUE} AS due,
  EXISTS (SELECT 1 {_GOODS} AND g.state <> 'agreed') AS unchecked,
  EXISTS (SELECT 1 {_GOODS} AND g.state <> 'agreed' AND NOT EXISTS ({_MINE})) AS unchecked_by_me,
  EXISTS (SELECT 1 {_GOODS} AND g.state = 'agreed' AND g.agreed_qty > g.done_qty AND g.condition <> 'damaged') AS ready,
  EXISTS (SELECT 1 {_HANDS} AND k.side = 'first') AS on_first,
  EXISTS (SELECT 1 {_HANDS} AND k.side = 'check') AS on_check
FROM {{houses}} h
JOIN documents d ON d.warehouse_id = h.w
JOIN warehouses w ON w.id = d.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = d.warehouse_id AND l.id = d.place_id
LEFT JOIN persons a ON a.id = d.assignee_id
WHERE d.state IN {LIVE} AND d.kind IN {(*_IN, *_OUT)} {{where}}
ORDER BY {_DUE}, d.id LIMIT :limit
"""


def todo(person_id, houses, mine, limit, after=None):
    """`(tasks [(document row, step)], cursor or None)`: by priority and due date, with what this person may do.

    `after`: (due, document id, how many of its tasks were seen already).
    """
    if not houses:
        return [], None
    where, params = "", {}
    if after:
        where = f"AND ({_DUE} > :due OR ({_DUE} = :due AND d.id >= :last))"
        params = {"due": after[0], "last": after[1]}
    rows = _fetch(person_id, houses, where, limit + 2, params)
    tasks = []
    for n, row in enumerate(rows):
        seen = after[2] if after and row.id == after[1] else 0
        own = [(row, step) for step in steps_of(row, person_id, mine)][seen:]
        room = limit - len(tasks)
        tasks += own[:room]
        if len(own) > room:
            return tasks, (row.due, row.id, seen + room)
        if n == limit + 1:
            return tasks, (row.due, row.id, seen + len(own))
    return tasks, None


def checked_by(person_id, documents):
    """{(document, item, lot)} that this person has checked already."""
    rows = fetch(
        "SELECT DISTINCT s.document_id, s.item_id, s.lot FROM "
        + given("rows", w="id", id="id")
        + " v JOIN statements s ON s.warehouse_id = v.w AND s.document_id = v.id"
        f" WHERE s.step = 'check' AND s.person_id = :me AND {_SAID_ALL}",
        rows=[(one.warehouse_id, one.id) for one in documents],
        me=person_id,
        no=False,
    )
    return {tuple(row) for row in rows}


def todo_of(person_id, houses, document_ids):
    """The documents of these ids in the same shape."""
    if not houses:
        return []
    where = "AND " + among("d.id", "ids", "id")
    return _fetch(person_id, houses, where, len(document_ids), {"ids": list(document_ids)})


def under_way(person_id, houses, limit, after=None, nobodys=False, late_at=None):
    """Documents under way in the same shape and order, one more than `limit`, for whoever looks after all of them.

    `after`: (due, document id). `nobodys`: given to nobody, and nobody has begun. `late_at`: due before it.
    """
    where, params = "", {}
    if after:
        where = f"AND ({_DUE} > :due OR ({_DUE} = :due AND d.id > :last))"
        params = {"due": after[0], "last": after[1]}
    if nobodys:
        where += (
            " AND d.assignee_id IS NULL AND NOT EXISTS (SELECT 1 FROM document_hands k"
            " WHERE k.warehouse_id = d.warehouse_id AND k.document_id = d.id)"
        )
    if late_at is not None:
        where += " AND d.due_at < :late"
        params["late"] = late_at
    return _fetch(person_id, houses, where, limit + 1, params) if houses else []


def steps_of(row, person_id, mine):
    """What is to be done about a document; with `mine` only what this person may do."""
    inbound, begun = row.kind in INBOUND, row.state in ("open", "working")
    for_me = row.assignee_id in (None, person_id)
    found = {
        "receive": inbound and begun and not (mine and (row.on_check or not for_me)),
        # Whoever checked already is not told whether somebody else has to look again.
        "check": bool(row.unchecked_by_me and not row.on_first if mine else row.unchecked),
        "putaway": inbound and bool(row.ready),
        "pick": not inbound and begun and not (mine and (row.on_check or not for_me)),
        "ship": not inbound and bool(row.ready),
    }
    return [step for step in STEPS if found[step]]


def task_id(document_id, step):
    """An id for a step of a document, from which both can be told again."""
    return f"{document_id[:-2]}{int(document_id[-2:], 16) ^ STEPS.index(step) + 1:02x}"


def documents_of_task(id_):
    """{document id: step}: which documents a task's id may stand for."""
    return {f"{id_[:-2]}{int(id_[-2:], 16) ^ n:02x}": step for n, step in enumerate(STEPS, 1)}


def _fetch(person_id, houses, where, limit, params):
    return fetch(
        _TODO.format(houses=given("houses", w="id"), where=where),
        houses=[(one,) for one in houses],
        me=person_id,
        no=False,
        limit=limit,
        **params,
    )
