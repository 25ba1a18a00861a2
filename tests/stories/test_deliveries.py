"""Goods that nobody announced: they gather in a delivery, are handed in, checked and put away like any other."""

import pytest

from tests.given import ALONE
from tests.house import again, new_id
from tests.worker import at


@pytest.fixture
def dock(hall):
    """A dock and a shelf; nothing is checked but what came without a document."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.shelf("A-01", tea=40)
    hall.given.item("RICE", unit_cost="2.5")
    hall.policy(handling=ALONE)
    return hall


def bring(worker, sku="TEA", quantity=3, **words):
    """Something arrives without a document."""
    return worker.receive(None, sku, quantity, warehouse=worker.warehouse, **words)


def hand_in(worker, **words):
    """That was all."""
    return worker.tell("receive.submit", warehouse=worker.warehouse, **words)


def deliveries(hall):
    """Those that nobody announced, the oldest first."""
    rows = hall.zhou.get("/documents", warehouse=hall.code, kind="receipt").items
    return [one for one in reversed(rows) if not one["announced"]]


def kinds(hall):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


def tie(worker, delivery, receipt, **words):
    """A supervisor says where it belongs."""
    return worker.post(f"/documents/{delivery}/tie", {"id": new_id(), "document": receipt} | words)


def test_what_was_gathered_is_handed_in_checked_put_away_and_over(dock):
    bring(dock.li)
    bring(dock.li, "RICE", 2)
    assert [one["state"] for one in deliveries(dock)] == ["working"]

    assert hand_in(dock.li)["result"] == "accepted"

    (delivery,) = deliveries(dock)
    assert delivery["state"] == "submitted" and dock.qty("DOCK") is None
    assert [task["kind"] for task in dock.wang.tasks() if task["document"] == delivery["id"]] == ["check"]
    assert dock.li.receive_check(delivery["id"], "TEA", 3)["code"] == "same_person"
    dock.wang.receive_check(delivery["id"], "TEA", 3)
    dock.wang.receive_check(delivery["id"], "RICE", 2)
    assert dock.qty("DOCK") == "3.000"
    dock.sun.put_away("TEA", 3, "A-01", document=delivery["id"])
    dock.sun.put_away("RICE", 2, "A-01", document=delivery["id"])
    assert [one["state"] for one in deliveries(dock)] == ["done"]
    assert kinds(dock) == [] and dock.differences() == []


def test_what_comes_later_on_the_same_day_opens_the_next_delivery(dock):
    bring(dock.li)
    hand_in(dock.li)
    assert bring(dock.li, quantity=5)["result"] == "accepted"
    assert bring(dock.li, "RICE", 1)["result"] == "accepted"

    first, second = deliveries(dock)
    assert (first["state"], second["state"]) == ("submitted", "working") and first["number"] != second["number"]
    goods = {row["sku"]: row["first_qty"] for row in dock.zhou.document(second["id"])["goods"]}
    assert goods == {"TEA": "5.000", "RICE": "1.000"}
    assert hand_in(dock.li)["code"] is None
    assert [one["state"] for one in deliveries(dock)] == ["submitted", "submitted"]


def test_a_closed_delivery_is_followed_by_the_next(dock):
    bring(dock.li)
    (delivery,) = deliveries(dock)
    dock.wang.receive_check(delivery["id"], "TEA", 3)
    dock.chen.post(f"/documents/{delivery['id']}/close", {"id": new_id()}).ok()

    assert bring(dock.li)["result"] == "accepted" and len(deliveries(dock)) == 2


def test_nothing_to_hand_in_is_said_in_both_languages(dock):
    assert hand_in(dock.li)["code"] == "nothing_received"
    bring(dock.li)
    hand_in(dock.li)
    assert hand_in(dock.li)["code"] == "nothing_received"
    said = {}
    for language in ("en", "zh-CN"):
        body = {
            "device_id": dock.li.device,
            "sent_at": at(),
            "events": [dock.li.event("receive.submit", warehouse=dock.code)],
        }
        headers = {"Accept-Language": language}
        (receipt,) = dock.li.ask("POST", "/sync", body, headers=headers).ok()["receipts"]
        said[language] = receipt["detail"]
    assert "without a document" in said["en"] and "无单" in said["zh-CN"]


def test_a_word_that_comes_late_belongs_to_the_delivery_of_its_time(dock):
    early = dock.li.event("receive.line", at(minutes=-30), sku="RICE", quantity="2", warehouse=dock.code)
    early["seq"] = None
    bring(dock.li, at_=at(minutes=-40))
    hand_in(dock.li, at_=at(minutes=-20))
    bring(dock.li, at_=at(minutes=-10))

    assert dock.li.sync(early)[0]["result"] == "accepted"

    first, second = (dock.zhou.document(one["id"]) for one in deliveries(dock))
    assert [row["sku"] for row in first["goods"]] == ["RICE", "TEA"]
    assert [row["sku"] for row in second["goods"]] == ["TEA"]


def test_each_device_gathers_its_own_and_twice_is_once(dock):
    event = dock.li.event("receive.line", sku="TEA", quantity="3", warehouse=dock.code)
    for _ in range(2):
        dock.li.sync(event)
    bring(dock.zhao)
    assert len(deliveries(dock)) == 2

    hand_in(dock.zhao)
    states = {one["requested_by"]: one["state"] for one in deliveries(dock)}
    assert states == {"Li": "working", "Zhao": "submitted"}
    assert {one["progress"]["stated"] for one in deliveries(dock)} == {1}


def test_a_delivery_may_be_handed_in_by_its_number_too(dock):
    bring(dock.li)
    (delivery,) = deliveries(dock)
    assert hand_in(again(dock.li, dock.code), document=delivery["number"])["result"] == "accepted"
    assert deliveries(dock)[0]["state"] == "submitted"


def test_tied_to_its_receipt_it_counts_for_it(dock):
    po = dock.chen.open_document("receipt", {"TEA": 5, "RICE": 2}, number="PO-9").ok()["id"]
    dock.given.item("COFFEE")
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        bring(dock.li, sku, quantity)
    hand_in(dock.li)
    (delivery,) = deliveries(dock)
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        dock.wang.receive_check(delivery["id"], sku, quantity)
    assert kinds(dock) == []

    decision = new_id()
    for _ in range(2):
        reply = tie(dock.chen, delivery["id"], "PO-9", id=decision).ok()
    assert reply["tied_to"] == "PO-9" and reply["announced"] is False
    assert kinds(dock) == ["wrong_item"] and dock.zhou.document(po)["state"] == "open"

    dock.li.receive(po, "TEA", 3)
    assert kinds(dock) == ["over_receipt", "wrong_item"]  # 3 + 3 of 5
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        dock.sun.put_away(sku, quantity, "A-01", document=delivery["id"])
    dock.sun.put_away("TEA", 3, "A-01", document=po)
    assert dock.zhou.document(delivery["id"])["state"] == "done"
    dock.chen.post(f"/documents/{po}/close", {"id": new_id()}).ok()
    (short,) = dock.zhou.get("/cases", warehouse=dock.code, kind="short_receipt").items
    assert (short["sku"], short["quantity"]) == ("RICE", "-2.000") and dock.differences() == []


def test_a_receipt_of_which_all_came_without_it_ends_with_it(dock):
    po = dock.chen.open_document("receipt", {"TEA": 3}).ok()["id"]
    bring(dock.li)
    hand_in(dock.li)
    (delivery,) = deliveries(dock)
    tie(dock.chen, delivery["id"], po).ok()
    dock.wang.receive_check(delivery["id"], "TEA", 3)
    assert dock.zhou.document(po)["state"] == "open"

    dock.sun.put_away("TEA", 3, "A-01", document=delivery["id"])

    assert (dock.zhou.document(delivery["id"])["state"], dock.zhou.document(po)["state"]) == ("done", "done")
    assert kinds(dock) == []


def test_what_cannot_be_tied(dock):
    po = dock.chen.open_document("receipt", {"TEA": 3}, number="PO-1").ok()["id"]
    over = dock.chen.open_document("receipt", {"TEA": 3}, number="PO-2").ok()["id"]
    dock.chen.post(f"/documents/{over}/cancel", {"id": new_id()}).ok()
    order = dock.chen.open_document("pick", {"TEA": 3}, number="SO-1").ok()
    bring(dock.li)
    (delivery,) = deliveries(dock)

    assert tie(dock.li, delivery["id"], "PO-1").status == 403
    assert tie(dock.chen, po, "PO-2").code == "not_a_delivery"
    assert tie(dock.chen, delivery["id"], "PO-2").code == "document_closed"
    assert tie(dock.chen, delivery["id"], order["number"]).code == "document_unknown"
    assert tie(dock.chen, delivery["id"], "nowhere").code == "document_unknown"
    assert dock.chen.post(f"/documents/{delivery['id']}/tie", {"id": new_id()}).status == 422
    tie(dock.chen, delivery["id"], po.upper()).ok()
    assert tie(dock.chen, delivery["id"], "PO-1").code == "already_tied"


def untie(worker, delivery, **words):
    """A supervisor takes it back, or says where it belongs instead (`document`)."""
    return worker.post(f"/documents/{delivery}/untie", {"id": new_id()} | words)


@pytest.fixture
def tied(dock):
    """Three tea and a coffee came without a document, were checked, and tied to the wrong receipt of five tea."""
    dock.given.item("COFFEE")
    dock.wrong = dock.chen.open_document("receipt", {"TEA": 5}, number="PO-1").ok()["id"]
    dock.right = dock.chen.open_document("receipt", {"TEA": 3, "COFFEE": 1}, number="PO-2").ok()["id"]
    dock.li.receive(dock.wrong, "TEA", 4)
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        bring(dock.zhao, sku, quantity)
    hand_in(dock.zhao)
    (delivery,) = deliveries(dock)
    dock.came = delivery["id"]
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        dock.wang.receive_check(dock.came, sku, quantity)
    tie(dock.chen, dock.came, "PO-1").ok()
    assert kinds(dock) == ["over_receipt", "wrong_item"]
    return dock


def test_untied_both_are_judged_anew_and_the_goods_stay(tied):
    before, act = len(tied.zhou.ledger()), new_id()
    assert [one["number"] for one in tied.zhou.document(tied.wrong)["tied"]] == [
        tied.zhou.document(tied.came)["number"]
    ]

    for _ in range(2):
        reply = untie(tied.chen, tied.came, id=act, note="another supplier").ok()

    assert reply["tied_to"] is None and kinds(tied) == []
    assert len(tied.zhou.ledger()) == before and tied.qty("DOCK") == "7.000" and tied.differences() == []
    assert tied.zhou.document(tied.wrong)["tied"] == []
    said = [(one["step"], one["person"], one["code"]) for one in reply["statements"] if "tie" in one["step"]]
    assert sorted(said) == [("tie", "Chen", "PO-1"), ("untie", "Chen", "PO-1")]
    assert untie(tied.chen, tied.came).code == "not_tied"


def test_tied_to_the_right_one_instead_what_was_wrong_there_is_right_here(tied):
    assert untie(tied.chen, tied.came, document="PO-1").code == "already_tied"
    assert untie(tied.chen, tied.came, document="PO-2").ok()["tied_to"] == "PO-2"

    assert kinds(tied) == []
    for sku, quantity in (("TEA", 3), ("COFFEE", 1)):
        tied.sun.put_away(sku, quantity, "A-01", document=tied.came)
    assert tied.zhou.document(tied.right)["state"] == "done"  # all that was announced came
    assert tied.zhou.document(tied.wrong)["state"] == "working"
    assert untie(tied.chen, tied.came).code == "tie_settled"
    assert tied.differences() == []


def test_a_shortage_that_a_tie_explained_is_short_again_by_its_right_number(tied):
    tied.li.tell("receive.submit", document=tied.wrong)
    assert kinds(tied) == ["over_receipt", "wrong_item"]

    untie(tied.chen, tied.came).ok()

    assert kinds(tied) == ["short_receipt"]
    (short,) = tied.zhou.get("/cases", warehouse=tied.code, kind="short_receipt").ok().items
    assert short["quantity"] == "-1.000"
    tie(tied.chen, tied.came, "PO-1").ok()
    assert kinds(tied) == ["over_receipt", "wrong_item"]  # what was short came after all
    assert tied.zhou.get(f"/cases/{short['id']}").ok()["state"] == "closed"


def test_another_delivery_that_hangs_on_the_receipt_keeps_its_own_case(tied):
    bring(tied.sun, "TEA", 9)
    hand_in(tied.sun)
    other = next(one["id"] for one in deliveries(tied) if one["id"] != tied.came)
    tied.wang.receive_check(other, "TEA", 9)
    tie(tied.chen, other, "PO-1").ok()

    untie(tied.chen, tied.came).ok()

    assert kinds(tied) == ["over_receipt"]  # nine and four of five
    assert (
        untie(tied.li, other).code == "no_permission"
        and untie(tied.chen, other, document="PO-9").code == "document_unknown"
    )
    untie(tied.chen, other).ok()
    assert kinds(tied) == []
