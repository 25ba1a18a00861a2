"""Find EPCIS events: what was captured and what the book tells, in one order, page by page.

Times, steps, places and things are looked up by the database; what only an event itself can say is looked for in it,
and a question that would have to look through too many is refused, as the standard lets us.
"""

import msgspec

from server.clock import now, show_instant
from server.db import among, fetch, given
from server.gateways.epcis import CLASS, CONTEXT, OWN_CONTEXTS, WRONG
from server.gateways.epcis_book import Found, book_events, page_after
from server.gateways.event_hash import link

LOOKED_AT, AT_ONCE = 20_000, 500  # events that one page may look into; so many at a time
COLUMNS = {
    "EQ_bizStep": "biz_step",
    "EQ_disposition": "disposition",
    "EQ_readPoint": "read_point",
    "EQ_bizLocation": "biz_location",
    "EQ_eventID": "event_id",
    "EQ_action": "action",
    "eventType": "kind",
}
_SIGN = {"GE": ">=", "LT": "<"}
_COLUMN = {"eventTime": "at", "recordTime": "recorded_at"}


class TooComplex(Exception):
    """Too many events would have to be looked into."""


class TooMany(Exception):
    """More events than the asker wants to hear of."""


def all_events(warehouse_ids, hidden, asked, limit, after=None):
    """`[Found]` in the order that is asked for, one more than `limit`. `hidden`: locations of which nothing is told;
    `after`: (instant, key) of the last one seen. Raises `TooComplex`; `TooMany` if more than `asked.at_most` fit."""
    if (
        asked.at_most is not None
        and after is None
        and len(_page(warehouse_ids, hidden, asked, asked.at_most)) > (asked.at_most)
    ):
        raise TooMany()
    return _page(warehouse_ids, hidden, asked, limit, after)


def _page(warehouse_ids, hidden, asked, limit, after=None):
    found, looked = [], 0
    while len(found) <= limit:
        wanted = max(limit, AT_ONCE) if asked.looks_inside else limit
        some = _next(warehouse_ids, hidden, asked, wanted, after)
        found += (
            [one for one in some[:wanted] if asked.meets(msgspec.json.decode(one.body))]
            if (asked.looks_inside)
            else some
        )
        if len(some) <= wanted or not asked.looks_inside:
            break
        looked += wanted
        if looked >= LOOKED_AT:
            raise TooComplex()
        after = (some[wanted - 1].at, some[wanted - 1].key)
    return found[: limit + 1]


def _next(warehouse_ids, hidden, asked, limit, after):
    found = captured(warehouse_ids, hidden, asked, limit, after)
    found += book_events(warehouse_ids, hidden, asked, limit, after)
    return sorted(found, key=lambda one: (one.at, one.key), reverse=asked.down)[: limit + 1]


def captured(warehouse_ids, hidden, asked, limit, after=None):
    """What was captured or published, as `Found`; words as `all_events` takes them."""
    where, params = ["1 = 1"], {}
    for name, moment in asked.times.items():
        sign, _, of = name.partition("_")
        where.append(f"e.{_COLUMN[of]} {_SIGN[sign]} :{name}")
        params[name] = moment
    for name, values in asked.words.items():
        where.append(among(f"e.{COLUMNS[name]}", name))
        params[name] = values + [one + WRONG for one in values] if name == "EQ_eventID" else values
    for n, match in enumerate(asked.matches):
        where.append(_about(match, n))
        before = CLASS if match.by_class else ""
        params |= {f"names{n}": [before + one for one in match.names]}
        params |= {f"like{n}_{m}": before + one for m, one in enumerate(match.patterns)}
    if hidden:
        where.append(f"(e.location_id IS NULL OR NOT {among('e.location_id', 'hidden', 'id')})")
        params["hidden"] = sorted(hidden)
    condition, more = page_after(f"e.{asked.order}", "e.event_id", "e", after, asked.down)
    way = "DESC" if asked.down else "ASC"
    rows = fetch(
        f"SELECT e.event_id, e.{asked.order} AS at, e.recorded_at, e.body FROM {given('houses', w='id')} h"
        f" JOIN epcis_events e ON e.warehouse_id = h.w WHERE {' AND '.join([*where, *condition])}"
        f" ORDER BY e.{asked.order} {way}, e.event_id {way} LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        n=limit + 1,
        **params,
        **more,
    )
    return [Found(row.at, f"e{row.event_id}", row.recorded_at, row.body) for row in rows]


def _about(match, n):
    """The things that an event is about are one list, whatever they are to it; in which list they stand is looked for
    afterwards."""
    likes = [f"t.thing LIKE :like{n}_{m} ESCAPE '!'" for m in range(len(match.patterns))]
    return (
        "EXISTS (SELECT 1 FROM epcis_things t WHERE t.warehouse_id = e.warehouse_id AND t.event_id = e.event_id AND ("
        + " OR ".join([among("t.thing", f"names{n}"), *likes])
        + "))"
    )


def document_of(rows, translated=False):
    """`Found` as an EPCISQueryDocument. `translated`: identifiers that have a Digital Link are written as one."""
    events, contexts = [], []
    for row in rows:
        event = msgspec.json.decode(row.body)
        own = event.pop("@context", [])
        if any(_clash(one, contexts) for one in own):
            event["@context"] = [*OWN_CONTEXTS[:1], *own]  # the same prefix means something else elsewhere
        else:
            contexts += [one for one in own if one not in contexts]
        events.append((linked(event) if translated else event) | {"recordTime": show_instant(row.recorded_at)})
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": events}}
    return {
        "@context": [CONTEXT, *contexts],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": show_instant(now()),
        "epcisBody": {"queryResults": results},
    }


def _clash(context, others):
    return isinstance(context, dict) and any(
        name in other and other[name] != said
        for other in others
        if isinstance(other, dict)
        for name, said in context.items()
    )


_IDENTIFIERS = {"epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID", "epcClass", "bizTransaction", "id"}
_IDENTIFIERS |= {"source", "destination"}


def linked(value, name=""):
    """The same with GS1 keys as Digital Links, wherever the standard has an identifier."""
    if isinstance(value, dict):
        return {one: linked(below, one) for one, below in value.items()}
    if isinstance(value, list):
        return [linked(one, name) for one in value]
    return link(value) or value if name in _IDENTIFIERS and isinstance(value, str) else value
