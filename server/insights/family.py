"""What a lot was made from, and what was made from it: through production orders, as many times as it takes."""

from server.db import fetch, given

DEEPEST = 8  # a chain of orders that is longer is a circle
_MADE = """
SELECT o.warehouse_id, w.code AS warehouse, m.item_id AS from_item, m.lot AS from_lot, o.item_id, o.lot, i.sku, i.name,
  o.document, SUM(o.qty) AS qty, MAX(o.effective_at) AS at
FROM {subjects} v
JOIN moves m ON m.item_id = v.i AND m.lot = v.lot AND m.document IS NOT NULL
JOIN {houses} h ON h.w = m.warehouse_id
JOIN locations p ON p.warehouse_id = m.warehouse_id AND p.id = m.{near} AND p.role = 'PRODUCTION'
JOIN moves o ON o.warehouse_id = m.warehouse_id AND o.{far} = m.{near} AND o.document = m.document
JOIN warehouses w ON w.id = o.warehouse_id
JOIN items i ON i.id = o.item_id
WHERE m.from_id NOT IN (SELECT b.id FROM {blind} b) AND m.to_id NOT IN (SELECT b.id FROM {blind} b)
  AND o.from_id NOT IN (SELECT b.id FROM {blind} b) AND o.to_id NOT IN (SELECT b.id FROM {blind} b)
GROUP BY o.warehouse_id, w.code, m.item_id, m.lot, o.item_id, o.lot, i.sku, i.name, o.document
"""


def relatives(houses, lots, blind=()):
    """`(made from, made into)` of `{(item id, lot)}`, the nearest first.

    Each: warehouse, sku, name, lot, item_id, document, at, and qty of the moves on the other side of the order.
    """
    return (
        _closure(houses, lots, blind, near="from_id", far="to_id"),
        _closure(houses, lots, blind, near="to_id", far="from_id"),
    )


def _closure(houses, lots, blind, near, far):
    seen, frontier, found = set(lots), set(lots), []
    for _ in range(DEEPEST):
        if not frontier:
            break
        rows = fetch(
            _MADE.format(
                subjects=given("subjects", i="id", lot="text"),
                houses=given("houses", w="id"),
                blind=given("blind", id="id"),
                near=near,
                far=far,
            ),
            subjects=sorted(frontier),
            houses=[(one,) for one in houses],
            blind=[(one,) for one in blind],
        )
        fresh = {}
        for row in sorted(rows, key=lambda row: (row.sku, row.lot, row.document)):
            if (row.item_id, row.lot) not in seen:
                fresh.setdefault((row.item_id, row.lot, row.document), _said(row))
        found += fresh.values()
        frontier = {key[:2] for key in fresh}
        seen |= frontier
    return found


def _said(row):
    words = ("warehouse", "item_id", "sku", "name", "lot", "document", "at")
    return {word: getattr(row, word) for word in words} | {"qty": int(row.qty)}
