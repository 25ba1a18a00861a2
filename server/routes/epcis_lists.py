"""EPCIS 2.0: what there is to ask about: event types, steps, dispositions, places, things; and the events of each."""

from collections.abc import Callable
from typing import NamedTuple

from flask import request
from flask_smorest import Blueprint

from server.gateways import epcis
from server.gateways.epcis_lists import places_of, things_after, words_of
from server.gateways.epcis_names import canonical, shown
from server.people.rules import Permission
from server.routes import epcis as events
from server.routes.door import may
from server.routes.epcis import (
    EpcisNotFound,
    answers,
    asks,
    events_by,
    hidden_from_asker,
    houses_asked,
    only_asks,
    onwards,
    page_token,
    per_page,
    said,
)
from server.routes.shapes import cursor_of

routes = Blueprint("epcis_lists", __name__, description="EPCIS 2.0 (GS1): what there is to ask about")
PREFIX = events.PREFIX
routes.before_request(events.same_version)
routes.after_request(events.headers)

_PAGED = ("nextPageToken", "perPage", "warehouse")


class _List(NamedTuple):
    """A top-level resource: what its members are, the condition that asks for one, its part of an address, and how
    they are listed (`houses -> names`); things are too many to be listed at once."""

    what: str
    condition: str
    part: str
    every: Callable | None


_LISTS = {
    "eventTypes": _List("event types", "eventType", "event_type", lambda houses: sorted(epcis.TYPES)),
    "bizSteps": _List("steps", "EQ_bizStep", "step", lambda houses: words_of(houses, "biz_step", epcis.STEPS)),
    "dispositions": _List(
        *("dispositions", "EQ_disposition", "disposition"),
        lambda houses: words_of(houses, "disposition", epcis.DISPOSITIONS),
    ),
    "readPoints": _List("read points", "EQ_readPoint", "place", lambda houses: places_of(houses, "read_point")),
    "bizLocations": _List(
        "business locations", "EQ_bizLocation", "place", lambda houses: places_of(houses, "biz_location")
    ),
    "epcs": _List("things", "MATCH_anyEPC", "epc", None),
}


@routes.get("/")
@routes.doc(responses=answers(200))
@may(Permission.READ_BOOK)
def resources():
    """What there is here: the standard's top-level resources."""
    return _collection(["capture", "events", *_LISTS])


def _join(name, one):
    """Its three addresses: all of them, one of them, and the events of that one."""

    @routes.get(f"/{name}", endpoint=name)
    @routes.doc(summary=f"All {one.what} by name.", parameters=asks(*_PAGED), responses=answers(200))
    @may(Permission.READ_BOOK)
    def members():
        return _members(name, one)

    @routes.get(f"/{name}/<path:{one.part}>", endpoint=f"{name}_one")
    @routes.doc(summary=f"What there is about one of the {one.what}: its events.", responses=answers(200))
    @may(Permission.READ_BOOK)
    def member(**named):
        return _member(one, named[one.part])

    @routes.get(f"/{name}/<path:{one.part}>/events", endpoint=f"{name}_events")
    @routes.doc(summary=f"The events of one of the {one.what}; takes all that `/events` takes.", responses=answers(200))
    @may(Permission.READ_BOOK)
    def events_of(**named):
        if one.condition in request.args:
            raise events.EpcisCannotAsk(where=one.condition)
        member = named[one.part]
        return events_by({one.condition: _one(member)}, f"/{name}/{events.in_path(member)}/events")


for _name, _list in _LISTS.items():
    _join(_name, _list)


def _members(name, one):
    houses = houses_asked()
    only_asks(_PAGED)
    after, most = page_token(str), per_page()
    last = after[0] if after else ""
    if one.every is None:
        found = things_after(houses, hidden_from_asker(houses), most, last) if houses else []
    else:
        found = [each for each in one.every(houses) if each > last][: most + 1]
    answer = _collection([shown(each) for each in found[:most]])
    if len(found) > most:
        onwards(answer, f"/{name}", cursor_of(found[most - 1]), most)
    return answer


def _member(one, member):
    houses = houses_asked()
    known = one.every is not None and {member, canonical(member)} & set(one.every(houses))
    if not known and not events_by({one.condition: _one(member)}, "", at_once=1).found:
        raise EpcisNotFound()
    return _collection(["events"])


def _one(member):
    """One name, even if it has a sign in it that parts several."""
    return member.replace("|", "%7C")


def _collection(members):
    return said({"@context": epcis.CONTEXT, "type": "Collection", "member": members})
