"""Readers post here: reads, passages, signs of life. Whatever they say, an authenticated reader hears no no."""

import msgspec
from flask import Response, current_app, request
from flask_smorest import Blueprint

from server import clock
from server.db import transaction
from server.gateways import pace, shapes
from server.gateways.rules import Heard, counted
from server.gateways.take import Post, Source, Taken, take
from server.gateways.together import take_together
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.problems import TooLarge
from server.routes.sync_acts import WarehouseUnclear

routes = Blueprint("readers", __name__, description="Readers: reads, passages, signs of life")

_TAKEN = {
    "type": "object",
    "required": ["accepted", "duplicate", "quarantined"],
    "properties": {name: {"type": "integer"} for name in ("accepted", "duplicate", "quarantined")},
}
_ANYTHING = {"type": ["object", "array"], "items": {"type": "object"}}
_READ = {
    "type": "object",
    "properties": {
        "epc": {"type": "string", "description": "hexadecimal digits"},
        "tid": {"type": "string"},
        "barcode": {"type": "string"},
        "antenna": {"type": "integer"},
        "rssi_dbm": {"type": "number"},
        "first": {"type": "string", "format": "date-time"},
        "last": {"type": "string", "format": "date-time"},
        "count": {"type": "integer"},
    },
}
_BATCH = {
    "type": "object",
    "properties": {
        "batch_id": {"type": "string"},
        "seq": {"type": "integer"},
        "sent_at": {"type": "string", "format": "date-time"},
        "count": {"type": ["string", "null"], "description": "the count, or the task, that these reads are for"},
        "reads": {"type": "array", "items": _READ},
    },
}


def _doc(schema, example=None):
    body = {"schema": schema} | ({"example": example} if example else {})
    return {
        "requestBody": {"content": {"application/json": body}},
        "parameters": [{"name": "warehouse", "in": "query", "schema": {"type": "string"}, "description": "of people"}],
        "responses": {"200": {"description": "Taken", "content": {"application/json": {"schema": _TAKEN}}}},
    }


_EXAMPLE = {
    "batch_id": "0192f5a1-0c1e-7b4e-8f7e-2a6cfa1d2b01",
    "seq": 7,
    "sent_at": "2026-11-22T02:15:22.123+08:00",
    "reads": [
        {
            "epc": "3034257BF7194E4000001A85",
            "antenna": 1,
            "rssi_dbm": -51.5,
            "first": "2026-11-22T02:15:19.080+08:00",
            "last": "2026-11-22T02:15:20.080+08:00",
            "count": 4,
        }
    ],
}


@routes.post("/readers/reads")
@routes.doc(**_doc(_BATCH, _EXAMPLE))
@may(Permission.WORK)
def post_reads():
    """Take a batch of ours: JSON or lines of JSON, gzipped or not. Rows that cannot be understood are set aside."""
    return _taken("ours")


@routes.post("/readers/ingest")
@routes.doc(**_doc(_ANYTHING))
@may(Permission.WORK)
def ingest():
    """Take what Impinj, Zebra, Keonn and Speedway readers send, told apart by its shape."""
    return _taken()


@routes.post("/readers/ingest/<maker>")
@routes.doc(**_doc(_ANYTHING))
@may(Permission.WORK)
def ingest_of(maker):
    """The same, for readers whose maker is known to the address."""
    return _taken(maker if maker in shapes.MAKERS else None)


@routes.post("/readers/moves")
@routes.doc(**_doc(_ANYTHING))
@may(Permission.WORK)
def post_passages():
    """Take passages that a gate decided by itself: tag, direction, instant; known by the gate's own number of each."""
    return _taken("gate")


@routes.post("/readers/heartbeat")
@routes.doc(**_doc(_ANYTHING))
@may(Permission.WORK)
def heartbeat():
    """A sign of life: anything."""
    source, body = source_of(), body_of(request)
    heard = shapes.heard_of(body) if body else Heard()
    with transaction():
        taken = take(source, Heard(names=heard.names, gaps=heard.gaps, beat=heard.beat), clock.now())
    return _answer(taken)


def _taken(wanted=None):
    source, received_at, body = source_of(), clock.now(), body_of(request)
    heard = Heard(aside=[("body", b"", "not_gzip")]) if body is None else shapes.heard_of(body, wanted)
    session = counted(heard)
    heard.reads, repeats = _admitted(source, heard)
    return _answer(take_together(Post(source, heard, received_at, session, repeats=repeats), wanted, body))


def _admitted(source, heard):
    """(as many of its reads as a reader may post now, repeats that were left out). Raises `TooFast`."""
    settings = current_app.config["SETTINGS"]
    return pace.admit(source.device_id, heard.reads, settings.reader_posts, settings.reader_reads)


def _answer(taken: Taken):
    return Response(msgspec.json.encode(taken.said()), mimetype="application/json")


def source_of():
    """Who speaks, by their credential: what the body says about that is not believed."""
    who = current_person()
    named = request.args.get("warehouse")
    if named:
        return Source(warehouse(named, Permission.WORK).id, who.id)
    homes = list(who.roles)
    if len(homes) == 1 and homes[0] != "*":
        return Source(homes[0], who.id)
    houses = warehouses(Permission.WORK)
    if len(houses) != 1:
        raise WarehouseUnclear()
    return Source(houses[0].id, who.id)


def body_of(asked, most=shapes.MOST_BYTES):
    """The bytes of a request, unpacked; None if their packing is broken. Raises `TooLarge`."""
    asked.max_content_length = most
    body = asked.get_data()  # kept: who lost a race is asked again
    packed = asked.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip", "deflate")
    if not packed and body[:2] != b"\x1f\x8b":
        return body
    try:
        return shapes.unpacked(body)
    except shapes.TooMuch:
        raise TooLarge() from None
