"""What a scope means: which places to visit, and which positions a list names."""

from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.counting.due import due_in
from server.counting.plan import Place
from server.counting.rules import Form
from server.db import fetch, given
from server.ledger.book import positions_at


def positions_in_scope(warehouse_id, form, scope):
    """(`Place`s to visit, `(location, item, lot)` that a list names). An empty scope is the whole warehouse.

    Raises `LocationUnknown`, `ItemUnknown`. Items that a scope names in places that it names are listed there even if
    the book holds none: found stock has to be countable.
    """
    if scope.get("due"):
        return _due(warehouse_id, form)
    places = _places(warehouse_id, scope)
    if scope.get("moved_since") is not None:
        places = _moved(warehouse_id, places, scope["moved_since"])
    items = _items(scope)
    if form != Form.LIST and items is None:
        return list(places.values()), []
    thought = positions_at(warehouse_id, list(places))
    if items is not None:
        thought = {key: qty for key, qty in thought.items() if key[1] in items}
        named = bool(scope.get("locations"))
        listed = set(thought) | ({(place, item, "") for place in places for item in items} if named else set())
        listed = {key for key in listed if key[2] or not any(k[:2] == key[:2] and k[2] for k in thought)}
    else:
        listed = set(thought)
    visited = {key[0] for key in listed}
    return [place for place in places.values() if place.id in visited], sorted(listed) if form == Form.LIST else []


def _places(warehouse_id, scope):
    codes, zones = scope.get("locations"), scope.get("zones")
    if codes:
        found = locations_by_code(warehouse_id, codes)
        for code in codes:
            if code not in found or found[code].role is not None:
                raise LocationUnknown(location=code, fields={"scope.locations": ["unknown"]})
        return {row.id: Place(row.id, row.path_order) for row in found.values()}
    rows = fetch(
        "SELECT id, path_order, zone FROM locations WHERE warehouse_id = :w AND role IS NULL AND active = :yes",
        w=warehouse_id,
        yes=True,
    )
    return {row.id: Place(row.id, row.path_order) for row in rows if not zones or row.zone in zones}


def _items(scope):
    """Item ids that the scope is about, or None for all."""
    skus, classes = scope.get("skus"), scope.get("classes")
    if not skus and not classes:
        return None
    found = items_by_sku(skus or [])
    for sku in skus or []:
        if sku not in found:
            raise ItemUnknown(code=sku, fields={"scope.skus": ["unknown"]})
    ids = {row.id for row in found.values()}
    if classes:
        ids |= {
            row.id
            for row in fetch(
                "SELECT i.id FROM items i JOIN " + given("rows", abc="text") + " v ON v.abc = i.abc",
                rows=[(one,) for one in classes],
            )
        }
    return ids


def _moved(warehouse_id, places, since):
    """动碰盘点: only places where something moved since an instant."""
    rows = fetch(
        "SELECT to_id AS id FROM moves WHERE warehouse_id = :w AND effective_at >= :since AND line_id IS NULL"
        " UNION SELECT from_id FROM moves WHERE warehouse_id = :w AND effective_at >= :since AND line_id IS NULL",
        w=warehouse_id,
        since=since,
    )
    return {row.id: places[row.id] for row in rows if row.id in places}


def _due(warehouse_id, form):
    rows = due_in(warehouse_id)
    all_places = _places(warehouse_id, {})
    visited = {row.location_id for row in rows}
    keys = sorted((row.location_id, row.item_id, row.lot) for row in rows)
    return [all_places[one] for one in visited if one in all_places], keys if form == Form.LIST else []
