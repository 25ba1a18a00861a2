"""What was seen once can be read again without a network, by whoever saw it and by nobody else."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def chen(hall, phones):
    """A supervisor who has looked at a shelf and at the counts, and is out of reach now."""
    hall.start("A-01", by="zhou")
    chen = phones().sign_in(hall.of("chen")).has_shell()
    chen.go("counts")
    expect(chen.see("count-card")).to_have_count(1)
    chen.go("look-up")
    chen.scan("A-02")
    expect(chen.see("look-up-count")).to_be_visible()
    chen.offline()
    return chen


def test_lists_stand_as_they_were_seen_and_say_how_old_they_are(chen):
    chen.go("counts")
    expect(chen.see("as-of")).to_contain_text("Offline")
    expect(chen.see("count-card")).to_contain_text("A-01")
    chen.go("cases")
    expect(chen.see("never-seen")).to_be_visible()
    chen.offline(False)
    chen.see("count-card")
    chen.go("counts")
    expect(chen.see("as-of")).to_have_count(0)


def test_it_leaves_the_phone_with_the_person_who_saw_it(hall, chen):
    chen.press("menu", "lock")
    chen.say_who(hall.of("chen"))
    chen.go("counts")
    expect(chen.see("never-seen")).to_be_visible()
    expect(chen.see("count-card")).to_have_count(0)


def test_what_was_looked_up_can_be_counted(hall, phones):
    zhou = phones().sign_in(hall.of("zhou"))
    zhou.go("look-up")
    zhou.scan("A-02")
    zhou.press("look-up-count")
    expect(zhou.see("scope-picked")).to_contain_text("A-02")
    zhou.press("start-count-submit")
    expect(zhou.see("count-detail")).to_contain_text("A-02")
    zhou.page.goto(zhou.url + "/start-count")
    expect(zhou.see("repeat-last")).to_contain_text("A-02")
    zhou.press("repeat-last", "start-count-submit")
    expect(zhou.see("count-detail")).to_contain_text("A-02")
    assert len(hall.worker("zhou").get("/counts", warehouse=hall.code).items) == 2

    li = phones().sign_in(hall.of("li"))
    li.go("look-up")
    li.scan("A-02")
    li.press("look-up-count", "start-task")
    expect(li.see("page-title")).to_have_text("A-02")


def test_a_move_is_made_once_more_or_taken_back_by_one_tap(hall, phones):
    li = phones().sign_in(hall.of("li")).has_shell()
    li.go("move")
    li.offline()
    li.scan("A-01")
    li.scan(hall.sku("tea"))
    li.says("3")
    li.scan("A-02")
    expect(li.see("moved")).to_be_visible()
    li.press("move-again")
    li.waits(2)
    li.press("undo")
    expect(li.see("moved")).to_be_hidden()
    li.offline(False)
    li.all_sent()

    assert (hall.qty("A-01", "tea"), hall.qty("A-02", "tea")) == ("37.000", "3.000")
    assert hall.differences() == []
