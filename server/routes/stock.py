"""Stock: what is where, now or at an instant. Quantities of what is being counted stay with those who may know them."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.lookup import items_by_sku, locations_by_code
from server.counting.blind import blind_places
from server.handling.blind import checks_in
from server.handling.reserve import reserved
from server.ledger.book import book_at
from server.ledger.queries import positions
from server.ledger.rules import Position
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouses
from server.routes.plain import plain, plain_page
from server.routes.shapes import Instant, PageQuery, Qty, Shape, page_of, paged, read_cursor, text

routes = Blueprint("stock", __name__, description="What is where, now or at an instant")


class StockQuery(PageQuery):
    """Which positions, and when."""

    warehouse = text(load_default=None)
    location = text(load_default=None)
    sku = text(load_default=None)
    lot = text(load_default=None, least=0)
    at = Instant(load_default=None)


class StockOut(Shape):
    """A position. `qty` is absent while it is being counted, for those who may be asked to count it.

    `reserved`: how much of it open orders will take, for those who may read the book and check nothing there.
    """

    warehouse = fields.String()
    location = fields.String()
    zone = fields.String(allow_none=True)
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)
    qty = Qty()
    reserved = Qty()
    under_count = fields.Boolean()


_position = plain(StockOut)


@routes.get("/stock")
@may(Permission.READ_STOCK)
@routes.arguments(StockQuery, location="query")
@routes.response(200, page_of("Stock", StockOut))
def list_stock(asked):
    """Positions and quantities."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_STOCK, asked["warehouse"])]
    places, items = _named(houses, asked)
    if not houses or places == [] or items == []:
        return {"items": [], "next": None}
    after = read_cursor(asked["cursor"], str, str, str, str)
    blind = blind_places(houses, who)
    hidden = set().union(*blind.values())
    rows = positions(houses, asked["limit"], after, places, items, asked["lot"], real=asked["at"] is None, blind=hidden)
    page = paged(rows, asked["limit"], lambda row: (row.warehouse_id, row.location_id, row.item_id, row.lot))
    shown = _shown(page["items"], blind, asked["at"])
    if asked["at"] is None:
        _reserve(shown, blind, who)
    return plain_page({**page, "items": shown}, _position)


def _reserve(lines, blind, who):
    """Say how much of each position open orders will take; not to those who must not hear what is wanted, nor to those
    who are blind somewhere: what is reserved elsewhere would tell what lies there."""
    houses = {line["warehouse_id"] for line in lines if who.may(Permission.READ_BOOK, line["warehouse_id"])}
    houses -= {house for house, places in blind.items() if places}
    for house in houses - checks_in(houses, who):
        here = [line for line in lines if line["warehouse_id"] == house and "qty" in line and not line["role"]]
        taken = reserved(house, {line["item_id"] for line in here}) if here else {}
        for line in here:
            line["reserved"] = sum(taken.get((line["item_id"], line["location_id"], line["lot"]), {}).values())


def _named(houses, asked):
    """(location ids or None, item ids or None) of the codes asked for; empty where there is no such."""
    places = items = None
    if asked["location"] is not None:
        found = [locations_by_code(house, [asked["location"]]) for house in houses]
        places = [row.id for rows in found for row in rows.values()]
    if asked["sku"] is not None:
        items = [row.id for row in items_by_sku([asked["sku"]]).values()]
    return places, items


def _shown(rows, blind, at):
    """Rows with their quantity, or without it where the asker is blind. The world outside mirrors the shelves."""
    quantities = [row.qty for row in rows]
    if at is not None:
        quantities = book_at([(Position(row.warehouse_id, row.location_id, row.item_id, row.lot), at) for row in rows])
    shown = []
    for row, qty in zip(rows, quantities, strict=True):
        line = dict(row._mapping)
        here = blind[row.warehouse_id]
        line["under_count"] = row.location_id in here or bool(here and row.role)
        if not line["under_count"] and qty == 0:
            continue
        line["qty"] = qty
        if line["under_count"]:
            del line["qty"]
        shown.append(line)
    return shown
