"""What follows from what people say about goods: agreement, tolerance, who may check. Pure."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

INBOUND = {"receipt": "SUPPLIER", "return": "CUSTOMER", "transfer_in": "TRANSIT"}  # kind → where goods come from
OUTBOUND = {
    "pick": "CUSTOMER",
    "transfer": "TRANSIT",
    "supplier_return": "SUPPLIER",
    "exchange": "CUSTOMER",
}  # kind → where they go
LEAVING = {
    "scrap": "SCRAP",
    "sample": "CUSTOMER",
    "gift": "CUSTOMER",
    "internal_use": "PRODUCTION",
}  # one statement takes them from the shelf
KINDS = (*INBOUND, *OUTBOUND, *LEAVING, "production")
ASKED_FOR = ("transfer", "supplier_return", *LEAVING)  # somebody else has to approve
STATES = ("requested", "open", "working", "submitted", "done", "cancelled", "rejected")
LIVE = ("open", "working", "submitted")
CLOSED = ("done", "cancelled", "rejected")
HOLD_KINDS = ("quarantine", "block", "inspection")
CONDITIONS = ("good", "damaged")
PRIORITIES = ("urgent", "high", "normal", "low")  # what comes first; their places here are what the table keeps
NORMAL = PRIORITIES.index("normal")
# Hints that compare with what the book has.
BOOK_HINTS = ("takes_held", "takes_reserved", "over_capacity", "container_empty")


class Side(StrEnum):
    """Who received or picked; and who looks at it independently."""

    FIRST = "first"
    CHECK = "check"


class GoodsState(StrEnum):
    """Waiting for a second pair of eyes; two that differ; agreed."""

    WAITING = "waiting"
    DIFFERS = "differs"
    AGREED = "agreed"


SURE = ("load", "consume", "output", *LEAVING)  # steps that nobody checks: one word is enough
SIDE_OF = {"receive": Side.FIRST, "pick": Side.FIRST, "short": Side.FIRST, "check": Side.CHECK}
_QUIZ_OF = {
    **{step: step for step in ("receive", "check", "putaway", "pick", "ship", "return")},
    **dict.fromkeys(LEAVING, "scrap"),
    "short": "pick",
    "consume": "produce",
    "output": "produce",
}


def quiz_of(step, kinds=()):
    """Whose quiz comes before a step; what is said in words about a transfer is of the transfer."""
    return "transfer" if kinds in (("transfer",), ("transfer_in",)) else _QUIZ_OF.get(step)


@dataclass(frozen=True, slots=True)
class Heard:
    """One statement about some goods. `step`: receive, pick, check, settle. Quantities: thousandths."""

    step: str
    person_id: str
    qty: int
    at: int
    serial: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What one side says in all."""

    qty: int = 0
    serials: frozenset[str] = frozenset()

    def plus(self, other):
        """Both together."""
        return Tally(self.qty + other.qty, self.serials | other.serials)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the statements come to. `agreed` is None while it is open."""

    state: GoodsState
    first: Tally
    agreed: Tally | None = None


def outcome_of(heard, check_needed):
    """What statements about the same goods come to.

    Two that agree are enough: the first side and a checker, or two checkers who find something else than the first
    side. Where no check is asked for, the first side's word stands. A supervisor's word (`settle`) stands before all,
    and what is said to have happened after it is added.
    """
    first = tally_of([one for one in heard if one.step in ("receive", "pick")])
    settled = [one for one in heard if one.step == "settle"]
    if settled:
        last = max(settled, key=lambda one: one.at)
        after = tally_of([one for one in heard if one.step in ("receive", "pick") and one.at > last.at])
        return Outcome(GoodsState.AGREED, first, Tally(last.qty + after.qty, first.serials))
    checks = _checks(heard)
    if not any(one.step in ("receive", "pick") for one in heard) and any(tally.qty for tally in checks):
        return Outcome(GoodsState.DIFFERS, first)  # the first side's word may still be on its way
    if not checks:
        if check_needed:
            return Outcome(GoodsState.WAITING, first)
        return Outcome(GoodsState.AGREED, first, first)
    for n, one in enumerate([first, *checks]):
        if one in checks[n:]:
            return Outcome(GoodsState.AGREED, first, one)
    return Outcome(GoodsState.DIFFERS, first)


def with_sure(heard, check_needed):
    """The same, where some of it needs no second word: what was loaded at once, used or made."""
    sure = [one for one in heard if one.step in SURE]
    if not sure:
        return outcome_of(heard, check_needed)
    others = [one for one in heard if one.step not in SURE]
    rest = outcome_of(others, check_needed) if others else Outcome(GoodsState.AGREED, Tally(), Tally())
    agreed = rest.agreed and rest.agreed.plus(tally_of(sure))
    return Outcome(rest.state, rest.first.plus(tally_of(sure)), agreed)


def told_more(before, words, check_needed):
    """What goods come to when a batch only adds to what one side has said.

    `before`: what all earlier words came to (state, first_qty, agreed_qty), or None; `words`: `[(step, qty)]` of the
    batch.
    """
    steps = {step for step, _ in words}
    added = sum(qty for step, qty in words if step in ("receive", "pick", *SURE))
    first = Tally((before.first_qty if before else 0) + added)
    if steps & {*SURE}:
        return Outcome(GoodsState.AGREED, first, first)
    if steps & {"receive", "pick"}:
        return Outcome(GoodsState.WAITING, first) if check_needed else Outcome(GoodsState.AGREED, first, first)
    return Outcome(GoodsState(before.state), first, None if before.agreed_qty is None else Tally(before.agreed_qty))


def tally_of(heard):
    """Statements added up; a serial counts once, however often it is scanned."""
    serials = frozenset(one.serial for one in heard if one.serial is not None and one.qty > 0)
    return Tally(sum(one.qty for one in heard if one.serial is None) + 1000 * len(serials), serials)


def _checks(heard):
    """Each checker's tally, but of those who are still scanning."""
    by_person = defaultdict(list)
    for one in heard:
        if one.step == "check":
            by_person[one.person_id].append(one)
    done = (said for said in by_person.values() if not max(said, key=lambda one: one.at).more)
    return [tally_of(said) for said in done]


