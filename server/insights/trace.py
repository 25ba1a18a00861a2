"""Where something came from, everywhere it was, who touched it, where it went: forward and backward."""

from dataclasses import dataclass, field

import msgspec

from server.clock import EARLIEST, LATEST
from server.db import fetch, given
from server.insights.carried import carried, carried_steps, carriers_of, stands
from server.insights.family import relatives
from server.insights.rules import Step, been, entered, left, touched

MOST_STEPS = 2_000
_STEPS = """
SELECT m.*, w.code AS warehouse, COALESCE(g.container, g.out_of) AS container, i.sku, f.code AS source,
  f.role AS source_role, t.code AS target, t.role AS target_role, p.name AS person, x.name AS device,
  (SELECT MIN(d.partner) FROM documents d WHERE d.warehouse_id = m.warehouse_id AND d.number = m.document) AS partner
FROM (
  SELECT m.* FROM {houses} h JOIN moves m ON m.warehouse_id = h.w
  WHERE m.item_id = :item {where} AND m.effective_at >= :since AND m.effective_at <= :until
  AND m.from_id NOT IN (SELECT b.id FROM {blind} b) AND m.to_id NOT IN (SELECT b.id FROM {blind} b)
  ORDER BY m.effective_at DESC, m.id DESC LIMIT :limit
) m
JOIN warehouses w ON w.id = m.warehouse_id
JOIN items i ON i.id = m.item_id
JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id
JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id
LEFT JOIN persons p ON p.id = m.person_id
LEFT JOIN devices x ON CAST(x.id AS VARCHAR(36)) = m.device_id
LEFT JOIN container_goods g ON g.warehouse_id = m.warehouse_id AND g.id = m.id
ORDER BY m.effective_at, m.id
"""


@dataclass(slots=True)
class Trace:
    """All that is known of a subject. `hidden`: the asker is blind somewhere, so no quantity is said.

    `more`: there are older steps than these.
    """

    subject: object
    hidden: bool
    steps: list[Step]
    more: bool
    entered: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    been: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    documents: list = field(default_factory=list)
    counts: list = field(default_factory=list)
    made_from: list = field(default_factory=list)
    made_into: list = field(default_factory=list)
    containers: list = field(default_factory=list)


def trace(subject, houses, blind, since=None, until=None, most=MOST_STEPS):
    """Trace a subject through these warehouses. `blind`: location ids of which the asker hears nothing."""
    if subject.kind == "container":
        return _container(subject, houses, blind, since, until, most)
    hidden = is_hidden({subject.item_id}, houses, blind)
    rows = _rows(subject, houses, blind, since, until, most + 1)
    steps = [_step(row, hidden) for row in rows[-most:]]
    found = Trace(subject, hidden, steps, len(rows) > most)
    found.entered, found.left, found.been = entered(steps), left(steps), been(steps)
    found.counts = _counts(subject, houses, blind)
    found.documents = documents_of(houses, {(step.warehouse, step.document) for step in steps if step.document})
    checks = _statements(subject, houses, [row.id for row in found.documents])
    moved = [(step.person, step.at, step.kind) for step in steps]
    found.containers = carriers_of(houses, {(subject.item_id, subject.lot)}, subject.serial)
    found.people = touched([*moved, *checks, *((row.person, row.as_of, "count") for row in found.counts)])
    if subject.kind != "item":
        lots = {step.lot for step in steps} if subject.serial else {subject.lot}
        found.made_from, found.made_into = relatives(houses, {(subject.item_id, lot) for lot in lots if lot}, blind)
        if hidden:
            found.made_from = [one | {"qty": None} for one in found.made_from]
            found.made_into = [one | {"qty": None} for one in found.made_into]
    return found


def is_hidden(item_ids, houses, blind):
    """Is the asker blind in any place that has, or had, some of these items? Then what is elsewhere would tell."""
    if not blind:
        return False
    rows = fetch(
        "SELECT 1 FROM " + given("items", id="id") + " v JOIN balances b ON b.item_id = v.id"
        " JOIN " + given("houses", w="id") + " h ON h.w = b.warehouse_id"
        " JOIN " + given("blind", id="id") + " k ON k.id = b.location_id LIMIT 1",
        items=[(one,) for one in item_ids],
        houses=[(one,) for one in houses],
        blind=[(one,) for one in blind],
    )
    return bool(rows)


def _rows(subject, houses, blind, since, until, limit):
    where, params = "", {}
    if subject.lot is not None:
        where, params = "AND m.lot = :lot", {"lot": subject.lot}
    if subject.serial is not None:
        where, params = where + " AND m.serials LIKE :serial", params | {"serial": f"%{_as_json(subject.serial)}%"}
    rows = fetch(
        _STEPS.format(houses=given("houses", w="id"), blind=given("blind", id="id"), where=where),
        houses=[(one,) for one in houses],
        blind=[(one,) for one in blind],
        item=subject.item_id,
        since=EARLIEST if since is None else since,
        until=LATEST if until is None else until,
        limit=limit,
        **params,
    )
    if subject.serial is not None:  # `%` and `_` in a serial are letters, not patterns
        rows = [row for row in rows if subject.serial in msgspec.json.decode(row.serials)]
    return rows


