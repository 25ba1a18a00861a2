"""Stock: what is where, now or at an instant. Quantities of what is being counted stay with those who may know them."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.lookup import items_by_sku, locations_by_code
from server.counting.queries import under_count
from server.ledger.book import book_at
from server.ledger.queries import positions
from server.ledger.rules import Position
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouses
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
    """A position. `qty` is absent while it is being counted, for those who may be asked to count it."""

    warehouse = fields.String()
    location = fields.String()
    zone = fields.String(allow_none=True)
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)
    qty = Qty()
    under_count = fields.Boolean()


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
    rows = positions(houses, asked["limit"], after, places, items, asked["lot"], real=asked["at"] is None)
    page = paged(rows, asked["limit"], lambda row: (row.warehouse_id, row.location_id, row.item_id, row.lot))
    return {**page, "items": _shown(page["items"], who, asked["at"])}


def _named(houses, asked):
    """(location ids or None, item ids or None) of the codes asked for; empty where there is no such."""
    places = items = None
    if asked["location"] is not None:
        found = [locations_by_code(house, [asked["location"]]) for house in houses]
        places = [row.id for rows in found for row in rows.values()]
    if asked["sku"] is not None:
        items = [row.id for row in items_by_sku([asked["sku"]]).values()]
    return places, items


def _shown(rows, who, at):
    quantities = [row.qty for row in rows]
    if at is not None:
        quantities = book_at([(Position(row.warehouse_id, row.location_id, row.item_id, row.lot), at) for row in rows])
    hidden = _hidden(rows, who)
    shown = []
    for row, qty in zip(rows, quantities, strict=True):
        line = dict(row._mapping)
        blind = (row.warehouse_id, row.location_id) in hidden
        if not blind and qty == 0:
            continue
        line["under_count"] = blind
        line["qty"] = qty
        if blind:
            del line["qty"]
        shown.append(line)
    return shown


def _hidden(rows, who):
    """Places whose quantities this person may not see now: being counted, by people like them or by themselves."""
    by_house: dict[str, set] = {}
    for row in rows:
        by_house.setdefault(row.warehouse_id, set()).add(row.location_id)
    hidden = set()
    for house, places in by_house.items():
        own = who.id if who.may(Permission.READ_BOOK, house) else None
        hidden |= {(house, place) for place in under_count(house, places, own)}
    return hidden
