"""Every other way in which stock changes has its own document: scrap, sample, gift, own use, customers' returns."""

import pytest

from tests.house import new_id
from tests.pictures import a_photo
from tests.worker import at


@pytest.fixture
def hall(hall):
    """A shelf of tea, dear enough for a limit."""
    hall.given.item("TEA", unit_cost="2.5")
    hall.given.item("GOLD", unit_cost="500")
    hall.shelf("A-01", tea=40, gold=3)
    return hall


def leave(worker, kind, sku="TEA", quantity=2, **words):
    """Something leaves the shelf."""
    said = {
        "sku": sku,
        "quantity": str(quantity),
        "location": "A-01",
        "reason": "damage",
        "warehouse": worker.warehouse,
    }
    return worker.tell(f"adjust.{kind}", **(said | words))


WAYS = [("scrap", "SCRAP"), ("sample", "CUSTOMER"), ("gift", "CUSTOMER"), ("internal_use", "PRODUCTION")]


@pytest.mark.parametrize(("kind", "target"), WAYS)
def test_small_things_leave_at_once_with_a_reason(hall, kind, target):
    assert leave(hall.li, kind)["code"] is None

    assert (hall.qty("A-01"), hall.qty(target)) == ("38.000", "2.000")
    (move,) = hall.zhou.ledger(kind=kind)
    assert (move["reason"], move["person"]) == ("damage", "Li") and hall.differences() == []


def test_dear_things_need_a_photo_and_somebody_elses_word(hall):
    photo = hall.li.take_photo(a_photo(), warehouse=hall.code).ok()["id"]
    when = at(minutes=-20)
    assert leave(hall.li, "scrap", "GOLD", 1)["code"] == "photo_required"
    assert leave(hall.li, "scrap", "GOLD", 1, photo=photo, at_=when)["code"] == "waits_for_approval"
    assert hall.qty("A-01", "GOLD") == "3.000"

    (document,) = hall.zhou.get("/documents", warehouse=hall.code, kind="scrap").items
    assert (document["state"], document["requested_by"], document["photo"]) == ("requested", "Li", photo)
    assert hall.li.post(f"/documents/{document['id']}/approve", {"id": new_id()}).status == 403
    hall.chen.post(f"/documents/{document['id']}/approve", {"id": new_id()}).ok()

    assert (hall.qty("A-01", "GOLD"), hall.qty("SCRAP", "GOLD")) == ("2.000", "1.000")
    (move,) = hall.zhou.ledger(kind="scrap")
    assert move["effective_at"] == when and hall.zhou.document(document["id"])["state"] == "done"
    assert hall.differences() == []


def test_what_is_not_allowed_stays(hall):
    leave(hall.chen, "gift", "GOLD", 1)
    (document,) = hall.zhou.get("/documents", warehouse=hall.code, kind="gift").items
    assert hall.chen.post(f"/documents/{document['id']}/approve", {"id": new_id()}).code == "own_document"
    hall.ma.post(f"/documents/{document['id']}/reject", {"id": new_id(), "note": "keep it"}).ok()

    assert hall.qty("A-01", "GOLD") == "3.000" and hall.zhou.ledger(kind="gift") == []


def test_what_was_allowed_before_is_taken_under_its_document(hall):
    asked = hall.li.open_document("internal_use", {"GOLD": 2}, reason="internal_use").ok()
    assert hall.chen.document(asked["id"])["value"] == "1000.0000" and "value" not in hall.li.document(asked["id"])
    assert leave(hall.li, "internal_use", "GOLD", 2, document=asked["id"])["code"] == "document_not_approved"
    hall.chen.post(f"/documents/{asked['id']}/approve", {"id": new_id()}).ok()

    assert leave(hall.li, "internal_use", "GOLD", 1, document=asked["number"])["code"] is None
    assert hall.zhou.document(asked["id"])["state"] != "done"
    assert leave(hall.li, "internal_use", "GOLD", 1, document=asked["id"])["code"] is None
    assert hall.zhou.document(asked["id"])["state"] == "done"
    assert (hall.qty("PRODUCTION", "GOLD"), hall.qty("A-01", "GOLD")) == ("2.000", "1.000")


def test_an_unknown_reason_is_refused(hall):
    assert leave(hall.li, "scrap", reason="because")["code"] == "reason_unknown"
    assert leave(hall.li, "scrap", reason=None)["code"] == "invalid_event"


def test_a_customers_return_comes_back_at_once_or_is_inspected(hall):
    assert leave(hall.li, "return", quantity=3, reason="return")["code"] is None
    assert hall.qty("A-01") == "43.000"

    come = hall.chen.open_document("return", {"TEA": 4}, partner="Shop").ok()["id"]
    hall.li.receive(come, "TEA", 3)
    hall.li.receive(come, "TEA", 1, condition="damaged")
    assert hall.qty("DOCK") is None
    hall.wang.receive_check(come, "TEA", 3)
    hall.wang.receive_check(come, "TEA", 1, condition="damaged")
    assert hall.qty("DOCK") == "4.000" and hall.qty("CUSTOMER") == "-7.000"
    assert hall.differences() == []


def test_a_return_to_the_supplier_is_approved_picked_checked_and_shipped(hall):
    back = hall.chen.open_document("supplier_return", {"TEA": 5}, partner="Tea Trading").ok()["id"]
    assert hall.li.pick(back, "TEA", 5, "A-01")["code"] == "document_not_approved"
    hall.ma.post(f"/documents/{back}/approve", {"id": new_id()}).ok()
    hall.li.pick(back, "TEA", 5, "A-01")
    hall.wang.pick_check(back, "TEA", 5)
    hall.sun.ship(back)

    assert hall.zhou.document(back)["state"] == "done"
    (move,) = hall.zhou.ledger(kind="ship")
    assert (move["to"], move["quantity"]) == ("SUPPLIER", "5.000") and hall.differences() == []
