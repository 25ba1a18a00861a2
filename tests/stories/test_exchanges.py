"""An exchange has two sides under one number: what comes back, and what the customer gets for it."""

import pytest

from tests.house import new_id
from tests.worker import at


@pytest.fixture
def shop(hall):
    """Shelves with tea and rice, a dock, a staging area."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=40, rice=12)
    hall.policy(handling={"short_count": False, "zero_count": False, "low_quantity": None})
    return hall


def exchange(hall, lines=None, **words):
    """The customer gives rice back and gets tea; gives (the replacement's id, the return's)."""
    lines = lines or [
        {"sku": "RICE", "quantity": "2", "role": "input"},
        {"sku": "TEA", "quantity": "3"},
    ]
    reply = hall.chen.open_document("exchange", lines, **({"partner": "Shop"} | words)).ok()
    (back,) = reply["followed_by"]
    return reply["id"], back["id"]


def send(hall, document, sku="TEA", quantity=3):
    """The replacement leaves."""
    hall.li.pick(document, sku, quantity, "A-01")
    hall.wang.pick_check(document, sku, quantity)
    assert hall.sun.ship(document)["code"] is None


def take_back(hall, document, sku="RICE", quantity=2):
    """What the customer gave back arrives, is checked and put away."""
    hall.zhao.receive(document, sku, quantity)
    hall.sun.receive_check(document, sku, quantity)
    hall.li.tell("receive.submit", document=document)
    hall.li.put_away(sku, quantity, "A-01", document=document)


def incomplete(hall):
    """Exchanges of which a side is open, by id."""
    return [one["id"] for one in hall.zhou.get("/documents", warehouse=hall.code, incomplete="true").ok().items]


def kinds(hall):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


def test_both_sides_are_seen_to_their_end(shop):
    out, back = exchange(shop, number="EX-1")
    whole, twin = shop.zhou.document(out), shop.zhou.document(back)
    assert (whole["kind"], whole["number"], twin["kind"], twin["number"]) == ("exchange", "EX-1", "return", "EX-1")
    assert [line["sku"] for line in whole["lines"]] == ["TEA"] and [one["sku"] for one in twin["lines"]] == ["RICE"]
    assert twin["about"] == "EX-1" and twin["partner"] == "Shop" and incomplete(shop) == [out]

    send(shop, out)
    assert shop.zhou.document(out)["state"] == "done" and incomplete(shop) == [out]
    take_back(shop, back)

    assert shop.zhou.document(out)["followed_by"][0]["state"] == "done" and incomplete(shop) == []
    assert (shop.qty("A-01"), shop.qty("A-01", "RICE")) == ("37.000", "14.000") and shop.differences() == []


def test_without_saying_what_comes_back_it_is_the_same(shop):
    _, back = exchange(shop, {"TEA": 2})
    (line,) = shop.zhou.document(back)["lines"]
    assert (line["sku"], line["quantity"]) == ("TEA", "2.000")


@pytest.mark.parametrize("done", ["nothing", "sent", "came back"])
def test_what_is_not_complete_at_its_deadline_becomes_a_case(shop, run_jobs, later, done):
    out, back = exchange(shop, due_at=at(hours=2))
    if done == "sent":
        send(shop, out)
    if done == "came back":
        take_back(shop, back)
    run_jobs()
    assert kinds(shop) == []

    later(hours=3)
    for _ in range(2):
        assert run_jobs()["documents.exchanges"] in (0, 1)

    assert kinds(shop) == ["exchange_incomplete"]
    (case,) = shop.zhou.get("/cases", warehouse=shop.code, kind="exchange_incomplete").items
    assert case["owner"] == "chen" and case["deadline"]
    if done != "sent":
        send(shop, out)
    if done != "came back":
        take_back(shop, back)
    run_jobs()
    assert "exchange_incomplete" not in kinds(shop) and incomplete(shop) == []


def test_a_deadline_comes_from_the_policy_unless_somebody_said(shop):
    shop.policy(handling={"exchange_days": 3})
    out, back = exchange(shop)
    assert at(days=2) < shop.zhou.document(out)["due_at"] < at(days=4)
    assert shop.zhou.document(out)["due_at"] == shop.zhou.document(back)["due_at"]


def test_called_off_neither_side_is_left(shop):
    out, back = exchange(shop)
    shop.chen.post(f"/documents/{out}/cancel", {"id": new_id()}).ok()
    assert {shop.zhou.document(one)["state"] for one in (out, back)} == {"cancelled"} and incomplete(shop) == []


def test_asked_for_twice_it_is_one(shop):
    id_ = new_id()
    for status in (201, 200):
        lines = {"TEA": 2}
        assert shop.chen.open_document("exchange", lines, id_=id_, number="EX-2").status == status
    assert shop.chen.open_document("exchange", {"TEA": 1}, number="EX-2").code == "document_taken"
    only_back = [{"sku": "TEA", "quantity": "1", "role": "input"}]
    assert shop.chen.open_document("exchange", only_back).code == "lines_required"
