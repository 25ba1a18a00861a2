"""Items: what is stocked, each in its own base unit."""

from server import clock
from server.catalog.rules import ItemUnknown, key_of
from server.catalog.tables import Code, Item
from server.db import session
from server.errors import IdReused, Refusal

FACTS = (
    "sku",
    "name",
    "category",
    "unit",
    "unit_cost",
    "lot_tracked",
    "serial_tracked",
    "weighed",
    "shelf_life_days",
    "abc",
)


class SkuTaken(Refusal):
    """The sku names an item already."""

    code = "sku_taken"
    en = "The SKU {taken} already belongs to {owner}. Choose another, or correct that item."
    zh = "SKU {taken} 已属于 {owner}。请换一个编码，或修改原有物料。"


class ItemInUse(Refusal):
    """What the moves were counted in cannot change under them."""

    code = "item_in_use"
    en = "{sku} has moves already, so its unit and tracking cannot change. Add a new item for the new unit."
    zh = "{sku} 已有库存移动，不能更改单位或批次/序列号管理方式。请为新单位新增物料。"


def add_item(id, sku, name, unit="ea", **facts):
    """Add an item; `facts` as in `FACTS`. Gives (item, True), or (the same one, False) when it was added before.

    Raises `IdReused`, `SkuTaken` (also when the sku is a code of another item).
    """
    given = _DEFAULTS | facts | {"sku": sku.strip(), "name": name, "unit": unit}
    known = session().get(Item, id)
    if known:
        if any(getattr(known, fact) != given[fact] for fact in FACTS):
            raise IdReused()
        return known, False
    _must_be_free(given["sku"])

    item = Item(id=id, active=True, made_at=clock.now(), **given)
    session().add(item)
    session().flush()
    return item, True


def change_item(sku, in_use, **changes):
    """Change an item's facts or `active`. `in_use`: whether moves of it exist. Raises `ItemUnknown`, `ItemInUse`."""
    item = item_of(sku)
    rooted = [fact for fact in ("unit", "lot_tracked", "serial_tracked") if fact in changes]
    if in_use and any(changes[fact] != getattr(item, fact) for fact in rooted):
        raise ItemInUse(sku=sku)

    for fact, value in changes.items():
        setattr(item, fact, value)
    session().flush()
    return item


def item_of(sku, fields=None):
    """The item of that sku. Raises `ItemUnknown`, with `fields` if it stands in one."""
    item = session().query(Item).filter_by(sku=sku.strip()).one_or_none()
    if item is None:
        raise ItemUnknown(code=sku, fields=fields)
    return item


_DEFAULTS = {
    "category": None,
    "unit_cost": 0,
    "lot_tracked": False,
    "serial_tracked": False,
    "weighed": False,
    "shelf_life_days": None,
    "abc": None,
}


def _must_be_free(sku):
    owner = session().query(Item).filter_by(sku=sku).one_or_none()
    if owner is None:
        owner = session().query(Item).join(Code, Code.item_id == Item.id).filter(Code.key == key_of(sku)).one_or_none()
    if owner is not None:
        raise SkuTaken(taken=sku, owner=f"{owner.sku} ({owner.name})")
