"""An order is picked, checked by somebody else who is told nothing, and what both agree on leaves."""

import pytest

from tests.given import QUIET
from tests.house import again, new_id
from tests.worker import at


@pytest.fixture
def shop(hall):
    """Shelves with goods, a staging area, an order for a shop. Nobody is sent to look at shelves by themselves."""
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=40, rice=12)
    hall.shelf("A-02", tea=10)
    hall.policy(handling=QUIET)
    hall.order = hall.chen.open_document("pick", {"TEA": 5, "RICE": 2}, number="SO-1", partner="Shop").ok()["id"]
    return hall


def kinds(hall):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


def goods(hall, sku="TEA"):
    """What the order came to."""
    (row,) = [one for one in hall.zhou.document(hall.order)["goods"] if one["sku"] == sku]
    return row["state"], row["agreed_qty"], row["done_qty"]


def test_a_pick_empties_the_shelf_at_once_and_only_what_two_agree_on_leaves(shop):
    when = at(minutes=-20)
    assert shop.li.pick(shop.order, "TEA", 5, "A-01", at_=when)["code"] is None
    assert (shop.qty("A-01"), shop.qty("STAGE")) == ("35.000", "5.000")
    assert shop.li.ship(shop.order)["code"] == "nothing_agreed"

    shop.li.pick(shop.order, "RICE", 2, "A-01")
    shop.wang.pick_check(shop.order, "TEA", 5)
    assert goods(shop) == ("agreed", "5.000", "0.000")
    assert shop.sun.ship(shop.order)["code"] == "partly_shipped"
    assert (shop.qty("STAGE"), shop.qty("STAGE", "RICE"), shop.qty("CUSTOMER")) == (None, "2.000", "5.000")
    assert shop.zhou.document(shop.order)["state"] == "working"

    shop.wang.pick_check(shop.order, "RICE", 2)
    assert shop.sun.ship(shop.order)["code"] is None
    whole = shop.zhou.document(shop.order)
    assert (whole["state"], whole["late"]) == ("done", False)
    assert shop.qty("CUSTOMER", "RICE") == "2.000" and kinds(shop) == []
    assert shop.differences() == []


def test_goods_that_are_to_leave_need_the_word_of_who_is_still_scanning(shop):
    shop.li.pick(shop.order, "TEA", 5, "A-01")
    shop.li.pick(shop.order, "RICE", 2, "A-01")
    for sku, pieces in (("TEA", 4), ("RICE", 2)):
        for _ in range(pieces):
            shop.wang.pick_check(shop.order, sku, 1, more=True)
    assert goods(shop)[0] == "waiting" and kinds(shop) == []

    assert shop.sun.ship(shop.order)["code"] == "partly_shipped"

    assert goods(shop, "RICE") == ("agreed", "2.000", "2.000")
    assert goods(shop)[0] == "differs" and kinds(shop) == ["check_differs"]
    shop.wang.pick_check(shop.order, "TEA", 1, more=True)
    shop.wang.tell("pick.submit", document=shop.order)
    assert shop.sun.ship(shop.order)["code"] is None
    assert goods(shop) == ("agreed", "5.000", "5.000") and kinds(shop) == []
    assert shop.zhou.document(shop.order)["state"] == "done" and shop.differences() == []


def test_the_picker_never_checks(shop):
    shop.li.pick(shop.order, "TEA", 5, "A-01")

    assert shop.li.pick_check(shop.order, "TEA", 5)["code"] == "same_person"
    borrowed = again(shop.wang, shop.code)
    borrowed.device = shop.li.device
    assert borrowed.pick_check(shop.order, "TEA", 5)["code"] == "same_device"
    assert shop.li.ship(shop.order)["code"] == "nothing_agreed"


def test_who_was_told_how_much_to_pick_never_checks(shop):
    assert "quantity" not in shop.li.document(shop.order)["lines"][0]
    assert shop.li.tell("document.claim", document=shop.order)["result"] == "accepted"
    assert shop.li.document(shop.order)["lines"][0]["quantity"] == "5.000"

    shop.wang.pick(shop.order, "TEA", 5, "A-01")
    assert shop.li.pick_check(shop.order, "TEA", 5)["code"] == "same_person"
    assert "quantity" not in shop.sun.document(shop.order)["lines"][0]


