"""EPCIS 2.0: events in, one document or one event at a time, and found again."""

from urllib.parse import urlencode

import msgspec
from flask import Response, request
from flask_smorest import Blueprint

from server import clock
from server.clock import NotAnInstant, read_instant, show_instant
from server.counting.blind import blind_places
from server.db import transaction
from server.errors import NotFound, NotUnderstood, Refusal
from server.gateways import epcis, epcis_book, epcis_store
from server.people.rules import Permission
from server.routes.body import decoded
from server.routes.door import current_person, may, warehouses
from server.routes.readers import source_of
from server.routes.shapes import cursor_of, read_cursor

routes = Blueprint("epcis", __name__, description="EPCIS 2.0 (GS1): capture and query")
PREFIX = "/epcis/v2"


class EpcisNotValid(Refusal):
    """Not what the standard asks for."""

    code = "epcis_not_valid"
    status = 400
    en = "This is no valid EPCIS 2.0: look at {where}. Nothing was stored; correct it and send again."
    zh = "不符合 EPCIS 2.0 规范,请检查 {where}。未保存任何数据,请更正后重新提交。"


class EventKnown(Refusal):
    """An event of this id was captured before."""

    code = "epcis_event_known"
    en = "An event with this eventID was captured before. Nothing to do."
    zh = "该 eventID 的事件已采集,无需重复提交。"


_ANY = {"type": "object"}
_JSON = {"content": {"application/json": {"schema": _ANY}}}
_DOC = {"requestBody": {"required": True, **_JSON}}
_MATCHES = {"MATCH_epc": "", "MATCH_anyEPC": "", "MATCH_parentID": "", "MATCH_epcClass": epcis.CLASS}
_QUERY = [
    {"name": name, "in": "query", "schema": {"type": "string"}}
    for name in (*epcis_store.ASKED, *epcis_store.TIMES, *_MATCHES, "nextPageToken", "warehouse")
] + [{"name": "perPage", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}}]


_KNOWN = {one["name"] for one in _QUERY}


def _answers(*codes):
    return {str(code): {"description": "EPCIS", **_JSON} for code in codes}


@routes.after_request
def _limits(response):
    response.headers["GS1-EPCIS-Version"] = "2.0.0"
    response.headers["GS1-EPCIS-Capture-Limit"] = str(epcis.MOST_EVENTS)
    response.headers["GS1-EPCIS-Capture-File-Size-Limit"] = str(epcis.MOST_BYTES)
    return response


@routes.post("/capture")
@routes.doc(**_DOC, responses={"202": {"description": "Taken; Location is the job"}})
@may(Permission.WORK)
def capture():
    """Take an EPCISDocument. One bad event spoils all, unless `GS1-Capture-Error-Behaviour: proceed`."""
    source, document = source_of(), _document()
    behaviour = request.headers.get("GS1-Capture-Error-Behaviour", "rollback").lower()
    try:
        events = epcis.events_of(document)
        if len(events) > epcis.MOST_EVENTS:
            raise epcis.NotValid("epcisBody.eventList")
        with transaction():
            job = epcis_store.capture(
                source, events, "proceed" if behaviour == "proceed" else "rollback", clock.now(), document["@context"]
            )
    except epcis.NotValid as error:
        raise EpcisNotValid(where=error.where) from None
    return Response(status=202, headers={"Location": f"{PREFIX}/capture/{job}"})


@routes.get("/capture/<uuid:job_id>")
@routes.doc(responses=_answers(200))
@may(Permission.WORK, Permission.READ_BOOK)
def capture_job(job_id):
    """What became of a capture."""
    found = epcis_store.captures(_houses(), str(job_id))
    if not found:
        raise NotFound()
    (job,) = found
    return _said(
        {
            "captureID": job.id,
            "createdAt": show_instant(job.created_at),
            "finishedAt": show_instant(job.created_at),
            "running": False,
            "success": bool(job.success),
            "captureErrorBehaviour": job.behaviour,
            "errors": msgspec.json.decode(job.errors),
        }
    )


@routes.post("/events")
@routes.doc(**_DOC, responses={"201": {"description": "Taken; Location is the event"}})
@may(Permission.WORK)
def add_event():
    """Take one event. The same eventID again is 409."""
    source, said = source_of(), _document()
    try:
        event = epcis.event_of(said)
    except epcis.NotValid as error:
        raise EpcisNotValid(where=error.where) from None
    with transaction():
        if not epcis_store.keep_events(source.warehouse_id, [event], clock.now()):
            raise EventKnown()
    return Response(status=201, headers={"Location": f"{PREFIX}/events?EQ_eventID={event.event_id}"})


@routes.get("/events")
@routes.doc(parameters=_QUERY, responses=_answers(200))
@may(Permission.READ_BOOK)
def find_events():
    """Events in order of their time: captured ones, moves, confirmed counts; none of places that the asker counts."""
    houses = [row.id for row in warehouses(Permission.READ_BOOK, request.args.get("warehouse"))]
    for name in request.args:
        if name not in _KNOWN:  # a condition that we passed over would give too many
            raise EpcisNotValid(where=name)
    asked = {name: value for name in epcis_store.ASKED if (value := request.args.get(name))}
    for name in epcis_store.TIMES:
        if request.args.get(name):
            asked[name] = _instant(name)
    after = read_cursor(request.args.get("nextPageToken"), int, str)
    things = [
        before + epcis.canonical(one)
        for name, before in _MATCHES.items()
        for one in request.args.get(name, "").split("|")
        if one
    ]
    most = _per_page()
    blind = blind_places(houses, current_person()) if houses else {}
    hidden = {place for places in blind.values() for place in places}
    rows = epcis_book.all_events(houses, hidden, most, after, things, **asked) if houses else []
    answer = _said(epcis_store.written(rows[:most]))
    if len(rows) > most:
        token = cursor_of(rows[most - 1].at, rows[most - 1].key)
        same = {name: value for name, value in request.args.items() if name not in ("nextPageToken", "perPage")}
        onwards = urlencode({**same, "nextPageToken": token, "perPage": most})
        answer.headers["Link"] = f'<{PREFIX}/events?{onwards}>; rel="next"'
    return answer


def _document():
    request.max_content_length = epcis.MOST_BYTES
    return decoded(msgspec.json.decode)


def _houses():
    found = {row.id for permission in (Permission.WORK, Permission.READ_BOOK) for row in warehouses(permission)}
    return sorted(found)


def _instant(name):
    try:
        return read_instant(request.args[name].replace(" ", "+"))
    except NotAnInstant as error:
        raise NotUnderstood(fields={name: [error.code]}) from None


def _per_page():
    said = request.args.get("perPage", "50")
    if not said.isdigit() or not 1 <= int(said[:6]) <= 500:
        raise NotUnderstood(fields={"perPage": ["out_of_range"]})
    return int(said)


def _said(body):
    return Response(msgspec.json.encode(body), mimetype="application/json")
