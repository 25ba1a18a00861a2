"""Between two warehouses: asked for, approved, shipped, on the way, received, put away; differences become cases."""

import pytest

from tests.house import again, new_id
from tests.worker import at


@pytest.fixture
def pair(crew):
    """Two warehouses; the near one has tea."""
    near, far = crew.floor(), crew.floor()
    near.shelf("A-01", tea=40, rice=12)
    far.given.place("DOCK", far.code, kind="dock")
    far.given.place("B-01", far.code)
    near.far = far
    return near


def ask(near, lines=None, by="li", **words):
    """Somebody asks for goods to be sent; gives the document."""
    words = {"to_warehouse": near.far.code, "number": "T-1", **words}
    return getattr(near, by).open_document("transfer", lines or {"TEA": 10}, **words).ok().body


def approved(near, **words):
    """Asked for and allowed; gives the id."""
    document = ask(near, **words)["id"]
    near.chen.post(f"/documents/{document}/approve", {"id": new_id()}).ok()
    return document


def on_the_way(near, sku="TEA"):
    """What has left one warehouse and not reached the other."""
    return sum(float(hall.qty("TRANSIT", sku) or 0) for hall in (near, near.far))


def kinds(hall):
    """Open cases by kind."""
    cases = hall.zhou.get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] != "closed")


LINES = [{"sku": "TEA", "quantity": "10", "location": "A-01"}]


def test_each_step_is_somebodys_who_may(pair):
    document = ask(pair)
    assert document["state"] == "requested"
    assert pair.li.tell("transfer.ship", document=document["id"], lines=LINES)["code"] == "document_not_approved"
    assert pair.li.post(f"/documents/{document['id']}/approve", {"id": new_id()}).status == 403

    decision = new_id()
    for _ in range(2):
        reply = pair.chen.post(f"/documents/{document['id']}/approve", {"id": decision}).ok()
        assert (reply["state"], reply["approved_by"]) == ("open", "Chen")
    (arrival,) = pair.far.zhou.get("/documents", warehouse=pair.far.code, kind="transfer_in").items
    assert (arrival["number"], arrival["state"], arrival["to_warehouse"]) == ("T-1", "open", pair.code)

    assert pair.wang.tell("transfer.ship", document=document["id"], lines=LINES)["code"] is None
    assert (pair.qty("A-01"), on_the_way(pair)) == ("30.000", 10)
    assert pair.zhou.document(document["id"])["state"] == "done"

    come = [{"sku": "TEA", "quantity": "10"}]
    assert pair.far.zhao.tell("transfer.receive", document=document["id"], lines=come)["code"] is None
    assert (pair.far.qty("DOCK"), on_the_way(pair)) == ("10.000", 0)
    pair.far.sun.put_away("TEA", 10, "B-01", document=arrival["id"])
    assert pair.far.zhou.document(arrival["id"])["state"] == "done" and pair.far.qty("B-01") == "10.000"
    assert kinds(pair) == kinds(pair.far) == [] and pair.differences() == pair.far.differences() == []


def test_a_transfer_that_arrives_short_is_a_case_where_it_arrives(pair):
    document = approved(pair)
    pair.wang.tell("transfer.ship", document=document, lines=LINES)

    come = [{"sku": "TEA", "quantity": "8"}, {"sku": "RICE", "quantity": "1"}]
    pair.far.zhao.tell("transfer.receive", document="T-1", lines=come, warehouse=pair.far.code)

    assert kinds(pair.far) == ["transfer_differs", "transfer_differs", "wrong_item"]
    differs = pair.far.zhou.get("/cases", warehouse=pair.far.code, kind="transfer_differs").items
    assert {case["sku"]: case["quantity"] for case in differs} == {"TEA": "-2.000", "RICE": "1.000"}
    assert {case["owner"] for case in differs} == {"li"} and all(case["deadline"] for case in differs)
    assert on_the_way(pair) == 2 and pair.far.differences() == []


