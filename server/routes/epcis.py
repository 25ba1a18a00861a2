"""EPCIS 2.0: events in, one document or one event at a time, and found again."""

from urllib.parse import quote, urlencode

import msgspec
from flask import Response, request
from flask_smorest import Blueprint

from server import clock
from server.clock import show_instant
from server.counting.blind import blind_places
from server.db import transaction
from server.errors import NotFound, NotUnderstood, Refusal
from server.gateways import epcis, epcis_find, epcis_store
from server.gateways.epcis_ask import ROLES, TIMES, Asked, CannotAsk, asked_of, directed
from server.people.rules import Permission
from server.routes.body import decoded
from server.routes.door import current_person, may, warehouses
from server.routes.problems import NotJson, TooLarge
from server.routes.readers import body_of, source_of
from server.routes.shapes import cursor_of, read_cursor

routes = Blueprint("epcis", __name__, description="EPCIS 2.0 (GS1): capture and query")
PREFIX = "/epcis/v2"
PAGE, MOST_ON_PAGE = 30, 500  # the first is the standard's
EXCEPTION = "epcisException:"  # before the standard's names of what can go wrong


class EpcisNotValid(Refusal):
    """Not what the standard asks for."""

    code = "epcis_not_valid"
    status = 400
    problem = EXCEPTION + "ValidationException"
    en = "This is no valid EPCIS 2.0: look at {where}. Nothing was stored; correct it and send again."
    zh = "不符合 EPCIS 2.0 规范，请检查 {where}。未保存任何数据，请更正后重新提交。"


class EpcisCannotAsk(EpcisNotValid):
    """A condition that we do not know: passed over, it would give too many."""

    problem = EXCEPTION + "QueryParameterException"
    en = "EPCIS 2.0 events cannot be asked for by {where} like this. Correct it, or leave it out."
    zh = "无法按 {where} 查询 EPCIS 2.0 事件。请更正或去掉该条件。"


class EventKnown(Refusal):
    """An event of this id was captured before."""

    code = "epcis_event_known"
    problem = EXCEPTION + "ResourceAlreadyExistsException"
    en = "An event with this eventID was captured before. Nothing to do."
    zh = "该 eventID 的事件已采集，无需重复提交。"


class EpcisNotFound(NotFound):
    """No such event, job or resource, or not for the asker."""

    problem = EXCEPTION + "NoSuchResourceException"


class CaptureTooLarge(TooLarge):
    """More events than one capture takes."""

    problem = EXCEPTION + "CaptureLimitExceededException"


class QueryTooLarge(TooLarge):
    """More events than the asker wants to hear of."""

    code = "epcis_query_too_large"
    problem = EXCEPTION + "QueryTooLargeException"
    en = "More events than maxEventCount meet these conditions. Ask more narrowly."
    zh = "符合条件的事件数超过 maxEventCount。请缩小查询范围。"


class QueryTooComplex(TooLarge):
    """Too many events would have to be looked into one by one."""

    code = "epcis_query_too_complex"
    problem = EXCEPTION + "QueryTooComplexException"
    en = "Too many events would have to be looked through. Add a time, a step, a place or a thing."
    zh = "需逐条检查的事件过多。请增加时间、业务步骤、地点或标识等条件。"


class EpcisNotAcceptable(Refusal):
    """The asker wants another version, or a form that we cannot write."""

    code = "epcis_not_acceptable"
    status = 406
    problem = EXCEPTION + "NotAcceptableException"
    en = "{where} asks for what this server does not speak: it is EPCIS and CBV 2.0, as JSON."
    zh = "{where} 的要求本服务不支持：仅支持 EPCIS 与 CBV 2.0（JSON）。"


_ANY = {"type": "object"}
_JSON = {"content": {"application/json": {"schema": _ANY}}}
_JOBS = {"content": {"application/json": {"schema": {"type": "array", "items": _ANY}}}}
_DOC = {"requestBody": {"required": True, **_JSON}}
_WORDS = (*epcis_find.COLUMNS, *TIMES, *ROLES, "orderBy", "orderDirection", "nextPageToken", "warehouse")
_NUMBERS = ("eventCountLimit", "maxEventCount", "perPage")
_OURS = ("nextPageToken", "perPage", "warehouse")
_VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
_OPTIONS = {
    **{f"GS1-{of}-{end}": "2.0.0" for of in ("EPCIS", "CBV") for end in ("Min", "Max")},
    "GS1-EPC-Format": "Never_Translates, Always_GS1_Digital_Link, No_Preference",
    "GS1-Vendor-Version": "tallyloop",
    "GS1-Capture-Error-Behaviour": "all",
}


