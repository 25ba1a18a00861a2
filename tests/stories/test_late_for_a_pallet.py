"""A pallet went with all that was on it; then something arrives that had happened before it went.

The book ends as if it had come in order, and nothing that was written is changed."""

import pytest

from tests.given import ALONE, QUIET
from tests.stories.test_containers import SSCC, aboard, go, milk
from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """Nine cases of milk came on a pallet a minute ago."""
    sku = hall.sku = f"MILK{hall.code}"
    for place in ("A-01", "A-02", "A-03", "B-01", "B-02"):
        hall.given.place(place, hall.code)
    hall.given.lot(sku, "L1", "2027-06-01")
    hall.policy(handling={**ALONE, **QUIET, "pick_check_over": "0.0000"})
    hall.order = hall.chen.open_document("receipt", {sku: 9}, number="PO-1", partner="Dairy").ok()["id"]
    hall.li.receive(hall.order, sku, 9, lot="L1", expiry="2027-06-01", container=SSCC, at_=at(-60))
    hall.li.tell("receive.submit", document=hall.order)
    return hall


@pytest.fixture
def gone(floor):
    """It was put away at A-01 and moved to A-02 and on to A-03."""
    go(floor, "A-01", at_=at(-50))
    go(floor, "A-02", at_=at(-30))
    go(floor, "A-03", at_=at(-10))
    assert aboard(floor) == ("A-03", milk(floor, 9)) and floor.qty("A-03", floor.sku) == "9.000"
    return floor


def held(hall):
    """What the book says of each place."""
    return [hall.qty(place, hall.sku) for place in ("A-01", "A-02", "A-03")]


def order(hall, many):
    return hall.chen.open_document("pick", {hall.sku: many}, number="SO-1", partner="East").ok()["id"]


@pytest.mark.parametrize("told", [{}, {"out_of": SSCC}])
@pytest.mark.parametrize("moment", [-40, -20])
def test_a_late_pick_was_never_on_it_when_it_went(gone, told, moment):
    sold = order(gone, 2)

    gone.sun.pick(sold, gone.sku, 2, {-40: "A-01", -20: "A-02"}[moment], lot="L1", at_=at(moment), **told)

    assert held(gone) == [None, None, "7.000"]
    assert aboard(gone) == ("A-03", milk(gone, 7))
    assert gone.chen.get("/cases", warehouse=gone.code, kind="negative_book").ok().items == []
    back = [one for one in gone.chen.ledger(sku=gone.sku) if one["kind"] == "move" and one["quantity"] == "2.000"]
    ways = [("A-03", "A-02"), ("A-02", "A-01")] if moment == -40 else [("A-03", "A-02")]
    assert [(one["from"], one["to"]) for one in back] == ways
    assert gone.differences() == []


def test_withdrawn_it_was_on_it_after_all(gone):
    pick = new_id()
    gone.sun.pick(order(gone, 2), gone.sku, 2, "A-01", lot="L1", at_=at(-40), out_of=SSCC, id_=pick)

    gone.sun.tell("document.void", statement=pick)

    assert held(gone) == [None, None, "9.000"] and aboard(gone) == ("A-03", milk(gone, 9))
    assert gone.differences() == []


def test_what_was_loaded_late_went_along(gone):
    gone.shelf("B-01", lot="L1", **{gone.sku.lower(): 5})

    said = {"lot": "L1", "warehouse": gone.code, "container": SSCC, "at_": at(-20)}
    gone.wang.move(gone.sku, 4, "B-01", "A-02", **said)

    assert held(gone) == [None, None, "13.000"] and aboard(gone) == ("A-03", milk(gone, 13))
    assert gone.differences() == []


def test_a_late_receipt_onto_it_is_put_away_with_it(floor):
    dock, _ = aboard(floor)
    more = floor.chen.open_document("receipt", {floor.sku: 3}, number="PO-2", partner="Dairy").ok()["id"]
    go(floor, "A-01", at_=at(-30))

    said = {"lot": "L1", "expiry": "2027-06-01", "container": SSCC, "at_": at(-40)}
    floor.wang.receive(more, floor.sku, 3, **said)
    floor.wang.tell("receive.submit", document=more)

    assert held(floor) == ["12.000", None, None] and floor.qty(dock, floor.sku) is None
    assert aboard(floor) == ("A-01", milk(floor, 12))
    assert floor.chen.document(more)["state"] == "done"
    assert floor.differences() == []


