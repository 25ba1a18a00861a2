"""Phones that are late, out of order, or wrong about the time."""

from datetime import datetime

from tests.house import again, at, new_id


def entry(worker, task, place, sku, quantity, at_):
    """An entry event, not yet delivered."""
    said = {"task": task, "location": place, "sku": sku, "quantity": str(quantity), "method": "keypad"}
    return worker.event("count.entry", at_=at_, **said)


def test_a_submission_waits_for_entries_that_are_on_the_way(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    li = hall.li
    claim = li.event("count.claim", task=task)
    some = [entry(li, task, "A-01", "TEA", 20, at()) for _ in range(2)]
    done = li.event("count.submit", task=task)

    first = li.sync(claim, some[1], done)
    assert [receipt["code"] for receipt in first] == [None, None, "entries_missing"]
    assert hall.chen.variances() == []

    second = li.sync(some[0], done)
    assert [receipt["result"] for receipt in second] == ["accepted", "accepted"]
    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")


def test_a_batch_in_any_order_is_taken_in_the_devices_order(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    li = hall.li
    events = [li.event("count.claim", task=task)]
    events += [entry(li, task, "A-01", "TEA", 10, at()) for _ in range(4)]
    events += [li.event("count.submit", task=task)]

    receipts = li.sync(*reversed(events))

    assert [receipt["id"] for receipt in receipts] == [event["id"] for event in reversed(events)]
    assert {receipt["result"] for receipt in receipts} == {"accepted"}
    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")
    assert {receipt["result"] for receipt in li.sync(*events)} == {"duplicate"}
    assert hall.line()["counted_qty"] == "40.000"


def test_a_clock_that_is_always_an_hour_fast_is_no_matter(hall):
    hall.shelf("A-01", at_=at(hours=-3), tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.post("TEA", 10, "SUPPLIER", "A-01", "receipt", at_=at(minutes=-5))
    li = hall.li
    fast = {"hours": 1}
    counted = at(minutes=-10)
    li.sync(li.event("count.claim", at_=at(**fast), task=task), sent_at=at(**fast))
    said = entry(li, task, "A-01", "TEA", 40, at(minutes=50))  # ten minutes ago, by a clock an hour fast
    li.sync(said, li.event("count.submit", at_=at(**fast), task=task), sent_at=at(**fast))

    line = hall.line()
    assert (line["state"], line["contaminated"]) == ("matched", False), "the receipt came after the counting"
    assert abs(_seconds(line["as_of"]) - _seconds(counted)) < 5
    (round_,) = hall.chen.get(f"/variances/{line['id']}")["rounds"]
    assert _seconds(round_["entries"][0]["device_at"]) - _seconds(line["as_of"]) > 3590, "both times are kept"


def test_a_clock_that_jumped_makes_lines_uncertain_only_where_something_moved(hall):
    hall.shelf("A-01", at_=at(hours=-5), tea=40, rice=12)
    (task,) = hall.start(locations=["A-01"])
    hall.post("TEA", 10, "SUPPLIER", "A-01", "receipt", at_=at(minutes=-30))
    li = hall.li
    li.sync(li.event("count.claim", task=task))
    # Somebody set the phone an hour back: is this entry of a minute ago, or of an hour ago?
    back = {"hours": -1}
    li.sync(
        entry(li, task, "A-01", "TEA", 50, at(minutes=-61)),
        entry(li, task, "A-01", "RICE", 12, at(minutes=-61)),
        li.event("count.submit", at_=at(**back), task=task),
        sent_at=at(**back),
    )

    assert (hall.state("TEA"), hall.line("TEA")["contaminated"]) == ("recount", True)
    assert (hall.state("RICE"), hall.line("RICE")["contaminated"]) == ("matched", False)


def test_a_time_to_come_is_refused_and_kept(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])

    assert hall.li.claim(task, at_=at(hours=2))["code"] == "in_the_future"
    assert hall.li.claim(task)["result"] == "accepted"


def test_what_was_counted_offline_before_a_takeover_stays_and_is_not_added(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    li = hall.li
    li.claim(task)
    late = entry(li, task, "A-01", "TEA", 40, at(minutes=-1))
    hall.wang.claim(task, reason="Li is out of reach")
    hall.wang.count_all(task, {("A-01", "TEA"): 40})

    receipt = li.sync(late)[0]

    assert (receipt["result"], receipt["code"]) == ("refused", "task_closed")
    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")


def test_a_second_phone_of_the_same_person_carries_on(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 15)
    other = again(hall.li)
    assert other.tasks()[0]["id"] == task
    other.count(task, "A-01", "TEA", 25)
    other.submit(task)

    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")


def test_a_late_refused_event_is_taken_when_its_reason_is_gone(hall):
    sku = f"NEW{new_id()[-8:].upper()}"
    hall.shelf("A-01", tea=40)
    event = hall.li.event("move", sku=sku, quantity="1", from_="A-01", to="A-02", warehouse=hall.code)
    hall.shelf("A-02")
    assert hall.li.sync(event)[0]["code"] == "item_unknown"

    hall.given.item(sku)

    assert hall.li.sync(event)[0]["result"] == "accepted"
    assert hall.li.sync(event)[0]["result"] == "duplicate"
    assert hall.qty("A-02", sku) == "1.000"


def _seconds(instant):
    return datetime.fromisoformat(instant).timestamp()
