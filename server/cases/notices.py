"""What a person should hear of about cases. Nothing is sent out: it is told from what stands, so it is never stale.

A notice has a key that names what it is about and since when; who has seen it says so by its key, and what happens
anew has a new one.
"""

from server import clock
from server.cases.rules import notice_of_action, notice_of_case
from server.clock import DAY
from server.db import fetch, given, put, run

REMEMBERED = 180 * DAY
_CASES = """
SELECT k.*, w.code AS warehouse, l.code AS location, i.sku, i.name,
  (SELECT MAX(n.at) FROM case_notes n WHERE n.warehouse_id = k.warehouse_id AND n.case_id = k.id
    AND n.act IN ('owner', 'routed') AND n.text = :me_text) AS given_at
FROM (
  SELECT c.warehouse_id, c.id FROM {houses} h JOIN cases c ON c.warehouse_id = h.w AND c.owner_id = :me
    AND c.state <> 'closed'
  UNION
  SELECT c.warehouse_id, c.id FROM {houses} h JOIN cases c ON c.warehouse_id = h.w AND c.verify_state = 'failed'
    AND c.state <> 'closed'
  JOIN case_actions a ON a.warehouse_id = c.warehouse_id AND a.case_id = c.id AND a.owner_id = :me
) m
JOIN cases k ON k.warehouse_id = m.warehouse_id AND k.id = m.id
JOIN warehouses w ON w.id = k.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
WHERE k.quiet_until IS NULL OR k.quiet_until <= :now
ORDER BY k.deadline, k.id LIMIT :most
"""
_ACTIONS = """
SELECT a.*, w.code AS warehouse, k.kind, k.severity, k.location_id, k.opened_by, l.code AS location, i.sku, i.name
FROM {houses} h JOIN cases k ON k.warehouse_id = h.w AND k.state <> 'closed'
JOIN case_actions a ON a.warehouse_id = k.warehouse_id AND a.case_id = k.id AND a.owner_id = :me AND a.done_at IS NULL
JOIN warehouses w ON w.id = k.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
ORDER BY a.due_at, a.id LIMIT :most
"""


def notices(person_id, houses, blind=(), most=100):
    """What this person should hear of, as mappings: cases of theirs, one notice each, and actions that are theirs.

    Of `blind` locations only what people reported.
    """
    if not houses:
        return []
    now, here = clock.now(), [(one,) for one in houses]
    cases = fetch(
        _CASES.format(houses=given("houses", w="id")),
        houses=here,
        me=person_id,
        me_text=str(person_id),
        now=now,
        most=most,
    )
    actions = fetch(_ACTIONS.format(houses=given("houses", w="id")), houses=here, me=person_id, most=most)
    found = [_notice(row, row.id, None, *notice_of_case(row, person_id, now)) for row in cases if _seen_by(row, blind)]
    found += [_notice(row, row.case_id, row, *notice_of_action(row, now)) for row in actions if _seen_by(row, blind)]
    return found


def _seen_by(row, blind):
    return row.opened_by is not None or row.location_id not in blind


def _notice(row, case_id, action, kind, at):
    return {
        "key": f"{kind}:{action.id if action else case_id}:{at}",
        "kind": kind,
        "at": at,
        "warehouse": row.warehouse,
        "case": case_id,
        "action": action.id if action else None,
        "case_kind": row.kind,
        "severity": row.severity,
        "location": row.location,
        "sku": row.sku,
        "name": row.name,
        "text": action.text if action else None,
        "due_at": action.due_at if action else row.deadline,
    }


def seen_of(person_id, keys):
    """Which of these keys this person has seen."""
    rows = fetch(
        "SELECT s.key FROM " + given("keys", k="text") + " v JOIN notices_seen s ON s.person_id = :me AND s.key = v.k",
        keys=[(key,) for key in keys],
        me=person_id,
    )
    return {row.key for row in rows}


def mark_seen(person_id, keys):
    """This person has seen them. Said again it changes nothing."""
    now = clock.now()
    rows = [(person_id, key, now) for key in dict.fromkeys(keys)]
    put("notices_seen", rows, ["person_id", "key", "seen_at"], on_conflict="ON CONFLICT DO NOTHING")


def forget_seen():
    """What was seen long ago is about things that are over. Gives how many."""
    return run("DELETE FROM notices_seen WHERE seen_at < :before", before=clock.now() - REMEMBERED)
