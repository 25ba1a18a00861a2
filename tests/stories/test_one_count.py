"""One blind count, from the start to an approved adjustment: the spine of the house."""

import pytest

from tests.worker import at

WHY = {"reason": "damage", "cause": "physical.packaging_damage", "stage": "storage"}


@pytest.fixture
def floor(given):
    """Two counters, somebody who asks and somebody who decides."""
    given.shelf("A-01", tea=40, rice=12)
    given.person("zhou", "manager")
    return {name: given.staff(name) for name in ("li", "wang", "zhao")} | {
        "chen": given.supervisor("chen"),
        "zhou": given.sign_in("zhou"),
    }


def lines(worker, **query):
    """Count lines by sku."""
    return {line["sku"]: line for line in worker.get("/variances", **query).ok().items}


def start(floor, form="list", **scope):
    """A count asked for by chen; gives its only task."""
    count = floor["chen"].start_count(form, **(scope or {"locations": ["A-01"]})).ok()
    return count["tasks"][0]["id"]


def open_task(worker):
    """The only task this person may take."""
    (task,) = worker.get("/tasks", mine="true").ok().items
    return task["id"]


def test_a_count_that_matches_needs_nobody(floor):
    task = start(floor)
    receipts = floor["li"].count_all(task, {("A-01", "TEA"): 40, ("A-01", "RICE"): 12})

    assert [receipt["result"] for receipt in receipts] == ["accepted"] * 4
    assert {line["state"] for line in lines(floor["chen"]).values()} == {"matched"}
    assert floor["chen"].get("/counts").items[0]["state"] == "closed"
    assert floor["chen"].get("/ledger/check").items == []


def test_two_equal_variances_confirm_a_loss_and_a_manager_books_it(floor):
    task = start(floor)
    floor["li"].count_all(task, {("A-01", "TEA"): 38, ("A-01", "RICE"): 12})
    found = lines(floor["chen"])
    assert (found["TEA"]["state"], found["RICE"]["state"]) == ("recount", "matched")

    assert floor["li"].get("/tasks", mine="true").items == []
    recount = open_task(floor["wang"])
    assert floor["li"].claim(recount)["code"] == "same_person"
    floor["wang"].count_all(recount, {("A-01", "TEA"): 38})
    tea = lines(floor["chen"])["TEA"]
    assert (tea["state"], tea["variance_qty"], tea["book_qty"], tea["counted_qty"]) == (
        "pending",
        "-2.000",
        "40.000",
        "38.000",
    )

    assert (
        floor["chen"].post(f"/variances/{tea['id']}/approve", {"id": tea["id"], **WHY}).code == "own_request_approval"
    )
    decision = {"id": tea["id"], **WHY}
    approved = floor["zhou"].post(f"/variances/{tea['id']}/approve", decision).ok()
    assert approved["state"] == "approved"
    assert floor["zhou"].post(f"/variances/{tea['id']}/approve", decision).status == 200

    assert floor["zhou"].get("/stock", sku="TEA", location="A-01").items[0]["qty"] == "38.000"
    assert floor["zhou"].get("/stock", sku="TEA", location="LOSS").items[0]["qty"] == "2.000"
    assert len(floor["zhou"].get("/moves", kind="adjustment").items) == 1
    assert floor["zhou"].get("/counts").items[0]["state"] == "closed"
    trail = floor["zhou"].get(f"/variances/{tea['id']}").ok().body
    assert [one["by"] for one in trail["rounds"]] == [["Li"], ["Wang"]]
    assert trail["decisions"][0]["cause"] == "physical.packaging_damage"


def test_a_recount_that_agrees_with_the_book_clears_the_line(floor):
    task = start(floor)
    floor["li"].count_all(task, {("A-01", "TEA"): 37, ("A-01", "RICE"): 12})
    floor["wang"].count_all(open_task(floor["wang"]), {("A-01", "TEA"): 40})

    assert lines(floor["chen"])["TEA"]["state"] == "matched"
    assert floor["chen"].get("/moves", kind="adjustment").items == []


def test_three_who_disagree_hold_the_line_and_open_a_case(floor):
    task = start(floor, skus=["TEA"])
    for worker, found in (("li", 37), ("wang", 36), ("zhao", 35)):
        floor[worker].count_all(open_task(floor[worker]) if worker != "li" else task, {("A-01", "TEA"): found})

    assert lines(floor["chen"])["TEA"]["state"] == "held"
    assert [case["kind"] for case in floor["chen"].get("/cases").items] == ["held_line"]


def test_the_book_is_that_of_the_instant_of_counting(floor):
    task = start(floor, skus=["TEA"])
    floor["li"].claim(task)
    floor["li"].count(task, "A-01", "TEA", 40, at_=at(minutes=-10))
    floor["chen"].post_moves(a_move(floor["chen"], 10, at(minutes=-5))).ok()
    floor["li"].submit(task)

    tea = lines(floor["chen"])["TEA"]
    assert (tea["state"], tea["variance_qty"]) == ("matched", "0.000")
    assert floor["chen"].get("/stock", sku="TEA", location="A-01").items[0]["qty"] == "50.000"