def test_a_wrong_item_is_caught_by_the_checker_and_does_not_leave(shop):
    shop.li.pick(shop.order, "TEA", 5, "A-01")
    shop.li.pick(shop.order, "RICE", 2, "A-01")
    shop.given.item("COFFEE")
    shop.wang.pick_check(shop.order, "TEA", 4)
    shop.wang.pick_check(shop.order, "COFFEE", 1)
    shop.wang.pick_check(shop.order, "RICE", 2)
    assert kinds(shop) == ["check_differs", "check_differs"]

    assert shop.sun.ship(shop.order)["code"] == "partly_shipped"
    assert (shop.qty("CUSTOMER"), shop.qty("CUSTOMER", "COFFEE"), shop.qty("CUSTOMER", "RICE")) == (None, None, "2.000")

    words = {"lines": [{"sku": "TEA", "quantity": "4"}, {"sku": "COFFEE", "quantity": "0"}], "note": "put back"}
    decision = new_id()
    for _ in range(2):
        shop.ma.post(f"/documents/{shop.order}/settle", {"id": decision, **words}).ok()
    assert kinds(shop) == [] and shop.qty("A-01") == "36.000"  # the fifth box of tea never left the shelf
    assert shop.sun.ship(shop.order)["result"] == "accepted"
    assert shop.qty("CUSTOMER") == "4.000" and shop.zhou.document(shop.order)["state"] == "working"

    shop.chen.post(f"/documents/{shop.order}/close", {"id": new_id()}).ok()
    assert kinds(shop) == ["missed_shipment"] and shop.differences() == []


def test_what_was_picked_too_much_stays_behind(shop):
    shop.li.pick(shop.order, "TEA", 7, "A-01")
    shop.li.pick(shop.order, "RICE", 2, "A-01")
    shop.wang.pick_check(shop.order, "TEA", 7)
    shop.wang.pick_check(shop.order, "RICE", 2)

    shop.sun.ship(shop.order)

    assert (shop.qty("CUSTOMER"), shop.qty("STAGE")) == ("5.000", "2.000") and kinds(shop) == ["over_pick"]
    assert shop.zhou.document(shop.order)["state"] == "done"


def test_lots_together_never_leave_beyond_the_order(shop):
    for lot in ("L1", "L2"):
        shop.given.lot("MILK", lot, "2027-01-01")
        shop.shelf("A-02", lot=lot, milk=5)
    order = shop.chen.open_document("pick", {"MILK": 5}).ok()["id"]
    for lot, quantity in (("L1", 3), ("L2", 4)):
        shop.li.pick(order, "MILK", quantity, "A-02", lot=lot)
        shop.wang.pick_check(order, "MILK", quantity, lot=lot)

    shop.sun.ship(order)

    gone = {key[2]: qty for key, qty in shop.zhou.stock(location="CUSTOMER", sku="MILK").items()}
    assert gone == {"L1": "3.000", "L2": "2.000"} and shop.zhou.document(order)["state"] == "done"


def test_a_short_pick_ships_what_there_is_and_says_what_is_missing(shop):
    shop.li.pick(shop.order, "TEA", 3, "A-01")
    shop.li.pick_short(shop.order, "TEA", 0, "A-01", note="empty shelf")
    shop.li.pick(shop.order, "RICE", 2, "A-01")
    shop.wang.pick_check(shop.order, "TEA", 3)
    shop.wang.pick_check(shop.order, "RICE", 2)

    shop.sun.ship(shop.order)

    assert shop.zhou.document(shop.order)["state"] == "done" and shop.qty("CUSTOMER") == "3.000"
    assert kinds(shop) == ["missed_shipment", "short_pick"]
    (missed,) = shop.zhou.get("/cases", warehouse=shop.code, kind="missed_shipment").items
    assert (missed["sku"], missed["quantity"], missed["owner"]) == ("TEA", "-2.000", "chen")


def test_a_short_pick_that_says_how_much_was_wanted_has_taken_what_there_was(shop):
    shop.li.pick_short(shop.order, "TEA", 3, "A-01", quantity="5")
    shop.li.pick(shop.order, "RICE", 2, "A-01")
    shop.wang.pick_check(shop.order, "TEA", 3)
    shop.wang.pick_check(shop.order, "RICE", 2)

    shop.sun.ship(shop.order)

    assert shop.qty("CUSTOMER") == "3.000" and kinds(shop) == ["missed_shipment", "short_pick"]
    assert shop.differences() == []


def test_it_takes_nothing_twice_nor_more_than_was_ordered(shop):
    shop.li.pick(shop.order, "TEA", 3, "A-01")
    shop.li.pick_short(shop.order, "TEA", 3, "A-01", quantity="5")
    shop.li.pick_short(shop.order, "RICE", 30, "A-01", quantity="2")
    shop.wang.pick_check(shop.order, "TEA", 3)
    shop.wang.pick_check(shop.order, "RICE", 2)

    shop.sun.ship(shop.order)

    assert (shop.qty("CUSTOMER"), shop.qty("CUSTOMER", "RICE")) == ("3.000", "2.000")


def test_a_short_pick_is_withdrawn_with_what_it_has_taken(shop):
    short = shop.li.pick_short(shop.order, "TEA", 3, "A-01", quantity="5")
    shop.li.tell("document.void", statement=short["id"])
    shop.li.pick(shop.order, "TEA", 2, "A-01")
    shop.wang.pick_check(shop.order, "TEA", 2)

    shop.sun.ship(shop.order)

    assert shop.qty("CUSTOMER") == "2.000"


