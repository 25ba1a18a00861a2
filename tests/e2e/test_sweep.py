"""A shelf counted by tags: asked for, swept with a sled, watched on the phone, counted again by bar code, approved.

The sled is `tallyloop simulate readers`, a process of its own that speaks to the server as any reader does.
"""

import json
import re
import subprocess
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import TRIGGER, Album
from tests.servers import ADMIN_PASSWORD, TALLYLOOP
from tests.test_blind import seen_in

BOOK = 7919  # a prime; sixty tags stand for it
PLACE = "A-01-01"
SWEEP = ("--missing", "0.05", "--unexpected", "1", "--unknown", "2", "--strays", "4")

WORDS = {
    "en": {"tea": "Oolong tea 100 g", "rice": "Jasmine rice", "note": "Three boxes short, we searched"},
    "zh-CN": {"tea": "乌龙茶 100 克", "rice": "茉莉香米", "note": "少三箱,货架已查"},
}


@pytest.fixture
def story(hall, album, shared_server):
    """Tea on the shelf that is swept, rice on the next; everything has a tag, and the sled a key."""
    return set_out(hall, shared_server.url, album)


def set_out(hall, url, album):
    """Goods on shelves, a sled that is known, tags that are bound; gives the hall."""
    words = WORDS[album.language]
    hall.given.item(hall.sku("oolong"), words["tea"], unit_cost="0.05")
    hall.given.item(hall.sku("rice"), words["rice"], unit_cost="4")
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    hall.shelf(PLACE, oolong=BOOK)
    hall.shelf("A-01-02", rice=17)
    hall.given.policy(hall.code, control_share="0")
    hall.url, hall.album, hall.sled = url, album, f"sled {hall.code}"
    hall.truth = simulate(hall, "--prepare", "--place", PLACE)["sled"]
    return hall


def simulate(hall, *words):
    """What one types; waits for its end, gives the truth."""
    ended = subprocess.run(line(hall, *words), capture_output=True, text=True, timeout=120, check=True)
    return json.loads(ended.stdout)


def line(hall, *words):
    here = ["--url", hall.url, "--warehouse", hall.code, "--reader", hall.sled, "--user", f"admin:{ADMIN_PASSWORD}"]
    return [TALLYLOOP, "simulate", "readers", "sled", *here, *SWEEP, *words]


def test_a_shelf_is_swept_counted_again_by_bar_code_and_approved(story, phones):
    chen, li, wang, zhou = (phones(album=story.album) for _ in range(4))

    count = chen_orders(chen, story)
    tags = li_sweeps(li, story, count)
    wang_counts_again(wang, story)
    zhou_decides(zhou, story)

    assert tags >= len(story.truth["present"])
    for phone in (li, wang):
        assert [where for where, said in [*phone.heard, *phone.shown] if tells_the_book(said)] == []
    assert story.qty(PLACE, "oolong") == f"{found(story)}.000"
    assert story.differences() == []
    assert [phone.complaints for phone in (chen, li, wang, zhou)] == [[], [], [], []]


def tells_the_book(said):
    """Is the planted number in these bytes, however it is written?"""
    return bool(seen_in(said, {str(BOOK)}))


def found(story):
    """What the tags that are there stand for."""
    return story.truth["pieces"][f"{PLACE} {story.sku('oolong')}"]


def chen_orders(chen, story):
    """A supervisor asks for a count by RFID, with one sled; gives its id."""
    chen.sign_in(story.of("chen"))
    chen.go("counts")
    chen.press("start-count", "form-full", "scope-locations")
    chen.scan(PLACE)
    expect(chen.see("scope-picked").filter(has_text=PLACE)).to_be_visible()
    chen.press("how-tags")
    chen.see("reader-option").filter(has_text=story.sled).click()
    chen.see("how-tags").scroll_into_view_if_needed()
    chen.keep_picture("rfid-ordered")
    chen.press("start-count-submit")
    expect(chen.see("count-detail")).to_be_visible()
    return chen.page.url.rsplit("/", 1)[1]


