"""Locations: where stock is."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server import clock
from server.catalog import queries
from server.catalog.lookup import items_by_id, items_by_sku
from server.catalog.places import add_location, capacities_of, change_location, location_of
from server.db import transaction
from server.errors import NotUnderstood
from server.people.rules import Permission
from server.routes.door import may, warehouse, warehouses
from server.routes.keys import place_of_key
from server.routes.shapes import Id, Instant, PageQuery, Qty, Query, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("locations", __name__, description="The smallest addressable places of a warehouse.")
_order = validate.Range(0, 2**31 - 1, error="out_of_range")
_room = validate.Range(1, error="out_of_range")
_kind = validate.NoneOf(["virtual"], error="not_a_choice")


class CapacityIn(Words):
    """How much of one item ought to lie there at most."""

    sku = text(required=True)
    quantity = Qty(required=True, validate=_room)


class CapacityOut(Shape):
    """How much of one item fits."""

    sku = fields.String()
    quantity = Qty()


_capacities = {"validate": validate.Length(max=1000, error="too_many")}


class LocationIn(Words):
    """A location as it is added. `path_order`: its place on the walk through the warehouse.

    `capacity`: how many base units ought to lie there at most, of whatever items; `capacities`: of single ones. More is
    told, not refused.
    """

    id = Id(required=True)
    warehouse = text(required=True)
    code = text(required=True)
    zone = text(allow_none=True, load_default=None)
    kind = fields.String(load_default="shelf", validate=[validate.Length(1, 40, error="too_long"), _kind])
    path_order = fields.Integer(load_default=0, validate=_order, strict=True)
    capacity = Qty(load_default=None, allow_none=True, validate=_room)
    capacities = fields.List(fields.Nested(CapacityIn), load_default=list, **_capacities)


class LocationChange(Shape):
    """What may change of a location."""

    zone = text(allow_none=True)
    kind = fields.String(validate=[validate.Length(1, 40, error="too_long"), _kind])
    path_order = fields.Integer(validate=_order, strict=True)
    capacity = Qty(allow_none=True, validate=_room)
    capacities = fields.List(fields.Nested(CapacityIn), **_capacities)
    active = fields.Boolean(truthy={True}, falsy={False})


class LocationOut(Shape):
    """A location. `virtual`: it stands for the world outside (SUPPLIER, LOSS, …).

    `capacities` where one location is shown, not in lists.
    """

    id = Id()
    warehouse = fields.String()
    code = fields.String()
    zone = fields.String(allow_none=True)
    kind = fields.String()
    path_order = fields.Integer()
    capacity = Qty(allow_none=True)
    capacities = fields.List(fields.Nested(CapacityOut))
    virtual = fields.Function(lambda row: bool(row["role"]), metadata={"type": "boolean"})
    active = fields.Boolean(truthy={True}, falsy={False})
    locked_until = Instant(allow_none=True, metadata={"description": "for a count; until then nothing goes in or out"})


class InWarehouse(Query):
    """`?warehouse=`, where more than one has a location of that code."""

    warehouse = text(load_default=None)


class LocationQuery(PageQuery):
    """`search`: part of the code."""

    warehouse = text(load_default=None)
    zone = text(load_default=None)
    search = text(least=0, load_default=None)


@routes.post("/locations")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(LocationIn)
@routes.response(201, LocationOut)
def add(location):
    """Add a location."""
    with transaction():
        here = warehouse(location.pop("warehouse"), Permission.EDIT_CATALOGUE)
        location["capacities"] = _by_item(location["capacities"])
        added, is_new = add_location(warehouse_id=here.id, **location)
        return _seen(added, here), 201 if is_new else 200


@routes.get("/locations")
@may(Permission.READ_CATALOGUE)
@routes.arguments(LocationQuery, location="query")
@routes.response(200, page_of("Location", LocationOut))
def locations(query):
    """Locations in walking order."""
    here = warehouses(Permission.READ_CATALOGUE, query["warehouse"])
    after = read_cursor(query["cursor"], str, int, str)
    rows = queries.locations_page([one.id for one in here], query["limit"], after, query["zone"], query["search"])
    return paged(rows, query["limit"], lambda row: (row["warehouse"], row["path_order"], row["code"]))


@routes.get("/locations/<path:code>")
@may(Permission.READ_CATALOGUE)
@routes.arguments(InWarehouse, location="query")
@routes.response(200, LocationOut)
def location(query, code):
    """One location."""
    here, code = place_of_key(code, Permission.READ_CATALOGUE, query["warehouse"])
    return _seen(location_of(here.id, code), here)


@routes.patch("/locations/<path:code>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(InWarehouse, location="query")
@routes.arguments(LocationChange)
@routes.response(200, LocationOut)
def change(query, changes, code):
    """Change a location."""
    with transaction():
        here, code = place_of_key(code, Permission.EDIT_CATALOGUE, query["warehouse"])
        if "capacities" in changes:
            changes["capacities"] = _by_item(changes["capacities"])
        return _seen(change_location(here.id, code, **changes), here)


def _by_item(said):
    """{item id: thousandths}. Refuses what names no item, or one twice."""
    items = items_by_sku([one["sku"] for one in said])
    wrong = {f"capacities[{n}].sku": ["unknown"] for n, one in enumerate(said) if one["sku"] not in items}
    if len({one["sku"] for one in said}) != len(said):
        wrong["capacities"] = ["already_used"]
    if wrong:
        raise NotUnderstood(fields=wrong)
    return {items[one["sku"]].id: one["quantity"] for one in said}


def _seen(row, here):
    shown = ("id", "code", "zone", "kind", "path_order", "capacity", "role", "active")
    locked_until = row.locked_until if (row.locked_until or 0) > clock.now() else None
    fits = capacities_of(here.id, [row.id]).get(row.id, {})
    skus = {item_id: item.sku for item_id, item in items_by_id(set(fits)).items()} if fits else {}
    capacities = sorted(({"sku": skus[item_id], "quantity": qty} for item_id, qty in fits.items()), key=_sku)
    own = {name: getattr(row, name) for name in shown}
    return {"warehouse": here.code, "locked_until": locked_until, "capacities": capacities, **own}


def _sku(line):
    return line["sku"]