def asks(*names):
    """What the documentation says of conditions."""
    kinds = {"string": _WORDS, "integer": _NUMBERS}
    return [
        {"name": name, "in": "query", "schema": {"type": kind} | ({"minimum": 1} if kind == "integer" else {})}
        for name in names
        for kind, ones in kinds.items()
        if name in ones
    ]


def answers(*codes):
    """What the documentation says of an answer."""
    return {str(code): {"description": "EPCIS", **_JSON} for code in codes}


@routes.before_request
def same_version():
    """EPCIS and CBV 2.0, whatever else the asker speaks."""
    for of in ("EPCIS", "CBV"):
        for end, fits in (("Min", lambda said: said <= (2, 0)), ("Max", lambda said: said >= (2, 0))):
            name = f"GS1-{of}-{end}"
            said = request.headers.get(name)
            if said is not None and not (_is_version(said) and fits(_version(said))):
                raise EpcisNotAcceptable(where=name)
    said = request.headers.get("GS1-EPCIS-Version")
    if request.method == "POST" and said is not None and not (_is_version(said) and _version(said) == (2, 0)):
        raise EpcisNotAcceptable(where="GS1-EPCIS-Version")


def _is_version(said):
    return all(part.isdigit() and len(part) < 5 for part in said.split("."))


def _version(said):
    return tuple(int(part) for part in [*said.split("."), "0"][:2])


@routes.after_request
def headers(response):
    """Which versions, and how much of a capture. OPTIONS is asked for no more than that."""
    response.headers.update(_VERSIONS)
    response.headers["GS1-EPCIS-Capture-Limit"] = str(epcis.MOST_EVENTS)
    response.headers["GS1-EPCIS-Capture-File-Size-Limit"] = str(epcis.MOST_BYTES)
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.update(_OPTIONS)
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
            raise CaptureTooLarge()
        with transaction():
            job = epcis_store.capture(
                source, events, "proceed" if behaviour == "proceed" else "rollback", clock.now(), document["@context"]
            )
    except epcis.NotValid as error:
        raise EpcisNotValid(where=error.where) from None
    return Response(status=202, headers={"Location": f"{PREFIX}/capture/{job}"})


@routes.get("/capture")
@routes.doc(parameters=asks(*_OURS), responses={"200": {"description": "EPCIS", **_JOBS}})
@may(Permission.WORK, Permission.READ_BOOK)
def capture_JOBS():
    """Captures and what became of them, the latest first."""
    houses = _houses()
    only_asks(_OURS)
    most = per_page()
    rows = epcis_store.captures(houses, most, after=page_token(int, str))
    answer = said([_job(row) for row in rows[:most]])
    if len(rows) > most:
        onwards(answer, "/capture", cursor_of(rows[most - 1].created_at, str(rows[most - 1].id)), most)
    return answer


@routes.get("/capture/<uuid:job_id>")
@routes.doc(responses=answers(200))
@may(Permission.WORK, Permission.READ_BOOK)
def capture_job(job_id):
    """What became of a capture."""
    found = epcis_store.captures(_houses(), job_id=str(job_id))
    if not found:
        raise EpcisNotFound()
    return said(_job(found[0]))


def _job(job):
    return {
        "captureID": job.id,
        "createdAt": show_instant(job.created_at),
        "finishedAt": show_instant(job.created_at),
        "running": False,
        "success": bool(job.success),
        "captureErrorBehaviour": job.behaviour,
        "errors": msgspec.json.decode(job.errors),
    }


@routes.post("/events")
@routes.doc(**_DOC, responses={"201": {"description": "Taken; Location is the event"}})
@may(Permission.WORK)
def add_event():
    """Take one event. The same eventID again is 409."""
    source, words = source_of(), _document()
    try:
        event = epcis.event_of(words)
    except epcis.NotValid as error:
        raise EpcisNotValid(where=error.where) from None
    with transaction():
        if not epcis_store.keep_events(source.warehouse_id, [event], clock.now()):
            raise EventKnown()
    where = f"{PREFIX}/events/{in_path(event.event_id.removesuffix(epcis.WRONG))}"
    return Response(event.body, status=201, headers={"Location": where}, mimetype="application/json")


@routes.get("/events")
@routes.doc(parameters=asks(*_WORDS, *_NUMBERS), responses=answers(200))
@may(Permission.READ_BOOK)
def find_events():
    """Events in order of their time: captured ones, moves, confirmed counts; none of places that the asker counts.
    Takes the standard's conditions, also those whose names depend on a type or a field."""
    return events_by({}, "/events")


