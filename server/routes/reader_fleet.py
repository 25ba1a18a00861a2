"""The readers themselves: set up, watched, told what to say; and the rows that nobody understood."""

import marshmallow as ma
from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.clock import MILLISECOND
from server.db import transaction
from server.gateways import alarms, fleet
from server.gateways.aside import aside_in, replay
from server.gateways.bodies import hear_again
from server.gateways.setup import MODELS, USES, invitation, setup_of
from server.people.rules import Permission
from server.routes.door import may, warehouse, warehouses
from server.routes.shapes import Instant, PageQuery, Words, choice, cursor_of, page_of, paged, read_cursor, text

routes = Blueprint("reader_fleet", __name__, description="Readers: set up, watched, told what to say")


AUTO_POST = {"house": None, "always": True, "never": False}
AUTO_POSTS = "of a door: does all of one document post by itself? house: as the policy of the warehouse has it"


class FleetQuery(PageQuery):
    warehouse = text(load_default=None)


class AntennaIn(Words):
    antenna = fields.Integer(required=True, validate=ma.validate.Range(0, 65_535, error="out_of_range"))
    zone = text(load_default=None)
    location = text(load_default=None)
    side = choice("in", "out", load_default=None)


class ReaderChange(Words):
    model = choice(*MODELS)
    use = choice(*USES)
    known_as = text()
    every_seconds = fields.Integer(validate=ma.validate.Range(1, 86_400, error="out_of_range"))
    threshold_dbm = fields.Integer(validate=ma.validate.Range(-100, 0, error="out_of_range"))
    auto_post = choice(*AUTO_POST, metadata={"description": AUTO_POSTS})
    antennas = fields.List(fields.Nested(AntennaIn), validate=ma.validate.Length(max=64, error="too_many"))


class AntennaOut(ma.Schema):
    antenna = fields.Integer()
    zone = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    side = fields.String(allow_none=True)


class ReaderOut(ma.Schema):
    id = fields.String()
    name = fields.String()
    kind = fields.String()
    warehouse = fields.String()
    location = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": ["pending", "live", "silent", "revoked"]})
    model = fields.String()
    use = fields.String()
    known_as = fields.String(allow_none=True)
    called = fields.String(allow_none=True, metadata={"description": "what it calls itself"})
    every_seconds = fields.Integer()
    threshold_dbm = fields.Integer()
    auto_post = fields.String(metadata={"enum": list(AUTO_POST), "description": AUTO_POSTS})
    first_heard_at = Instant(allow_none=True)
    heard_at = Instant(allow_none=True)
    batches = fields.Integer()
    reads = fields.Integer()
    duplicates = fields.Integer()
    aside = fields.Integer()
    lost = fields.Integer()
    reads_per_minute = fields.Integer()
    clock_offset_ms = fields.Integer()
    clock_wrong = fields.Boolean()
    two_keys = fields.Boolean()


class SightOut(ma.Schema):
    tag = fields.String()
    tid = fields.String()
    antennas = fields.List(fields.Integer())
    rssi_dbm = fields.Float(allow_none=True)
    reads = fields.Integer()
    first_at = Instant()
    last_at = Instant()


class OneReaderOut(ReaderOut):
    antennas = fields.List(fields.Nested(AntennaOut))
    setup = fields.List(fields.Dict())
    qr = fields.String(metadata={"description": "for a phone or an agent to set itself up; add the key as `key`"})
    last_reads = fields.List(fields.Nested(SightOut))


class AsideOut(ma.Schema):
    id = fields.String()
    warehouse = fields.String()
    reader = fields.String(allow_none=True)
    shape = fields.String()
    why = fields.String()
    raw = fields.String()
    times = fields.Integer()
    posted_at = Instant()


class ReplayIn(Words):
    warehouse = text(required=True)
    ids = fields.List(text(), load_default=None, validate=ma.validate.Length(max=1000, error="too_many"))


class ReplayOut(ma.Schema):
    tried = fields.Integer()
    taken = fields.Integer()


class BodiesIn(Words):
    warehouse = text(required=True)
    reader = text(load_default=None, metadata={"description": "its name"})
    from_at = Instant(required=True)
    to_at = Instant(load_default=None)
    cursor = text(load_default=None)


class BodiesOut(ma.Schema):
    bodies = fields.Integer(metadata={"description": "posts that were heard again"})
    accepted = fields.Integer(metadata={"description": "reads that were not known before"})
    duplicate = fields.Integer()
    quarantined = fields.Integer()
    next = fields.String(allow_none=True)