def test_a_late_shipment_is_measured(shop):
    late = shop.chen.open_document("pick", {"TEA": 1}, due_at=at(hours=-1)).ok()["id"]
    shop.li.pick(late, "TEA", 1, "A-01")
    shop.wang.pick_check(late, "TEA", 1)
    shop.sun.ship(late)

    assert kinds(shop) == ["late_shipment"]
    assert [one["id"] for one in shop.zhou.get("/documents", warehouse=shop.code, late="true").items] == [late]
    whole = shop.zhou.document(late)
    assert whole["late"] is True and whole["shipped_at"] > whole["due_at"]


def test_stock_on_hold_is_not_picked(shop):
    hold = new_id()
    said = {
        "id": hold,
        "warehouse": shop.code,
        "kind": "quarantine",
        "sku": "TEA",
        "location": "A-01",
        "reason": "damage",
    }
    shop.chen.post("/holds", said).ok()

    assert shop.li.pick(shop.order, "TEA", 5, "A-01")["code"] == "on_hold"
    assert shop.li.pick(shop.order, "TEA", 5, "A-02")["result"] == "accepted"
    assert shop.li.post(f"/holds/{hold}/release", {"id": new_id()}).status == 403
    shop.ma.post(f"/holds/{hold}/release", {"id": new_id(), "note": "fine"}).ok()
    assert shop.li.pick(shop.order, "TEA", 1, "A-01")["result"] == "accepted"


def test_serials_are_picked_checked_and_shipped_one_by_one(shop):
    shop.given.item("DRILL", serial_tracked=True, unit_cost="90")
    shop.policy(handling={"receive_check_over": None, "receive_check_share": "0", **QUIET})
    come = shop.chen.open_document("receipt", {"DRILL": 3}).ok()["id"]
    for serial in ("S1", "S2", "S3"):
        assert shop.zhao.receive(come, "DRILL", 1, serial=serial, location="A-01")["code"] is None
    assert shop.zhao.receive(come, "DRILL", 1, serial="S3", location="A-01")["code"] == "already_scanned"
    assert shop.qty("A-01", "DRILL") == "3.000"

    go = shop.chen.open_document("pick", {"DRILL": 2}).ok()["id"]
    assert shop.li.pick(go, "DRILL", 2, "A-01")["code"] == "serial_required"
    for serial in ("S1", "S2"):
        shop.li.pick(go, "DRILL", 1, "A-01", serial=serial)
    shop.wang.pick_check(go, "DRILL", 1, serial="S1")
    shop.wang.pick_check(go, "DRILL", 1, serial="S3")
    assert kinds(shop) == ["check_differs"]

    for serial in ("S1", "S2"):
        shop.sun.pick_check(go, "DRILL", 1, serial=serial)
    shop.zhao.ship(go)
    assert shop.qty("CUSTOMER", "DRILL") == "2.000" and kinds(shop) == []
    assert shop.differences() == []


def test_a_check_that_comes_late_lets_its_goods_go_with_the_shipment(shop):
    """The checker's phone was offline: the truck left with what he had checked before."""
    for sku, quantity in (("TEA", 5), ("RICE", 2)):
        shop.li.pick(shop.order, sku, quantity, "A-01", at_=at(minutes=-30))
    late = shop.wang.event("pick.check", at(minutes=-20), document=shop.order, sku="RICE", quantity="2")
    shop.wang.pick_check(shop.order, "TEA", 5, at_=at(minutes=-20))
    assert shop.sun.ship(shop.order, at_=at(minutes=-10))["code"] == "partly_shipped"

    assert shop.wang.sync(late)[0]["result"] == "accepted"

    assert shop.qty("CUSTOMER", "RICE") == "2.000" and shop.qty("STAGE", "RICE") is None
    assert goods(shop, "RICE") == ("agreed", "2.000", "2.000")
    assert shop.differences() == []


def test_a_pick_that_comes_late_explains_a_count(shop):
    """Counted while the picker was offline: the pick explains what was missing, and nothing is lost."""
    pick = shop.li.event("pick.line", at(minutes=-30), document=shop.order, sku="TEA", quantity="5", location="A-01")
    (task,) = shop.start(locations=["A-01"], skus=["TEA"])
    shop.zhao.count_all(task, {("A-01", "TEA"): 35})
    assert shop.state() == "recount"

    shop.li.sync(pick)

    assert shop.state() == "matched" and shop.losses() == "0.000"
    assert shop.qty("A-01") == "35.000"


def test_what_was_picked_before_a_hold_is_true_though_it_arrives_after_it(shop):
    before = at(seconds=-5)
    shop.chen.post("/holds", {"id": new_id(), "warehouse": shop.code, "sku": "TEA", "kind": "block"}).ok()

    assert shop.li.pick(shop.order, "TEA", 5, "A-01", at_=before)["code"] is None
    assert shop.li.pick(shop.order, "TEA", 1, "A-01")["code"] == "on_hold"
