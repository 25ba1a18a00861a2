"""Calibration of a door: walks of which somebody knows what each tag did."""

import marshmallow as ma
import msgspec
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.catalog.tags import tag_hex
from server.db import transaction
from server.gateways import fleet, walk
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouses
from server.routes.shapes import Id, Instant, Words, choice, text

routes = Blueprint("walks", __name__, description="Doors: calibration")


class WalkedIn(Words):
    tag = text(required=True)
    went = choice("in", "out", "neither", required=True)


class WalkIn(Words):
    id = Id(required=True)
    from_at = Instant(required=True)
    to_at = Instant(required=True)
    tags = fields.List(fields.Nested(WalkedIn), required=True, validate=ma.validate.Length(1, 1000, error="too_many"))
    use = fields.Boolean(load_default=False, metadata={"description": "the door takes the best threshold over at once"})


class ScoreOut(ma.Schema):
    threshold_dbm = fields.Integer()
    kept = fields.Integer(metadata={"description": "tags that went through, with the right direction"})
    missed = fields.Integer()
    wrong = fields.Integer()
    false = fields.Integer(metadata={"description": "tags that did not go through and are believed to have"})


class WalkOut(ma.Schema):
    id = fields.String()
    from_at = Instant()
    to_at = Instant()
    made_at = Instant()
    tags = fields.Integer()
    best_dbm = fields.Integer()
    scores = fields.List(fields.Nested(ScoreOut))


class WalksOut(ma.Schema):
    threshold_dbm = fields.Integer(metadata={"description": "that the door uses now"})
    items = fields.List(fields.Nested(WalkOut))


@routes.post("/readers/<uuid:device_id>/walks")
@may(Permission.EDIT_DEVICES)
@routes.arguments(WalkIn)
@routes.response(201, WalkOut)
@routes.alt_response(200, schema=WalkOut, description="Posted before, with the same content")
def record_walk(words, device_id):
    """Say what the tags of a walk did, and hear what each threshold would have made of it."""
    reader = fleet.one_reader([each.id for each in warehouses(Permission.EDIT_DEVICES)], str(device_id))
    ways = {tag_hex(one["tag"]): None if one["went"] == "neither" else one["went"] for one in words["tags"]}
    span, who = (words["from_at"], words["to_at"]), current_person().id
    with transaction():
        row, is_new = walk.record(reader, words["id"], *span, ways, who, clock.now(), words["use"])
    return _said(row), 201 if is_new else 200


@routes.get("/readers/<uuid:device_id>/walks")
@may(Permission.READ_PEOPLE)
@routes.response(200, WalksOut)
def list_walks(device_id):
    """The walks of a door, the latest first, and the threshold that it uses."""
    reader = fleet.one_reader([each.id for each in warehouses(Permission.READ_PEOPLE)], str(device_id))
    rows = walk.walks_of(reader["warehouse_id"], reader["id"])
    return {"threshold_dbm": reader["threshold"] // 100, "items": [_said(row) for row in rows]}


def _said(row):
    scores = [{**one, "threshold_dbm": one["threshold"] // 100} for one in msgspec.json.decode(row.scores)]
    tags = len(msgspec.json.decode(row.truth))
    return {**row._mapping, "best_dbm": row.best // 100, "scores": scores, "tags": tags}
