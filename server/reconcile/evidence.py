"""What is laid before a person who decides: a line in words, its flags, its likely causes, its whole trail."""

from dataclasses import dataclass

from server import clock
from server.db import fetch
from server.ledger.queries import moves_of_line, moves_of_position
from server.ledger.rules import RESTATEMENT, Position
from server.reconcile import photographed, queries
from server.reconcile.decide import wanted_tier, why_not
from server.reconcile.lines import CountLine
from server.reconcile.rules import WAITING, Signs, approvals_needed, as_relocation, likely_causes


@dataclass(frozen=True, slots=True)
class _Asked:
    """A queue row as the rules of deciding see it."""

    warehouse_id: str
    state: str
    tier: str | None
    deadline: int | None


def shown(row, who):
    """A line of the queue as a mapping, with whether `who` may decide and why not."""
    line = _Asked(row.warehouse_id, row.state, row.tier, row.deadline)
    now = clock.now()
    refusal = why_not(line, who, row.hat, row.requested_by)
    overdue = row.deadline is not None and row.deadline < now
    return {
        **row._mapping,
        "tier": wanted_tier(line, now) if row.tier else None,
        "contaminated": bool(row.contaminated),
        "unexpected": bool(row.unexpected),
        "overdue": overdue,
        "may_decide": refusal is None,
        "why_not": refusal.code if refusal else None,
        "flags": _flags(row),
    }


def of(row, who, policy, language, blind=()):
    """All evidence of one line, but for its likes in `blind` locations."""
    position = Position(row.warehouse_id, row.location_id, row.item_id, row.lot)
    rounds, entries = queries.rounds_of(row.warehouse_id, row.id)
    moves = moves_of_position(position, row.as_of - policy.evidence_days * clock.DAY, clock.now())
    others = [other for other in queries.elsewhere(row) if other.location_id not in blind]
    decisions = queries.decisions_of(row.warehouse_id, row.id)
    span = (
        min((one.span_from for one in rounds), default=row.as_of),
        max((one.as_of for one in rounds), default=row.as_of),
    )
    return {
        **shown(row, who),
        "rounds": [_round(one, entries) for one in rounds],
        "moves": [_move(move, position, span) for move in moves],
        "elsewhere": others,
        "relocation": _relocation(row, others),
        "causes": _causes(row, moves, others, rounds, language),
        "required": _required(row, decisions, policy),
        "decisions": decisions,
        "restatements": _restatements(row),
        "history": queries.history_of(row),
        "serials": _serials(row),
        "cases": queries.cases_of(row.warehouse_id, row.id),
    }


def _flags(row):
    found = []
    if row.contaminated:
        found.append("contaminated")
    if row.unexpected:
        found.append("unexpected")
    if row.book_qty < 0:
        found.append("negative_book")
    return found


def _round(one, entries):
    own = [entry for entry in entries if entry.task_id == one.task_id]
    return {
        **one._mapping,
        "contaminated": bool(one.contaminated),
        "control": bool(one.control),
        "by": sorted({entry.person for entry in own}),
        "entries": [
            {
                **{name: value for name, value in entry._mapping.items() if name != "brought_by"},
                **({"brought_by": entry.brought_by} if entry.brought_by else {}),
                "quantity": entry.qty,
                "at": entry.effective_at,
                "device": entry.device_id,
                "superseded": entry.voided_by is not None
                or (one.mode == "independent" and entry.claim_id != one.claim_id),
            }
            for entry in own
        ],
    }


def _move(move, position, span):
    sign = 1 if move.to_id == position.location_id else -1
    return {
        **move._mapping,
        "quantity": sign * move.qty,
        "between": span[0] < move.effective_at <= span[1] and move.line_id is None,
    }


def _relocation(row, others):
    if row.state not in WAITING:
        return None
    for other in others:
        pair = as_relocation(row, other) if other.state in WAITING and not other.contaminated else None
        if pair:
            source, target = pair
            return {
                "other": other.id,
                "location": other.location,
                "source": source.location,
                "target": target.location,
                "quantity": target.variance_qty,
            }
    return None


def _causes(row, moves, others, rounds, language):
    physical = [move for move in moves if move.line_id is None]
    first = min((one.closed_at for one in rounds), default=row.judged_at)
    signs = Signs(
        variance_qty=row.variance_qty,
        pack_sizes=queries.pack_sizes(row.item_id),
        opposite_elsewhere=any(other.variance_qty == -row.variance_qty for other in others),
        negative_book=row.book_qty < 0,
        late_moves=sum(move.posted_at > first and move.effective_at <= row.as_of for move in physical),
        picks=sum(move.from_id == row.location_id for move in physical),
        receipts=sum(move.to_id == row.location_id for move in physical),
        expired=_expired(row),
    )
    names = {cause.code: cause for cause in fetch("SELECT * FROM reasons WHERE kind = 'cause'")}
    return [
        {
            "code": code,
            "loss_type": code.split(".")[0],
            "name": getattr(names[code], "zh" if language == "zh" else "en") if code in names else code,
            "score": score,
            "why": why,
        }
        for code, score, why in (likely_causes(signs) if row.variance_qty else [])
    ]


def _expired(row):
    found = fetch("SELECT expiry FROM lots WHERE item_id = :i AND lot = :lot", i=row.item_id, lot=row.lot)
    return bool(found and found[0].expiry and found[0].expiry <= clock.show_instant(row.as_of)[:10])


def _required(row, decisions, policy):
    tier = wanted_tier(_Asked(row.warehouse_id, row.state, row.tier, row.deadline), clock.now())
    value = abs(row.variance_value)
    return {
        "tier": tier if row.tier else None,
        "approvals_needed": list(approvals_needed(tier)) if row.tier else [],
        "approvals": [
            one
            for one in decisions
            if one["act"] in ("approve", "relocate") and one["variance_qty"] == row.variance_qty
        ],
        "note": policy.note_over is not None and value > policy.note_over,
        "photo": policy.photo_over is not None and value > policy.photo_over and not _photographed(row),
    }


def _photographed(row):
    line = CountLine(row.warehouse_id, row.id, row.count_id, row.location_id, row.item_id, row.lot, row.unit_cost)
    return bool(photographed.by_counters(row.warehouse_id, [line]))


def _restatements(row):
    return [
        {
            "id": move.id,
            "quantity": move.qty if move.to_id == row.location_id else -move.qty,
            "effective_at": move.effective_at,
            "posted_at": move.posted_at,
        }
        for move in moves_of_line(row.warehouse_id, row.id)
        if move.kind == RESTATEMENT
    ]


def _serials(row):
    booked, found = queries.serials_at(row)
    if not booked and not found:
        return None
    return {"missing": sorted(set(booked) - set(found)), "unexpected": sorted(set(found) - set(booked))}
