"""What of a transfer has left one warehouse and neither arrived in the other nor been settled, by item and lot.

Read from the arrival's side, when somebody there says that this was all, and when it is settled.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from server.db import fetch


@dataclass(slots=True)
class OnTheWay:
    """`left`: {(item, lot): thousandths}, below zero where more came than was sent. `known`: the sender has said so."""

    known: bool
    left: dict = field(default_factory=dict)
    arrived: bool = False

    @property
    def open(self):
        """Is something between the warehouses, as far as both have said?"""
        return bool(self.left) if self.known else self.arrived

    @property
    def by_item(self):
        """{item: thousandths} of what is off; 0 where only the lots are."""
        found: dict[str, int] = defaultdict(int)
        for (item_id, _), qty in self.left.items():
            found[item_id] += qty
        return dict(found)


def on_the_way(arrival):
    """What is left of an arrival's transfer; by what was asked for as long as the sender has not said what went."""
    shipped, sent = _sent(arrival)
    left: dict[tuple, int] = defaultdict(int)
    for row in sent:
        left[row.item_id, row.lot] += int(row.qty or 0)
    came = fetch(
        "SELECT item_id, lot, SUM(COALESCE(agreed_qty, 0)) AS qty FROM document_goods WHERE warehouse_id = :w"
        " AND document_id = :d GROUP BY item_id, lot UNION ALL SELECT item_id, lot, SUM(qty) FROM statements"
        " WHERE warehouse_id = :w AND document_id = :d AND step = 'transit' GROUP BY item_id, lot",
        w=arrival.warehouse_id,
        d=arrival.id,
    )
    for row in came:
        left[row.item_id, row.lot if shipped else ""] -= int(row.qty)
    arrived = any(row.qty for row in came)
    return OnTheWay(shipped, {key: qty for key, qty in left.items() if qty}, arrived)


def _sent(arrival):
    """(has the sender shipped, rows of what they sent or, until then, of what was asked for)."""
    rows = fetch(
        "SELECT g.item_id, g.lot, SUM(g.done_qty) AS qty FROM documents d JOIN document_goods g"
        " ON g.warehouse_id = d.warehouse_id AND g.document_id = d.id WHERE d.warehouse_id = :far"
        " AND d.kind = 'transfer' AND d.number = :number AND d.shipped_at IS NOT NULL GROUP BY g.item_id, g.lot",
        far=arrival.far_id,
        number=arrival.number,
    )
    if rows:
        return True, rows
    return False, fetch(
        "SELECT item_id, '' AS lot, SUM(qty) AS qty FROM document_lines WHERE warehouse_id = :w AND document_id = :d"
        " GROUP BY item_id",
        w=arrival.warehouse_id,
        d=arrival.id,
    )
