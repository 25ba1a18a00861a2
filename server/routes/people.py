"""Persons: registered and changed by administrators, listed for those who assign work."""

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import fields

from server.db import transaction
from server.people import passwords
from server.people.change import change
from server.people.queries import people_seen, person_seen
from server.people.register import register
from server.people.rules import ROLES, Permission
from server.people.who import EVERYWHERE
from server.routes import door
from server.routes.auth import LANGUAGES, RoleOut
from server.routes.door import current_person, may
from server.routes.shapes import Id, PageQuery, Shape, Whole, Words, choice, page_of, paged, read_cursor, text

routes = Blueprint("people", __name__, description="Persons and the roles they hold in each warehouse")


class RoleIn(Words):
    warehouse = text(required=True, metadata={"description": "a warehouse's code, or * for all of them"})
    role = choice(*ROLES, required=True)


def _password():
    return fields.String(
        validate=[
            ma.validate.Length(min=8, error="not_a_password"),
            ma.validate.Length(max=1000, error="too_long"),
        ],
        load_only=True,
    )


def _pin():
    return fields.String(validate=Whole(r"^[0-9]{4,12}$", error="not_a_pin"), load_only=True)


class PersonIn(Words):
    id = Id(required=True)
    username = text(80, required=True)
    name = text(required=True)
    password = _password()
    badge = text(80, allow_none=True)
    pin = _pin()
    language = choice(*LANGUAGES)
    roles = fields.List(fields.Nested(RoleIn), required=True, validate=ma.validate.Length(max=500, error="too_many"))


class PersonChange(Shape):
    username = text(80)
    name = text()
    password = _password()
    badge = text(80, allow_none=True)
    pin = _pin()
    language = choice(*LANGUAGES)
    active = fields.Boolean(truthy={True}, falsy={False})
    roles = fields.List(fields.Nested(RoleIn), validate=ma.validate.Length(max=500, error="too_many"))


class PersonOut(ma.Schema):
    id = fields.String()
    username = fields.String()
    name = fields.String()
    badge = fields.String(allow_none=True)
    language = fields.String()
    active = fields.Boolean()
    roles = fields.List(fields.Nested(RoleOut))


class PeopleQuery(PageQuery):
    warehouse = text(load_default=None)


@routes.get("/people")
@may(Permission.READ_PEOPLE)
@routes.arguments(PeopleQuery, location="query")
@routes.response(200, page_of("People", PersonOut))
def list_people(asked):
    """Persons by user name, with the roles they hold where the asker may look."""
    after = read_cursor(asked["cursor"], str)
    rows = people_seen(_scopes(asked["warehouse"]), asked["limit"] + 1, after and after[0])
    return paged(rows, asked["limit"], lambda row: (row["username"],))


@routes.post("/people")
@may(Permission.EDIT_PEOPLE)
@routes.arguments(PersonIn)
@routes.response(201, PersonOut)
@routes.alt_response(200, schema=PersonOut, description="Posted before, with the same content")
def register_person(words):
    """Register a person. Administrators of all warehouses only."""
    door.everywhere(Permission.EDIT_PEOPLE)
    secrets = passwords.prepare(words.pop("password", None), words.pop("pin", None))  # slow: before the transaction
    with transaction():
        person, new = register(held=words.pop("roles"), secrets=secrets, **words)
        said = person_seen(person.id, [EVERYWHERE])
    return said, 201 if new else 200


@routes.get("/people/<uuid:person_id>")
@may(Permission.READ_PEOPLE)
@routes.response(200, PersonOut)
def show_person(person_id):
    """One person."""
    return person_seen(str(person_id), _scopes())


@routes.patch("/people/<uuid:person_id>")
@may(Permission.EDIT_PEOPLE)
@routes.arguments(PersonChange)
@routes.response(200, PersonOut)
def change_person(words, person_id):
    """Change a person. Who gets a new password or PIN, or is deactivated, is signed out everywhere at once."""
    door.everywhere(Permission.EDIT_PEOPLE)
    secrets = passwords.prepare(words.pop("password", None), words.pop("pin", None))
    with transaction():
        person = change(str(person_id), secrets, words.pop("roles", None), **words)
        return person_seen(person.id, [EVERYWHERE])


def _scopes(warehouse=None):
    if warehouse:
        return [door.warehouse(warehouse, Permission.READ_PEOPLE).id]
    return current_person().scopes(Permission.READ_PEOPLE)
