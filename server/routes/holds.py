"""Holds: quarantine, block, inspection."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.db import transaction
from server.handling.hold import hold_of, holds_in, place_hold, release
from server.handling.rules import HOLD_KINDS
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import Id, Instant, PageQuery, Shape, Words, choice, page_of, paged, prose, read_cursor, text

routes = Blueprint("holds", __name__, description="Stock that may not leave until somebody releases it")


class HoldIn(Words):
    """What to hold: an item, one lot of it, or what lies of it in one location."""

    id = Id(required=True)
    warehouse = text(required=True)
    kind = choice(*HOLD_KINDS, required=True)
    sku = text(required=True)
    lot = text(load_default=None, allow_none=True)
    location = text(load_default=None, allow_none=True)
    reason = text(load_default=None, allow_none=True)
    note = prose(load_default=None, allow_none=True)


class HoldOut(Shape):
    """A hold. `document`: the return of which only so much is held as nobody has found good."""

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    location = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    placed_by = fields.String(attribute="placer")
    placed_at = Instant()
    released_by = fields.String(attribute="releaser", allow_none=True)
    released_at = Instant(allow_none=True)
    release_note = fields.String(allow_none=True)


class HoldsQuery(PageQuery):
    """Which holds. `released=true`: those that are over too."""

    warehouse = text(load_default=None)
    sku = text(load_default=None)
    released = fields.Boolean(load_default=False)


class ReleaseIn(Words):
    """Why it may go."""

    id = Id(required=True)
    note = prose(load_default=None, allow_none=True)


@routes.post("/holds")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(HoldIn)
@routes.response(201, HoldOut)
def hold_stock(body):
    """Hold stock."""
    house = warehouse(body["warehouse"], Permission.PLAN_DOCUMENTS)
    item, place_id = _item(body["sku"]), _place(house.id, body["location"])
    with transaction():
        said = (body["kind"], item.id, body["lot"] or "", place_id, body["reason"], body["note"])
        new = place_hold(body["id"], house.id, *said, current_person().id)
        return hold_of([house.id], body["id"])._mapping, 201 if new else 200


@routes.get("/holds")
@may(Permission.READ_DOCUMENTS)
@routes.arguments(HoldsQuery, location="query")
@routes.response(200, page_of("Hold", HoldOut))
def list_holds(asked):
    """Holds, the newest first."""
    houses = [row.id for row in warehouses(Permission.READ_DOCUMENTS, asked["warehouse"])]
    item_id = None if asked["sku"] is None else _item(asked["sku"]).id
    after = read_cursor(asked["cursor"], int, str)
    rows = [row._mapping for row in holds_in(houses, asked["limit"], after, item_id, asked["released"])]
    return paged(rows, asked["limit"], lambda row: (row["placed_at"], row["id"]))


@routes.post("/holds/<uuid:hold_id>/release")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(ReleaseIn)
@routes.response(200, HoldOut)
def release_hold(body, hold_id):
    """Let held stock go."""
    with transaction():
        houses = [row.id for row in warehouses(Permission.PLAN_DOCUMENTS)]
        hold = hold_of(houses, str(hold_id))
        release(hold, current_person().id, body["note"])
        return hold_of(houses, str(hold_id))._mapping


def _item(sku):
    item = items_by_sku([sku]).get(sku)
    if item is None:
        raise ItemUnknown(code=sku, fields={"sku": ["unknown"]})
    return item


def _place(warehouse_id, code):
    if code is None:
        return None
    place = locations_by_code(warehouse_id, [code]).get(code)
    if place is None or place.role is not None:
        raise LocationUnknown(location=code, fields={"location": ["unknown"]})
    return place.id
