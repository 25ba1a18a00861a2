"""Containers: pallets and totes with a code of their own (an LPN, or the SSCC on the label), and where they stand."""

from server import clock
from server.catalog.codes import CodeTaken
from server.catalog.tables import Container
from server.db import fetch, given, session
from server.errors import IdReused


def add_container(id, warehouse_id, code, kind="pallet", location_id=None):
    """Add a container. Gives (container, True), or (the same one, False) when it was added before.

    Raises `IdReused`, `CodeTaken`.
    """
    said = {"code": code.strip(), "kind": kind, "location_id": location_id}
    known = session().get(Container, (warehouse_id, id))
    if known:
        if any(getattr(known, name) != value for name, value in said.items()):
            raise IdReused()
        return known, False
    if fetch("SELECT 1 FROM containers WHERE warehouse_id = :w AND code = :code", w=warehouse_id, code=said["code"]):
        raise CodeTaken(taken=said["code"], owner=said["code"])

    container = Container(id=id, warehouse_id=warehouse_id, made_at=clock.now(), **said)
    session().add(container)
    session().flush()
    return container, True


def containers_in(houses, limit, after=("", ""), code=None):
    """Containers by warehouse and code, one more than `limit`. `after`: (warehouse id, code) of the last one seen."""
    only = "AND c.code = :code" if code is not None else ""
    later = "AND (w.code > :w OR (w.code = :w AND c.code > :last))"
    return fetch(
        "SELECT c.id, w.code AS warehouse, c.code, c.kind, l.code AS location FROM "
        + given("houses", w="id")
        + " h JOIN containers c ON c.warehouse_id = h.w JOIN warehouses w ON w.id = c.warehouse_id"
        " LEFT JOIN locations l ON l.warehouse_id = c.warehouse_id AND l.id = c.location_id"
        f" WHERE 1 = 1 {only} {later} ORDER BY w.code, c.code LIMIT :limit",
        houses=[(one,) for one in houses],
        w=after[0],
        last=after[1],
        limit=limit + 1,
        **({"code": code} if code is not None else {}),
    )
