"""Labels to print: locations, items, lots, containers, as sheets (PDF) or for a label printer (ZPL)."""

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.errors import NotUnderstood
from server.exchange import labels
from server.exchange.label_sheets import SHEETS, sheets
from server.exchange.label_symbols import FORMATS
from server.exchange.label_zpl import zpl
from server.people.rules import Permission
from server.routes.door import may, warehouse
from server.routes.shapes import Shape, text

routes = Blueprint("labels", __name__, description="Labels to print, that scan back to what they name.")
FORMS = {"pdf": (sheets, "application/pdf"), "zpl": (zpl, "application/zpl; charset=utf-8")}
KINDS = ("location", "item", "lot", "container")


def _choice(values, default=None):
    more = {"load_default": default} if default else {"required": True}
    return fields.String(validate=validate.OneOf(tuple(values), error="not_a_choice"), **more)


class LotLabelIn(Shape):
    """A lot of an item."""

    sku = text(required=True)
    lot = text(required=True)


def _some(of):
    most = validate.Length(max=labels.LARGEST, error="too_many")
    return fields.List(of, load_default=list, validate=most)


class LabelsIn(Shape):
    """What to print. Locations are named or taken from a zone (without either: all of the warehouse)."""

    warehouse = text(required=True)
    kind = _choice(KINDS)
    form = _choice(FORMS, "pdf")
    symbology = _choice(FORMATS, "qr")
    sheet = _choice(SHEETS, "a4-24")
    copies = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100, error="out_of_range"))
    zone = text(load_default=None, allow_none=True)
    locations = _some(text())
    skus = _some(text())
    lots = _some(fields.Nested(LotLabelIn))
    containers = _some(text())


@routes.post("/labels")
@may(Permission.READ_CATALOGUE)
@routes.arguments(LabelsIn)
@routes.doc(
    responses={
        "200": {
            "description": "The sheets, or the printer's job",
            "content": {media: {"schema": {"type": "string", "format": "binary"}} for _, media in FORMS.values()},
        }
    }
)
def print_labels(asked):
    """A PDF or a ZPL job of labels."""
    house = warehouse(asked["warehouse"], Permission.READ_CATALOGUE)
    wanted = labels.checked(_labels(house, asked), asked["copies"])
    write, media = FORMS[asked["form"]]
    answer = Response(write(wanted, asked["symbology"], asked["sheet"]), content_type=media)
    answer.headers["Content-Disposition"] = f'inline; filename="{asked["kind"]}-labels.{asked["form"]}"'
    return answer


def _labels(house, asked):
    if asked["kind"] == "location":
        return labels.of_locations(house, asked["locations"], asked["zone"])
    name = {"item": "skus", "lot": "lots", "container": "containers"}[asked["kind"]]
    if not asked[name]:
        raise NotUnderstood(fields={name: ["required"]})
    if asked["kind"] == "item":
        return labels.of_items(asked["skus"])
    if asked["kind"] == "lot":
        return labels.of_lots([(one["sku"], one["lot"]) for one in asked["lots"]])
    return labels.of_containers(house, asked["containers"])
