"""From a supervisor's wish to a book that is right, on the pages of four people, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.test_blind import seen_in

BOOK = 7919  # a prime: no other number of the story looks like it
FOUND = BOOK - 12  # a whole case is missing
UNKNOWN = "2099999999990"

WORDS = {
    "en": {
        "tea": "Oolong tea 100 g",
        "rice": "Jasmine rice",
        "cup": "Tea cup",
        "note": "One case short, we searched",
        "supplier": "Supplier",
    },
    "zh-CN": {
        "tea": "乌龙茶 100 克",
        "rice": "茉莉香米",
        "cup": "茶杯",
        "note": "少一整箱,货架已查",
        "supplier": "供应商",
    },
}


@pytest.fixture
def story(hall, album):
    """Three bins: tea and nothing else in the first, rice in the second, nothing in the third."""
    words = WORDS[album.language]
    given, tail = hall.given, f"{int(hall.code[1:]):03}"
    hall.codes = {"case": f"1690123400{tail}", "piece": f"690123400{tail}", "cup": f"690555500{tail}"}
    given.item(hall.sku("oolong"), words["tea"], unit_cost="8.5")
    given.code(hall.sku("oolong"), hall.codes["piece"])
    given.code(hall.sku("oolong"), hall.codes["case"], pack=12)
    given.item(hall.sku("cup"), words["cup"], unit_cost="3")
    given.code(hall.sku("cup"), hall.codes["cup"])
    given.item(hall.sku("rice"), words["rice"], unit_cost="4")
    hall.shelf("A-01-01", oolong=BOOK)
    hall.shelf("A-01-02", rice=17)
    hall.shelf("A-01-03")
    given.policy(hall.code, control_share="0")
    hall.album = album
    return hall


def test_from_a_wish_to_a_book_that_is_right(story, phones):
    """One story: ordered, counted blind, counted again by another, decided by a third."""
    chen, li, wang, zhou = (phones(album=story.album) for _ in range(4))

    chen_orders(chen, story)
    li_counts(li, story)
    wang_counts_again(wang, story)
    zhou_decides(zhou, story)

    for phone in (li, wang):
        assert [where for where, said in [*phone.heard, *phone.shown] if tells_the_book(said)] == []
    assert [where for where, said in zhou.shown if tells_the_book(said)][:1] == ["evidence"]
    assert story.qty("A-01-01", "oolong") == f"{FOUND}.000"
    assert story.differences() == []
    assert [phone.complaints for phone in (chen, li, wang, zhou)] == [[], [], [], []]


def tells_the_book(said):
    """Is the planted number in these bytes, however it is written?"""
    return bool(seen_in(said, {str(BOOK)}))


def chen_orders(chen, story):
    """A supervisor asks for a blind count of three bins."""
    chen.page.goto(chen.url)
    expect(chen.see("login-username")).to_be_visible()
    chen.keep_picture("sign-in")
    chen.sign_in(story.of("chen"))
    chen.keep_picture("supervisor-home")
    chen.go("counts")
    chen.press("start-count", "form-full", "scope-locations")
    for place in ("A-01-01", "A-01-02", "A-01-03"):
        chen.scan(place)
        expect(chen.see("scope-picked").filter(has_text=place)).to_be_visible()
    chen.keep_picture("start-count")
    chen.press("start-count-submit")
    expect(chen.see("count-detail")).to_be_visible()
    chen.keep_picture("count-ordered")


def li_counts(li, story):
    """Scans, piles, a case, something that nobody expected, a code that nobody knows, and an empty bin."""
    li.sign_in(story.of("li"))
    expect(li.see("task-card")).to_have_count(1)
    li.keep_picture("tasks")
    li.see("task-card").click()
    expect(li.see("start-task")).to_be_enabled()
    li.keep_picture("task")
    li.press("start-task")
    expect(li.see("go-to")).to_have_text("A-01-01")
    li.keep_picture("go-to-bin")

    li.scan("B-77-01")
    expect(li.see("wrong-scan")).to_be_visible()
    li.keep_picture("wrong-bin")
    li.goes_to("A-01-01")
    li.keep_picture("bin")

    li.scan(story.codes["piece"])
    expect(li.see("quantity")).to_contain_text("?")
    li.keys("4000+3895")
    expect(li.see("quantity-sum")).to_contain_text(re.compile(r"7.?895"))
    li.keep_picture("keypad-piles")
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(1)

    li.scan(story.codes["case"])
    expect(li.see("unit-pack")).to_have_attribute("aria-pressed", "true")
    li.keys("1")
    expect(li.see("quantity-sum")).to_contain_text("= 12")
    li.keep_picture("keypad-case")
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(2)

    li.counts(story.codes["cup"], "3")
    expect(li.see("my-line")).to_have_count(3)
    li.scan(UNKNOWN)
    expect(li.see("unknown-code")).to_contain_text(UNKNOWN)
    li.keep_picture("unknown-code")
    li.press("unknown-count")
    li.says("5")
    expect(li.see("my-line")).to_have_count(4)
    li.keep_picture("my-lines")

    li.press("next-bin")
    expect(li.see("go-to")).to_have_text("A-01-02")
    li.type_code("A-01-02")
    expect(li.see("page-title")).to_have_text("A-01-02")
    li.type_code(story.sku("rice"))
    li.says("17")
    li.press("next-bin")
    li.goes_to("A-01-03")
    li.press("bin-empty")
    expect(li.see("empty-hold")).to_be_visible()
    li.keep_picture("is-it-empty")
    li.press("empty-confirm", "empty-confirm")
    expect(li.see("submit-count")).to_be_enabled()
    expect(li.see("uncounted")).to_be_hidden()
    li.keep_picture("hand-in")
    li.press("submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.keep_picture("handed-in")
    li.all_sent()
    li.go("queue")
    expect(li.see("done-event").first).to_be_visible()
    li.keep_picture("outbox")


def wang_counts_again(wang, story):
    """A recount looks like any other task; Wang finds the same."""
    wang.sign_in(story.of("wang"))
    expect(wang.see("task-card")).to_have_count(1)
    wang.keep_picture("another-persons-tasks")
    assert not re.search(r"recount|复盘|again|\b2\b.*round", wang.see("task-card").inner_text(), re.IGNORECASE)
    wang.take()
    wang.goes_to("A-01-01")
    wang.counts(story.codes["case"], "658")
    wang.counts(story.codes["piece"], "11")
    wang.counts(story.codes["cup"], "3")
    wang.keep_picture("another-persons-lines")
    wang.hands_in()


def zhou_decides(zhou, story):
    """The evidence, a decision with its reason, cause and stage, and the new book."""
    zhou.sign_in(story.of("zhou"))
    zhou.press("approvals-card")
    short = zhou.see("variance-card").filter(has_text=WORDS[story.album.language]["tea"])
    expect(short).to_contain_text("12")
    zhou.keep_picture("approvals")
    short.click()
    evidence = zhou.see("evidence-card")
    expect(evidence).to_be_visible()
    for told in ("Li", "Wang", re.compile(r"7.?919"), re.compile(r"7.?907"), re.compile(r"[-−]12")):
        expect(evidence).to_contain_text(told)
    zhou.keep_picture("evidence")
    evidence.locator("details").last.locator("summary").click()
    evidence.get_by_text(WORDS[story.album.language]["supplier"]).scroll_into_view_if_needed()
    zhou.keep_picture("evidence-moves")

    zhou.press("approve")
    for name in ("reason-select", "cause-select", "stage-select"):
        expect(zhou.see(name).locator("option:not([disabled])").first).to_be_attached()
        zhou.see(name).select_option(index=1)
    zhou.see("decision-note").fill(WORDS[story.album.language]["note"])
    zhou.keep_picture("decision")
    zhou.press("confirm-approve")
    expect(evidence).to_be_hidden()
    expect(zhou.see("variance-card")).to_have_count(1)
    zhou.keep_picture("decided")

    zhou.go("look-up")
    zhou.scan("A-01-01")
    expect(zhou.see("stock-row").filter(has_text=re.compile(r"7.?907"))).to_be_visible()
    zhou.keep_picture("new-book")
