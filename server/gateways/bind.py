"""Stick a tag to something, as somebody says it: the tag, and the label of the goods, the container or the place."""

from server.catalog.identify import identify_many
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.catalog.tags import Binding, NothingToBind, bind, tag_hex


def bind_said(warehouse_id, id, said, by):
    """Bind one tag. `said`: `tag` or `tid`, then `code` or `sku` with `lot`, `serial`, `quantity` (thousandths) and
    `location` (its home), or `container`, `document`, or `location` alone. Gives True if that is new.

    Raises `TagUnreadable`, `NothingToBind`, `ItemUnknown`, `LocationUnknown`, `BindingReused`.
    """
    kind, number = ("tid", said.tid) if said.tid and not said.tag else ("epc", said.tag or "")
    place = _place(warehouse_id, said.location)
    item_id, lot, serial, qty = _goods(said)
    target = _target(item_id, said, place)
    binding = Binding(
        *(id, kind, tag_hex(number), target, item_id, lot or "", serial, qty),
        *(warehouse_id if place or said.container or said.document else None, place and place.id),
        *(said.container, said.document),
    )
    return bind([binding], by) == 1


def _place(warehouse_id, code):
    if code is None:
        return None
    place = locations_by_code(warehouse_id, [code]).get(code)
    if place is None:
        raise LocationUnknown(location=code)
    return place


def _goods(said):
    """(item's id, lot, serial, thousandths); no item where none is named."""
    own = said.quantity if said.quantity and said.quantity > 0 else None
    if said.code is not None:
        named = identify_many([said.code])[said.code]
        if named.item_id is None:
            raise ItemUnknown(code=said.code)
        return named.item_id, said.lot or named.lot, said.serial or named.serial, own or named.scan_qty
    if said.sku is not None:
        item = items_by_sku([said.sku]).get(said.sku)
        if item is None:
            raise ItemUnknown(code=said.sku)
        return item.id, said.lot, said.serial, own or 1000
    return None, None, None, 1000


def _target(item_id, said, place):
    if item_id:
        return "goods"
    for target, named in (("container", said.container), ("document", said.document), ("location", place)):
        if named:
            return target
    raise NothingToBind()
