"""Who does what: documents are given to people and taken back, and nothing that anybody did is lost by it."""

import pytest

from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """Two orders and a receipt, a shelf with tea and rice; nothing is checked."""
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=40, rice=9)
    rules = {"pick_check_share": "0", "receive_check_share": "0", "zero_count": False, "short_count": False}
    hall.policy(handling=rules | {"low_quantity": None, "receive_check_over": None, "pick_check_over": None})
    hall.first = hall.chen.open_document("pick", {"TEA": 4, "RICE": 2}, number="SO-1", assign_to="li").ok()["id"]
    hall.second = hall.chen.open_document("pick", {"TEA": 1}, number="SO-2").ok()["id"]
    hall.receipt = hall.chen.open_document("receipt", {"TEA": 10}, number="PO-1", due_at=at(hours=-1)).ok()["id"]
    return hall


def give(worker, *documents, **words):
    """Say whose they are."""
    said = {"id": new_id(), "warehouse": worker.warehouse, "documents": list(documents)}
    return worker.post("/documents/give", said | words)


def numbers(worker):
    """The documents among somebody's tasks, in their order."""
    return list(dict.fromkeys(task["number"] for task in worker.tasks() if "number" in task))


def board(worker, **query):
    """{number: what stands of it} of the work under way."""
    return {one["number"]: one for one in worker.get("/work", warehouse=worker.warehouse, **query).ok().items}


def test_given_to_another_it_leaves_the_one_list_and_enters_the_other(floor):
    assert "SO-1" in numbers(floor.li) and "SO-1" not in numbers(floor.wang)

    given = give(floor.chen, floor.first, to="wang", due_at=at(hours=2), priority="urgent", note="li is ill").ok()

    assert [(one["assignee"], one["priority"]) for one in given.items] == [("wang", "urgent")]
    assert "SO-1" not in numbers(floor.li) and numbers(floor.wang)[0] == "SO-1"
    (task,) = [task for task in floor.wang.tasks() if task["number"] == "SO-1"]
    assert task["priority"] == "urgent" and task["lines"][0]["quantity"]
    (trail,) = floor.chen.document(floor.first)["given"]
    assert (trail["person"], trail["before"], trail["to"], trail["note"]) == ("Chen", "Li", "Wang", "li is ill")


def test_what_the_former_holder_did_without_a_network_counts_all_the_same(floor):
    floor.li.tell("document.claim", document=floor.first)
    said = {"document": floor.first, "location": "A-01"}
    offline = [
        floor.li.event("pick.line", sku="TEA", quantity="4", **said),
        floor.li.event("pick.line", sku="RICE", quantity="2", **said),
        floor.li.event("pick.submit", document=floor.first),
    ]
    give(floor.chen, floor.first, to="wang").ok()
    assert "SO-1" not in numbers(floor.li)

    receipts = floor.li.sync(*offline)

    assert [one["result"] for one in receipts] == ["accepted"] * 3
    assert floor.qty("A-01") == "36.000" and floor.qty("STAGE", "RICE") == "2.000"
    assert [task["kind"] for task in floor.wang.tasks() if task["number"] == "SO-1"] == ["ship"]
    assert floor.wang.ship(floor.first)["result"] == "accepted"
    assert floor.chen.document(floor.first)["state"] == "done" and floor.differences() == []


def test_work_is_not_given_to_who_may_not_do_it(floor):
    floor.given.person("aud", "auditor", floor.code)

    refused = give(floor.chen, floor.second, to="aud")

    assert refused.code == "person_unknown" and board(floor.chen)["SO-2"]["assignee"] is None
    opened = floor.chen.open_document("pick", {"TEA": 1}, number="SO-9", assign_to="aud")
    assert opened.code == "person_unknown"


def test_begun_by_one_and_ended_by_another_both_hands_are_known(floor):
    floor.li.pick(floor.first, "TEA", 4, "A-01")
    give(floor.chen, floor.first, to="wang").ok()

    floor.wang.pick(floor.first, "RICE", 2, "A-01")

    whole = floor.chen.document(floor.first)
    assert [hand["person"] for hand in whole["hands"]] == ["Li", "Wang"]
    assert board(floor.chen)["SO-1"]["done"] == 2


def test_nobodys_it_is_for_whoever_is_free(floor):
    give(floor.chen, floor.first, anybody=True).ok()

    assert "SO-1" in numbers(floor.li) and "SO-1" in numbers(floor.wang)
    (trail,) = floor.chen.document(floor.first)["given"]
    assert (trail["before"], trail["to"]) == ("Li", None)


