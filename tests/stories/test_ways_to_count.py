"""Ways to count: in parts, twice at once, taken over, by serial, by lot, by looking; and what is left out."""

from tests.house import again, at


def outcomes(receipts):
    """(result, code) of each receipt."""
    return [(receipt["result"], receipt["code"]) for receipt in receipts]


def test_in_parts_what_several_people_find_adds_up(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(mode="parts", assign_to=["li", "wang"], locations=["A-01"])
    hall.li.claim(task)
    hall.wang.claim(task)
    hall.li.count(task, "A-01", "TEA", 25)
    hall.wang.count(task, "A-01", "TEA", 15)

    hall.li.submit(task)
    assert hall.chen.variances() == [], "the round waits for both"
    hall.wang.submit(task)

    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")


def test_two_who_count_at_once_are_compared_and_never_added(hall):
    hall.shelf("A-01", tea=40)
    one, two = hall.start(assign_to=["li", "wang"], locations=["A-01"])

    assert hall.wang.claim(one)["code"] in ("same_person", "not_assigned")
    hall.li.count_all(one, {("A-01", "TEA"): 38})
    assert (hall.state(), hall.qty("A-01")) == ("counting", "40.000")
    hall.wang.count_all(two, {("A-01", "TEA"): 38})

    line = hall.line()
    assert (line["state"], line["counted_qty"], line["variance_qty"], line["round"]) == (
        "pending",
        "38.000",
        "-2.000",
        2,
    )


def test_two_who_count_at_once_and_differ_call_a_third(hall):
    hall.shelf("A-01", tea=40)
    one, two = hall.start(assign_to=["li", "wang"], locations=["A-01"])
    hall.wang.count_all(two, {("A-01", "TEA"): 37})
    hall.li.count_all(one, {("A-01", "TEA"): 38})

    assert hall.state() == "recount"
    assert hall.li.tasks() == hall.wang.tasks() == []
    hall.zhao.count_all(hall.task(hall.zhao), {("A-01", "TEA"): 38})
    assert (hall.state(), hall.line()["counted_qty"], hall.line()["round"]) == ("pending", "38.000", 3)
    rounds = hall.chen.get(f"/variances/{hall.line()['id']}")["rounds"]
    assert [(one["round"], one["by"], one["variance_qty"]) for one in rounds] == [
        (1, ["Li"], "-2.000"),
        (2, ["Wang"], "-3.000"),
        (3, ["Zhao"], "-2.000"),
    ]


def test_a_task_is_taken_over_with_a_reason_and_nothing_is_counted_twice(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 40)

    assert hall.wang.claim(task)["code"] == "task_taken"
    assert hall.wang.claim(task, reason="Li's phone is broken")["result"] == "accepted"
    hall.wang.count(task, "A-01", "TEA", 40)
    assert hall.li.submit(task)["code"] == "task_taken"
    hall.wang.submit(task)

    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")
    (round_,) = hall.chen.get(f"/variances/{hall.line()['id']}")["rounds"]
    assert [(entry["person"], entry["superseded"]) for entry in round_["entries"]] == [("Li", True), ("Wang", False)]


def test_who_was_superseded_still_counted_and_cannot_decide(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"], by="zhou")
    hall.ma.claim(task)
    hall.ma.count(task, "A-01", "TEA", 38)
    hall.wang.claim(task, reason="Ma was called away")
    hall.wang.count_all(task, {("A-01", "TEA"): 38})
    hall.li.count_all(hall.task(hall.li), {("A-01", "TEA"): 38})

    assert hall.state() == "pending"
    assert hall.ma.approve(hall.line()).code == "own_count_approval"
    assert hall.chen.approve(hall.line()).ok()["state"] == "approved"


def test_a_lease_that_ran_out_frees_the_task(hall, later):
    hall.policy(lease_minutes=30)
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    assert hall.wang.tasks() == []
    assert hall.wang.claim(task)["code"] == "task_taken"

    later(minutes=31)

    assert [row["id"] for row in hall.wang.tasks()] == [task]
    assert again(hall.wang).claim(task)["result"] == "accepted"
    assert hall.li.submit(task)["code"] == "task_taken"


def test_a_lease_lasts_as_long_as_policy_says_from_now_and_not_longer(hall, later):
    hall.policy(lease_minutes=30)
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    for _ in range(5):
        hall.li.claim(task)

    later(minutes=31)

    assert hall.wang.claim(task)["result"] == "accepted", "five claims in a row are one lease, not five"


def test_a_serial_counts_once_however_often_it_is_scanned(hall):
    hall.given.item("PUMP", serial_tracked=True)
    hall.shelf("A-01", pump=2)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)

    first = hall.li.count(task, "A-01", "PUMP", 1, serial="S1")
    second = hall.li.count(task, "A-01", "PUMP", 1, serial="S1")
    hall.li.count(task, "A-01", "PUMP", 1, serial="S2")
    hall.li.submit(task)

    assert (first["code"], second["result"], second["code"]) == (None, "accepted", "already_counted")
    assert (hall.state("PUMP"), hall.line("PUMP")["counted_qty"]) == ("matched", "2.000")


def test_a_serial_is_one_piece(hall):
    hall.given.item("PUMP", serial_tracked=True)
    hall.shelf("A-01", pump=2)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)

    assert hall.li.count(task, "A-01", "PUMP", 2, serial="S1")["code"] == "serial_quantity"