def test_what_arrives_short_goes_to_somebody_who_works_where_it_arrives(pair):
    nia = pair.given.staff(f"nia-{pair.code.lower()}", warehouse=pair.code)
    sent = nia.open_document("transfer", {"TEA": 10}, to_warehouse=pair.far.code, number="T-9").ok()["id"]
    pair.chen.post(f"/documents/{sent}/approve", {"id": new_id()}).ok()
    pair.wang.tell("transfer.ship", document=sent, lines=LINES)

    pair.far.zhao.tell("transfer.receive", document=sent, lines=[{"sku": "TEA", "quantity": "8"}])

    (case,) = pair.far.zhou.get("/cases", warehouse=pair.far.code, kind="transfer_differs").items
    assert case["owner"] in ("chen", "zhou", "ma", "admin") and nia.get(f"/cases/{case['id']}").status == 404


def test_less_shipped_than_asked_is_no_difference_of_the_arrival(pair):
    document = approved(pair)
    part = [{"sku": "TEA", "quantity": "6", "location": "A-01"}]
    assert pair.wang.tell("transfer.ship", document=document, lines=part)["code"] == "partly_shipped"

    pair.far.zhao.tell("transfer.receive", document=document, lines=[{"sku": "TEA", "quantity": "6"}])

    assert kinds(pair.far) == [] and on_the_way(pair) == 0


def test_pallet_by_pallet_is_judged_at_the_last_one(pair):
    document = approved(pair)
    pair.wang.tell("transfer.ship", document=document, lines=LINES)
    half = [{"sku": "TEA", "quantity": "5"}]
    pair.far.zhao.tell("transfer.receive", document=document, lines=half, more=True)
    assert kinds(pair.far) == []
    pair.far.zhao.tell("transfer.receive", document=document, lines=half)

    assert kinds(pair.far) == [] and pair.far.qty("DOCK") == "10.000"


def test_a_transfer_may_be_picked_and_checked_first(pair):
    document = approved(pair)
    pair.li.pick(document, "TEA", 10, "A-01")
    assert pair.wang.tell("transfer.ship", document=document)["code"] == "nothing_agreed"
    pair.wang.pick_check(document, "TEA", 10)
    assert pair.wang.tell("transfer.ship", document=document)["code"] is None

    assert on_the_way(pair) == 10 and pair.qty("STAGE") is None


def test_one_bad_line_keeps_the_whole_shipment_back(pair):
    document = approved(pair)
    bad = [*LINES, {"sku": "NONE", "quantity": "1", "location": "A-01"}]

    assert pair.wang.tell("transfer.ship", document=document, lines=bad)["code"] == "item_unknown"
    assert pair.qty("A-01") == "40.000" and pair.zhou.document(document)["statements"][0]["step"] == "approve"


def test_both_phones_offline_and_late_and_twice(pair):
    document = approved(pair)
    ship = pair.wang.event("transfer.ship", at(minutes=-30), document=document, lines=LINES)
    come = [{"sku": "TEA", "quantity": "10"}]
    receive = pair.far.zhao.event("transfer.receive", at(minutes=-10), document=document, lines=come)

    for _ in range(2):
        pair.far.zhao.sync(receive)
        again(pair.wang, pair.code).sync(ship)

    assert (pair.qty("A-01"), pair.far.qty("DOCK"), on_the_way(pair)) == ("30.000", "10.000", 0)
    assert pair.differences() == pair.far.differences() == []


def test_a_rejected_transfer_moves_nothing(pair):
    document = ask(pair, by="chen")["id"]
    assert pair.chen.post(f"/documents/{document}/reject", {"id": new_id()}).code == "own_document"
    assert pair.ma.post(f"/documents/{document}/reject", {"id": new_id(), "note": "no"}).ok()["state"] == "rejected"

    assert pair.wang.tell("transfer.ship", document=document, lines=LINES)["code"] == "document_closed"
    assert pair.far.zhou.get("/documents", warehouse=pair.far.code).items == []


