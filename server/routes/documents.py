"""Documents: what ought to come, go or be made."""

from flask_smorest import Blueprint

from server import clock
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import LocationUnknown
from server.counting.blind import blind_places
from server.db import transaction
from server.errors import NotUnderstood
from server.handling import decide, queries
from server.handling.lost import settle_transit
from server.handling.open import Asked, end_of_day, open_document
from server.handling.refusals import DocumentUnknown
from server.handling.rules import ASKED_FOR, INBOUND, NORMAL, PRIORITIES
from server.handling.suggest import putaway_places
from server.handling.tie import tie, untie
from server.people.named import PersonUnknown, workers_by_name
from server.people.rules import Permission
from server.quantity import show_qty
from server.routes.document_shapes import (
    DecisionIn,
    DocumentDetailOut,
    DocumentIn,
    DocumentOut,
    DocumentsQuery,
    PutawayOut,
    SettleIn,
    TieIn,
    TransitIn,
    UntieIn,
)
from server.routes.document_views import answer, seen, seen_whole
from server.routes.door import WarehouseUnknown, current_person, may, warehouse, warehouses
from server.routes.shapes import page_of, paged, read_cursor
from server.routes.tasks_handling import putaway_bins, to_put_away

routes = Blueprint("documents", __name__, description="What ought to come, go or be made, and what came of it")
_LATER = (("about", None), ("priority", None))  # what a request before they could be said is the same without
_EXAMPLE = {
    "id": "0192f5a0-6b1e-7c3a-9a51-3f0f3c0a7d31",
    "warehouse": "WH1",
    "kind": "receipt",
    "number": "PO-1001",
    "partner": "Tea Trading",
    "expected_on": "2026-11-22",
    "lines": [{"sku": "TEA", "quantity": "40"}],
}


@routes.post("/documents")
@may(Permission.REQUEST_DOCUMENTS)
@routes.arguments(DocumentIn, example=_EXAMPLE)
@routes.response(201, DocumentDetailOut)
def open_one(body):
    """Open a document. What leaves other than by an order (a transfer, a scrap, …) waits for somebody's approval."""
    who = current_person()
    permission = Permission.REQUEST_DOCUMENTS if body["kind"] in ASKED_FOR else Permission.PLAN_DOCUMENTS
    house = warehouse(body["warehouse"], permission)
    asked = _asked(body, house)
    with transaction():
        new = open_document(asked, who.id)
        return answer(_whole(body["id"], Permission.REQUEST_DOCUMENTS), 201 if new else 200)


@routes.get("/documents")
@may(Permission.READ_DOCUMENTS)
@routes.arguments(DocumentsQuery, location="query")
@routes.response(200, page_of("Document", DocumentOut))
def list_documents(asked):
    """Documents, the newest first."""
    houses = [row.id for row in warehouses(Permission.READ_DOCUMENTS, asked["warehouse"])]
    rows = queries.documents_in(
        houses,
        asked["limit"],
        read_cursor(asked["cursor"], int, str),
        kind=asked["kind"],
        state=asked["state"],
        number=asked["number"],
        live=asked["live"],
        late_at=clock.now() if asked["late"] else None,
        incomplete=asked["incomplete"],
    )
    page = paged(rows, asked["limit"], lambda row: (row.requested_at, row.id))
    return answer({**page, "items": seen(page["items"], current_person())})


@routes.get("/documents/<uuid:document_id>")
@may(Permission.READ_DOCUMENTS)
@routes.response(200, DocumentDetailOut)
def show_document(document_id):
    """One document: its lines, how far it is, and what you may hear of what was said."""
    return answer(_whole(document_id, Permission.READ_DOCUMENTS))


