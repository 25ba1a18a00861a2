"""What is aboard a container, from its acts and from what the book says was taken where it stood: no database."""

from types import SimpleNamespace

import pytest

from server.handling.aboard import Drawn, Loaded, aboard, all_loaded


def on(at, place, qty, off=None, lot="L", serial=None):
    """Goods came aboard at `place`, or went there with it."""
    return Loaded(at, f"on{at}", off, place, place, "milk", lot, serial, qty)


def off(at, place, qty, lot="L"):
    """So much was taken out of it."""
    return Loaded(at, f"off{at}", place, None, None, "milk", lot, None, qty)


def drawn(at, place, left, lot="L", serials=()):
    """Somebody took from the bin, and so much was left there."""
    return Drawn(at, f"drawn{at}", place, "milk", lot, serials, left)


@pytest.mark.parametrize(
    ("acts", "draws", "place", "qty"),
    [
        ([on(1, "DOCK", 9)], [], "DOCK", 9),
        ([on(1, "DOCK", 9), on(2, "A", 9, off="DOCK")], [], "A", 9),
        ([on(1, "DOCK", 9), on(2, "A", 5, off="DOCK")], [], "A", 5),  # the other four were left at the dock
        ([on(1, "DOCK", 9), on(2, "DOCK", 3)], [], "DOCK", 12),
        ([on(1, "A", 9), off(2, "A", 4)], [], "A", 5),
        ([on(1, "A", 9), off(2, "A", 14)], [], "A", 0),
        ([on(1, "A", 9)], [drawn(2, "A", 20)], "A", 9),  # what was taken lay beside it
        ([on(1, "A", 9)], [drawn(2, "A", 5)], "A", 5),
        ([on(1, "A", 9)], [drawn(2, "A", 5), drawn(3, "A", 25)], "A", 5),  # what came later is not aboard
        ([on(1, "A", 9)], [drawn(2, "A", -3)], "A", 0),
        ([on(1, "A", 9)], [drawn(2, "B", 0)], "A", 9),
        ([on(1, "A", 9)], [drawn(2, "A", 0, lot="M")], "A", 9),
        ([on(3, "A", 9)], [drawn(2, "A", 0)], "A", 9),  # taken before it came
        ([on(1, "A", 9), on(2, "B", 4, off="A"), on(3, "A", 4, off="B")], [], "A", 9),  # moved by mistake, and back
    ],
)
def test_what_is_aboard(acts, draws, place, qty):
    parcels, stands = aboard(acts, draws)

    assert (stands, sum(parcel.qty for parcel in parcels)) == (place, qty)


def test_of_serials_the_one_that_was_taken_is_gone():
    acts = [on(1, "A", 1000, serial="S-1"), on(2, "A", 1000, serial="S-2")]

    parcels, _ = aboard(acts, [drawn(3, "A", 1000, serials=("S-1",))])

    assert [parcel.serial for parcel in parcels] == ["S-2"]


def test_an_empty_one_stands_where_it_was_put_and_what_left_stands_nowhere():
    put = Loaded(1, "x", "A", "B", "B", None, "", None, 0)
    gone = Loaded(3, "y", "B", None, "", "milk", "L", None, 9)

    assert aboard([put]) == ([], "B")
    assert aboard([put, on(2, "B", 9), gone]) == ([], None)


def part(whole, n, from_id, to_id, qty, container="X", out_of=None, item="milk"):
    """One part of an act that moved the container X as a whole, or of what put it right."""
    goods = {"item_id": item, "lot": "L", "serial": None, "qty": qty, "document_id": None}
    named = {"container": container, "out_of": out_of, "step": "move", "whole_id": whole}
    return SimpleNamespace(id=n, effective_at=2, from_id=from_id, to_id=to_id, **goods, **named)


@pytest.mark.parametrize(
    ("parts", "place", "qty"),
    [
        ([part("w", 1, "A", "B", 9)], "B", 9),
        ([part("w", 9, "A", "B", 9), part("w", 1, "B", "A", 2, None, "X")], "B", 7),  # whatever the order of the ids
        ([part("w", 1, "A", "B", 9), part("w", 2, "A", "B", 3)], "B", 12),
        ([part("w", 1, "A", "B", 9), part("w", 2, "B", "A", 9, None, "X")], "B", 0),
        ([part("w", 1, "A", "B", 0, item=None)], "B", 0),
        ([part("w", 1, "A", "B", 9), part("w", 2, "B", "A", 9, None, "X"), part("w", 3, "C", "B", 9)], "B", 9),
    ],
)
def test_as_a_whole_it_took_along_what_is_left_after_all_that_put_it_right(parts, place, qty):
    parcels, stands = aboard(list(all_loaded(parts, "X")))

    assert (stands, sum(parcel.qty for parcel in parcels)) == (place, qty)
