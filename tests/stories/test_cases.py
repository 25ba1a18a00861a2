"""A case from the moment somebody reports it to its place in the archive, through HTTP."""

import pytest

from tests.pictures import a_photo
from tests.worker import at, new_id

CAUSE = "human.carelessness"


def report(worker, kind="damaged", **words):
    """Somebody on the floor reports; gives the id."""
    id_ = new_id()
    assert worker.tell("case.report", id_=id_, kind=kind, warehouse=worker.warehouse, **words)["result"] == "accepted"
    return id_


def case(hall, id_, by="zhou"):
    """The case as it stands."""
    return getattr(hall, by).get(f"/cases/{id_}").ok()


def acts(hall, id_):
    """What was done about it, in order."""
    return [note["act"] for note in case(hall, id_)["notes"]]


def act(worker, id_, way, **words):
    """One step of its life; gives the reply."""
    return worker.post(f"/cases/{id_}/{way}", {"id": new_id(), **words})


def answer_for(hall, person, everywhere=False, **about):
    """A line of the table of responsibilities; gives its id."""
    said = {"id": new_id(), "person": person, **about} | ({} if everywhere else {"warehouse": hall.code})
    return hall.zhou.post("/responsibilities", said).ok()["id"]


@pytest.fixture
def floor(hall):
    """Tea on a shelf, and milk on the dock."""
    hall.shelf("A-01", tea=40)
    hall.shelf("D-01", milk=4)
    return hall


def test_the_whole_life_of_a_case(floor):
    answer_for(floor, "wang", kind="damaged", zone="A")
    answer_for(floor, "sun", stage="storage", cause="human")
    photo = floor.li.take_photo(a_photo(), warehouse=floor.code).ok()["id"]
    id_ = report(floor.li, location="A-01", sku="TEA", quantity="3", note="fell down", photos=[photo])

    opened = case(floor, id_)
    assert (opened["owner"], opened["responsible"], opened["stage"]) == ("wang", "wang", "storage")
    assert (opened["zone"], opened["quantity"], opened["value"]) == ("A", "3.000", "0.0000")
    assert id_ in {one["id"] for one in floor.wang.get("/cases", mine="true", warehouse=floor.code).items}

    whys = ["The box fell", "The shelf was full", "Nobody had moved the old stock"]
    found = act(floor.chen, id_, "analysis", cause=CAUSE, stage="storage", whys=whys).ok()
    assert (found["cause"], found["whys"], found["responsible"], found["state"]) == (CAUSE, whys, "sun", "working")
    assert found["owner"] == "wang"  # who answers for it is one thing, who sees to its end another

    ordered = act(floor.chen, id_, "actions", text="Mark the weight limit", due_at=at(days=2)).ok()
    (action,) = ordered["actions"]
    assert (action["owner"], action["done_at"]) == ("sun", None)
    assert act(floor.chen, id_, "close", note="done").code == "actions_open"
    assert act(floor.li, id_, f"actions/{action['id']}/done").code == "not_your_action"
    act(floor.sun, id_, f"actions/{action['id']}/done", note="label is up").ok()
    assert act(floor.chen, id_, "close", note="done").code == "not_verified"

    assert (
        act(floor.ma, id_, "verify", by="person", passed=False, note="label fell off").ok()["verify_state"] == "failed"
    )
    assert act(floor.chen, id_, "close", note="done").code == "not_verified"
    assert act(floor.ma, id_, "verify", by="person", passed=True, note="holds").ok()["verified_by"] == "Ma"
    proof = floor.chen.take_photo(a_photo(colour=(1, 2, 3)), warehouse=floor.code).ok()["id"]
    closed = act(floor.chen, id_, "close", note="limit is marked", photos=[proof]).ok()
    assert (closed["state"], closed["photos"]) == ("closed", [photo, proof])

    assert act(floor.chen, id_, "archive").ok()["archived"]
    steps = "opened routed analysed responsible action action_done verification_failed verified closed archived"
    assert acts(floor, id_) == steps.split()
    assert id_ not in {one["id"] for one in floor.chen.get("/cases", warehouse=floor.code).items}
    assert id_ in {one["id"] for one in floor.chen.get("/cases", warehouse=floor.code, archived="true").items}

    again = act(floor.chen, id_, "reopen", note="it fell again").ok()
    assert (again["state"], again["archived"], again["verify_state"]) == ("working", False, None)
    assert act(floor.chen, id_, "close", note="done").code == "not_verified"


