"""A position of serial-tracked goods owns a set of serials, not only a number."""

import pytest

from tests.house import WHY, new_id


def come_in(hall, place, *serials):
    """Pumps that come in one by one, each with its number."""
    hall.given.item("PUMP", serial_tracked=True, unit_cost="10")
    hall.given.place(place, hall.code)
    move = hall.given.a_move("PUMP", len(serials), "SUPPLIER", place, hall.code, at_=None, kind="receipt")
    hall.given.admin.post_moves({**move, "serials": [f"{hall.code}-{one}" for one in serials]}).ok()


def scan(hall, worker, task, place, *serials):
    """Claim, scan each and submit."""
    events = [worker.event("count.claim", task=task)]
    for one in serials:
        said = {"task": task, "location": place, "sku": "PUMP", "quantity": "1", "method": "wedge"}
        events.append(worker.event("count.entry", serial=f"{hall.code}-{one}", **said))
    receipts = worker.sync(*events, worker.event("count.submit", task=task))
    assert {one["result"] for one in receipts} == {"accepted"}


def serials_of(hall, line):
    """(missing, unexpected) as the evidence has them, without the hall's mark."""
    said = hall.zhou.get(f"/variances/{line['id']}").ok()["serials"]
    return tuple([one.removeprefix(f"{hall.code}-") for one in said[word]] for word in ("missing", "unexpected"))


def test_another_piece_in_the_place_of_one_is_looked_at_though_the_number_is_right(hall):
    come_in(hall, "A-01", "1", "2")
    (task,) = hall.start(locations=["A-01"])
    scan(hall, hall.li, task, "A-01", "1", "9")

    line = hall.line("PUMP")
    assert (line["state"], line["variance_qty"], serials_of(hall, line)) == ("recount", "0.000", (["2"], ["9"]))
    scan(hall, hall.wang, hall.task(hall.wang), "A-01", "1", "9")
    assert hall.state("PUMP") == "pending"
    hall.ma.approve(line, **WHY).ok()
    assert hall.qty("A-01", "PUMP") == "2.000"

    (task,) = hall.start(locations=["A-01"])
    scan(hall, hall.li, task, "A-01", "1", "9")
    assert [one["state"] for one in hall.chen.variances(sku="PUMP")].count("matched") == 1
    assert hall.differences() == []


def test_a_slip_in_a_serial_is_put_right_by_the_second_person(hall):
    come_in(hall, "A-01", "1", "2")
    (task,) = hall.start(locations=["A-01"])
    scan(hall, hall.li, task, "A-01", "1", "9")
    scan(hall, hall.wang, hall.task(hall.wang), "A-01", "1", "2")

    assert hall.state("PUMP") == "matched"
    assert serials_of(hall, hall.line("PUMP")) == ([], [])


def test_who_is_approved_as_lost_is_not_missed_again(hall):
    come_in(hall, "A-01", "1", "2", "3")
    (task,) = hall.start(locations=["A-01"])
    scan(hall, hall.li, task, "A-01", "1", "3")
    scan(hall, hall.wang, hall.task(hall.wang), "A-01", "1", "3")
    line = hall.line("PUMP")
    assert (line["variance_qty"], serials_of(hall, line)) == ("-1.000", (["2"], []))

    hall.ma.approve(line, **WHY).ok()

    assert (hall.losses("PUMP"), hall.qty("A-01", "PUMP")) == ("1.000", "2.000")
    (task,) = hall.start(locations=["A-01"])
    scan(hall, hall.li, task, "A-01", "1", "3")
    assert serials_of(hall, hall.line("PUMP", state="matched")) == ([], [])


@pytest.mark.parametrize("order", [("A-01", "A-02"), ("A-02", "A-01")])
@pytest.mark.parametrize("how", ["as one", "one by one", "the other way round"])
def test_a_serial_in_the_wrong_place_is_a_move(hall, order, how):
    come_in(hall, "A-01", "1", "2")
    come_in(hall, "A-02", "3")
    (task,) = hall.start(locations=["A-01", "A-02"])
    for worker in (hall.li, hall.wang):
        at_ = hall.task(worker) if worker is hall.wang else task
        events = [worker.event("count.claim", task=at_)]
        scans = {"A-01": [("A-01", "1")], "A-02": [("A-02", "2"), ("A-02", "3")]}
        for place, one in scans[order[0]] + scans[order[1]]:
            said = {"task": at_, "location": place, "sku": "PUMP", "quantity": "1", "method": "wedge"}
            events.append(worker.event("count.entry", serial=f"{hall.code}-{one}", **said))
        worker.sync(*events, worker.event("count.submit", task=at_))
    one, other = sorted(hall.chen.variances(sku="PUMP"), key=lambda line: line["location"])

    offered = hall.zhou.get(f"/variances/{one['id']}").ok()["relocation"]
    if how == "as one":
        hall.ma.post(f"/variances/{one['id']}/relocate", {"id": new_id(), "with": other["id"], **WHY}).ok()
    else:
        for line in (one, other) if how == "one by one" else (other, one):
            hall.ma.approve(line, **WHY).ok()

    assert (offered["from"], offered["to"], offered["quantity"]) == ("A-01", "A-02", "1.000")
    assert (hall.qty("A-01", "PUMP"), hall.qty("A-02", "PUMP"), hall.losses("PUMP")) == ("1.000", "2.000", "0.000")
    assert [serials_of(hall, line) for line in (one, other)] == [([], []), ([], [])]