def li_sweeps(li, story, count):
    """The counter moves, the curve is drawn, and what was read is laid out; gives how many tags there were."""
    li.sign_in(story.of("li"))
    expect(li.see("task-card")).to_have_count(1)
    li.keep_picture("rfid-task")
    li.press("task-card", "start-task")
    reader = li.see("sweep-reader").filter(has_text=story.sled)
    expect(reader).to_be_enabled()
    li.keep_picture("rfid-which-reader")
    reader.click()
    expect(li.see("sweep-tags")).to_have_text("0")

    with subprocess.Popen(line(story, "--count", count, "--seconds", "24"), stdout=subprocess.PIPE) as sled:
        expect(li.see("sweep-tags")).not_to_have_text("0")
        before = int(li.see("sweep-tags").inner_text())
        expect(li.see("sweep-hint")).to_be_visible()
        li.keep_picture("rfid-sweeping")
        sled.wait(timeout=120)
        story.truth = json.loads(sled.stdout.read())["sled"]
    expect(li.see("curve-step").nth(1)).to_be_attached()
    expect(li.see("sweep-tags")).not_to_have_text(str(before))
    li.keep_picture("rfid-swept")

    li.press("sweep-end")
    expect(li.see("swept-goods")).to_contain_text(WORDS[story.album.language]["tea"])
    expect(li.see("swept-unknown")).to_be_visible()
    li.keep_picture("rfid-what-was-swept")
    li.see("swept-unknown").scroll_into_view_if_needed()
    li.keep_picture("rfid-what-was-swept-below")
    tags = int(re.sub(r"\D", "", li.see("sweep-sum").locator("strong").inner_text()))
    li.press("submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    return tags


def wang_counts_again(wang, story):
    """The recount may be swept too; Wang scans bar codes instead, and finds the same."""
    wang.sign_in(story.of("wang"))
    expect(wang.see("task-card")).to_have_count(1)
    assert not re.search(r"recount|复盘|again", wang.see("task-card").inner_text(), re.IGNORECASE)
    wang.press("task-card", "sweep-instead", "start-task")
    wang.goes_to(PLACE)
    wang.counts(story.sku("oolong"), str(found(story)))
    wang.hands_in()


def zhou_decides(zhou, story):
    """What the tags say is part of the evidence; and what nobody expected is looked at."""
    zhou.sign_in(story.of("zhou"))
    zhou.press("approvals-card")
    zhou.see("variance-card").filter(has_text=WORDS[story.album.language]["tea"]).click()
    expect(zhou.see("tag-evidence")).to_be_visible()
    expect(zhou.see("evidence-missing")).to_contain_text("· 3")
    zhou.see("tag-evidence").scroll_into_view_if_needed()
    zhou.keep_picture("rfid-evidence")
    zhou.press("evidence-open")
    expect(zhou.see("sum-missing")).to_have_text("3")
    zhou.keep_picture("rfid-found")
    zhou.see("found-unexpected").locator("[data-testid=tag-not-there]").first.click()
    zhou.press("found-send")
    expect(zhou.see("found-said")).to_be_visible()
    zhou.page.go_back()

    zhou.press("approve")
    for name in ("reason-select", "cause-select", "stage-select"):
        expect(zhou.see(name).locator("option:not([disabled])").first).to_be_attached()
        zhou.see(name).select_option(index=1)
    zhou.see("decision-note").fill(WORDS[story.album.language]["note"])
    zhou.press("confirm-approve")
    expect(zhou.see("evidence-card")).to_be_hidden()


def test_a_sled_that_types_into_the_phone_counts_with_or_without_a_network(hall, shared_server, phones):
    story = set_out(hall, shared_server.url, Album("en"))
    task = story.start(PLACE, readers=[])
    li = phones().sign_in(story.of("li"))
    li.see("task-card").and_(li.page.locator(f'[data-task="{task}"]')).click()
    li.press("start-task", "sweep-typing")
    for tag in story.truth["present"][:20]:
        li.scan(tag)
    expect(li.see("sweep-tags")).to_have_text("20")
    li.offline()
    li.scan(",".join(story.truth["present"][20:]))  # some send a whole sweep at once
    expect(li.see("sweep-waiting")).to_contain_text("37")
    li.page.reload()  # the phone was put away meanwhile
    li.offline(False)
    expect(li.see("sweep-tags")).to_have_text("57")
    li.press("sweep-end", "submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()

    (line_,) = story.worker("zhou").variances(sku=story.sku("oolong"))
    assert (line_["state"], line_["counted_qty"]) == ("recount", f"{found(story)}.000")
    assert story.worker("zhou").get(f"/readers/found/{task}").ok()["gaps"] == []
    assert li.complaints == []


def test_tags_in_a_count_by_scanning_go_to_the_same_count(hall, shared_server, phones):
    story = set_out(hall, shared_server.url, Album("en"))
    task = story.start(PLACE)
    li = phones().sign_in(story.of("li")).take(task)
    li.goes_to(PLACE)
    li.page.route("**/readers/sessions*", lambda route: (time.sleep(0.7), route.continue_()))  # its screen comes slowly
    for tag in story.truth["present"][:5]:
        li.page.evaluate(TRIGGER, tag)  # a sled waits for no screen
    expect(li.see("sweep-tags")).to_have_text("5")
    li.press("sweep-end", "sweep-more")
    li.goes_to(PLACE)
    li.counts(story.sku("oolong"), "100")
    li.press("finish-count", "submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()

    (line_,) = story.worker("zhou").variances(sku=story.sku("oolong"))
    swept = sum(float(one["quantity"]) for one in story.entries("li", task) if one["method"] == "rfid")
    assert float(line_["counted_qty"]) == swept + 100 and swept > 5 * 100
    assert li.complaints == []
