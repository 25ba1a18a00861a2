"""Containers: pallets and totes with a code of their own, where they stand, and what is on them."""

from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.containers import add_container, containers_in, number_container
from server.catalog.lookup import items_by_id, locations_by_code
from server.catalog.lots import expiries
from server.catalog.rules import ContainerUnknown, LocationUnknown
from server.counting.blind import blind_places
from server.db import transaction
from server.handling.contents import contents_of
from server.insights.trace import is_hidden
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import Id, PageQuery, Qty, Shape, Words, page_of, paged, read_cursor, text

routes = Blueprint("containers", __name__, description="Pallets and totes with a code of their own (LPN, SSCC).")


class ContainerIn(Words):
    """A container as it is added."""

    id = Id(required=True)
    warehouse = text(required=True)
    code = text(required=True)
    kind = text(load_default="pallet")
    location = text(allow_none=True, load_default=None)


class NewContainerIn(Words):
    """A container that is to get the next number of ours."""

    id = Id(required=True)
    warehouse = text(required=True)
    kind = text(load_default="pallet")


class ContainerOut(Shape):
    """A container."""

    id = Id()
    warehouse = fields.String()
    code = fields.String()
    kind = fields.String()
    location = fields.String(allow_none=True)


class ContainersQuery(PageQuery):
    """Of which warehouse, or the one of this code."""

    warehouse = text(load_default=None)
    code = text(load_default=None)
    standing = fields.Boolean(load_default=False, metadata={"description": "only those that have not left"})


class WhereQuery(Words):
    """In which warehouse."""

    warehouse = text(required=True)


class AboardOut(Shape):
    """Goods on a container. `quantity` is absent where the asker counts or checks some of it; `unsure`: something was
    taken where it stands, and nobody said from which container."""

    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)
    serials = fields.List(fields.String())
    quantity = Qty()
    unsure = fields.Boolean()


class ContentsOut(ContainerOut):
    """A container, and what is on it now. `hidden`: the asker counts or checks some of it, so no quantity is said, and
    all is listed that it ever carried."""

    hidden = fields.Boolean()
    contents = fields.List(fields.Nested(AboardOut))


@routes.post("/containers")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ContainerIn)
@routes.response(201, ContainerOut)
def add(body):
    """Add a container."""
    house = warehouse(body["warehouse"], Permission.EDIT_CATALOGUE)
    place = None
    if body["location"] is not None:
        place = locations_by_code(house.id, [body["location"]]).get(body["location"])
        if place is None:
            raise LocationUnknown(location=body["location"], fields={"location": ["unknown"]})
    with transaction():
        found, is_new = add_container(body["id"], house.id, body["code"], body["kind"], place.id if place else None)
        (row, *_) = containers_in([house.id], 1, code=found.code)
        return row, 201 if is_new else 200


@routes.get("/containers")
@may(Permission.READ_CATALOGUE)
@routes.arguments(ContainersQuery, location="query")
@routes.response(200, page_of("Container", ContainerOut))
def containers(asked):
    """Containers by code."""
    houses = [row.id for row in warehouses(Permission.READ_CATALOGUE, asked["warehouse"])]
    after = read_cursor(asked["cursor"], str, str) or ("", "")
    rows = containers_in(houses, asked["limit"], after, asked["code"], asked["standing"]) if houses else []
    return paged(rows, asked["limit"], lambda row: (row.warehouse, row.code))


@routes.post("/containers/new")
@may(Permission.WORK)
@routes.arguments(NewContainerIn)
@routes.response(201, ContainerOut)
def number(body):
    """Give a new pallet or tote the next number of ours, to print on its label."""
    house = warehouse(body["warehouse"], Permission.WORK)
    with transaction():
        found, is_new = number_container(body["id"], house.id, body["kind"])
        (row, *_) = containers_in([house.id], 1, code=found.code)
        return row, 201 if is_new else 200


@routes.get("/containers/<path:code>")
@may(Permission.READ_STOCK)
@routes.arguments(WhereQuery, location="query")
@routes.response(200, ContentsOut)
def contents(asked, code):
    """Where a container stands, and what is on it now."""
    house = warehouse(asked["warehouse"], Permission.READ_STOCK)
    row = next(iter(containers_in([house.id], 1, code=code)), None)
    if row is None:
        raise ContainerUnknown(container=code)
    here = contents_of(house.id, code)
    blind = blind_places([house.id], current_person())[house.id]
    hidden = is_hidden({item for item, _ in here.carried}, [house.id], blind)
    lines = _blind_lines(here) if hidden else _lines(here)
    return dict(row._mapping) | {"hidden": hidden, "contents": lines}


def _lines(here):
    """Goods aboard; serials of one lot together."""
    found: dict[tuple, dict] = {}
    for one in here.parcels:
        line = found.setdefault(one.goods[1:], {"serials": [], "quantity": 0, "unsure": one.goods in here.unsure})
        line["quantity"] += one.qty
        line["serials"] = sorted([*line["serials"], one.serial]) if one.serial else line["serials"]
    return _named(list(found.items()))


def _blind_lines(here):
    """All that it ever carried, so that being listed tells nothing."""
    return _named([(key, {"serials": []}) for key in here.carried])


def _named(lines):
    items = items_by_id({item for (item, _), _ in lines})
    until = expiries({key for key, _ in lines})
    shown = [
        {"sku": items[item].sku, "name": items[item].name, "unit": items[item].unit, "lot": lot}
        | {"expiry": until.get((item, lot)), **line}
        for (item, lot), line in lines
    ]
    return sorted(shown, key=lambda line: (line["sku"], line["lot"]))