@routes.get("/documents/<uuid:document_id>/putaway")
@may(Permission.READ_TASKS)
@routes.response(200, page_of("Putaway", PutawayOut))
def suggest_putaway(document_id):
    """Where to put what two agree on and nobody has put away yet: the best bins first."""
    who, document = current_person(), find_document(document_id, Permission.READ_TASKS)
    waiting = [one for one in queries.goods_of([document]).get(document.id, []) if to_put_away(one)]
    house = document.warehouse_id
    places = putaway_places(
        house,
        [(one.item_id, one.lot, one.agreed_qty - one.done_qty) for one in waiting],
        blind_places([house], who)[house],
    )
    items = [
        {
            "sku": one.sku,
            "name": one.name,
            "lot": one.lot,
            "quantity": show_qty(one.agreed_qty - one.done_qty),
            "bins": putaway_bins({house: places}, document, one),
        }
        for one in waiting
    ]
    return answer({"items": items, "next": None})


@routes.post("/documents/<uuid:document_id>/approve")
@may(Permission.APPROVE_DOCUMENTS)
@routes.arguments(DecisionIn)
@routes.response(200, DocumentDetailOut)
def approve_document(body, document_id):
    """Let a requested document be worked on. Whoever asked for it may not."""
    return _decided(document_id, Permission.APPROVE_DOCUMENTS, body, "approve", decide.approve)


@routes.post("/documents/<uuid:document_id>/reject")
@may(Permission.APPROVE_DOCUMENTS)
@routes.arguments(DecisionIn)
@routes.response(200, DocumentDetailOut)
def reject_document(body, document_id):
    """Refuse a requested document."""
    return _decided(document_id, Permission.APPROVE_DOCUMENTS, body, "reject", decide.reject)


@routes.post("/documents/<uuid:document_id>/cancel")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(DecisionIn)
@routes.response(200, DocumentDetailOut)
def cancel_document(body, document_id):
    """Call a document off of which nothing has happened yet."""
    return _decided(document_id, Permission.PLAN_DOCUMENTS, body, "cancel", decide.cancel)


@routes.post("/documents/<uuid:document_id>/close")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(DecisionIn)
@routes.response(200, DocumentDetailOut)
def close_document(body, document_id):
    """No more will come, or go: what is missing becomes a case."""
    return _decided(document_id, Permission.PLAN_DOCUMENTS, body, "close", decide.close)


@routes.post("/documents/<uuid:document_id>/tie")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(TieIn)
@routes.response(200, DocumentDetailOut)
def tie_delivery(body, document_id):
    """Say to which receipt goods belong that came without a document: they count for it from now on."""

    def said(document, person_id):
        tie(document, body["document"], person_id)

    return _decided(document_id, Permission.PLAN_DOCUMENTS, body, "tie", said)


@routes.post("/documents/<uuid:document_id>/untie")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(UntieIn)
@routes.response(200, DocumentDetailOut)
def untie_delivery(body, document_id):
    """Take back that a delivery belongs to a receipt, or say to which other one it belongs. Both are judged anew."""

    def said(document, person_id):
        untie(document, body["document"], person_id)

    return _decided(document_id, Permission.PLAN_DOCUMENTS, body, "untie", said)


@routes.post("/documents/<uuid:document_id>/transit")
@may(Permission.DECIDE, Permission.DECIDE_MANAGER, Permission.DECIDE_FINANCE)
@routes.arguments(TransitIn)
@routes.response(200, DocumentDetailOut)
def settle_what_is_on_the_way(body, document_id):
    """Settle what left the other warehouse and never arrived as lost (what came beyond it: as found), by its value."""
    who = current_person()
    with transaction():
        document = decide.locked(find_document(document_id, Permission.READ_DOCUMENTS))
        if not decide.said_before(document, body["id"], "transit_word"):
            settle_transit(document, who, body)
        return answer(_whole(document_id, Permission.READ_DOCUMENTS))


@routes.post("/documents/<uuid:document_id>/settle")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(SettleIn)
@routes.response(200, DocumentDetailOut)
def settle_document(body, document_id):
    """Say how many there were of goods that two people disagree about. Whoever had a hand in it may not."""

    def said(document, person_id):
        decide.settle(document, person_id, body["id"], _words(body["lines"], document), body["note"])

    return _decided(document_id, Permission.PLAN_DOCUMENTS, body, "settled", said)


