"""Offline is normal: what was said is kept, and reaches the server exactly once, under its author's name."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.wire import Wire


@pytest.fixture
def wire(shared_server):
    """A network that can be cut at the worst moment."""
    wire = Wire(shared_server.port)
    yield wire
    wire.close()


@pytest.fixture
def task(hall):
    """A blind count of two bins, for anyone."""
    return hall.start("A-01", "A-02")


@pytest.fixture
def li(hall, task, phones):
    """Li, with the task in hand and everything sent."""
    return in_hand(phones(), hall)


def in_hand(phone, hall, who="li"):
    """Somebody signs in and takes the only task."""
    return phone.sign_in(hall.of(who)).take().all_sent().has_shell()


def sent_by(phone):
    """Remembers what this phone brought to the server: `[(token, ids of events)]`."""
    sent = []

    def note(request):
        if request.url.endswith("/sync"):
            token = request.headers.get("authorization", "")
            sent.append((token, [event["id"] for event in request.post_data_json["events"]]))

    phone.context.on("requestfinished", note)
    return sent


def receipts(phone, count):
    """What the server said of each event, in order; waits until the browser has told of so many."""
    for _ in range(100):
        if len(_told(phone)) >= count:
            break
        phone.page.wait_for_timeout(100)
    return _told(phone)


def _told(phone):
    answers = [json.loads(said) for address, said in phone.heard if address.endswith("/sync")]
    return [receipt for answer in answers for receipt in answer.get("receipts", [])]


def test_what_was_counted_without_a_network_survives_restarts_and_is_sent_once(hall, task, li):
    li.offline()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "12+11")
    li.waits(1)
    li.page.reload()
    expect(li.see("go-to")).to_have_text("A-02")
    li.waits(1)
    li.go("home")
    expect(li.see("task-card")).to_contain_text("1 of 2")
    li.see("task-card").click()
    li.goes_to("A-02")
    li.press("bin-empty", "empty-confirm", "empty-confirm")
    li.waits(2)
    li.page.close()

    li.page = li.context.new_page()
    li.home().waits(2)
    assert hall.entries("li", task) == []
    li.offline(False)
    li.all_sent()

    found = [(entry["kind"], entry["location"], entry["quantity"]) for entry in hall.entries("li", task)]
    assert found == [("entry", "A-01", "23.000"), ("empty", "A-02", "0.000")]
    assert [receipt["result"] for receipt in receipts(li, 3)] == ["accepted"] * 3


def test_an_answer_lost_after_the_server_acted_counts_nothing_twice(hall, task, phones, wire):
    li = in_hand(phones(url=wire.url), hall)
    wire.lose_answers(1)
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "38")
    li.all_sent()

    lost, again = [each for each in wire.deliveries if each.events[0]["type"] == "count.entry"]
    assert (lost.arrived, again.arrived) == (False, True)
    assert lost.events == again.events
    assert [lost.receipts[0]["result"], again.receipts[0]["result"]] == ["accepted", "duplicate"]
    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["38.000"]


def test_two_tabs_send_each_event_once(hall, task, li):
    li.go("settings")
    li.press("setting-scanEach")
    li.page.goto(f"{li.url}/tasks/{task}")
    expect(li.see("go-to")).to_be_visible()
    other = li.context.new_page()
    other.goto(li.url + "/queue")
    expect(other.get_by_test_id("queue-waiting")).to_have_text("0")
    sent = sent_by(li)

    li.offline()
    li.goes_to("A-01")
    for _ in range(12):
        li.scan(hall.sku("tea"))
    expect(other.get_by_test_id("queue-waiting")).to_have_text("12")
    li.offline(False)
    li.all_sent()
    expect(other.get_by_test_id("queue-waiting")).to_have_text("0")

    ids = [each for _, batch in sent for each in batch]
    assert len(ids) == len(set(ids)) == 12
    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["1.000"] * 12


def test_a_session_that_ends_stops_nobody_from_counting(hall, task, li):
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "1")
    li.all_sent()
    hall.end_sessions("li")
    li.counts(hall.sku("tea"), "2")
    expect(li.see("sign-in-again")).to_be_visible()
    li.counts(hall.sku("tea"), "3")
    li.waits(2, state="needs")
    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["1.000"]

    li.press("sign-in-again")
    li.say_who(hall.of("li")).all_sent()

    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["1.000", "2.000", "3.000"]


def test_nobodys_events_go_out_under_another_name(hall, task, li):
    li.offline()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "37")
    li.waits(1)
    li.press("menu", "lock")
    hall.end_sessions("li")
    li.offline(False)
    sent = sent_by(li)

    li.say_who(hall.of("wang"))
    li.go("report")
    li.press("report-kind-unsafe", "report-submit")
    expect(li.see("sync-chip")).to_have_attribute("data-state", "needs")
    li.go("queue")
    expect(li.see("queue-waiting")).to_have_text("1")
    expect(li.page.get_by_text("Li must sign in here")).to_be_visible()
    assert hall.entries("li", task) == []
    accepted_of_wang = [receipt["id"] for receipt in receipts(li, 1) if receipt["result"] == "accepted"][-1]

    li.press("menu", "lock")
    li.say_who(hall.of("li")).all_sent()

    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["37.000"]
    tokens_of_wang = {token for token, ids in sent if accepted_of_wang in ids}
    assert {one for token, ids in sent if token in tokens_of_wang for one in ids} == {accepted_of_wang}


def test_what_somebody_handed_over_goes_out_under_their_name_when_a_supervisor_sends_it(hall, task, li):
    li.offline()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "37")
    li.press("menu", "sign-out", "leave-hand-over")
    expect(li.see("login-submit")).to_be_visible()
    li.offline(False)

    li.say_who(hall.of("wang"))
    li.go("queue")
    expect(li.page.get_by_text("Li must sign in here")).to_be_visible()
    expect(li.see("waiting-event")).to_contain_text("A-01")
    expect(li.see("waiting-event")).not_to_contain_text("37")
    expect(li.see("bring")).to_have_count(0)
    li.press("menu", "lock")

    li.say_who(hall.of("chen"))
    li.go("queue")
    li.press("bring")
    li.all_sent()

    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["37.000"]
    assert hall.entries("chen", task) == []


def test_a_refused_event_says_why_and_what_can_be_done(hall, task, li):
    li.offline()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "36")
    chen = hall.worker("chen")
    chen.post(f"/counts/{chen.get('/counts', warehouse=hall.code).items[0]['id']}/cancel", {}).ok()
    li.offline(False)

    expect(li.see("sync-chip")).to_have_attribute("data-state", "needs")
    li.go("queue")
    refused = li.see("refused-event")
    expect(refused).to_contain_text("The task was already finished")
    expect(refused).to_contain_text("task_closed")
    for choice in ("refused-again", "refused-report", "refused-aside"):
        expect(li.see(choice)).to_be_visible()
    expect(li.see("queue-waiting")).to_have_text("0")

    li.press("refused-aside")
    expect(refused).to_be_hidden()
    li.all_sent()
