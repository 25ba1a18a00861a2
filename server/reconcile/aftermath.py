"""What a posting means for lines that are still open, and for positions that fell below zero.

Called by the ledger's door in the same transaction (joined in `create_app`), whoever posted.
"""

from server.cases.open import close_subjects, new_matter, open_many
from server.counting import plan
from server.counting.claim import find_task
from server.counting.due import ask_soon
from server.db import fetch, given
from server.ledger.rules import legs
from server.reconcile.lines import read_lines, weigh
from server.reconcile.rules import State
from server.reconcile.settle import counters_of_lines, settle


def after_posting(posted):
    """Open what is loud, and weigh open lines again whose past has just changed."""
    _tend_negative(posted)
    moves = posted.moves + posted.restatements
    own = {move.line_id for move in moves if move.line_id}
    for warehouse_id in {move.warehouse_id for move in moves}:
        _weigh_again(warehouse_id, [move for move in moves if move.warehouse_id == warehouse_id], own)


def _tend_negative(posted):
    if posted.negative:
        causes = {}
        for move in posted.moves:
            causes.setdefault(move.source, move.id)
        open_many(
            [
                new_matter(
                    warehouse_id=position.warehouse_id,
                    kind="negative_book",
                    location_id=position.location_id,
                    item_id=position.item_id,
                    lot=position.lot,
                    qty=qty,
                    move_id=causes.get(position),
                    subject=_negative(position),
                )
                for position, qty in posted.negative.items()
            ]
        )
        ask_soon(posted.negative, "negative_book")
    healed = [position for position, _, _, own in legs(posted.moves) if own and position not in posted.negative]
    for warehouse_id in {position.warehouse_id for position in healed}:
        here = [_negative(position) for position in healed if position.warehouse_id == warehouse_id]
        close_subjects(warehouse_id, here, "counted")


def _negative(position):
    return f"negative:{position.location_id}:{position.item_id}:{position.lot}"


def _weigh_again(warehouse_id, moves, own):
    """Late truth for lines nobody has settled yet: a move before their instant explains part of the variance."""
    rows = [(*position[1:], at) for position, _, at, _ in legs(moves)]
    found = fetch(
        "SELECT DISTINCT x.id, x.state FROM " + given("rows", l="id", i="id", lot="text", at="int") + " v"
        " JOIN variances x ON x.warehouse_id = :w AND x.location_id = v.l AND x.item_id = v.i AND x.lot = v.lot"
        " AND x.state IN ('counting','recount','held','pending') AND x.as_of >= v.at",
        rows=rows,
        w=warehouse_id,
    )
    ids = [(row.id,) for row in found if row.id not in own]
    if not ids:
        return
    lines = read_lines(warehouse_id, "v.id IN (SELECT k.id FROM " + given("ids", id="id") + " k)", ids=ids)
    before = {line.id: line.state for line in lines}
    weigh(lines)
    again = settle(warehouse_id, [line for line in lines if line.state is not State.COUNTING])
    for line in again:
        if before[line.id] is not State.RECOUNT:
            _recount_alone(line)


def _recount_alone(line):
    """A line that waited for a decision turns out contaminated: somebody else counts it once more."""
    task = find_task(line.warehouse_id, line.last.task_id)
    plan.recount(task, [(*line.key, False)], counters_of_lines(line.warehouse_id, [line.id]))
