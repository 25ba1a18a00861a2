"""A mistake is reversed by a counter-move that names it. Nothing is ever changed or deleted."""

from server.db import fetch
from server.errors import NotFound, Refusal
from server.ledger.anchor import retire
from server.ledger.post import post
from server.ledger.rules import RESTATEMENT, REVERSAL, NewMove


class AlreadyReversed(Refusal):
    """A move is reversed once."""

    code = "already_reversed"
    en = "This move was reversed before. Look at the moves of the position."
    zh = "该流水已被冲销。请查看该库位的流水。"


class NotReversible(Refusal):
    """Reversals and restatements follow from other facts; reverse those."""

    code = "not_reversible"
    en = "A reversal or restatement cannot be reversed. Post a new move, or count the position again."
    zh = "冲销或追溯更正的流水不能再冲销。请过账新的移动或重新盘点。"


def reverse(warehouse_id, move_id, new_move_id, person_id, reason=None):
    """Post the counter-move, effective when the mistake was. Reversing an adjustment takes its anchor back too."""
    rows = fetch("SELECT * FROM moves WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=move_id)
    if not rows:
        raise NotFound()
    (move,) = rows
    if move.kind in (REVERSAL, RESTATEMENT):
        raise NotReversible()
    before = fetch(
        "SELECT id FROM moves WHERE warehouse_id = :w AND reverses_id = :id AND id <> :own",
        w=warehouse_id,
        id=move_id,
        own=new_move_id,
    )
    if before:
        raise AlreadyReversed()
    if move.line_id:
        retire(warehouse_id, move.line_id)
    return post(
        [
            NewMove(
                id=new_move_id,
                warehouse_id=warehouse_id,
                item_id=move.item_id,
                lot=move.lot,
                from_id=move.to_id,
                to_id=move.from_id,
                qty=move.qty,
                kind=REVERSAL,
                effective_at=move.effective_at,
                unit_cost=move.unit_cost,
                person_id=person_id,
                document=move.document,
                reason=reason,
                reverses_id=move.id,
            )
        ]
    )
