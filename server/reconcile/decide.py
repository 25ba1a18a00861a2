"""Settle lines: approve, reject, order a recount, relocate. One or many, all or none.

A supervisor accepts, rejects or orders a recount and never changes a count. Nobody decides about what they counted or
asked for; what is overdue goes one tier up; above the manager's limit two people decide.
"""

from dataclasses import dataclass, field

import msgspec

from server import clock
from server.catalog.policy import policy_for
from server.clock import HOUR
from server.counting import plan
from server.counting.claim import find_task
from server.counting.rules import SamePerson
from server.db import fetch, given, is_embedded, put
from server.errors import IdReused, NotAllowed
from server.ids import new_id
from server.intake.photos import PhotoUnknown
from server.ledger.anchor import Confirmed, confirm
from server.ledger.anchor import relocate as relocate_book
from server.ledger.rules import NewMove
from server.people.rules import Permission
from server.reconcile import photographed
from server.reconcile.lines import read_lines, weigh, write_lines
from server.reconcile.rules import (
    STAGES,
    WAITING,
    AlreadyDecided,
    Contaminated,
    DecisionNoteRequired,
    NotARelocation,
    NotWaiting,
    OwnCountApproval,
    PhotoRequired,
    ReasonUnknown,
    State,
    VarianceUnknown,
    approvals_needed,
    as_relocation,
    escalated,
    refuse_decision,
)
from server.reconcile.serials import settle_serials
from server.reconcile.settle import counters_of_lines, grade
from server.reconcile.tell import decided

