"""Items: what is stocked."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.catalog import queries
from server.catalog.items import add_item, change_item
from server.catalog.rules import ItemUnknown
from server.db import fetch, transaction
from server.people.rules import Permission
from server.reconcile.bind import codes_bound
from server.routes.door import current_person, may
from server.routes.keys import code_of_key
from server.routes.shapes import Id, Money, PageQuery, Qty, Shape, Words, choice, page_of, paged, read_cursor, text

routes = Blueprint("items", __name__, description="What is stocked, each in its own base unit.")
_cost = validate.Range(min=0, error="out_of_range")
_days = validate.Range(1, 36_500, error="out_of_range")


class ItemIn(Words):
    """An item as it is added. `unit_cost` is per base unit; `abc` is its count class."""

    id = Id(required=True)
    sku = text(required=True)
    name = text(400, required=True)
    unit = text(20, load_default="ea")
    unit_cost = Money(load_default=0, validate=_cost)
    category = text(allow_none=True, load_default=None)
    lot_tracked = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    serial_tracked = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    weighed = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    shelf_life_days = fields.Integer(allow_none=True, load_default=None, validate=_days, strict=True)
    abc = choice("A", "B", "C", allow_none=True, load_default=None)


class ItemChange(Shape):
    """What may change of an item. Unit and tracking only while it has no moves."""

    name = text(400)
    unit = text(20)
    unit_cost = Money(validate=_cost)
    category = text(allow_none=True)
    lot_tracked = fields.Boolean(truthy={True}, falsy={False})
    serial_tracked = fields.Boolean(truthy={True}, falsy={False})
    weighed = fields.Boolean(truthy={True}, falsy={False})
    shelf_life_days = fields.Integer(allow_none=True, validate=_days, strict=True)
    abc = choice("A", "B", "C", allow_none=True)
    active = fields.Boolean(truthy={True}, falsy={False})


class ItemPackOut(Shape):
    """A code of an item, and how many base units one scan of it is."""

    code = fields.String()
    pack_quantity = Qty(attribute="pack_qty")


class ItemOut(Shape):
    """An item. `unit_cost` only for those who may read the book."""

    id = Id()
    sku = fields.String()
    name = fields.String()
    category = fields.String(allow_none=True)
    unit = fields.String()
    unit_cost = Money()
    lot_tracked = fields.Boolean(truthy={True}, falsy={False})
    serial_tracked = fields.Boolean(truthy={True}, falsy={False})
    weighed = fields.Boolean(truthy={True}, falsy={False})
    shelf_life_days = fields.Integer(allow_none=True)
    abc = fields.String(allow_none=True)
    active = fields.Boolean(truthy={True}, falsy={False})
    codes = fields.List(fields.Nested(ItemPackOut))


class ItemQuery(PageQuery):
    """`search`: part of the sku or name, or a whole code."""

    search = text(least=0, load_default=None)
    category = text(load_default=None)


@routes.post("/items")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ItemIn)
@routes.response(201, ItemOut)
def add(item):
    """Add an item."""
    with transaction():
        added, is_new = add_item(**item)
        if is_new:
            codes_bound()  # somebody may have scanned it before anybody had entered it
        return _seen(queries.item_rows(added.sku))[0], 201 if is_new else 200


@routes.get("/items")
@may(Permission.READ_CATALOGUE)
@routes.arguments(ItemQuery, location="query")
@routes.response(200, page_of("Item", ItemOut))
def items(query):
    """Items by sku."""
    after = read_cursor(query["cursor"], str) or [""]
    rows = queries.items_page(query["limit"], after[0], query["search"], query["category"])
    return paged(_seen(rows), query["limit"], lambda row: (row["sku"],))


@routes.get("/items/<path:sku>")
@may(Permission.READ_CATALOGUE)
@routes.response(200, ItemOut)
def item(sku):
    """One item."""
    rows = queries.item_rows(code_of_key("items", sku))
    if not rows:
        raise ItemUnknown(code=sku)
    return _seen(rows)[0]


@routes.patch("/items/<path:sku>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ItemChange)
@routes.response(200, ItemOut)
def change(changes, sku):
    """Change an item."""
    sku = code_of_key("items", sku)
    with transaction():
        moved = fetch(
            "SELECT 1 FROM moves m JOIN items i ON i.id = m.item_id WHERE i.sku = :sku LIMIT 1", sku=sku.strip()
        )
        changed = change_item(sku, bool(moved), **changes)
        return _seen(queries.item_rows(changed.sku))[0]


def _seen(rows):
    """Items as the person who asks may see them: cost is book knowledge."""
    if not current_person().may(Permission.READ_BOOK):
        for row in rows:
            row.pop("unit_cost")
    return rows
