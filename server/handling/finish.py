"""How documents come to their end: all is agreed and put away, or all that could leave has left."""

from collections import defaultdict

from server import clock
from server.cases.open import close_subjects, new_matter, open_many
from server.db import among, fetch, given, run
from server.handling.desk import documents_named
from server.handling.on_the_way import on_the_way
from server.handling.rules import INBOUND, LIVE
from server.quantity import value_of


class Standing:
    """Where one document stands: what its lines ask for, and what it has come to, by item."""

    def __init__(self):
        self.expected, self.agreed, self.done = defaultdict(int), defaultdict(int), defaultdict(int)
        self.costs, self.open, self.short = {}, set(), set()

    @property
    def missing(self):
        """{item: thousandths} that were expected and are not agreed on."""
        return {item: qty - self.agreed[item] for item, qty in self.expected.items() if qty > self.agreed[item]}

    @property
    def unshipped(self):
        """{item: thousandths} that were ordered and have not left."""
        return {item: qty - self.done[item] for item, qty in self.expected.items() if qty > self.done[item]}


def standing_of(warehouse_id, document_ids):
    """{document id: Standing}, by two statements; what is tied to a receipt counts for it too."""
    found = {one: Standing() for one in document_ids}
    for row in fetch(
        "SELECT l.document_id, l.item_id, i.unit_cost, SUM(l.qty) AS qty FROM document_lines l"
        " JOIN items i ON i.id = l.item_id WHERE l.warehouse_id = :w AND "
        + among("l.document_id", "ids", "id")
        + " GROUP BY l.document_id, l.item_id, i.unit_cost",
        w=warehouse_id,
        ids=list(document_ids),
    ):
        found[row.document_id].expected[row.item_id] = int(row.qty)
        found[row.document_id].costs[row.item_id] = row.unit_cost
    for row in fetch(
        "SELECT g.document_id, g.item_id, g.condition, g.state, g.agreed_qty, g.done_qty FROM document_goods g"
        f" WHERE g.warehouse_id = :w AND {among('g.document_id', 'ids', 'id')} UNION ALL"
        " SELECT d.tied_id, g.item_id, g.condition, g.state, g.agreed_qty, g.done_qty FROM documents d"
        " JOIN document_goods g ON g.warehouse_id = d.warehouse_id AND g.document_id = d.id"
        f" WHERE d.warehouse_id = :w AND {among('d.tied_id', 'ids', 'id')}",
        w=warehouse_id,
        ids=list(document_ids),
    ):
        here = found[row.document_id]
        here.agreed[row.item_id] += row.agreed_qty or 0
        here.done[row.item_id] += row.done_qty if row.condition != "damaged" else row.agreed_qty or 0
        if row.state != "agreed":
            here.open.add(row.item_id)
    return found


def finish_inbound(warehouse_id, documents, submitted=()):
    """Receipts of which all is agreed: what is short becomes a case; all put away, they are done. Gives how many.

    `submitted`: ids of those whose receiver has just said that this was all.
    """
    ours = [one for one in (*documents, *_asking(warehouse_id, documents)) if one.kind in INBOUND and one.state in LIVE]
    standings = standing_of(warehouse_id, [one.id for one in ours]) if ours else {}
    done, matters = [], []
    for one in ours:
        here, all_said = standings[one.id], one.state == "submitted" or one.id in submitted
        if here.open or not (all_said or not here.missing and here.expected):
            continue
        way = on_the_way(one) if one.kind == "transfer_in" else None
        if way and all_said:
            matters += _differences(warehouse_id, one, here, way)
        elif all_said:
            matters += _missing(warehouse_id, one, here.missing, here.costs, "short_receipt")
        over = way is None or way.known and not way.left
        if over and all(here.done[item] >= qty for item, qty in here.agreed.items()) and any(here.agreed.values()):
            done.append(one.id)
    open_many(matters)
    close_documents(warehouse_id, done)
    return len(done)


def _asking(warehouse_id, documents):
    """The receipts to which these are tied, as far as they are not among them."""
    tied = {one.tied_id for one in documents if one.tied_id} - {one.id for one in documents}
    return documents_named(warehouse_id, tied, set())


