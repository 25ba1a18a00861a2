"""The quiz of a step before work on goods: at shipping, and for what was done before the phone heard of it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import new_id


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_goods_leave_when_the_quiz_of_shipping_is_passed(hall, phones, language):
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.given.policy(hall.code, handling={"low_quantity": None, "pick_check_over": None, "pick_check_share": "0"})
    number = f"SO-{hall.code}"
    order = hall.worker("chen").open_document("pick", {hall.sku("tea"): 5}, number=number).ok()["id"]
    assert hall.worker("li").pick(order, hall.sku("tea"), 5, "A-01")["result"] == "accepted"
    said = {"id": new_id(), "warehouse": hall.code, "step": "ship"}
    hall.worker("chen").post("/quizzes", said).ok()

    wang = phones(locale=language, album=Album(f"quiz-ship-{language}"))
    wang.context.add_init_script(path=AXE)
    window = Window(wang, language)
    wang.sign_in(hall.of("wang"))
    opens(wang, "ship", number)
    expect(wang.see("quiz-first")).to_be_visible()
    expect(wang.see("step-words")).to_be_visible()
    expect(wang.see("ship-it")).to_have_count(0)
    window.look("before")
    wang.keep_picture("before")
    assert hall.worker("wang").ship(order)["code"] == "quiz_required"  # nor by any other way
    wang.press("quiz-begin", "quiz-0-1", "quiz-1-0", "quiz-2-2", "quiz-submit")
    expect(wang.see("ship-it")).to_be_visible()
    expect(wang.see("step-help")).to_be_visible()
    wang.keep_picture("ship")
    wang.press("ship-it", "ship-it")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.all_sent()
    assert hall.worker("chen").document(order)["state"] == "done"
    assert window.faults == []


def question(n):
    words = [{"en": f"{n}{one}", "zh": f"{n}{one}"} for one in "ab"]
    return {"en": f"Question {n}", "zh": f"第 {n} 题", "choices": words, "right": n % 2}


def test_what_was_done_offline_waits_for_the_quiz_and_goes_by_itself_then(hall, phones):
    zhou = hall.worker("zhou")
    li = phones().sign_in(hall.of("li")).has_shell()
    li.go("move")
    expect(li.see("step-help")).to_be_visible()
    li.offline()
    said = {"id": new_id(), "warehouse": hall.code, "step": "move", "en": "Lift with two.", "zh": "双人搬运。"}
    zhou.post("/sops", said | {"questions": [question(n) for n in range(3)]}).ok()
    zhou.post("/quizzes", {"id": new_id(), "warehouse": hall.code, "step": "move"}).ok()
    for _ in range(2):
        li.scan("A-01")
        li.scan(hall.sku("tea"))
        li.says("3")
        li.scan("A-02")
        expect(li.see("moved")).to_be_visible()

    li.waits(2)
    li.offline(False)
    expect(li.see("sync-chip")).to_have_attribute("data-state", "needs", timeout=30_000)
    assert hall.qty("A-01", "tea") == "40.000"
    li.go("queue")
    expect(li.see("refused-event")).to_have_count(2)
    li.go("move")
    expect(li.see("quiz-first")).to_be_visible()
    li.press("quiz-begin", "quiz-0-0", "quiz-1-1", "quiz-2-0", "quiz-submit")
    li.all_sent()
    assert (hall.qty("A-01", "tea"), hall.qty("A-02", "tea")) == ("34.000", "6.000")
    assert hall.differences() == []
