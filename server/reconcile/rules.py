"""What follows from the rounds of one line, who may settle it, and what is likely behind it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from server.errors import NotFound, NotUnderstood, Refusal

EXTRA_ROUNDS = 3  # contaminated rounds do not count towards the policy's maximum, but they end somewhere


class State(StrEnum):
    """What became of a line."""

    COUNTING = "counting"
    MATCHED = "matched"
    RECOUNT = "recount"
    HELD = "held"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


OPEN = (State.COUNTING, State.RECOUNT, State.HELD, State.PENDING)
WAITING = (State.PENDING, State.HELD)
SETTLED = (State.MATCHED, State.APPROVED, State.REJECTED)
STAGES = {
    "purchase": ("Purchase", "采购"),
    "receiving": ("Receiving", "收货"),
    "storage": ("Storage", "仓储"),
    "production": ("Production", "生产"),
    "picking": ("Picking", "拣货"),
    "shipping": ("Shipping", "发货"),
    "counting": ("Counting", "盘点"),
}


class VarianceUnknown(NotFound):
    """No such line, or not for this person."""

    code = "variance_unknown"
    en = "This line does not exist, or you may not see it. Refresh the list."
    zh = "差异行不存在或您无权查看。请刷新列表。"


class NotWaiting(Refusal):
    """Nobody is asked to decide about it now."""

    code = "not_waiting"
    en = "This line is not waiting for a decision (it is {state}). Refresh the list."
    zh = "该差异当前无需审核（状态：{state}）。请刷新列表。"


class AlreadyDecided(Refusal):
    """Somebody decided before."""

    code = "already_decided"
    en = "This line was decided before. Look at its trail."
    zh = "该差异已审核。请查看处理记录。"


class OwnCountApproval(Refusal):
    """Counters may not decide about their own count."""

    code = "own_count_approval"
    en = "You counted this line yourself. Another supervisor has to decide."
    zh = "您参与了该行盘点，须由其他主管审核。"


class BroughtCountApproval(Refusal):
    """Who brought a count in its counter's stead could have made it up."""

    code = "brought_count_approval"
    en = "You sent this count for somebody else. Another supervisor has to decide."
    zh = "该盘点由您代为上传，须由其他主管审核。"


class OwnRequestApproval(Refusal):
    """Nor may whoever asked for the count."""

    code = "own_request_approval"
    en = "You asked for this count yourself. Another supervisor has to decide."
    zh = "该盘点由您发起，须由其他主管审核。"


class TierTooHigh(Refusal):
    """The value asks for a higher tier."""

    code = "tier_too_high"
    en = "This value needs the approval of: {tier}. Ask them to decide."
    zh = "该金额须由 {tier} 审核。请转交处理。"


class DecisionNoteRequired(NotUnderstood):
    """Above a limit, a decision takes a note."""

    code = "note_required"
    en = "At this value a note is required: say what was found and why you believe it."
    zh = "该金额须填写说明：请写明发现的情况与判断依据。"


class PhotoRequired(NotUnderstood):
    """Above a limit, a decision takes a photo."""

    code = "photo_required"
    en = "At this value a photo is required. Take one and decide again."
    zh = "该金额须附照片。请拍照后再审核。"


class ReasonUnknown(NotUnderstood):
    """The reason, cause or stage is not one of ours."""

    code = "reason_unknown"
    en = "The reason, cause or stage is not known. Choose from the list."
    zh = "原因或环节不在列表中。请从列表选择。"


class Contaminated(Refusal):
    """Something moved while it was counted, so nobody can vouch for it."""

    code = "contaminated"
    en = "This position moved while it was counted. It is counted again before anybody decides."
    zh = "盘点期间该库位有移动，须重盘后再审核。"


class NotARelocation(Refusal):
    """The two lines do not cancel each other out."""

    code = "not_a_relocation"
    en = "These two lines are not equal and opposite variances of one item. Decide about each by itself."
    zh = "两行差异并非同一物料的等量正负差异。请分别审核。"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round said, against the book at its own instant."""

    round: int
    counted_qty: int
    book_qty: int
    contaminated: bool = False
    swapped: bool = False  # as many serials as booked, but other ones
    doubt: str | None = None  # reads are missing, or tags are there that nobody expected

    @property
    def variance_qty(self):
        return self.counted_qty - self.book_qty

    @property
    def unexpected(self):
        """Book zero and counted more than zero: always goes to a person."""
        return self.book_qty == 0 and self.counted_qty > 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: the state, and the round that settles it (the anchor), if one does."""

    state: State
    anchor: Round | None = None


