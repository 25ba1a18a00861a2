"""Items, codes, locations and reasons from a spreadsheet: what is new is added, what is known is brought up to date.

A blank cell says nothing: it leaves what is known as it is. Each kind costs a few statements, whatever the rows.
"""

from server import clock
from server.catalog.codes import CodeTaken
from server.catalog.items import ItemInUse, SkuTaken
from server.catalog.lookup import items_by_sku
from server.catalog.places import VirtualLocation
from server.catalog.reasons import ReasonTaken
from server.catalog.rules import key_of
from server.db import among, fetch, put
from server.exchange.rules import Problem, refused
from server.ids import new_id
from server.people.rules import Permission

ITEM_FACTS = "name category unit unit_cost lot_tracked serial_tracked weighed shelf_life_days abc".split()
_ROOTED = ("unit", "lot_tracked", "serial_tracked")
_ITEM_DEFAULTS = {"unit": "ea", "unit_cost": 0, "lot_tracked": False, "serial_tracked": False, "weighed": False}


def check_items(rows, _asker):
    """Refuses skus given twice, skus that are codes of other items, and new units of items that have moves."""
    rows, problems = once_each(rows, "sku", lambda row: row.values["sku"])
    known = items_by_sku([row.values["sku"] for row in rows])
    owners = owners_of_keys([key_of(row.values["sku"]) for row in rows])
    rooted = [known[row.values["sku"]].id for row in rows if _differs(row, known.get(row.values["sku"]))]
    moved = _with_moves(rooted) if rooted else set()
    good = []
    for row in rows:
        sku = row.values["sku"]
        owner = owners.get(key_of(sku))
        item = known.get(sku)
        if owner and owner.sku != sku:
            problems.append(refused(row.number, "sku", SkuTaken(taken=sku, owner=owner.sku)))
        elif item and item.id in moved:
            problems.append(refused(row.number, "unit", ItemInUse(sku=sku)))
        else:
            row.values["known"] = item
            good.append(row)
    return good, problems


def write_items(rows, _asker):
    """Add items and change known ones."""
    columns = ["id", "sku", *ITEM_FACTS, "active", "made_at"]
    facts = ", ".join(f"{fact} = excluded.{fact}" for fact in ITEM_FACTS)
    now = clock.now()
    put(
        "items",
        [_item(row.values, now) for row in rows],
        columns,
        on_conflict=f"ON CONFLICT (sku) DO UPDATE SET {facts}",
    )


def check_codes(rows, _asker):
    """Refuses unknown skus, codes given twice, and codes that belong to other items."""
    rows, problems = once_each(rows, "code", lambda row: key_of(row.values["code"]))
    items = items_by_sku([row.values["sku"] for row in rows])
    keys = [key_of(row.values["code"]) for row in rows]
    owners = {**items_by_sku(keys), **owners_of_keys(keys)}
    good = []
    for row in rows:
        sku, code = row.values["sku"], row.values["code"]
        owner = owners.get(key_of(code))
        if sku not in items:
            problems.append(Problem(row.number, "sku", "unknown"))
        elif owner and owner.sku != sku:
            problems.append(refused(row.number, "code", CodeTaken(taken=code, owner=owner.sku)))
        else:
            row.values["item_id"] = items[sku].id
            good.append(row)
    return good, problems


def write_codes(rows, _asker):
    """Add codes and change the packs of known ones."""
    now = clock.now()
    put(
        "codes",
        [
            (new_id(), key_of(said["code"]), said["code"], said["item_id"], said.get("pack_quantity", 1000), now)
            for said in (row.values for row in rows)
        ],
        ["id", "key", "code", "item_id", "pack_qty", "made_at"],
        on_conflict="ON CONFLICT (key) DO UPDATE SET code = excluded.code, pack_qty = excluded.pack_qty",
    )


def check_locations(rows, asker):
    """Refuses warehouses where the asker may not, codes given twice, and the virtual locations."""
    rows, problems = once_each(rows, "code", lambda row: (row.values["warehouse"], row.values["code"]))
    rows, more = in_warehouses(rows, asker, Permission.EDIT_CATALOGUE)
    problems += more
    known = places_of(rows, "code")
    good = []
    for row in rows:
        place = known.get((row.values["warehouse_id"], row.values["code"]))
        if place and place.role:
            problems.append(refused(row.number, "code", VirtualLocation(location=row.values["code"])))
        elif row.values.get("kind") == "virtual":
            problems.append(Problem(row.number, "kind", "not_a_choice"))
        else:
            row.values["known"] = place
            good.append(row)
    return good, problems


