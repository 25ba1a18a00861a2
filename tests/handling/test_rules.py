"""What statements come to, and what is out of order: values in, values out."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.handling.rules import (
    Checking,
    Heard,
    check_needed,
    delivery_at,
    inspected,
    may_leave,
    near_expiry,
    outcome_of,
    over_receipt,
    pack_suspected,
    told_more,
    usage_of,
    with_sure,
)


def said(*words):
    """`("pick", "li", 3)`, with `serial`, `more` or an instant (the order, unless told) behind it."""
    return [
        Heard(step, who, qty * 1000, rest.get("at", n), rest.get("serial"), rest.get("more", False))
        for n, (step, who, qty, *more) in enumerate(words)
        for rest in [more[0] if more else {}]
    ]


PICK, CHECK = ("pick", "li", 5), ("check", "wang", 5)
CASES = {
    "nothing": ([], "waiting", None),
    "one side": ([PICK], "waiting", None),
    "two agree": ([PICK, CHECK], "agreed", 5),
    "two differ": ([PICK, ("check", "wang", 4)], "differs", None),
    "a third agrees with the first": ([PICK, ("check", "wang", 4), ("check", "sun", 5)], "agreed", 5),
    "a third agrees with the second": ([PICK, ("check", "wang", 4), ("check", "sun", 4)], "agreed", 4),
    "three differ": ([PICK, ("check", "wang", 4), ("check", "sun", 3)], "differs", None),
    "the first side's words add up": ([("pick", "li", 3), ("pick", "zhao", 2), CHECK], "agreed", 5),
    "a checker's words add up": ([PICK, ("check", "wang", 2), ("check", "wang", 3)], "agreed", 5),
    "still scanning": ([PICK, ("check", "wang", 2, {"more": True})], "waiting", None),
    "nobody has said what two checkers found": ([CHECK, ("check", "sun", 5)], "differs", None),
    "nobody picked and the checker found none": ([("check", "wang", 0)], "agreed", 0),
    "a supervisor's word": ([PICK, ("check", "wang", 4), ("settle", "chen", 4)], "agreed", 4),
    "and what came after it": ([PICK, ("settle", "chen", 4), ("pick", "li", 2)], "agreed", 6),
    "a serial counts once": (
        [
            ("pick", "li", 1, {"serial": "S1"}),
            ("pick", "li", 1, {"serial": "S1"}),
            ("check", "wang", 1, {"serial": "S1"}),
        ],
        "agreed",
        1,
    ),
    "as many, but another serial": (
        [("pick", "li", 1, {"serial": "S1"}), ("check", "wang", 1, {"serial": "S2"})],
        "differs",
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_statements_come_to(name):
    words, state, agreed = CASES[name]

    outcome = outcome_of(said(*words), check_needed=True)

    assert (outcome.state, outcome.agreed and outcome.agreed.qty) == (
        state,
        agreed if agreed is None else agreed * 1000,
    )


def test_the_order_in_which_words_arrive_changes_nothing():
    for words, state, agreed in CASES.values():
        outcome = outcome_of(said(*words)[::-1], check_needed=True)
        assert (outcome.state, outcome.agreed and outcome.agreed.qty) == (
            state,
            None if agreed is None else agreed * 1000,
        )


def test_where_no_check_is_needed_the_first_word_stands_until_somebody_differs():
    assert outcome_of(said(PICK), check_needed=False).agreed.qty == 5000
    assert outcome_of(said(PICK, ("check", "wang", 4)), check_needed=False).state == "differs"


def test_what_was_loaded_at_once_is_added_to_what_two_agree_on():
    assert with_sure(said(("load", "li", 3)), True).agreed.qty == 3000
    assert with_sure(said(("load", "li", 3), PICK), True).agreed is None
    assert with_sure(said(("load", "li", 3), PICK, CHECK), True).agreed.qty == 8000


@pytest.mark.parametrize(
    ("rule", "value", "new_lot", "announced", "needed"),
    [
        (Checking(1000, 0), 999, False, True, False),
        (Checking(1000, 0), 1000, False, True, True),
        (Checking(None, 0), 10**9, False, True, False),
        (Checking(None, 0, first_lot=True), 0, True, True, True),
        (Checking(None, 0, first_lot=True), 0, False, True, False),
        (Checking(None, 0, unannounced=True), 0, False, False, True),
        (Checking(None, 1), 0, False, True, True),
    ],
)
def test_when_a_second_person_has_to_look(rule, value, new_lot, announced, needed):
    assert check_needed(rule, value, "d:i", new_lot, announced) is needed


def test_a_share_of_the_rest_is_drawn_and_the_same_goods_are_always_drawn_alike():
    drawn = [check_needed(Checking(None, 0.1), 0, f"d:{n}") for n in range(5000)]

    assert 0.08 < sum(drawn) / 5000 < 0.12
    assert drawn == [check_needed(Checking(None, 0.1), 0, f"d:{n}") for n in range(5000)]


@pytest.mark.parametrize(
    ("received", "expected", "percent", "over"),
    [(10, 10, 0, 0), (11, 10, 0, 1), (11, 10, 10_000, 0), (12, 10, 10_000, 2), (9, 10, 0, 0), (3, 0, 10_000, 3)],
)
def test_over_receipt(received, expected, percent, over):
    assert over_receipt(received * 1000, expected * 1000, percent) == over * 1000


def test_packs_taken_for_pieces():
    assert pack_suspected(2000, 24000, [12000]) and pack_suspected(24000, 2000, [12000])
    assert not pack_suspected(24000, 24000, [12000]) and not pack_suspected(3000, 24000, [12000, 1000])
    assert not pack_suspected(0, 24000, [12000])


@pytest.mark.parametrize(
    ("expiry", "shelf_life", "soon"),
    [("2026-12-20", None, True), ("2026-12-31", None, False), (None, 10, False), ("2027-03-01", 300, True)],
)
def test_near_expiry(expiry, shelf_life, soon):
    assert near_expiry(expiry, "2026-11-25", shelf_life, days=30, share=0.333) is soon


@pytest.mark.parametrize(
    ("agreed", "ordered", "gone", "may"), [(5, 5, 0, 5), (7, 5, 0, 5), (3, 5, 4, 1), (3, 5, 5, 0), (3, None, 9, 3)]
)
def test_what_may_leave(agreed, ordered, gone, may):
    assert may_leave(agreed, ordered, gone) == may


@pytest.mark.parametrize(
    ("planned", "used", "made", "to_make", "wanted"),
    [
        (20, 18, 8, 10, (16, 2, "overuse")),
        (20, 16, 8, 10, (16, 0, "ok")),
        (20, 10, 10, 10, (20, -10, "underuse")),
        (20, 0, 10, 10, (20, -20, "not_issued")),
        (20, 5, 0, 10, (0, 0, "not_reported")),
        (0, 1, 5, 5, (0, 1, "not_planned")),
        (20, 0, 0, 10, (0, 0, "ok")),
    ],
)
def test_used_against_expected(planned, used, made, to_make, wanted):
    assert usage_of(planned, used, made, to_make) == wanted


LOOKS = {
    "nobody looked": ([("return", "unseen", 3)], "waiting", (0, 0, 3)),
    "some were looked at": ([("return", "unseen", 3), ("check", "good", 2)], "waiting", (2, 0, 3)),
    "all were": ([("return", "unseen", 3), ("check", "good", 2), ("check", "damaged", 1)], "agreed", (2, 1, 3)),
    "more than came": ([("return", "unseen", 3), ("check", "good", 4)], "differs", (4, 0, 3)),
    "a supervisor says": ([("return", "unseen", 3), ("check", "good", 4), ("settle", "good", 4)], "agreed", (4, 0, 4)),
    "more came after that": (
        [("return", "unseen", 3), ("settle", "damaged", 2), ("return", "unseen", 1)],
        "waiting",
        (0, 2, 3),
    ),
}


@pytest.mark.parametrize(("words", "state", "wanted"), LOOKS.values(), ids=LOOKS.keys())
def test_what_looking_at_returned_goods_comes_to(words, state, wanted):
    found = inspected([(*word, n) for n, word in enumerate(words)])

    assert (found.state, (found.good, found.damaged, found.whole)) == (state, wanted)


@pytest.mark.parametrize(
    ("deliveries", "at", "wanted"),
    [
        ([], 5, None),
        ([("a", None)], 5, "a"),
        ([("a", 9)], 5, "a"),
        ([("a", 3)], 5, None),
        ([("a", 3), ("b", None)], 5, "b"),
        ([("a", 3), ("b", 7), ("c", None)], 5, "b"),
        ([("a", 3), ("b", None)], 3, "a"),
    ],
)
def test_goods_belong_to_the_delivery_that_was_open_when_they_came(deliveries, at, wanted):
    assert delivery_at(deliveries, at) == wanted


@given(
    step=st.sampled_from(["receive", "pick", "load", "consume"]),
    batches=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), min_size=1, max_size=5),
    needed=st.booleans(),
)
def test_batch_by_batch_comes_to_the_same_as_all_at_once(step, batches, needed):
    """What only adds to what was said before is judged without reading it again."""
    before, words = None, []
    for batch in batches:
        found = told_more(before, [(step, qty) for qty in batch], needed)
        words += [(step, "li", qty) for qty in batch]
        whole = with_sure([Heard(step, "li", qty, n) for n, (_, _, qty) in enumerate(words)], needed)
        assert (found.state, found.first.qty, found.agreed) == (whole.state, whole.first.qty, whole.agreed)
        agreed = None if found.agreed is None else found.agreed.qty
        before = SimpleNamespace(state=str(found.state), first_qty=found.first.qty, agreed_qty=agreed)
