"""Containers: pallets and totes with a code of their own (an LPN, or the SSCC on the label), and where they stand."""

import re

from server import clock
from server.catalog.codes import CodeTaken
from server.catalog.tables import Container
from server.db import fetch, given, is_embedded, put, session
from server.decode.gs1 import check_digit_of
from server.errors import IdReused

# Our own numbers: LPN, which warehouse, a number of it, and GS1's check digit over the digits. Phones know them by
# their shape, so that a label printed a minute ago is a container for a phone without a network too.
OWN = re.compile(r"LPN([0-9]{3})([0-9]{6})[0-9]")


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


def number_container(id, warehouse_id, kind="pallet"):
    """Add a container under the next number of ours. Gives (container, True), or (the same one, False)."""
    known = session().get(Container, (warehouse_id, id))
    if known:
        if known.kind != kind or not OWN.fullmatch(known.code):
            raise IdReused()
        return known, False
    (rank,) = fetch(
        "SELECT COUNT(*) AS n FROM warehouses o JOIN warehouses w ON w.id = :w WHERE o.made_at < w.made_at"
        " OR o.made_at = w.made_at AND o.id <= w.id",
        w=warehouse_id,
    )
    while not known:  # somebody else may take the same number at the same time
        number = _last_number(warehouse_id) + 1
        digits = f"{rank.n % 1000:03d}{number:06d}"
        put(
            "containers",
            [(warehouse_id, id, f"LPN{digits}{check_digit_of(digits)}", kind, clock.now())],
            ["warehouse_id", "id", "code", "kind", "made_at"],
            on_conflict="ON CONFLICT DO NOTHING",
        )
        known = session().get(Container, (warehouse_id, id))
    return known, True


def _last_number(warehouse_id):
    rows = fetch(
        "SELECT code FROM containers WHERE warehouse_id = :w AND code >= 'LPN0' AND code < 'LPN:' ORDER BY code DESC",
        w=warehouse_id,
    )
    return max((int(found[2]) for row in rows if (found := OWN.fullmatch(row.code))), default=0)


def container_here(warehouse_id, code):
    """The row of a container of this warehouse, locked until the transaction ends; or None."""
    locked = "" if is_embedded() else " FOR UPDATE"
    sql = "SELECT * FROM containers WHERE warehouse_id = :w AND code = :code" + locked
    return next(iter(fetch(sql, w=warehouse_id, code=code)), None)


def containers_in(houses, limit, after=("", ""), code=None, standing=False):
    """Containers by warehouse and code, one more than `limit`. `after`: (warehouse id, code) of the last one seen.

    `standing`: only those that stand somewhere here, or were never moved.
    """
    only = "AND c.code = :code" if code is not None else ""
    if standing:
        only += (
            " AND (c.location_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM container_goods g"
            " WHERE g.warehouse_id = c.warehouse_id AND g.container = c.code))"
        )
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
