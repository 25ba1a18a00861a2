"""Who settles a difference and how: tiers, two people, all or none, overdue, reversed, rejected, counted again."""

import pytest

from tests.house import WHY, at, new_id


def cases(hall, kind=None):
    """Open cases of the warehouse."""
    found = hall.chen.get("/cases", warehouse=hall.code).items
    return [case for case in found if case["state"] == "open" and kind in (None, case["kind"])]


def decided(hall, worker="ma", **words):
    """The line of tea as that person finds it."""
    return next(iter(getattr(hall, worker).variances(sku="TEA", **words)))


def test_a_book_below_zero_opens_a_case_and_asks_for_a_count_and_both_end(hall):
    hall.shelf("A-01", tea=5)
    hall.post("TEA", 8, "A-01", "CUSTOMER", "pick")

    (case,) = cases(hall, "negative_book")
    assert (case["location"], case["sku"], case["quantity"]) == ("A-01", "TEA", "-3.000")
    (due,) = hall.chen.get("/counts/due", warehouse=hall.code).items
    assert (due["location"], due["reason"]) == ("A-01", "negative_book")

    (task,) = hall.start(due=True)
    hall.li.count_all(task, {("A-01", "TEA"): 0})
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "TEA"): 0})
    hall.ma.approve(hall.line(), **WHY).ok()

    assert (cases(hall), hall.chen.get("/counts/due", warehouse=hall.code).items) == ([], [])
    assert hall.losses() == "-3.000", "three were found that nobody had booked"
    assert hall.differences() == []


def test_a_book_that_stays_below_zero_is_one_case(hall):
    hall.shelf("A-01", tea=5)
    for _ in range(3):
        hall.post("TEA", 8, "A-01", "CUSTOMER", "pick")

    assert len(cases(hall, "negative_book")) == 1


def test_a_reversed_adjustment_takes_its_anchor_along(hall):
    hall.shelf("A-01", tea=40)
    hall.ma.approve(hall.pending(), **WHY).ok()
    (adjustment,) = hall.zhou.ledger(kind="adjustment")
    reversal = {"id": new_id(), "reason": "wrong shelf"}

    assert hall.zhou.post(f"/moves/{adjustment['id']}/reverse", reversal).status == 201
    assert hall.zhou.post(f"/moves/{adjustment['id']}/reverse", reversal).status == 200
    assert hall.zhou.post(f"/moves/{adjustment['id']}/reverse", {"id": new_id()}).code == "already_reversed"
    assert hall.qty("A-01") == "40.000"

    hall.post("TEA", 4, "A-01", "CUSTOMER", "pick", at_=at(minutes=-50))  # before the count: restates no longer
    assert (hall.qty("A-01"), hall.losses()) == ("36.000", "0.000")
    assert hall.differences() == []


def test_two_counts_of_one_position_at_once_do_not_add_up(hall):
    hall.shelf("A-01", tea=40)
    (first,), (second,) = hall.start(locations=["A-01"]), hall.start(locations=["A-01"])
    for task in (first, second):
        hall.li.count_all(task, {("A-01", "TEA"): 30})
    for row in hall.wang.tasks():
        hall.wang.count_all(row["id"], {("A-01", "TEA"): 30})
    one, other = hall.chen.variances(sku="TEA")
    assert {one["state"], other["state"]} == {"pending"}

    hall.ma.approve(one, **WHY).ok()
    hall.ma.approve(other, **WHY)

    assert (hall.qty("A-01"), hall.losses()) == ("30.000", "10.000")
    assert hall.differences() == []