def test_an_empty_one_that_nobody_knew_had_been_loaded(floor):
    assert go(floor, "A-02", "PAL-7", at_=at(-20))["code"] == "container_empty"
    floor.shelf("B-01", lot="L1", **{floor.sku.lower(): 5})

    said = {"lot": "L1", "warehouse": floor.code, "container": "PAL-7", "at_": at(-30)}
    floor.wang.move(floor.sku, 4, "B-01", "A-01", **said)

    assert held(floor) == [None, "4.000", None] and aboard(floor, "PAL-7") == ("A-02", milk(floor, 4))
    assert floor.differences() == []


def test_it_went_from_elsewhere_since_somebody_had_moved_it_before(gone):
    go(gone, "B-02", at_=at(-20), by="sun")

    assert held(gone) == [None, None, "9.000"] and gone.qty("B-02", gone.sku) is None
    assert aboard(gone) == ("A-03", milk(gone, 9))
    steps = [one for one in gone.chen.ledger(sku=gone.sku) if one["kind"] == "move"]
    assert ("B-02", "A-03") in [(one["from"], one["to"]) for one in steps]
    assert gone.differences() == []


def test_where_two_stood_and_nobody_said_which_a_person_looks(gone):
    gone.shelf("B-01", lot="L1", **{gone.sku.lower(): 6})
    said = {"lot": "L1", "warehouse": gone.code}
    gone.li.move(gone.sku, 6, "B-01", "A-02", container="PAL-2", at_=at(-29), **said)
    assert held(gone) == [None, "6.000", "9.000"]

    gone.wang.move(gone.sku, 2, "A-02", "A-01", at_=at(-20), **said)

    assert held(gone) == ["2.000", "4.000", "9.000"]  # nothing is guessed
    (case,) = gone.chen.get("/cases", warehouse=gone.code, kind="wrong_place").ok().items
    assert (case["location"], case["sku"], case["quantity"]) == ("A-03", gone.sku, "9.000")
    assert gone.differences() == []


def test_serials_come_back_too(hall):
    for place in ("A-01", "A-02", "A-03"):
        hall.given.place(place, hall.code)
    hall.given.item(f"DRILL{hall.code}", serial_tracked=True)
    drill = f"DRILL{hall.code}"
    hall.given.admin.post_moves(
        *[hall.given.a_move(drill, 1, "SUPPLIER", "A-03", hall.code, serial=one) for one in ("S-1", "S-2")]
    )
    for n, serial in enumerate(("S-1", "S-2")):
        said = {"serial": serial, "warehouse": hall.code, "container": "PAL-1", "at_": at(-50 + n)}
        hall.li.move(drill, 1, "A-03", "A-01", **said)
    go(hall, "A-02", "PAL-1", at_=at(-30))
    assert hall.qty("A-02", drill) == "2.000"

    hall.sun.move(drill, 1, "A-01", "A-03", serial="S-1", warehouse=hall.code, at_=at(-40))

    assert (hall.qty("A-01", drill), hall.qty("A-02", drill), hall.qty("A-03", drill)) == (None, "1.000", "1.000")
    (line,) = hall.zhou.get("/containers/PAL-1", warehouse=hall.code).ok()["contents"]
    assert line["serials"] == ["S-2"]
    assert hall.zhou.get("/identify", warehouse=hall.code, code=drill).ok()["kind"] == "item"
    assert hall.differences() == []


def test_a_count_of_before_decides_what_could_go(gone):
    """Two had vanished before the pallet went; the count of that moment is settled after it."""
    gone.policy(rounds_max=1, auto_post=False)
    (task,) = gone.start("full", locations=["A-02"])
    said = {"location": "A-02", "sku": gone.sku, "lot": "L1", "quantity": "7", "method": "keypad"}
    gone.wang.claim(task)
    gone.wang.tell("count.entry", at(-20), task=task, **said)
    gone.wang.tell("count.submit", task=task)
    for line in gone.zhou.get("/variances", warehouse=gone.code).ok().items:
        why = {"reason": "theft", "cause": "human.theft", "stage": "storage"}
        gone.zhou.post(f"/variances/{line['id']}/approve", {"id": new_id(), **why}).ok()

    assert held(gone) == [None, None, "7.000"] and aboard(gone) == ("A-03", milk(gone, 7))
    assert gone.differences() == []


def test_where_it_stands_since_is_not_where_it_stood(floor):
    floor.shelf("B-01", lot="L1", **{floor.sku.lower(): 5})
    said = {"lot": "L1", "warehouse": floor.code, "container": "PAL-7", "at_": at(-10)}
    floor.wang.move(floor.sku, 4, "B-01", "A-03", **said)

    receipt = go(floor, "A-03", "PAL-7", at_=at(-20))

    assert (receipt["result"], receipt["code"]) == ("accepted", "container_empty")
    assert aboard(floor, "PAL-7") == ("A-03", milk(floor, 4)) and floor.differences() == []
