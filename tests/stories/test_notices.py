"""What needs somebody: actions among their tasks, and notices of what is theirs, late, failed, or waits for them."""

import pytest

from tests.stories.test_cases import act, answer_for, case, report
from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """Tea on a shelf, and somebody who answers for it."""
    hall.shelf("A-01", tea=40)
    answer_for(hall, "wang", kind="damaged")
    return hall


def heard(worker):
    """[(kind, seen)] of what needs this person, as it is listed."""
    return [(one["kind"], one["seen"]) for one in worker.get("/notices", warehouse=worker.warehouse).ok().items]


def about(worker, *kinds):
    """Their tasks of these kinds."""
    return [one for one in worker.tasks() if one["kind"] in kinds]


def ordered(hall, id_, owner="li", text="A rail", days=3):
    """A corrective action; gives its id."""
    said = {"text": text, "owner": owner, "due_at": at(days=days)}
    return act(hall.chen, id_, "actions", **said).ok()["actions"][-1]["id"]


def test_an_action_is_a_task_of_its_owner_and_is_done_from_there_without_a_network(floor):
    id_ = report(floor.wang, location="A-01", sku="TEA")
    action = ordered(floor, id_)

    (task,) = about(floor.li, "action")
    assert (task["id"], task["case"], task["text"], task["mine"]) == (action, id_, "A rail", True)
    assert (task["location"], task["sku"], task["case_kind"]) == ("A-01", "TEA", "damaged")
    assert floor.li.get(f"/tasks/{action}").ok()["text"] == "A rail"
    assert about(floor.sun, "action", "verification") == []

    said = {"case": id_, "action": action, "note": "it stands", "warehouse": floor.code}
    when = at(minutes=-30)
    event = floor.li.event("action.done", at_=when, **said)
    assert [floor.li.sync(event)[0]["result"] for _ in range(2)] == ["accepted", "duplicate"]
    (done,) = case(floor, id_)["actions"]
    assert (done["done_by"], done["done_note"], done["done_at"][:16]) == ("Li", "it stands", when[:16])
    assert about(floor.li, "action") == []
    assert floor.sun.tell("action.done", **said)["code"] == "not_your_action"
    assert floor.li.tell("action.done", **said | {"action": new_id()})["code"] == "action_unknown"
    assert floor.li.tell("action.done", **said | {"case": new_id()})["code"] == "case_unknown"
    assert floor.li.tell("action.done", **said | {"case": "x"})["code"] == "invalid_event"


def test_whether_it_helped_is_a_task_of_who_looks_after_the_case(floor):
    id_ = report(floor.li, location="A-01", sku="TEA")
    action = ordered(floor, id_)
    assert about(floor.wang, "verification") == []
    act(floor.li, id_, f"actions/{action}/done").ok()

    (task,) = about(floor.wang, "verification")
    assert (task["case"], task["by"], task["state"]) == (id_, "person", "open")
    act(floor.chen, id_, "verify", by="count").ok()
    (task,) = about(floor.wang, "verification")
    assert (task["by"], task["state"], task["location"]) == ("count", "waiting", "A-01")

    (count,) = floor.start(locations=["A-01"], skus=["TEA"])
    floor.li.count_all(count, {("A-01", "TEA"): 40})
    assert about(floor.wang, "verification") == []
    assert case(floor, id_)["verify_state"] == "passed"


def test_pages_of_tasks_begin_with_the_actions(floor):
    id_ = report(floor.wang, location="A-01", sku="TEA")
    actions = [ordered(floor, id_, text=f"{n}", days=n + 1) for n in range(3)]
    floor.chen.open_document("receipt", {"TEA": 1}).ok()
    floor.start(locations=["A-01"])

    seen, cursor = [], None
    for _ in range(9):
        query = {"mine": "true", "warehouse": floor.code, "limit": 2, "cursor": cursor}
        page = floor.li.get("/tasks", **query).ok()
        seen += [(one["kind"], one["id"]) for one in page.items]
        cursor = page["next"]
        if cursor is None:
            break
    assert [kind for kind, _ in seen] == ["action", "action", "action", "count", "receive"]
    assert [id_ for _, id_ in seen[:3]] == actions