def test_a_rejected_count_posts_nothing_and_stays_on_record(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending()

    assert hall.ma.reject(line, note="the pallet stood in the aisle").ok()["state"] == "rejected"
    assert hall.ma.approve(line).code == "already_decided"
    assert (hall.qty("A-01"), hall.zhou.ledger(kind="adjustment")) == ("40.000", [])
    trail = hall.zhou.get(f"/variances/{line['id']}")
    assert (trail["decisions"][0]["act"], len(trail["rounds"])) == ("reject", 2)
    assert hall.chen.get("/counts", warehouse=hall.code).items[0]["state"] == "closed"


def test_a_supervisor_orders_a_recount_by_somebody_who_has_not_counted(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending()

    assert hall.ma.recount(line, assign_to="li").code == "same_person"
    assert hall.ma.recount(line, assign_to="nobody").code == "person_unknown"
    assert hall.ma.recount(line, assign_to="zhao").ok()["state"] == "recount"
    assert hall.sun.tasks() == []
    hall.zhao.count_all(hall.task(hall.zhao), {("A-01", "TEA"): 40})

    assert (hall.state(), hall.line()["round"]) == ("matched", 3)


def test_a_batch_is_decided_whole_or_not_at_all(hall):
    hall.shelf("A-01", tea=40, rice=12)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 38, ("A-01", "RICE"): 11})
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "TEA"): 38, ("A-01", "RICE"): 11})
    tea, rice = hall.line("TEA"), hall.line("RICE")
    hall.ma.reject(rice).ok()

    assert hall.ma.decide("approve", [tea, rice], **WHY).code == "already_decided"
    assert hall.ma.decide("approve", [tea, new_id()], **WHY).code == "variance_unknown"
    assert (hall.state("TEA"), hall.qty("A-01")) == ("pending", "40.000")

    decision = new_id()
    assert hall.ma.decide("approve", [tea], id_=decision, **WHY).ok().items[0]["state"] == "approved"
    assert hall.ma.decide("approve", [tea], id_=decision, **WHY).status == 200
    assert hall.ma.decide("approve", [tea, rice], id_=decision, **WHY).code == "id_reused"
    assert len(hall.zhou.ledger(kind="adjustment")) == 1


@pytest.mark.parametrize(
    ("missing", "tier", "needed"),
    [(5, "supervisor", ["supervisor"]), (50, "manager", ["manager"]), (400, "finance", ["manager", "finance"])],
)
def test_the_value_says_who_decides(hall, missing, tier, needed):
    hall.given.item("GOLD", unit_cost="100")
    hall.shelf("A-01", gold=1000)
    line = hall.pending(sku="GOLD", found=1000 - missing)
    words = {**WHY, "note": "counted three times"}

    assert line["tier"] == tier
    assert hall.zhou.get(f"/variances/{line['id']}")["required"]["approvals_needed"] == needed
    if tier != "supervisor":
        assert hall.ma.approve(line, **words).code == "tier_too_high"
        assert hall.ma.variances(mine="true") == []
        assert hall.zhou.approve(line, **WHY).code == "note_required"
    if tier == "finance":
        assert hall.zhou.approve(line, **words).ok()["state"] == "pending"
        assert hall.zhou.approve(line, **words).code == "already_decided"
        assert hall.qty("A-01", "GOLD") == "1000.000", "one of two is not enough"
        assert hall.fang.approve(line, **words).ok()["state"] == "approved"
    else:
        assert getattr(hall, {"supervisor": "ma", "manager": "zhou"}[tier]).approve(line, **words).ok()
    assert hall.qty("A-01", "GOLD") == f"{1000 - missing}.000"


def test_many_small_differences_of_one_count_ask_for_a_higher_tier(hall):
    hall.policy(tiers={"line": {"supervisor": "1000", "manager": "10000"}, "document": {"supervisor": "150"}})
    hall.given.item("SILVER", unit_cost="10")
    for place in ("A-01", "A-02"):
        hall.shelf(place, silver=100)
    (task,) = hall.start(locations=["A-01", "A-02"])
    found = {("A-01", "SILVER"): 90, ("A-02", "SILVER"): 91}
    hall.li.count_all(task, found)
    hall.wang.count_all(hall.task(hall.wang), found)

    assert {line["tier"] for line in hall.chen.variances(sku="SILVER")} == {"manager"}


def test_what_is_overdue_goes_one_tier_up(hall, later):
    hall.shelf("A-01", tea=40)
    line = hall.pending()
    assert (line["tier"], line["overdue"], decided(hall)["may_decide"]) == ("supervisor", False, True)

    later(hours=49)

    shown = decided(hall)
    assert (shown["tier"], shown["overdue"], shown["why_not"]) == ("manager", True, "tier_too_high")
    assert hall.ma.approve(line, **WHY).code == "tier_too_high"
    assert hall.zhou.approve(line, **WHY).ok()["state"] == "approved"