@routes.get("/readers")
@may(Permission.READ_PEOPLE)
@routes.arguments(FleetQuery, location="query")
@routes.response(200, page_of("Reader", ReaderOut))
def list_readers(asked):
    """Readers by name, with their state: pending, live, silent or revoked."""
    after = read_cursor(asked["cursor"], str)
    within = [row.id for row in warehouses(Permission.READ_PEOPLE, asked["warehouse"])]
    with transaction():
        for house in within:
            alarms.watch(house, clock.now(), at_once=True)
    rows = fleet.fleet(within, asked["limit"], after[0] if after else "") if within else []
    rates = fleet.reads_of_minute(within, clock.now()) if within else {}
    return paged([_shown(row, rates) for row in rows], asked["limit"], lambda row: (row["name"],))


@routes.get("/readers/<uuid:device_id>")
@may(Permission.READ_PEOPLE)
@routes.response(200, OneReaderOut)
def one_reader(device_id):
    """One reader: its antennas, what it has to be told, and what it read last."""
    row = fleet.one_reader([each.id for each in warehouses(Permission.READ_PEOPLE)], str(device_id))
    return _whole(row)


@routes.patch("/readers/<uuid:device_id>")
@may(Permission.EDIT_DEVICES)
@routes.arguments(ReaderChange)
@routes.response(200, OneReaderOut)
def set_up(words, device_id):
    """Say what model it is, what it is used for, and where its antennas look."""
    within = [each.id for each in warehouses(Permission.EDIT_DEVICES)]
    row = fleet.one_reader(within, str(device_id))
    if "threshold_dbm" in words:
        words["threshold"] = words.pop("threshold_dbm") * 100
    if "auto_post" in words:
        words["auto_post"] = AUTO_POST[words["auto_post"]]
    with transaction():
        fleet.set_up(row["warehouse_id"], row["id"], **words)
    return _whole(fleet.one_reader(within, row["id"]))


@routes.get("/readers/aside")
@may(Permission.READ_PEOPLE)
@routes.arguments(FleetQuery, location="query")
@routes.response(200, page_of("Aside", AsideOut))
def list_aside(asked):
    """Rows that nobody understood, the latest first."""
    after = read_cursor(asked["cursor"], int, str)
    within = [row.id for row in warehouses(Permission.READ_PEOPLE, asked["warehouse"])]
    rows = aside_in(within, asked["limit"], after) if within else []
    return paged(rows, asked["limit"], lambda row: (row.posted_at, row.id))


@routes.post("/readers/aside/replay")
@may(Permission.EDIT_DEVICES)
@routes.arguments(ReplayIn)
@routes.response(200, ReplayOut)
def replay_aside(words):
    """Hear them once more, all or those named. What is still not understood stays on the list."""
    house = warehouse(words["warehouse"], Permission.EDIT_DEVICES)
    with transaction():
        tried, taken = replay(house.id, clock.now(), words["ids"] and set(words["ids"]))
    return {"tried": tried, "taken": taken}


@routes.post("/readers/bodies/replay")
@may(Permission.EDIT_DEVICES)
@routes.arguments(BodiesIn)
@routes.response(200, BodiesOut)
def replay_bodies(words):
    """Hear what readers posted between two instants once more, as far as it is kept: for a parser that knows more now.
    What is known stays as it is. Two hundred posts at once; go on with `cursor`."""
    house, device = warehouse(words["warehouse"], Permission.EDIT_DEVICES), None
    if words["reader"]:
        device = fleet.reader_named(house.id, words["reader"])
    after = read_cursor(words["cursor"], int, str)
    with transaction():
        bodies, taken, more = hear_again(house.id, words["from_at"], words["to_at"] or clock.now(), device, after)
    return {"bodies": bodies, **taken.said(), "next": cursor_of(*more) if more else None}


def _shown(row, rates):
    offset, threshold = round(row["clock_offset"] / MILLISECOND), row["threshold"] // 100
    rate = rates.get(row["id"], 0)
    own = row["auto_post"]
    posts = "house" if own is None else "always" if own else "never"
    return row | {
        "clock_offset_ms": offset,
        "threshold_dbm": threshold,
        "reads_per_minute": rate,
        "auto_post": posts,
    }


def _whole(row):
    reads = fleet.last_reads(row["warehouse_id"], row["id"])
    for one in reads:
        one["rssi_dbm"] = None if one["peak"] is None else one["peak"] / 100
    rates = fleet.reads_of_minute([row["warehouse_id"]], clock.now())
    here = request.host_url.rstrip("/")
    return _shown(row, rates) | {
        "antennas": fleet.antennas_of(row["warehouse_id"], row["id"]),
        "setup": setup_of(row["model"], here, row["name"]),
        "qr": invitation(here, row["warehouse"], row["name"], row["model"]),
        "last_reads": reads,
    }
