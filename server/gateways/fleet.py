"""The readers of a warehouse: how they are set up, whether they live, what they read last."""

import msgspec

from server import clock
from server.catalog.lookup import locations_by_code
from server.catalog.rules import LocationUnknown
from server.clock import MINUTE, SECOND
from server.db import fetch, given, put, run
from server.errors import NotFound
from server.gateways.alarms import MISSED
from server.gateways.take import Source, hold

CLOCK_FLAG, CLOCK_STOP = 2 * SECOND, 60 * SECOND  # shown to people; too much to post by itself

_FLEET = """
SELECT d.id, d.name, d.kind, d.location, d.revoked_at, d.old_key_hash IS NOT NULL AS two_keys, w.code AS warehouse,
  d.warehouse_id, r.use, r.model, r.known_as, r.called, r.every_seconds, r.first_heard_at, r.heard_at, r.batches,
  r.reads, r.duplicates, r.aside, r.lost, r.clock_offset, r.threshold, r.auto_post
FROM {houses} h JOIN devices d ON d.warehouse_id = h.w JOIN warehouses w ON w.id = d.warehouse_id
LEFT JOIN readers r ON r.warehouse_id = d.warehouse_id AND r.device_id = d.id
WHERE (d.kind IN ('reader', 'handheld') OR r.device_id IS NOT NULL) AND {where} ORDER BY d.name LIMIT :n
"""


def fleet(warehouse_ids, limit, after="", device_id=None):
    """Readers by name, one more than `limit`; or the one of that id."""
    where = "d.id = :id" if device_id else "d.name > :after"
    params = {"id": device_id} if device_id else {"after": after}
    houses = [(one,) for one in warehouse_ids]
    rows = fetch(_FLEET.format(houses=given("houses", w="id"), where=where), houses=houses, n=limit + 1, **params)
    now = clock.now()
    return [said(row, now) for row in rows]


def one_reader(warehouse_ids, device_id):
    """One of them. Raises `NotFound`."""
    rows = fleet(warehouse_ids, 1, device_id=device_id) if warehouse_ids else []
    if not rows:
        raise NotFound()
    return rows[0]


def reader_named(warehouse_id, name):
    """The id of a device by its name. Raises `NotFound`."""
    rows = fetch("SELECT id FROM devices WHERE warehouse_id = :w AND name = :n", w=warehouse_id, n=name)
    if not rows:
        raise NotFound()
    return rows[0].id


def said(row, now):
    """A reader in words: its state, and what is wrong with its clock."""
    found = dict(row._mapping)
    found["model"], found["use"] = row.model or "ours", row.use or "count"
    found["every_seconds"] = row.every_seconds or 60
    found |= {name: found[name] or 0 for name in ("batches", "reads", "duplicates", "aside", "lost", "clock_offset")}
    found["threshold"] = -5600 if row.threshold is None else row.threshold
    found["state"] = state_of(row.revoked_at, row.heard_at, found["every_seconds"], now)
    found["two_keys"] = bool(row.two_keys)
    found["clock_wrong"] = abs(found["clock_offset"]) > CLOCK_FLAG
    return found


def state_of(revoked_at, heard_at, every_seconds, now):
    """pending (never heard), live, silent (three signs of life missed) or revoked."""
    if revoked_at is not None:
        return "revoked"
    if heard_at is None:
        return "pending"
    return "live" if now - heard_at <= MISSED * every_seconds * SECOND else "silent"


def antennas_of(warehouse_id, device_id):
    """Rows (antenna, zone, location, side)."""
    return fetch(
        "SELECT a.antenna, a.zone, l.code AS location, a.side, a.location_id FROM reader_antennas a"
        " LEFT JOIN locations l ON l.warehouse_id = a.warehouse_id AND l.id = a.location_id"
        " WHERE a.warehouse_id = :w AND a.device_id = :d ORDER BY a.antenna",
        w=warehouse_id,
        d=device_id,
    )


def set_up(warehouse_id, device_id, antennas=None, **facts):
    """Change how a reader is set up, `use model known_as every_seconds threshold auto_post`, and where it looks.

    Raises `LocationUnknown`.
    """
    hold(Source(warehouse_id, device_id), clock.now())
    if facts:
        changes = ", ".join(f'"{name}" = :{name}' for name in sorted(facts))
        run(
            f"UPDATE readers SET {changes} WHERE warehouse_id = :w AND device_id = :d",
            w=warehouse_id,
            d=device_id,
            **facts,
        )
    if antennas is None:
        return
    places = locations_by_code(warehouse_id, [one["location"] for one in antennas if one["location"]])
    for one in antennas:
        if one["location"] and one["location"] not in places:
            raise LocationUnknown(location=one["location"], fields={"antennas": ["unknown"]})
    run("DELETE FROM reader_antennas WHERE warehouse_id = :w AND device_id = :d", w=warehouse_id, d=device_id)
    rows = {
        one["antenna"]: (
            *(warehouse_id, device_id, one["antenna"], one["zone"]),
            *(places[one["location"]].id if one["location"] else None, one["side"]),
        )
        for one in antennas
    }
    put(
        "reader_antennas",
        list(rows.values()),
        ["warehouse_id", "device_id", "antenna", "zone", "location_id", "side"],
    )


def last_reads(warehouse_id, device_id, limit=20):
    """The latest sights of a reader as we understood them."""
    rows = fetch(
        "SELECT tag, tid, reads, peak, first_at, last_at, series FROM tag_sights WHERE warehouse_id = :w"
        " AND device_id = :d ORDER BY last_at DESC, tag LIMIT :n",
        w=warehouse_id,
        d=device_id,
        n=limit,
    )
    found = []
    for row in rows:
        antennas = sorted({one[1] for one in msgspec.json.decode(row.series)})
        found.append({**row._mapping, "antennas": antennas})
    return found


def reads_of_minute(warehouse_ids, now):
    """{device id: how often it read a tag in the last minute}."""
    rows = fetch(
        "SELECT s.device_id, CAST(SUM(s.reads) AS BIGINT) AS reads FROM "
        + given("houses", w="id")
        + " h JOIN readers r ON r.warehouse_id = h.w JOIN tag_sights s ON s.warehouse_id = r.warehouse_id"
        " AND s.device_id = r.device_id AND s.last_at > :since GROUP BY s.device_id",
        houses=[(one,) for one in warehouse_ids],
        since=now - MINUTE,
    )
    return {row.device_id: row.reads for row in rows}
