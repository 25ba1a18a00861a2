"""Cases: anything that needs an owner, a deadline, a cause and an end."""

from flask_smorest import Blueprint

from server import clock
from server.cases import mend, note, queries, verify, work
from server.cases.open import Matter, open_case, worth
from server.cases.refusals import CaseKindUnknown, CaseUnknown
from server.cases.rules import KINDS
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.counting.blind import blind_places
from server.counting.due import ask_soon
from server.db import transaction
from server.ledger.rules import Position
from server.people.named import PersonUnknown, people_by_name
from server.people.rules import Permission
from server.routes.case_shapes import (
    ActionIn,
    AnalysisIn,
    ArchiveIn,
    CaseChange,
    CaseDetailOut,
    CaseIn,
    CaseOut,
    CasesQuery,
    CloseIn,
    DoneIn,
    NoteIn,
    VerifyIn,
)
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import page_of, paged, read_cursor

routes = Blueprint("cases", __name__, description="Anything that needs an owner, a deadline, a cause and an end")


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
        severity=asked["severity"],
        overdue=asked["overdue"],
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
        value=worth(body["quantity"], item),
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
            owner_id = _person(body["owner"], case.warehouse_id)
        rest = {name: body[name] for name in ("deadline", "severity", "state") if name in body}
        work.change(case, current_person().id, owner_id, **rest)
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/analysis")
@may(Permission.WORK_CASES)
@routes.arguments(AnalysisIn)
@routes.response(201, CaseDetailOut)
def analyse_case(body, case_id):
    """Say what the cause was and where it arose; who answers for it by the table is named."""
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        said = body["cause"], body["stage"], body["whys"], body["note"], body["photos"]
        mend.analyse(case, current_person().id, body["id"], *said)
        return _detail(case_id), 201


@routes.post("/cases/<uuid:case_id>/actions")
@may(Permission.WORK_CASES)
@routes.arguments(ActionIn)
@routes.response(201, CaseDetailOut)
def order_action(body, case_id):
    """Order a corrective action, of somebody, until a date."""
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        owner_id = None if body["owner"] is None else _person(body["owner"], case.warehouse_id)
        said = body["text"], owner_id, body["due_at"]
        new = mend.order_action(case, current_person().id, body["id"], *said)
        return _detail(case_id), 201 if new else 200


@routes.post("/cases/<uuid:case_id>/actions/<uuid:action_id>/done")
@may(Permission.READ_CASES)
@may(Permission.WORK, Permission.WORK_CASES)
@routes.arguments(DoneIn)
@routes.response(200, CaseDetailOut)
def finish_action(body, case_id, action_id):
    """A corrective action is done: by its owner, or by somebody who works on cases."""
    who = current_person()
    with transaction():
        case = _found(case_id, Permission.READ_CASES)
        leads = who.may(Permission.WORK_CASES, case.warehouse_id)
        mend.action_done(case, who.id, leads, str(action_id), body["id"], body["note"], body["photos"])
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/verify")
@may(Permission.WORK_CASES)
@routes.arguments(VerifyIn)
@routes.response(200, CaseDetailOut)
def verify_case(body, case_id):
    """Did it help? Say so, or let the next count of the position tell: then it is on the count list."""
    who = current_person()
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        if body["by"] == "count":
            verify.ask_count(case, who.id, body["id"])
            ask_soon([Position(case.warehouse_id, case.location_id, case.item_id, case.lot)], "verification")
        else:
            verify.looked(case, who.id, body["id"], body["passed"] is not False, body["note"], body["photos"])
        return _detail(case_id)


@routes.post("/cases/<uuid:case_id>/close")
@may(Permission.WORK_CASES)
@routes.arguments(CloseIn)
@routes.response(200, CaseDetailOut)
def close_case(body, case_id):
    """End a case with a word about how."""
    with transaction():
        case = _found(case_id, Permission.WORK_CASES)
        said = body["note"], body["cause"], body["stage"], body["photos"]
        work.close(case, current_person().id, body["id"], *said)
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


def _person(name, warehouse_id):
    found = people_by_name([name], warehouse_id).get(name)
    if found is None:
        raise PersonUnknown(person=name, fields={"owner": ["unknown"]})
    return found


def _detail(case_id):
    row, who = _row(case_id, Permission.READ_CASES), current_person()
    notes = note.notes_of(row.warehouse_id, row.id)
    actions = [_action(one, who.id) for one in queries.actions_of(row.warehouse_id, row.id)]
    trail = [{**one._mapping, "photos": note.photos_in([one])} for one in notes]
    return {**_shown(row, who), "actions": actions, "notes": trail, "photos": note.photos_in(notes)}


def _action(row, who_id):
    overdue = row.done_at is None and row.due_at < clock.now()
    return {**row._mapping, "overdue": overdue, "mine": row.owner_id == who_id}


def _shown(row, who):
    return queries.shown(row, who.may(Permission.READ_BOOK, row.warehouse_id))