def test_rules_hold_from_their_day_and_decisions_keep_theirs(hall, later):
    hall.shelf("A-01", tea=40)
    soon = at(hours=1)
    strict = hall.given.policy(hall.code)["id"]
    lenient = {"id": new_id(), "warehouse": hall.code, "holds_from": soon}
    lenient |= {"body": {"tolerances": {"default": {"plus": {"quantity": "5"}, "minus": {"quantity": "5"}}}}}
    hall.zhou.post("/policies", lenient).ok()
    assert (
        hall.zhou.post("/policies", {**lenient, "id": new_id(), "holds_from": at(hours=-1)}).code
        == "policy_in_the_past"
    )

    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 38})
    assert hall.state() == "recount"
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "TEA"): 38})
    hall.ma.approve(hall.line(), **WHY).ok()
    (decision,) = hall.ma.get(f"/variances/{hall.line()['id']}")["decisions"]
    assert decision["policy"] == strict

    later(hours=2)
    (task,) = hall.start(locations=["A-01"])
    sent = at(hours=2)
    li = hall.zhao
    said = {"task": task, "location": "A-01", "sku": "TEA", "quantity": "36", "method": "keypad"}
    li.sync(li.event("count.entry", at_=sent, **said), li.event("count.submit", at_=sent, task=task), sent_at=sent)
    newest = max(hall.chen.variances(sku="TEA"), key=lambda line: line["as_of"])
    assert (newest["state"], newest["variance_qty"]) == ("matched", "-2.000")
    assert hall.qty("A-01") == "36.000", "inside the tolerance it is posted alone"


def test_inside_the_tolerance_but_dear_goes_to_a_person(hall):
    hall.given.item("PLATINUM", unit_cost="1000")
    hall.policy(tolerances={"default": {"plus": {"quantity": "5"}, "minus": {"quantity": "5"}}})
    hall.shelf("A-01", platinum=10)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "PLATINUM"): 9})

    assert (hall.state("PLATINUM"), hall.qty("A-01", "PLATINUM")) == ("pending", "10.000")


def test_found_where_the_book_has_none_always_goes_to_a_person(hall):
    hall.policy(tolerances={"default": {"plus": {"quantity": "500"}, "minus": {"quantity": "500"}}})
    hall.shelf("A-01", rice=1)
    hall.given.item("TEA")
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.count_all(task, {("A-01", "RICE"): 1, ("A-01", "TEA"): 3})
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "TEA"): 3})

    assert (hall.state("TEA"), hall.line("TEA")["unexpected"]) == ("pending", True)


def test_a_decision_needs_its_why_from_the_list(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending()
    bare = hall.ma.post(f"/variances/{line['id']}/approve", {"id": new_id()})
    made_up = hall.ma.approve(line, reason="because", cause="physical.magic", stage="storage")

    assert (bare.status, set(bare["fields"])) == (422, {"reason", "cause", "stage"})
    assert (made_up.code, set(made_up["fields"])) == ("reason_unknown", {"reason", "cause"})
    assert hall.state() == "pending"


def test_a_reviewer_cannot_change_a_count(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending()

    reply = hall.ma.approve(line, counted_qty="40")

    assert (reply.status, reply["fields"]) == (422, {"counted_qty": ["unknown_field"]})
    assert hall.line()["counted_qty"] == "38.000"


def test_a_cancelled_count_ends_its_tasks_and_opens_the_book(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    (count,) = hall.chen.get("/counts", warehouse=hall.code).items
    assert hall.sun.stock() == {("A-01", "TEA", ""): None}

    assert hall.chen.post(f"/counts/{count['id']}/cancel", {}).ok()["state"] == "cancelled"

    assert hall.li.claim(task)["code"] == "task_closed"
    assert hall.sun.stock() == {("A-01", "TEA", ""): "40.000"}