def test_many_at_once_or_none(floor):
    other = floor.given.sign_in("chen", warehouse=floor.code)
    done = floor.chen.open_document("pick", {"TEA": 1}, number="SO-3").ok()["id"]
    floor.chen.post(f"/documents/{done}/cancel", {"id": new_id()}).ok()

    assert give(other, floor.first, floor.second, done, to="sun").code == "document_closed"
    unknown = give(other, floor.first, new_id(), to="sun")
    assert (unknown.code, unknown["fields"]) == ("document_unknown", {"documents[1]": ["unknown"]})
    assert "SO-1" not in numbers(floor.sun)

    act = new_id()
    for _ in range(2):
        assert len(give(other, floor.first, floor.second, floor.receipt, to="sun", id=act).ok().items) == 3
    assert give(other, floor.first, to="sun", id=act).code == "id_reused"
    assert sorted(numbers(floor.sun)) == ["PO-1", "SO-1", "SO-2"]
    assert len(floor.chen.document(floor.first)["given"]) == 1


def test_what_cannot_be_given(floor):
    floor.policy(handling={"pick_check_share": "1", "pick_check_over": None})
    floor.li.pick(floor.second, "TEA", 1, "A-01")
    floor.wang.pick_check(floor.second, "TEA", 9)

    assert give(floor.chen, floor.second, to="wang").code == "checked_it"
    assert give(floor.chen, floor.second, to="nobody-here").code == "person_unknown"
    assert give(floor.chen, floor.second).code == "not_understood"
    assert give(floor.chen, floor.second, to="li", anybody=True).code == "not_understood"
    assert give(floor.chen, floor.second, priority="now").code == "not_understood"
    assert give(floor.li, floor.second, to="li").code == "no_permission"
    assert give(floor.chen, floor.second, priority="low").ok().items[0]["assignee"] is None


def test_a_due_time_can_be_taken_away_again(floor):
    assert board(floor.chen, late="true").keys() == {"PO-1"}

    act = new_id()
    for _ in range(2):
        given = give(floor.chen, floor.receipt, due_at=None, id=act).ok()
        assert (given.items[0]["due_at"], given.items[0]["priority"]) == (None, "normal")

    assert board(floor.chen, late="true") == {} and floor.chen.document(floor.receipt)["given"][0]["due_at"] is None
    give(floor.chen, floor.receipt, due_at=at(hours=2)).ok()
    assert give(floor.chen, floor.receipt, to="wang").ok().items[0]["due_at"] is not None


def heard(worker):
    """{number: (kind, giver, whose)} of the documents that somebody gave to them or took from them."""
    found = worker.get("/notices", warehouse=worker.warehouse).ok().items
    return {one["number"]: (one["kind"], one["giver"], one.get("whose")) for one in found if "document" in one}


def test_people_hear_what_is_given_to_them_and_taken_from_them_but_not_what_they_did_themselves(floor):
    assert heard(floor.li) == {"SO-1": ("document_given", "Chen", "Li")}
    assert heard(floor.wang) == heard(floor.chen) == {}

    give(floor.chen, floor.first, floor.second, to="wang", note="li is ill").ok()

    assert heard(floor.li) == {"SO-1": ("document_taken", "Chen", "Wang")}
    assert heard(floor.wang) == dict.fromkeys(("SO-1", "SO-2"), ("document_given", "Chen", "Wang"))
    notices = floor.wang.get("/notices", warehouse=floor.code).ok().items
    (said,) = [one for one in notices if one.get("number") == "SO-1"]
    assert (said["note"], said["document"], said["document_kind"], said["seen"]) == (
        *("li is ill", floor.first, "pick"),
        False,
    )

    floor.wang.post("/notices/seen", {"keys": [said["key"]]})
    give(floor.chen, floor.first, priority="urgent").ok()  # still theirs: nothing new
    notices = floor.wang.get("/notices", warehouse=floor.code).ok().items
    assert {one["number"]: one["seen"] for one in notices} == {"SO-1": True, "SO-2": False}

    give(floor.chen, floor.second, to="chen").ok()
    assert heard(floor.wang)["SO-2"] == ("document_taken", "Chen", "Chen") and heard(floor.chen) == {}
    give(floor.chen, floor.second, anybody=True).ok()
    assert heard(floor.chen) == {} and heard(floor.wang)["SO-2"] == ("document_taken", "Chen", None)
    floor.chen.post(f"/documents/{floor.first}/cancel", {"id": new_id()}).ok()
    assert heard(floor.li) == {} and "SO-1" not in heard(floor.wang)


def test_what_is_urgent_comes_first_then_what_is_due(floor):
    give(floor.chen, floor.second, due_at=at(hours=1)).ok()
    assert numbers(floor.wang) == ["PO-1", "SO-2"]

    give(floor.chen, floor.second, priority="high").ok()
    assert numbers(floor.wang) == ["SO-2", "PO-1"]
    give(floor.chen, floor.second, priority="low").ok()
    assert numbers(floor.wang) == ["PO-1", "SO-2"]
    urgent = floor.chen.open_document("pick", {"TEA": 1}, number="SO-9", priority="urgent").ok()
    assert urgent["priority"] == "urgent" and numbers(floor.wang)[0] == "SO-9"
    pages, cursor = [], None
    for _ in range(4):
        page = floor.chen.get("/work", warehouse=floor.code, limit=1, cursor=cursor).ok()
        pages += [one["number"] for one in page.items]
        cursor = page["next"]
    assert pages == ["SO-9", "PO-1", "SO-1", "SO-2"] and cursor is None


