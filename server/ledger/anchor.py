"""A confirmed count becomes an anchor: the adjustment that makes the book right at that instant, and the word of it."""

from dataclasses import dataclass

from server import clock
from server.db import given, put, run
from server.ledger.book import book_at
from server.ledger.post import correction, lock, post
from server.ledger.rules import ADJUSTMENT, Position


@dataclass(frozen=True, slots=True)
class Confirmed:
    """At `at` the position held exactly `qty`, says count line `line_id`."""

    line_id: str
    position: Position
    at: int
    qty: int
    unit_cost: int = 0
    person_id: str | None = None
    reason: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an anchor brought about: the book before it, and the adjustment's id if there was one."""

    book_qty: int
    move_id: str | None


def confirm(lines):
    """Post the adjustments of confirmed lines and anchor them; gives {line id: Anchored}.

    The variance is `qty − book(P, at)` under the position's lock, whatever anybody saw before (`truth.md` §3).
    """
    if not lines:
        return {}
    lock([line.position for line in lines])
    books = book_at([(line.position, line.at) for line in lines])
    moves, anchored = [], {}
    for line, book_qty in zip(lines, books, strict=True):
        move = None
        if line.qty != book_qty:
            move = correction(
                line.position,
                line.qty - book_qty,
                line.at,
                line.line_id,
                line.unit_cost,
                ADJUSTMENT,
                person_id=line.person_id,
                reason=line.reason,
                document=line.document,
            )
            moves.append(move)
        anchored[line.line_id] = Anchored(book_qty, move.id if move else None)
    _retire_same_instant(lines)
    post(moves)
    _anchor(lines)
    return anchored


def relocate(line_from, line_to, move):
    """Two lines explained by one move: post it, then anchor both (their variances are nil by then)."""
    lock([line_from.position, line_to.position])
    _retire_same_instant([line_from, line_to])
    post([move])
    return confirm([line_from, line_to])


def retire(warehouse_id, line_id):
    """Take an anchor back: its adjustment was reversed."""
    run(
        "UPDATE anchors SET retired_at = :now WHERE warehouse_id = :w AND id = :id AND retired_at IS NULL",
        now=clock.now(),
        w=warehouse_id,
        id=line_id,
    )


def _retire_same_instant(lines):
    """Two counts of one position at one instant: the later decision holds. A line confirmed again replaces itself."""
    run(
        "UPDATE anchors SET retired_at = :now WHERE (warehouse_id, id) IN (SELECT a.warehouse_id, a.id FROM "
        + given("rows", w="id", l="id", i="id", lot="text", at="int")
        + " v JOIN anchors a ON a.warehouse_id = v.w AND a.location_id = v.l AND a.item_id = v.i AND a.lot = v.lot"
        " AND a.at = v.at WHERE a.retired_at IS NULL)",
        now=clock.now(),
        rows=[(*line.position, line.at) for line in lines],
    )


def _anchor(lines):
    now = clock.now()
    put(
        "anchors",
        [
            (line.position.warehouse_id, line.line_id, *line.position[1:], line.at, line.qty, now, None)
            for line in lines
        ],
        "warehouse_id id location_id item_id lot at qty posted_at retired_at".split(),
        on_conflict="ON CONFLICT (warehouse_id, id) DO UPDATE SET at = excluded.at, qty = excluded.qty,"
        " posted_at = excluded.posted_at, retired_at = NULL",
    )
