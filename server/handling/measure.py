"""How well orders left: late, with lines missing, or with something wrong, and how much of it the check has caught.

Of a line it counts what was said about it, not how much: whoever reads this hears no quantities.
"""

from dataclasses import dataclass

from server import clock
from server.db import fetch

ORDERS = ("pick", "exchange")
ESCAPED = ("wrong_item", "wrong_lot", "wrong_pick")  # reasons for which customers send back what left wrongly
_ORDERS = f"""
SELECT d.id, d.warehouse_id, d.state, d.due_at, d.shipped_at FROM documents d WHERE d.warehouse_id = :w
AND d.kind IN {ORDERS} AND d.state NOT IN ('requested', 'cancelled', 'rejected')
AND COALESCE(d.shipped_at, d.due_at, d.requested_at) >= :since
AND COALESCE(d.shipped_at, d.due_at, d.requested_at) < :until
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """Of one warehouse. `missed`: lines of ended orders of which not all left; `wrong`: lines that two people did not
    find as they were picked, or that nobody ordered; `caught`: those of them that did not leave so; `escaped`: what
    customers sent back as wrong."""

    orders: int = 0
    late: int = 0
    lines: int = 0
    missed: int = 0
    picked: int = 0
    checked: int = 0
    wrong: int = 0
    caught: int = 0
    shorts: int = 0
    escaped: int = 0


def shipped(warehouse_id, since, until):
    """`Shipped` of orders that left between two instants, or ought to have."""
    span = {"w": warehouse_id, "since": since, "until": until}
    (orders,) = fetch(
        "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN o.due_at < COALESCE(o.shipped_at, :now) THEN 1 ELSE 0 END), 0)"
        f" AS late FROM ({_ORDERS}) o",
        now=clock.now(),
        **span,
    )
    (lines,) = fetch(
        "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN x.state = 'done' AND x.gone < x.qty THEN 1 ELSE 0 END), 0)"
        " AS missed FROM (SELECT o.state, SUM(l.qty) AS qty, COALESCE((SELECT SUM(g.done_qty) FROM document_goods g"
        " WHERE g.warehouse_id = :w AND g.document_id = o.id AND g.item_id = l.item_id), 0) AS gone"
        f" FROM ({_ORDERS}) o JOIN document_lines l ON l.warehouse_id = o.warehouse_id AND l.document_id = o.id"
        " GROUP BY o.id, o.state, l.item_id) x",
        **span,
    )
    return Shipped(
        orders=int(orders.n),
        late=int(orders.late),
        lines=int(lines.n),
        missed=int(lines.missed),
        **_picked(span),
        **_told(span),
    )


def _picked(span):
    (row,) = fetch(
        "SELECT COUNT(*) AS picked, COALESCE(SUM(x.checked), 0) AS checked,"
        " COALESCE(SUM(CASE WHEN x.off = 1 OR x.ordered = 0 THEN 1 ELSE 0 END), 0) AS wrong,"
        " COALESCE(SUM(CASE WHEN (x.off = 1 OR x.ordered = 0) AND x.checked = 1 THEN 1 ELSE 0 END), 0) AS caught FROM ("
        "SELECT CASE WHEN g.state = 'differs' OR g.agreed_qty <> g.first_qty THEN 1 ELSE 0 END AS off,"
        " CASE WHEN EXISTS (SELECT 1 FROM document_lines l WHERE l.warehouse_id = :w AND l.document_id = o.id"
        " AND l.item_id = g.item_id) THEN 1 ELSE 0 END AS ordered,"
        " CASE WHEN EXISTS (SELECT 1 FROM statements s WHERE s.warehouse_id = :w AND s.document_id = o.id"
        " AND s.item_id = g.item_id AND s.lot = g.lot AND s.step IN ('check', 'settle')) THEN 1 ELSE 0 END AS checked"
        f" FROM ({_ORDERS}) o JOIN document_goods g ON g.warehouse_id = o.warehouse_id AND g.document_id = o.id"
        ") x",
        **span,
    )
    return {name: int(getattr(row, name)) for name in ("picked", "checked", "wrong", "caught")}


def _told(span):
    """What people said: not enough on the shelf, and what customers sent back since it was wrong."""
    (shorts,) = fetch(
        f"SELECT COUNT(*) AS n FROM ({_ORDERS}) o JOIN statements s ON s.warehouse_id = o.warehouse_id"
        " AND s.document_id = o.id AND s.step = 'short'",
        **span,
    )
    (escaped,) = fetch(
        "SELECT COUNT(*) AS n FROM documents d WHERE d.warehouse_id = :w AND d.kind = 'return'"
        f" AND d.reason IN {ESCAPED} AND d.requested_at >= :since AND d.requested_at < :until",
        **span,
    )
    return {"shorts": int(shorts.n), "escaped": int(escaped.n)}
