"""The history of containers: what each carried, where, and which containers carried a lot."""

from server.clock import EARLIEST, LATEST
from server.db import fetch, given
from server.handling.carry import NOT_VOIDED
from server.insights.rules import Step

_OUTSIDE = {  # by the kind of document: where goods come from when they are received, and go to when they are shipped
    "receipt": "SUPPLIER",
    "return": "CUSTOMER",
    "transfer_in": "TRANSIT",
    "pick": "CUSTOMER",
    "exchange": "CUSTOMER",
    "supplier_return": "SUPPLIER",
    "transfer": "TRANSIT",
}
_CARRIED = f"""
SELECT g.*, w.code AS warehouse, i.sku, f.code AS source, f.role AS source_role, t.code AS target,
  t.role AS target_role, p.name AS person, x.name AS device, d.number AS document, d.kind AS document_kind, d.partner,
  d.shipped_at
FROM (
  SELECT g.* FROM (
    SELECT k.* FROM {{houses}} h JOIN container_goods k ON k.warehouse_id = h.w AND k.container = :code
    UNION ALL
    SELECT k.* FROM {{houses}} h JOIN container_goods k ON k.warehouse_id = h.w AND k.out_of = :code
      AND (k.container IS NULL OR k.container <> :code)
  ) g
  WHERE g.effective_at >= :since AND g.effective_at <= :until AND {NOT_VOIDED}
    AND (g.from_id IS NULL OR g.from_id NOT IN (SELECT b.id FROM {{blind}} b))
    AND (g.to_id IS NULL OR g.to_id NOT IN (SELECT b.id FROM {{blind}} b))
  ORDER BY g.effective_at DESC, g.id DESC LIMIT :limit
) g
JOIN warehouses w ON w.id = g.warehouse_id
LEFT JOIN items i ON i.id = g.item_id
LEFT JOIN locations f ON f.warehouse_id = g.warehouse_id AND f.id = g.from_id
LEFT JOIN locations t ON t.warehouse_id = g.warehouse_id AND t.id = g.to_id
LEFT JOIN persons p ON p.id = g.person_id
LEFT JOIN devices x ON CAST(x.id AS VARCHAR(36)) = g.device_id
LEFT JOIN documents d ON d.warehouse_id = g.warehouse_id AND d.id = g.document_id
ORDER BY g.effective_at, g.id
"""
_STANDS = """
SELECT w.code AS warehouse, c.code, c.kind, l.code AS location, c.made_at,
  (SELECT MIN(g.effective_at) FROM container_goods g WHERE g.warehouse_id = c.warehouse_id AND g.container = c.code)
    AS first,
  (SELECT MAX(g.effective_at) FROM container_goods g WHERE g.warehouse_id = c.warehouse_id AND g.container = c.code)
    AS last
FROM {houses} h JOIN {codes} v ON 1 = 1
JOIN containers c ON c.warehouse_id = h.w AND c.code = v.c
JOIN warehouses w ON w.id = c.warehouse_id
LEFT JOIN locations l ON l.warehouse_id = c.warehouse_id AND l.id = c.location_id
ORDER BY w.code, c.code
"""


def carried(houses, code, blind, since, until, limit):
    """What a container carried, the latest `limit` acts, oldest first; none at `blind` places."""
    sql, params = carried_asked(houses, code, blind, since, until, limit)
    return fetch(sql, **params)


def carried_asked(houses, code, blind=(), since=None, until=None, limit=100):
    """`(statement, its parameters)`, as it is asked."""
    return _CARRIED.format(houses=given("houses", w="id"), blind=given("blind", id="id")), {
        "houses": [(one,) for one in houses],
        "blind": [(one,) for one in blind],
        "code": code,
        "since": EARLIEST if since is None else since,
        "until": LATEST if until is None else until,
        "limit": limit,
    }


def carried_steps(row, hidden):
    """The steps of one act; what was packed for a document that has left since went with it."""
    outside = _OUTSIDE.get(row.document_kind)
    ends = (row.source, row.source_role, row.target, row.target_role)
    if row.step == "receive":
        ends = (outside or "SUPPLIER", outside or "SUPPLIER", row.source or "", row.source_role)
    if row.step == "load":
        ends = (row.source, row.source_role, outside or "TRANSIT", outside or "TRANSIT")
    yield _step(row, hidden, row.effective_at, row.step, *ends)
    if row.step == "pick" and row.shipped_at is not None and outside:
        yield _step(row, hidden, row.shipped_at, "ship", row.target or "", row.target_role, outside, outside)


def _step(row, hidden, at, kind, source, source_role, target, target_role):
    return Step(
        *(row.id, at, row.posted_at, row.warehouse, row.sku or "", row.lot, source or "", source_role, target or ""),
        *(target_role, None if hidden else row.qty, kind, row.person, row.device or row.device_id, row.document),
        *(row.partner, None, (row.serial,) if row.serial else (), row.container or row.out_of),
    )


def carriers_of(houses, lots, serial=None):
    """The containers that carried lots `{(item id, lot or None)}`, and where each stands now."""
    sql, params = carriers_asked(houses, lots, serial)
    return stands(houses, {row.container for row in fetch(sql, **params)})


def carriers_asked(houses, lots, serial=None):
    """`(statement, its parameters)`, as it is asked."""
    where, params = ("", {}) if serial is None else (" AND g.serial = :serial", {"serial": serial})
    sql = (
        "SELECT DISTINCT COALESCE(g.container, g.out_of) AS container FROM "
        + given("lots", i="id", lot="text")
        + " v JOIN container_goods g ON g.item_id = v.i AND (v.lot IS NULL OR g.lot = v.lot)"
        " WHERE g.warehouse_id IN (SELECT h.w FROM " + given("houses", w="id") + f" h) AND {NOT_VOIDED}" + where
    )
    return sql, params | {"lots": sorted(lots, key=str), "houses": [(one,) for one in houses]}


def stands(houses, codes):
    """Where containers stand, and from when to when they were at work."""
    if not codes or not houses:
        return []
    return fetch(
        _STANDS.format(houses=given("houses", w="id"), codes=given("codes", c="text")),
        houses=[(one,) for one in houses],
        codes=[(code,) for code in sorted(codes)],
    )
