"""What people ask about cases."""

from server import clock
from server.cases.rules import FROM_BOOK
from server.db import fetch, given

_CASES = """
SELECT k.*, w.code AS warehouse, l.code AS location, i.sku, i.name, o.username AS owner, p.name AS opener
FROM {houses} h
JOIN cases k ON k.warehouse_id = h.w
JOIN warehouses w ON w.id = k.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
LEFT JOIN persons o ON o.id = k.owner_id
LEFT JOIN persons p ON p.id = k.opened_by
WHERE {where}
ORDER BY k.deadline, k.id LIMIT :limit
"""


def cases_in(houses, limit, after=None, state=None, kind=None, mine=None, archived=False, only_id=None, blind=()):
    """Cases, the most urgent first; one more than `limit`. `mine`: a person's id. `after`: (deadline, id).

    Of `blind` locations only what people reported: that a rule opened one tells of the book.
    """
    if not houses:
        return []
    where, params = ["1 = 1" if archived or only_id else "k.archived_at IS NULL"], {}
    for name, condition, value in (
        ("state", "k.state = :state", state),
        ("kind", "k.kind = :kind", kind),
        ("me", "(k.owner_id = :me OR k.opened_by = :me)", mine),
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
    }
    if from_book and not reads_book:
        for name in ("quantity", "value", "variance"):
            found.pop(name, None)
    return found
