"""What statements come to, goods by goods: agreement, what the book is owed, what is out of order.

One round of reading for any number of goods; then each is judged by the rules alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from server import clock
from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.db import among, fetch, given, put
from server.handling.goods import JUDGED, hear, read_goods, tells_too_little
from server.handling.moves import correction, first_moves, same_way, shipped_moves, signed, taken_back
from server.handling.places import outside
from server.handling.rules import (
    INBOUND,
    OUTBOUND,
    SURE,
    Checking,
    GoodsState,
    check_needed,
    may_leave,
)
from server.ledger.rules import NewMove
from server.quantity import value_of

_COLUMNS = (
    "warehouse_id document_id item_id lot condition state first_qty agreed_qty posted_qty done_qty fix_id".split()
)


@dataclass(slots=True)
class Came:
    """What a batch came to."""

    goods: list = field(default_factory=list)
    moves: list[NewMove] = field(default_factory=list)
    shipped: dict = field(default_factory=lambda: defaultdict(int))  # document id → thousandths that left just now
    policy: object = None


def come_to(desk, taken):
    """Judge the goods that these statements speak of."""
    about = [meant for meant in taken if meant.document is not None and meant.said.step in JUDGED]
    documents = {meant.document.id: meant.document for meant in about}
    items = {meant.item.id: meant.item for meant in about}
    posted, done = defaultdict(int), defaultdict(int)
    for meant in about:
        if meant.said.step in ("pick", *SURE) and not meant.again:
            posted[meant.key] += meant.qty
        if meant.said.step in ("putaway", *SURE):
            done[meant.key] += meant.qty
    fresh = defaultdict(list)
    for meant in about:
        fresh[meant.key].append(meant)
    return judge(desk.warehouse_id, documents, items, set(fresh), posted, done, fresh={**fresh}, act=desk.act)


def judge(warehouse_id, documents, items, keys, posted=None, done=None, shipping=False, fresh=None, act=None):
    """Judge goods `{(document, item, lot, condition)}` anew; writes what they came to, gives `Came`.

    `posted`, `done`: what a batch has just added to them, whose moves are not in the book yet. `shipping`: somebody has
    just sent them off. `fresh`: `{key: statements}` of a batch of `act`, where nothing but it is new.
    """
    policy = policy_for(warehouse_id, clock.now())[1].handling
    if not keys:
        return Came(policy=policy)
    all_goods = read_goods(warehouse_id, documents, items, keys, fresh or {}, act)
    sent = any(one.kind in OUTBOUND and (shipping or one.shipped_at is not None) for one in documents.values())
    ships = _ships(warehouse_id, documents) if sent else {}
    gone = _gone(warehouse_id, ships, items) if ships else {}
    fixes = _fixes(warehouse_id, all_goods)
    new_lots = _new_lots(warehouse_id, all_goods) if policy.receive_check_first_lot else set()
    came = Came(policy=policy)
    needs = {goods.key: _needed(policy, goods, new_lots) for goods in all_goods}
    hear(warehouse_id, [goods for goods in all_goods if tells_too_little(goods, needs[goods.key])])
    for goods in all_goods:
        needed = needs[goods.key]
        goods.outcome = goods.outcome_at(needed)
        goods.posted = (goods.before.posted_qty if goods.before else 0) + (posted or {}).get(goods.key, 0)
        goods.done = (goods.before.done_qty if goods.before else 0) + (done or {}).get(goods.key, 0)
        goods.fix_id = goods.before.fix_id if goods.before else None
        if goods.outcome.agreed is not None:
            _settle(warehouse_id, goods, fixes.get(goods.fix_id))
        _ship(warehouse_id, goods, ships.get(goods.document.id, []), needed, gone, came)
        came.moves += goods.moves
    came.goods = [goods for goods in all_goods if goods.said or goods.before or goods.done]
    _write(warehouse_id, came.goods)
    return came


def judge_all(warehouse_id, document, shipping=False):
    """Judge all goods of a document anew."""
    rows = fetch(
        "SELECT item_id, lot, condition FROM document_goods WHERE warehouse_id = :w AND document_id = :d",
        w=warehouse_id,
        d=document.id,
    )
    keys = {(document.id, row.item_id, row.lot, row.condition) for row in rows}
    items = items_by_id({row.item_id for row in rows})
    return judge(warehouse_id, {document.id: document}, items, keys, shipping=shipping)


def _needed(policy, goods, new_lots):
    """Does a second person have to look at these goods?"""
    kind = goods.document.kind
    if kind in OUTBOUND:
        rule = Checking(policy.pick_check_over, policy.pick_check_share)
    elif kind == "receipt":
        first_lot, unannounced = policy.receive_check_first_lot, policy.receive_check_unannounced
        rule = Checking(policy.receive_check_over, policy.receive_check_share, first_lot, unannounced)
    else:  # what customers send back always; our own goods from another warehouse by their value, and a share
        share = policy.transfer_check_share if kind == "transfer_in" else 0
        rule = Checking(0 if kind == "return" else policy.receive_check_over, share)
    value = value_of(max(goods.stated, goods.expected.qty if goods.expected else 0), goods.item.unit_cost)
    new_lot = (goods.item.id, goods.lot) in new_lots
    draw = f"{goods.document.id}:{goods.item.id}"
    return check_needed(rule, value, draw, new_lot, bool(goods.document.announced))


def _settle(warehouse_id, goods, fix):
    """What the book is owed once it is agreed: the statements as they were, and the difference to what they say.

    A difference that was put right before (`fix`) is put right anew: what arrived since may have said where it was.
    """
    if goods.document.kind in INBOUND:
        moves = first_moves(warehouse_id, goods)
        goods.moves += moves
        goods.posted += sum(move.qty for move in moves)
    mended = signed(goods, fix) if fix else 0
    owed = goods.outcome.agreed.qty - (goods.posted - mended)
    new = correction(warehouse_id, goods, owed) if owed else None
    if fix and new and same_way(fix, new):
        return
    if fix:
        goods.moves.append(taken_back(fix))
    if new:
        goods.moves.append(new)
    goods.posted += owed - mended
    goods.fix_id = new.id if new else None


def _fixes(warehouse_id, all_goods):
    """{id: move row} of what was put right before."""
    ids = sorted({goods.before.fix_id for goods in all_goods if goods.before and goods.before.fix_id})
    if not ids:
        return {}
    sql = f"SELECT * FROM moves WHERE warehouse_id = :w AND {among('id', 'ids', 'id')}"
    return {row.id: row for row in fetch(sql, w=warehouse_id, ids=ids)}


def _ship(warehouse_id, goods, ships, needed, gone, came):
    """What has left: of what was agreed on when the goods were sent off, though the word of it may have come later."""
    for ship in ships:
        then = goods.outcome_at(needed, ship.effective_at)
        if then.agreed is None or goods.outcome.agreed is None:
            continue
        here = goods.document.id, goods.item.id
        ordered = goods.expected.qty if goods.expected else (0 if goods.document.announced else None)
        agreed = min(then.agreed.qty, goods.outcome.agreed.qty) - goods.done
        qty = may_leave(agreed, ordered, gone.get(here, 0))
        if qty:
            goods.moves += shipped_moves(warehouse_id, goods, qty, ship)
            goods.done += qty
            gone[here] = gone.get(here, 0) + qty
            came.shipped[goods.document.id] += qty


def _gone(warehouse_id, ships, items):
    """{(document, item): thousandths that have left, of all lots}: no lot may leave in the place of another."""
    rows = fetch(
        "SELECT document_id, item_id, SUM(done_qty) AS qty FROM document_goods WHERE warehouse_id = :w AND "
        + among("document_id", "ids", "id")
        + " AND "
        + among("item_id", "items", "id")
        + " GROUP BY document_id, item_id",
        w=warehouse_id,
        ids=sorted(ships),
        items=sorted(items),
    )
    return {(row.document_id, row.item_id): int(row.qty) for row in rows}


def _ships(warehouse_id, documents):
    """{document id: rows of when somebody sent it off, in time order}."""
    rows = fetch(
        "SELECT id, document_id, effective_at, earliest_at, latest_at, person_id, device_id FROM statements"
        " WHERE warehouse_id = :w AND step = 'ship' AND item_id IS NULL AND "
        + among("document_id", "ids", "id")
        + " ORDER BY effective_at, id",
        w=warehouse_id,
        ids=sorted(documents),
    )
    found: dict[str, list] = defaultdict(list)
    for row in rows:
        found[row.document_id].append(row)
    return found


def _new_lots(warehouse_id, all_goods):
    """{(item, lot)} that have never come into this warehouse from where these documents come."""
    wanted = {
        (outside(warehouse_id)[INBOUND[goods.document.kind]], goods.item.id, goods.lot)
        for goods in all_goods
        if goods.lot and goods.document.kind in INBOUND
    }
    if not wanted:
        return set()
    rows = fetch(
        "SELECT v.i, v.lot FROM " + given("rows", l="id", i="id", lot="text") + " v JOIN balances b"
        " ON b.warehouse_id = :w AND b.location_id = v.l AND b.item_id = v.i AND b.lot = v.lot",
        rows=sorted(wanted),
        w=warehouse_id,
    )
    return {(item_id, lot) for _, item_id, lot in wanted} - {(row.i, row.lot) for row in rows}


def _write(warehouse_id, all_goods):
    put(
        "document_goods",
        [
            (
                *(warehouse_id, *goods.key, str(goods.outcome.state), goods.outcome.first.qty),
                *(goods.outcome.agreed.qty if goods.outcome.agreed else None, goods.posted, goods.done, goods.fix_id),
            )
            for goods in all_goods
        ],
        _COLUMNS,
        on_conflict="ON CONFLICT (warehouse_id, document_id, item_id, lot, condition) DO UPDATE SET"
        " state = excluded.state, first_qty = excluded.first_qty, agreed_qty = excluded.agreed_qty,"
        " posted_qty = excluded.posted_qty, done_qty = excluded.done_qty, fix_id = excluded.fix_id",
    )


def differs(goods):
    """Do two people differ about these goods?"""
    return goods.outcome.state is GoodsState.DIFFERS
