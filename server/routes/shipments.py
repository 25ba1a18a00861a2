"""Shipments: how many were late, missed something or had something wrong."""

from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.clock import DAY, show_instant
from server.handling.measure import shipped
from server.people.rules import Permission
from server.routes.document_views import answer
from server.routes.door import may, warehouses
from server.routes.shapes import Instant, Query, Shape, page_of, text

routes = Blueprint("shipments", __name__, description="How well orders left")
USUAL = 30 * DAY  # how far back, unless somebody says


class ShipmentsQuery(Query):
    """Orders that left between two instants, or ought to have; without: of the last thirty days."""

    warehouse = text(load_default=None)
    since = Instant(load_default=None, data_key="from")
    until = Instant(load_default=None, data_key="to")


class ShipmentsOut(Shape):
    """Of one warehouse. Shares are percents of what stands beside them, null where there is nothing to share.

    `missed_lines`: of ended orders, not all left. `wrong_lines`: two people did not find what was picked, or nobody had
    ordered it; `caught_lines`: those that a check found. `escaped`: sent back by customers as wrong.
    """

    warehouse = fields.String()
    since = Instant(data_key="from")
    until = Instant(data_key="to")
    orders = fields.Integer()
    late_orders = fields.Integer()
    late_percent = fields.String(allow_none=True)
    lines = fields.Integer()
    missed_lines = fields.Integer()
    missed_percent = fields.String(allow_none=True)
    picked_lines = fields.Integer()
    checked_lines = fields.Integer()
    wrong_lines = fields.Integer()
    wrong_percent = fields.String(allow_none=True)
    caught_lines = fields.Integer()
    caught_percent = fields.String(allow_none=True)
    short_picks = fields.Integer()
    escaped = fields.Integer()


@routes.get("/shipments")
@may(Permission.READ_BOOK)
@routes.arguments(ShipmentsQuery, location="query")
@routes.response(200, page_of("Shipments", ShipmentsOut))
def measure_shipments(asked):
    """Late, missed and wrong shipments of each warehouse, counted in orders and lines."""
    until = clock.now() if asked["until"] is None else asked["until"]
    since = until - USUAL if asked["since"] is None else asked["since"]
    houses = warehouses(Permission.READ_BOOK, asked["warehouse"])
    return answer({"items": [_shown(row, since, until) for row in houses], "next": None})


def _shown(house, since, until):
    one = shipped(house.id, since, until)
    return {
        "warehouse": house.code,
        "from": show_instant(since),
        "to": show_instant(until),
        "orders": one.orders,
        "late_orders": one.late,
        "late_percent": _percent(one.late, one.orders),
        "lines": one.lines,
        "missed_lines": one.missed,
        "missed_percent": _percent(one.missed, one.lines),
        "picked_lines": one.picked,
        "checked_lines": one.checked,
        "wrong_lines": one.wrong,
        "wrong_percent": _percent(one.wrong, one.picked),
        "caught_lines": one.caught,
        "caught_percent": _percent(one.caught, one.wrong),
        "short_picks": one.shorts,
        "escaped": one.escaped,
    }


def _percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else None
