"""A case on the phone: reported, analysed, mended by somebody else, verified, closed, put away. In both languages."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import new_id


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_case_is_followed_to_its_end(hall, phones, language):
    zhou = hall.worker("zhou")
    who = {name: hall.of(name) for name in ("li", "wang", "chen", "zhou")}
    for name in who:
        hall.worker(name)
    said = {"warehouse": hall.code, "stage": "storage", "person": who["wang"]}
    zhou.post("/responsibilities", {"id": new_id(), **said}).ok()
    hall.worker("li").tell(
        "case.report", kind="damaged", location="A-01", sku=hall.sku("tea"), quantity="3", warehouse=hall.code
    )
    chen = phones(album=Album(f"cases-{language}"), locale=language)
    chen.context.add_init_script(path=AXE)
    window = Window(chen, language)

    chen.sign_in(who["chen"]).go("cases")
    chen.press("cases-table")
    expect(chen.see("cell-storage-any")).to_have_text("Wang")
    window.look("answers")
    chen.keep_picture("answers")
    chen.go("cases")
    chen.press("cases-open", "case-card")
    expect(chen.see("case-owner")).to_contain_text("Wang")
    window.look("case")
    chen.keep_picture("case")

    chen.press("case-analyse")
    chen.see("case-cause").select_option("human.carelessness")
    chen.see("case-stage").select_option("storage")
    for n, why in enumerate(["1. A box fell", "2. It stood at the edge"]):
        chen.see("case-why").nth(n).fill(why)
    window.look("analysis")
    chen.keep_picture("analysis")
    chen.press("case-confirm")
    expect(chen.see("case-analysis")).to_contain_text("2. It stood at the edge")
    expect(chen.see("case-responsible")).to_contain_text("Wang")

    chen.press("case-order")
    chen.see("case-words").fill("3. A rail")
    chen.see("case-action-due").fill((date.today() + timedelta(days=3)).isoformat())
    window.look("order")
    chen.press("case-confirm")
    expect(chen.see("case-action")).to_contain_text("Wang")
    chen.press("case-close")
    chen.see("case-words").fill("4. Done")
    chen.press("case-confirm")
    expect(chen.see("case-error")).to_be_visible()
    chen.see("sheet-close").last.click()

    wang = phones(locale=language).sign_in(who["wang"])
    wang.go("cases")
    wang.press("cases-mine", "case-card", "case-action-done", "case-confirm")
    expect(wang.see("case-action-done")).to_have_count(0)

    chen.go("home")
    chen.go("cases")
    chen.press("case-card", "case-verify", "verify-yes")
    window.look("verify")
    chen.press("case-confirm")
    expect(chen.see("case-verification")).to_contain_text("Chen")
    chen.press("case-close")
    chen.see("case-words").fill("4. Done")
    chen.press("case-confirm")
    expect(chen.see("case-reopen")).to_be_visible()
    window.look("closed")
    chen.see("case-trail").scroll_into_view_if_needed()
    chen.keep_picture("trail")
    chen.press("case-archive")
    expect(chen.see("case-archive")).to_have_count(0)

    (case,) = zhou.get("/cases", warehouse=hall.code, archived="true").items
    assert (case["state"], case["archived"], case["cause"]) == ("closed", True, "human.carelessness")
    assert window.faults == []
