"""What customers send back is on hold until somebody else has looked at it: good goes on, damaged does not."""

import pytest

from tests.house import again, new_id
from tests.pictures import a_photo
from tests.worker import at


@pytest.fixture
def desk(hall):
    """A shelf of tea, and a dock where returns arrive."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.item("TEA", unit_cost="2.5")
    hall.shelf("A-01", tea=40)
    hall.policy(handling={"short_count": False, "zero_count": False, "low_quantity": None})
    return hall


def take_back(worker, quantity=3, location="A-01", **words):
    """A customer sends something back; gives the event's id, which is its document's too."""
    said = {"sku": "TEA", "quantity": str(quantity), "location": location, "reason": "return"}
    event = worker.event("adjust.return", words.pop("at_", None), warehouse=worker.warehouse, **(said | words))
    assert worker.sync(event)[0]["code"] is None
    return event["id"]


def inspect(worker, document, quantity, condition="good", **words):
    """Somebody looks at so many; gives the receipt."""
    return worker.receive_check(document, "TEA", quantity, condition=condition, **words)


def goods(hall, document):
    """{condition: (state, agreed, done)}."""
    rows = hall.zhou.document(document)["goods"]
    return {row["condition"]: (row["state"], row["agreed_qty"], row["done_qty"]) for row in rows}


def kinds(hall):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


def holds(hall):
    """Live holds, by kind and document."""
    return [(hold["kind"], hold["document"]) for hold in hall.zhou.get("/holds", warehouse=hall.code).ok().items]


def proposals(hall, state="requested"):
    """Scraps that were proposed."""
    return hall.zhou.get("/documents", warehouse=hall.code, kind="scrap", state=state).ok().items


def test_it_is_in_the_book_at_once_and_on_hold_until_somebody_else_found_it_good(desk):
    document = take_back(desk.li)
    whole = desk.zhou.document(document)
    assert (whole["kind"], whole["state"], whole["requested_by"]) == ("return", "submitted", "Li")
    assert desk.qty("A-01") == "43.000" and holds(desk) == [("inspection", whole["number"])]
    assert [task["kind"] for task in desk.wang.tasks() if task["document"] == document] == ["check"]

    assert inspect(desk.li, document, 3)["code"] == "same_person"
    borrowed = again(desk.wang, desk.code)
    borrowed.device = desk.li.device
    assert inspect(borrowed, document, 3)["code"] == "same_device"
    assert inspect(desk.wang, document, 3)["code"] is None

    assert holds(desk) == [] and kinds(desk) == []
    assert desk.zhou.document(document)["state"] == "done"
    (move,) = desk.zhou.ledger(kind="return")
    assert (move["from"], move["to"], move["document"]) == ("CUSTOMER", "A-01", whole["number"])
    assert desk.differences() == []


def test_good_ones_at_the_dock_are_put_away(desk):
    document = take_back(desk.li, location="DOCK")
    inspect(desk.wang, document, 2)
    assert goods(desk, document) == {"unseen": ("waiting", None, "0.000"), "good": ("agreed", "2.000", "0.000")}
    inspect(desk.zhao, document, 1)

    (task,) = [one for one in desk.sun.tasks() if one["document"] == document]
    assert (task["kind"], task["lines"][0]["quantity"]) == ("putaway", "3.000")
    desk.sun.put_away("TEA", 3, "A-01", document=document)
    assert desk.zhou.document(document)["state"] == "done" and desk.qty("A-01") == "43.000"
    assert desk.differences() == []


def test_damaged_ones_stay_on_hold_and_their_scrap_is_proposed(desk):
    photo = desk.wang.take_photo(a_photo(), warehouse=desk.code).ok()["id"]
    when = at(minutes=-10)
    document = take_back(desk.li, at_=at(minutes=-20))
    inspect(desk.wang, document, 1, "damaged", photo=photo, at_=when)
    inspect(desk.wang, document, 2)

    assert holds(desk)[0][0] == "inspection" and kinds(desk) == ["damaged"]
    (proposal,) = proposals(desk)
    assert (proposal["requested_by"], proposal["about"]) == ("Wang", desk.zhou.document(document)["number"])
    assert proposal["photo"] == photo and desk.qty("SCRAP") is None
    assert desk.wang.post(f"/documents/{proposal['id']}/approve", {"id": new_id()}).status == 403

    desk.chen.post(f"/documents/{proposal['id']}/approve", {"id": new_id()}).ok()

    assert (desk.qty("A-01"), desk.qty("SCRAP")) == ("42.000", "1.000") and holds(desk) == []
    (move,) = desk.zhou.ledger(kind="scrap")
    assert move["effective_at"] == when and desk.zhou.document(document)["state"] == "done"
    assert desk.differences() == []


def test_damaged_ones_may_go_back_to_the_supplier_instead(desk):
    document = take_back(desk.li)
    inspect(desk.wang, document, 3, "damaged")
    (proposal,) = proposals(desk)
    desk.chen.post(f"/documents/{proposal['id']}/reject", {"id": new_id(), "note": "to the supplier"}).ok()
    assert desk.qty("A-01") == "43.000" and len(holds(desk)) == 1

    back = desk.chen.open_document("supplier_return", {"TEA": 3}, about=document).ok()["id"]
    desk.ma.post(f"/documents/{back}/approve", {"id": new_id()}).ok()
    assert holds(desk) == []
    desk.li.pick(back, "TEA", 3, "A-01")
    desk.wang.pick_check(back, "TEA", 3)
    desk.sun.ship(back)
    assert desk.qty("A-01") == "40.000" and proposals(desk) == [] and desk.differences() == []


def test_more_than_was_taken_in_is_settled_by_a_supervisor(desk):
    first = at(minutes=-20)
    document = take_back(desk.li, at_=first)
    inspect(desk.wang, document, 4)
    assert kinds(desk) == ["check_differs"] and desk.zhou.document(document)["state"] == "submitted"

    words = {"lines": [{"sku": "TEA", "quantity": "3"}, {"sku": "TEA", "quantity": "1", "condition": "damaged"}]}
    assert desk.zhou.post(f"/documents/{document}/close", {"id": new_id()}).code == "not_waiting"
    desk.ma.post(f"/documents/{document}/settle", {"id": new_id(), **words}).ok()

    assert desk.qty("A-01") == "44.000" and kinds(desk) == ["damaged"] and len(proposals(desk)) == 1
    (mended,) = desk.zhou.ledger(kind="check")
    assert (mended["from"], mended["effective_at"]) == ("CUSTOMER", first) and desk.differences() == []


def test_held_goods_are_not_suggested_and_taking_them_is_told_not_refused(desk):
    desk.given.place("A-02", desk.code)
    take_back(desk.li, location="A-02")
    order = desk.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    (task,) = [one for one in desk.zhao.tasks() if one["kind"] == "pick"]
    assert [bin_["location"] for bin_ in task["lines"][0]["bins"]] == ["A-01"]

    assert desk.chen.pick(order, "TEA", 1, "A-02")["code"] == "takes_held"
    assert kinds(desk) == ["on_hold_moved"] and desk.qty("A-02") == "2.000"
    assert desk.zhao.pick(order, "TEA", 1, "A-01")["code"] is None


def test_only_so_much_is_held_as_came_back(desk):
    take_back(desk.li)
    order = desk.chen.open_document("pick", {"TEA": 41}).ok()["id"]

    assert desk.chen.pick(order, "TEA", 40, "A-01")["code"] is None
    assert desk.chen.pick(order, "TEA", 1, "A-01")["code"] == "takes_held"


def test_who_may_inspect_it_is_not_told_how_much_of_it_is_held(desk):
    take_back(desk.li)
    order = desk.chen.open_document("pick", {"TEA": 41}).ok()["id"]

    assert [desk.zhao.pick(order, "TEA", quantity, "A-01")["code"] for quantity in (40, 1)] == [None, None]
    assert kinds(desk) == ["on_hold_moved"]


def test_what_was_taken_in_wrongly_is_withdrawn(desk):
    document = take_back(desk.li)
    assert desk.li.tell("document.void", statement=document)["result"] == "accepted"

    assert desk.qty("A-01") == "40.000" and holds(desk) == [] and desk.differences() == []


def test_a_look_that_was_wrong_is_withdrawn(desk):
    document = take_back(desk.li)
    wrong = desk.wang.event("receive.check", document=document, sku="TEA", quantity="3", condition="good")
    desk.wang.sync(wrong)
    assert holds(desk) == []

    desk.wang.tell("document.void", statement=wrong["id"])

    assert goods(desk, document)["unseen"][0] == "waiting"
    inspect(desk.wang, document, 3, "damaged")
    assert len(proposals(desk)) == 1


def test_returns_of_one_delivery_each_have_their_look(desk):
    desk.given.lot("MILK", "L1", "2027-01-01")
    back = [
        desk.li.event("adjust.return", sku=sku, lot=lot, quantity="2", location="A-01", reason="return", **here(desk))
        for sku, lot in (("TEA", None), ("MILK", "L1"))
    ]
    assert [receipt["result"] for receipt in desk.li.sync(*back)] == ["accepted", "accepted"]
    desk.wang.receive_check(back[1]["id"], "MILK", 2, lot="L1")

    states = [desk.zhou.document(event["id"])["state"] for event in back]
    assert states == ["submitted", "done"] and desk.differences() == []


def here(hall):
    """Words that say in which warehouse."""
    return {"warehouse": hall.code}


def test_a_return_that_was_announced_can_be_taken_in_both_ways(desk):
    come = desk.chen.open_document("return", {"TEA": 4}, partner="Shop").ok()["id"]
    take_back(desk.li, 4, location="DOCK", document=come)
    assert desk.qty("DOCK") == "4.000"
    inspect(desk.wang, come, 4)
    desk.li.tell("receive.submit", document=come)
    desk.sun.put_away("TEA", 4, "A-01", document=come)

    assert desk.zhou.document(come)["state"] == "done" and kinds(desk) == [] and desk.differences() == []


def test_nobody_lets_it_go_by_hand_without_a_look_at_it(desk):
    document = take_back(desk.li)
    (hold,) = desk.zhou.get("/holds", warehouse=desk.code).ok().items

    said = desk.zhou.post(f"/holds/{hold['id']}/release", {"id": new_id()})

    assert (said.status, said.code) == (409, "hold_ends_by_inspection") and len(holds(desk)) == 1
    inspect(desk.wang, document, 3)
    assert holds(desk) == []
    assert desk.zhou.post(f"/holds/{hold['id']}/release", {"id": new_id()}).status == 200


def test_the_proposal_keeps_the_picture_though_the_last_word_has_none(desk):
    document = take_back(desk.li)
    photo = desk.wang.take_photo(a_photo(), warehouse=desk.code).ok()["id"]
    inspect(desk.wang, document, 1, "damaged", photo=photo)
    inspect(desk.wang, document, 0, "damaged")

    inspect(desk.wang, document, 2)

    assert [one["photo"] for one in proposals(desk)] == [photo]
