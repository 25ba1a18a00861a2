"""The instruction before a count, and its three questions, also without a network. In both languages."""

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import new_id

WORDS = {"en": "Scan the bin", "zh-CN": "先扫库位"}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_new_colleague_answers_first_and_counts_then(hall, phones, language):
    task = hall.start("A-02")
    hall.worker("li")
    boss = phones(album=Album(f"quiz-{language}"), locale=language)
    boss.context.add_init_script(path=AXE)
    window = Window(boss, language)
    boss.sign_in(hall.of("chen")).go("steps")
    boss.see("quiz-whom").select_option(hall.of("li"))
    boss.press("quiz-ask")
    expect(boss.see("quiz-call")).to_contain_text("Li")
    window.look("steps")
    boss.keep_picture("steps")

    li = phones(locale=language, album=boss.album)
    li.context.add_init_script(path=AXE)
    li.sign_in(hall.of("li")).has_shell()
    li.see("task-card").click()
    expect(li.see("step-words")).to_contain_text(WORDS[language])
    expect(li.see("quiz-first")).to_be_visible()
    expect(li.see("start-task")).to_have_count(0)
    li.keep_picture("instruction")
    li.offline()
    li.press("quiz-begin", "quiz-0-1", "quiz-1-1", "quiz-2-2", "quiz-submit")
    expect(li.see("quiz-failed")).to_contain_text("2")
    li.keep_picture("wrong")
    other = Window(li, language)
    other.look("quiz")
    li.press("quiz-submit", "quiz-0-0", "quiz-1-1", "quiz-2-2", "quiz-submit", "start-task")
    expect(li.see("go-to")).to_be_visible()
    li.offline(False)
    li.all_sent()

    results = hall.worker("chen").get("/quizzes/results", warehouse=hall.code).items
    assert [(one["right"], one["passed"]) for one in results] == [(3, True), (2, False)]
    assert hall.worker("li").get(f"/tasks/{task}").ok()["mine"]
    assert window.faults + other.faults == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_warehouse_writes_its_own_instruction(hall, phones, language):
    hall.start("A-02")
    zhou = phones(locale=language)
    zhou.context.add_init_script(path=AXE)
    zhou.sign_in(hall.of("zhou")).go("steps")
    zhou.see("step-count").get_by_test_id("step-edit").click()
    zhou.see("step-zh").fill("先戴手套。")
    zhou.see("step-en").fill("Gloves first.")
    window = Window(zhou, language)
    window.look("edit")
    zhou.press("step-save")
    expect(zhou.see("step-sheet")).to_have_count(0)

    li = phones(locale=language).sign_in(hall.of("li"))
    li.see("task-card").click()
    li.see("step-help").click()
    expect(li.see("step-words")).to_contain_text({"en": "Gloves first.", "zh-CN": "先戴手套。"}[language])
    assert window.faults == []
    hall.worker("zhou").post(
        "/sops", {"id": new_id(), "warehouse": hall.code, "step": "count", "en": "Again", "zh": "再写"}
    ).ok()
