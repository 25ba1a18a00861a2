"""Who does what: a supervisor sees it on one screen, and gives documents to people while they have them in hand."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.worker import at

ENGLISH = pytest.mark.parametrize("look_of", [("en", "light")], indirect=True, ids=["en-light"])
CHINESE = pytest.mark.parametrize("look_of", [("zh-CN", "dark")], indirect=True, ids=["zh-dark"])
WIDE = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}


@pytest.fixture
def hall(hall):
    """Three orders and a receipt: one begun by Li, one late, two that nobody has; and a count that Sun is on."""
    hall.item("rice", "Jasmine rice")
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-02", rice=12)
    rules = {"low_quantity": None, "zero_count": False, "short_count": False, "pick_check_share": "0"}
    hall.given.policy(hall.code, handling=rules)
    chen, tea, rice = hall.worker("chen"), hall.sku("tea"), hall.sku("rice")
    for name in ("li", "wang", "zhao"):
        hall.worker(name)
    orders = (
        ("SO-1", {tea: 4, rice: 2}, "North 1", 3),
        ("SO-2", {tea: 1}, "South 7", -1),
        ("SO-3", {rice: 3}, None, 5),
    )
    hall.orders = {}
    for number, lines, partner, hours in orders:
        said = {"number": f"{number}-{hall.code}", "partner": partner, "due_at": at(hours=hours)}
        whose = {"assign_to": hall.of("li")} if number == "SO-1" else {}
        hall.orders[number] = chen.open_document("pick", lines, **said, **whose).ok()["id"]
    hall.worker("li").pick(hall.orders["SO-1"], tea, 4, "A-01")
    hall.orders["PO-1"] = chen.open_document(
        "receipt", {tea: 9}, number=f"PO-1-{hall.code}", assign_to=hall.of("wang")
    ).ok()["id"]
    for place in ("B-01", "B-02"):
        hall.given.place(place, hall.code, zone="B")
    (count,) = chen.start_count("full", locations=["B-01", "B-02"], due_at=at(hours=8)).ok()["tasks"]
    hall.worker("sun").tell("count.claim", task=count["id"])
    hall.worker("sun").tell("count.empty", task=count["id"], location="B-01")
    return hall


def row(phone, hall, number, name="board-row"):
    """A document on the board."""
    return phone.see(name).and_(phone.page.locator(f'[data-number="{number}-{hall.code}"]'))


@ENGLISH
def test_many_are_given_at_once_on_a_wide_screen(hall, window):  # noqa: F811
    desk = window(**WIDE)
    chen = desk.phone
    chen.sign_in(hall.of("chen"))
    chen.press("rail-board")
    expect(chen.see("board-row")).to_have_count(5)
    counted = chen.see("board-row").and_(chen.page.locator("[data-kind=count]"))
    expect(counted).to_contain_text("B-01 – B-02")
    expect(counted).to_contain_text("Sun")
    expect(counted).to_contain_text("1 of 2 locations")
    expect(row(chen, hall, "SO-1")).to_contain_text("Li")
    expect(row(chen, hall, "SO-1")).to_contain_text("1/2")
    desk.look("board")
    for chip, number in (("board-nobodys", 2), ("board-late", 1), (f"board-@{hall.of('wang')}", 1), ("board-all", 5)):
        chen.press(chip)
        expect(chen.see("board-row")).to_have_count(number)

    chen.press("board-nobodys", "board-choose-all", "board-give-chosen")
    chen.see("give-to").select_option(hall.of("zhao"))
    chen.press("give-urgent")
    desk.look("give many")
    chen.press("give-do")
    expect(chen.see("give-do")).to_have_count(0)
    expect(chen.see("board-row")).to_have_count(0)
    chen.press("board-all")
    expect(row(chen, hall, "SO-3")).to_contain_text("Zhao")
    expect(row(chen, hall, "SO-3")).to_contain_text("Urgent")
    hands = window()
    zhao = hands.phone
    zhao.sign_in(hall.of("zhao"))
    zhao.press("needs-card")
    expect(zhao.see("notice")).to_have_count(2)
    hands.look("given")
    zhao.page.get_by_text(f"SO-3-{hall.code} is yours now").click()
    expect(zhao.see("go-to")).to_have_text("A-02")  # theirs: nothing to take first
    hands.look("opened by its notice")
    assert hands.faults == []
    assert [task["number"] for task in hall.worker("zhao").tasks()][:2] == [f"SO-2-{hall.code}", f"SO-3-{hall.code}"]
    assert desk.faults == []


@CHINESE
def test_what_is_taken_from_a_phone_without_a_network_loses_nothing(hall, window):  # noqa: F811
    hands = window()
    li = hands.phone
    li.sign_in(hall.of("li")).has_shell()
    li.page.goto(f"{li.url}/pick")
    li.page.locator(f'[data-number="SO-1-{hall.code}"]').click()
    expect(li.see("scan-input").first).to_be_attached()
    li.page.wait_for_load_state("networkidle")
    li.offline()
    li.scan("A-02")
    li.counts(f"RICE-{hall.code}", "2")
    expect(li.see("undo-bar")).to_be_visible()

    desk = window()
    chen = desk.phone
    chen.sign_in(hall.of("chen"))
    chen.go("board")
    expect(chen.see("board-card")).to_have_count(5)
    counted = chen.see("board-card").and_(chen.page.locator("[data-kind=count]"))
    expect(counted).to_contain_text("1/2 个库位")
    expect(counted.get_by_test_id("board-give")).to_have_count(0)
    desk.look("board")
    row(chen, hall, "SO-1", "board-card").get_by_test_id("board-give").click()
    chen.see("give-to").select_option(hall.of("zhao"))
    chen.see("give-note").fill("李请假")
    chen.press("give-no-due")
    expect(chen.see("give-due")).to_have_value("")
    desk.look("give one")
    chen.press("give-do")
    expect(row(chen, hall, "SO-1", "board-card")).to_contain_text("Zhao")
    row(chen, hall, "SO-1", "board-card").get_by_role("link").first.click()
    expect(chen.see("document-trail")).to_contain_text("Zhao")
    expect(chen.see("document-trail")).to_contain_text("李请假")
    desk.look("history")

    li.offline(False)
    li.all_sent()
    assert hall.qty("STAGE", "rice") == "2.000"
    li.page.reload()
    expect(li.see("others-now")).to_contain_text("Zhao")
    hands.look("somebody else's now")
    li.home()
    li.press("needs-card")
    notice = li.see("notice").and_(li.page.locator("[data-kind=document_taken]"))
    expect(notice).to_contain_text("Zhao")
    hands.look("taken")
    assert hall.worker("zhao").tasks()[-1]["due_at"] is None
    assert f"SO-1-{hall.code}" not in {
        task.get("number") for task in hall.worker("li").tasks() if task["kind"] == "pick"
    }
    assert hands.faults == [] and desk.faults == []