def a_move(worker, quantity, effective_at):
    """A receipt of tea."""
    from tests.worker import new_id

    return {
        "id": new_id(),
        "warehouse": "WH1",
        "sku": "TEA",
        "quantity": str(quantity),
        "from": "SUPPLIER",
        "to": "A-01",
        "kind": "receipt",
        "effective_at": effective_at,
    }


def test_a_late_move_restates_the_loss(floor):
    task = start(floor, skus=["TEA"])
    floor["li"].claim(task)
    floor["li"].count(task, "A-01", "TEA", 30, at_=at(minutes=-10))
    floor["li"].submit(task)
    recount = open_task(floor["wang"])
    floor["wang"].count(recount, "A-01", "TEA", 30, at_=at(minutes=-8))
    floor["wang"].submit(recount)
    tea = lines(floor["zhou"])["TEA"]
    floor["zhou"].post(f"/variances/{tea['id']}/approve", {"id": tea["id"], **WHY}).ok()

    late = a_move(floor["chen"], 10, at(minutes=-30))
    late["from"], late["to"], late["kind"] = "A-01", "CUSTOMER", "pick"
    floor["chen"].post_moves(late).ok()

    assert floor["zhou"].get("/stock", sku="TEA", location="A-01").items[0]["qty"] == "30.000"
    assert floor["zhou"].get("/stock", sku="TEA", location="LOSS").items == []
    assert [one["quantity"] for one in floor["zhou"].get(f"/variances/{tea['id']}")["restatements"]] == ["10.000"]
    assert floor["zhou"].get("/ledger/check").items == []


def test_a_late_move_clears_a_line_that_waits(floor):
    task = start(floor, skus=["TEA"])
    floor["li"].count_all(task, {("A-01", "TEA"): 30})
    floor["wang"].count_all(open_task(floor["wang"]), {("A-01", "TEA"): 30})
    assert lines(floor["zhou"])["TEA"]["state"] == "pending"

    late = a_move(floor["chen"], 10, at(minutes=-30))
    late["from"], late["to"], late["kind"] = "A-01", "CUSTOMER", "pick"
    floor["chen"].post_moves(late).ok()

    assert lines(floor["zhou"])["TEA"]["state"] == "matched"
    assert floor["zhou"].get("/moves", kind="adjustment").items == []


def test_a_move_while_counting_contaminates_the_line(floor):
    task = start(floor, skus=["TEA"])
    floor["li"].claim(task)
    floor["li"].count(task, "A-01", "TEA", 20, at_=at(minutes=-10))
    floor["li"].count(task, "A-01", "TEA", 20, at_=at(minutes=-4))
    floor["chen"].post_moves(a_move(floor["chen"], 5, at(minutes=-7))).ok()
    floor["li"].submit(task)

    tea = lines(floor["chen"])["TEA"]
    assert (tea["state"], tea["contaminated"]) == ("recount", True)
    floor["wang"].count_all(open_task(floor["wang"]), {("A-01", "TEA"): 45})
    assert lines(floor["chen"])["TEA"]["state"] == "matched"


def test_an_empty_place_is_zero_of_all_that_was_thought_there_and_posts_nothing_alone(floor):
    task = start(floor, form="zero")
    floor["li"].claim(task)
    assert floor["li"].empty(task, "A-01")["result"] == "accepted"
    floor["li"].submit(task)

    found = lines(floor["chen"])
    assert {line["counted_qty"] for line in found.values()} == {"0.000"}
    assert {line["state"] for line in found.values()} == {"recount"}
    assert floor["chen"].get("/moves", kind="adjustment").items == []


def test_uncounted_is_listed_and_is_not_zero(floor):
    task = start(floor)
    floor["li"].count_all(task, {("A-01", "TEA"): 40})
    count = floor["chen"].get("/counts").items[0]["id"]

    assert [line["sku"] for line in floor["chen"].get(f"/counts/{count}")["uncounted"]] == ["RICE"]
    assert "RICE" not in lines(floor["chen"])
    assert floor["chen"].get("/stock", sku="RICE").items[0]["qty"] == "12.000"


def test_equal_and_opposite_variances_are_offered_as_a_relocation(given, floor):
    given.place("A-02")
    task = floor["chen"].start_count("full", locations=["A-01", "A-02"]).ok()["tasks"][0]["id"]
    for worker in ("li", "wang"):
        task = task if worker == "li" else open_task(floor["wang"])
        floor[worker].count_all(task, {("A-01", "TEA"): 35, ("A-02", "TEA"): 5, ("A-01", "RICE"): 12})
    short = lines(floor["zhou"], location="A-01")["TEA"]
    offered = floor["zhou"].get(f"/variances/{short['id']}")["relocation"]
    assert (offered["from"], offered["to"], offered["quantity"]) == ("A-01", "A-02", "5.000")

    body = {"id": short["id"], "with": offered["with"], **WHY}
    floor["zhou"].post(f"/variances/{short['id']}/relocate", body).ok()

    assert floor["zhou"].get("/stock", sku="TEA", location="LOSS").items == []
    assert {row["location"]: row["qty"] for row in floor["zhou"].get("/stock", sku="TEA").items} == {
        "A-01": "35.000",
        "A-02": "5.000",
    }
    assert floor["zhou"].get("/ledger/check").items == []
