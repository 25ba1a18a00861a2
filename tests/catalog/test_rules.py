"""What the catalogue decides without asking anybody."""

import pytest

from server.catalog.policy import DEFAULT_BODY, read_body
from server.catalog.rules import Limits, Tolerance, key_of, stated_qty, tier_for, tolerance_of
from server.decode.gs1 import Label


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("6901234567892", "06901234567892"),
        ("06901234567892", "06901234567892"),
        ("614141000036", "00614141000036"),
        ("96385074", "00000096385074"),
        ("6901234567893", "6901234567893"),
        (" Box-7 ", "Box-7"),
        ("box-7", "box-7"),
    ],
)
def test_gtins_of_every_length_are_one_number_and_other_codes_stay_as_they_are(text, key):
    assert key_of(text) == key


@pytest.mark.parametrize(
    ("label", "unit", "pack_qty", "expected"),
    [
        (Label("", packs=4), "ea", 12_000, 48_000),
        (Label("", pieces=7), "ea", 12_000, 7_000),
        (Label("", milligrams=1_250_000), "kg", 1000, 1_250),
        (Label("", milligrams=1_250_000), "克", 1000, 1_250_000),
        (Label("", milligrams=1_250_000), "ea", 1000, None),
        (Label("", milligrams=400), "kg", 1000, None),
        (Label(""), "ea", 12_000, None),
    ],
)
def test_a_label_states_a_quantity_only_in_the_unit_of_the_item(label, unit, pack_qty, expected):
    assert stated_qty(label, unit, pack_qty) == expected


@pytest.mark.parametrize(
    ("limits", "qty", "book_qty", "value", "passes"),
    [
        (Limits(), 0, 10, 0, True),
        (Limits(), 1, 10, 0, False),
        (Limits(quantity=2000), -2000, 10_000, 0, True),
        (Limits(quantity=2000), 2001, 10_000, 0, False),
        (Limits(percent=200), 20, 10_000, 0, True),
        (Limits(percent=200), 21, 10_000, 0, False),
        (Limits(percent=5000), 1, 0, 0, False),
        (Limits(value=1000), 5000, 1, -1000, True),
        (Limits(quantity=9000, value=1000), 5000, 1, 1001, False),
    ],
)
def test_a_line_passes_only_if_all_limits_set_hold(limits, qty, book_qty, value, passes):
    assert limits.cover(qty, book_qty, value) is passes


def test_too_much_and_too_little_have_limits_of_their_own():
    tolerance = Tolerance(plus=Limits(quantity=5000), minus=Limits(quantity=1000))

    assert tolerance.covers(5000, 0, 0)
    assert not tolerance.covers(-5000, 0, 0)


@pytest.mark.parametrize(
    ("facts", "percent", "quantity"),
    [
        ({"abc": "A"}, 200, None),
        ({"abc": "B"}, 1000, None),
        ({"abc": "C"}, 5000, None),
        ({}, None, 0),
        ({"abc": "C", "weighed": True}, 2000, None),
        ({"abc": "C", "lot_tracked": True, "weighed": True}, None, 0),
        ({"abc": "C", "serial_tracked": True}, None, 0),
    ],
)
def test_the_default_tolerances_are_those_of_the_trade(facts, percent, quantity):
    tolerance = tolerance_of(DEFAULT_BODY, "TEA", **facts)

    assert tolerance.minus == tolerance.plus == Limits(quantity=quantity, percent=percent)


def test_an_items_own_tolerance_comes_first_and_replaces_the_whole():
    body = read_body({"tolerances": {"items": {"TEA": {"plus": {"value": "3"}}}}})

    tolerance = tolerance_of(body, "TEA", abc="A", serial_tracked=True)

    assert tolerance == Tolerance(plus=Limits(value=30_000), minus=Limits())


@pytest.mark.parametrize(
    ("line", "document", "tier"),
    [
        (1000, 5000, "supervisor"),
        (-1001, 0, "manager"),
        (10_001, 0, "finance"),
        (1, 5001, "manager"),
        (1, -50_001, "finance"),
    ],
)
def test_the_higher_of_line_and_document_decides_who_may_settle(line, document, tier):
    assert tier_for(DEFAULT_BODY, line * 10_000, document * 10_000) == tier
