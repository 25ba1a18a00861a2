"""Locations: shelves that people walk to, and the virtual ones that stand for the world outside."""

from uuid import UUID, uuid5

from server import clock
from server.catalog.codes import CodeTaken
from server.catalog.rules import VIRTUAL_CODES, LocationUnknown
from server.catalog.tables import Location
from server.db import among, fetch, put, run, session
from server.errors import IdReused, Refusal

COLUMNS = ("warehouse_id", "id", "code", "zone", "kind", "path_order", "role", "active", "made_at")


class VirtualLocation(Refusal):
    """The world outside cannot be edited."""

    code = "virtual_location"
    en = "{location} is a virtual location that the book needs. It cannot be changed."
    zh = "{location} 是台账所需的虚拟库位，不能修改。"


def add_virtual(warehouse_id):
    """Give a new warehouse its SUPPLIER, CUSTOMER, PRODUCTION, LOSS, SCRAP and TRANSIT; twice changes nothing."""
    made_at = clock.now()
    rows = [
        (warehouse_id, str(uuid5(UUID(warehouse_id), code)), code, None, "virtual", 0, code, True, made_at)
        for code in VIRTUAL_CODES
    ]
    put("locations", rows, COLUMNS, on_conflict="ON CONFLICT DO NOTHING")


def add_location(id, warehouse_id, code, zone=None, kind="shelf", path_order=0, capacity=None, capacities=None):
    """Add a location. Gives (location, True), or (the same one, False) when it was added before.

    `capacity`: thousandths; `capacities`: {item id: thousandths}. Raises `IdReused`, `CodeTaken`.
    """
    given = {"code": code.strip(), "zone": zone, "kind": kind, "path_order": path_order, "capacity": capacity}
    known = session().get(Location, (warehouse_id, id))
    if known:
        other = any(getattr(known, name) != value for name, value in given.items())
        if other or capacities_of(warehouse_id, [id]).get(id, {}) != (capacities or {}):
            raise IdReused()
        return known, False
    if fetch("SELECT 1 FROM locations WHERE warehouse_id = :w AND code = :code", w=warehouse_id, code=given["code"]):
        raise CodeTaken(taken=given["code"], owner=given["code"])

    location = Location(id=id, warehouse_id=warehouse_id, active=True, made_at=clock.now(), **given)
    session().add(location)
    session().flush()
    _keep_capacities(warehouse_id, id, capacities or {})
    return location, True


def change_location(warehouse_id, code, **changes):
    """Change zone, kind, path_order, capacity, capacities, active or the code.

    Raises `LocationUnknown`, `VirtualLocation`, `CodeTaken`.
    """
    location = location_of(warehouse_id, code)
    if location.role:
        raise VirtualLocation(location=code)
    wanted = changes.get("code", code)
    if wanted != code and session().query(Location).filter_by(warehouse_id=warehouse_id, code=wanted).count():
        raise CodeTaken(taken=wanted, owner=wanted)

    capacities = changes.pop("capacities", None)
    for name, value in changes.items():
        setattr(location, name, value)
    session().flush()
    if capacities is not None:
        _keep_capacities(warehouse_id, location.id, capacities)
    return location


def _keep_capacities(warehouse_id, location_id, capacities):
    """How much of single items fits, in the place of what was said before."""
    run("DELETE FROM place_capacities WHERE warehouse_id = :w AND location_id = :l", w=warehouse_id, l=location_id)
    put(
        "place_capacities",
        [(warehouse_id, location_id, item_id, qty) for item_id, qty in sorted(capacities.items())],
        ["warehouse_id", "location_id", "item_id", "qty"],
    )


def capacities_of(warehouse_id, location_ids):
    """{location id: {item id: thousandths}} of those that say how much of single items fits."""
    sql = f"SELECT * FROM place_capacities WHERE warehouse_id = :w AND {among('location_id', 'ids', 'id')}"
    found: dict[str, dict[str, int]] = {}
    for row in fetch(sql, w=warehouse_id, ids=list(location_ids)):
        found.setdefault(row.location_id, {})[row.item_id] = row.qty
    return found


def location_of(warehouse_id, code, fields=None):
    """The location of that code. Raises `LocationUnknown`, with `fields` if it stands in one."""
    location = session().query(Location).filter_by(warehouse_id=warehouse_id, code=code).one_or_none()
    if location is None:
        raise LocationUnknown(location=code, fields=fields)
    return location
