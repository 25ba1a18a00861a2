"""Doors: what went through together, which document it fits, and a person's word on it."""

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.db import transaction
from server.gateways import doors, portals
from server.gateways.pass_tags import one_group
from server.gateways.through import decide as decide_pass
from server.handling.said import Act
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
    fits = fields.String(
        allow_none=True,
        metadata={"description": "its part, its whole, or over", "enum": ["part", "whole", "over", None]},
    )
    tags = fields.Integer()
    goods = fields.List(fields.Nested(PassGoodsOut))


class PassReadOut(ma.Schema):
    at = Instant()
    antenna = fields.Integer()
    side = fields.String(allow_none=True, metadata={"enum": ["in", "out", None]})
    rssi_dbm = fields.Float(allow_none=True)
    reads = fields.Integer()


class PassTagOut(ma.Schema):
    tag = fields.String()
    sku = fields.String(allow_none=True)
    lot = fields.String()
    first_at = Instant()
    last_at = Instant()
    reads = fields.Integer()
    peak_dbm = fields.Float(allow_none=True)
    why = fields.String(metadata={"description": "what it is believed for"})
    curve = fields.List(fields.Nested(PassReadOut), metadata={"description": "its reads, as far as they are kept"})


class OnePassOut(PassOut):
    threshold_dbm = fields.Integer(metadata={"description": "of the door: weaker is not believed"})
    each = fields.List(fields.Nested(PassTagOut), metadata={"description": "its tags, at most two hundred"})


class VerdictIn(Words):
    act = choice("confirm", "reject", required=True)
    document = text(
        load_default=None, allow_none=True, metadata={"description": "number, in place of the proposed one"}
    )
    move = fields.Boolean(
        load_default=True, metadata={"description": "false: it went through, and is booked elsewhere"}
    )


class VerdictOut(ma.Schema):
    tags = fields.Integer()
    moved = Qty(metadata={"description": "pieces that were said to have moved"})
    document = fields.String(allow_none=True)
    hint = fields.String(allow_none=True)


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
            doors.look(house, clock.now())
    rows = portals.proposals(within, asked["limit"], after, asked["state"])
    page = paged(rows, asked["limit"], lambda row: (row.at, row.group_id))
    goods = portals.goods_of([row.group_id for row in page["items"]])
    page["items"] = [{**row._mapping, "id": row.group_id, "goods": goods[row.group_id]} for row in page["items"]]
    return page


@routes.get("/readers/passes/<uuid:pass_id>")
@may(Permission.READ_BOOK)
@routes.response(200, OnePassOut)
def one_pass(pass_id):
    """One of them, tag by tag: how strongly each was read, when, and by which side of the door."""
    within = [row.id for row in warehouses(Permission.READ_BOOK)]
    row, each = one_group(within, str(pass_id))
    goods = portals.goods_of([row.group_id])[row.group_id]
    threshold = row.threshold // 100
    return {**row._mapping, "id": row.group_id, "goods": goods, "threshold_dbm": threshold, "each": each}


@routes.post("/readers/passes/<uuid:pass_id>")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(VerdictIn)
@routes.response(200, VerdictOut)
def decide(words, pass_id):
    """It went through, or it did not. Goods of a document are then received, shipped or taken in; goods of none move
    from one side of the door to the other."""
    within = [row.id for row in warehouses(Permission.PLAN_DOCUMENTS)]
    confirm, who = words["act"] == "confirm", current_person()
    with transaction():
        act = Act(who.id, who.id)
        return decide_pass(within, str(pass_id), confirm, act, clock.now(), words["document"], words["move"])
