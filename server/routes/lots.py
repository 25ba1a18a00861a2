"""Lots: made together, expiring together."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog import queries
from server.catalog.lots import LotUnknown, add_lot, change_lot
from server.db import transaction
from server.people.rules import Permission
from server.routes.door import may
from server.routes.shapes import Id, PageQuery, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("lots", __name__, description="Lots of items that are tracked by lot.")


class LotIn(Words):
    """A lot as it is added. `expiry`: YYYY-MM-DD."""

    id = Id(required=True)
    sku = text(required=True)
    lot = text(required=True)
    expiry = fields.Date(allow_none=True, load_default=None)


class LotChange(Shape):
    """What may change of a lot."""

    expiry = fields.Date(required=True, allow_none=True)


class LotOut(Shape):
    """A lot."""

    id = Id()
    sku = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)


class LotQuery(PageQuery):
    """`sku`: only the lots of one item; `lot`: only those of this name."""

    sku = text(load_default=None)
    lot = text(load_default=None)


@routes.post("/lots")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(LotIn)
@routes.response(201, LotOut)
def add(lot):
    """Add a lot."""
    with transaction():
        _, is_new = add_lot(lot["id"], lot["sku"], lot["lot"], _said(lot["expiry"]))
        return _one(lot["sku"], lot["lot"]), 201 if is_new else 200


@routes.get("/lots")
@may(Permission.READ_CATALOGUE)
@routes.arguments(LotQuery, location="query")
@routes.response(200, page_of("Lot", LotOut))
def lots(query):
    """Lots by sku and name."""
    after = read_cursor(query["cursor"], str, str) or ["", ""]
    rows = queries.lots_page(query["limit"], after, query["sku"], query["lot"])
    return paged(rows, query["limit"], lambda row: (row.sku, row.lot))


@routes.get("/lots/<sku>/<path:lot>")
@may(Permission.READ_CATALOGUE)
@routes.response(200, LotOut)
def lot(sku, lot):
    """One lot."""
    return _one(sku, lot)


@routes.patch("/lots/<sku>/<path:lot>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(LotChange)
@routes.response(200, LotOut)
def change(changes, sku, lot):
    """Correct an expiry date."""
    with transaction():
        change_lot(sku, lot, _said(changes["expiry"]))
        return _one(sku, lot)


def _one(sku, lot):
    rows = queries.lots_page(1, sku=sku.strip(), lot=lot.strip())
    if not rows:
        raise LotUnknown(sku=sku, lot=lot)
    return rows[0]


def _said(expiry):
    return expiry.isoformat() if expiry else None
