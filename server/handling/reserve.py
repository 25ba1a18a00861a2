"""What open orders reserve: so much of an item, and of which positions, as long as nobody has picked it.

Nothing is written down: orders by the date they are due, each the positions in the order in which they are best. So a
place that is short, on hold or empty reserves nothing for anybody from that moment on.
"""

from collections import defaultdict

from server.clock import LATEST
from server.db import among, fetch, given, is_embedded
from server.handling.rules import allocate
from server.handling.suggest import pick_places


def reserved(warehouse_id, item_ids, places=None):
    """{(item, place, lot): {document: thousandths}} of these items. `places`: rows of `pick_places`, where known."""
    demands = _demands(warehouse_id, item_ids)
    return _shared(warehouse_id, demands, places) if demands else {}


def _shared(warehouse_id, demands, places=None):
    found = places if places is not None else pick_places(warehouse_id, {item_id for _, item_id, _, _ in demands})
    stock = {item_id: [(row.location_id, row.lot, row.qty) for row in rows] for item_id, rows in found.items()}
    taken: dict[tuple, dict] = defaultdict(lambda: defaultdict(int))
    for document_id, item_id, place_id, lot, qty in allocate(demands, stock):
        taken[item_id, place_id, lot][document_id] += qty
    return taken


def wanted_by_others(warehouse_id, item_ids, document_ids):
    """{(item, lot, place): [what the book has there, {document: reserved}]} of positions that others want too.

    `document_ids`: the documents that somebody works on; where only one of them wants an item, nobody else minds.
    """
    demands = _demands(warehouse_id, item_ids)
    others = {item_id for document_id, item_id, _, _ in demands if {document_id} != set(document_ids)}
    places = pick_places(warehouse_id, others)
    here = {(row.item_id, row.location_id, row.lot): row.qty for rows in places.values() for row in rows}
    taken = _shared(warehouse_id, [one for one in demands if one[1] in others], places)
    return {(item, lot, place): [here[item, place, lot], wants] for (item, place, lot), wants in taken.items()}


def for_others(taken, key, document_id):
    """How much of a position is reserved for other documents. Thousandths."""
    return sum(qty for document, qty in taken.get(key, {}).items() if document != document_id)


def _demands(warehouse_id, item_ids):
    """`[(document, item, lot, thousandths)]` that orders under way still want, the first due first."""
    if not item_ids:
        return []
    # From the items: else SQLite reads every line of the warehouse; PostgreSQL does, unless they are a list besides.
    listed = "" if is_embedded() else f" AND {among('l.item_id', 'ids', 'id')}"
    rows = fetch(
        "SELECT l.document_id, l.item_id, l.lot, SUM(l.qty) AS qty FROM "
        + given("items", i="id")
        + " v JOIN document_lines l ON l.warehouse_id = :w AND l.item_id = v.i AND l.reserves"
        " JOIN documents d ON d.warehouse_id = l.warehouse_id AND d.id = l.document_id"
        f" WHERE d.state IN ('open','working'){listed}"
        " GROUP BY l.document_id, l.item_id, l.lot, d.due_at, d.requested_at"
        " ORDER BY COALESCE(d.due_at, :latest), d.requested_at, l.document_id, l.lot DESC",
        w=warehouse_id,
        items=[(one,) for one in sorted(item_ids)],
        ids=sorted(item_ids),
        latest=LATEST,
    )
    picked = _picked(warehouse_id, rows, item_ids) if rows else {}
    demands = []
    for row in rows:
        left = int(row.qty)
        for lot in (row.lot,) if row.lot else [lot for d, i, lot in picked if (d, i) == (row.document_id, row.item_id)]:
            key = row.document_id, row.item_id, lot
            used = min(left, picked.get(key, 0))
            left -= used
            picked[key] = picked.get(key, 0) - used
        if left:
            demands.append((row.document_id, row.item_id, row.lot, left))
    return demands


def _picked(warehouse_id, rows, item_ids):
    """{(document, item, lot): thousandths} that the first side has taken."""
    found = fetch(
        "SELECT document_id, item_id, lot, SUM(first_qty) AS qty FROM document_goods WHERE warehouse_id = :w AND "
        + among("document_id", "documents", "id")
        + " AND "
        + among("item_id", "ids", "id")
        + " GROUP BY document_id, item_id, lot",
        w=warehouse_id,
        documents=sorted({row.document_id for row in rows}),
        ids=sorted(item_ids),
    )
    return {(row.document_id, row.item_id, row.lot): int(row.qty) for row in found}