WHY = {"reason": "theft", "cause": "human.theft", "stage": "shipping"}


def short(near, sent=10, came=8, **words):
    """A transfer of tea that arrives short and is put away; gives its arrival's id."""
    document = approved(near, **words)
    near.wang.tell("transfer.ship", document=document, lines=[{**LINES[0], "quantity": str(sent)}])
    near.far.zhao.tell("transfer.receive", document=document, lines=[{"sku": "TEA", "quantity": str(came)}])
    (arrival,) = near.far.zhou.get("/documents", warehouse=near.far.code, kind="transfer_in").items
    near.far.sun.put_away("TEA", came, "B-01", document=arrival["id"])
    return arrival["id"]


def settle(worker, arrival, **words):
    """Somebody says what became of what is still on the way."""
    return worker.post(f"/documents/{arrival}/transit", {"id": new_id(), **WHY, **words})


def test_what_never_arrived_is_settled_as_lost_by_somebody_who_had_no_hand_in_it(pair):
    arrival = short(pair)
    whole = pair.far.zhou.document(arrival)
    assert whole["state"] == "submitted" and [row["quantity"] for row in whole["on_the_way"]] == ["2.000"]
    assert pair.far.chen.post(f"/documents/{arrival}/close", {"id": new_id()}).code == "still_on_the_way"
    assert settle(pair.far.li, arrival).status == 403
    assert settle(pair.far.chen, arrival, cause="none").code == "reason_unknown"
    assert settle(pair.far.chen, arrival, stage="nowhere").status == 422

    decision = new_id()
    for _ in range(2):
        settle(pair.far.chen, arrival, id=decision).ok()

    assert (pair.far.losses(), on_the_way(pair)) == ("2.000", 0)
    assert pair.far.zhou.document(arrival)["state"] == "done" and kinds(pair.far) == []
    (case,) = pair.far.zhou.get("/cases", warehouse=pair.far.code, kind="transfer_differs").items
    assert (case["state"], case["cause"]) == ("closed", "human.theft")
    (move,) = pair.far.zhou.ledger(kind="transit")
    assert (move["from"], move["to"], move["reason"], move["person"]) == ("TRANSIT", "LOSS", "theft", "Chen")
    assert settle(pair.far.ma, arrival).code == "not_waiting"
    assert pair.differences() == pair.far.differences() == []


def test_the_rest_may_arrive_later(pair):
    arrival = short(pair)
    assert kinds(pair.far) == ["transfer_differs"]

    pair.far.zhao.tell("transfer.receive", document=arrival, lines=[{"sku": "TEA", "quantity": "2"}])
    assert kinds(pair.far) == [] and pair.far.zhou.document(arrival)["state"] == "submitted"
    pair.far.sun.put_away("TEA", 2, "B-01", document=arrival)

    assert pair.far.zhou.document(arrival)["state"] == "done" and on_the_way(pair) == 0
    assert pair.far.losses() == "0.000" and pair.far.differences() == []


def test_more_than_was_sent_is_settled_as_found(pair):
    arrival = short(pair, sent=10, came=11)
    assert [row["quantity"] for row in pair.far.zhou.document(arrival)["on_the_way"]] == ["-1.000"]

    settle(pair.far.chen, arrival).ok()

    assert (pair.far.losses(), on_the_way(pair)) == ("-1.000", 0)
    assert pair.far.zhou.document(arrival)["state"] == "done" and pair.far.differences() == []


