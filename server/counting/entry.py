"""Remember what somebody says is on a shelf. Many entries at once, by a handful of statements; each is judged alone.

A code that nobody knows is kept (the hint `code_unknown` says so), to be bound later and then counted.
"""

from dataclasses import dataclass

from server import clock
from server.catalog.amounts import LotRequired, NotAnItem, QuantityMissing, SerialQuantity, counted_qty
from server.catalog.identify import identify_many
from server.catalog.lookup import items_by_sku
from server.catalog.rules import ItemUnknown
from server.counting.claim import find_task, live_claim, live_claims_and_places
from server.counting.rules import (
    AlreadyVoided,
    EntryUnknown,
    LocationNotInTask,
    TaskTaken,
)
from server.db import fetch, given, put
from server.errors import Refusal

COLUMNS = [
    *(
        "warehouse_id",
        "id",
        "task_id",
        "count_id",
        "claim_id",
        "kind",
        "location_id",
        "item_id",
        "lot",
        "serial",
        "qty",
    ),
    *("voids_id", "method", "code", "raw", "photo", "person_id", "device_id", "device_at", "effective_at"),
    *("earliest_at", "latest_at", "posted_at"),
]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a shelf as it came. `quantity`: thousandths of what `code` names; `when`: corrected."""

    id: str
    task_id: str
    location: str
    device_at: int
    when: object
    seq: int | None = None
    code: str | None = None
    sku: str | None = None
    lot: str | None = None
    serial: str | None = None
    quantity: int | None = None
    method: str | None = None
    raw: str | None = None
    photo: str | None = None


def enter(warehouse_id, hand, said, named=None):
    """Keep entries of one person and device; gives for each, in order, None, a hint, or the Refusal.

    `named`: what `named_items` gave for all that is said in them, if it was asked before.
    """
    tasks, places = _standing(warehouse_id, hand, said)
    named = named or named_items({one.code for one in said}, {one.sku for one in said if one.code is None})
    seen = _serials_before(warehouse_id, said)
    rows, outcomes = [], []
    for one in said:
        try:
            hint, row = _row(warehouse_id, hand, one, tasks[one.task_id], places, named, seen)
            rows.append(row)
            outcomes.append(hint)
        except Refusal as refusal:
            outcomes.append(refusal)
    put("count_entries", rows, COLUMNS)
    return outcomes


def empty(warehouse_id, hand, one):
    """Somebody looked, and there is none: of one item, or of anything at all. Opens nothing and posts nothing."""
    tasks, places = _standing(warehouse_id, hand, [one])
    if isinstance(tasks[one.task_id], Refusal):
        raise tasks[one.task_id]
    task, claim_id = tasks[one.task_id]
    place = _place(one, places)
    item_id = None
    if one.sku is not None:
        item = items_by_sku([one.sku]).get(one.sku)
        if item is None:
            raise ItemUnknown(code=one.sku)
        item_id = item.id
    put("count_entries", [_written("empty", warehouse_id, hand, one, task, claim_id, place, item_id, 0)], COLUMNS)


def void(warehouse_id, hand, one, entry_id):
    """Withdraw an entry by negating it; both stay."""
    rows = fetch("SELECT * FROM count_entries WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=entry_id)
    if not rows or rows[0].kind == "void":
        raise EntryUnknown()
    (entry,) = rows
    task = find_task(warehouse_id, entry.task_id)
    _, claim_id = live_claim(warehouse_id, entry.task_id, hand, one.id, one.seq)
    if entry.person_id != hand.person_id:
        raise TaskTaken(name=task.holder)
    voided = fetch(
        "SELECT id FROM count_entries WHERE warehouse_id = :w AND voids_id = :id", w=warehouse_id, id=entry_id
    )
    if voided:
        raise AlreadyVoided()
    row = list(_written("void", warehouse_id, hand, one, task, claim_id, entry.location_id, entry.item_id, -entry.qty))
    row[8], row[9], row[11] = entry.lot, entry.serial, entry.id
    put("count_entries", [tuple(row)], COLUMNS)


def _standing(warehouse_id, hand, said):
    """Under which claims these statements stand, and at which of their places."""
    firsts = {one.task_id: (one.id, one.seq) for one in reversed(said)}
    places = list({(one.task_id, one.location): None for one in said})
    return live_claims_and_places(warehouse_id, hand, firsts, places)


def named_items(codes, skus):
    """What codes and skus name: ({code: Named}, {sku: item}). Asks the catalogue only, so it may be asked early."""
    codes, skus = codes - {None}, skus - {None}
    return identify_many(codes) if codes else {}, items_by_sku(skus) if skus else {}


def _row(warehouse_id, hand, one, task, places, named, seen):
    if isinstance(task, Refusal):
        raise task
    place = _place(one, places)
    item_id, item, label, lot, serial = _what(one, *named)
    lot, serial = one.lot or lot or "", one.serial or serial
    hint = None
    if item is None:
        hint = "code_unknown"
    elif item.lot_tracked and not lot:
        raise LotRequired(sku=item.sku)
    if one.quantity is None and serial is None and (label is None or label.qty is None):
        raise QuantityMissing()
    qty = counted_qty(one.quantity, label.scan_qty if label else 1000)
    if serial is not None:
        if qty not in (0, 1000):
            raise SerialQuantity()
        key = (one.task_id, item_id, serial)
        hint = "already_counted" if key in seen else hint
        seen.add(key)
    (found, claim_id) = task
    row = _written("entry", warehouse_id, hand, one, found, claim_id, place, item_id, qty)
    return hint, (*row[:8], lot, serial, *row[10:])


def _what(one, by_code, by_sku):
    """(item's id, item, its label if one was scanned, lot, serial) that an entry speaks of; None what is not known."""
    if one.code is not None:
        name = by_code.get(one.code)
        if name is None or name.kind == "unknown":
            return None, None, None, None, None
        if name.item_id is None:
            raise NotAnItem(code=one.code, kind=name.kind)
        return name.item_id, name, name, name.lot, name.serial
    item = by_sku.get(one.sku)
    if item is None:
        raise ItemUnknown(code=one.sku)
    return item.id, item, None, None, None


def _place(one, places):
    place = places.get((one.task_id, one.location))
    if place is None:
        raise LocationNotInTask(location=one.location)
    return place


def _serials_before(warehouse_id, said):
    """Serials that were scanned in these tasks before, to say "already counted"."""
    if not any(one.serial or (one.code and len(one.code) > 18) for one in said):
        return set()
    rows = fetch(
        "SELECT e.task_id, e.item_id, e.serial FROM count_entries e JOIN "
        + given("rows", id="id")
        + " v ON v.id = e.task_id WHERE e.warehouse_id = :w AND e.serial IS NOT NULL AND e.kind = 'entry'",
        rows=[(task_id,) for task_id in {one.task_id for one in said}],
        w=warehouse_id,
    )
    return {(row.task_id, row.item_id, row.serial) for row in rows}


def _written(kind, warehouse_id, hand, one, task, claim_id, location_id, item_id, qty):
    return (
        warehouse_id,
        one.id,
        task.id,
        task.count_id,
        claim_id,
        kind,
        location_id,
        item_id,
        one.lot or "",
        one.serial,
        qty,
        None,
        one.method,
        one.code if one.code is not None else one.sku,
        one.raw,
        one.photo,
        hand.person_id,
        hand.device_id,
        one.device_at,
        one.when.at,
        one.when.earliest,
        one.when.latest,
        clock.now(),
    )