def test_every_step_said_twice_is_done_once(floor):
    id_, note, action = report(floor.li, "lost"), new_id(), new_id()
    analysis = {"id": note, "cause": CAUSE, "stage": "storage", "whys": ["why"]}
    order = {"id": action, "text": "Look again", "owner": "wang", "due_at": at(days=1)}
    for _ in range(2):
        floor.chen.post(f"/cases/{id_}/analysis", analysis).ok()
        floor.chen.post(f"/cases/{id_}/actions", order).ok()
    assert floor.chen.post(f"/cases/{id_}/actions", {**order, "text": "Other"}).code == "id_reused"
    done = new_id()
    for _ in range(2):
        floor.wang.post(f"/cases/{id_}/actions/{action}/done", {"id": done}).ok()

    assert acts(floor, id_) == ["opened", "routed", "analysed", "action", "action_done"]
    assert len(case(floor, id_)["actions"]) == 1


def test_a_rule_that_opens_a_case_routes_it_too(floor):
    answer_for(floor, "wang", stage="storage", zone="A")
    floor.post("TEA", 43, "A-01", "CUSTOMER", "pick")

    (found,) = floor.zhou.get("/cases", warehouse=floor.code, kind="negative_book").items
    assert (found["owner"], found["opened_by"], found["tier"]) == ("wang", None, "owner")


def test_a_delivery_goes_to_who_answers_for_receiving_else_to_who_planned_it(floor):
    document = floor.chen.open_document("receipt", {"TEA": 1}, number="PO-7").ok()["id"]
    floor.policy(handling={"receive_check_over": None, "receive_check_share": "0", "receive_check_first_lot": False})
    floor.li.receive(document, "TEA", 3)
    (first,) = floor.zhou.get("/cases", warehouse=floor.code, kind="over_receipt").items
    assert (first["owner"], first["stage"]) == ("chen", "receiving")

    answer_for(floor, "sun", stage="receiving")
    document = floor.chen.open_document("receipt", {"MILK": 1}, number="PO-8").ok()["id"]
    floor.li.receive(document, "MILK", 3)
    owners = {one["sku"]: one["owner"] for one in floor.zhou.get("/cases", warehouse=floor.code).items}
    assert owners == {"TEA": "chen", "MILK": "sun"}


def test_without_a_line_the_least_busy_supervisor_looks_after_it(floor):
    owners = [case(floor, report(floor.li, "lost"))["owner"] for _ in range(4)]

    assert owners == ["chen", "ma", "chen", "ma"]


def test_what_is_overdue_goes_up_tier_by_tier(floor, later, run_jobs):
    answer_for(floor, "wang")
    floor.policy(cases={"hours": {"normal": 10}, "kind_hours": {"unsafe": 1}, "escalate_hours": 5})
    lost, unsafe = report(floor.li, "lost"), report(floor.li, "unsafe")
    run_jobs()
    assert {case(floor, one)["owner"] for one in (lost, unsafe)} == {"wang"}

    later(hours=2)
    run_jobs()
    assert (case(floor, unsafe)["tier"], case(floor, lost)["tier"]) == ("supervisor", "owner")
    first = case(floor, unsafe)["owner"]
    assert first in ("chen", "ma") and not case(floor, unsafe)["overdue"]

    later(hours=11)
    run_jobs()
    run_jobs()  # it has a new deadline, so nothing more happens
    assert (case(floor, unsafe)["tier"], case(floor, unsafe)["owner"]) == ("manager", "zhou")
    assert case(floor, lost)["tier"] == "supervisor"
    assert acts(floor, unsafe) == ["opened", "routed", "escalated", "escalated"]
    assert [note["about"] for note in case(floor, unsafe)["notes"] if note["act"] == "escalated"] == [
        first.title(),
        "Zhou",
    ]


