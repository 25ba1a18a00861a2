"""The ledger over the wire: its moves, posting for ERPs and supervisors, reversal, and the check."""

import msgspec
from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.lookup import items_by_sku, locations_by_code
from server.counting.blind import blind_pairs
from server.db import transaction
from server.errors import NotFound, NotUnderstood
from server.ids import new_id
from server.ledger import check, queries
from server.ledger.post import post
from server.ledger.reverse import reverse
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.moves_words import MOST_MOVES, read_moves
from server.routes.plain import plain, plain_page
from server.routes.shapes import (
    UUID_TEXT,
    Id,
    Instant,
    PageQuery,
    Qty,
    Query,
    Shape,
    Words,
    page_of,
    paged,
    read_cursor,
    text,
)

routes = Blueprint("moves", __name__, description="The ledger: every stock move, written once")


class MovesQuery(PageQuery):
    """Which moves."""

    warehouse = text(load_default=None)
    location = text(load_default=None)
    sku = text(load_default=None)
    lot = text(load_default=None, least=0)
    since = Instant(load_default=None, data_key="from")
    until = Instant(load_default=None, data_key="to")
    kind = text(load_default=None)


class MoveOut(Shape):
    """A stock move."""

    id = fields.UUID()
    warehouse = fields.String()
    sku = fields.String()
    lot = fields.String()
    quantity = Qty(attribute="qty")
    source = fields.String(data_key="from")
    target = fields.String(data_key="to")
    kind = fields.String()
    effective_at = Instant()
    posted_at = Instant()
    document = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    line = fields.UUID(attribute="line_id", allow_none=True)
    reverses = fields.UUID(attribute="reverses_id", allow_none=True)


_move = plain(MoveOut)


class ReverseIn(Words):
    """The id of the counter-move, and why."""

    id = Id(load_default=None)
    reason = text(load_default=None, allow_none=True)


class CheckQuery(Query):
    """Of which warehouse; without one, of all."""

    warehouse = text(load_default=None)


class DifferenceOut(Shape):
    """A balance that is not the sum of its moves, or an anchor that they do not keep."""

    what = fields.String()
    warehouse = fields.String()
    location = fields.String()
    sku = fields.String()
    lot = fields.String()
    expected = fields.String()
    found = fields.String()


class CheckedOut(Shape):
    """What a check covered."""

    moves = fields.Integer()
    positions = fields.Integer()


class CheckOut(Shape):
    """Differences between moves and balances: empty."""

    items = fields.List(fields.Nested(DifferenceOut))
    next = fields.String(allow_none=True)
    checked = fields.Nested(CheckedOut)


_MOVE = {
    "type": "object",
    "required": ["id", "warehouse", "sku", "quantity", "from", "to", "kind", "effective_at"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "warehouse": {"type": "string"},
        "sku": {"type": "string"},
        "lot": {"type": ["string", "null"]},
        "quantity": {"type": ["string", "number"], "description": "above zero, at most three decimals"},
        "from": {"type": "string"},
        "to": {"type": "string"},
        "kind": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,39}$"},
        "effective_at": {"type": "string", "format": "date-time"},
        "document": {"type": ["string", "null"]},
        "reason": {"type": ["string", "null"]},
        "serials": {"type": ["array", "null"], "items": {"type": "string"}},
    },
}
_POST_DOC = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["moves"],
                    "properties": {"moves": {"type": "array", "maxItems": MOST_MOVES, "items": _MOVE}},
                },
                "example": {
                    "moves": [
                        {
                            "id": "0192f5a1-0c1e-7b4e-8f7e-2a6cfa1d2b01",
                            "warehouse": "WH1",
                            "sku": "TEA",
                            "quantity": "48",
                            "from": "SUPPLIER",
                            "to": "A-01-01",
                            "kind": "receipt",
                            "effective_at": "2026-11-22T01:00:00Z",
                            "document": "PO-1001",
                        }
                    ]
                },
            }
        },
    },
    "responses": {
        "201": {"description": "Posted", "content": {"application/json": {"schema": {"type": "object"}}}},
        "200": {
            "description": "All were posted before",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    },
}


@routes.get("/moves")
@may(Permission.READ_BOOK)
@routes.arguments(MovesQuery, location="query")
@routes.response(200, page_of("Move", MoveOut))
def list_moves(asked):
    """Moves, the latest first. Places that the asker is counting are left out: they could be added up."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    after = read_cursor(asked["cursor"], int, str)
    if after and not UUID_TEXT.fullmatch(after[1]):
        raise NotUnderstood(fields={"cursor": ["invalid"]})
    places = items = None
    if asked["location"] is not None:
        places = [row.id for house in houses for row in locations_by_code(house, [asked["location"]]).values()]
    if asked["sku"] is not None:
        items = [row.id for row in items_by_sku([asked["sku"]]).values()]
    if not houses or places == [] or items == []:
        return {"items": [], "next": None}
    rows = queries.moves(
        houses, asked["limit"], after, asked["since"], asked["until"], places, items, asked["lot"], asked["kind"]
    )
    page = paged(rows, asked["limit"], lambda row: (row.effective_at, row.id))
    blind = blind_pairs(houses, who)
    seen = [
        row
        for row in page["items"]
        if (row.warehouse_id, row.from_id) not in blind and (row.warehouse_id, row.to_id) not in blind
    ]
    return plain_page({**page, "items": [row._mapping for row in seen]}, _move)


@routes.post("/moves")
@routes.doc(**_POST_DOC)
@may(Permission.POST_MOVES)
def post_moves():
    """Post moves, at most 1,000, all or none; the same ids again change nothing."""
    who = current_person()
    with transaction():
        moves = read_moves(who)
        posted = post(moves)
    body = {
        "posted": len(posted.moves),
        "duplicates": len(posted.duplicates),
        "restatements": len(posted.restatements),
        "items": [
            {"id": move.id, "result": "duplicate" if move.id in posted.duplicates else "posted"} for move in moves
        ],
        "next": None,
    }
    status = 200 if moves and not posted.moves else 201
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


@routes.post("/moves/<uuid:move_id>/reverse")
@may(Permission.POST_MOVES)
@routes.arguments(ReverseIn)
@routes.response(201, MoveOut)
def reverse_move(body, move_id):
    """Reverse a mistake by a counter-move that names it."""
    who = current_person()
    with transaction():
        for house in warehouses(Permission.POST_MOVES):
            if queries.move_of([house.id], str(move_id)):
                own_id = body["id"] or new_id()
                posted = reverse(house.id, str(move_id), own_id, who.id, body["reason"])
                return queries.move_of([house.id], own_id), 201 if posted.moves else 200
        raise NotFound()


@routes.get("/ledger/check")
@may(Permission.CHECK_LEDGER)
@routes.arguments(CheckQuery, location="query")
@routes.response(200, CheckOut)
def check_ledger(asked):
    """Recompute balances from the moves; gives those that differ."""
    if asked["warehouse"]:
        houses = [warehouse(asked["warehouse"], Permission.CHECK_LEDGER).id]
    else:
        houses = [row.id for row in warehouses(Permission.CHECK_LEDGER)]
    totals = [check.counted(house) for house in houses]
    return {
        "items": [row for house in houses for row in check.differences(house)],
        "next": None,
        "checked": {name: sum(one[name] for one in totals) for name in ("moves", "positions")},
    }
