"""What is out of order about goods, as matters for cases. One open case for one subject, with its owner and photos."""

from collections import defaultdict
from datetime import UTC, datetime

from server import clock
from server.cases.open import new_matter
from server.db import among, fetch
from server.handling.agree import differs
from server.handling.goods import QUIET
from server.handling.rules import INBOUND, OUTBOUND, GoodsState, near_expiry, over_receipt, pack_suspected
from server.quantity import value_of


def what_is_wrong(warehouse_id, taken, came):
    """Matters of a batch of statements and of what they came to."""
    matters = []
    for goods in came.goods:
        matters += _of_goods(warehouse_id, goods, came)
    matters += _over(warehouse_id, came)
    matters += _expiring(warehouse_id, taken, came)
    matters += [_short_pick(warehouse_id, meant) for meant in taken if meant.said.step == "short"]
    matters += [_flagged(warehouse_id, meant, flag) for meant in taken for flag in meant.flags if flag in _FLAGS]
    return matters


def over_subjects(came):
    """Subjects of cases that are over since two people agree now."""
    differed = [goods for goods in came.goods if goods.before and goods.before.state == "differs"]
    return [_subject("check", goods) for goods in differed if not differs(goods)]


def _of_goods(warehouse_id, goods, came):
    if differs(goods):
        quiet_until = clock.now() + QUIET if goods.unsure else None
        yield _matter(warehouse_id, goods, "check_differs", "check", goods.outcome.first.qty, quiet_until=quiet_until)
    if goods.condition == "damaged" and goods.outcome.first.qty:
        yield _matter(warehouse_id, goods, "damaged", "damaged", goods.outcome.first.qty)
    announced = goods.document.announced or goods.document.tied_id
    announced = announced and goods.document.kind in (*INBOUND, *OUTBOUND)
    stated = goods.outcome.first.qty
    if announced and goods.expected is None and stated:
        kind = "wrong_item" if goods.document.kind in INBOUND else "wrong_pick"
        yield _matter(warehouse_id, goods, kind, "wrong", stated)
    elif announced and stated and _another_lot(goods):
        yield _matter(warehouse_id, goods, "wrong_lot", "lot", stated)


def returned_wrong(warehouse_id, returned):
    """Matters of goods that customers sent back, as far as somebody looked at them."""
    matters = []
    for one in returned:
        if one.found.state is GoodsState.DIFFERS:
            matters.append(_of_return(warehouse_id, one, "check_differs", one.found.taken))
        if one.found.damaged:
            matters.append(_of_return(warehouse_id, one, "damaged", one.found.damaged))
    return matters


def returns_agreed(returned):
    """Subjects of cases that are over, since nothing about these goods is open now."""
    return [_return_subject("check_differs", one) for one in returned if one.found.state is GoodsState.AGREED]


def _of_return(warehouse_id, one, kind, qty):
    return new_matter(
        warehouse_id=warehouse_id,
        kind=kind,
        location_id=one.document.place_id,
        item_id=one.item.id,
        lot=one.lot,
        qty=qty,
        value=value_of(qty, one.item.unit_cost),
        subject=_return_subject(kind, one),
        note=one.document.number,
        photos=tuple(dict.fromkeys(row.photo for row in one.said if row.photo)),
    )


def _return_subject(kind, one):
    return f"returned {kind}:{one.document.id}:{one.item.id}:{one.lot}"


def _another_lot(goods):
    """Does every line of the item name a lot, and none of them this one?"""
    lots = goods.expected.lots if goods.expected else {}
    return lots and goods.lot not in lots and sum(lots.values()) == goods.expected.qty


def _over(warehouse_id, came):
    """More of an item than the document asks for, over all its lots; and packs taken for pieces."""
    agreed = [
        goods
        for goods in came.goods
        if goods.outcome.agreed is not None
        and goods.expected is not None
        and goods.document.kind in (*INBOUND, *OUTBOUND)
    ]
    totals = _totals(warehouse_id, agreed)
    odd = [goods for goods in agreed if totals[_asking(goods), goods.item.id] != goods.expected.qty]
    packs = _packs({goods.item.id for goods in odd if goods.document.kind in INBOUND})
    for goods in {(_asking(one), one.item.id): one for one in agreed}.values():
        total = totals[_asking(goods), goods.item.id]
        percent = 0
        if goods.document.kind in INBOUND:
            percent = came.policy.over_receipt_items.get(goods.item.sku, came.policy.over_receipt_percent)
            if pack_suspected(total, goods.expected.qty, packs.get(goods.item.id, ())):
                yield _matter(warehouse_id, goods, "pack_suspected", "pack", total - goods.expected.qty)
        over = over_receipt(total, goods.expected.qty, percent)
        if over:
            kind = "over_receipt" if goods.document.kind in INBOUND else "over_pick"
            yield _matter(warehouse_id, goods, kind, "over", over, lot="")


