"""How urgent, until when, who answers for it, who comes next: tables of cases."""

import pytest

from server.cases.rules import Answers, deadline_of, next_tier, severity_of, stage_of, who_answers
from server.catalog.policy import Cases, read_body
from server.clock import HOUR

TERMS = Cases({"low": 240, "normal": 120, "high": 24}, {"unsafe": 2}, 24, 10_000, ("high",), (), 30)


@pytest.mark.parametrize(
    ("kind", "said", "value", "severity"),
    [
        ("lost", None, None, "normal"),
        ("lost", "low", 99_999, "low"),
        ("unsafe", None, None, "high"),
        ("lost", None, 10_000, "normal"),
        ("lost", None, 10_001, "high"),
        ("short_receipt", None, -10_001, "high"),
    ],
)
def test_what_is_unsafe_held_or_dear_is_urgent(kind, said, value, severity):
    assert severity_of(kind, said, value, 10_000) == severity


@pytest.mark.parametrize(
    ("kind", "severity", "hours"), [("lost", "normal", 120), ("lost", "high", 24), ("unsafe", "low", 2)]
)
def test_a_kinds_own_hours_come_before_its_severitys(kind, severity, hours):
    assert deadline_of(1_000, kind, severity, TERMS) == 1_000 + hours * HOUR


def test_without_a_word_of_the_policy_the_urgent_has_a_fifth_of_the_time():
    assert read_body({}).cases.hours == {"low": 240, "normal": 120, "high": 24}
    assert read_body({"deadline_hours": {"cause": 10}, "cases": {"hours": {"low": 7}}}).cases.hours == {
        "low": 7,
        "normal": 10,
        "high": 2,
    }


TABLE = [
    Answers("anybody"),
    Answers("receiver", stage="receiving"),
    Answers("dock", stage="receiving", zone="DOCK"),
    Answers("here", warehouse_id="w1"),
    Answers("damage", kind="damaged"),
    Answers("thief", cause="human.theft"),
    Answers("people", cause="human"),
    Answers("thief at the dock", cause="human.theft", zone="DOCK"),
]


@pytest.mark.parametrize(
    ("house", "kind", "zone", "stage", "cause", "person"),
    [
        ("w2", "lost", None, "storage", None, "anybody"),
        ("w1", "lost", None, "storage", None, "here"),
        ("w1", "over_receipt", "A", "receiving", None, "receiver"),
        ("w1", "over_receipt", "DOCK", "receiving", None, "dock"),
        ("w1", "damaged", "DOCK", "receiving", None, "damage"),
        ("w1", "damaged", "A", "storage", "human.theft", "thief"),
        ("w1", "damaged", "DOCK", "storage", "human.theft", "thief at the dock"),
        ("w1", "lost", "A", "storage", "human.carelessness", "people"),
        ("w1", "lost", "A", "storage", "physical.pests", "here"),
    ],
)
def test_the_line_that_says_most_names_who_answers(house, kind, zone, stage, cause, person):
    assert who_answers(TABLE, house, kind, zone, stage, cause) == person
    assert who_answers(TABLE[::-1], house, kind, zone, stage, cause) == person


def test_nobody_answers_for_what_the_table_does_not_name():
    assert who_answers(TABLE[1:3], "w1", "lost", "A", "storage") is None
    assert stage_of("short_pick") == "picking" and stage_of("other") is None


@pytest.mark.parametrize(
    ("tier", "owner", "ranks", "up"),
    [
        ("owner", 0, {1, 2, 3}, "supervisor"),
        ("owner", 1, {1, 2, 3}, "manager"),
        ("supervisor", 0, {1, 2, 3}, "manager"),
        ("owner", 0, {2}, "manager"),
        ("manager", 2, {1, 2, 3}, "admin"),
        ("manager", 2, {1, 2}, None),
        ("owner", 3, {1, 2, 3}, None),
    ],
)
def test_what_is_overdue_goes_one_tier_up(tier, owner, ranks, up):
    assert next_tier(tier, owner, ranks) == up