@routes.get("/events/<path:event_id>")
@routes.doc(responses=answers(200))
@may(Permission.READ_BOOK)
def one_event(event_id):
    """One event by its id, with what declares it wrong."""
    answer = events_by({"EQ_eventID": event_id.replace("|", "%7C")}, "/events")
    if not answer.found:
        raise EpcisNotFound()
    return answer


class Answer(Response):
    """A page of events; `found`: how many there are in it."""

    found = 0


def events_by(fixed, path, at_once=None):
    """A page of the events that meet `fixed`, `{condition: text}`, and whatever else the address asks for. `at_once`:
    how many go on it, where the asker does not say."""
    if request.headers.get("GS1-EPC-Format") == "Always_EPC_URN":  # needs company prefixes that nobody can know
        raise EpcisNotAcceptable(where="GS1-EPC-Format")
    houses, asked = houses_asked(), _asked(fixed)
    after, most = page_token(int, str, int), at_once or per_page()
    seen = after[2] if after else 0
    limit = most if asked.most is None else max(0, min(most, asked.most - seen))
    rows = _found(houses, asked, limit, after and tuple(after[:2])) if houses and limit else []
    document = epcis_find.document_of(rows[:limit], request.headers.get("GS1-EPC-Format") == "Always_GS1_Digital_Link")
    answer = Answer(msgspec.json.encode(document), mimetype="application/json")
    answer.found = len(rows)
    if len(rows) > limit and (asked.most is None or seen + limit < asked.most):
        onwards(answer, path, cursor_of(rows[limit - 1].at, rows[limit - 1].key, seen + limit), most)
    return answer


def _asked(fixed) -> Asked:
    conditions = {name: value for name, value in request.args.items() if name not in _OURS} | fixed
    try:
        return directed(asked_of(conditions), conditions.get("orderDirection"))
    except CannotAsk as error:
        raise EpcisCannotAsk(where=error.where) from None


def _found(houses, asked, limit, after):
    try:
        return epcis_find.all_events(houses, hidden_from_asker(houses), asked, limit, after)
    except epcis_find.TooMany:
        raise QueryTooLarge() from None
    except epcis_find.TooComplex:
        raise QueryTooComplex() from None


def houses_asked():
    """The warehouses that are asked about: the one named, or all whose book the asker may read."""
    return [row.id for row in warehouses(Permission.READ_BOOK, request.args.get("warehouse"))]


def hidden_from_asker(houses):
    """The locations where the asker counts, of which nothing is told."""
    return {place for places in blind_places(houses, current_person()).values() for place in places}


def onwards(answer, path, token, most):
    """Say in an answer where it goes on, under the same conditions."""
    same = {name: value for name, value in request.args.items() if name not in ("nextPageToken", "perPage")}
    more = urlencode({**same, "nextPageToken": token, "perPage": most})
    answer.headers["Link"] = f'<{PREFIX}{path}?{more}>; rel="next"'


def only_asks(names):
    """Refuse a condition that this address does not know."""
    for name in request.args:
        if name not in names:
            raise EpcisCannotAsk(where=name)


def in_path(name):
    """A name as a part of an address."""
    return quote(name, safe=":;,=")


def _document():
    """The JSON of this request, gzipped or not. Raises `EpcisNotValid`, `WrongMediaType`, `TooLarge`."""
    body = body_of(request, epcis.MOST_BYTES)
    try:
        return decoded(msgspec.json.decode, b"" if body is None else body)
    except NotJson:
        raise EpcisNotValid(where="body") from None


def _houses():
    named = request.args.get("warehouse")
    if named:
        may_read = current_person().may(Permission.READ_BOOK)
        return [row.id for row in warehouses(Permission.READ_BOOK if may_read else Permission.WORK, named)]
    found = {row.id for permission in (Permission.WORK, Permission.READ_BOOK) for row in warehouses(permission)}
    return sorted(found)


def per_page():
    """How many go on one page."""
    asked = request.args.get("perPage", str(PAGE))
    if not asked.isdigit() or int(asked[:6]) < 1:
        raise EpcisCannotAsk(where="perPage")
    return min(int(asked[:6]), MOST_ON_PAGE)


def page_token(*kinds):
    """The values of the token of a page, or None."""
    try:
        return read_cursor(request.args.get("nextPageToken"), *kinds)
    except NotUnderstood:
        raise EpcisCannotAsk(where="nextPageToken") from None


def said(body):
    """Any JSON."""
    return Response(msgspec.json.encode(body), mimetype="application/json")
