"""How urgent a matter is, when it is due, who answers for it and who comes next. Pure."""

from dataclasses import dataclass

from server.clock import DAY, HOUR

REPORTED = ("damaged", "lost", "found", "label_unreadable", "wrong_place", "unsafe", "other")
RECEIVING = ("over_receipt", "short_receipt", "wrong_item", "wrong_lot", "near_expiry", "pack_suspected")
SHIPPING = ("short_pick", "wrong_pick", "over_pick", "missed_shipment", "late_shipment")
ELSEWHERE = ("check_differs", "transfer_differs", "overuse", "on_hold_moved", "exchange_incomplete", "over_capacity")
BY_RULE = ("negative_book", "held_line", "unknown_code", "reader_silent", *RECEIVING, *SHIPPING, *ELSEWHERE)
FROM_BOOK = (
    "negative_book",
    "held_line",
    "damaged",
    *RECEIVING,
    *SHIPPING,
    *ELSEWHERE,
)  # a rule compared
KINDS = REPORTED + BY_RULE
SEVERITIES = ("low", "normal", "high")
TIERS = ("owner", "supervisor", "manager", "admin")
MOST_WHYS = 5
NEAR = DAY  # before a deadline
_HIGH = ("unsafe", "held_line")
_STAGES = {
    **dict.fromkeys(RECEIVING, "receiving"),
    "damaged": "storage",
    "lost": "storage",
    "found": "storage",
    "wrong_place": "storage",
    "negative_book": "storage",
    "on_hold_moved": "storage",
    "over_capacity": "storage",
    "short_pick": "picking",
    "wrong_pick": "picking",
    "over_pick": "picking",
    "missed_shipment": "shipping",
    "late_shipment": "shipping",
    "exchange_incomplete": "shipping",
    "transfer_differs": "shipping",
    "overuse": "production",
    "held_line": "counting",
    "unknown_code": "counting",
}


def kind_and_note(kind, note=None):
    """What somebody on the floor calls it need not be one of our kinds: then it is "other", and their word is kept."""
    if kind in KINDS:
        return kind, note
    return "other", f"{kind}: {note}" if note else kind


@dataclass(frozen=True, slots=True)
class Answers:
    """A line of the table of responsibilities: who answers for what. None means any."""

    person_id: str
    warehouse_id: str | None = None
    kind: str | None = None
    zone: str | None = None
    stage: str | None = None
    cause: str | None = None


def severity_of(kind, given=None, value=None, high_over=None):
    """How urgent, unless somebody said: unsafe, held, or worth so much (`high_over`: None means never)."""
    if given:
        return given
    dear = high_over is not None and value is not None and abs(value) > high_over
    return "high" if kind in _HIGH or dear else "normal"


def deadline_of(opened_at, kind, severity, terms):
    """When it should have an end. `terms`: the policy's `Cases`; a kind's own hours come before its severity's."""
    hours = terms.kind_hours.get(kind) or terms.hours[severity]
    return opened_at + int(hours * HOUR)


def stage_of(kind):
    """Where a matter of this kind arises, as far as the kind alone can tell; None if it cannot."""
    return _STAGES.get(kind)


def who_answers(lines, warehouse_id, kind, zone=None, stage=None, cause=None):
    """The person of the line that says most about it: its exact cause before its loss type, then kind, stage, zone.

    None if no line fits.
    """
    fitting = [line for line in lines if _fits(line, warehouse_id, kind, zone, stage, cause)]
    if not fitting:
        return None
    return max(fitting, key=_weight).person_id


def _fits(line, warehouse_id, kind, zone, stage, cause):
    pairs = (line.warehouse_id, warehouse_id), (line.kind, kind), (line.zone, zone), (line.stage, stage)
    same_cause = line.cause is None or (cause is not None and line.cause in (cause, cause.split(".")[0]))
    return same_cause and all(said is None or said == met for said, met in pairs)


def _weight(line):
    cause = 0 if line.cause is None else 1 + line.cause.count(".")
    said = [part is not None for part in (line.kind, line.stage, line.zone, line.warehouse_id)]
    return cause, *said


def next_tier(tier, owner_rank, ranks):
    """One tier up from where a case is: the lowest rank among `ranks` that is above both its tier and its owner.

    None when nobody stands above.
    """
    here = max(TIERS.index(tier), owner_rank)
    above = sorted(rank for rank in ranks if rank > here)
    return TIERS[above[0]] if above else None


def notice_of_case(case, person_id, now):
    """`(kind, since when)` of the one thing that this person should hear of a case: what presses most."""
    mine = case.owner_id == person_id
    if case.verify_state == "failed":
        return "verification_failed", case.verified_at
    if mine and case.deadline < now:
        return "case_overdue", case.deadline
    if mine and case.escalated_at is not None:
        return "case_escalated", case.escalated_at
    if case.deadline - now < NEAR:
        return "case_deadline", max(case.deadline - NEAR, case.opened_at)
    return "case_routed", case.given_at or case.opened_at


def notice_of_action(action, now):
    """`(kind, since when)` of what this person should hear of an action of theirs."""
    if action.due_at < now:
        return "action_overdue", action.due_at
    if action.due_at - now < NEAR:
        return "action_due", max(action.due_at - NEAR, action.made_at)
    return "action_ordered", action.made_at
