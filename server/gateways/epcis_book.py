"""The book as EPCIS: its moves and confirmed counts as events, made when they are asked for.

Nothing is stored twice, so what is told is what the ledger says, restatements among it. Things are named by class and
quantity (a GTIN with its lot as Digital Link, where the catalogue has one), serials one by one.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote
from uuid import UUID

import msgspec

from server.clock import show_instant
from server.db import among, fetch, given
from server.gateways.epcis import CLASS, place_name
from server.gateways.epcis_store import find_events
from server.quantity import show_qty

EVENT = "urn:uuid:"  # before the id of a move or of a count line: the id of its event
_STEP = """CASE WHEN m.kind IN ('opening', 'adjustment', 'restatement') THEN 'stock_taking'
 WHEN 'LOSS' IN (COALESCE(f.role, ''), COALESCE(t.role, '')) THEN 'stock_taking'
 WHEN m.kind = 'sample' THEN 'sampling' WHEN t.role = 'SCRAP' THEN 'destroying'
 WHEN t.role = 'PRODUCTION' THEN 'dispensing' WHEN f.role = 'PRODUCTION' THEN 'commissioning'
 WHEN t.role IS NOT NULL THEN 'shipping' WHEN f.role IS NOT NULL THEN 'receiving'
 WHEN m.kind = 'pick' THEN 'picking' ELSE 'storing' END"""
_ITEM = """i.sku, w.code AS house,
 (SELECT MIN(c.key) FROM codes c WHERE c.item_id = i.id AND c.pack_qty = 1000 AND LENGTH(c.key) = 14) AS gtin"""
_MOVES = f"""
SELECT m.id, m.effective_at AS at, m.posted_at AS recorded_at, m.lot, m.qty, m.serials, m.document, {_ITEM},
  {_STEP} AS step, f.code AS source, f.role AS source_role, t.code AS target, t.role AS target_role
FROM {{houses}} h
JOIN moves m ON m.warehouse_id = h.w
JOIN warehouses w ON w.id = m.warehouse_id
JOIN items i ON i.id = m.item_id
JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id
JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id
WHERE {{where}} ORDER BY m.effective_at, m.id LIMIT :n
"""
_COUNTS = f"""
SELECT a.id, a.at, a.posted_at AS recorded_at, a.lot, a.qty, NULL AS serials, NULL AS document, {_ITEM},
  'cycle_counting' AS step, l.code AS source, NULL AS source_role, l.code AS target, NULL AS target_role
