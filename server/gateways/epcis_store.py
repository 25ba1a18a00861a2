"""Keep EPCIS events, once each, and find them again; and publish what was counted by tags."""

from urllib.parse import quote

import msgspec

from server.clock import show_instant
from server.db import among, fetch, given, put
from server.gateways.epcis import CONTEXT, WRONG, NotValid, event_of, link_of, place_name
from server.ids import new_id

_EVENT = [
    *("warehouse_id", "event_id", "kind", "at", "recorded_at", "action", "biz_step", "disposition", "read_point"),
    *("biz_location", "location_id", "body"),
]
ASKED = {
    "EQ_bizStep": "biz_step",
    "EQ_disposition": "disposition",
    "EQ_readPoint": "read_point",
    "EQ_bizLocation": "biz_location",
    "EQ_eventID": "event_id",
    "EQ_action": "action",
    "eventType": "kind",
}
TIMES = {
    "GE_eventTime": "at >= :GE_eventTime",
    "LT_eventTime": "at < :LT_eventTime",
    "GE_recordTime": "recorded_at >= :GE_recordTime",
    "LT_recordTime": "recorded_at < :LT_recordTime",
}


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
            errors.append({"event": n, "where": error.where})
    new = keep_events(source.warehouse_id, good, now)
    job = (source.warehouse_id, new_id(), source.device_id, behaviour, not errors, len(new))
    put(
        "epcis_captures",
        [(*job, msgspec.json.encode(errors).decode(), now)],
        ["warehouse_id", "id", "device_id", "behaviour", "success", "events", "errors", "created_at"],
    )
    return job[1]


def captures(warehouse_ids, job_id):
    """The job of that id, as a list of one or of none."""
    return fetch(
        f"SELECT * FROM epcis_captures WHERE id = :id AND {among('warehouse_id', 'houses', 'id')}",
        id=job_id,
        houses=list(warehouse_ids),
    )


def find_events(warehouse_ids, hidden, limit, after=None, things=(), **asked):
    """Events in order of their time, one more than `limit`. `hidden`: locations whose events are not shown; `asked`:
    texts by the standard's names (several in one, parted by `|`), instants for times. `after`: (at, event id, was all
    of that instant seen?)."""
    where, params = ["1 = 1"], {}
    if "EQ_eventID" in asked:
        asked["EQ_eventID"] += "".join(f"|{one}{WRONG}" for one in asked["EQ_eventID"].split("|"))
    for name, column in ASKED.items():
        if name in asked:
            where.append(among(f"e.{column}", name))
            params[name] = asked[name].split("|")
    for name, condition in TIMES.items():
        if name in asked:
            where.append(f"e.{condition}")
            params[name] = asked[name]
    if things:
        where.append(
            "EXISTS (SELECT 1 FROM epcis_things t WHERE t.warehouse_id = e.warehouse_id AND t.event_id = e.event_id"
            f" AND {among('t.thing', 'things')})"
        )
        params["things"] = list(things)
    if hidden:
        where.append(f"(e.location_id IS NULL OR NOT {among('e.location_id', 'hidden', 'id')})")
        params["hidden"] = sorted(hidden)
    if after:
        where.append(
            "e.at > :after_at" if after[2] else "(e.at > :after_at OR e.at = :after_at AND e.event_id > :after_id)"
        )
        params |= {"after_at": after[0]} if after[2] else {"after_at": after[0], "after_id": after[1]}
    return fetch(
        f"SELECT e.event_id, e.at, e.recorded_at, e.body FROM {given('houses', w='id')} h JOIN epcis_events e"
        f" ON e.warehouse_id = h.w WHERE {' AND '.join(where)} ORDER BY e.at, e.event_id LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        n=limit + 1,
        **params,
    )


def written(rows):
    """Events as an EPCISQueryDocument."""
    events = [msgspec.json.decode(row.body) | {"recordTime": show_instant(row.recorded_at)} for row in rows]
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": events}}
    return {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": show_instant(max((row.recorded_at for row in rows), default=0)),
        "epcisBody": {"queryResults": results},
    }


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