def judge(rounds, passes, rounds_max, same=lambda one, other: one == other):
    """Decide what follows from the rounds of one line, in order.

    `passes(round)`: is it inside every tolerance; `same`: do two variances agree (weighed goods never do to the gram).

    A second pair of eyes is cheaper than a supervisor, so a difference is recounted before anyone is asked to believe
    it. What must agree is the variance, for stock may have moved between the rounds (`truth.md` §5.3).
    """
    last = rounds[-1]
    if last.contaminated:
        return Verdict(State.HELD if len(rounds) >= rounds_max + EXTRA_ROUNDS else State.RECOUNT)
    if last.doubt:  # a person looks at it, whatever the figures
        return Verdict(State.HELD, last)
    clean = [one for one in rounds if not one.contaminated and not one.doubt]
    fine = not last.swapped and (last.variance_qty == 0 or (passes(last) and not last.unexpected))
    if fine:
        return Verdict(State.MATCHED, last)
    if any(same(one.variance_qty, last.variance_qty) for one in clean[:-1]):
        return Verdict(State.PENDING, last)
    if len(clean) >= rounds_max:
        return Verdict(State.HELD if rounds_max > 1 else State.PENDING, last)
    return Verdict(State.RECOUNT)


def refuse_decision(hat, is_requester, held_tiers, needed):
    """Why may this person not settle the line? None if they may.

    `hat`: their hand in the line so far; `held_tiers`: tiers they may decide at; `needed`: tiers still wanted.
    """
    if hat == "counter":
        return OwnCountApproval()
    if hat == "bringer":
        return BroughtCountApproval()
    if hat == "requester" or is_requester:
        return OwnRequestApproval()
    if hat == "approver":
        return AlreadyDecided()
    if not set(held_tiers) & set(needed):
        return TierTooHigh(tier=" + ".join(needed))
    return None


def approvals_needed(tier):
    """Which approvals a tier takes: `finance` is two people, a manager and finance."""
    return {"supervisor": ("supervisor",), "manager": ("manager",), "finance": ("manager", "finance")}[str(tier)]


def escalated(tier, overdue):
    """What is overdue goes one tier up (`truth.md` §6.6)."""
    if not overdue:
        return tier
    return {"supervisor": "manager", "manager": "finance", "finance": "finance"}[str(tier)]


def as_relocation(one, other):
    """(source, destination) if two lines are equal and opposite variances of one item and lot, else None."""
    same_stock = one.item_id == other.item_id and one.lot == other.lot and one.warehouse_id == other.warehouse_id
    opposite = one.variance_qty == -other.variance_qty and one.variance_qty != 0
    if not same_stock or not opposite or one.location_id == other.location_id:
        return None
    return (one, other) if one.variance_qty < 0 else (other, one)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the evidence shows of one line, for naming likely causes."""

    variance_qty: int
    pack_sizes: tuple[int, ...] = ()
    opposite_elsewhere: bool = False
    negative_book: bool = False
    late_moves: int = 0
    picks: int = 0
    receipts: int = 0
    expired: bool = False


def likely_causes(signs):
    """Candidate causes, likeliest first: (cause code, score 0–100, why code). A checklist in the order of its yield.

    An exact multiple of a pack is real evidence of a unit mix-up (measured on a real correction log: 50 % of the
    unit-of-measure corrections are one, 15 % by chance).
    """
    short = signs.variance_qty < 0
    found = []
    if signs.opposite_elsewhere:
        found.append(("management.misplacement", 90, "opposite_elsewhere"))
    if any(size > 1000 and signs.variance_qty % size == 0 for size in signs.pack_sizes):
        found.append(("management.unit_of_measure", 75, "pack_multiple"))
    if signs.late_moves:
        found.append(("management.late_paperwork", 60, "late_moves"))
    if signs.negative_book and not short:
        found.append(("system.unposted", 65, "negative_book"))
    if signs.expired and short:
        found.append(("physical.expired", 55, "expired"))
    if signs.picks:
        found.append(("human.wrong_pick", 45 if short else 35, "picked_often"))
    if signs.receipts and not short:
        found.append(("management.entry_error", 40, "received_lately"))
    if short:
        found.append(("human.theft" if not signs.picks else "human.loss", 25, "no_other_sign"))
    found.append(("management.count_error", 15, "always_possible"))
    return sorted(found, key=lambda one: -one[1])