FROM {{houses}} h
JOIN anchors a ON a.warehouse_id = h.w
JOIN warehouses w ON w.id = a.warehouse_id
JOIN items i ON i.id = a.item_id
JOIN locations l ON l.warehouse_id = a.warehouse_id AND l.id = a.location_id
WHERE a.retired_at IS NULL AND {{where}} ORDER BY a.at, a.id LIMIT :n
"""
_PLACE = re.compile(r"urn:tallyloop:location:([^:]+):([^:]+)")
_GTIN = re.compile(r"01/(\d{14})(?:/(10|21)/(.+))?")
_SKU = re.compile(r"urn:tallyloop:(item|serial):([^:]+)(?::([^:]+))?")


class Found(NamedTuple):
    """An event, captured or of the book; `key` orders those of one instant, and goes into the token of a page."""

    at: int
    key: str
    recorded_at: int
    body: bytes | str


def all_events(warehouse_ids, hidden, limit, after=None, things=(), **asked):
    """What was captured, and what the book tells, in order of their time, one more than `limit`.

    `hidden`: locations of which nothing is told; `after`: (at, key) of the last one seen; the rest as `find_events`.
    """
    stored = (after[0], after[1][1:], after[1][:1] != "e") if after else None
    found = [
        Found(row.at, f"e{row.event_id}", row.recorded_at, row.body)
        for row in find_events(warehouse_ids, hidden, limit, stored, things, **asked)
    ]
    return sorted(found + book_events(warehouse_ids, hidden, limit, after, things, **asked))[: limit + 1]


def book_events(warehouse_ids, hidden, limit, after=None, things=(), **asked):
    """Moves and confirmed counts in order of their time, one more than `limit`; words as `all_events` takes them."""
    kinds, actions = asked.get("eventType", "ObjectEvent"), asked.get("EQ_action", "OBSERVE")
    if "EQ_disposition" in asked or "ObjectEvent" not in kinds.split("|") or "OBSERVE" not in actions.split("|"):
        return []
    found = []
    for rank, sql, names in (
        ("m", _MOVES, {"at": "m.effective_at", "step": _STEP, "of": "m", "from": "m.from_id", "to": "m.to_id"}),
        ("n", _COUNTS, {"at": "a.at", "step": "'cycle_counting'", "of": "a", "from": "a.location_id"}),
    ):
        where, params = _conditions(
            names | {"to": names.get("to", "a.location_id"), "rank": rank}, hidden, after, things, asked
        )
        if where is None:
            continue
        rows = fetch(
            sql.format(houses=given("houses", w="id"), where=" AND ".join(where)),
            houses=[(one,) for one in warehouse_ids],
            n=limit + 1,
            **params,
        )
        found += [Found(row.at, f"{rank}{row.id}", row.recorded_at, _written(row)) for row in rows]
    return sorted(found)[: limit + 1]


def _conditions(names, hidden, after, things, asked):
    """(conditions, parameters) of one of the two; None for what nothing can meet."""
    of, at = names["of"], names["at"]
    where, params = ["1 = 1"], {}
    for name, column, sign in (
        ("GE_eventTime", at, ">="),
        ("LT_eventTime", at, "<"),
        ("GE_recordTime", f"{of}.posted_at", ">="),
        ("LT_recordTime", f"{of}.posted_at", "<"),
    ):
        if name in asked:
            where.append(f"{column} {sign} :{name}")
            params[name] = asked[name]
    if "EQ_bizStep" in asked:
        where.append(among(names["step"], "steps"))
        params["steps"] = asked["EQ_bizStep"].split("|")
    if "EQ_eventID" in asked:
        where.append(among(f"{of}.id", "ids", "id"))
        params["ids"] = _ids(asked["EQ_eventID"])
    for name, column in (("EQ_readPoint", _read_point(names)), ("EQ_bizLocation", names["to"])):
        if name in asked:
            where.append(among(column, name, "id"))
            params[name] = _places(asked[name])
    if hidden:
        where += [f"NOT {among(column, 'hidden', 'id')}" for column in {names["from"], names["to"]}]
        params["hidden"] = sorted(hidden)
    if things:
        fits, named = _about(of, things)
        if not fits:
            return None, {}
        where.append("(" + " OR ".join(fits) + ")")
        params |= named
    if after:
        moment, key = after
        where.append(f"{at} >= :after_at")
        params["after_at"] = moment
        if key[:1] == names["rank"]:
            where.append(f"({at} > :after_at OR {of}.id > :after_id)")
            params["after_id"] = key[1:]
        elif key[:1] > names["rank"]:
            where.append(f"{at} > :after_at")
    return where, params


def _about(of, things):
    """(conditions any of which may hold, their parameters): about one of these classes, or one of these serials."""
    classes, serials = _things(things)
    fits, params = [], {}
    for n, (item, lot) in enumerate(classes):
        fits.append(f"{of}.item_id = :i{n} AND {of}.lot = :l{n}" + (" AND m.serials IS NULL" if of == "m" else ""))
        params |= {f"i{n}": item, f"l{n}": lot}
    for n, (item, serial) in enumerate(serials if of == "m" else []):
        fits.append(f"m.item_id = :si{n} AND m.serials LIKE :s{n} ESCAPE '!'")
        params |= {f"si{n}": item, f"s{n}": f"%{_like(msgspec.json.encode(serial).decode())}%"}
    return fits, params


def _read_point(names):
    return "CASE WHEN f.role IS NULL THEN m.from_id ELSE m.to_id END" if names["of"] == "m" else names["from"]


def _ids(said):
    found = []
    for one in said.split("|"):
        if not one.startswith(EVENT):
            continue
        try:
            found.append(str(UUID(one.removeprefix(EVENT))))
        except ValueError:
            continue
    return found


def _places(said):
    """The ids of real locations that are named as we name them."""
    named = [match.groups() for one in said.split("|") if (match := _PLACE.fullmatch(one))]
    rows = fetch(
        "SELECT l.id FROM " + given("named", house="text", code="text") + " v JOIN warehouses w ON w.code = v.house"
        " JOIN locations l ON l.warehouse_id = w.id AND l.code = v.code WHERE l.role IS NULL",
        named=[[unquote(house), unquote(code)] for house, code in named],
    )
    return [row.id for row in rows]


def _things(things):
    """([(item id, lot)], [(item id, serial)]) of what is named by class, or one by one."""
    classes, serials = [], []
    keys, skus = [], []
    for one in things:
        name, by_class = one.removeprefix(CLASS), one.startswith(CLASS)
        if (match := _GTIN.fullmatch(name)) and (match[2] == "21") != by_class:
            keys.append((match[1], unquote(match[3] or ""), by_class))
        elif (match := _SKU.fullmatch(name)) and (match[1] == "item") == by_class:
            skus.append((unquote(match[2]), unquote(match[3] or ""), by_class))
    for table, column, named in (("codes", "key", keys), ("items", "sku", skus)):
        if not named:
            continue
        item = "item_id" if table == "codes" else "id"
        rows = fetch(
            f"SELECT {item} AS item, {column} AS name FROM {table} WHERE {among(column, 'names')}",
            names=[n for n, *_ in named],
        )
        of = {row.name: row.item for row in rows}
        classes += [(of[name], rest) for name, rest, by_class in named if by_class and name in of]
        serials += [(of[name], rest) for name, rest, by_class in named if not by_class and name in of]
    return classes, serials


def _like(text):
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _written(row):
    """One event, as JSON."""
    read_at = row.source if row.source_role is None else row.target
    said = {
        "eventID": EVENT + str(row.id),
        "type": "ObjectEvent",
        "eventTime": show_instant(row.at),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": row.step,
        "readPoint": {"id": place_name(row.house, read_at)},
    }
    if row.target_role is None:
        said["bizLocation"] = {"id": place_name(row.house, row.target)}
    gtin = row.gtin if row.gtin and row.gtin.isdigit() else None
    if row.serials:
        said["epcList"] = [_serial_name(row.sku, gtin, serial) for serial in msgspec.json.decode(row.serials)]
    else:
        said["quantityList"] = [{"epcClass": _class_name(row.sku, gtin, row.lot), "quantity": float(show_qty(row.qty))}]
    if row.document:
        number = f"urn:tallyloop:document:{quote(row.house)}:{quote(row.document)}"
        said["bizTransactionList"] = [{"type": "urn:tallyloop:btt:document", "bizTransaction": number}]
    return msgspec.json.encode(said)


def _class_name(sku, gtin, lot):
    if gtin:
        return f"https://id.gs1.org/01/{gtin}" + (f"/10/{quote(lot, safe='')}" if lot else "")
    return f"urn:tallyloop:item:{quote(sku, safe='')}" + (f":{quote(lot, safe='')}" if lot else "")


def _serial_name(sku, gtin, serial):
    if gtin:
        return f"https://id.gs1.org/01/{gtin}/21/{quote(serial, safe='')}"
    return f"urn:tallyloop:serial:{quote(sku, safe='')}:{quote(serial, safe='')}"
