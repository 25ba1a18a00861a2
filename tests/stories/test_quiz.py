"""The instruction of each step on the phone, and the three questions that a supervisor may want answered first."""

import pytest

from tests.pictures import a_photo
from tests.worker import at, new_id

RIGHT = [0, 1, 2]  # of the house's own questions about counting


@pytest.fixture
def floor(hall):
    """A shelf to count."""
    hall.shelf("A-01", tea=40)
    return hall


def sop(worker, step="count"):
    """The instruction of a step as this person's phone gets it."""
    (found,) = [one for one in worker.get("/sops", warehouse=worker.warehouse).ok().items if one["step"] == step]
    return found


def answer(worker, answers=RIGHT, **words):
    """Answer the quiz of counting; gives (result, code) of the receipt."""
    said = {"step": "count", "answers": list(answers), "warehouse": worker.warehouse, **words}
    receipt = worker.tell("quiz.answer", **said)
    return receipt["result"], receipt["code"]


def call(hall, **about):
    """A supervisor wants the quiz of counting; gives its id."""
    return hall.chen.post("/quizzes", {"id": new_id(), "warehouse": hall.code, "step": "count", **about}).ok()["id"]


def question(words, right=0):
    choices = [{"en": f"{words} {n}", "zh": f"{words} {n}"} for n in range(2)]
    return {"en": words, "zh": words, "choices": choices, "right": right}


def test_the_house_brings_an_instruction_for_every_step_and_phones_keep_it(floor):
    reply = floor.li.get("/sops", warehouse=floor.code).ok()

    assert len(reply.items) == 11 and all(one["en"] and one["zh"] for one in reply.items)
    known = {"If-None-Match": reply.headers["ETag"]}
    assert floor.li.ask("GET", "/sops", headers=known, warehouse=floor.code).status == 304
    call(floor)
    assert floor.li.ask("GET", "/sops", headers=known, warehouse=floor.code).status == 200


def test_a_company_writes_its_own_and_a_warehouse_over_it(floor):
    photo = floor.zhou.take_photo(a_photo(), warehouse=floor.code).ok()["id"]
    assert floor.li.get(f"/photos/{photo}").status == 404
    said = {"step": "putaway", "en": "Ours", "zh": "公司", "questions": [question(word) for word in "abc"]}
    floor.given.admin.post("/sops", {"id": new_id(), **said}).ok()
    assert (sop(floor.li, "putaway")["en"], sop(floor.li, "putaway")["warehouse"]) == ("Ours", None)

    own = {"id": new_id(), "warehouse": floor.code, "step": "putaway", "en": "Here", "zh": "本仓", "photo": photo}
    assert floor.zhou.post("/sops", own).status == 201
    assert floor.zhou.post("/sops", own).status == 200
    assert floor.zhou.post("/sops", {**own, "en": "Other"}).code == "id_reused"
    found = sop(floor.li, "putaway")
    assert (found["en"], found["zh"], found["photo"], found["questions"]) == ("Here", "本仓", photo, [])
    assert floor.li.get(f"/photos/{photo}").status == 200  # the picture of an instruction is for everybody

    for wrong in ({"questions": [question("a")]}, {"questions": [question(word, 2) for word in "abc"]}, {"zh": " "}):
        assert floor.zhou.post("/sops", {**own, "id": new_id(), **wrong}).code == "not_understood"
    assert floor.zhou.post("/sops", {**own, "id": new_id(), "photo": new_id()}).code == "photo_unknown"


def test_a_new_colleague_passes_before_the_first_count(floor):
    (task,) = floor.start(locations=["A-01"])
    call(floor, person="li")
    assert [one.get("quiz") for one in floor.li.tasks()] == [True]
    assert [one.get("quiz") for one in floor.wang.tasks()] == [None]
    assert sop(floor.li)["quiz"] and not sop(floor.wang)["quiz"]

    assert floor.li.claim(task)["code"] == "quiz_required"
    assert floor.li.count(task, "A-01", "TEA", 40)["code"] == "quiz_required"  # nor by counting without taking it
    assert answer(floor.li, [1, 1, 2]) == ("accepted", "quiz_failed")
    assert floor.li.claim(task)["code"] == "quiz_required"
    assert answer(floor.li) == ("accepted", None)
    assert floor.li.claim(task)["result"] == "accepted"
    assert [one.get("quiz") for one in floor.li.tasks()] == [None]

    results = floor.chen.get("/quizzes/results", warehouse=floor.code, person="li").items
    assert [(one["right"], one["asked"], one["passed"]) for one in results] == [(3, 3, True), (2, 3, False)]


def test_answer_and_count_in_one_delivery_from_a_phone_without_a_network(floor):
    (task,) = floor.start(locations=["A-01"], skus=["TEA"])
    call(floor)
    events = [
        floor.li.event("quiz.answer", step="count", answers=RIGHT, warehouse=floor.code),
        floor.li.event("count.claim", task=task),
        floor.li.event("count.entry", task=task, location="A-01", sku="TEA", quantity="40", method="keypad"),
        floor.li.event("count.submit", task=task),
    ]

    assert [receipt["result"] for receipt in floor.li.sync(*events)] == ["accepted"] * 4
    assert [receipt["result"] for receipt in floor.li.sync(*events)] == ["duplicate"] * 4
    assert len(floor.chen.get("/quizzes/results", warehouse=floor.code).items) == 1


def test_before_one_count_and_no_other(floor):
    floor.given.place("A-02", floor.code)
    (task,), (other,) = floor.start("full", locations=["A-01"]), floor.start("full", locations=["A-02"])
    count = floor.li.get(f"/tasks/{task}")["count"]
    id_ = call(floor, count=count)

    assert floor.li.claim(other)["result"] == "accepted"
    assert floor.wang.claim(task)["code"] == "quiz_required"
    assert [(one["id"], one["count"]) for one in floor.chen.get("/quizzes", warehouse=floor.code).items] == [
        (id_, count)
    ]
    floor.chen.post(f"/quizzes/{id_}/lift", {"id": new_id()}).ok()
    assert floor.wang.claim(task)["result"] == "accepted"
    assert floor.chen.get("/quizzes", warehouse=floor.code).items == []


def test_who_began_before_it_was_asked_for_goes_on(floor):
    (task,) = floor.start(locations=["A-01"])
    begun = at(minutes=-2)
    call(floor)

    assert floor.li.claim(task, at_=begun)["result"] == "accepted"
    assert floor.li.count(task, "A-01", "TEA", 40)["result"] == "accepted"


def test_what_is_no_answer_is_refused(floor):
    assert answer(floor.li, [0, 1]) == ("refused", "answers_missing")
    assert answer(floor.li, step="move") == ("refused", "no_quiz")
    assert answer(floor.li, step="lunch") == ("refused", "invalid_event")
    assert answer(floor.li, sop=new_id()) == ("refused", "sop_unknown")
    assert answer(floor.li, ["x"]) == ("refused", "invalid_event")
    said = {"id": new_id(), "warehouse": floor.code, "step": "move"}
    assert floor.chen.post("/quizzes", said).code == "no_quiz"
    assert floor.chen.post("/quizzes", {**said, "step": "count", "person": "nobody"}).code == "person_unknown"
    assert floor.chen.post("/quizzes", {**said, "step": "count", "count": new_id()}).code == "count_unknown"