def test_the_board_shows_who_is_on_what_what_is_nobodys_and_what_is_late(floor):
    floor.li.pick(floor.first, "TEA", 3, "A-01")
    assert board(floor.chen)["SO-1"]["done"] == 0  # not whole yet
    floor.li.pick(floor.first, "TEA", 1, "A-01")

    shown = board(floor.zhou)

    first = shown["SO-1"]
    assert (first["assignee"], first["done"], first["of"], first["steps"]) == ("li", 1, 2, ["pick", "ship"])
    assert [(one["side"], one["username"], one["name"]) for one in first["workers"]] == [("first", "li", "Li")]
    assert first["workers"][0]["last_at"] <= at(seconds=5)
    assert [shown[number]["late"] for number in ("SO-1", "SO-2", "PO-1")] == [False, False, True]
    assert sorted(board(floor.chen, nobodys="true")) == ["PO-1", "SO-2"]
    assert sorted(board(floor.chen, late="true")) == ["PO-1"]
    assert "quantity" not in str(shown)
    floor.li.tell("receive.line", document=floor.receipt, sku="TEA", quantity="10")
    assert sorted(board(floor.chen, nobodys="true")) == ["SO-2"]
    assert floor.li.get("/work", warehouse=floor.code).code == "no_permission"


def test_the_board_shows_who_counts_what_and_how_far_but_nothing_that_is_counted(floor):
    hall = floor
    hall.shelf("A-02", tea=7919)
    (listed,) = hall.start(form="list", locations=["A-01"], assign_to="li", due_at=at(hours=-2))
    (free,) = hall.start(form="full", locations=["A-01", "A-02"], due_at=at(hours=5))
    shown = {one["id"]: one for one in hall.zhou.get("/work", warehouse=hall.code).ok().items}
    counts = [one["kind"] for one in shown.values()].count("count")
    assert (counts, len(shown)) == (2, 5)
    mine, any_ = shown[listed], shown[free]
    assert (mine["number"], mine["form"], mine["assignee"], mine["late"], mine["steps"]) == (
        *("A-01", "list", "li", True),
        ["count"],
    )
    assert (mine["done"], mine["of"], mine["unit"], mine["workers"]) == (0, 2, "lines", [])
    assert (any_["number"], any_["done"], any_["of"], any_["unit"]) == ("A-01 – A-02", 0, 2, "locations")
    assert any_["places"] == 2 and any_["assignee"] is None
    assert hall.zhou.get(f"/counts/{mine['count']}").ok()["form"] == "list"

    hall.li.tell("count.claim", task=listed)
    hall.li.tell("count.entry", task=listed, location="A-01", sku="TEA", quantity="40", method="keypad")
    hall.wang.tell("count.claim", task=free)
    hall.wang.tell("count.empty", task=free, location="A-02")

    reply = hall.zhou.get("/work", warehouse=hall.code).ok()
    shown = {one["id"]: one for one in reply.items}
    assert [(shown[id_]["done"], shown[id_]["of"]) for id_ in (listed, free)] == [(1, 2), (1, 2)]
    (li,) = shown[listed]["workers"]
    assert (li["side"], li["username"]) == ("first", "li") and li["since"] <= li["last_at"] <= at(seconds=5)
    assert [one["name"] for one in shown[free]["workers"]] == ["Wang"]
    assert "7919" not in str(reply.body) and "round" not in str(reply.body)
    late = [one["id"] for one in hall.zhou.get("/work", warehouse=hall.code, late="true").ok().items]
    assert listed in late and free not in late
    assert hall.li.get("/work", warehouse=hall.code).status == 403


def test_a_count_that_nobody_has_is_nobodys_and_pages_go_through_both(floor):
    (free,) = floor.start(form="full", locations=["A-01"], due_at=at(hours=5))
    pages, cursor = [], None
    while not pages or cursor:
        page = floor.chen.get("/work", warehouse=floor.code, limit=1, cursor=cursor).ok()
        pages += [one["number"] for one in page.items]
        cursor = page["next"]
    assert pages == ["PO-1", "A-01", "SO-1", "SO-2"]
    assert {"A-01", "SO-2"} <= board(floor.chen, nobodys="true").keys()

    floor.li.tell("count.claim", task=free)
    assert "A-01" not in board(floor.chen, nobodys="true")
    floor.li.tell("count.release", task=free)
    assert "A-01" in board(floor.chen, nobodys="true")
    floor.li.tell("count.claim", task=free)
    floor.li.tell("count.submit", task=free)
    assert "A-01" not in board(floor.chen)
