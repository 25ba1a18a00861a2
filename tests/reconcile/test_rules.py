"""What follows from the rounds of a line: tables of cases, no app, no database."""

from dataclasses import dataclass

import pytest

from server.catalog.rules import Limits, Tolerance
from server.reconcile.rules import (
    Round,
    Signs,
    approvals_needed,
    as_relocation,
    escalated,
    judge,
    likely_causes,
    refuse_decision,
)

ONE_PERCENT = Tolerance(Limits(percent=1000), Limits(percent=1000))
EXACT = Tolerance()


def rounds(*said):
    """`(counted, book)` in units, or `(counted, book, "moved")` for a contaminated round."""
    return [Round(n + 1, one[0] * 1000, one[1] * 1000, len(one) > 2) for n, one in enumerate(said)]


@pytest.mark.parametrize(
    ("said", "state", "anchor"),
    [
        ([(40, 40)], "matched", 1),
        ([(38, 40)], "recount", None),
        ([(38, 40), (38, 40)], "pending", 2),  # two equal variances
        ([(38, 40), (48, 50)], "pending", 2),  # the variance agrees, not the quantity: ten came in between
        ([(38, 40), (40, 40)], "matched", 2),  # the first one erred
        ([(38, 40), (37, 40)], "recount", None),
        ([(38, 40), (37, 40), (38, 40)], "pending", 3),  # the third agrees with the first
        ([(38, 40), (37, 40), (37, 40)], "pending", 3),
        ([(38, 40), (37, 40), (36, 40)], "held", 3),  # nobody agrees
        ([(38, 40), (37, 40), (40, 40)], "matched", 3),
        ([(5, 0)], "recount", None),  # found where nothing was thought to be
        ([(5, 0), (5, 0)], "pending", 2),
        ([(0, 0)], "matched", 1),
        ([(40, 40, "moved")], "recount", None),  # who moved it while it was counted?
        ([(38, 40, "moved"), (38, 40)], "recount", None),  # a contaminated round confirms nothing
        ([(38, 40, "moved"), (38, 40), (38, 40)], "pending", 3),
        ([(38, 40), (38, 40, "moved")], "recount", None),
        ([(1, 4, "moved")] * 6, "held", None),  # it ends somewhere
        ([(40, 40), (38, 40)], "recount", None),  # a control that disagrees
        ([(40, 40), (38, 40), (38, 40)], "pending", 3),
        ([(40, 40), (38, 40), (40, 40)], "matched", 3),
        ([(3, -2), (3, -2)], "pending", 2),  # a negative book
        ([(0, -2)], "recount", None),
    ],
)
def test_what_follows_from_the_rounds(said, state, anchor):
    verdict = judge(rounds(*said), lambda one: one.variance_qty == 0, rounds_max=3)

    assert verdict.state == state
    assert (verdict.anchor.round if verdict.anchor else None) == anchor


@pytest.mark.parametrize(
    ("counted", "book", "state"),
    [(99, 100, "matched"), (101, 100, "matched"), (98, 100, "recount"), (1, 0, "recount"), (0, 1, "recount")],
)
def test_inside_the_tolerance_one_count_is_enough_but_never_for_what_was_not_expected(counted, book, state):
    def passes(one):
        return ONE_PERCENT.covers(one.variance_qty, one.book_qty, 0)

    assert judge(rounds((counted, book)), passes, rounds_max=3).state == state


def test_weighed_goods_agree_within_their_tolerance():
    weighed = judge(rounds((95, 100), (96, 100)), lambda one: False, 3, same=lambda a, b: abs(a - b) <= 2000)

    assert weighed.state == "pending"


def test_one_round_only_goes_straight_to_a_person():
    assert judge(rounds((38, 40)), lambda one: False, rounds_max=1).state == "pending"