def look_at_arrivals():
    """Arrivals of which all was said, once more: the sender may have spoken since. Gives how many ended."""
    ended = 0
    for (house,) in fetch("SELECT id FROM warehouses"):
        waiting = fetch(
            "SELECT id FROM documents WHERE warehouse_id = :w AND kind = 'transfer_in' AND state = 'submitted'", w=house
        )
        if waiting:
            arrivals = documents_named(house, {row.id for row in waiting}, set())
            ended += finish_inbound(house, arrivals)
    return ended


def finish_leaving(warehouse_id, ids):
    """Scraps, samples, gifts: done when all that was allowed has left."""
    if ids:
        standings = standing_of(warehouse_id, sorted(ids))
        close_documents(warehouse_id, [id_ for id_, here in standings.items() if not here.unshipped])


def finish_outbound(warehouse_id, document, ship_at, short_items):
    """After goods have left: late and missing ones become cases, and the document ends unless some still wait.

    Gives True if something of it is still to come.
    """
    (here,) = standing_of(warehouse_id, [document.id]).values()
    matters = []
    if document.due_at is not None and ship_at > document.due_at:
        matters.append(_late(warehouse_id, document))
    untouched = {item for item in here.expected if item not in here.agreed} - set(short_items)
    leftover = any(here.agreed[item] > here.done[item] and item not in here.unshipped for item in here.agreed)
    waits = bool(here.open) or bool(untouched) and document.submitted_at is None
    run(
        "UPDATE documents SET shipped_at = :at, state = CASE WHEN state = 'open' THEN 'working' ELSE state END"
        " WHERE warehouse_id = :w AND id = :id",
        at=ship_at,
        w=warehouse_id,
        id=document.id,
    )
    if not waits and not _to_ship(here, document, short_items):
        matters += _missing(warehouse_id, document, here.unshipped, here.costs, "missed_shipment")
        close_documents(warehouse_id, [document.id])
    open_many(matters)
    return waits or leftover or bool(here.unshipped)


def finish_left(warehouse_id, document, here):
    """No more of an order will leave: what has not becomes a case."""
    open_many(_missing(warehouse_id, document, here.unshipped, here.costs, "missed_shipment"))


def _to_ship(here, document, short_items):
    """Is more of the order still to be picked, as far as anybody said?"""
    if document.submitted_at is not None:
        return False
    return any(item not in short_items for item in here.missing)


def close_documents(warehouse_id, ids, state="done"):
    """They have come to their end."""
    if ids:
        run(
            "UPDATE documents SET state = :state, closed_at = :now WHERE warehouse_id = :w AND id IN"
            " (SELECT v.id FROM " + given("ids", id="id") + " v)",
            state=state,
            now=clock.now(),
            w=warehouse_id,
            ids=[(one,) for one in ids],
        )
        run(
            "UPDATE document_lines SET reserves = :no WHERE warehouse_id = :w AND reserves AND "
            + among("document_id", "ids", "id"),
            w=warehouse_id,
            ids=list(ids),
            no=False,
        )


def short_items(warehouse_id, document_id):
    """Items of which somebody said that there was not enough on the shelf."""
    rows = fetch(
        "SELECT DISTINCT item_id FROM statements WHERE warehouse_id = :w AND document_id = :d AND step = 'short'",
        w=warehouse_id,
        d=document_id,
    )
    return {row.item_id for row in rows}


def _missing(warehouse_id, document, missing, costs, kind):
    return [
        new_matter(
            warehouse_id=warehouse_id,
            kind=kind,
            location_id=document.place_id,
            item_id=item_id,
            qty=-qty,
            value=value_of(abs(qty), costs[item_id]),
            subject=f"{kind}:{document.id}:{item_id}",
            note=document.number,
            owner_id=document.requested_by,
        )
        for item_id, qty in missing.items()
    ]


def _differences(warehouse_id, document, here, way):
    """What arrived against what the other warehouse sent (as long as it has not said: what was asked for)."""
    off = way.by_item
    right = {*here.expected, *here.agreed} - off.keys()
    close_subjects(warehouse_id, {f"transfer_differs:{document.id}:{item_id}" for item_id in right}, "arrived")
    return _missing(warehouse_id, document, off, defaultdict(int, here.costs), "transfer_differs")


def _late(warehouse_id, document):
    return new_matter(
        warehouse_id=warehouse_id,
        kind="late_shipment",
        location_id=document.place_id,
        subject=f"late:{document.id}",
        note=document.number,
        owner_id=document.requested_by,
    )
