"""What needs somebody, on the phone: a notice that is seen, an action done without a network. In both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import new_id

WORDS = {"en": "Put up a rail at the edge", "zh-CN": "在货架边加装护栏"}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_notice_is_seen_and_an_action_done_offline(hall, phones, language):
    zhou, wang, li = (hall.worker(name) for name in ("zhou", "wang", "li"))
    said = {"warehouse": hall.code, "kind": "damaged", "person": hall.of("wang")}
    zhou.post("/responsibilities", {"id": new_id(), **said}).ok()
    id_ = new_id()
    li.tell("case.report", id_=id_, kind="damaged", location="A-01", sku=hall.sku("tea"), warehouse=hall.code)
    due = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    order = {"id": new_id(), "text": WORDS[language], "owner": hall.of("li"), "due_at": due}
    hall.worker("chen").post(f"/cases/{id_}/actions", order).ok()

    album = Album(f"needs-{language}")
    boss = phones(locale=language, album=album)
    boss.context.add_init_script(path=AXE)
    window = Window(boss, language)
    boss.sign_in(hall.of("wang"))
    expect(boss.see("needs-card")).to_contain_text("1")
    boss.keep_picture("home-wang")
    boss.press("needs-card")
    expect(boss.see("notice")).to_have_attribute("data-kind", "case_routed")
    window.look("needs")
    boss.keep_picture("needs")
    boss.press("notice")
    expect(boss.see("case-detail")).to_be_visible()
    boss.home()
    expect(boss.see("needs-card")).to_have_count(0)
    boss.go("needs")
    expect(boss.see("notice")).to_have_attribute("data-seen", "true")
    assert wang.get("/notices", warehouse=hall.code).items[0]["seen"]

    hand = phones(locale=language, album=album)
    hand.context.add_init_script(path=AXE)
    other = Window(hand, language)
    hand.sign_in(hall.of("li")).has_shell()
    expect(hand.see("case-task")).to_contain_text(WORDS[language])
    expect(hand.see("needs-card")).to_be_visible()
    other.look("home")
    hand.keep_picture("home-li")
    hand.offline()
    hand.press("case-task")
    expect(hand.see("action-what")).to_contain_text(WORDS[language])
    hand.see("action-note").fill("ok")
    other.look("action")
    hand.keep_picture("action")
    hand.press("action-done")
    expect(hand.see("tile-look-up")).to_be_visible()
    expect(hand.see("case-task")).to_have_count(0)
    hand.waits(1)
    hand.offline(False)
    hand.all_sent()

    (done,) = zhou.get(f"/cases/{id_}").ok()["actions"]
    assert (done["done_by"], done["done_note"]) == ("Li", "ok")
    boss.home()
    expect(boss.see("case-task")).to_have_attribute("data-kind", "verification")
    boss.keep_picture("home-verify")
    assert window.faults + other.faults == []