def _as_json(serial):
    """As it stands in a JSON list, quoted, so that `SN-1` is not found in `SN-12`."""
    return msgspec.json.encode(serial).decode()


def _step(row, hidden):
    return Step(
        *(row.id, row.effective_at, row.posted_at, row.warehouse, row.sku, row.lot, row.source, row.source_role),
        *(row.target, row.target_role, None if hidden else row.qty, row.kind, row.person, row.device or row.device_id),
        *(row.document, row.partner, row.reason),
        tuple(msgspec.json.decode(row.serials)) if row.serials else (),
        row.container,
    )


def documents_of(houses, numbers):
    """Documents of `{(warehouse code, number)}` in words."""
    if not numbers:
        return []
    return fetch(
        "SELECT d.id, w.code AS warehouse, d.kind, d.number, d.partner, d.state, d.requested_at FROM "
        + given("rows", w="text", n="text")
        + " v JOIN warehouses w ON w.code = v.w JOIN documents d ON d.warehouse_id = w.id AND d.number = v.n"
        " WHERE w.id IN (SELECT h.w FROM " + given("houses", w="id") + " h) ORDER BY d.requested_at, d.id",
        rows=sorted(numbers),
        houses=[(one,) for one in houses],
    )


def _counts(subject, houses, blind):
    """Who counted it, where and when; not what they found."""
    if subject.serial is not None:
        return fetch(
            "SELECT w.code AS warehouse, l.code AS location, e.lot, p.name AS person, e.effective_at AS as_of FROM "
            + given("houses", w="id")
            + " h JOIN count_entries e ON e.warehouse_id = h.w AND e.item_id = :item AND e.serial = :serial"
            " JOIN warehouses w ON w.id = e.warehouse_id"
            " JOIN locations l ON l.warehouse_id = e.warehouse_id AND l.id = e.location_id"
            " JOIN persons p ON p.id = e.person_id"
            " WHERE e.location_id NOT IN (SELECT b.id FROM " + given("blind", id="id") + " b)"
            " ORDER BY e.effective_at, e.id LIMIT 500",
            houses=[(one,) for one in houses],
            blind=[(one,) for one in blind],
            item=subject.item_id,
            serial=subject.serial,
        )
    where, params = ("", {}) if subject.lot is None else (" AND v.lot = :lot", {"lot": subject.lot})
    return fetch(
        "SELECT w.code AS warehouse, l.code AS location, v.lot, p.name AS person, r.as_of FROM variances v"
        " JOIN variance_hands k ON k.warehouse_id = v.warehouse_id AND k.variance_id = v.id AND k.hat = 'counter'"
        " JOIN variance_rounds r ON r.warehouse_id = v.warehouse_id AND r.variance_id = v.id AND r.round = k.round"
        " JOIN warehouses w ON w.id = v.warehouse_id"
        " JOIN locations l ON l.warehouse_id = v.warehouse_id AND l.id = v.location_id"
        " JOIN persons p ON p.id = k.person_id"
        " WHERE v.item_id = :item AND v.warehouse_id IN (SELECT h.w FROM " + given("houses", w="id") + " h)"
        " AND v.location_id NOT IN (SELECT b.id FROM "
        + given("blind", id="id")
        + " b)"
        + where
        + " ORDER BY r.as_of, v.id LIMIT 500",
        houses=[(one,) for one in houses],
        blind=[(one,) for one in blind],
        item=subject.item_id,
        **params,
    )


def _statements(subject, houses, document_ids):
    """`(person, at, step)` of what was said about it with its documents: who checked it is nowhere in the moves."""
    if not document_ids:
        return []
    where, params = ("", {}) if subject.lot is None else (" AND s.lot = :lot", {"lot": subject.lot})
    if subject.serial is not None:
        where, params = where + " AND s.serial = :serial", params | {"serial": subject.serial}
    rows = fetch(
        "SELECT p.name AS person, s.effective_at, s.step FROM "
        + given("houses", w="id")
        + " h JOIN "
        + given("documents", id="id")
        + " k ON 1 = 1 JOIN statements s ON s.warehouse_id = h.w AND s.document_id = k.id AND s.item_id = :item"
        " JOIN persons p ON p.id = s.person_id WHERE s.step = 'check'" + where,
        houses=[(one,) for one in houses],
        documents=[(one,) for one in document_ids],
        item=subject.item_id,
        **params,
    )
    return [(row.person, row.effective_at, row.step) for row in rows]


def _container(subject, houses, blind, since, until, most):
    """What it carried, from where to where, by whom: forward and backward, with the documents it went by."""
    rows = carried(houses, subject.container, blind, since, until, most + 1)
    hidden = is_hidden({row.item_id for row in rows if row.item_id}, houses, blind)
    steps = sorted((step for row in rows[-most:] for step in carried_steps(row, hidden)), key=lambda step: step.at)
    found = Trace(subject, hidden, steps, len(rows) > most, containers=stands(houses, {subject.container}))
    found.entered, found.left, found.been = entered(steps), left(steps), been(steps)
    found.documents = documents_of(houses, {(step.warehouse, step.document) for step in steps if step.document})
    found.people = touched([(step.person, step.at, step.kind) for step in steps])
    return found
