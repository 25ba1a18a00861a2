"""Keep EPCIS events, once each, and find them again; and publish what was counted by tags."""

from urllib.parse import quote

import msgspec

from server.clock import show_instant
from server.db import among, fetch, given, put
from server.gateways.epcis import NotValid, event_of
from server.gateways.epcis_names import link_of, place_name
from server.ids import new_id

_EVENT = [
    *("warehouse_id", "event_id", "kind", "at", "recorded_at", "action", "biz_step", "disposition", "read_point"),
    *("biz_location", "location_id", "body"),
]


def keep_events(warehouse_id, events, now, location_id=None):
    """Write events; gives those that are new. What is known by its id stays as it is."""
    events = list({one.event_id: one for one in events}.values())
    known = fetch(
        f"SELECT event_id FROM epcis_events WHERE warehouse_id = :w AND {among('event_id', 'ids')}",
        w=warehouse_id,
        ids=[one.event_id for one in events],
    )
    before = {row.event_id for row in known}
    new = [one for one in events if one.event_id not in before]
    put(
        "epcis_events",
        [
            (
                *(warehouse_id, one.event_id, one.kind, one.at, now, one.action, one.biz_step, one.disposition),
                *(one.read_point, one.biz_location, location_id, one.body),
            )
            for one in new
        ],
        _EVENT,
    )
    put(
        "epcis_things",
        [(warehouse_id, thing, one.event_id) for one in new for thing in sorted(one.things)],
        ["warehouse_id", "thing", "event_id"],
    )
    return new


_PROBLEM = {"type": "epcisException:ValidationException", "title": "not valid", "status": 400}


def capture(source, said, behaviour, now, context=()):
    """Keep the events of a document; gives the id of the job. Under `rollback` one bad event spoils all.

    Raises `NotValid` then.
    """
    good, errors = [], []
    for n, one in enumerate(said):
        try:
            good.append(event_of(one, context))
        except NotValid as error:
            if behaviour == "rollback":
                raise NotValid(f"epcisBody.eventList[{n}].{error.where}") from None
            errors.append({"event": n, "where": error.where, **_PROBLEM, "detail": f"eventList[{n}].{error.where}"})
    new = keep_events(source.warehouse_id, good, now)
    job = (source.warehouse_id, new_id(), source.device_id, behaviour, not errors, len(new))
    put(
        "epcis_captures",
        [(*job, msgspec.json.encode(errors).decode(), now)],
        ["warehouse_id", "id", "device_id", "behaviour", "success", "events", "errors", "created_at"],
    )
    return job[1]


def captures(warehouse_ids, limit=1, job_id=None, after=None):
    """Jobs, the latest first, one more than `limit`; or the one of that id. `after`: (created_at, id)."""
    at, last = after or (2**62, "")
    which = "c.id = :id" if job_id else "(c.created_at < :at OR c.created_at = :at AND CAST(c.id AS text) > :last)"
    params = {"id": job_id} if job_id else {"at": at, "last": last}
    return fetch(
        f"SELECT c.* FROM {given('houses', w='id')} h JOIN epcis_captures c ON c.warehouse_id = h.w WHERE {which}"
        " ORDER BY c.created_at DESC, CAST(c.id AS text) LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        n=limit + 1,
        **params,
    )


def publish_pass(house, reader, direction, tags, at, now, place=None, document=None):
    """Tell what went through a door: received or shipped, where it belongs to a document. `house`, `reader`: rows (id,
    code) and a name; `place`: row (id, code) where the goods are now; `document`: (kind, number)."""
    step = {"in": "receiving", "out": "shipping"}[direction] if document else "entering_exiting"
    said = {
        "type": "ObjectEvent",
        "eventTime": show_instant(at),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": "in_progress" if direction == "in" else "in_transit",
        "epcList": sorted({link_of(tag.removeprefix("tid:")) for tag in tags}),
        "readPoint": {"id": f"urn:tallyloop:reader:{quote(house.code)}:{quote(reader)}"},
    }
    if place:
        said["bizLocation"] = {"id": place_name(house.code, place.code)}
    if document:
        kind = "po" if document[0] == "receipt" else "desadv"
        number = f"urn:tallyloop:document:{quote(house.code)}:{quote(document[1])}"
        said["bizTransactionList"] = [{"type": kind, "bizTransaction": number}]
    keep_events(house.id, [event_of(said)], now, place and place.id)


def publish_count(task, tags, places, house, now):
    """Tell what a round found, by location: what was seen, never what was missed."""
    by_place: dict[str, list] = {}
    for key, ones in tags.found.items():
        by_place.setdefault(key[0], []).extend(ones)
    for place, ones in sorted(by_place.items()):
        where = place_name(house, places[place])
        said = {
            "type": "ObjectEvent",
            "eventTime": show_instant(max(one.last for one in ones)),
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "bizStep": "cycle_counting",
            "epcList": sorted(link_of(one.tag.removeprefix("tid:")) for one in ones),
            "readPoint": {"id": where},
            "bizLocation": {"id": where},
            "bizTransactionList": [{"type": "urn:tallyloop:btt:count", "bizTransaction": f"urn:uuid:{task.count_id}"}],
        }
        keep_events(task.warehouse_id, [event_of(said)], now, place)
