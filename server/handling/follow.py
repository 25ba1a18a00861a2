"""What follows from statements: moves in the book, cases for what is out of order, work for somebody else."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server import clock
from server.cases.open import close_subjects, keep_quiet, open_many
from server.db import given, run
from server.handling.exceptions import over_subjects, returned_wrong, returns_agreed, what_is_wrong
from server.handling.moves import direct_moves
from server.handling.rules import SIDE_OF
from server.ledger.post import post

# Who wants to know what happened at the shelves, in the same transaction (joined in `create_app`).
listeners: list[Callable] = []


@dataclass(frozen=True, slots=True)
class AtTheShelf:
    """What somebody met at shelves of one warehouse. Positions: `(location, item, lot)`.

    `short`: less was there than was to be picked; `drawn`: something was taken there.
    """

    warehouse_id: str
    person_id: str
    at: int
    short: tuple = ()
    drawn: tuple = field(default=())


def follow(desk, taken, came):
    """Post what is true now, open and close cases, tell the listeners; documents begin."""
    moves = direct_moves(desk, taken) + came.moves
    if moves:
        post(moves)
    tend_cases(desk.warehouse_id, taken, came)
    _begin(desk.warehouse_id, taken)
    _tell(desk, taken)


def tend_cases(warehouse_id, taken, came):
    """Cases for what is out of order, each once; those that are over end."""
    matters = what_is_wrong(warehouse_id, taken, came)
    open_many(matters)
    for one in matters:
        if one.quiet_until is not None:
            keep_quiet(warehouse_id, [one.subject], one.quiet_until)
    over = over_subjects(came)
    if over:
        close_subjects(warehouse_id, over, "agreed")


def tend_returns(warehouse_id, returned):
    """Cases for returned goods that were found damaged, or of which more were found than taken in."""
    open_many(returned_wrong(warehouse_id, returned))
    over = returns_agreed(returned)
    if over:
        close_subjects(warehouse_id, over, "agreed")


def _begin(warehouse_id, taken):
    """The first statement of the first side begins the work on a document."""
    begun = {meant.document.id for meant in taken if _begins(meant)}
    if begun:
        run(
            "UPDATE documents SET state = 'working' WHERE warehouse_id = :w AND state = 'open' AND id IN"
            " (SELECT v.id FROM " + given("ids", id="id") + " v)",
            w=warehouse_id,
            ids=[(one,) for one in sorted(begun)],
        )


def _begins(meant):
    return meant.document is not None and meant.document.state == "open" and meant.said.step in (*SIDE_OF, *_PRODUCING)


_PRODUCING = ("consume", "output")


def _tell(desk, taken):
    short = tuple((meant.place_id, meant.item.id, meant.lot) for meant in taken if meant.said.step == "short")
    drawn = tuple((meant.place_id, meant.item.id, meant.lot) for meant in taken if meant.said.step == "pick")
    if short or drawn:
        met = AtTheShelf(desk.warehouse_id, desk.act.person_id, clock.now(), short, drawn)
        for listener in listeners:
            listener(met)
