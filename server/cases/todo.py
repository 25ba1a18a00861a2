"""What people are to do about cases: corrective actions, and to see whether they helped. For the list of tasks."""

from server.db import fetch, given

_TODO = """
SELECT t.*, w.code AS warehouse, k.kind AS case_kind, k.severity, k.verify_by, k.verify_state, k.opened_by,
  k.location_id, l.code AS location, l.zone, i.sku, i.name, o.username AS owner, o.name AS owner_name
FROM (
  SELECT 'action' AS what, a.warehouse_id, a.id, a.case_id, a.text, a.owner_id, a.due_at AS due
  FROM {houses} h JOIN cases c ON c.warehouse_id = h.w AND c.state <> 'closed'
  JOIN case_actions a ON a.warehouse_id = c.warehouse_id AND a.case_id = c.id AND a.done_at IS NULL
  WHERE {action}
  UNION ALL
  SELECT 'verification', c.warehouse_id, c.id, c.id, CAST(NULL AS TEXT), c.owner_id, c.deadline
  FROM {houses} h JOIN cases c ON c.warehouse_id = h.w AND c.state <> 'closed' AND c.owner_id IS NOT NULL
  WHERE {case} AND (c.verify_state IS NULL OR c.verify_state <> 'passed')
    AND EXISTS (SELECT 1 FROM case_actions a WHERE a.warehouse_id = c.warehouse_id AND a.case_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM case_actions a WHERE a.warehouse_id = c.warehouse_id AND a.case_id = c.id
      AND a.done_at IS NULL)
) t
JOIN cases k ON k.warehouse_id = t.warehouse_id AND k.id = t.case_id
JOIN warehouses w ON w.id = t.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
LEFT JOIN persons o ON o.id = t.owner_id
WHERE {where}
ORDER BY t.due, t.id LIMIT :limit
"""


def todo(person_id, houses, mine, limit, after=None, only_id=None):
    """Actions that are not done, and cases whose actions are all done and that nobody has verified; one more than
    `limit`, what is due first. `mine`: those of this person. `after`: (due, id) of the last one seen.
    """
    if not houses:
        return []
    # Said inside of both halves, so that an index finds the few that are meant.
    action, case, where, params = ["1 = 1"], ["1 = 1"], "1 = 1", {}
    for name, column, value in (("me", "owner_id", mine and person_id), ("only", "id", only_id)):
        if value:
            action.append(f"a.{column} = :{name}")
            case.append(f"c.{column} = :{name}")
            params[name] = value
    if after:
        where = "(t.due > :at OR (t.due = :at AND t.id > :last))"
        params |= {"at": after[0], "last": after[1]}
    halves = {"action": " AND ".join(action), "case": " AND ".join(case)}
    sql = _TODO.format(houses=given("houses", w="id"), where=where, **halves)
    return fetch(sql, houses=[(one,) for one in houses], limit=limit + 1, **params)
