"""Recall a lot: where it is now, which customers got it, by which documents; one statement for all of it."""

from dataclasses import dataclass

from server.db import fetch, given
from server.insights.carried import carriers_of
from server.insights.family import relatives
from server.insights.trace import documents_of, is_hidden

_RECALL = """
SELECT 'now' AS what, b.warehouse_id, w.code AS warehouse, b.item_id, b.lot, l.code AS place, l.role,
  CAST(NULL AS VARCHAR(120)) AS document, CAST(NULL AS VARCHAR(120)) AS partner, b.qty,
  CAST(NULL AS BIGINT) AS first, CAST(NULL AS BIGINT) AS last
FROM {subjects} v
JOIN balances b ON b.item_id = v.i AND b.lot = v.lot
JOIN {houses} h ON h.w = b.warehouse_id
JOIN warehouses w ON w.id = b.warehouse_id
JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id
WHERE (l.role IS NULL OR l.role = 'TRANSIT') AND (b.qty <> 0 OR b.location_id IN (SELECT k.id FROM {blind} k))
UNION ALL
SELECT CASE WHEN t.role IS NULL OR t.role = 'TRANSIT' THEN 'in' ELSE 'out' END, m.warehouse_id, w.code, m.item_id,
  m.lot,
  CASE WHEN t.role IS NULL OR t.role = 'TRANSIT' THEN f.code ELSE t.code END,
  CASE WHEN t.role IS NULL OR t.role = 'TRANSIT' THEN f.role ELSE t.role END, m.document,
  (SELECT MIN(d.partner) FROM documents d WHERE d.warehouse_id = m.warehouse_id AND d.number = m.document),
  CAST(SUM(m.qty) AS BIGINT), MIN(m.effective_at), MAX(m.effective_at)
FROM {subjects} v
JOIN moves m ON m.item_id = v.i AND m.lot = v.lot
JOIN {houses} h ON h.w = m.warehouse_id
JOIN warehouses w ON w.id = m.warehouse_id
JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id
JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id
WHERE (f.role IS NOT NULL AND f.role <> 'TRANSIT') <> (t.role IS NOT NULL AND t.role <> 'TRANSIT')
  AND m.from_id NOT IN (SELECT k.id FROM {blind} k) AND m.to_id NOT IN (SELECT k.id FROM {blind} k)
GROUP BY m.warehouse_id, w.code, m.item_id, m.lot, f.code, f.role, t.code, t.role, m.document
"""


@dataclass(slots=True)
class Recall:
    """Rows (warehouse, item_id, lot, place, role, document, partner, qty, first, last) of what is here, came and went.

    `products`: what was made from it, which is in the rows as well. `hidden`: no quantity is said.
    """

    subject: object
    hidden: bool
    now: list
    came: list
    went: list
    products: list
    documents: list
    containers: list


def recall(subject, houses, blind):
    """Recall a lot of an item (without a lot: all of the item), and everything that was made from it."""
    lots = {(subject.item_id, subject.lot)} if subject.lot is not None else _lots(subject.item_id, houses)
    _, products = relatives(houses, {key for key in lots if key[1]}, blind)
    hidden = is_hidden({subject.item_id, *(one["item_id"] for one in products)}, houses, blind)
    recalled = lots | {(one["item_id"], one["lot"]) for one in products}
    rows = fetch(
        _RECALL.format(
            subjects=given("subjects", i="id", lot="text"),
            houses=given("houses", w="id"),
            blind=given("blind", id="id"),
        ),
        subjects=sorted(recalled),
        houses=[(one,) for one in houses],
        blind=[(one,) for one in blind],
    )
    rows = sorted(rows, key=lambda row: (row.warehouse, row.last or 0, row.place, row.document or "", row.lot))
    numbers = {(row.warehouse, row.document) for row in rows if row.document}
    parts = {what: [row for row in rows if row.what == what] for what in ("now", "in", "out")}
    documents = documents_of(houses, numbers)
    carriers = carriers_of(houses, recalled)
    return Recall(subject, hidden, parts["now"], parts["in"], parts["out"], products, documents, carriers)


def _lots(item_id, houses):
    rows = fetch(
        "SELECT DISTINCT b.lot FROM " + given("houses", w="id") + " h JOIN balances b ON b.warehouse_id = h.w"
        " WHERE b.item_id = :item",
        houses=[(one,) for one in houses],
        item=item_id,
    )
    return {(item_id, row.lot) for row in rows} or {(item_id, "")}
