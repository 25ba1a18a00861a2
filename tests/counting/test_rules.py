"""Who may take a task, what an entry amounts to, which lines are controls: tables of cases."""

from types import SimpleNamespace

import pytest

from server.catalog.amounts import QuantityNegative, QuantityOutOfRange, counted_qty
from server.counting import rules
from server.counting.rules import TaskView, controls, refuse_claim

NOW = 1_000


def task(**words):
    """An open task, unless told otherwise."""
    said = {"state": "open", "mode": "independent", "assignee_id": None, "claimed_by": None, "lease_until": None}
    return TaskView(**{**said, "excluded": frozenset(), **words})


HELD = {"state": "claimed", "claimed_by": "wang", "lease_until": NOW + 1}


@pytest.mark.parametrize(
    ("words", "reason", "code"),
    [
        ({}, None, None),
        ({"state": "submitted"}, None, "task_closed"),
        ({"state": "cancelled"}, "please", "task_closed"),
        ({"excluded": frozenset({"li"})}, None, "same_person"),
        ({"excluded": frozenset({"li"})}, "please", "same_person"),  # no reason is good enough
        ({"assignee_id": "li"}, None, None),
        ({"assignee_id": "wang"}, None, "not_assigned"),
        ({"assignee_id": "wang"}, "wang is ill", None),
        (HELD, None, "task_taken"),
        (HELD, "wang is ill", None),
        ({**HELD, "lease_until": NOW}, None, None),  # a lapsed lease holds nobody
        ({**HELD, "claimed_by": "li"}, None, None),
        ({**HELD, "mode": "parts"}, None, None),  # in parts, several work side by side
    ],
)
def test_who_may_take_a_task(words, reason, code):
    refusal = refuse_claim(task(**words), "li", NOW, reason)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("quantity", "scan_qty", "qty"),
    [
        (3000, 1000, 3000),
        (None, 1000, 1000),  # a scan alone is one
        (1000, 12_000, 12_000),  # a case of twelve is twelve
        (2500, 12_000, 30_000),
        (0, 12_000, 0),  # zero is a statement
        (2000, 1_234, 2_468),  # two pieces of 1.234 kg
    ],
)
def test_what_an_entry_amounts_to(quantity, scan_qty, qty):
    assert counted_qty(quantity, scan_qty) == qty


def test_a_shelf_never_holds_less_than_nothing():
    with pytest.raises(QuantityNegative):
        counted_qty(-1, 1000)


@pytest.mark.parametrize(("quantity", "scan_qty"), [(10**15, 1000), (1, 500)])
def test_what_cannot_be_is_refused(quantity, scan_qty):
    with pytest.raises(QuantityOutOfRange):
        counted_qty(quantity, scan_qty)


@pytest.mark.parametrize(
    ("recounts", "matched", "share", "count"),
    [
        (0, 10, 0.2, 0),
        (1, 10, 0.2, 1),
        (4, 10, 0.2, 1),
        (8, 10, 0.2, 2),
        (40, 3, 0.2, 3),
        (4, 10, 0, 0),
        (4, 0, 0.2, 0),
    ],
)
def test_one_recount_in_five_is_a_control(recounts, matched, share, count):
    lines = [f"line-{n}" for n in range(matched)]

    chosen = controls(list(range(recounts)), lines, share)

    assert len(chosen) == count
    assert set(chosen) <= set(lines)
    assert chosen == controls(list(range(recounts)), lines[::-1], share)


def stated(location, sku, photo=None, kind="entry", method="camera"):
    return SimpleNamespace(location=location, sku=sku, photo=photo, kind=kind, method=method)


@pytest.mark.parametrize(
    ("statements", "missing"),
    [
        ([], []),
        ([stated("A-01", "TEA")], []),
        ([stated("A-01", "GOLD")], ["A-01 GOLD"]),
        ([stated("A-01", "GOLD", "p")], []),
        ([stated("A-01", "GOLD"), stated("A-01", "GOLD", "p")], []),
        ([stated("A-01", "GOLD", "p"), stated("A-02", "GOLD")], ["A-02 GOLD"]),
        ([stated("A-01", "TEA", "p"), stated("A-01", "GOLD")], ["A-01 GOLD"]),
        ([stated("A-01", "GOLD", method="rfid")], []),
        ([stated("A-01", "GOLD", kind="empty")], []),
        ([stated("A-01", None)], []),
    ],
)
def test_a_flagged_item_takes_a_photo_at_each_of_its_places(statements, missing):
    assert rules.photos_missing("task", statements, frozenset({"GOLD"}), 0) == missing


def test_a_bin_drawn_by_chance_takes_one_photo_of_anything():
    assert rules.photos_missing("task", [stated("A-01", "TEA"), stated("A-02", None, "p")], frozenset(), 1) == ["A-01"]
    assert rules.photos_missing("task", [stated("A-01", None, kind="empty")], frozenset(), 1) == ["A-01"]


def test_the_share_of_bins_is_what_the_policy_says():
    drawn = [rules.is_photographed("task", f"A-{n}", 0.02) for n in range(20_000)]

    assert 300 < sum(drawn) < 500
    assert not any(rules.is_photographed("task", f"A-{n}", 0) for n in range(100))
    assert all(rules.is_photographed("task", f"A-{n}", 1) for n in range(100))
