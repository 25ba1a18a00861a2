"""What is on a container: what people said of it, less what the book says was taken where it stood."""

from collections import defaultdict
from dataclasses import dataclass

import msgspec

from server.clock import LATEST
from server.db import fetch, given
from server.handling.aboard import Drawn, Parcel, aboard, all_loaded
from server.handling.carry import NOT_VOIDED
from server.handling.rules import INBOUND, LIVE
from server.ledger.book import book_at
from server.ledger.rules import Position

MOST_ACTS = 2_000  # of one container: a tote that goes round for years begins empty in between
_ACT = f"""
SELECT * FROM (
  SELECT g.*, s.condition,
    CASE WHEN d.kind IN {tuple(INBOUND)} AND d.state IN {LIVE} THEN 1 ELSE 0 END AS open, d.shipped_at
  FROM container_goods g
  LEFT JOIN statements s ON s.warehouse_id = g.warehouse_id AND s.id = g.id
  LEFT JOIN documents d ON d.warehouse_id = g.warehouse_id AND d.id = g.document_id
  WHERE g.warehouse_id = :w AND {{named}} AND g.effective_at <= :at AND {NOT_VOIDED}
  ORDER BY g.effective_at DESC, g.id DESC LIMIT :limit
) acts
"""
_DRAWN = """
SELECT m.id, m.from_id, m.item_id, m.lot, m.qty, m.effective_at, m.serials, 0 AS enters,
  CASE WHEN m.reverses_id IS NOT NULL OR EXISTS (SELECT 1 FROM moves r WHERE r.warehouse_id = m.warehouse_id
    AND r.reverses_id = m.id) THEN 1 ELSE 0 END AS undone,
  CASE WHEN EXISTS (SELECT 1 FROM container_goods k WHERE k.warehouse_id = m.warehouse_id AND k.id = m.id
    AND (k.out_of IS NOT NULL OR k.step <> 'pick')) THEN 1 ELSE 0 END AS told
FROM {goods} v JOIN moves m ON m.warehouse_id = :w AND m.from_id = v.l AND m.item_id = v.i AND m.lot = v.lot
WHERE m.effective_at >= v.since AND m.effective_at <= :at
UNION ALL
SELECT m.id, m.to_id, m.item_id, m.lot, m.qty, m.effective_at, m.serials, 1, 0, 0
FROM {goods} v JOIN moves m ON m.warehouse_id = :w AND m.to_id = v.l AND m.item_id = v.i AND m.lot = v.lot
WHERE m.effective_at >= v.since AND m.effective_at <= :at
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies on a container. `unsure`: goods `(place, item, lot)` of which nobody can tell how much is left aboard,
    for somebody took from a bin where several containers with the same goods stand."""

    code: str
    place_id: str | None
    parcels: tuple[Parcel, ...]
    unsure: frozenset = frozenset()
    carried: tuple = ()  # (item id, lot) of all that it ever carried


def contents_of(warehouse_id, code, at=None, but=None):
    """What lies on one container at an instant (now), by a fixed number of statements.

    `but`: as if one act that moved it as a whole had not been.
    """
    until = LATEST if at is None else at
    rows = _acts(warehouse_id, code, until)
    own = {row.id for row in rows if row.whole_id == but} if but else set()
    acts = {code: [row for row in rows if row.id not in own]}
    first, place = aboard(list(all_loaded(acts[code], code)))
    goods = {parcel.goods for parcel in first}
    for other in _beside(warehouse_id, code, place, goods, until):
        acts[other] = _acts(warehouse_id, other, until)
    parcels = {one: aboard(list(all_loaded(rows, one)))[0] for one, rows in acts.items()}
    since: dict[tuple, int] = {}
    for parcel in (one for found in parcels.values() for one in found if one.goods in goods):
        since[parcel.goods] = min(parcel.since, since.get(parcel.goods, parcel.since))
    left, moves = _without(own, *_moves(warehouse_id, since, until))
    totals: dict[tuple, int] = defaultdict(int)
    mine: list[Parcel] = []
    for one, rows in acts.items():
        found, _ = aboard(list(all_loaded(rows, one)), _drawn(moves, left, {row.id for row in rows}))
        mine = found if one == code else mine
        for parcel in found:
            totals[parcel.goods] += parcel.qty
    unsure = {one.goods for one in mine if len(acts) > 1 and totals[one.goods] > max(0, left.get(one.goods, 0))}
    carried = {(row.item_id, row.lot): None for row in acts[code] if row.item_id is not None}
    return Contents(code, place, tuple(mine), frozenset(unsure & _silent(moves)), tuple(carried))


