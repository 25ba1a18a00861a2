"""Containers: pallets and totes with a code of their own, and where they stand."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.containers import add_container, containers_in
from server.catalog.lookup import locations_by_code
from server.catalog.rules import LocationUnknown
from server.db import transaction
from server.people.rules import Permission
from server.routes.door import may, warehouse, warehouses
from server.routes.shapes import Id, PageQuery, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("containers", __name__, description="Pallets and totes with a code of their own (LPN, SSCC).")


class ContainerIn(Words):
    """A container as it is added."""

    id = Id(required=True)
    warehouse = text(required=True)
    code = text(required=True)
    kind = text(load_default="pallet")
    location = text(allow_none=True, load_default=None)


class ContainerOut(Shape):
    """A container."""

    id = Id()
    warehouse = fields.String()
    code = fields.String()
    kind = fields.String()
    location = fields.String(allow_none=True)


class ContainersQuery(PageQuery):
    """Of which warehouse, or the one of this code."""

    warehouse = text(load_default=None)
    code = text(load_default=None)


@routes.post("/containers")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ContainerIn)
@routes.response(201, ContainerOut)
def add(body):
    """Add a container."""
    house = warehouse(body["warehouse"], Permission.EDIT_CATALOGUE)
    place = None
    if body["location"] is not None:
        place = locations_by_code(house.id, [body["location"]]).get(body["location"])
        if place is None:
            raise LocationUnknown(location=body["location"], fields={"location": ["unknown"]})
    with transaction():
        found, is_new = add_container(body["id"], house.id, body["code"], body["kind"], place.id if place else None)
        (row, *_) = containers_in([house.id], 1, code=found.code)
        return row, 201 if is_new else 200


@routes.get("/containers")
@may(Permission.READ_CATALOGUE)
@routes.arguments(ContainersQuery, location="query")
@routes.response(200, page_of("Container", ContainerOut))
def containers(asked):
    """Containers by code."""
    houses = [row.id for row in warehouses(Permission.READ_CATALOGUE, asked["warehouse"])]
    after = read_cursor(asked["cursor"], str, str) or ("", "")
    rows = containers_in(houses, asked["limit"], after, asked["code"]) if houses else []
    return paged(rows, asked["limit"], lambda row: (row.warehouse, row.code))