@pytest.mark.parametrize(
    ("limits", "qty", "book", "value", "covered"),
    [
        (Limits(quantity=2000), 2000, 10_000, 0, True),
        (Limits(quantity=2000), 2001, 10_000, 0, False),
        (Limits(percent=200), 2, 1000, 0, True),  # 0.2 % of one unit is 0.002
        (Limits(percent=200), 3, 1000, 0, False),
        (Limits(value=50_000), 9_999_000, 1000, 50_000, True),
        (Limits(quantity=2000, percent=1000), 1500, 100_000, 0, False),  # all limits that are set
        (Limits(quantity=2000, percent=1000), 1000, 100_000, 0, True),
        (Limits(percent=1000), 1, 0, 0, False),  # no percentage of nothing
        (Limits(), 1, 1000, 0, False),  # nothing set, nothing passes
        (Limits(), 0, 0, 0, True),
    ],
)
def test_a_tolerance_covers_only_if_all_its_limits_do(limits, qty, book, value, covered):
    assert limits.cover(qty, book, value) is covered


def test_plus_and_minus_are_apart():
    tolerance = Tolerance(plus=Limits(quantity=5000), minus=Limits(quantity=0))

    assert tolerance.covers(5000, 100_000, 0)
    assert not tolerance.covers(-1, 100_000, 0)


@pytest.mark.parametrize(
    ("hat", "asked", "tiers", "needed", "code"),
    [
        (None, False, ["supervisor"], ("supervisor",), None),
        ("counter", False, ["supervisor"], ("supervisor",), "own_count_approval"),
        ("counter", True, ["manager"], ("supervisor",), "own_count_approval"),
        ("requester", False, ["supervisor"], ("supervisor",), "own_request_approval"),
        (None, True, ["supervisor"], ("supervisor",), "own_request_approval"),
        ("approver", False, ["manager"], ("manager", "finance"), "already_decided"),
        (None, False, ["supervisor"], ("manager",), "tier_too_high"),
        (None, False, ["supervisor", "manager"], ("manager", "finance"), None),
        (None, False, ["finance"], ("manager", "finance"), None),
        (None, False, ["finance"], ("supervisor",), "tier_too_high"),
    ],
)
def test_who_may_settle_a_line(hat, asked, tiers, needed, code):
    refusal = refuse_decision(hat, asked, tiers, needed)

    assert (refusal.code if refusal else None) == code


def test_above_the_managers_limit_two_people_decide():
    assert approvals_needed("supervisor") == ("supervisor",)
    assert approvals_needed("finance") == ("manager", "finance")


@pytest.mark.parametrize(
    ("tier", "overdue", "now"),
    [("supervisor", False, "supervisor"), ("supervisor", True, "manager"), ("manager", True, "finance")],
)
def test_what_is_overdue_goes_one_tier_up(tier, overdue, now):
    assert escalated(tier, overdue) == now


@dataclass
class Line:
    """As much of a line as a relocation looks at."""

    location_id: str
    variance_qty: int
    item_id: str = "tea"
    lot: str = ""
    warehouse_id: str = "WH1"


def test_equal_and_opposite_is_a_relocation_from_the_short_place_to_the_long_one():
    short, long = Line("A", -5000), Line("B", 5000)

    assert as_relocation(short, long) == as_relocation(long, short) == (short, long)


@pytest.mark.parametrize(
    "other",
    [Line("B", 4000), Line("B", -5000), Line("B", 5000, item_id="rice"), Line("B", 5000, lot="L1"), Line("A", 5000)],
)
def test_anything_else_is_not(other):
    assert as_relocation(Line("A", -5000), other) is None


@pytest.mark.parametrize(
    ("signs", "first"),
    [
        (Signs(-12_000, pack_sizes=(12_000,)), "management.unit_of_measure"),
        (Signs(-12_000, pack_sizes=(12_000,), opposite_elsewhere=True), "management.misplacement"),
        (Signs(-5_000, pack_sizes=(12_000,), picks=3), "human.wrong_pick"),
        (Signs(-5_000), "human.theft"),
        (Signs(5_000, negative_book=True), "system.unposted"),
        (Signs(-3_000, late_moves=1), "management.late_paperwork"),
    ],
)
def test_the_likeliest_cause_is_named_first(signs, first):
    assert likely_causes(signs)[0][0] == first


def test_a_miscount_is_always_possible_and_never_first():
    causes = [code for code, _, _ in likely_causes(Signs(-1_000))]

    assert causes[-1] == "management.count_error"
