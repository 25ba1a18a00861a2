"""Codes: the texts on labels and the items that they name."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.catalog import queries
from server.catalog.codes import add_code, change_code, code_of, remove_code
from server.catalog.tables import Item
from server.db import session, transaction
from server.people.rules import Permission
from server.reconcile.bind import codes_bound
from server.routes.door import may
from server.routes.keys import code_of_key
from server.routes.shapes import Id, PageQuery, Qty, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("codes", __name__, description="Barcodes: which item a text on a label names, and how many.")
_pack = validate.Range(min=1, error="out_of_range")


class CodeIn(Words):
    """A code as it is added. `pack_quantity`: how many base units one scan of it is."""

    id = Id(required=True)
    sku = text(required=True)
    code = text(required=True)
    pack_quantity = Qty(load_default=1000, validate=_pack)


class CodeChange(Shape):
    """What may change of a code."""

    pack_quantity = Qty(required=True, validate=_pack)


class CodeOut(Shape):
    """A code."""

    id = Id()
    sku = fields.String()
    code = fields.String()
    pack_quantity = Qty(attribute="pack_qty")


class CodeQuery(PageQuery):
    """`sku`: only the codes of one item."""

    sku = text(load_default=None)


@routes.post("/codes")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(CodeIn)
@routes.response(201, CodeOut)
def add(code):
    """Let a text name an item. Scans of it that nobody could read before are counted from now on."""
    with transaction():
        added, is_new = add_code(code["id"], code["sku"], code["code"], code["pack_quantity"])
        if is_new:
            codes_bound()
        return _seen(added), 201 if is_new else 200


@routes.get("/codes")
@may(Permission.READ_CATALOGUE)
@routes.arguments(CodeQuery, location="query")
@routes.response(200, page_of("Code", CodeOut))
def codes(query):
    """Codes, of all items or of one."""
    after = read_cursor(query["cursor"], str) or [""]
    rows = queries.codes_page(query["limit"], after[0], query["sku"])
    return paged(rows, query["limit"], lambda row: (row.key,))


@routes.get("/codes/<path:code>")
@may(Permission.READ_CATALOGUE)
@routes.response(200, CodeOut)
def code(code):
    """One code."""
    return _seen(code_of(code_of_key("codes", code)))


@routes.patch("/codes/<path:code>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(CodeChange)
@routes.response(200, CodeOut)
def change(changes, code):
    """Say how many base units one scan of it is."""
    with transaction():
        return _seen(change_code(code_of_key("codes", code), changes["pack_quantity"]))


@routes.delete("/codes/<path:code>")
@may(Permission.EDIT_CATALOGUE)
@routes.response(204)
def remove(code):
    """The label is no longer used: the text is free again."""
    with transaction():
        remove_code(code_of_key("codes", code))


def _seen(row):
    sku = session().get(Item, row.item_id).sku
    return {"id": row.id, "sku": sku, "code": row.code, "pack_qty": row.pack_qty}
