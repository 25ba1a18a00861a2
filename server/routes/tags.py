"""RFID tags: what each is stuck to."""

from dataclasses import dataclass

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog import tags
from server.counting.blind import blind_places
from server.db import transaction
from server.gateways.bind import bind_said
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import (
    Id,
    Instant,
    PageQuery,
    Qty,
    Query,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    read_cursor,
    text,
)

routes = Blueprint("tags", __name__, description="RFID tags: what each is stuck to")


class TagIn(Words):
    id = Id(required=True)
    warehouse = text(required=True)
    tag = text(metadata={"description": "its EPC, hexadecimal"}, load_default=None)
    tid = text(load_default=None)
    code = text(500, load_default=None)
    sku = text(load_default=None)
    lot = text(load_default=None)
    serial = text(load_default=None)
    quantity = Qty(load_default=None)
    location = text(load_default=None, metadata={"description": "where the goods are at home; or what the tag is"})
    container = text(load_default=None)
    document = text(load_default=None)


class UnboundQuery(Query):
    """`kind`: of which number of the tag; `reason` is kept."""

    kind = choice("epc", "tid", load_default="epc")
    reason = text(load_default=None)


class TagOut(Shape):
    id = fields.String()
    kind = fields.String(attribute="id_kind")
    tag = fields.String(attribute="hex")
    target = choice("goods", "container", "location", "document")
    sku = fields.String(allow_none=True)
    lot = fields.String()
    serial = fields.String(allow_none=True)
    quantity = Qty(attribute="qty")
    warehouse = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    container = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    bound_at = Instant()


class TagThenOut(TagOut):
    unbound_at = Instant(allow_none=True)
    by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class TagsQuery(PageQuery):
    warehouse = text(load_default=None)
    tag = text(load_default=None)
    sku = text(load_default=None)


class BoundOut(Shape):
    id = fields.String()
    tag = fields.String()
    new = fields.Boolean()


@dataclass(frozen=True)
class _Said:
    """What somebody said a tag is stuck to."""

    tag: str | None = None
    tid: str | None = None
    code: str | None = None
    sku: str | None = None
    lot: str | None = None
    serial: str | None = None
    quantity: int | None = None
    location: str | None = None
    container: str | None = None
    document: str | None = None


@routes.get("/tags")
@may(Permission.READ_BOOK)
@routes.arguments(TagsQuery, location="query")
@routes.response(200, page_of("Tag", TagOut))
def list_tags(asked):
    """Tags by their number. Those at home where the asker counts are left out: they could be added up."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    after = read_cursor(asked["cursor"], str)
    hex = tags.tag_hex(asked["tag"]) if asked["tag"] else None
    rows = tags.bindings_page(houses, asked["limit"], after[0] if after else "", hex, asked["sku"])
    page = paged(rows, asked["limit"], lambda row: (row.hex,))
    hidden = {place for places in blind_places(houses, who).values() for place in places} if houses else set()
    page["items"] = [row for row in page["items"] if row.location_id not in hidden]
    return page


@routes.get("/tags/<tag>")
@may(Permission.READ_BOOK)
@routes.response(200, page_of("TagThen", TagThenOut))
def one_tag(tag):
    """All that a tag was ever bound to, the latest first. What is or was at home where the asker counts is left out."""
    houses = [row.id for row in warehouses(Permission.READ_BOOK)]
    hidden = {place for places in blind_places(houses, current_person()).values() for place in places} if houses else ()
    rows = [row for row in tags.history_of(tags.tag_hex(tag)) if row.warehouse_id is None or row.warehouse_id in houses]
    return {"items": [row for row in rows if row.location_id not in hidden], "next": None}


@routes.post("/tags")
@may(Permission.WORK)
@routes.arguments(TagIn)
@routes.response(201, BoundOut)
def bind_tag(words):
    """Stick a tag to goods, a container, a location or a document. What it was stuck to before ends."""
    house, id = warehouse(words.pop("warehouse"), Permission.WORK), words.pop("id")
    with transaction():
        is_new = bind_said(house.id, id, _Said(**words), current_person().id)
    return {"id": id, "tag": words["tag"] or words["tid"], "new": is_new}, 201 if is_new else 200


@routes.delete("/tags/<tag>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(UnboundQuery, location="query")
@routes.response(200, BoundOut)
def unbind_tag(asked, tag):
    """The tag is stuck to nothing any more."""
    hex = tags.tag_hex(tag)
    with transaction():
        tags.unbind(asked["kind"], hex, asked["reason"])
    return {"tag": hex, "new": False}
