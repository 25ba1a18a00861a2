"""Opening stock from a spreadsheet: what each position held when Tallyloop took over, as moves from SUPPLIER.

A position opens once: the move's id is made of the position. So the same file taken twice, or again after some rows
were mended, posts nothing twice; another quantity for an open position is refused, since a count corrects it.
"""

from uuid import UUID, uuid5

from server import clock
from server.catalog.lookup import items_by_sku
from server.catalog.lots import LotNotTracked
from server.db import fetch, given, put
from server.errors import Refusal
from server.exchange.rules import Problem, refused
from server.exchange.take_catalogue import in_warehouses, once_each, places_of
from server.ids import new_id
from server.ledger.post import post
from server.ledger.rules import NewMove
from server.people.rules import Permission
from server.quantity import show_qty

_OPENINGS = UUID("5f0d3c54-6a2c-5d0e-9a3b-3f1f6f1c0c11")  # namespace of the ids of opening moves


class OpeningExists(Refusal):
    """The position was opened with another quantity."""

    code = "opening_exists"
    en = "{location} was opened with {quantity} of {sku} already. Leave the row out, and correct the stock by a count."
    zh = "{location} 的 {sku} 已按 {quantity} 建账。请删除此行，如有差异请通过盘点更正。"


class ExpiryDiffers(Refusal):
    """The lot is known with another expiry date."""

    code = "expiry_differs"
    en = "The lot {lot} of {sku} expires on {expiry}. Correct the row, or the lot."
    zh = "物料 {sku} 批次 {lot} 的有效期为 {expiry}。请更正此行或该批次。"


def check_opening(rows, asker):
    """Refuses places, items, lots that are unknown or do not fit, and positions opened with another quantity."""
    rows, problems = once_each(rows, "location", _position)
    rows, more = in_warehouses(rows, asker, Permission.POST_MOVES)
    problems += more
    items = items_by_sku([row.values["sku"] for row in rows])
    places = places_of(rows, "location")
    good = []
    for row in rows:
        wrong = list(_wrong(row, items.get(row.values["sku"]), places.get(_place(row))))
        problems += wrong
        if not wrong:
            _name(row, items[row.values["sku"]], places[_place(row)])
            good.append(row)
    good, more = _fitting_expiry(good)
    fresh, late = _unopened(good)
    return fresh, [*problems, *more, *late]


def write_opening(rows, asker):
    """Add the lots that are new and post what is on the shelves."""
    now = clock.now()
    lots = {(row.values["item"].id, row.values["lot"]): row.values.get("expiry") for row in rows if row.values["lot"]}
    put(
        "lots",
        [(item_id, lot, new_id(), expiry, now) for (item_id, lot), expiry in sorted(lots.items())],
        ["item_id", "lot", "id", "expiry", "made_at"],
        on_conflict="ON CONFLICT (item_id, lot) DO UPDATE SET expiry = COALESCE(lots.expiry, excluded.expiry)",
    )
    suppliers = {
        row.warehouse_id: row.id for row in fetch("SELECT warehouse_id, id FROM locations WHERE role = 'SUPPLIER'")
    }
    post([_move(row.values, suppliers, asker, now) for row in rows if row.values["fresh"] and row.values["quantity"]])


def _wrong(row, item, place):
    """Problems of one row against the item and the place that it names."""
    if place is None or place.role:
        yield Problem(row.number, "location", "unknown")
    if item is None:
        yield Problem(row.number, "sku", "unknown")
        return
    lot = row.values.get("lot", "")
    if item.lot_tracked and not lot:
        yield Problem(row.number, "lot", "required")
    if lot and not item.lot_tracked:
        yield refused(row.number, "lot", LotNotTracked(sku=item.sku))
    elif "expiry" in row.values and not item.lot_tracked:
        yield refused(row.number, "expiry", LotNotTracked(sku=item.sku))
    if item.serial_tracked and row.values["quantity"] % 1000:
        yield Problem(row.number, "quantity", "not_whole")


def _fitting_expiry(rows):
    """A lot has one expiry date, in the file and in the books."""
    known = {
        (row.item_id, row.lot): row.expiry
        for row in fetch(
            f"SELECT l.item_id, l.lot, l.expiry FROM {given('rows', item='id', lot='text')} w"
            " JOIN lots l ON l.item_id = w.item AND l.lot = w.lot",
            rows=sorted({(row.values["item"].id, row.values["lot"]) for row in rows}),
        )
    }
    good, problems = [], []
    for row in rows:
        lot = (row.values["item"].id, row.values["lot"])
        said = row.values.get("expiry")
        before = known.get(lot) or known.setdefault(lot, said)
        if said and before and said != before:
            why = ExpiryDiffers(sku=row.values["sku"], lot=row.values["lot"], expiry=before)
            problems.append(refused(row.number, "expiry", why))
        else:
            known[lot] = before or said
            good.append(row)
    return good, problems


def _unopened(rows):
    """Rows, marked `fresh` where no opening move stands yet, and problems where one says something else."""
    opened = {
        (row.warehouse_id, row.id): row.qty
        for row in fetch(
            f"SELECT m.warehouse_id, m.id, m.qty FROM {given('rows', w='id', id='id')} v"
            " JOIN moves m ON m.warehouse_id = v.w AND m.id = v.id",
            rows=[(row.values["warehouse_id"], row.values["move_id"]) for row in rows],
        )
    }
    good, problems = [], []
    for row in rows:
        said = row.values
        before = opened.get((said["warehouse_id"], said["move_id"]))
        said["fresh"] = before is None
        if before in (None, said["quantity"]):
            good.append(row)
        else:
            why = OpeningExists(location=said["location"], sku=said["sku"], quantity=show_qty(before))
            problems.append(refused(row.number, "quantity", why))
    return good, problems


def _position(row):
    said = row.values
    return said["warehouse"], said["location"], said["sku"], said.get("lot", "")


def _place(row):
    return row.values["warehouse_id"], row.values["location"]


def _name(row, item, place):
    said = row.values
    said["item"], said["location_id"] = item, place.id
    said.setdefault("lot", "")
    said["move_id"] = str(uuid5(_OPENINGS, "\n".join((said["warehouse_id"], place.id, item.id, said["lot"]))))


def _move(said, suppliers, asker, now):
    return NewMove(
        id=said["move_id"],
        warehouse_id=said["warehouse_id"],
        item_id=said["item"].id,
        lot=said["lot"],
        from_id=suppliers[said["warehouse_id"]],
        to_id=said["location_id"],
        qty=said["quantity"],
        kind="opening",
        effective_at=now,
        unit_cost=said["item"].unit_cost,
        person_id=asker.id,
        reason="opening",
    )
