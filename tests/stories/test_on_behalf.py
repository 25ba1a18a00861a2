"""What somebody counted lies on a phone, and they do not come back: a supervisor brings it, under its author's name."""

import pytest

from tests.house import WHY, again, at, new_id
from tests.pictures import a_photo


def brought(bringer, author, *events):
    """The receipts of what one brings for the other, from the author's phone."""
    bringer.device = author.device
    return bringer.sync(*events, on_behalf_of=author.person["id"])


def a_whole_count(worker, task, found=38):
    """Claim, one line, and done; not delivered."""
    line = {"task": task, "location": "A-01", "sku": "TEA", "quantity": str(found), "method": "keypad"}
    events = [("count.claim", {"task": task}), ("count.entry", line), ("count.submit", {"task": task})]
    return [worker.event(kind, **words) for kind, words in events]


@pytest.fixture
def parked(hall):
    """Li's count of a shelf with forty, of which nothing was sent."""
    hall.shelf("A-01", tea=40)
    (hall.first,) = hall.start(by="zhou", locations=["A-01"])
    return a_whole_count(hall.li, hall.first)


def test_a_brought_count_is_its_authors_and_says_who_brought_it(hall, parked):
    assert [receipt["result"] for receipt in brought(hall.chen, hall.li, *parked)] == ["accepted"] * 3

    line = hall.line()
    ((entry,),) = [each["entries"] for each in hall.ma.get(f"/variances/{line['id']}").ok()["rounds"]]
    assert (entry["person"], entry["brought_by"], entry["quantity"]) == ("Li", "Chen", "38.000")
    mine = hall.li.get(f"/tasks/{hall.first}").ok()["my_entries"]
    assert [each["quantity"] for each in mine] == ["38.000"]


def test_what_was_brought_is_not_taken_again_from_its_author(hall, parked):
    brought(hall.chen, hall.li, *parked)

    assert [receipt["result"] for receipt in hall.li.sync(*parked)] == ["duplicate"] * 3


def test_who_sends_their_own_is_nobodys_bringer(hall, parked):
    hall.li.sync(*parked, on_behalf_of=hall.li.person["id"])

    ((entry,),) = [each["entries"] for each in hall.ma.get(f"/variances/{hall.line()['id']}").ok()["rounds"]]
    assert "brought_by" not in entry


def test_who_brought_a_count_neither_decides_about_it_nor_counts_it_again(hall, parked):
    brought(hall.chen, hall.li, *parked)
    assert hall.chen.tasks() == [], "Chen has seen what Li found"
    again_ = hall.task(hall.wang)
    hall.wang.count_all(again_, {("A-01", "TEA"): 38})
    line = hall.line()

    assert line["state"] == "pending"
    assert (line["may_decide"], line["why_not"]) == (False, "brought_count_approval")
    assert hall.chen.approve(line, **WHY).code == "brought_count_approval"
    assert hall.ma.approve(line, **WHY).ok()
    assert hall.differences() == []


def test_who_counted_and_brought_is_a_counter(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(by="zhou", locations=["A-01"], mode="parts", assign_to=["li", "chen"])
    hall.chen.count(task, "A-01", "TEA", 20)
    other = again(hall.chen)
    brought(other, hall.li, *a_whole_count(hall.li, task, 18))
    hall.chen.submit(task)
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "TEA"): 38})

    assert hall.line()["why_not"] == "own_count_approval"


def test_staff_bring_nothing_for_others(hall, parked):
    batch = {"device_id": hall.li.device, "sent_at": at(), "events": parked, "on_behalf_of": hall.li.person["id"]}

    assert hall.wang.post("/sync", batch).code == "no_permission"
    assert hall.li.get(f"/tasks/{hall.first}").ok()["my_entries"] == []


def test_a_supervisor_of_another_warehouse_brings_nothing_here(hall, parked):
    hall.given.warehouse("ELSEWHERE")
    stranger = hall.given.supervisor(f"bo-{hall.code.lower()}", warehouse="ELSEWHERE")

    receipts = brought(stranger, hall.li, *parked)

    assert {receipt["code"] for receipt in receipts} == {"no_permission"}
    assert {receipt["result"] for receipt in hall.li.sync(*parked)} == {"accepted"}, "nothing was spoilt"


@pytest.mark.parametrize("nobody", ["019a0000-0000-7000-8000-00000000dead", "nobody", "", 7, "\x00"])
def test_nobody_is_spoken_for(hall, parked, nobody):
    batch = {"device_id": hall.li.device, "sent_at": at(), "events": parked, "on_behalf_of": nobody}

    assert hall.chen.post("/sync", batch).status == 422


def test_what_somebody_said_who_has_left_is_kept_and_counts_for_nothing(hall, parked):
    hall.given.person(f"gone-{hall.code.lower()}", warehouse=hall.code)
    worker = hall.given.sign_in(f"gone-{hall.code.lower()}", warehouse=hall.code)
    said = a_whole_count(worker, hall.first)
    hall.given.admin.patch(f"/people/{worker.person['id']}", {"active": False}).ok()

    receipts = brought(hall.chen, worker, *said)

    assert {receipt["result"] for receipt in receipts} == {"refused"}
    assert hall.chen.variances() == []


def test_a_brought_photo_is_its_takers(hall):
    photo, whole = new_id(), a_photo(size=(320, 240))
    for_li = {"warehouse": hall.code, "on_behalf_of": hall.li.person["id"]}

    assert hall.wang.send_part(photo, whole, 0, whole, **for_li).code == "no_permission"
    assert hall.chen.send_part(photo, whole, 0, whole, **for_li).status == 201
    assert hall.chen.send_part(photo, whole, 0, whole, **for_li).status == 200
    assert hall.chen.get(f"/photos/{photo}/about").ok()["taken_by"] == "Li"
    assert hall.li.get(f"/photos/{photo}").status == 200


def test_who_brought_what_was_picked_does_not_check_it(hall):
    hall.shelf("A-01", tea=40)
    pick = hall.zhou.open_document("pick", {"TEA": 5}).ok()["id"]
    picked = hall.li.event("pick.line", document=pick, sku="TEA", quantity="5", location="A-01")
    (receipt,) = brought(again(hall.chen), hall.li, picked)

    assert receipt["result"] == "accepted"
    assert hall.chen.pick_check(pick, "TEA", 5)["code"] == "same_person"
    assert hall.wang.pick_check(pick, "TEA", 5)["result"] == "accepted"
