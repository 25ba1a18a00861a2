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
from server.gateways.epcis_ask import OWN_LISTS
from server.gateways.epcis_names import place_name
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
WHERE {{where}} ORDER BY {{order}} LIMIT :n
"""
_COUNTS = f"""
SELECT a.id, a.at, a.posted_at AS recorded_at, a.lot, a.qty, NULL AS serials, NULL AS document, {_ITEM},
  'cycle_counting' AS step, l.code AS source, NULL AS source_role, l.code AS target, NULL AS target_role
FROM {{houses}} h
JOIN anchors a ON a.warehouse_id = h.w
JOIN warehouses w ON w.id = a.warehouse_id
JOIN items i ON i.id = a.item_id
JOIN locations l ON l.warehouse_id = a.warehouse_id AND l.id = a.location_id
WHERE a.retired_at IS NULL AND {{where}} ORDER BY {{order}} LIMIT :n
"""
_PLACE = re.compile(r"urn:tallyloop:location:([^:]+):([^:]+)")
_GTIN = re.compile(r"01/(\d{14})(?:/(10|21)/(.+))?")
_SKU = re.compile(r"urn:tallyloop:(item|serial):([^:]+)(?::([^:]+))?")


class Found(NamedTuple):
    """An event, captured or of the book. `at`: the instant that it is ordered by; `key` orders those of one instant,
    and goes into the token of a page."""

    at: int
    key: str
    recorded_at: int
    body: bytes | str


def page_after(column, id, rank, after, down):
    """(conditions, parameters) of what comes behind the event `after`, (instant, key), where keys begin with `rank`."""
    if not after:
        return [], {}
    moment, key = after
    sign = "<" if down else ">"
    if key[:1] == rank:
        return [f"({column} {sign} :after_at OR {column} = :after_at AND {id} {sign} :after_id)"], {
            "after_at": moment,
            "after_id": key[1:],
        }
    seen = key[:1] < rank if down else key[:1] > rank  # all of this rank at that instant
    return [f"{column} {sign}{'' if seen else '='} :after_at"], {"after_at": moment}


def book_events(warehouse_ids, hidden, asked, limit, after=None):
    """Moves and confirmed counts as `Found`, one more than `limit`; words as `epcis_find.all_events` takes them."""
    words, wanted = asked.words, {"eventType": "ObjectEvent", "EQ_action": "OBSERVE"}
    if "EQ_disposition" in words or any(one not in words.get(name, [one]) for name, one in wanted.items()):
        return []
    if any(OWN_LISTS.isdisjoint(match.lists) for match in asked.matches):
        return []
    found = []
    for rank, sql, names in (
        ("m", _MOVES, {"at": "m.effective_at", "step": _STEP, "of": "m", "from": "m.from_id", "to": "m.to_id"}),
        ("n", _COUNTS, {"at": "a.at", "step": "'cycle_counting'", "of": "a", "from": "a.location_id"}),
    ):
        names = names | {"to": names.get("to", "a.location_id"), "rank": rank}
        where, params = _conditions(names, hidden, asked)
        if where is None:
            continue
        of, way = names["of"], "DESC" if asked.down else "ASC"
        column = names["at"] if asked.order == "at" else f"{of}.posted_at"
        condition, more = page_after(column, f"{of}.id", rank, after, asked.down)
        rows = fetch(
            sql.format(
                houses=given("houses", w="id"),
                where=" AND ".join(where + condition),
                order=f"{column} {way}, {of}.id {way}",
            ),
            houses=[(one,) for one in warehouse_ids],
            n=limit + 1,
            **params,
            **more,
        )
        found += [
            Found(row.at if asked.order == "at" else row.recorded_at, f"{rank}{row.id}", row.recorded_at, _written(row))
            for row in rows
        ]
    return found


def _conditions(names, hidden, asked):
    """(conditions, parameters) of one of the two; None for what nothing can meet."""
    of, columns = names["of"], {"eventTime": names["at"], "recordTime": f"{names['of']}.posted_at"}
    where, params = ["1 = 1"], {}
    for name, moment in asked.times.items():
        sign, _, when = name.partition("_")
        where.append(f"{columns[when]} {'>=' if sign == 'GE' else '<'} :{name}")
        params[name] = moment
    if "EQ_bizStep" in asked.words:
        where.append(among(names["step"], "steps"))
        params["steps"] = asked.words["EQ_bizStep"]
    if "EQ_eventID" in asked.words:
        where.append(among(f"{of}.id", "ids", "id"))
        params["ids"] = _ids(asked.words["EQ_eventID"])
    for name, column in (("EQ_readPoint", _read_point(names)), ("EQ_bizLocation", names["to"])):
        if name in asked.words:
            where.append(among(column, name, "id"))
            params[name] = _places(asked.words[name])
    if hidden:
        where += [f"NOT {among(column, 'hidden', 'id')}" for column in {names["from"], names["to"]}]
        params["hidden"] = sorted(hidden)
    for n, match in enumerate(asked.matches):
        fits, named = _about(of, match, n)
        if not fits:
            return None, {}
        where.append("(" + " OR ".join(fits) + ")")
        params |= named
    return where, params


def _about(of, match, n):
    """(conditions any of which may hold, their parameters): about one of these classes, or one of these serials. A
    pattern is only that of an item here; what else it says is looked for in the event."""
    if of != "m" and not match.by_class:
        return [], {}  # what was counted is told by class
    fits, params = [], {}
    apart = f" AND m.serials IS {'' if match.by_class else 'NOT '}NULL" if of == "m" else ""
    for m, (item, more) in enumerate(_things(match)):
        fits.append(f"{of}.item_id = :i{n}_{m}" + apart)
        params[f"i{n}_{m}"] = item
        if match.by_class:
            fits[-1] += f" AND {of}.lot = :l{n}_{m}"
            params[f"l{n}_{m}"] = more
        else:
            fits[-1] += f" AND m.serials LIKE :s{n}_{m} ESCAPE '!'"
            params[f"s{n}_{m}"] = f"%{_like(msgspec.json.encode(more).decode())}%"
    for m, pattern in enumerate(match.patterns):
        if pattern[:3] == "01/":
            like = f"SELECT c.item_id FROM codes c WHERE '01/' || c.key LIKE :p{n}_{m} ESCAPE '!'"
            fits.append(f"{of}.item_id IN ({like})" + apart)
            params[f"p{n}_{m}"] = "01/" + pattern.split("/")[1]
    return fits, params


def _read_point(names):
    return "CASE WHEN f.role IS NULL THEN m.from_id ELSE m.to_id END" if names["of"] == "m" else names["from"]


def _ids(said):
    found = []
    for one in said:
        if not one.startswith(EVENT):
            continue
        try:
            found.append(str(UUID(one.removeprefix(EVENT))))
        except ValueError:
            continue
    return found


def _places(said):
    """The ids of real locations that are named as we name them."""
    named = [match.groups() for one in said if (match := _PLACE.fullmatch(one))]
    rows = fetch(
        "SELECT l.id FROM " + given("named", house="text", code="text") + " v JOIN warehouses w ON w.code = v.house"
        " JOIN locations l ON l.warehouse_id = w.id AND l.code = v.code WHERE l.role IS NULL",
        named=[[unquote(house), unquote(code)] for house, code in named],
    )
    return [row.id for row in rows]


def _things(match):
    """[(item id, its lot or serial)] of what is named by class, or one by one."""
    keys, skus = [], []
    for name in match.names:
        if (found := _GTIN.fullmatch(name)) and (found[2] == "21") != match.by_class:
            keys.append((found[1], found[3] or ""))
        elif (found := _SKU.fullmatch(name)) and (found[1] == "item") == match.by_class:
            skus.append((unquote(found[2]), unquote(found[3] or "")))
    things = []
    for table, column, item, named in (("codes", "key", "item_id", keys), ("items", "sku", "id", skus)):
        if named:
            rows = fetch(
                f"SELECT {item} AS item, {column} AS name FROM {table} WHERE {among(column, 'names')}",
                names=[name for name, _ in named],
            )
            of = {row.name: row.item for row in rows}
            things += [(of[name], more) for name, more in named if name in of]
    return things


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
