"""What one statement means here, or why it cannot be taken. Reads nothing: the desk has read it all."""

from server.catalog.amounts import (
    LotRequired,
    NotAnItem,
    QuantityMissing,
    SerialQuantity,
    counted_qty,
)
from server.catalog.lock import refuse_locked
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.handling.carry import container_of
from server.handling.refusals import (
    DocumentClosed,
    DocumentNotApproved,
    DocumentRequired,
    DocumentUnknown,
    ExpiryRequired,
    NothingReceived,
    OnHold,
    PhotoRequired,
    PlaceRequired,
    PlaceVirtual,
    QuantityNotPositive,
    ReasonUnknown,
    SameDevice,
    SamePerson,
    SamePlace,
    SerialRequired,
)
from server.handling.rules import CLOSED, INBOUND, LEAVING, SIDE_OF
from server.handling.said import Meant
from server.quantity import value_of

WITHOUT_DOCUMENT = ("putaway", "return", *LEAVING)
FROM_SHELF = ("pick", "short", "consume", "load", *LEAVING)  # what may be held there
TO_SHELF = ("putaway", "return", "output")
NAMES_PLACE = ("pick", "short", "consume", "output", "return", *LEAVING)  # `location` has to be said


def mean(desk, one):
    """`(Meant, hint or None)`. Raises the Refusal why not."""
    document = _document(desk, one)
    item, label = _item(desk, one)
    lot, serial, expiry = _marks(one, label)
    if item is not None:
        _fits(desk, one, item, lot, serial, expiry)
    qty = _qty(one, label, serial)
    place_id, to_id = _places(desk, one, document)
    if one.step == "load" and one.location is None and item is not None:
        place_id = desk.only_places.get((item.id, lot), place_id)
    flags = ()
    if item is not None and one.step in FROM_SHELF and one.step != "short":
        _not_on_hold(desk, item, lot, place_id, one.when.at)
        flags = _flags(desk, document, item, lot, place_id, qty)
    if item is not None and one.step in TO_SHELF:
        flags = (*flags, *_fills(desk, item, to_id if one.step == "putaway" else place_id, qty))
    if SIDE_OF.get(one.step) is not None:
        desk.join(document, SIDE_OF[one.step])
    again = _scanned_before(desk, document, item, serial, one)
    condition = _condition(one, document)
    if one.reason is not None and one.reason not in desk.reasons:
        raise ReasonUnknown(reason=one.reason)
    waits = document is None and one.step in LEAVING and _needs_approval(desk, one, item, qty)
    carriers = [container_of(text, desk.words.carriers.get(text)) for text in (one.container, one.out_of)]
    meant = Meant(
        *(one, document, item, lot, serial, expiry, qty, condition, place_id, to_id, again, waits, flags, *carriers)
    )
    hint = "code_unknown" if item is None else "already_scanned" if again else next(iter(flags), None)
    return meant, "waits_for_approval" if waits else hint


def _condition(one, document):
    """Good or damaged of what comes in; of an order, is it used or made."""
    if one.step in ("consume", "output"):
        return {"consume": "input", "output": "output"}[one.step]
    return one.condition or "good" if document is not None and document.kind in INBOUND else ""


def _needs_approval(desk, one, item, qty):
    """Above a value somebody else allows it first. Raises `PhotoRequired`."""
    value = value_of(qty, item.unit_cost)
    photo, approval = desk.policy.photo_over.get(one.step), desk.policy.approval_over.get(one.step)
    if photo is not None and value > photo and one.photo is None:
        raise PhotoRequired()
    return approval is not None and value > approval


def document_for(desk, one):
    """The document of a statement that cannot do without one. Raises what closes its door."""
    document = desk.document_of(one)
    if document is None:
        if one.document is not None:
            raise DocumentUnknown(document=one.document)
        raise NothingReceived() if one.step == "submit" else DocumentRequired()
    if document.state == "requested":
        raise DocumentNotApproved(document=document.number)
    # What happened before the end is true, though it arrives after it.
    if document.state in CLOSED and one.when.at > document.closed_at and one.step != "putaway":
        raise DocumentClosed(document=document.number)
    return document


def refuse_other_side(desk, document, side):
    """Two pairs of eyes are two people with two devices. Raises `SamePerson`, `SameDevice`."""
    persons, devices = desk.others(document, side)
    if desk.act.person_id in persons:
        raise SamePerson(document=document.number)
    if desk.act.device_id in devices:
        raise SameDevice(document=document.number)