@dataclass(frozen=True, slots=True)
class Checking:
    """When a second person has to look. `over`: from this value on, None never; `share` of all the rest."""

    over: int | None
    share: float
    first_lot: bool = False
    unannounced: bool = False


def check_needed(policy, value, key, new_lot=False, announced=True):
    """Does the policy ask for a second pair of eyes? `key` names the goods: the same goods give the same answer."""
    if policy.over is not None and value >= policy.over:
        return True
    if policy.first_lot and new_lot or policy.unannounced and not announced:
        return True
    return _drawn(key) < policy.share


def _drawn(key):
    """A number from 0 up to 1 that nobody can guess and everybody can check."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48


@dataclass(frozen=True, slots=True)
class Inspected:
    """What looking at returned goods came to, in thousandths. `whole`: what the book owes them.

    Waiting while some were not looked at; differs where somebody found more than was taken in.
    """

    taken: int
    good: int
    damaged: int
    whole: int
    state: GoodsState


def inspected(said):
    """`said`: `[(step, condition, qty, instant)]` of one item and lot: return, check, settle.

    Everybody who looks adds to what is known; a supervisor's word stands for all that was said before it.
    """
    settled = max((at for step, _, _, at in said if step == "settle"), default=None)
    taken = sum(qty for step, _, qty, _ in said if step == "return")
    words = [one for one in said if one[0] == ("check" if settled is None else "settle")]
    words = [one for one in words if settled is None or one[3] == settled]
    good, damaged = (
        sum(qty for _, condition, qty, _ in words if condition == wanted) for wanted in ("good", "damaged")
    )
    if settled is None:
        left = taken - good - damaged
        state = GoodsState.WAITING if left > 0 else GoodsState.DIFFERS if left < 0 else GoodsState.AGREED
        return Inspected(taken, good, damaged, taken, state)
    after = sum(qty for step, _, qty, at in said if step == "return" and at > settled)
    state = GoodsState.WAITING if after else GoodsState.AGREED
    return Inspected(taken, good, damaged, good + damaged + after, state)


def allocate(demands, stock):
    """Which positions what is wanted will be taken from: who comes first takes the best. All in thousandths.

    `demands`: `[(document, item, lot or "", qty)]` in their order; `stock`: `{item: [(place, lot, qty)]}`, the best
    first. Gives `[(document, item, place, lot, qty)]`; what is not there is nobody's.
    """
    left = {item: [[place, lot, qty] for place, lot, qty in rows] for item, rows in stock.items()}
    found = []
    for document, item, wanted, qty in demands:
        for row in left.get(item, ()):
            place, lot, here = row
            take = min(qty, here) if wanted in ("", lot) else 0
            if take > 0:
                row[2] -= take
                qty -= take
                found.append((document, item, place, lot, take))
    return found


def over_receipt(received, expected, percent):
    """Thousandths above what is expected and what is tolerated; 0 if there are none. `percent`: thousandths of one."""
    allowed = expected + expected * percent // 100_000
    return received - expected if received > allowed else 0


def pack_suspected(stated, expected, packs):
    """Was a number of packs entered as pieces, or the other way round? `packs`: sizes in thousandths."""
    if stated == expected or not stated or not expected:
        return False
    return any(pack > 1000 and (stated * pack == expected * 1000 or expected * pack == stated * 1000) for pack in packs)


def near_expiry(expiry, today, shelf_life_days, days, share):
    """Does a lot expire too soon to be taken in? Dates as `YYYY-MM-DD`."""
    if not expiry:
        return False
    left = (date.fromisoformat(expiry) - date.fromisoformat(today)).days
    limit = shelf_life_days * share if shelf_life_days else days
    return left < limit


def delivery_at(deliveries, at):
    """Which of a day's deliveries goods belong to that came at an instant; None: the next one.

    `deliveries`: `[(id, when it was handed in or None)]` in their order.
    """
    return next((id_ for id_, end in deliveries if end is None or at <= end), None)


@dataclass(slots=True)
class Expected:
    """What the lines of a document ask for, of one item: in all, and of single lots."""

    qty: int = 0
    lots: dict[str, int] = field(default_factory=dict)

    def add(self, lot, qty):
        """One more line."""
        self.qty += qty
        if lot:
            self.lots[lot] = self.lots.get(lot, 0) + qty


def may_leave(agreed, ordered, gone):
    """How much more may be shipped: of what is agreed on and still here, never more than was ordered. Thousandths.

    `ordered`: None if nobody said how much; `gone`: what has left already.
    """
    return max(0, agreed if ordered is None else min(agreed, ordered - gone))


def usage_of(planned, used, made, to_make):
    """(expected, over, state) of one material: expected for what was really made, as the bill of materials has it.

    All in thousandths. Used although nothing was made is no overuse yet: it was not reported.
    """
    expected = planned * made // to_make if to_make else 0
    if made and not used and planned:
        return expected, -expected, "not_issued"
    if used and not made:
        return expected, 0, "not_reported"
    if used and not planned:
        return 0, used, "not_planned"
    over = used - expected
    return expected, over, "overuse" if over > 0 else "underuse" if over < 0 else "ok"
