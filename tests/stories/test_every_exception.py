"""Whatever is out of order at the dock and at the shelf becomes a case with its photo, an owner and a deadline."""

import re

import pytest

from tests.given import ALONE, QUIET
from tests.house import new_id
from tests.pictures import a_photo
from tests.worker import at

IDS_AND_INSTANTS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z")


@pytest.fixture
def floor(hall):
    """A dock, shelves, goods with lots; what is received needs no check."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.given.item("MILK", lot_tracked=True, shelf_life_days=90, unit_cost="1")
    for lot, day in (("L1", at(days=80)[:10]), ("L2", at(days=70)[:10])):
        hall.given.lot("MILK", lot, day)
        hall.shelf("A-01", lot=lot, milk=20)
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02", tea=40)
    hall.policy(handling=ALONE | QUIET)
    hall.photo = hall.li.take_photo(a_photo(), warehouse=hall.code).ok()["id"]
    return hall


def cases(hall):
    """Open cases by kind."""
    found = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return {case["kind"]: case for case in found if case["state"] != "closed"}


ARRIVALS = {
    "over": ({"TEA": 5}, {"sku": "TEA", "quantity": 6}, "over_receipt"),
    "short": ({"TEA": 5}, {"sku": "TEA", "quantity": 4}, "short_receipt"),
    "damaged": ({"TEA": 5}, {"sku": "TEA", "quantity": 5, "condition": "damaged"}, "damaged"),
    "another item": ({"RICE": 5}, {"sku": "TEA", "quantity": 5}, "wrong_item"),
    "another lot": (
        [{"sku": "MILK", "quantity": "5", "lot": "L1"}],
        {"sku": "MILK", "quantity": 5, "lot": "L2"},
        "wrong_lot",
    ),
    "soon to expire": ({"MILK": 5}, {"sku": "MILK", "quantity": 5, "lot": "L3", "expiry": "soon"}, "near_expiry"),
    "packs for pieces": ({"CAN": 24}, {"sku": "CAN", "quantity": 2}, "pack_suspected"),
    "pieces for packs": ({"CAN": 2}, {"sku": "CAN", "quantity": 24}, "pack_suspected"),
}


@pytest.mark.parametrize(("lines", "said", "kind"), ARRIVALS.values(), ids=ARRIVALS.keys())
def test_what_is_out_of_order_about_a_delivery(floor, lines, said, kind):
    floor.given.item("RICE")
    floor.given.code("CAN", "CAN-12", pack=12)
    if said.get("expiry") == "soon":
        said = said | {"expiry": at(days=20)[:10]}
    come = floor.chen.open_document("receipt", lines, number="PO-7").ok()["id"]
    assert floor.li.receive(come, photo=floor.photo, **said)["code"] is None
    floor.li.tell("receive.submit", document=come)

    case = cases(floor)[kind]

    assert case["owner"] == "chen" and case["deadline"]
    photos = floor.zhou.get(f"/cases/{case['id']}").ok()["photos"]
    assert photos == ([] if kind == "short_receipt" else [floor.photo])
    assert floor.differences() == []


def test_another_lot_than_was_ordered_is_told_when_it_is_picked(floor):
    order = floor.chen.open_document("pick", [{"sku": "MILK", "quantity": "5", "lot": "L1"}]).ok()["id"]
    floor.li.pick(order, "MILK", 5, "A-01", lot="L2", photo=floor.photo)

    case = cases(floor)["wrong_lot"]
    assert (case["owner"], case["quantity"]) == ("chen", "5.000")


def test_another_item_than_was_ordered_does_not_leave(floor):
    floor.shelf("A-01", rice=9)
    order = floor.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    floor.li.pick(order, "RICE", 5, "A-01")
    floor.wang.pick_check(order, "RICE", 5)
    assert "wrong_pick" in cases(floor)

    assert floor.sun.ship(order)["code"] == "nothing_agreed" and floor.qty("CUSTOMER", "RICE") is None


def test_a_short_bin_comes_last_and_the_rest_is_taken_elsewhere(floor):
    order = floor.chen.open_document("pick", {"TEA": 10}).ok()["id"]
    floor.li.tell("document.claim", document=order)
    floor.li.pick(order, "TEA", 4, "A-01")
    floor.li.pick_short(order, "TEA", 0, "A-01", photo=floor.photo)

    (task,) = [one for one in floor.li.tasks() if one["kind"] == "pick"]
    assert task["lines"][0]["quantity"] == "6.000"
    assert [bin_["location"] for bin_ in task["lines"][0]["bins"]] == ["A-02", "A-01"]
    case = cases(floor)["short_pick"]
    assert case["owner"] == "chen" and floor.zhou.get(f"/cases/{case['id']}")["photos"] == [floor.photo]


def test_a_checker_who_is_a_supervisor_is_refused_like_anybody(floor):
    order = floor.chen.open_document("pick", {"TEA": 3}).ok()["id"]
    floor.ma.pick(order, "TEA", 3, "A-01")
    assert floor.ma.pick_check(order, "TEA", 3)["code"] == "same_person"
    words = {"id": new_id(), "lines": [{"sku": "TEA", "quantity": "3"}]}
    assert floor.ma.post(f"/documents/{order}/settle", words).code == "own_document"


def test_a_tolerance_per_item_is_of_what_was_ordered(floor):
    floor.policy(handling=ALONE | QUIET | {"over_receipt_items": {"TEA": "10"}})
    for quantity, told in ((11, False), (12, True)):
        come = floor.chen.open_document("receipt", {"TEA": 10}).ok()["id"]
        floor.li.receive(come, "TEA", quantity)
        assert ("over_receipt" in cases(floor)) is told


@pytest.mark.parametrize("count", ["zero_pick", "low_pick"])
def test_an_emptied_bin_asks_whether_it_is_empty_and_a_low_one_how_many_are_left(floor, count):
    floor.policy(handling=ALONE | QUIET | {"zero_count": True, "low_quantity": "3"})
    order = floor.chen.open_document("pick", {"TEA": 60}).ok()["id"]
    floor.li.pick(order, "TEA", 40 if count == "zero_pick" else 38, "A-02")

    (task,) = [one for one in floor.wang.tasks() if one["kind"] == "count"]
    told = IDS_AND_INSTANTS.sub("", str(task))
    assert task["locations"] == ["A-02"] and "38" not in told and "40.000" not in told
    if count == "zero_pick":
        assert task["form"] == "zero"
        assert floor.wang.tell("count.claim", task=task["id"])["code"] is None
        assert floor.wang.empty(task["id"], "A-02")["result"] == "accepted"
        assert floor.wang.submit(task["id"])["result"] == "accepted"
    else:
        floor.wang.count_all(task["id"], {("A-02", "TEA"): 2})
    assert floor.qty("A-02") in (None, "2.000") and floor.differences() == []