def _document(desk, one):
    if one.document is None and one.step in WITHOUT_DOCUMENT:
        desk.refuse_unlearned(one, one.step)
        return None
    document = document_for(desk, one)
    side = SIDE_OF.get(one.step)
    desk.refuse_unlearned(one, one.step, document, side)
    if side is not None:
        refuse_other_side(desk, document, side)
    return document


def _item(desk, one):
    """(item row, label). Of a receipt the item may be unknown: what arrived is kept, and named later."""
    by_sku, by_id = desk.words.items
    if one.code is None:
        if one.sku not in by_sku:
            raise ItemUnknown(code=one.sku)
        return by_sku[one.sku], None
    label = desk.words.labels[one.code]
    if label.item_id is None:
        if label.kind != "unknown":
            raise NotAnItem(code=one.code, kind=label.kind)
        if one.step != "receive":
            raise ItemUnknown(code=one.code)
        return None, label
    return by_id[label.item_id], label


def _marks(one, label):
    """Lot, serial and expiry: what was entered goes before what the label says."""
    lot = one.lot or (label.lot if label else None) or ""
    serial = one.serial or (label.serial if label else None)
    return lot, serial, one.expiry or (label.expiry if label else None)


def _fits(desk, one, item, lot, serial, expiry):
    if item.lot_tracked and not lot:
        raise LotRequired(sku=item.sku)
    if item.serial_tracked and serial is None and one.quantity != 0:
        raise SerialRequired(sku=item.sku)
    keeps = one.step == "receive" and item.lot_tracked and item.shelf_life_days
    if keeps and not expiry and not desk.words.lots.get((item.id, lot)):
        raise ExpiryRequired(sku=item.sku)


def _qty(one, label, serial):
    if one.quantity is None and serial is None and (label is None or label.qty is None):
        raise QuantityMissing()
    qty = counted_qty(one.quantity, label.scan_qty if label else 1000)
    if serial is not None and qty not in (0, 1000):
        raise SerialQuantity()
    if qty == 0 and one.step not in ("check", "short"):
        raise QuantityNotPositive()
    return qty


def _places(desk, one, document):
    """(place, the place to which it goes) as ids; the document's dock or staging place where none was said."""
    standing = document.place_id if document is not None else None
    place_id = _place(desk, one.location, one.when.at) if one.location is not None else standing
    if place_id is None or one.step in NAMES_PLACE and one.location is None:
        raise PlaceRequired()
    if one.step == "putaway":
        if one.to is None:
            raise PlaceRequired()
        to_id = _place(desk, one.to, one.when.at)
        if to_id == place_id:
            raise SamePlace()
        return place_id, to_id
    return place_id, standing if one.step == "pick" else None


def _place(desk, code, at):
    place = desk.words.places.get(code)
    if place is None:
        raise LocationUnknown(location=code)
    if place.role is not None:
        raise PlaceVirtual(location=code)
    refuse_locked(place, at)
    return place.id


def hold_on(desk, item, lot, place_id, at):
    """The hold that forbade to take any of it from there at an instant, or None: what was taken before it is true."""
    whole = [hold for hold in desk.holds.get(item.id, []) if hold.qty is None and hold.placed_at <= at]
    return next((hold for hold in whole if hold.lot in ("", lot) and hold.location_id in (None, place_id)), None)


def _not_on_hold(desk, item, lot, place_id, at):
    hold = hold_on(desk, item, lot, place_id, at)
    if hold is not None:
        raise OnHold(sku=item.sku, reason=hold.reason or hold.kind)


def _flags(desk, document, item, lot, place_id, qty):
    """What is odd about taking so much from there, though the floor is right."""
    position, flags = (item.id, lot, place_id), []
    held, wanted = desk.held.get(position), desk.here.get(position)
    if held is not None:
        here, kept = held
        desk.held[position] = (here - qty, kept)
        flags += ["takes_held"] if here - qty < kept else []
    if wanted is not None:
        own = document.id if document is not None else None
        wanted[0] -= qty
        others = sum(amount for id_, amount in wanted[1].items() if id_ != own)
        flags += ["takes_reserved"] if others and wanted[0] < others else []
    return tuple(flags)


def _fills(desk, item, place_id, qty):
    """Does more lie there now than ought to?"""
    left = desk.room.fill(place_id, item.id, qty)
    return ("over_capacity",) if left is not None and left < 0 else ()


def _scanned_before(desk, document, item, serial, one):
    if serial is None or document is None or item is None or one.step not in ("receive", "pick"):
        return False
    key = (document.id, item.id, serial)
    before = key in desk.serials
    desk.serials.add(key)
    return before