def test_the_clock_reminds_of_actions_and_puts_old_cases_away(floor, later, run_jobs):
    id_, old = report(floor.li, "lost"), report(floor.li, "found")
    act(floor.chen, id_, "actions", text="Search the dock", owner="wang", due_at=at(hours=1)).ok()
    act(floor.chen, old, "close", note="it was under the pallet").ok()
    later(hours=3)
    run_jobs()
    run_jobs()
    assert acts(floor, id_).count("action_overdue") == 1
    assert case(floor, id_)["actions"][0]["overdue"] and not case(floor, old)["archived"]

    later(days=31)
    run_jobs()
    assert case(floor, old)["archived"] and acts(floor, old)[-1] == "archived"


@pytest.mark.parametrize(("found", "state"), [(40, "passed"), (38, "failed")])
def test_the_next_count_of_the_position_verifies(floor, found, state):
    id_ = report(floor.li, "lost", location="A-01", sku="TEA", quantity="1")
    floor.policy(control_share="0")
    act(floor.chen, id_, "verify", by="count").ok()
    assert case(floor, id_)["state"] == "verifying"
    due = floor.chen.get("/counts/due", warehouse=floor.code).items
    assert [(one["location"], one["sku"], one["reason"]) for one in due] == [("A-01", "TEA", "verification")]

    if found == 40:
        (task,) = floor.start(locations=["A-01"], skus=["TEA"])
        floor.wang.count_all(task, {("A-01", "TEA"): found})
    else:
        line = floor.pending(found=found, workers=("wang", "sun"))
        floor.zhou.approve(line, reason="damage", cause=CAUSE, stage="storage", note="gone").ok()

    told = case(floor, id_)
    assert (told["verify_state"], told["verify_by"], told["state"]) == (state, "count", "working")
    assert told["verified_line"] == floor.line()["id"]
    reply = act(floor.chen, id_, "close", note="counted")
    assert reply.code == (None if state == "passed" else "not_verified")
    assert floor.differences() == []


def test_a_count_of_before_verifies_nothing_and_a_place_alone_cannot_be_counted(floor):
    early = at(minutes=-1)
    id_ = report(floor.li, "lost", location="A-01", sku="TEA")
    (task,) = floor.start(locations=["A-01"], skus=["TEA"])
    floor.wang.claim(task)
    floor.wang.count(task, "A-01", "TEA", 40, at_=early)
    act(floor.chen, id_, "verify", by="count").ok()
    floor.wang.submit(task)
    assert case(floor, id_)["verify_state"] == "waiting"

    assert act(floor.chen, report(floor.li, location="A-01"), "verify", by="count").code == "not_countable"


def test_who_mended_it_does_not_verify_it(floor):
    id_ = report(floor.li, "lost")
    (action,) = act(floor.chen, id_, "actions", text="Search", owner="ma", due_at=at(days=1)).ok()["actions"]
    act(floor.ma, id_, f"actions/{action['id']}/done").ok()

    assert act(floor.ma, id_, "verify", by="person", passed=True).code == "own_verification"
    assert act(floor.chen, id_, "verify", by="person", passed=True).ok()["verify_state"] == "passed"


