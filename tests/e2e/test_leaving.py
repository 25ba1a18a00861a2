"""Goods that leave without a customer: used in house, or back to the supplier. Asked for, allowed, booked, traced."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.e2e.test_with_leave import fates, leaves


@pytest.fixture
def hall(hall):
    """A shelf with rings, dear enough for a limit, and tea; what is picked is checked by somebody else."""
    hall.item("ring", "Gold ring", unit_cost="500")
    hall.given.code(hall.sku("ring"), f"RING-{hall.code}")
    hall.shelf("A-01", ring=5)
    hall.given.place("STAGE", hall.code, kind="staging")
    quiet = {"low_quantity": None, "zero_count": False, "short_count": False, "pick_check_over": "0.0000"}
    hall.given.policy(hall.code, handling=quiet)
    hall.tea, hall.ring = f"TEA-{hall.code}", f"RING-{hall.code}"
    return hall


def went(hall, name):
    """Where an item went, as its trace has it."""
    found = hall.worker("zhou").get("/trace", warehouse=hall.code, sku=hall.sku(name)).ok()["destinations"]
    return {(one["place"], one["partner"]): one["quantity"] for one in found}


def test_used_in_house_above_a_limit_takes_somebody_elses_word(hall, window):  # noqa: F811
    floor, desk = window(), window()
    li, chen = floor.phone, desk.phone
    li.sign_in(hall.of("li"))
    li.go("leave")
    expect(li.see("leave-internal_use")).to_be_visible()
    floor.look("what leaves")
    leaves(li, "internal_use", hall.tea, "2")
    leaves(li, "internal_use", hall.ring, "1")
    expect(li.page.locator('[data-testid="leave-said"][data-fate="asked"]')).to_have_count(1)
    assert fates(li) == ["asked", "booked"]
    floor.look("used in house")
    assert hall.qty("A-01", "tea") == "38.000" and hall.qty("A-01", "ring") == "5.000"

    chen.sign_in(hall.of("chen"))
    expect(chen.see("tile-documents")).to_contain_text("1")  # until it knows, it leads to what is under way
    chen.press("tile-documents", "document-card")
    expect(chen.see("document-approve")).to_be_visible()
    desk.look("used in house, to approve")
    chen.press("document-approve")
    expect(chen.see("document-approve")).to_have_count(0)
    assert hall.qty("A-01", "ring") == "4.000" and hall.qty("PRODUCTION", "ring") == "1.000"
    chen.page.goto(f"{chen.url}/trace?sku={hall.sku('ring')}")
    expect(chen.see("trace-went")).to_be_visible()
    desk.look("used in house, traced")
    assert went(hall, "ring") == {("PRODUCTION", None): "1.000"} and went(hall, "tea") == {
        ("PRODUCTION", None): "2.000"
    }
    li.home()
    li.go("leave")
    expect(li.page.locator('[data-testid="leave-said"][data-fate="allowed"]')).to_have_count(1)
    assert hall.differences() == []
    assert floor.faults + desk.faults == []


def test_back_to_the_supplier_from_asking_to_its_trace(hall, window):  # noqa: F811
    floor, desk, second = window(), window(timezone_id="Asia/Shanghai"), window()
    li, chen, wang = floor.phone, desk.phone, second.phone
    number = f"SR-{hall.code}"
    li.sign_in(hall.of("li"))
    li.go("leave")
    li.press("leave-supplier_return")
    expect(li.see("ask-partner")).to_be_visible()
    li.scan(hall.tea)
    li.says("3")
    expect(li.see("ask-line")).to_have_count(1)
    li.see("ask-partner").fill("Tea Trading")
    li.see("ask-number").fill(number)
    li.see("ask-number").blur()
    floor.look("back to the supplier")
    li.press("ask-open")
    expect(li.see("document-detail")).to_be_visible()
    expect(li.see("document-approve")).to_have_count(0)
    floor.look("asked for")
    assert hall.qty("A-01", "tea") == "40.000"

    chen.sign_in(hall.of("chen"))
    later = f"LATER-{hall.code}"
    chen.page.goto(f"{chen.url}/ask-document?kind=supplier_return")
    chen.see("ask-partner").fill("Tea Trading")
    chen.see("ask-number").fill(later)
    chen.see("ask-due").fill("2027-01-15T18:00")
    chen.see("ask-due").blur()
    expect(chen.see("due-zone")).to_contain_text("UTC")  # the warehouse's clock, not the phone's in Shanghai
    desk.look("due by whose clock")
    chen.scan(hall.tea)
    chen.says("5")
    chen.press("ask-open")
    expect(chen.see("document-detail")).to_be_visible()
    asked = hall.worker("chen").get("/documents", warehouse=hall.code, kind="supplier_return").items
    (due,) = [one["due_at"] for one in asked if one["number"] == later]
    assert due == "2027-01-15T18:00:00.000Z"
    chen.home()
    expect(chen.see("tile-documents")).to_contain_text("2")
    chen.press("tile-documents")
    chen.see("document-card").filter(has_text=number).click()
    expect(chen.see("document-approve")).to_be_visible()
    desk.look("a return to approve")
    chen.press("document-approve")
    expect(chen.see("document-approve")).to_have_count(0)

    li.home()
    opens(li, "pick", number)
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("A-01")
    li.scan("A-01")
    li.counts(hall.tea, "3")
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    wang.sign_in(hall.of("wang"))
    opens(wang, "check", number)
    for n in range(1, 4):
        wang.scan(hall.tea)
        expect(wang.see("check-counter")).to_contain_text(str(n))
    wang.press("work-finish", "work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.all_sent()
    wang.home()
    opens(wang, "ship", number)
    expect(wang.see("ship-line")).to_have_count(1)
    second.look("leaves for the supplier")
    wang.press("ship-it", "ship-it")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.all_sent()

    assert went(hall, "tea") == {("SUPPLIER", "Tea Trading"): "3.000"}
    assert hall.qty("A-01", "tea") == "37.000" and hall.qty("STAGE", "tea") is None
    chen.page.goto(f"{chen.url}/trace?sku={hall.sku('tea')}")
    expect(chen.see("trace-went")).to_contain_text("Tea Trading")
    desk.look("a return, traced")
    assert hall.differences() == []
    assert floor.faults + desk.faults + second.faults == []
