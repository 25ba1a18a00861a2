"""What people should hear of: documents that somebody else gave to them, or took from them. Told from what stands."""

from server.db import fetch, given
from server.handling.rules import LIVE

_HEARD = f"""
SELECT x.*, d.number, d.kind AS document_kind, d.partner, d.due_at, w.code AS warehouse, p.name AS giver,
  a.name AS whose
FROM (
  SELECT g.warehouse_id, g.document_id, g.id, g.at, g.person_id, g.note,
    CASE WHEN g.to_id = :me THEN 1 ELSE 0 END AS mine
  FROM {{houses}} h JOIN documents d ON d.warehouse_id = h.w AND d.state IN {LIVE}
  JOIN document_given g ON g.warehouse_id = d.warehouse_id AND g.document_id = d.id
    AND (g.to_id = :me AND (g.from_id IS NULL OR g.from_id <> :me)
      OR g.from_id = :me AND (g.to_id IS NULL OR g.to_id <> :me))
  UNION ALL
  SELECT d.warehouse_id, d.id, d.id, COALESCE(d.approved_at, d.requested_at), d.requested_by, NULL, 1
  FROM {{houses}} h JOIN documents d ON d.warehouse_id = h.w AND d.state IN {LIVE} AND d.assignee_id = :me
  WHERE NOT EXISTS (SELECT 1 FROM document_given g WHERE g.warehouse_id = d.warehouse_id AND g.document_id = d.id
    AND g.to_id = :me)
) x
JOIN documents d ON d.warehouse_id = x.warehouse_id AND d.id = x.document_id
JOIN warehouses w ON w.id = d.warehouse_id
LEFT JOIN persons p ON p.id = x.person_id
LEFT JOIN persons a ON a.id = d.assignee_id
ORDER BY x.at DESC, x.id DESC LIMIT :most
"""


def heard_of(person_id, houses, most=100):
    """Documents under way that others gave to this person or took from them, as mappings, the latest word of each.

    A new document that was opened for them counts as given. What they did themselves they know.
    """
    if not houses:
        return []
    rows = fetch(
        _HEARD.format(houses=given("houses", w="id")), houses=[(one,) for one in houses], me=person_id, most=most
    )
    last: dict = {}
    for row in rows:
        last.setdefault((row.warehouse_id, row.document_id), row)
    return [_notice(row) for row in last.values() if row.person_id != person_id]


def _notice(row):
    kind = "document_given" if row.mine else "document_taken"
    return {
        "key": f"{kind}:{row.document_id}:{row.at}",
        "kind": kind,
        "at": row.at,
        "warehouse": row.warehouse,
        "document": row.document_id,
        "number": row.number,
        "document_kind": row.document_kind,
        "partner": row.partner,
        "giver": row.giver,
        "whose": row.whose,
        "note": row.note,
        "due_at": row.due_at,
    }
