"""A delivery in three scanned steps: received, checked by somebody else on another phone, put away."""

import pytest

from tests.house import again, new_id
from tests.pictures import a_photo
from tests.worker import at


@pytest.fixture
def dock(hall):
    """A warehouse with a dock and two shelves, where everything is checked."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.shelf("A-01", tea=40)
    hall.given.place("A-02", hall.code)
    hall.given.item("RICE", unit_cost="2.5")
    hall.policy(handling={"receive_check_share": "1"})
    hall.tea = hall.chen.open_document("receipt", {"TEA": 10, "RICE": 5}, number="PO-1").ok()["id"]
    return hall


def kinds(hall, **query):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code, **query).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


def goods(hall, document, sku="TEA"):
    """What the document came to."""
    (row,) = [one for one in hall.zhou.document(document)["goods"] if one["sku"] == sku]
    return row["state"], row["agreed_qty"], row["done_qty"]


def test_two_who_agree_post_the_receipt_at_the_instant_of_the_first(dock):
    first = at(minutes=-30)
    assert dock.li.receive(dock.tea, "TEA", 10, at_=first)["code"] is None
    assert goods(dock, dock.tea) == ("waiting", None, "0.000")
    assert dock.qty("DOCK") is None

    assert dock.wang.receive_check(dock.tea, "TEA", 10)["result"] == "accepted"

    assert goods(dock, dock.tea) == ("agreed", "10.000", "0.000")
    assert dock.qty("DOCK") == "10.000"
    (move,) = [move for move in dock.zhou.ledger(kind="receipt") if move["document"] == "PO-1"]
    assert (move["from"], move["to"], move["effective_at"]) == ("SUPPLIER", "DOCK", first)
    assert dock.differences() == []


def test_the_number_of_a_document_is_as_good_as_its_id(dock):
    assert dock.li.receive("PO-1", "TEA", 10, warehouse=dock.code)["result"] == "accepted"
    assert dock.wang.receive_check("PO-1", "TEA", 10, warehouse=dock.code)["result"] == "accepted"
    assert dock.li.receive("PO-2", "TEA", 10, warehouse=dock.code)["code"] == "document_unknown"
    assert dock.qty("DOCK") == "10.000"


def test_who_received_never_checks_and_neither_does_their_phone(dock):
    dock.li.receive(dock.tea, "TEA", 10)

    assert dock.li.receive_check(dock.tea, "TEA", 10)["code"] == "same_person"
    assert again(dock.li, dock.code).receive_check(dock.tea, "TEA", 10)["code"] == "same_person"
    borrowed = again(dock.wang, dock.code)
    borrowed.device = dock.li.device
    assert borrowed.receive_check(dock.tea, "TEA", 10)["code"] == "same_device"
    assert dock.wang.receive_check(dock.tea, "TEA", 9)["result"] == "accepted"
    assert dock.wang.receive(dock.tea, "RICE", 5)["code"] == "same_person"


def test_who_differ_are_both_kept_and_a_third_pair_of_eyes_settles_it(dock):
    dock.li.receive(dock.tea, "TEA", 10)
    receipt = dock.wang.receive_check(dock.tea, "TEA", 9)

    assert (receipt["result"], receipt["code"]) == ("accepted", None)
    assert goods(dock, dock.tea) == ("differs", None, "0.000")
    assert kinds(dock) == ["check_differs"] and dock.qty("DOCK") is None
    said = dock.zhou.document(dock.tea)["statements"]
    assert {(one["step"], one["quantity"]) for one in said} == {("receive", "10.000"), ("check", "9.000")}

    dock.zhao.receive_check(dock.tea, "TEA", 9)

    assert goods(dock, dock.tea) == ("agreed", "9.000", "0.000")
    assert dock.qty("DOCK") == "9.000" and kinds(dock) == []
    assert dock.differences() == []


def test_a_supervisor_who_had_no_hand_in_it_settles_it(dock):
    dock.li.receive(dock.tea, "TEA", 10)
    dock.wang.receive_check(dock.tea, "TEA", 9)
    word = {"lines": [{"sku": "TEA", "quantity": "9"}], "note": "counted together"}

    assert dock.li.post(f"/documents/{dock.tea}/settle", {"id": new_id(), **word}).status == 403
    dock.ma.post(f"/documents/{dock.tea}/settle", {"id": new_id(), **word}).ok()

    assert goods(dock, dock.tea) == ("agreed", "9.000", "0.000")
    assert dock.qty("DOCK") == "9.000" and kinds(dock) == []


def test_scanning_piece_by_piece_is_judged_only_at_the_end(dock):
    dock.li.receive(dock.tea, "TEA", 3)
    for n in range(3):
        dock.wang.receive_check(dock.tea, "TEA", 1, more=n < 2 or None)
        assert kinds(dock) == []

    assert goods(dock, dock.tea)[0] == "agreed"


def scans(worker, document, pieces, **words):
    """Piece by piece."""
    for _ in range(pieces):
        worker.receive_check(document, "TEA", 1, **words)


def told(hall):
    """The kinds of cases that their owner has heard of."""
    rows = hall.chen.get("/notices", warehouse=hall.code).ok().items
    return [one["case_kind"] for one in rows if one.get("case_kind")]


def test_who_scans_on_is_judged_when_they_say_that_it_was_all(dock):
    dock.li.receive(dock.tea, "TEA", 3)
    scans(dock.wang, dock.tea, 2, more=True)
    assert goods(dock, dock.tea)[0] == "waiting" and kinds(dock) == []

    dock.wang.tell("receive.submit", document=dock.tea)

    assert kinds(dock) == ["check_differs"] and told(dock) == ["check_differs"]
    assert "check" not in [task["kind"] for task in dock.wang.tasks()]
    scans(dock.wang, dock.tea, 1, more=True)  # one more stood behind the door
    assert goods(dock, dock.tea)[0] == "waiting"
    dock.wang.tell("receive.submit", document=dock.tea)
    assert goods(dock, dock.tea)[0] == "agreed" and kinds(dock) == []
    assert dock.qty("DOCK") == "3.000" and dock.differences() == []


def test_who_stops_scanning_without_a_word_is_judged_by_the_clock(dock, run_jobs, later):
    dock.li.receive(dock.tea, "TEA", 3)
    scans(dock.wang, dock.tea, 3, more=True)
    run_jobs()
    assert goods(dock, dock.tea)[0] == "waiting"

    later(minutes=6)
    run_jobs()

    assert goods(dock, dock.tea)[0] == "agreed" and dock.qty("DOCK") == "3.000"
    assert dock.differences() == []


def test_nobody_is_called_while_a_client_that_says_no_more_is_scanning(dock, later):
    dock.li.receive(dock.tea, "TEA", 3)
    scans(dock.wang, dock.tea, 2)
    assert kinds(dock) == ["check_differs"] and told(dock) == []
    scans(dock.wang, dock.tea, 1)
    assert kinds(dock) == [] and dock.qty("DOCK") == "3.000"

    dock.zhao.receive_check(dock.tea, "TEA", 2)
    assert told(dock) == []
    other = dock.chen.open_document("receipt", {"TEA": 3}).ok()["id"]
    dock.li.receive(other, "TEA", 3)
    dock.wang.receive_check(other, "TEA", 1)
    assert "check_differs" in kinds(dock) and told(dock) == []
    later(minutes=6)
    assert "check_differs" in told(dock)


def test_a_delivery_with_over_short_and_damage(dock):
    photo = dock.li.take_photo(a_photo(), warehouse=dock.code).ok()["id"]
    dock.li.receive(dock.tea, "TEA", 12)
    dock.li.receive(dock.tea, "RICE", 3)
    dock.li.receive(dock.tea, "RICE", 1, condition="damaged", photo=photo)
    for worker in (dock.li, dock.wang):
        if worker is dock.wang:
            worker.receive_check(dock.tea, "TEA", 12)
            worker.receive_check(dock.tea, "RICE", 3)
            worker.receive_check(dock.tea, "RICE", 1, condition="damaged")
    assert kinds(dock) == ["damaged", "over_receipt"]

    dock.li.tell("receive.submit", document=dock.tea)

    assert kinds(dock) == ["damaged", "over_receipt", "short_receipt"]
    cases = {case["kind"]: case for case in dock.zhou.get("/cases", warehouse=dock.code).items}
    assert (cases["over_receipt"]["quantity"], cases["short_receipt"]["quantity"]) == ("2.000", "-1.000")
    assert {case["owner"] for case in cases.values()} == {"chen"} and all(case["deadline"] for case in cases.values())
    assert dock.zhou.get(f"/cases/{cases['damaged']['id']}")["photos"] == [photo]
    assert dock.qty("DOCK", "RICE") == "4.000"

    assert dock.sun.put_away("TEA", 12, "A-01", document=dock.tea)["result"] == "accepted"
    assert dock.sun.put_away("RICE", 3, "A-02", document=dock.tea)["result"] == "accepted"
    assert dock.zhou.document(dock.tea)["state"] == "done"
    assert (dock.qty("A-01"), dock.qty("A-02", "RICE"), dock.qty("DOCK", "RICE")) == ("52.000", "3.000", "1.000")
    assert dock.differences() == []


def test_over_receipt_within_the_tolerance_of_the_item_is_no_case(dock):
    dock.policy(handling={"receive_check_over": None, "receive_check_share": "0", "over_receipt_items": {"TEA": "20"}})
    dock.li.receive(dock.tea, "TEA", 12)
    dock.li.receive(dock.tea, "RICE", 6)

    assert kinds(dock) == ["over_receipt"]
    assert dock.qty("DOCK") == "12.000"


def test_cheap_goods_need_nobody_else(dock):
    dock.policy(handling={"receive_check_over": "20", "receive_check_share": "0"})
    dock.li.receive(dock.tea, "TEA", 10)
    dock.li.receive(dock.tea, "RICE", 8)

    assert (goods(dock, dock.tea)[0], goods(dock, dock.tea, "RICE")[0]) == ("agreed", "waiting")
    assert dock.qty("DOCK") == "10.000" and dock.qty("DOCK", "RICE") is None


def test_a_checker_who_differs_about_what_needed_none_puts_the_book_right(dock):
    dock.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    dock.li.receive(dock.tea, "TEA", 10)
    dock.wang.receive_check(dock.tea, "TEA", 8)
    assert dock.qty("DOCK") == "10.000" and kinds(dock) == ["check_differs"]

    dock.zhao.receive_check(dock.tea, "TEA", 8)

    assert dock.qty("DOCK") == "8.000" and kinds(dock) == []
    assert dock.differences() == []


def test_the_first_lot_of_an_item_is_checked_and_its_expiry_asked_for(dock):
    dock.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    dock.given.item("MILK", lot_tracked=True, shelf_life_days=90)
    milk = dock.chen.open_document("receipt", {"MILK": 10}).ok()["id"]

    assert dock.li.receive(milk, "MILK", 4)["code"] == "lot_required"
    assert dock.li.receive(milk, "MILK", 4, lot="L1")["code"] == "expiry_required"
    assert dock.li.receive(milk, "MILK", 4, lot="L1", expiry=at(days=10)[:10])["result"] == "accepted"
    assert goods(dock, milk, "MILK")[0] == "waiting" and kinds(dock) == ["near_expiry"]
    dock.wang.receive_check(milk, "MILK", 4, lot="L1")
    assert goods(dock, milk, "MILK")[0] == "agreed"

    more = dock.chen.open_document("receipt", {"MILK": 10}).ok()["id"]
    dock.li.receive(more, "MILK", 6, lot="L1")
    assert goods(dock, more, "MILK") == ("agreed", "6.000", "0.000")
    assert {lot["lot"]: lot["expiry"] for lot in dock.chen.get("/lots", sku="MILK").items} == {"L1": at(days=10)[:10]}


def test_what_is_not_on_the_document_is_kept_and_told(dock):
    dock.given.item("COFFEE")
    dock.li.receive(dock.tea, "COFFEE", 2)
    dock.wang.receive_check(dock.tea, "COFFEE", 2)

    assert kinds(dock) == ["wrong_item"]
    assert dock.qty("DOCK", "COFFEE") == "2.000"


def test_packs_taken_for_pieces_are_told_to_the_supervisor_only(dock):
    dock.given.code("TEA", "TEA-BOX-10", pack=10)
    one = dock.chen.open_document("receipt", {"TEA": 20}).ok()["id"]
    receipt = dock.li.receive(one, "TEA", 2)
    dock.wang.receive_check(one, "TEA", 2)

    assert receipt["code"] is None and kinds(dock) == ["pack_suspected"]


def test_goods_without_a_document_get_one_and_are_checked(dock):
    dock.policy(handling={"receive_check_share": "0"})
    assert dock.li.receive(None, "TEA", 3, warehouse=dock.code)["result"] == "accepted"
    assert dock.li.receive(None, "TEA", 4, warehouse=dock.code)["result"] == "accepted"

    (document,) = [one for one in dock.zhou.get("/documents", warehouse=dock.code).items if not one["announced"]]
    assert goods(dock, document["id"])[:2] == ("waiting", None)
    dock.wang.receive_check(document["number"], "TEA", 7, warehouse=dock.code)
    assert dock.qty("DOCK") == "7.000" and kinds(dock) == []


def test_a_code_that_nobody_knows_is_kept_and_counts_once_it_is_bound(dock):
    first = at(minutes=-10)
    said = {"document": dock.tea, "code": f"NEW-{dock.code}", "quantity": "2"}
    assert dock.li.tell("receive.line", at_=first, **said)["code"] == "code_unknown"
    assert kinds(dock) == ["unknown_code"]
    dock.wang.receive_check(dock.tea, "TEA", 10)

    dock.given.code("TEA", f"NEW-{dock.code}", pack=5)

    assert kinds(dock) == [] and goods(dock, dock.tea)[:2] == ("agreed", "10.000")
    (move,) = [move for move in dock.zhou.ledger(kind="receipt") if move["document"] == "PO-1"]
    assert (move["quantity"], move["effective_at"]) == ("10.000", first) and dock.qty("DOCK") == "10.000"


def test_a_scanned_document_is_known(dock):
    for text in ("PO-1", dock.tea):
        named = dock.li.get("/identify", warehouse=dock.code, code=text).ok().body
        assert (named["kind"], named["document"], named["document_kind"]) == ("document", dock.tea, "receipt")


def test_what_was_wrong_is_withdrawn_and_both_words_stay(dock):
    dock.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    wrong = dock.li.event("receive.line", document=dock.tea, sku="TEA", quantity="100")
    dock.li.sync(wrong)
    assert dock.qty("DOCK") == "100.000"

    assert dock.wang.tell("document.void", statement=wrong["id"])["code"] == "statement_unknown"
    assert dock.li.tell("document.void", statement=wrong["id"])["result"] == "accepted"
    assert dock.li.tell("document.void", statement=wrong["id"])["code"] == "statement_unknown"
    dock.li.receive(dock.tea, "TEA", 10)

    assert dock.qty("DOCK") == "10.000"
    assert {one["voided"] for one in dock.zhou.document(dock.tea)["statements"]} == {True, False}
    assert dock.differences() == []


def test_a_check_that_arrives_before_what_it_checks(dock):
    """Both phones were offline; the checker's network came back first."""
    line = dock.li.event("receive.line", at(minutes=-20), document=dock.tea, sku="TEA", quantity="10")
    dock.wang.receive_check(dock.tea, "TEA", 10, at_=at(minutes=-10))
    assert goods(dock, dock.tea)[0] == "differs"

    assert dock.li.sync(line, line)[0]["result"] == "accepted"

    assert goods(dock, dock.tea)[:2] == ("agreed", "10.000") and kinds(dock) == []
    assert dock.qty("DOCK") == "10.000"


