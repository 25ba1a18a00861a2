"""What the book is told: which statement becomes which move."""

from server.handling.places import outside
from server.handling.rules import INBOUND, LEAVING, OUTBOUND
from server.ids import new_id
from server.ledger.rules import NewMove


def direct_moves(desk, taken):
    """Moves of statements that are true at once: picks, putaways, what leaves the shelf otherwise, production."""
    now = [meant for meant in taken if meant.said.step in _WAYS and not (meant.again or meant.waits)]
    return told_moves(desk.warehouse_id, desk.act, now)


def told_moves(warehouse_id, act, taken):
    """The moves of what one person says was moved, each under the id of its statement."""
    return [_told(warehouse_id, act, meant) for meant in taken]


def allowed_moves(document, rows, items):
    """Moves of what waited for approval, each when it was said. `rows`: statements."""
    target = outside(document.warehouse_id)[LEAVING[document.kind]]
    return [
        NewMove(
            id=row.id,
            warehouse_id=document.warehouse_id,
            item_id=row.item_id,
            lot=row.lot,
            from_id=row.place_id,
            to_id=target,
            qty=row.qty,
            kind=row.step,
            effective_at=row.effective_at,
            earliest_at=row.earliest_at,
            latest_at=row.latest_at,
            unit_cost=items[row.item_id].unit_cost,
            person_id=row.person_id,
            device_id=row.device_id,
            document=document.number,
            reason=row.reason,
            serials=(row.serial,) if row.serial else (),
        )
        for row in rows
    ]


def _from_shelf_to(role):
    return lambda warehouse_id, meant: (meant.place_id, outside(warehouse_id)[role])


def _to_shelf_from(role):
    return lambda warehouse_id, meant: (outside(warehouse_id)[role], meant.place_id)


def _as_said(_, meant):
    return meant.place_id, meant.to_id


_WAYS = {
    **dict.fromkeys(("pick", "putaway", "move"), _as_said),
    "load": _from_shelf_to("TRANSIT"),
    "consume": _from_shelf_to("PRODUCTION"),
    "output": _to_shelf_from("PRODUCTION"),
    "return": _to_shelf_from("CUSTOMER"),
    **{kind: _from_shelf_to(role) for kind, role in LEAVING.items()},
}


def _told(warehouse_id, act, meant):
    one = meant.said
    from_id, to_id = _WAYS[one.step](warehouse_id, meant)
    return NewMove(
        id=one.id,
        warehouse_id=warehouse_id,
        item_id=meant.item.id,
        lot=meant.lot,
        from_id=from_id,
        to_id=to_id,
        qty=meant.qty,
        kind=one.step,
        effective_at=one.when.at,
        earliest_at=one.when.earliest,
        latest_at=one.when.latest,
        unit_cost=meant.item.unit_cost,
        person_id=act.person_id,
        device_id=act.device_id,
        document=meant.document.number if meant.document else None,
        reason=one.reason,
        serials=(meant.serial,) if meant.serial else (),
    )


def first_moves(warehouse_id, goods):
    """Moves of the receipts that are agreed on and not posted yet, each when and where it was said."""
    seen = {row.serial for row in goods.said if row.move_id and row.serial}
    moves = []
    for row in goods.said:
        if row.step != "receive" or row.move_id or row.serial in seen - {None}:
            continue
        seen.add(row.serial)
        source = outside(warehouse_id)[INBOUND[goods.document.kind]]
        moves.append(_of(warehouse_id, goods, source, row.place_id, row.qty, row, row.id, goods.document.kind))
    return moves


def correction(warehouse_id, goods, owed):
    """Two agreed on `owed` more (or less) than was posted: put right at the instant of the first side's word."""
    firsts = [row for row in goods.said if row.step in ("receive", "pick")]
    last = (firsts or goods.said)[-1]
    if goods.document.kind in INBOUND:
        far, near = outside(warehouse_id)[INBOUND[goods.document.kind]], last.place_id or goods.document.place_id
    else:
        far, near = last.place_id, goods.document.place_id
    if far == near:  # nobody said from which shelf: what turned up is explained when that shelf is counted
        far = outside(warehouse_id)["LOSS"]
    from_id, to_id = (far, near) if owed > 0 else (near, far)
    serials = _corrected_serials(goods, owed)
    return _of(warehouse_id, goods, from_id, to_id, abs(owed), last, new_id(), "check", serials)


def book_right(warehouse_id, returned, owed):
    """A supervisor found `owed` more (or less) of returned goods than whoever took them in: put right at their word."""
    far, near = outside(warehouse_id)["CUSTOMER"], returned.document.place_id
    from_id, to_id = (far, near) if owed > 0 else (near, far)
    return _of(warehouse_id, returned, from_id, to_id, abs(owed), returned.first, new_id(), "check", ())


def signed(goods, move):
    """How much a correction added to what was posted of the goods (below zero: took away)."""
    outwards = goods.document.kind not in INBOUND
    adds = move.to_id == goods.document.place_id if outwards else move.from_id in outside(move.warehouse_id).values()
    return move.qty if adds else -move.qty


def same_way(one, other):
    """Do two moves say the same?"""
    return all(getattr(one, name) == getattr(other, name) for name in ("from_id", "to_id", "qty", "effective_at"))


def taken_back(row):
    """The counter-move of a correction, at the same instant."""
    return NewMove(
        id=new_id(),
        warehouse_id=row.warehouse_id,
        item_id=row.item_id,
        lot=row.lot,
        from_id=row.to_id,
        to_id=row.from_id,
        qty=row.qty,
        kind="check",
        effective_at=row.effective_at,
        unit_cost=row.unit_cost,
        person_id=row.person_id,
        device_id=row.device_id,
        document=row.document,
    )


def _corrected_serials(goods, owed):
    first, agreed = goods.outcome.first.serials, goods.outcome.agreed.serials
    found = sorted(agreed - first if owed > 0 else first - agreed)
    return tuple(found) if 1000 * len(found) == abs(owed) else ()


def shipped_moves(warehouse_id, goods, qty, ship):
    """The move by which goods leave the staging area."""
    target = outside(warehouse_id)[OUTBOUND[goods.document.kind]]
    serials = sorted(goods.outcome.agreed.serials)
    serials = tuple(serials) if 1000 * len(serials) == qty else ()
    return [_of(warehouse_id, goods, goods.document.place_id, target, qty, ship, new_id(), "ship", serials)]


def _of(warehouse_id, goods, from_id, to_id, qty, row, id_, kind, serials=None):
    if serials is None:
        serials = (row.serial,) if row.serial else ()
    return NewMove(
        id=id_,
        warehouse_id=warehouse_id,
        item_id=goods.item.id,
        lot=goods.lot,
        from_id=from_id,
        to_id=to_id,
        qty=qty,
        kind=kind,
        effective_at=row.effective_at,
        earliest_at=row.earliest_at,
        latest_at=row.latest_at,
        unit_cost=goods.item.unit_cost,
        person_id=row.person_id,
        device_id=row.device_id,
        document=goods.document.number,
        serials=serials,
    )
