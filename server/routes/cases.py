"""Cases: anything that needs an owner, a deadline, a cause and an end."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.cases import note, queries, work
from server.cases.open import Matter, open_case
from server.cases.rules import KINDS, SEVERITIES, CaseKindUnknown, CaseUnknown
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.counting.blind import blind_places
from server.db import transaction
from server.people.named import PersonUnknown, people_by_name
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import (
    Id,
    Instant,
    Money,
    PageQuery,
    Qty,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    prose,
    read_cursor,
    text,
)

routes = Blueprint("cases", __name__, description="Anything that needs an owner, a deadline, a cause and an end")


class CaseOut(Shape):
    """A case."""

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    severity = fields.String()
    state = fields.String()
    location = fields.String(allow_none=True)
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    lot = fields.String()
    quantity = Qty(allow_none=True)
    value = Money(allow_none=True)
    variance = fields.UUID(allow_none=True)
    owner = fields.String(allow_none=True)
    opened_by = fields.String(allow_none=True)
    opened_at = Instant()
    deadline = Instant()
    overdue = fields.Boolean()
    closed_at = Instant(allow_none=True)
    cause = fields.String(allow_none=True)
    archived = fields.Boolean()


class NoteOut(Shape):
    """A line of the trail."""

    id = fields.UUID()
    at = Instant()
    person = fields.String(allow_none=True)
    act = fields.String()
    text = fields.String(allow_none=True)


class CaseDetailOut(CaseOut):
    """A case with its trail, and the photos that came with it."""

    notes = fields.List(fields.Nested(NoteOut))
    photos = fields.List(fields.String())


class CasesQuery(PageQuery):
    """Which cases. `mine=true`: those I own or opened."""

    warehouse = text(load_default=None)
    state = choice("open", "working", "closed", load_default=None)
    kind = choice(*KINDS, load_default=None)
    mine = fields.Boolean(load_default=False)
    archived = fields.Boolean(load_default=False)


class CaseIn(Words):
    """A case that somebody opens."""

    id = Id(required=True)
    warehouse = text(required=True)
    kind = text(required=True)
    location = text(load_default=None, allow_none=True)
    sku = text(load_default=None, allow_none=True)
    lot = text(load_default=None, allow_none=True)
    quantity = Qty(load_default=None, allow_none=True)
    severity = choice(*SEVERITIES, load_default=None, allow_none=True)
    note = prose(load_default=None, allow_none=True)
    photos = fields.List(Id(), load_default=list, validate=validate.Length(max=20, error="too_many"))


class CaseChange(Shape):
    """Hand it over, move its deadline, begin work on it."""

    owner = text()
    deadline = Instant()
    severity = choice(*SEVERITIES)
    state = choice("open", "working")


class NoteIn(Words):
    """A word on a case."""

    id = Id(required=True)
    text = prose(required=True)


class CloseIn(Words):
    """How it ended."""

    id = Id(required=True)
    note = prose(load_default=None, allow_none=True)
    cause = text(load_default=None, allow_none=True)


class ArchiveIn(Shape):
    """The id of this act."""

    id = Id(required=True)


@routes.get("/cases")
@may(Permission.READ_CASES)
@routes.arguments(CasesQuery, location="query")
@routes.response(200, page_of("Case", CaseOut))
def list_cases(asked):
    """Cases, the most urgent first."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_CASES, asked["warehouse"])]
    rows = queries.cases_in(
        houses,
        asked["limit"],
        read_cursor(asked["cursor"], int, str),
        state=asked["state"],
        kind=asked["kind"],
        mine=who.id if asked["mine"] else None,
        archived=asked["archived"],
        blind=_blind(houses),
    )
    page = paged(rows, asked["limit"], lambda row: (row.deadline, row.id))
    return {**page, "items": [_shown(row, who) for row in page["items"]]}


