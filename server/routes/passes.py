"""Doors: what went through together, which document it fits, and a person's word on it."""

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.db import transaction
from server.gateways import portals
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouses
from server.routes.shapes import Instant, PageQuery, Qty, Words, choice, page_of, paged, read_cursor, text

routes = Blueprint("passes", __name__, description="Doors: what went through")


class PassesQuery(PageQuery):
    warehouse = text(load_default=None)
    state = choice("proposed", "confirmed", "rejected", load_default="proposed")


class PassGoodsOut(ma.Schema):
    sku = fields.String(allow_none=True)
    lot = fields.String()
    quantity = Qty(attribute="qty")
    tags = fields.Integer()


class PassOut(ma.Schema):
    id = fields.String()
    at = Instant()
    warehouse = fields.String()
    reader = fields.String()
    direction = fields.String()
    document = fields.String(allow_none=True)
    tags = fields.Integer()
    goods = fields.List(fields.Nested(PassGoodsOut))


class VerdictIn(Words):
    act = choice("confirm", "reject", required=True)


class VerdictOut(ma.Schema):
    tags = fields.Integer()


@routes.get("/readers/passes")
@may(Permission.READ_BOOK)
@routes.arguments(PassesQuery, location="query")
@routes.response(200, page_of("Pass", PassOut))
def list_passes(asked):
    """What went through doors together, the latest first, beside the document that it fits."""
    after = read_cursor(asked["cursor"], int, str)
    within = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    if not within:
        return {"items": [], "next": None}
    with transaction():
        for house in within:
            portals.look(house, clock.now())
    rows = portals.proposals(within, asked["limit"], after, asked["state"])
    page = paged(rows, asked["limit"], lambda row: (row.at, row.group_id))
    goods = portals.goods_of([row.group_id for row in page["items"]])
    page["items"] = [{**row._mapping, "id": row.group_id, "goods": goods[row.group_id]} for row in page["items"]]
    return page


@routes.post("/readers/passes/<uuid:pass_id>")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(VerdictIn)
@routes.response(200, VerdictOut)
def decide(words, pass_id):
    """It went through, or it did not. Nothing moves in the book by itself: the document is worked as any other."""
    within = [row.id for row in warehouses(Permission.PLAN_DOCUMENTS)]
    confirm = words["act"] == "confirm"
    with transaction():
        return {"tags": portals.decide(within, str(pass_id), confirm, current_person().id, clock.now())}