def test_what_is_urgent_ends_with_cause_and_stage_and_by_policy_with_a_photo(floor):
    floor.policy(cases={"photo_for": ["high"]})
    taken = floor.li.take_photo(a_photo(), warehouse=floor.code).ok()["id"]
    id_ = report(floor.li, "unsafe", photos=[taken])

    assert act(floor.chen, id_, "close", note="moved").code == "cause_required"
    explained = {"note": "moved", "cause": CAUSE, "stage": "storage"}
    assert act(floor.chen, id_, "close", **explained).code == "evidence_required"  # the report's photo is no end
    assert case(floor, id_)["state"] == "open" and acts(floor, id_) == ["opened", "routed"]
    photo = floor.chen.take_photo(a_photo(colour=(1, 2, 3)), warehouse=floor.code).ok()["id"]
    assert act(floor.chen, id_, "close", **explained, photos=[photo]).ok()["stage"] == "storage"


def test_a_held_line_ends_by_the_decision_with_its_cause(floor):
    (task,) = floor.start(locations=["A-01"], skus=["TEA"])
    for name, found in (("li", 38), ("wang", 35), ("sun", 31)):
        worker = getattr(floor, name)
        worker.count_all(task if name == "li" else floor.task(worker), {("A-01", "TEA"): found})
    (held,) = floor.zhou.get("/cases", warehouse=floor.code, kind="held_line").items
    floor.zhou.approve(floor.line(), reason="damage", cause=CAUSE, stage="storage", note="asked all three").ok()

    ended = case(floor, held["id"])
    assert (ended["state"], ended["cause"], ended["stage"]) == ("closed", CAUSE, "storage")
    assert (ended["notes"][-1]["person"], ended["notes"][-1]["text"]) == ("Zhou", "asked all three")


def test_the_table_of_responsibilities_is_read_by_all_and_written_by_supervisors(floor):
    line = answer_for(floor, "wang", stage="picking", cause="human.wrong_pick")
    everywhere = {"id": new_id(), "person": "sun", "stage": "picking"}
    assert floor.chen.post("/responsibilities", everywhere).code == "no_permission"
    floor.given.admin.post("/responsibilities", everywhere).ok()
    table = floor.li.get("/responsibilities", warehouse=floor.code, limit=500).items
    assert {(one["warehouse"], one["person"]) for one in table} >= {(floor.code, "wang"), (None, "sun")}

    refused = {"id": new_id(), "warehouse": floor.code, "person": "li"}
    assert floor.li.post("/responsibilities", refused).code == "no_permission"
    assert floor.chen.patch(f"/responsibilities/{everywhere['id']}", {"person": "li"}).code == "no_permission"
    own = {"id": new_id(), "warehouse": floor.code, "person": "li", "stage": "shipping"}
    assert floor.chen.post("/responsibilities", own).status == 201
    assert floor.chen.ask("DELETE", f"/responsibilities/{own['id']}").status == 204
    assert floor.zhou.patch(f"/responsibilities/{line}", {"person": "li", "zone": "A"}).ok()["person"] == "li"
    for wrong, code in (
        ({"person": "nobody"}, "person_unknown"),
        ({"cause": "no.such"}, "reason_not_found"),
        ({"zone": "A", "warehouse": None}, "not_understood"),
        ({"stage": "lunch"}, "not_understood"),
    ):
        said = {"id": new_id(), "warehouse": floor.code, "person": "li", **wrong}
        assert floor.zhou.post("/responsibilities", said).code == code
    for id_ in (line, everywhere["id"]):
        assert floor.given.admin.ask("DELETE", f"/responsibilities/{id_}").status == 204
    assert floor.zhou.patch(f"/responsibilities/{line}", {"person": "li"}).code == "responsibility_unknown"


def test_a_cause_that_nobody_knows_is_refused_and_leaves_no_trace(floor):
    id_ = report(floor.li, "lost")

    reply = act(floor.chen, id_, "analysis", cause="no.such", stage="storage")

    assert (reply.code, reply["fields"]) == ("cause_unknown", {"cause": ["not_a_choice"]})
    assert acts(floor, id_) == ["opened", "routed"]
