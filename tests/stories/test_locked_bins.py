"""Bins that are locked for a count: for those who want goods to stand still meanwhile. Nobody has to."""

import pytest

from tests.worker import at


@pytest.fixture
def hall(hall):
    """Tea in a bin, and one bin beside it."""
    hall.shelf("A-01", tea=40)
    hall.given.place("A-02", hall.code)
    return hall


def locked(hall):
    """A count of A-01 that locks it; gives its task."""
    return hall.chen.start_count(locations=["A-01"], lock=True).ok()["tasks"][0]["id"]


def moves(hall, from_, to):
    """The receipt of somebody who carries one tea from bin to bin."""
    return hall.li.move("TEA", 1, from_, to, warehouse=hall.code)


def until(hall, place="A-01"):
    """Until when a bin says that it is locked."""
    return hall.chen.get(f"/locations/{place}", warehouse=hall.code).ok()["locked_until"]


def test_nothing_goes_in_or_out_of_a_locked_bin_until_it_is_counted(hall):
    task = locked(hall)

    out, into = moves(hall, "A-01", "A-02"), moves(hall, "A-02", "A-01")
    assert [(one["result"], one["code"]) for one in (out, into)] == [("refused", "location_locked")] * 2
    assert until(hall) is not None and until(hall, "A-02") is None

    hall.wang.count_all(task, {("A-01", "TEA"): 40})
    assert until(hall) is None
    assert moves(hall, "A-01", "A-02")["result"] == "accepted"


def test_other_systems_hear_of_the_lock_too_and_a_document_cannot_go_round_it(hall):
    locked(hall)

    reply = hall.chen.post_moves(hall.given.a_move("TEA", "1", "A-01", "CUSTOMER", hall.code))
    assert (reply.status, reply["fields"]) == (422, {"moves[0].from": ["locked"]})
    pick = hall.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    assert hall.li.pick(pick, "TEA", 5, "A-01")["code"] == "location_locked"


def test_what_happened_before_the_lock_is_true_whenever_it_arrives(hall):
    earlier = hall.li.event("move", at(-60), sku="TEA", quantity="1", from_="A-01", to="A-02", warehouse=hall.code)
    locked(hall)

    assert hall.li.sync(earlier)[0]["result"] == "accepted"


def test_a_count_that_is_called_off_gives_its_bins_free(hall):
    locked(hall)
    (count,) = hall.chen.get("/counts", warehouse=hall.code).items
    hall.chen.post(f"/counts/{count['id']}/cancel", {}).ok()

    assert until(hall) is None
    assert moves(hall, "A-01", "A-02")["result"] == "accepted"


def test_a_lock_that_nobody_ends_ends_by_itself(hall, later):
    hall.policy(lock_hours=2)
    locked(hall)
    later(hours=3)

    assert until(hall) is None
    then = at(hours=3)
    move = hall.li.event("move", then, sku="TEA", quantity="1", from_="A-01", to="A-02", warehouse=hall.code)
    assert hall.li.sync(move, sent_at=then)[0]["result"] == "accepted"


def test_a_count_locks_nothing_unless_it_is_asked_to(hall):
    hall.chen.start_count(locations=["A-01"]).ok()

    assert until(hall) is None
    assert moves(hall, "A-01", "A-02")["result"] == "accepted"
