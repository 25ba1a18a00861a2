"""What open orders will take is reserved for them: suggestions go round it, taking it is told, and few may hear it."""

import pytest

from tests.given import QUIET
from tests.house import new_id
from tests.worker import at


@pytest.fixture
def shop(hall):
    """Two shelves of tea, five on each."""
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=5)
    hall.shelf("A-02", tea=5)
    hall.policy(handling=QUIET)
    return hall


def order(hall, quantity, **words):
    """An order for tea; gives its id."""
    return hall.chen.open_document("pick", {"TEA": quantity}, **words).ok()["id"]


def reserved(hall, worker=None):
    """{place: reserved} as somebody may see it."""
    rows = (worker or hall.zhou).get("/stock", warehouse=hall.code, sku="TEA").ok().items
    return {row["location"]: row.get("reserved") for row in rows if row["location"] != "STAGE"}


def bins(worker, document):
    """The bins suggested for a pick, the best first."""
    (task,) = [one for one in worker.tasks() if one["kind"] == "pick" and one["document"] == document]
    return [bin_["location"] for bin_ in task["lines"][0]["bins"]]


def test_open_orders_reserve_by_the_date_they_are_due(shop):
    assert reserved(shop) == {"A-01": "0.000", "A-02": "0.000"}
    late = order(shop, 4, due_at=at(days=2))
    soon = order(shop, 3, due_at=at(days=1))

    assert reserved(shop) == {"A-01": "5.000", "A-02": "2.000"}
    assert bins(shop.li, soon)[0] == "A-01" and bins(shop.li, late)[0] == "A-01"
    shop.li.pick(soon, "TEA", 3, "A-01")
    assert reserved(shop) == {"A-01": "2.000", "A-02": "2.000"}
    shop.chen.post(f"/documents/{late}/cancel", {"id": new_id()}).ok()
    assert reserved(shop) == {"A-01": "0.000", "A-02": "0.000"}


def test_suggestions_go_round_what_others_will_take(shop):
    order(shop, 5, due_at=at(days=1))
    other = order(shop, 2, due_at=at(days=2))

    assert bins(shop.li, other) == ["A-02", "A-01"]


def test_taking_what_another_order_reserved_is_told_and_not_refused(shop):
    first = order(shop, 5, due_at=at(days=1))
    other = order(shop, 2, due_at=at(days=2))

    receipt = shop.li.pick(other, "TEA", 2, "A-01")

    assert (receipt["result"], receipt["code"]) == ("accepted", "takes_reserved")
    assert shop.qty("A-01") == "3.000" and reserved(shop) == {"A-01": "3.000", "A-02": "2.000"}
    assert shop.wang.pick(first, "TEA", 3, "A-01")["code"] is None
    assert shop.wang.pick(first, "TEA", 2, "A-02")["code"] is None
    assert shop.differences() == []


def test_one_order_alone_takes_what_it_likes(shop):
    alone = order(shop, 5)
    assert shop.li.pick(alone, "TEA", 3, "A-02")["code"] is None
    assert shop.li.pick(alone, "TEA", 4, "A-01")["code"] is None


def test_lots_are_reserved_as_they_are_asked_for(shop):
    for lot, day in (("L1", "2027-01-01"), ("L2", "2027-02-01")):
        shop.given.lot("MILK", lot, day)
        shop.shelf("A-02", lot=lot, milk=4)
    lines = [{"sku": "MILK", "lot": "L2", "quantity": "3"}, {"sku": "MILK", "quantity": "2"}]
    shop.chen.open_document("pick", lines).ok()

    rows = shop.zhou.get("/stock", warehouse=shop.code, sku="MILK").ok().items
    assert {row["lot"]: row["reserved"] for row in rows} == {"L1": "2.000", "L2": "3.000"}


def test_what_waits_for_approval_reserves_nothing_and_what_is_over_neither(shop):
    back = shop.chen.open_document("supplier_return", {"TEA": 2}).ok()["id"]
    assert reserved(shop)["A-01"] == "0.000"
    shop.ma.post(f"/documents/{back}/approve", {"id": new_id()}).ok()
    assert reserved(shop)["A-01"] == "2.000"
    shop.li.pick(back, "TEA", 2, "A-01")
    shop.wang.pick_check(back, "TEA", 2)
    shop.sun.ship(back)
    assert reserved(shop)["A-01"] == "0.000"


def test_staff_and_who_checks_hear_of_no_reservation(shop):
    document = order(shop, 4)
    assert reserved(shop, shop.li) == {"A-01": None, "A-02": None}
    shop.li.pick(document, "TEA", 1, "A-01")
    assert reserved(shop, shop.ma)["A-01"] == "3.000"

    shop.ma.pick_check(document, "TEA", 1)

    assert reserved(shop, shop.ma) == {"A-01": None, "A-02": None}


def test_who_counts_hears_of_none_either_since_it_tells_what_lies_elsewhere(shop):
    order(shop, 7)
    assert reserved(shop, shop.chen) == {"A-01": "5.000", "A-02": "2.000"}
    (task,) = shop.start(locations=["A-01"], skus=["TEA"], by="ma")
    shop.chen.claim(task)

    assert reserved(shop, shop.chen) == {"A-01": None, "A-02": None}
    assert reserved(shop) == {"A-01": "5.000", "A-02": "2.000"}


def test_an_instant_has_no_reservations(shop):
    order(shop, 4)
    rows = shop.zhou.get("/stock", warehouse=shop.code, sku="TEA", at=at()).ok().items
    assert all("reserved" not in row for row in rows)