def differing_subject(document_id, item_id, lot, condition):
    """The subject of the case that two people differ about these goods."""
    return f"check:{document_id}:{item_id}:{lot}:{condition}"


def _asking(goods):
    """The document whose lines say how much of it is expected."""
    return goods.document.tied_id or goods.document.id


def _totals(warehouse_id, agreed):
    """{(document, item): thousandths agreed on over all lots and conditions, of what is tied to it too}."""
    if not agreed:
        return {}
    which = among("g.item_id", "items", "id")
    rows = fetch(
        "SELECT g.document_id, g.item_id, g.agreed_qty AS qty FROM document_goods g WHERE g.warehouse_id = :w"
        f" AND {among('g.document_id', 'documents', 'id')} AND {which} UNION ALL"
        " SELECT d.tied_id, g.item_id, g.agreed_qty FROM documents d JOIN document_goods g"
        f" ON g.warehouse_id = d.warehouse_id AND g.document_id = d.id AND {which}"
        f" WHERE d.warehouse_id = :w AND {among('d.tied_id', 'documents', 'id')}",
        w=warehouse_id,
        documents=sorted({_asking(goods) for goods in agreed}),
        items=sorted({goods.item.id for goods in agreed}),
    )
    found: dict[tuple, int] = defaultdict(int)
    for row in rows:
        found[row.document_id, row.item_id] += row.qty or 0
    return found


def _packs(item_ids):
    """{item id: sizes of its packs}."""
    if not item_ids:
        return {}
    sql = f"SELECT item_id, pack_qty FROM codes WHERE {among('item_id', 'ids', 'id')} AND pack_qty > 1000"
    found: dict[str, list] = {}
    for row in fetch(sql, ids=sorted(item_ids)):
        found.setdefault(row.item_id, []).append(row.pack_qty)
    return found


def _expiring(warehouse_id, taken, came):
    today = datetime.fromtimestamp(clock.now() / clock.SECOND, UTC).date().isoformat()
    policy = came.policy
    for meant in taken:
        days = meant.item.shelf_life_days
        if meant.said.step == "receive" and near_expiry(
            meant.expiry, today, days, policy.near_expiry_days, policy.near_expiry_share
        ):
            yield new_matter(
                warehouse_id=warehouse_id,
                kind="near_expiry",
                location_id=meant.place_id,
                item_id=meant.item.id,
                lot=meant.lot,
                qty=meant.qty,
                value=value_of(meant.qty, meant.item.unit_cost),
                subject=f"expiry:{meant.document.id}:{meant.item.id}:{meant.lot}",
                note=meant.expiry,
                photos=(meant.said.photo,) if meant.said.photo else (),
                owner_id=_owner(meant.document),
            )


def _short_pick(warehouse_id, meant):
    return new_matter(
        warehouse_id=warehouse_id,
        kind="short_pick",
        location_id=meant.place_id,
        item_id=meant.item.id,
        lot=meant.lot,
        subject=f"short:{meant.document.id}:{meant.place_id}:{meant.item.id}:{meant.lot}",
        note=" · ".join(text for text in (meant.document.number, meant.said.note) if text),
        photos=(meant.said.photo,) if meant.said.photo else (),
        owner_id=_owner(meant.document),
    )


_FLAGS = {"takes_held": ("on_hold_moved", "held"), "over_capacity": ("over_capacity", "full")}


def _flagged(warehouse_id, meant, flag):
    """Somebody took what was on hold there, or put more there than fits."""
    kind, word = _FLAGS[flag]
    place_id = meant.to_id if meant.said.step == "putaway" else meant.place_id
    return new_matter(
        warehouse_id=warehouse_id,
        kind=kind,
        location_id=place_id,
        item_id=meant.item.id,
        lot=meant.lot,
        qty=meant.qty,
        value=value_of(meant.qty, meant.item.unit_cost),
        subject=f"{word}:{place_id}:{meant.item.id}:{meant.lot}",
        note=meant.document.number if meant.document else None,
        photos=(meant.said.photo,) if meant.said.photo else (),
    )


def _matter(warehouse_id, goods, kind, subject, qty, lot=None, quiet_until=None):
    photos = tuple(dict.fromkeys(row.photo for row in goods.said if row.photo))
    return new_matter(
        warehouse_id=warehouse_id,
        kind=kind,
        location_id=goods.document.place_id,
        item_id=goods.item.id,
        lot=goods.lot if lot is None else lot,
        qty=qty,
        value=value_of(abs(qty), goods.item.unit_cost),
        subject=_subject(subject, goods),
        note=goods.document.number,
        photos=photos,
        owner_id=_owner(goods.document),
        quiet_until=quiet_until,
    )


def _owner(document):
    """Whoever planned a document looks after what goes wrong with it."""
    return document.requested_by if document.announced else None


def _subject(word, goods):
    document, item, lot, condition = goods.key
    if word in ("over", "pack"):
        return f"{word}:{_asking(goods)}:{item}"
    return f"{word}:{document}:{item}:{lot}:{condition}"
