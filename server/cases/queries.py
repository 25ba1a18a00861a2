"""What people ask about cases."""

import msgspec

from server import clock
from server.cases.rules import FROM_BOOK
from server.db import fetch, given

_CASES = """
SELECT k.*, w.code AS warehouse, l.code AS location, l.zone, i.sku, i.name, o.username AS owner, o.name AS owner_name,
  p.name AS opener, r.username AS responsible, r.name AS responsible_name, a.name AS analyst, y.name AS verifier
FROM {houses} h
JOIN cases k ON k.warehouse_id = h.w
JOIN warehouses w ON w.id = k.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
LEFT JOIN persons o ON o.id = k.owner_id
LEFT JOIN persons p ON p.id = k.opened_by
LEFT JOIN persons r ON r.id = k.responsible_id
LEFT JOIN persons a ON a.id = k.analysed_by
LEFT JOIN persons y ON y.id = k.verified_by
WHERE {where}
ORDER BY k.deadline, k.id LIMIT :limit
"""


_MINE = """(k.owner_id = :me OR k.opened_by = :me OR EXISTS (SELECT 1 FROM case_actions t
  WHERE t.warehouse_id = k.warehouse_id AND t.case_id = k.id AND t.owner_id = :me AND t.done_at IS NULL))"""


def cases_in(houses, limit, after=None, only_id=None, blind=(), **asked):
    """Cases, the most urgent first; one more than `limit`. `after`: (deadline, id) of the last one seen.

    `asked`: `state`, `kind`, `severity`, `item`, `lot`, `mine` (a person's id: owned, opened, or with an action to do),
    `overdue` and `archived`.

    Of `blind` locations only what people reported: that a rule opened one tells of the book.
    """
    if not houses:
        return []
    where, params = ["1 = 1" if asked.get("archived") or only_id else "k.archived_at IS NULL"], {}
    for name, condition, value in (
        ("state", "k.state = :state", asked.get("state")),
        ("kind", "k.kind = :kind", asked.get("kind")),
        ("severity", "k.severity = :severity", asked.get("severity")),
        ("item", "k.item_id = :item", asked.get("item")),
        ("lot", "k.lot = :lot", asked.get("lot")),
        ("me", _MINE, asked.get("mine")),
        ("now", "k.state <> 'closed' AND k.deadline < :now", clock.now() if asked.get("overdue") else None),
        ("id", "k.id = :id", only_id),
    ):
        if value is not None:
            where.append(condition)
            params[name] = value
    if blind:
        places = given("blind", id="id")
        where.append(
            f"(k.opened_by IS NOT NULL OR k.location_id IS NULL OR k.location_id NOT IN (SELECT b.id FROM {places} b))"
        )
        params["blind"] = [(one,) for one in blind]
    if after:
        where.append("(k.deadline > :at OR (k.deadline = :at AND k.id > :last))")
        params |= {"at": after[0], "last": after[1]}
    sql = _CASES.format(houses=given("houses", w="id"), where=" AND ".join(where))
    return fetch(sql, houses=[(one,) for one in houses], limit=limit + 1, **params)


def actions_of(warehouse_id, case_id):
    """The corrective actions of a case, in the order in which they were ordered."""
    return fetch(
        "SELECT a.*, o.username AS owner, o.name AS owner_name, d.name AS done_by_name FROM case_actions a"
        " JOIN persons o ON o.id = a.owner_id LEFT JOIN persons d ON d.id = a.done_by"
        " WHERE a.warehouse_id = :w AND a.case_id = :id ORDER BY a.made_at, a.id",
        w=warehouse_id,
        id=case_id,
    )


def shown(row, reads_book):
    """A case as a mapping. Whoever may be asked to count sees no quantity of a case that a rule took from the book."""
    from_book = row.opened_by is None and row.kind in FROM_BOOK
    found = {
        **row._mapping,
        "quantity": row.qty,
        "variance": row.line_id,
        "opened_by": row.opener,
        "overdue": row.state != "closed" and row.deadline < clock.now(),
        "archived": row.archived_at is not None,
        "analysed_by": row.analyst,
        "verified_by": row.verifier,
        "whys": msgspec.json.decode(row.whys) if row.whys else [],
    }
    if from_book and not reads_book:
        for name in ("quantity", "value", "variance", "verified_line_id"):
            found.pop(name, None)
    return found
