"""Recompute balances from the moves and say which differ. After any crash, retry or race, none does."""

from server.db import fetch
from server.quantity import show_qty

_DIFFERENCES = """
SELECT w.code AS warehouse, l.code AS location, i.sku, k.lot, k.booked, k.balance
FROM (
  SELECT warehouse_id, location_id, item_id, lot, SUM(booked) AS booked, SUM(balance) AS balance FROM (
    SELECT warehouse_id, to_id AS location_id, item_id, lot, qty AS booked, 0 AS balance FROM moves {where}
    UNION ALL SELECT warehouse_id, from_id, item_id, lot, -qty, 0 FROM moves {where}
    UNION ALL SELECT warehouse_id, location_id, item_id, lot, 0, qty FROM balances {where}
  ) legs GROUP BY warehouse_id, location_id, item_id, lot HAVING SUM(booked) <> SUM(balance)
) k
JOIN warehouses w ON w.id = k.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
LEFT JOIN items i ON i.id = k.item_id
ORDER BY 1, 2, 3, 4
"""
_ANCHORS = """
SELECT w.code AS warehouse, l.code AS location, i.sku, a.lot, a.qty AS booked,
  COALESCE((SELECT SUM(m.qty) FROM moves m WHERE m.warehouse_id = a.warehouse_id AND m.to_id = a.location_id
            AND m.item_id = a.item_id AND m.lot = a.lot AND m.effective_at <= a.at), 0)
  - COALESCE((SELECT SUM(m.qty) FROM moves m WHERE m.warehouse_id = a.warehouse_id AND m.from_id = a.location_id
            AND m.item_id = a.item_id AND m.lot = a.lot AND m.effective_at <= a.at), 0) AS balance
FROM anchors a
JOIN warehouses w ON w.id = a.warehouse_id
JOIN locations l ON l.warehouse_id = a.warehouse_id AND l.id = a.location_id
JOIN items i ON i.id = a.item_id
WHERE a.retired_at IS NULL {where}
"""


def differences(warehouse_id=None):
    """Every position whose balance is not the sum of its moves, and every anchor that the moves do not keep.

    Empty when all is well. `expected` and `found` are quantities as text.
    """
    only = "WHERE warehouse_id = :w" if warehouse_id else ""
    given = {"w": warehouse_id} if warehouse_id else {}
    found = [_shown("balance", row) for row in fetch(_DIFFERENCES.format(where=only), **given)]
    anchors = fetch(_ANCHORS.format(where="AND a.warehouse_id = :w" if warehouse_id else ""), **given)
    return found + [_shown("anchor", row) for row in anchors if int(row.booked) != int(row.balance)]


def counted(warehouse_id=None):
    """How many moves and positions a check covers."""
    only = "WHERE warehouse_id = :w" if warehouse_id else ""
    given = {"w": warehouse_id} if warehouse_id else {}
    (moves,) = fetch(f"SELECT COUNT(*) AS n FROM moves {only}", **given)
    (positions,) = fetch(f"SELECT COUNT(*) AS n FROM balances {only}", **given)
    return {"moves": moves.n, "positions": positions.n}


def _shown(what, row):
    return {
        "what": what,
        "warehouse": row.warehouse,
        "location": row.location,
        "sku": row.sku,
        "lot": row.lot,
        "expected": show_qty(int(row.booked)),
        "found": show_qty(int(row.balance)),
    }
