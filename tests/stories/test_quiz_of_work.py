"""The quiz of a step holds for all work on goods, and the server sees to it: refused is not lost."""

import pytest

from tests.stories.test_quiz import call as call_counting
from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """A shelf, a dock, and no chance in who has to check."""
    hall.shelf("A-01", tea=40)
    hall.policy(handling={"receive_check_share": "1", "short_count": False, "zero_count": False, "low_quantity": None})
    return hall


def passing(worker, step):
    """The event by which somebody passes the quiz of a step, as it is asked here."""
    (sop,) = [one for one in worker.get("/sops", warehouse=worker.warehouse).ok().items if one["step"] == step]
    answers = [question["right"] for question in sop["questions"]]
    return worker.event("quiz.answer", step=step, answers=answers, sop=sop["id"], warehouse=worker.warehouse)


def ask(hall, step, **about):
    """Let a quiz be wanted of a step that has questions of its own here."""
    questions = [
        {"en": f"{n}", "zh": f"{n}", "choices": [{"en": "a", "zh": "a"}, {"en": "b", "zh": "b"}], "right": n % 2}
        for n in range(3)
    ]
    said = {"warehouse": hall.code, "step": step, "en": "So.", "zh": "如此。", "questions": questions}
    hall.zhou.post("/sops", {"id": new_id(), **said}).ok()
    return call_counting(hall, **{"step": step, **about})


def acts(hall):
    """(step, what somebody does about it) for each step of work on goods; each is taken where no quiz is owed."""
    li, wang, code = hall.li, hall.wang, hall.code
    receipt = hall.chen.open_document("receipt", {"TEA": 5}).ok()["id"]
    pick = hall.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    hall.given.item("BOX")
    hall.given.place("A-02", code)
    lines = [
        {"sku": "BOX", "quantity": "1", "role": "output"},
        {"sku": "TEA", "quantity": "1", "role": "input"},
    ]
    order = hall.chen.open_document("production", lines).ok()["id"]
    waste = {"sku": "TEA", "quantity": "1", "location": "A-01", "reason": "damage", "warehouse": code}
    made = {"order": order, "quantity": "1", "location": "A-01", "warehouse": code}
    return [
        ("receive", lambda: li.receive(receipt, "TEA", 5)),
        ("check", lambda: wang.receive_check(receipt, "TEA", 5)),
        ("putaway", lambda: li.put_away("TEA", 5, "A-02", document=receipt)),
        ("pick", lambda: li.pick(pick, "TEA", 4, "A-01")),
        ("pick", lambda: li.pick_short(pick, "TEA", 0, "A-02")),
        ("check", lambda: wang.pick_check(pick, "TEA", 4)),
        ("ship", lambda: wang.ship(pick)),
        ("move", lambda: li.move("TEA", 1, "A-01", "A-02", warehouse=code)),
        ("scrap", lambda: li.tell("adjust.scrap", **waste)),
        ("scrap", lambda: li.tell("adjust.sample", **waste)),
        ("return", lambda: li.tell("adjust.return", **waste)),
        ("produce", lambda: li.tell("produce.consume", sku="TEA", **made)),
        ("produce", lambda: li.tell("produce.output", sku="BOX", **made)),
    ]


def test_every_step_asks_for_its_own_quiz_and_takes_the_work_after_it(floor):
    steps = acts(floor)
    for step in sorted({step for step, _ in steps}):
        ask(floor, step)
    passed = set()

    for step, act in steps:
        who = floor.wang if step in ("check", "ship") else floor.li
        if step not in passed:
            assert act()["code"] == "quiz_required", step
            assert who.sync(passing(who, step))[0]["code"] is None
            passed.add(step)
        assert act()["result"] == "accepted", step
    assert floor.differences() == []