def test_a_case_is_heard_of_once_and_again_when_something_new_presses(floor, later, run_jobs):
    id_ = report(floor.li, location="A-01")
    assert heard(floor.wang) == [("case_routed", False)] and heard(floor.li) == []
    (notice,) = floor.wang.get("/notices", warehouse=floor.code).items
    assert (notice["case"], notice["case_kind"], notice["location"]) == (id_, "damaged", "A-01")

    for _ in range(2):
        assert floor.wang.post("/notices/seen", {"keys": [notice["key"]]}).status == 204
    assert heard(floor.wang) == [("case_routed", True)]

    later(hours=100)  # of the 120 that it may last
    assert heard(floor.wang) == [("case_deadline", False)]
    later(hours=121)
    assert heard(floor.wang) == [("case_overdue", False)]
    run_jobs()
    assert heard(floor.wang) == []  # it is one tier up
    owner = case(floor, id_)["owner"]
    assert owner != "wang" and ("case_escalated", False) in heard(getattr(floor, owner))


def test_an_action_that_is_due_and_one_that_did_not_help(floor, later):
    id_ = report(floor.wang, location="A-01")
    action = ordered(floor, id_)
    assert heard(floor.li) == [("action_ordered", False)]
    later(days=2, hours=12)
    assert heard(floor.li) == [("action_due", False)]
    later(days=4)
    assert heard(floor.li) == [("action_overdue", False)]

    later()
    act(floor.li, id_, f"actions/{action}/done").ok()
    assert heard(floor.li) == []
    act(floor.chen, id_, "verify", by="person", passed=False).ok()
    assert heard(floor.li) == [("verification_failed", False)]
    act(floor.chen, id_, "verify", by="person", passed=True).ok()
    assert heard(floor.li) == []


def test_what_waits_for_a_decision_is_one_notice_for_those_whose_tier_it_is(floor):
    floor.policy(rounds_max=1, auto_post=False)
    (task,) = floor.start(locations=["A-01"], skus=["TEA"])
    floor.li.count_all(task, {("A-01", "TEA"): 30})
    (line,) = floor.zhou.variances(state="pending")
    waiting = [one for one in floor.zhou.get("/notices", warehouse=floor.code).items if one["kind"] == "approvals"]
    assert [(one["n"], one["seen"]) for one in waiting] == [(1, False)]
    assert "30.000" not in str(waiting) and heard(floor.li) == []

    floor.zhou.post("/notices/seen", {"keys": [waiting[0]["key"]]})
    assert heard(floor.zhou) == [("approvals", True)]
    floor.zhou.approve(line).ok()
    assert heard(floor.zhou) == []


def test_a_document_that_waits_for_approval_is_heard_of_by_those_who_may(floor):
    words = {"reason": "damage", "location": "A-01"}
    floor.policy(handling={"approval_over": {"scrap": "0"}, "photo_over": {"scrap": None}})
    floor.given.item("GOLD", unit_cost="900")
    floor.shelf("A-02", gold=3)
    said = {"sku": "GOLD", "quantity": "1", **words, "location": "A-02", "warehouse": floor.code}
    assert floor.li.tell("adjust.scrap", **said)["code"] == "waits_for_approval"

    assert heard(floor.chen) == [("documents", False)]
    assert heard(floor.li) == []


def test_the_list_is_small_when_nothing_changed(floor):
    report(floor.li, location="A-01")
    reply = floor.wang.get("/notices", warehouse=floor.code).ok()
    known = {"If-None-Match": reply.headers["ETag"]}
    assert floor.wang.ask("GET", "/notices", headers=known, warehouse=floor.code).status == 304
    assert floor.wang.post("/notices/seen", {"keys": []}).code == "not_understood"
