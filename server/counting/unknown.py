"""Scans whose code named nothing when they came. The words stay as they were said; what they mean is filled in once
somebody binds the code to an item, and from then on they count like any other."""

from dataclasses import dataclass

from server.catalog.amounts import QuantityOutOfRange, counted_qty
from server.catalog.identify import identify_many
from server.db import fetch, given, run


@dataclass(frozen=True, slots=True)
class Bound:
    """An entry that has got its item. `subject`: of the case that was opened for it, if the round was closed."""

    warehouse_id: str
    entry_id: str
    task_id: str
    task_state: str
    location_id: str
    item_id: str
    lot: str
    subject: str

    @property
    def key(self):
        return self.location_id, self.item_id, self.lot


def subject_of(count_id, location_id, code):
    """The name of the matter, so that it is opened once and ends when the code is bound."""
    return f"unknown:{count_id}:{location_id}:{code}"


def resolve(task=None):
    """Fill in what is known by now, of one task or everywhere; gives the `Bound`. What needs a lot that the label does
    not say stays open."""
    rows = _unresolved(task)
    if not rows:
        return []
    named = identify_many({row.code for row in rows})
    bound, written = [], []
    for row in rows:
        name = named[row.code]
        lot = row.lot or name.lot or ""
        if name.item_id is None or name.lot_tracked and not lot:
            continue
        try:
            qty = row.qty if row.serial else counted_qty(row.qty, name.scan_qty)
        except QuantityOutOfRange:
            continue
        subject = subject_of(row.count_id, row.location_id, row.code)
        bound.append(
            Bound(row.warehouse_id, row.id, row.task_id, row.state, row.location_id, name.item_id, lot, subject)
        )
        written.append((row.warehouse_id, row.id, name.item_id, lot, qty))
    if written:
        run(
            "UPDATE count_entries SET item_id = v.i, lot = v.lot, qty = v.qty FROM "
            + given("rows", w="id", id="id", i="id", lot="text", qty="int")
            + " v WHERE count_entries.warehouse_id = v.w AND count_entries.id = v.id",
            rows=written,
        )
    return bound


def _unresolved(task):
    only = "e.warehouse_id = :w AND e.task_id = :t AND " if task else ""
    return fetch(
        "SELECT e.warehouse_id, e.id, e.task_id, e.count_id, e.location_id, e.code, e.lot, e.serial, e.qty, t.state"
        " FROM count_entries e JOIN count_tasks t ON t.warehouse_id = e.warehouse_id AND t.id = e.task_id"
        f" WHERE {only}e.item_id IS NULL AND e.kind = 'entry' AND NOT EXISTS (SELECT 1 FROM count_entries x"
        " WHERE x.warehouse_id = e.warehouse_id AND x.voids_id = e.id)",
        **({"w": task.warehouse_id, "t": task.id} if task else {}),
    )
