"""Warehouses: the buildings, each with a book of its own."""

from flask_smorest import Blueprint

from server.catalog.places import add_virtual
from server.db import transaction
from server.people.rules import Permission
from server.people.warehouses import add_warehouse, change_warehouse
from server.routes import door
from server.routes.auth import WarehouseOut
from server.routes.door import may
from server.routes.keys import code_of_key
from server.routes.shapes import Id, PageQuery, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("warehouses", __name__, description="Buildings with a book of their own")


class WarehouseIn(Words):
    id = Id(required=True)
    code = text(40, required=True)
    name = text(required=True)
    timezone = text(metadata={"description": "of the tz database, such as Asia/Shanghai; UTC unless said"})


class WarehouseChange(Shape):
    name = text()
    timezone = text()


@routes.get("/warehouses")
@may(Permission.READ_CATALOGUE)
@routes.arguments(PageQuery, location="query")
@routes.response(200, page_of("Warehouse", WarehouseOut))
def list_warehouses(asked):
    """The warehouses in which the asker works, by code."""
    after = read_cursor(asked["cursor"], str)
    rows = door.warehouses(Permission.READ_CATALOGUE)
    later = [row for row in rows if after is None or row.code > after[0]]
    return paged(sorted(later, key=lambda row: row.code), asked["limit"], lambda row: (row.code,))


@routes.post("/warehouses")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(WarehouseIn)
@routes.response(201, WarehouseOut)
@routes.alt_response(200, schema=WarehouseOut, description="Posted before, with the same content")
def open_warehouse(words):
    """Add a warehouse with its virtual locations: SUPPLIER CUSTOMER PRODUCTION LOSS SCRAP TRANSIT."""
    door.everywhere(Permission.EDIT_CATALOGUE)
    with transaction():
        warehouse, new = add_warehouse(**words)
        if new:
            add_virtual(warehouse.id)
        said = _said(warehouse)
    return said, 201 if new else 200


@routes.get("/warehouses/<code>")
@may(Permission.READ_CATALOGUE)
@routes.response(200, WarehouseOut)
def show_warehouse(code):
    """One warehouse."""
    return door.warehouse(code_of_key("warehouses", code), Permission.READ_CATALOGUE)


@routes.patch("/warehouses/<code>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(WarehouseChange)
@routes.response(200, WarehouseOut)
def rename_warehouse(words, code):
    """Change its name or time zone. The code stays: it stands on labels."""
    door.everywhere(Permission.EDIT_CATALOGUE)
    home = door.warehouse(code_of_key("warehouses", code), Permission.EDIT_CATALOGUE)
    with transaction():
        return _said(change_warehouse(home.id, **words))


def _said(warehouse):
    return {word: getattr(warehouse, word) for word in ("id", "code", "name", "timezone")}
