"""Above a limit a decision takes a photo: of the shelf by somebody who counted, or with the decision."""

import pytest

from tests.house import WHY, at, new_id
from tests.pictures import a_photo


@pytest.fixture
def dear(hall):
    """A warehouse in which every variance worth more than one takes a photo."""
    hall.policy(photo_over="1", control_share="0")
    hall.given.item("CAMERA", unit_cost="10")
    hall.post("CAMERA", 40, "SUPPLIER", shelf(hall), kind="receipt")
    return hall


def shelf(hall):
    hall.given.place("A-01", hall.code)
    return "A-01"


def waiting(hall, photo=None):
    """Li and Wang find 38 of 40; Li's entry carries a photo, if one is said."""
    (task,) = hall.start(locations=["A-01"], skus=["CAMERA"])
    for worker, words in ((hall.li, {"photo": photo} if photo else {}), (hall.wang, {})):
        task = hall.task(worker)
        worker.claim(task)
        assert worker.count(task, "A-01", "CAMERA", 38, at_=at(), **words)["result"] == "accepted"
        worker.submit(task)
    return hall.line("CAMERA")


def wants_photo(hall, line):
    return hall.chen.get(f"/variances/{line['id']}").ok()["required"]["photo"]


def decided(hall, line, **words):
    return hall.zhou.approve(line, **WHY, **words)


def test_without_any_photo_it_is_asked_for(dear):
    line = waiting(dear)

    assert wants_photo(dear, line) is True
    assert decided(dear, line, note="looked twice").code == "photo_required"
    assert dear.state("CAMERA") == "pending" and dear.qty("A-01", "CAMERA") == "40.000"


def test_a_counters_photo_is_enough_once_it_has_arrived(dear):
    photo = new_id()
    line = waiting(dear, photo)
    assert decided(dear, line).code == "photo_required", "it is still on Li's phone"

    dear.li.take_photo(a_photo(), id=photo, warehouse=dear.code).ok()

    assert wants_photo(dear, line) is False
    decided(dear, line).ok()
    assert dear.qty("A-01", "CAMERA") == "38.000"


def test_a_photo_with_the_decision_is_enough_if_there_is_one(dear):
    line = waiting(dear)
    assert decided(dear, line, photos=[new_id()]).code == "photo_unknown", "a made-up name proves nothing"

    photo = dear.zhou.take_photo(a_photo(), warehouse=dear.code).ok()["id"]
    decided(dear, line, photos=[photo]).ok()

    (decision,) = dear.chen.get(f"/variances/{line['id']}").ok()["decisions"]
    assert decision["photos"] == [photo]


def test_flagged_items_and_bins_drawn_by_chance_take_a_photo_with_the_count(hall):
    hall.policy(count_photos={"items": ["TEA"]})
    hall.shelf("A-01", tea=40)
    (task,) = hall.start("full", locations=["A-01"])
    asked = hall.li.get(f"/tasks/{task}").ok().body
    assert asked["photo_items"] == ["TEA"] and "photo_places" not in asked
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 30)
    no = hall.li.submit(task)
    assert (no["result"], no["code"]) == ("refused", "count_photos_missing") and "A-01 TEA" in no["detail"]

    photo = new_id()
    hall.li.count(task, "A-01", "TEA", 10, photo=photo)

    assert [entry["photo"] for entry in hall.li.get(f"/tasks/{task}").ok()["my_entries"]] == [None, photo]
    assert hall.li.submit(task)["result"] == "accepted", "the picture itself may still be on its way"
    assert hall.state() == "matched"


def test_by_chance_is_by_bin_and_says_nothing_of_what_is_in_it(hall):
    hall.policy(count_photos={"share": "1"})
    hall.shelf("A-01", tea=40)
    (task,) = hall.start("full", locations=["A-01"])
    assert hall.li.get(f"/tasks/{task}").ok()["photo_places"] == ["A-01"]
    hall.li.claim(task)
    hall.li.empty(task, "A-01")
    assert hall.li.submit(task)["code"] == "count_photos_missing"
    hall.li.count(task, "A-01", "TEA", 40, photo=new_id())
    assert hall.li.submit(task)["result"] == "accepted"