def test_work_of_a_phone_without_a_network_is_refused_kept_and_taken_when_it_is_said_again(floor):
    document = floor.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    ask(floor, "pick")
    lines = [
        floor.li.event("pick.line", document=document, sku="TEA", quantity=str(n), location="A-01") for n in (2, 3)
    ]
    done = floor.li.event("pick.submit", document=document)

    assert [one["code"] for one in floor.li.sync(*lines, done)] == ["quiz_required"] * 3
    assert floor.qty("A-01", "TEA") == "40.000" and floor.li.document(document)["state"] == "open"

    # The phone passes, but says the end before it has said the lines again: they are no shortage.
    receipts = floor.li.sync(passing(floor.li, "pick"), done)
    assert [(one["result"], one["code"]) for one in receipts] == [("accepted", None), ("refused", "entries_missing")]

    assert [one["result"] for one in floor.li.sync(*lines, done)] == ["accepted"] * 3
    assert [one["result"] for one in floor.li.sync(*lines, done)] == ["duplicate"] * 3
    assert floor.qty("A-01", "TEA") == "35.000"
    assert floor.zhou.get("/cases", warehouse=floor.code).items == []
    assert floor.differences() == []


def test_an_answer_is_good_for_all_that_comes_along_with_it(floor):
    document = floor.chen.open_document("pick", {"TEA": 5}).ok()["id"]
    ask(floor, "pick")
    line = floor.li.event("pick.line", document=document, sku="TEA", quantity="5", location="A-01")

    assert [one["result"] for one in floor.li.sync(line, passing(floor.li, "pick"))] == ["accepted"] * 2


def test_what_was_done_before_it_was_asked_for_is_taken_and_who_has_begun_goes_on(floor):
    first, second = (floor.chen.open_document("pick", {"TEA": 5}).ok()["id"] for _ in range(2))
    earlier = at(minutes=-2)
    floor.li.pick(first, "TEA", 1, "A-01")
    ask(floor, "pick")

    assert floor.li.pick(first, "TEA", 1, "A-01")["result"] == "accepted"
    assert floor.li.pick(second, "TEA", 1, "A-01", at_=earlier)["result"] == "accepted"
    assert floor.wang.tell("document.claim", document=first, side="first")["code"] == "quiz_required"
    assert floor.wang.pick_check(first, "TEA", 2)["result"] == "accepted"  # of another step


def test_a_policy_asks_everybody_once(floor):
    ask(floor, "ship", person="wang")
    floor.policy(quiz_steps=["pick", "count", "move"], handling={"pick_check_share": "0", "pick_check_over": None})
    document = floor.chen.open_document("pick", {"TEA": 5}, assign_to="li").ok()["id"]
    assert [one.get("quiz") for one in floor.li.tasks()] == [True]

    assert floor.li.pick(document, "TEA", 5, "A-01")["code"] == "quiz_required"
    floor.li.sync(passing(floor.li, "pick"))
    assert [one.get("quiz") for one in floor.li.tasks()] == [None]
    assert floor.li.pick(document, "TEA", 5, "A-01")["result"] == "accepted"
    assert floor.wang.ship(document)["code"] == "quiz_required"
    assert floor.li.ship(document)["result"] == "accepted"

    assert floor.li.move("TEA", 1, "A-01", "STAGE", warehouse=floor.code)["code"] != "quiz_required"  # has no questions
    (task,) = floor.start(locations=["A-01"])
    assert floor.li.claim(task)["code"] == "quiz_required"
    refused = {"id": new_id(), "warehouse": floor.code, "body": {"quiz_steps": ["lunch"]}}
    assert floor.zhou.post("/policies", refused).code == "not_understood"


def test_a_transfer_in_one_word_has_its_own(floor):
    far = floor.given.warehouse(f"{floor.code}F")["code"]
    asked = floor.li.open_document("transfer", {"TEA": 10}, to_warehouse=far).ok()["id"]
    floor.chen.post(f"/documents/{asked}/approve", {"id": new_id()}).ok()
    ask(floor, "transfer")
    lines = [{"sku": "TEA", "quantity": "10", "location": "A-01"}]

    assert floor.wang.tell("transfer.ship", document=asked, lines=lines)["code"] == "quiz_required"
    assert floor.qty("A-01", "TEA") == "40.000"
    floor.wang.sync(passing(floor.wang, "transfer"))
    assert floor.wang.tell("transfer.ship", document=asked, lines=lines)["result"] == "accepted"
    assert floor.qty("A-01", "TEA") == "30.000"