def write_locations(rows, _asker):
    """Add locations and change known ones."""
    now = clock.now()
    put(
        "locations",
        [
            (
                said["warehouse_id"],
                new_id(),
                said["code"],
                _said(said, "zone"),
                _said(said, "kind", "shelf"),
                _said(said, "path_order", 0),
                _said(said, "capacity"),
                True,
                now,
            )
            for said in (row.values for row in rows)
        ],
        ["warehouse_id", "id", "code", "zone", "kind", "path_order", "capacity", "active", "made_at"],
        on_conflict="ON CONFLICT (warehouse_id, code) DO UPDATE SET"
        " zone = excluded.zone, kind = excluded.kind, path_order = excluded.path_order,"
        " capacity = excluded.capacity",
    )


def check_reasons(rows, _asker):
    """Refuses causes without a loss type, and codes that mean something of another kind."""
    rows, problems = once_each(rows, "code", lambda row: row.values["code"])
    known = {row.code: row for row in fetch("SELECT code, kind, loss_type, en FROM reasons")}
    good = []
    for row in rows:
        said = row.values
        said.setdefault("kind", "cause" if "loss_type" in said else "reason")
        before = known.get(said["code"])
        if said["kind"] == "cause" and "loss_type" not in said:
            problems.append(Problem(row.number, "loss_type", "required"))
        elif before and (before.kind, before.loss_type) != (said["kind"], said.get("loss_type")):
            problems.append(refused(row.number, "code", ReasonTaken(taken=before.code, owner=before.en)))
        else:
            good.append(row)
    return good, problems


def write_reasons(rows, _asker):
    """Add reasons and causes, and change the words of known ones."""
    put(
        "reasons",
        [_reason(row.values) for row in rows],
        ["code", "kind", "loss_type", "en", "zh", "active", "position"],
        on_conflict="ON CONFLICT (code) DO UPDATE SET en = excluded.en, zh = excluded.zh",
    )


def once_each(rows, column, key):
    """(the first row of each key, problems of the others)."""
    seen, good, problems = set(), [], []
    for row in rows:
        said = key(row)
        if said in seen:
            problems.append(Problem(row.number, column, "already_used"))
        else:
            seen.add(said)
            good.append(row)
    return good, problems


def in_warehouses(rows, asker, permission):
    """(rows with their `warehouse_id`, problems of those whose warehouse is unknown to the asker)."""
    here = {row.code: row.id for row in fetch("SELECT id, code FROM warehouses") if asker.may(permission, row.id)}
    good, problems = [], []
    for row in rows:
        if row.values["warehouse"] in here:
            row.values["warehouse_id"] = here[row.values["warehouse"]]
            good.append(row)
        else:
            problems.append(Problem(row.number, "warehouse", "unknown"))
    return good, problems


def places_of(rows, column):
    """`{(warehouse id, code): location row}` of the locations that the rows name."""
    return {
        (place.warehouse_id, place.code): place
        for warehouse_id in {row.values["warehouse_id"] for row in rows}
        for place in fetch(
            "SELECT warehouse_id, id, code, zone, kind, path_order, capacity, role FROM locations"
            f" WHERE warehouse_id = :w AND {among('code', 'codes')}",
            w=warehouse_id,
            codes=[row.values[column] for row in rows],
        )
    }


def owners_of_keys(keys):
    """`{key: row(sku)}` of the codes that are taken."""
    taken = f"SELECT c.key, i.sku FROM codes c JOIN items i ON i.id = c.item_id WHERE {among('c.key', 'keys')}"
    return {row.key: row for row in fetch(taken, keys=keys)}


def _with_moves(item_ids):
    # CAST: on PostgreSQL ids are UUIDs, and a list comes as texts.
    moved = f"EXISTS (SELECT 1 FROM moves m WHERE m.item_id = i.id) AND {among('CAST(i.id AS text)', 'ids')}"
    return {row.id for row in fetch(f"SELECT i.id FROM items i WHERE {moved}", ids=item_ids)}


def _differs(row, item):
    return item is not None and any(fact in row.values and row.values[fact] != getattr(item, fact) for fact in _ROOTED)


def _item(said, now):
    facts = (_said(said, fact, _ITEM_DEFAULTS.get(fact)) for fact in ITEM_FACTS)
    flags = ("lot_tracked", "serial_tracked", "weighed")
    facts = [bool(value) if fact in flags else value for fact, value in zip(ITEM_FACTS, facts, strict=True)]
    return (new_id(), said["sku"], *facts, True, now)


def _said(said, fact, default=None):
    """What the cell says, else what is known, else the default."""
    if fact in said:
        return said[fact]
    known = said.get("known")
    return default if known is None else getattr(known, fact)


def _reason(said):
    position = 1999 if said["kind"] == "cause" else 999  # after those that every house has
    return said["code"], said["kind"], said.get("loss_type"), said["en"], said["zh"], True, position
