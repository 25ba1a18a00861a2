"""Move a container with all that is on it: one act, and a move of its own for each kind of goods aboard.

What is on it is asked when the act happened, not when it arrived here. Goods that still wait to be put away for a
document are put away; the others are moved. An empty one just stands somewhere else.
"""

from uuid import UUID, uuid5

from server.catalog.containers import container_here
from server.catalog.identify import identify_here
from server.catalog.lock import refuse_locked
from server.catalog.lookup import items_by_id, locations_by_code, locations_by_id
from server.catalog.rules import LocationUnknown
from server.errors import Refusal
from server.handling.carry import carry, container_of
from server.handling.contents import contents_of
from server.handling.refusals import ContainerUnsure, PlaceVirtual, SamePlace
from server.handling.room import room_in
from server.handling.rules import INBOUND
from server.handling.said import Said
from server.handling.say import say
from server.ledger.post import post
from server.ledger.rules import NewMove


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
    stood = here.place_id or (known.location_id if known else None)
    if stood == target.id:
        raise SamePlace()
    if here.unsure:
        raise ContainerUnsure(container=code)
    places = locations_by_id(warehouse_id, {parcel.place_id for parcel in here.parcels})
    for place in places.values():
        refuse_locked(place, one.when.at)
    if not here.parcels:
        carry(warehouse_id, act, [(one.id, code, None, "move", None, "", None, 0, stood, target.id, None, one.when.at)])
        return "container_empty"
    return _go(warehouse_id, act, one, code, here.parcels, places, target)


def _go(warehouse_id, act, one, code, parcels, places, target):
    items = items_by_id({parcel.item_id for parcel in parcels})
    told = [(str(uuid5(UUID(one.id), str(n))), parcel) for n, parcel in enumerate(parcels)]
    put = [(id_, parcel) for id_, parcel in told if parcel.document_id and parcel.condition != "damaged"]
    said = [_putaway(one, code, id_, parcel, items, places) for id_, parcel in put]
    outcomes = say(warehouse_id, act, said) if said else []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome

    moved = [pair for pair in told if pair not in put]
    room = room_in(warehouse_id, {target.id})
    left = [room.fill(target.id, parcel.item_id, parcel.qty) for _, parcel in moved]
    if moved:
        post([_move(warehouse_id, act, one, id_, parcel, items, target) for id_, parcel in moved])
        carry(warehouse_id, act, [_carried(one, code, id_, parcel, target) for id_, parcel in moved])
    full = any(many is not None and many < 0 for many in left)
    return "over_capacity" if full else next((hint for hint in outcomes if hint), None)


def _putaway(one, code, id_, parcel, items, places):
    return Said(
        *(id_, "putaway", one.device_at, one.when, tuple(INBOUND)),
        document=parcel.document_id,
        sku=items[parcel.item_id].sku,
        lot=parcel.lot,
        serial=parcel.serial,
        quantity=parcel.qty,
        condition=parcel.condition,
        location=places[parcel.place_id].code,
        to=one.to,
        container=code,
    )


def _move(warehouse_id, act, one, id_, parcel, items, target):
    return NewMove(
        id=id_,
        warehouse_id=warehouse_id,
        item_id=parcel.item_id,
        lot=parcel.lot,
        from_id=parcel.place_id,
        to_id=target.id,
        qty=parcel.qty,
        kind="move",
        effective_at=one.when.at,
        earliest_at=one.when.earliest,
        latest_at=one.when.latest,
        unit_cost=items[parcel.item_id].unit_cost,
        person_id=act.person_id,
        device_id=act.device_id,
        serials=(parcel.serial,) if parcel.serial else (),
    )


def _carried(one, code, id_, parcel, target):
    goods = (parcel.item_id, parcel.lot, parcel.serial, parcel.qty, parcel.place_id, target.id)
    return (id_, code, None, "move", *goods, None, one.when.at)