def _decided(document_id, permission, body, act, verb):
    """A decision, once for its id; the document as it is then."""
    who = current_person()
    with transaction():
        document = decide.locked(find_document(document_id, permission))
        if decide.once(document, who.id, body["id"], act, body["note"], about=_about_whom(document, body, act)):
            verb(document, who.id)
        return answer(_whole(document_id, permission))


def _about_whom(document, body, act):
    """The number of the receipt that a tie is about, for the trail: the one that is named, else the one it hung on."""
    if act not in ("tie", "untie"):
        return None
    named = queries.document_called(document.warehouse_id, body["document"] or document.tied_id or "", "receipt")
    return named.number if named else body["document"]


def _words(said, document):
    items = _known_items(said)
    inbound = document.kind in INBOUND
    return [
        decide.Word(
            items[line["sku"]].id,
            line["lot"] or "",
            (line["condition"] or "good") if inbound else "",
            line["quantity"],
        )
        for line in said
    ]


def find_document(document_id, permission):
    """The document's row, if the person holds the permission where it is. Raises `DocumentUnknown`."""
    document = queries.document_of([row.id for row in warehouses(permission)], str(document_id))
    if document is None:
        raise DocumentUnknown()
    return document


def _whole(document_id, permission):
    return seen_whole(find_document(document_id, permission), current_person())


def _asked(body, house):
    return Asked(
        id=body["id"],
        warehouse_id=house.id,
        kind=body["kind"],
        asked={name: value for name, value in body.items() if name != "id" and (name, value) not in _LATER},
        lines=_lines(body["lines"]),
        number=body["number"],
        partner=body["partner"],
        place_id=_place(house, body["location"]),
        far_id=_far(body["to_warehouse"]),
        expected_on=body["expected_on"],
        due_at=_due(body, house),
        assignee_id=_assignee(body["assign_to"], house),
        priority=NORMAL if body["priority"] is None else PRIORITIES.index(body["priority"]),
        reason=body["reason"],
        note=body["note"],
        photo=body["photo"],
        about_id=_about(house, body["about"]),
    )


def _about(house, named):
    """The return that a document follows from. Raises `DocumentUnknown`."""
    if named is None:
        return None
    found = queries.document_called(house.id, named, "return")
    if found is None:
        raise DocumentUnknown(document=named, fields={"about": ["unknown"]})
    return found.id


def _known_items(said):
    items = items_by_sku([line["sku"] for line in said])
    unknown = {f"lines[{n}].sku": ["unknown"] for n, line in enumerate(said) if line["sku"] not in items}
    if unknown:
        raise NotUnderstood(fields=unknown)
    return items


def _lines(said):
    items = _known_items(said)
    return tuple((line["role"], items[line["sku"]].id, line["lot"] or "", line["quantity"]) for line in said)


def _place(house, code):
    if code is None:
        return None
    place = locations_by_code(house.id, [code]).get(code)
    if place is None or place.role is not None:
        raise LocationUnknown(location=code, fields={"location": ["unknown"]})
    return place.id


def _far(code):
    """The other warehouse of a transfer: whoever asks need not work there."""
    if code is None:
        return None
    found = queries.warehouse_of(code)
    if found is None:
        raise WarehouseUnknown(warehouse=code, fields={"to_warehouse": ["unknown"]})
    return found.id


def _due(body, house):
    if body["due_at"] is not None:
        return body["due_at"]
    day = body["ship_by"] or body["expected_on"]
    return end_of_day(day, house.timezone) if day else None


def _assignee(name, house):
    if name is None:
        return None
    found = workers_by_name([name], house.id).get(name)
    if found is None:
        raise PersonUnknown(person=name, fields={"assign_to": ["unknown"]})
    return found