def test_after_the_end_only_what_happened_before_is_taken(dock):
    dock.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    for sku, quantity, shelf in (("TEA", 10, "A-01"), ("RICE", 4, "A-02")):
        dock.li.receive(dock.tea, sku, quantity)
        dock.li.put_away(sku, quantity, shelf, document=dock.tea)
    late = dock.li.event("receive.line", document=dock.tea, sku="RICE", quantity="1")
    assert dock.ma.post(f"/documents/{dock.tea}/close", {"id": new_id(), "note": "no more"}).ok()["state"] == "done"

    assert dock.li.receive(dock.tea, "RICE", 1)["code"] == "document_closed"
    assert dock.li.sync(late)[0]["result"] == "accepted"
    assert dock.qty("DOCK", "RICE") == "1.000"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_whatever_the_order_of_arrival_the_book_is_the_same(dock, order):
    events = [
        (dock.li, dock.li.event("receive.line", at(minutes=-30), document=dock.tea, sku="TEA", quantity="10")),
        (dock.wang, dock.wang.event("receive.check", at(minutes=-20), document=dock.tea, sku="TEA", quantity="10")),
        (dock.sun, dock.sun.event("putaway", at(minutes=-10), document=dock.tea, sku="TEA", quantity="10", to="A-02")),
    ]
    for n in order:
        worker, event = events[n]
        assert worker.sync(event)[0]["result"] == "accepted"

    assert (dock.qty("DOCK"), dock.qty("A-02")) == (None, "10.000")
    assert goods(dock, dock.tea) == ("agreed", "10.000", "10.000")
    assert dock.differences() == []