@routes.post("/cases")
@may(Permission.WORK)
@routes.arguments(CaseIn)
@routes.response(201, CaseOut)
def report_case(body):
    """Open a case."""
    who = current_person()
    house = warehouse(body["warehouse"], Permission.WORK)
    place = item = None
    if body["location"] is not None:
        place = locations_by_code(house.id, [body["location"]]).get(body["location"])
        if place is None:
            raise LocationUnknown(location=body["location"], fields={"location": ["unknown"]})
    if body["sku"] is not None:
        item = items_by_sku([body["sku"]]).get(body["sku"])
        if item is None:
            raise ItemUnknown(code=body["sku"], fields={"sku": ["unknown"]})
    if body["kind"] not in KINDS:
        raise CaseKindUnknown(kinds=", ".join(KINDS), fields={"kind": ["not_a_choice"]})
    matter = Matter(
        id=body["id"],
        warehouse_id=house.id,
        kind=body["kind"],
        location_id=place.id if place else None,
        item_id=item.id if item else None,
        lot=body["lot"] or "",
        qty=body["quantity"],
        severity=body["severity"],
        note=body["note"],
        photos=tuple(body["photos"]),
    )
    with transaction():
        _, new = open_case(matter, who.id)
        return _shown(_row(body["id"], Permission.WORK), who), 201 if new else 200


@routes.get("/cases/<uuid:case_id>")
@may(Permission.READ_CASES)
@routes.response(200, CaseDetailOut)
def show_case(case_id):
    """One case with its whole trail."""
    return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/notes")
@may(Permission.READ_CASES)
@may(Permission.WORK, Permission.WORK_CASES)
@routes.arguments(NoteIn)
@routes.response(201, CaseDetailOut)
def add_note(body, case_id):
    """Say something about a case."""
    who = current_person()
    with transaction():
        case = _found(case_id, Permission.WORK if who.may(Permission.WORK) else Permission.WORK_CASES)
        new = note.write_note(case.warehouse_id, case.id, who.id, "note", body["text"], note_id=body["id"])
        return _detail(case_id), 201 if new else 200


@routes.patch("/cases/<uuid:case_id>")
@may(Permission.WORK_CASES)
@routes.arguments(CaseChange)
@routes.response(200, CaseDetailOut)
def change_case(body, case_id):
    """Hand a case to somebody, move its deadline, begin work on it."""
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        owner_id = None
        if "owner" in body:
            owner_id = people_by_name([body["owner"]], case.warehouse_id).get(body["owner"])
            if owner_id is None:
                raise PersonUnknown(person=body["owner"], fields={"owner": ["unknown"]})
        rest = {name: body[name] for name in ("deadline", "severity", "state") if name in body}
        work.change(case, current_person().id, owner_id, **rest)
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/close")
@may(Permission.WORK_CASES)
@routes.arguments(CloseIn)
@routes.response(200, CaseDetailOut)
def close_case(body, case_id):
    """End a case with a word about how."""
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        work.close(case, current_person().id, body["id"], body["note"], body["cause"])
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/reopen")
@may(Permission.WORK_CASES)
@routes.arguments(CloseIn)
@routes.response(200, CaseDetailOut)
def reopen_case(body, case_id):
    """It was not the end after all."""
    with transaction():
        work.reopen(_found(case_id, Permission.WORK_CASES), current_person().id, body["id"], body["note"])
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/archive")
@may(Permission.WORK_CASES)
@routes.arguments(ArchiveIn)
@routes.response(200, CaseDetailOut)
def archive_case(body, case_id):
    """Put a closed case away."""
    with transaction():
        work.archive(_found(case_id, Permission.WORK_CASES), current_person().id, body["id"])
        return _detail(case_id)


def _found(case_id, permission):
    return work.find_case([row.id for row in warehouses(permission)], str(case_id))


def _row(case_id, permission):
    houses = [row.id for row in warehouses(permission)]
    rows = queries.cases_in(houses, 1, only_id=str(case_id), blind=_blind(houses))
    if not rows:
        raise CaseUnknown()
    return rows[0]


def _blind(houses):
    return set().union(*blind_places(houses, current_person()).values())


def _detail(case_id):
    row = _row(case_id, Permission.READ_CASES)
    notes = note.notes_of(row.warehouse_id, row.id)
    return {**_shown(row, current_person()), "notes": notes, "photos": note.photos_in(notes)}


def _shown(row, who):
    return queries.shown(row, who.may(Permission.READ_BOOK, row.warehouse_id))