def _acts(warehouse_id, code, until):
    rows = []
    for named in ("g.container = :code", "g.out_of = :code AND (g.container IS NULL OR g.container <> :code)"):
        rows += fetch(_ACT.format(named=named), w=warehouse_id, code=code, at=until, limit=MOST_ACTS)
    return rows


def _beside(warehouse_id, code, place, goods, until):
    """Other containers that stand there now, or were taken from there later, and came with the same goods."""
    if not goods:
        return []
    rows = fetch(
        "SELECT DISTINCT c.code FROM containers c JOIN container_goods g ON g.warehouse_id = c.warehouse_id"
        " AND g.container = c.code JOIN " + given("goods", i="id", lot="text") + " v ON v.i = g.item_id"
        " AND v.lot = g.lot WHERE c.warehouse_id = :w AND c.code <> :code AND (c.location_id = :place OR EXISTS"
        " (SELECT 1 FROM container_goods k WHERE k.warehouse_id = :w AND k.from_id = :place AND k.effective_at > :until"
        f" AND k.whole_id IS NOT NULL AND k.container = c.code)) AND {NOT_VOIDED}",
        w=warehouse_id,
        until=until,
        place=place,
        code=code,
        goods=sorted({(item, lot) for _, item, lot in goods}),
    )
    return [row.code for row in rows]


def _moves(warehouse_id, since, until):
    """`({goods: what the book has there}, moves since then)`."""
    if not since:
        return {}, []
    points = [(Position(warehouse_id, *goods), until) for goods in since]
    left = dict(zip(since, book_at(points), strict=True))
    rows = fetch(
        _DRAWN.format(goods=given("goods", l="id", i="id", lot="text", since="int")),
        w=warehouse_id,
        goods=[(*goods, at) for goods, at in since.items()],
        at=until,
    )
    return left, rows


def _without(own, left, moves):
    """What the book had, and the moves, as if some of them had not been."""
    left = dict(left)
    for row in moves:
        goods = (row.from_id, row.item_id, row.lot)
        if row.id in own and goods in left:
            left[goods] += -row.qty if row.enters else row.qty
    return left, [row for row in moves if row.id not in own]


def _drawn(moves, left, own):
    """Walk back from what is there now: how much was left after each taking, as far as it was not with this container.

    Where the book is below zero, it says nothing about what others took along in containers of theirs. What came at the
    same instant came first: an adjustment and its restatement are one.
    """
    after = dict(left)
    found = []
    for row in sorted(moves, key=lambda row: (row.effective_at, -row.enters, row.id), reverse=True):
        goods = (row.from_id, row.item_id, row.lot)
        if not row.enters and not row.undone and row.id not in own and not (row.told and after[goods] < 0):
            serials = tuple(msgspec.json.decode(row.serials)) if row.serials else ()
            found.append(Drawn(row.effective_at, row.id, *goods, serials, after[goods]))
        after[goods] += -row.qty if row.enters else row.qty
    return found


def _silent(moves):
    """Goods of which something was taken, and nobody said from which container."""
    return {(row.from_id, row.item_id, row.lot) for row in moves if not (row.enters or row.undone or row.told)}
