"""Production reporting (报工): what orders used against what they ought to have used."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.handling import queries
from server.handling.usage import by_line, usage
from server.people.rules import Permission
from server.quantity import show_money, show_qty
from server.routes.document_views import answer
from server.routes.door import may, warehouses
from server.routes.shapes import Instant, Money, PageQuery, Qty, Query, Shape, choice, page_of, paged, read_cursor, text

routes = Blueprint("production", __name__, description="What orders used against what they ought to have used")
MOST_ORDERS = 1_000
STATES = ("ok", "overuse", "underuse", "not_issued", "not_reported", "not_planned")


class UsageQuery(PageQuery):
    """Of which orders, and what of it: `not_issued` is output without consumption, `not_reported` the other way round.

    A page is of orders; `state` leaves out the rest of its lines.
    """

    warehouse = text(load_default=None)
    number = text(load_default=None)
    state = choice(*STATES, load_default=None)


class UsageOut(Shape):
    """One material of one order. `expected`: for what was really made; `over`: used beyond it."""

    document = fields.UUID()
    warehouse = fields.String()
    number = fields.String()
    line = fields.String(allow_none=True, metadata={"description": "the production line"})
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    planned_qty = Qty()
    expected_qty = Qty()
    used_qty = Qty()
    over_qty = Qty()
    over_value = Money()
    state = fields.String()


@routes.get("/production/usage")
@may(Permission.READ_BOOK)
@routes.arguments(UsageQuery, location="query")
@routes.response(200, page_of("Usage", UsageOut))
def list_usage(asked):
    """Materials of orders, the newest orders first: used against expected."""
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    after = read_cursor(asked["cursor"], int, str)
    rows = queries.documents_in(houses, asked["limit"], after, kind="production", number=asked["number"])
    page = paged(rows, asked["limit"], lambda row: (row.requested_at, row.id))
    used = [one for one in usage(page["items"]) if asked["state"] in (None, one.state)]
    return answer({"items": [_shown(one) for one in used], "next": page["next"]})


class LinesQuery(Query):
    """Of which orders: those asked for between two instants."""

    warehouse = text(load_default=None)
    since = Instant(load_default=None, data_key="from")
    until = Instant(load_default=None, data_key="to")


class LineOut(Shape):
    """What a production line used against what it ought to have used, in money. `loss`: used beyond it, not netted."""

    warehouse = fields.String()
    line = fields.String(allow_none=True)
    orders = fields.Integer()
    expected_value = Money()
    used_value = Money()
    loss_value = Money()
    loss_percent = fields.String(allow_none=True, metadata={"description": "of what ought to have been used"})
    states = fields.Dict(metadata={"description": "how many materials of orders are in each state"})


@routes.get("/production/lines")
@may(Permission.READ_BOOK)
@routes.arguments(LinesQuery, location="query")
@routes.response(200, page_of("ProductionLine", LineOut))
def list_lines(asked):
    """Loss by production line, the greatest first; of the newest thousand orders."""
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    rows = queries.documents_in(houses, MOST_ORDERS, kind="production", since=asked["since"], until=asked["until"])
    return answer({"items": [_line(one) for one in by_line(rows[:MOST_ORDERS])], "next": None})


def _line(one):
    return {
        "warehouse": one.warehouse,
        "line": one.line,
        "orders": one.orders,
        "expected_value": show_money(one.expected),
        "used_value": show_money(one.used),
        "loss_value": show_money(one.loss),
        "loss_percent": f"{100 * one.loss / one.expected:.1f}" if one.expected else None,
        "states": one.states,
    }


def _shown(one):
    return {
        "document": one.document.id,
        "warehouse": one.document.warehouse,
        "number": one.document.number,
        "line": one.document.partner,
        "sku": one.sku,
        "name": one.name,
        "unit": one.unit,
        "planned_qty": show_qty(one.planned),
        "expected_qty": show_qty(one.expected),
        "used_qty": show_qty(one.used),
        "over_qty": show_qty(one.over),
        "over_value": show_money(one.value),
        "state": one.state,
    }
