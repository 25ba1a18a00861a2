"""Who answers for what (损耗责任分解表): stage and cause, kind and zone → a person."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validates_schema

from server.cases import responsible
from server.cases.rules import KINDS
from server.catalog.reasons import reason_of
from server.db import transaction
from server.people.named import PersonUnknown, people_by_name
from server.people.rules import Permission
from server.routes.case_shapes import STAGES
from server.routes.door import current_person, everywhere, may, warehouse, warehouses
from server.routes.shapes import Id, Instant, PageQuery, Shape, Words, choice, page_of, paged, read_cursor, text

routes = Blueprint("responsibilities", __name__, description="Who answers for what: stage and cause, kind and zone")
_ABOUT = ("kind", "zone", "stage", "cause")


class ResponsibilityIn(Words):
    """A line of the table. What is left out means any; without `warehouse` it is for all of them."""

    id = Id(required=True)
    warehouse = text(load_default=None)
    kind = choice(*KINDS, load_default=None)
    zone = text(load_default=None)
    stage = choice(*STAGES, load_default=None)
    cause = text(load_default=None)
    person = text(required=True)

    @validates_schema
    def _of_one_warehouse(self, said, **_):
        if said.get("zone") and not said.get("warehouse"):
            raise ValidationError({"warehouse": ["required"]})


class ResponsibilityChange(Shape):
    """What may change of a line."""

    kind = choice(*KINDS, allow_none=True)
    zone = text(allow_none=True)
    stage = choice(*STAGES, allow_none=True)
    cause = text(allow_none=True)
    person = text()


class ResponsibilityOut(Shape):
    """A line of the table."""

    id = fields.UUID()
    warehouse = fields.String(allow_none=True)
    kind = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    cause = fields.String(allow_none=True)
    person = fields.String()
    name = fields.String()
    made_at = Instant()


class ResponsibilityQuery(PageQuery):
    """`?warehouse=`: the lines that hold there."""

    warehouse = text(load_default=None)


@routes.get("/responsibilities")
@may(Permission.READ_CASES)
@routes.arguments(ResponsibilityQuery, location="query")
@routes.response(200, page_of("Responsibility", ResponsibilityOut))
def list_responsibilities(asked):
    """The table: who answers for what."""
    houses = [row.id for row in warehouses(Permission.READ_CASES, asked["warehouse"])]
    rows = responsible.table_in(houses, asked["limit"], read_cursor(asked["cursor"], int, str))
    return paged([row._mapping for row in rows], asked["limit"], lambda row: (row["made_at"], row["id"]))


@routes.post("/responsibilities")
@may(Permission.NAME_RESPONSIBLE)
@routes.arguments(ResponsibilityIn)
@routes.response(201, ResponsibilityOut)
def add_responsibility(body):
    """Name who answers for something."""
    house = _meant(body["warehouse"])
    _known(body)
    with transaction():
        said = {word: body[word] for word in _ABOUT}
        said |= {"warehouse_id": house and house.id, "person_id": _person(body["person"], house)}
        new = responsible.name(body["id"], said, current_person().id)
        return _shown(body["id"]), 201 if new else 200


@routes.patch("/responsibilities/<uuid:line_id>")
@may(Permission.NAME_RESPONSIBLE)
@routes.arguments(ResponsibilityChange)
@routes.response(200, ResponsibilityOut)
def change_responsibility(changes, line_id):
    """Change who answers, or for what."""
    with transaction():
        line = _editable(line_id)
        _known(changes)
        changed = {word: changes[word] for word in _ABOUT if word in changes}
        if "person" in changes:
            changed["person_id"] = _person(changes["person"], _house_of(line))
        responsible.rename(line.id, changed)
        return _shown(line.id)


@routes.delete("/responsibilities/<uuid:line_id>")
@may(Permission.NAME_RESPONSIBLE)
@routes.response(204)
def strike_responsibility(line_id):
    """Take a line out. What it routed stays with its owner."""
    with transaction():
        responsible.strike(_editable(line_id).id)


def _meant(code):
    """One warehouse's lines are its supervisors'; those for all are of who writes the policies of all."""
    return everywhere(Permission.EDIT_POLICY) if code is None else warehouse(code, Permission.NAME_RESPONSIBLE)


def _editable(line_id):
    """The line, if the asker may change it there: one of all warehouses only who may so everywhere."""
    line = responsible.line_of([row.id for row in warehouses(Permission.NAME_RESPONSIBLE)], str(line_id))
    _meant(line.warehouse)
    return line


def _house_of(line):
    return None if line.warehouse is None else warehouse(line.warehouse, Permission.NAME_RESPONSIBLE)


def _known(said):
    if said.get("cause"):
        reason_of(said["cause"])


def _person(name, house):
    """Somebody who works there; a line for all warehouses names somebody of any."""
    houses = [house] if house else warehouses(Permission.NAME_RESPONSIBLE)
    for row in houses:
        found = people_by_name([name], row.id).get(name)
        if found:
            return found
    raise PersonUnknown(person=name, fields={"person": ["unknown"]})


def _shown(line_id):
    return responsible.line_of([row.id for row in warehouses(Permission.NAME_RESPONSIBLE)], line_id)._mapping
