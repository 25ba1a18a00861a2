"""Codes: the texts on labels, and the item and pack that each of them names."""

from server import clock
from server.catalog.items import item_of
from server.catalog.rules import key_of
from server.catalog.tables import Code, Item
from server.db import session
from server.errors import IdReused, NotFound, Refusal

__all__ = ["CodeTaken", "CodeUnknown", "add_code", "change_code", "code_of", "key_of", "remove_code"]


class CodeUnknown(NotFound):
    """No such code."""

    code = "code_unknown"
    en = "There is no code {code}. Check the label, or add the code to its item."
    zh = "没有条码 {code}。请核对标签，或将该条码添加到对应物料。"


class CodeTaken(Refusal):
    """The code names another item (or, on a location, another place) already."""

    code = "code_taken"
    en = "The code {taken} already belongs to {owner}. Choose another code, or take it away there first."
    zh = "编码 {taken} 已属于 {owner}。请换一个编码，或先在原处移除。"


def add_code(id, sku, code, pack_qty=1000):
    """Let a text name an item. `pack_qty`: thousandths of the base unit. Gives (code, whether it is new).

    Raises `ItemUnknown`, `IdReused`, `CodeTaken` (also when the text is another item's sku).
    """
    item, key = item_of(sku, {"sku": ["unknown"]}), key_of(code)
    known = session().get(Code, id)
    if known:
        if (known.item_id, known.code, known.pack_qty) != (item.id, code.strip(), pack_qty):
            raise IdReused()
        return known, False
    _must_be_free(key, item)

    row = Code(id=id, key=key, code=code.strip(), item_id=item.id, pack_qty=pack_qty, made_at=clock.now())
    session().add(row)
    session().flush()
    return row, True


def change_code(code, pack_qty):
    """Say how many base units (thousandths) one scan of it is. Raises `CodeUnknown`."""
    row = code_of(code)
    row.pack_qty = pack_qty
    session().flush()
    return row


def remove_code(code):
    """The label is no longer used; it may name another item from now on. Raises `CodeUnknown`."""
    session().delete(code_of(code))
    session().flush()


def code_of(code):
    """The code row of that text, in whatever GTIN length it is written. Raises `CodeUnknown`."""
    row = session().query(Code).filter_by(key=key_of(code)).one_or_none()
    if row is None:
        raise CodeUnknown(code=code)
    return row


def _must_be_free(key, item):
    owner = session().query(Item).join(Code, Code.item_id == Item.id).filter(Code.key == key).one_or_none()
    if owner is None:
        owner = session().query(Item).filter(Item.sku == key, Item.id != item.id).one_or_none()
    if owner is not None:
        raise CodeTaken(taken=key, owner=f"{owner.sku} ({owner.name})")