def test_lots_are_lines_of_their_own(hall):
    hall.shelf("A-01", lot="L1", milk=10)
    hall.shelf("A-01", lot="L2", milk=5)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)

    assert hall.li.count(task, "A-01", "MILK", 15)["code"] == "lot_required"
    hall.li.count(task, "A-01", "MILK", 10, lot="L1")
    hall.li.count(task, "A-01", "MILK", 4, lot="L2")
    hall.li.submit(task)

    lines = {line["lot"]: line for line in hall.chen.variances(sku="MILK")}
    assert {lot: (line["state"], line["variance_qty"]) for lot, line in lines.items()} == {
        "L1": ("matched", "0.000"),
        "L2": ("recount", "-1.000"),
    }


def test_an_empty_shelf_that_is_empty_in_the_book_needs_nobody(hall):
    hall.shelf("A-01", tea=0.001)
    hall.post("TEA", "0.001", "A-01", "CUSTOMER", "pick")
    (task,) = hall.start("zero", locations=["A-01"])
    hall.li.claim(task)
    hall.li.empty(task, "A-01")
    hall.li.submit(task)

    assert hall.chen.variances() == []
    assert hall.chen.get("/counts", warehouse=hall.code).items[0]["state"] == "closed"


def test_an_empty_shelf_that_the_book_thinks_full_is_looked_at_again(hall):
    hall.shelf("A-01", tea=7, rice=2)
    (task,) = hall.start("zero", locations=["A-01"])
    hall.li.claim(task)
    hall.li.empty(task, "A-01")
    hall.li.submit(task)
    again_ = hall.task(hall.wang)
    hall.wang.claim(again_)
    hall.wang.empty(again_, "A-01", "TEA")
    hall.wang.count(again_, "A-01", "RICE", 2)
    hall.wang.submit(again_)

    assert (hall.state("TEA"), hall.line("TEA")["counted_qty"]) == ("pending", "0.000")
    assert hall.state("RICE") == "matched"
    assert hall.qty("A-01") == "7.000", "nothing is posted before somebody decides"


def test_a_withdrawn_entry_stays_on_record_and_does_not_count(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 400)
    slip = hall.li.last_entry
    assert hall.wang.void(slip)["result"] == "refused"
    assert hall.li.void(slip)["result"] == "accepted"
    assert hall.li.void(slip)["code"] == "already_voided"
    hall.li.count(task, "A-01", "TEA", 40)
    hall.li.submit(task)

    assert hall.state() == "matched"
    (round_,) = hall.chen.get(f"/variances/{hall.line()['id']}")["rounds"]
    assert [(entry["quantity"], entry["superseded"]) for entry in round_["entries"]] == [
        ("400.000", True),
        ("-400.000", False),
        ("40.000", False),
    ]


def test_an_open_count_takes_a_permission_and_is_recorded_as_one(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(open_=True, locations=["A-01"])

    assert hall.li.start_count(open_=True, locations=["A-01"]).code == "no_permission"
    assert hall.li.get(f"/tasks/{task}")["lines"][0]["book_qty"] == "40.000"
    assert hall.chen.get("/counts", warehouse=hall.code).items[0]["open"] is True


def test_a_recount_looks_like_any_other_task(hall):
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02", rice=12)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 38})
    (plain,) = hall.start(locations=["A-02"])

    shown = {row["id"]: row for row in hall.wang.tasks()}
    recount = next(row for one, row in shown.items() if one != plain)
    assert shown[plain].keys() == recount.keys() and "round" not in recount
    assert recount["form"] == shown[plain]["form"]


def test_a_share_of_recounts_are_controls_of_lines_that_matched(hall):
    hall.policy(control_share="0.5")
    hall.shelf("A-01", tea=40, rice=12)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 38, ("A-01", "RICE"): 12})

    recount = hall.wang.get(f"/tasks/{hall.task(hall.wang)}").body
    assert sorted(line["sku"] for line in recount["lines"]) == ["RICE", "TEA"]
    hall.wang.count_all(recount["id"], {("A-01", "TEA"): 40, ("A-01", "RICE"): 12})
    assert (hall.state("TEA"), hall.state("RICE")) == ("matched", "matched")


def test_a_code_that_nobody_knows_is_kept_and_becomes_a_case(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 40)
    receipt = hall.li.count(task, "A-01", code="6900000000001", quantity=3, at_=at())
    hall.li.submit(task)

    assert (receipt["result"], receipt["code"]) == ("accepted", "code_unknown")
    assert [case["kind"] for case in hall.chen.get("/cases", warehouse=hall.code).items] == ["unknown_code"]
    (count,) = hall.chen.get("/counts", warehouse=hall.code).items
    (unknown,) = hall.chen.get(f"/counts/{count['id']}")["unknown"]
    assert unknown["code"] == "6900000000001" and any("TEA" in said for said in unknown["before"])
