"""Move a container with all that is on it: one act, and a move of its own for each kind of goods aboard.

What is on it is asked when the act happened, not when it arrived here; what arrives later still, and changes that, puts
it right (`again.py`). Goods that still wait to be put away for a document are put away; the others are moved. An empty
one just stands somewhere else.
"""

from dataclasses import replace
from uuid import UUID, uuid5

from server.catalog.containers import container_here
from server.catalog.identify import identify_here
from server.catalog.lock import refuse_locked
from server.catalog.lookup import items_by_id, locations_by_code, locations_by_id
from server.catalog.rules import LocationUnknown
from server.errors import Refusal
from server.handling.carry import carried, carry, container_of, tell_of, was_used
from server.handling.contents import contents_of
from server.handling.moves import told_moves
from server.handling.refusals import ContainerUnsure, PlaceVirtual, SamePlace
from server.handling.room import room_in
from server.handling.rules import INBOUND
from server.handling.said import Meant
from server.handling.say import say
from server.ledger.post import post


def move_whole(warehouse_id, act, one):
    """Move the container `one.container` to `one.to`; gives a hint or None.

    Raises `NotAContainer`, `LocationUnknown`, `PlaceVirtual`, `BinLocked`, `SamePlace`, `ContainerUnsure`.
    """
    code = container_of(one.container, identify_here(warehouse_id, [one.container]).get(one.container))
    target = locations_by_code(warehouse_id, [one.to]).get(one.to)
    if target is None:
        raise LocationUnknown(location=one.to)
    if target.role is not None:
        raise PlaceVirtual(location=one.to)
    refuse_locked(target, one.when.at)

    known = container_here(warehouse_id, code)
    here = contents_of(warehouse_id, code, one.when.at)
    stood = here.place_id or (known.location_id if known and not was_used(warehouse_id, code) else None)
    if stood == target.id:
        raise SamePlace()
    if here.unsure:
        raise ContainerUnsure(container=code)
    places = locations_by_id(warehouse_id, {parcel.place_id for parcel in here.parcels})
    for place in places.values():
        refuse_locked(place, one.when.at)
    if not here.parcels:
        empty = (one.id, code, None, "move", None, "", None, 0, stood, target.id, None, one.when.at, one.id)
        carry(warehouse_id, act, [empty])
        tell_of(warehouse_id, [code], one.when.at)  # its place is held now: what came meanwhile is seen
        return "container_empty"
    return _go(warehouse_id, act, one, code, here.parcels, places, target)


def _go(warehouse_id, act, one, code, parcels, places, target):
    items = items_by_id({parcel.item_id for parcel in parcels})
    one = replace(one, whole=one.id)
    told = [(str(uuid5(UUID(one.id), str(n))), parcel) for n, parcel in enumerate(parcels)]
    put = [(id_, parcel) for id_, parcel in told if to_put_away(parcel)]
    rest = [pair for pair in told if pair not in put]
    moved = [went_along(replace(one, id=id_), code, parcel, items, target.id) for id_, parcel in rest]
    carry(warehouse_id, act, [carried(meant) for meant in moved])
    said = [put_away(replace(one, id=id_), code, parcel, items, places) for id_, parcel in put]
    outcomes = say(warehouse_id, act, said) if said else []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome

    room = room_in(warehouse_id, {target.id})
    left = [room.fill(target.id, parcel.item_id, parcel.qty) for _, parcel in rest]
    if moved:
        post(told_moves(warehouse_id, act, moved))
    full = any(many is not None and many < 0 for many in left)
    return "over_capacity" if full else next((hint for hint in outcomes if hint), None)


def to_put_away(parcel):
    """Do these goods wait to be put away for a document?"""
    return bool(parcel.document_id) and parcel.condition != "damaged"


def put_away(one, code, parcel, items, places):
    """Goods aboard are put away for their document: a statement like any other."""
    return replace(
        one,
        step="putaway",
        kinds=tuple(INBOUND),
        document=parcel.document_id,
        sku=items[parcel.item_id].sku,
        lot=parcel.lot,
        serial=parcel.serial,
        quantity=parcel.qty,
        condition=parcel.condition,
        location=places[parcel.place_id].code,
        container=code,
    )


def went_along(one, code, parcel, items, to_id):
    """Goods aboard went where their container went."""
    goods = (items[parcel.item_id], parcel.lot, parcel.serial, None, parcel.qty, "", parcel.place_id, to_id)
    return Meant(one, None, *goods, container=code)