TIER_RIGHTS = (
    (Permission.DECIDE, "supervisor"),
    (Permission.DECIDE_MANAGER, "manager"),
    (Permission.DECIDE_FINANCE, "finance"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A decision as it came: its id, and the why."""

    id: str
    reason: str | None = None
    cause: str | None = None
    stage: str | None = None
    note: str | None = None
    photos: tuple[str, ...] = field(default=())

    def content(self):
        return self.reason, self.cause, self.stage, self.note


def approve(warehouse_id, line_ids, who, word):
    """Accept variances: post the adjustments that make the book right, once all that a tier asks for have approved."""
    lines = _waiting(warehouse_id, line_ids, "approve", word)
    if not lines:
        return
    _known_reasons(word, required=True)
    policy_id, policy = policy_for(warehouse_id, clock.now())
    tiers = _may_settle(lines, who)
    _evidence_enough(lines, word, policy)
    _remember("approve", lines, who, word, policy_id, tiers)
    needed = _still_needed(lines)
    done = [line for line in lines if not needed[line.id]]
    _settled(done, State.APPROVED, policy_id)
    anchored = confirm([_confirmed(line, who, word) for line in done])
    for line in done:
        line.move_id = anchored[line.id].move_id
    settle_serials(warehouse_id, done)
    write_lines(done)
    decided(done, who, word)
    grade(warehouse_id, {line.count_id for line in lines})


def reject(warehouse_id, line_ids, who, word):
    """Do not believe a count: nothing is posted, the line and its trail stay."""
    lines = _waiting(warehouse_id, line_ids, "reject", word)
    if not lines:
        return
    _known_reasons(word)
    policy_id, _ = policy_for(warehouse_id, clock.now())
    tiers = _may_settle(lines, who)
    _remember("reject", lines, who, word, policy_id, tiers)
    _settled(lines, State.REJECTED, policy_id)
    write_lines(lines)
    decided(lines, who, word, believed=False)
    grade(warehouse_id, {line.count_id for line in lines})


def order_recount(warehouse_id, line_ids, who, word, assignee_id=None):
    """Have lines counted once more by somebody who has not counted them."""
    lines = _waiting(warehouse_id, line_ids, "recount", word)
    if not lines:
        return
    _known_reasons(word)
    if not held_tiers(who, warehouse_id):
        raise NotAllowed()
    counters = counters_of_lines(warehouse_id, [line.id for line in lines])
    if assignee_id in counters:
        raise SamePerson()
    policy_id, policy = policy_for(warehouse_id, clock.now())
    due_at = clock.now() + policy.recount_hours * HOUR
    put_decisions("recount", lines, who, word, policy_id, {})
    for line in lines:
        line.state, line.deadline, line.tier = State.RECOUNT, due_at, None
    write_lines(lines)
    for count_id in {line.count_id for line in lines}:
        here = [line for line in lines if line.count_id == count_id]
        latest = max(here, key=lambda line: line.last.round)
        task = find_task(warehouse_id, latest.last.task_id)
        plan.recount(task, sorted((*line.key, False) for line in here), counters, assignee_id)
    grade(warehouse_id, {line.count_id for line in lines})


def relocate(warehouse_id, line_id, other_id, who, word):
    """Settle two equal and opposite variances of one item as one move. Raises `NotARelocation`."""
    lines = _waiting(warehouse_id, [line_id, other_id], "relocate", word)
    if not lines:
        return
    _known_reasons(word, required=True)
    pair = as_relocation(*(_Leg(line) for line in lines)) if len(lines) == 2 else None
    if pair is None:
        raise NotARelocation()
    policy_id, policy = policy_for(warehouse_id, clock.now())
    tiers = _may_settle(lines, who)
    _evidence_enough(lines, word, policy)
    source, target = pair[0].line, pair[1].line
    _remember("relocate", lines, who, word, policy_id, tiers, {source.id: target.id, target.id: source.id})
    if any(_still_needed(lines).values()):
        return
    move = NewMove(
        id=new_id(),
        warehouse_id=warehouse_id,
        item_id=source.item_id,
        lot=source.lot,
        from_id=source.location_id,
        to_id=target.location_id,
        qty=target.last.variance_qty,
        kind="relocation",
        effective_at=min(source.last.as_of, target.last.as_of),
        unit_cost=source.unit_cost,
        person_id=who.id,
        document=f"count {source.count_id}",
        reason=word.reason,
        line_id=source.id,
    )
    _settled(lines, State.APPROVED, policy_id)
    relocate_book(_confirmed(source, who, word), _confirmed(target, who, word), move)
    for line in lines:
        line.move_id = move.id
    settle_serials(warehouse_id, lines)
    write_lines(lines)
    decided(lines, who, word)
    grade(warehouse_id, {line.count_id for line in lines})


def held_tiers(who, warehouse_id):
    """The tiers at which a person may decide in a warehouse."""
    return [tier for right, tier in TIER_RIGHTS if who.may(right, warehouse_id)]


def wanted_tier(line, now):
    """The tier that a line asks for now: one higher when it is overdue."""
    return escalated(line.tier or "supervisor", line.deadline is not None and line.deadline < now)


def why_not(line, who, hat, requester_id):
    """The refusal that this person would meet, or None. For the queue: `may_decide`, `why_not`."""
    tiers = held_tiers(who, line.warehouse_id)
    if not tiers:
        return NotAllowed()
    if line.state not in WAITING:
        return NotWaiting(state=str(line.state))
    return refuse_decision(hat, who.id == requester_id, tiers, approvals_needed(wanted_tier(line, clock.now())))


@dataclass(frozen=True, slots=True)
class _Leg:
    """A line as the relocation rule sees it."""

    line: object

    def __getattr__(self, name):
        return self.line.last.variance_qty if name == "variance_qty" else getattr(self.line, name)


def _waiting(warehouse_id, line_ids, act, word):
    """The lines, locked, weighed against the book of this moment. Empty if this very decision was taken before."""
    ids = sorted(set(line_ids))
    if not is_embedded():
        fetch(
            "SELECT x.id FROM variances x WHERE x.warehouse_id = :w AND x.id IN (SELECT k.id FROM "
            + given("ids", id="id")
            + " k) ORDER BY x.id FOR UPDATE",
            w=warehouse_id,
            ids=[(one,) for one in ids],
        )
    lines = read_lines(
        warehouse_id, "v.id IN (SELECT k.id FROM " + given("ids", id="id") + " k)", ids=[(one,) for one in ids]
    )
    if len(lines) != len(ids):
        raise VarianceUnknown()
    if _decided_before(warehouse_id, ids, act, word):
        return []
    for line in lines:
        if line.state in (State.APPROVED, State.REJECTED):
            raise AlreadyDecided()
        if line.state not in WAITING:
            raise NotWaiting(state=str(line.state))
    weigh(lines)
    return lines


def _decided_before(warehouse_id, ids, act, word):
    rows = fetch("SELECT * FROM decisions WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=word.id)
    if not rows:
        return False
    same = {row.variance_id for row in rows} == set(ids)
    if not same or any(
        row.act != act or (row.reason, row.cause, row.stage, row.note) != word.content() for row in rows
    ):
        raise IdReused()
    return True


def _known_reasons(word, required=False):
    missing = {name: ["required"] for name in ("reason", "cause", "stage") if required and not getattr(word, name)}
    if missing:
        raise ReasonUnknown(fields=missing)
    rows = fetch("SELECT code, kind FROM reasons WHERE code IN (:a, :b)", a=word.reason or "", b=word.cause or "")
    known = {row.code: row.kind for row in rows}
    wrong = {}
    if word.reason and word.reason not in known:
        wrong["reason"] = ["not_a_choice"]
    if word.cause and known.get(word.cause) != "cause":
        wrong["cause"] = ["not_a_choice"]
    if word.stage and word.stage not in STAGES:
        wrong["stage"] = ["not_a_choice"]
    if wrong:
        raise ReasonUnknown(fields=wrong)


def _may_settle(lines, who):
    """{line id: the tier at which this person settles it}; raises the refusal of the first that they may not."""
    hands = _hands_in(lines, who)
    needed = _still_needed(lines)
    tiers = {}
    for line in lines:
        refusal = why_not(line, who, *hands[line.id])
        if refusal:
            raise refusal
        mine = [tier for tier in held_tiers(who, line.warehouse_id) if tier in needed[line.id]]
        if not mine:
            raise AlreadyDecided()
        tiers[line.id] = mine[-1]
    return tiers


def _hands_in(lines, who):
    """{line id: (this person's hat in it, who asked for the count)}."""
    warehouse_id = lines[0].warehouse_id
    hats = fetch(
        "SELECT h.variance_id, h.hat FROM "
        + given("ids", id="id")
        + " v JOIN variance_hands h ON h.warehouse_id = :w AND h.variance_id = v.id AND h.person_id = :person",
        ids=[(line.id,) for line in lines],
        person=who.id,
        w=warehouse_id,
    )
    askers = fetch(
        "SELECT c.id, c.requested_by FROM " + given("ids", id="id") + " v JOIN counts c"
        " ON c.warehouse_id = :w AND c.id = v.id",
        ids=[(one,) for one in {line.count_id for line in lines}],
        w=warehouse_id,
    )
    hat_in, asked_by = {row.variance_id: row.hat for row in hats}, {row.id: row.requested_by for row in askers}
    return {line.id: (hat_in.get(line.id), asked_by[line.count_id]) for line in lines}


def _still_needed(lines):
    """{line id: tiers whose approval of this very variance is still wanted}."""
    rows = fetch(
        "SELECT d.variance_id, d.variance_qty, d.tier FROM "
        + given("ids", id="id")
        + " v JOIN decisions d ON d.warehouse_id = :w AND d.variance_id = v.id WHERE d.act IN ('approve', 'relocate')",
        ids=[(line.id,) for line in lines],
        w=lines[0].warehouse_id,
    )
    now, said = clock.now(), {(row.variance_id, row.variance_qty, row.tier) for row in rows}
    return {
        line.id: [
            tier
            for tier in approvals_needed(wanted_tier(line, now))
            if (line.id, line.last.variance_qty, tier) not in said
        ]
        for line in lines
    }


def _evidence_enough(lines, word, policy):
    """Nothing moved meanwhile; above a limit there is a note, and a photo of the shelf or with the decision."""
    if photographed.unknown(word.photos):
        raise PhotoUnknown()
    for line in lines:
        if line.last.contaminated:
            raise Contaminated()
        if policy.note_over is not None and abs(line.value) > policy.note_over and not (word.note or "").strip():
            raise DecisionNoteRequired(fields={"note": ["required"]})
    dear = [line for line in lines if policy.photo_over is not None and abs(line.value) > policy.photo_over]
    if dear and not word.photos and len(photographed.by_counters(dear[0].warehouse_id, dear)) < len(dear):
        raise PhotoRequired(fields={"photos": ["required"]})


def _remember(act, lines, who, word, policy_id, tiers, partners=None):
    """Write the decision and the hand. The key refuses a person who has another hat in the line already."""
    put_decisions(act, lines, who, word, policy_id, tiers, partners or {})
    hands = fetch(
        "SELECT h.variance_id FROM variance_hands h JOIN " + given("ids", id="id") + " k ON k.id = h.variance_id"
        " WHERE h.warehouse_id = :w AND h.person_id = :p AND h.hat IN ('counter', 'bringer')",
        ids=[(line.id,) for line in lines],
        w=lines[0].warehouse_id,
        p=who.id,
    )
    if hands:
        raise OwnCountApproval()
    put(
        "variance_hands",
        [(line.warehouse_id, line.id, who.id, "approver", None) for line in lines],
        ["warehouse_id", "variance_id", "person_id", "hat", "round"],
    )


def put_decisions(act, lines, who, word, policy_id, tiers, partners=None):
    """Write the word on each line."""
    now = clock.now()
    photos = msgspec.json.encode(word.photos).decode() if word.photos else None
    put(
        "decisions",
        [
            (
                *(line.warehouse_id, line.id, word.id, act, who.id, now, tiers.get(line.id), line.last.variance_qty),
                *(word.reason, word.cause, word.stage, word.note, photos, policy_id, (partners or {}).get(line.id)),
            )
            for line in lines
        ],
        [
            "warehouse_id",
            "variance_id",
            "id",
            "act",
            "person_id",
            "at",
            "tier",
            "variance_qty",
            "reason",
            "cause",
            "stage",
            "note",
            "photos",
            "policy_id",
            "with_id",
        ],
    )


def _settled(lines, state, policy_id):
    now = clock.now()
    for line in lines:
        line.state, line.settled_at, line.deadline, line.policy_id = state, now, None, policy_id


def _confirmed(line, who, word):
    return Confirmed(
        line.id,
        line.position,
        line.last.as_of,
        line.last.counted_qty,
        line.unit_cost,
        person_id=who.id,
        reason=word.reason,
        document=f"count {line.count_id}",
    )
