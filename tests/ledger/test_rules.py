"""Stock moves and never appears: what must hold for all moves, and numbers that must be exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ledger.rules import NewMove, Position, legs, net_changes
from server.quantity import NotANumber, read_money, read_qty, show_money, show_qty, value_of

PLACES = ["A-01", "A-02", "SUPPLIER", "LOSS"]


@st.composite
def some_moves(draw):
    """Moves of tea between a few places."""
    found = []
    for n in range(draw(st.integers(0, 20))):
        source, target = draw(st.permutations(PLACES))[:2]
        found.append(NewMove(str(n), "WH1", "TEA", "", source, target, draw(st.integers(1, 10**9)), "move", n))
    return found


@given(moves=some_moves())
def test_stock_moves_and_never_appears(moves):
    assert sum(net_changes(moves).values()) == 0
    assert sum(change for _, change, _, _ in legs(moves)) == 0


@given(moves=some_moves())
def test_what_a_position_gains_is_what_its_moves_say(moves):
    for place in PLACES:
        gained = sum(m.qty for m in moves if m.to_id == place) - sum(m.qty for m in moves if m.from_id == place)
        assert net_changes(moves).get(Position("WH1", place, "TEA"), 0) == gained


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_quantities_survive_the_wire(qty):
    assert read_qty(show_qty(qty)) == qty
    assert read_money(show_money(qty)) == qty


@pytest.mark.parametrize(
    ("said", "qty"),
    [("12.5", 12500), (3, 3000), (0.1, 100), ("-0.001", -1), ("1e3", 1_000_000), ("0", 0), ("007", 7000)],
)
def test_a_quantity_is_read_exactly(said, qty):
    assert read_qty(said) == qty


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("1.2345", "too_many_decimals"),
        (0.0001, "too_many_decimals"),
        ("", "not_number"),
        ("12 ", "not_number"),
        ("1_000", "not_number"),
        ("NaN", "not_number"),
        ("Infinity", "not_number"),
        (float("inf"), "not_number"),
        (True, "not_number"),
        (None, "not_number"),
        ([], "not_number"),
        (10**13, "out_of_range"),
        ("1e400", "out_of_range"),
        ("9" * 41, "not_number"),
    ],
)
def test_what_is_no_quantity_is_said_so(said, code):
    with pytest.raises(NotANumber) as caught:
        read_qty(said)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("qty", "cost", "value"), [(2000, 25_000, 50_000), (-2000, 25_000, -50_000), (1, 5, 0), (100, 5, 1), (-100, 5, -1)]
)
def test_value_is_exact_and_rounds_half_away_from_zero(qty, cost, value):
    assert value_of(qty, cost) == value