def test_the_value_of_what_was_lost_asks_for_its_tier(pair):
    pair.given.item("GEM", unit_cost="30000")
    pair.shelf("A-01", gem=2)
    document = approved(pair, lines={"GEM": 2})
    pair.wang.tell("transfer.ship", document=document, lines=[{"sku": "GEM", "quantity": "2", "location": "A-01"}])
    pair.far.policy(handling={"receive_check_over": None})
    pair.far.zhao.tell("transfer.receive", document=document, lines=[{"sku": "GEM", "quantity": "1"}])
    (arrival,) = pair.far.zhou.get("/documents", warehouse=pair.far.code, kind="transfer_in").items

    assert settle(pair.far.chen, arrival["id"], note="searched").code == "tier_too_high"
    assert settle(pair.far.zhou, arrival["id"]).code == "note_required"
    settle(pair.far.zhou, arrival["id"], note="searched").ok()
    assert on_the_way(pair, "GEM") == 1
    assert settle(pair.far.zhou, arrival["id"], note="again").code == "own_document"
    settle(pair.far.fang, arrival["id"], note="the insurer knows").ok()

    assert (on_the_way(pair, "GEM"), pair.far.losses("GEM")) == (0, "1.000") and pair.far.differences() == []


def test_who_sent_received_or_asked_for_it_settles_nothing(pair):
    document = approved(pair, by="zhou")
    pair.ma.tell("transfer.ship", document=document, lines=LINES)
    pair.far.chen.tell("transfer.receive", document=document, lines=[{"sku": "TEA", "quantity": "8"}])
    (arrival,) = pair.far.zhou.get("/documents", warehouse=pair.far.code, kind="transfer_in").items

    for who in (pair.far.zhou, pair.far.ma, pair.far.chen):
        assert settle(who, arrival["id"]).code == "own_document"


def test_an_arrival_whose_sender_speaks_late_ends_by_itself(pair, run_jobs):
    document = approved(pair)
    ship = pair.wang.event("transfer.ship", at(minutes=-30), document=document, lines=LINES)
    pair.far.zhao.tell("transfer.receive", document=document, lines=[{"sku": "TEA", "quantity": "10"}])
    (arrival,) = pair.far.zhou.get("/documents", warehouse=pair.far.code, kind="transfer_in").items
    pair.far.sun.put_away("TEA", 10, "B-01", document=arrival["id"])
    assert pair.far.zhou.document(arrival["id"])["state"] == "submitted"
    assert settle(pair.far.chen, arrival["id"]).code == "not_waiting"

    pair.wang.sync(ship)
    run_jobs()

    assert pair.far.zhou.document(arrival["id"])["state"] == "done" and on_the_way(pair) == 0
    assert kinds(pair.far) == []


def test_another_lot_than_was_sent_is_off_too(pair):
    for lot in ("L1", "L2"):
        pair.given.lot("MILK", lot, "2027-01-01")
    pair.shelf("A-01", lot="L1", milk=5)
    document = approved(pair, lines={"MILK": 5})
    sent = {"sku": "MILK", "quantity": "5"}
    pair.wang.tell("transfer.ship", document=document, lines=[sent | {"lot": "L1", "location": "A-01"}])
    pair.far.zhao.tell("transfer.receive", document=document, lines=[sent | {"lot": "L2"}])

    (arrival,) = pair.far.zhou.get("/documents", warehouse=pair.far.code, kind="transfer_in").items
    way = {row["lot"]: row["quantity"] for row in pair.far.zhou.document(arrival["id"])["on_the_way"]}
    assert way == {"L1": "5.000", "L2": "-5.000"} and kinds(pair.far) == ["transfer_differs"]
    settle(pair.far.chen, arrival["id"], reason="wrong_lot").ok()
    assert pair.far.zhou.document(arrival["id"])["on_the_way"] == [] and kinds(pair.far) == []


def test_a_share_of_transfers_is_checked_if_the_policy_says_so(pair):
    pair.far.policy(handling={"transfer_check_share": "1"})
    document = approved(pair)
    pair.wang.tell("transfer.ship", document=document, lines=LINES)
    pair.far.zhao.tell("transfer.receive", document=document, lines=[{"sku": "TEA", "quantity": "10"}])
    assert pair.far.qty("DOCK") is None

    pair.far.sun.receive_check(document, "TEA", 10)
    assert pair.far.qty("DOCK") == "10.000" and kinds(pair.far) == []
