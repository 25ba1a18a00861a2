"""Lots: made together, and the date on which they expire."""

from server import clock
from server.catalog.items import item_of
from server.catalog.tables import Lot
from server.db import fetch, given, session
from server.errors import IdReused, NotFound, Refusal


class LotUnknown(NotFound):
    """No such lot of this item."""

    code = "lot_unknown"
    en = "There is no lot {lot} of {sku}. Check the label, or add the lot first."
    zh = "物料 {sku} 没有批次 {lot}。请核对标签，或先新增该批次。"


class LotTaken(Refusal):
    """The item has this lot already."""

    code = "lot_taken"
    en = "{sku} already has a lot {lot}. Change its expiry date there if it is wrong."
    zh = "物料 {sku} 已有批次 {lot}。如有效期有误，请直接修改该批次。"


class LotNotTracked(Refusal):
    """Lots are kept only for items that say so."""

    code = "lot_not_tracked"
    en = "{sku} is not tracked by lot. Set lot tracking on the item first."
    zh = "物料 {sku} 未启用批次管理。请先在物料上启用。"


def add_lot(id, sku, lot, expiry=None):
    """Add a lot of an item; `expiry` is `YYYY-MM-DD`. Gives (lot, whether it is new).

    Raises `ItemUnknown`, `LotNotTracked`, `LotTaken`, `IdReused`.
    """
    item, lot = item_of(sku, {"sku": ["unknown"]}), lot.strip()
    known = session().query(Lot).filter_by(id=id).one_or_none()
    if known:
        if (known.item_id, known.lot, known.expiry) != (item.id, lot, expiry):
            raise IdReused()
        return known, False
    if not item.lot_tracked:
        raise LotNotTracked(sku=sku)
    if session().get(Lot, (item.id, lot)):
        raise LotTaken(sku=sku, lot=lot)

    row = Lot(item_id=item.id, lot=lot, id=id, expiry=expiry, made_at=clock.now())
    session().add(row)
    session().flush()
    return row, True


def change_lot(sku, lot, expiry):
    """Correct the expiry date. Raises `ItemUnknown`, `LotUnknown`."""
    row = session().get(Lot, (item_of(sku).id, lot))
    if row is None:
        raise LotUnknown(sku=sku, lot=lot)
    row.expiry = expiry
    session().flush()
    return row


def expiries(lots):
    """{(item id, lot): expiry date or None} of those of `{(item id, lot)}` that are known."""
    rows = fetch(
        "SELECT o.item_id, o.lot, o.expiry FROM "
        + given("rows", i="id", lot="text")
        + " v JOIN lots o ON o.item_id = v.i AND o.lot = v.lot",
        rows=sorted(lots),
    )
    return {(row.item_id, row.lot): row.expiry for row in rows}
