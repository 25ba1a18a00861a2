"""Handhelds and sleds type into the page, as fast as they can: each thing counts once, and none is lost."""

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import TRIGGER

# What a trigger types, so often and so far apart in milliseconds.
TYPED = """async ({ text, times, every }) => {
  for (let n = 0; n < times; n++) {
    for (const key of [...text, 'Enter']) {
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
    await new Promise((next) => setTimeout(next, every))
  }
}"""
# A sled in the mode that puts text into the field: all lines in one piece.
PUT = """lines => {
  const field = document.activeElement
  field.value = lines.join('\\n') + '\\n'
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }))
}"""


@pytest.fixture
def task(hall):
    """A blind count of one bin."""
    return hall.start("A-01")


@pytest.fixture
def li(hall, task, phones):
    """Li at the bin, every scan counting one."""
    li = phones().sign_in(hall.of("li"))
    li.go("settings")
    li.press("setting-scanEach")
    li.go("home")
    li.take().all_sent()
    li.goes_to("A-01")
    return li


def counted(hall, task):
    """Quantities that the server has of Li."""
    return [entry["quantity"] for entry in hall.entries("li", task)]


def test_ten_scans_a_tenth_of_a_second_apart_are_ten(hall, task, li):
    li.page.evaluate(TYPED, {"text": hall.sku("tea"), "times": 10, "every": 100})
    expect(li.see("my-line")).to_have_count(10)
    li.hands_in()

    assert counted(hall, task) == ["1.000"] * 10


def test_a_sled_that_reads_a_pallet_loses_and_doubles_none_of_hundreds(hall, task, li):
    cartons = [hall.item(f"carton{n}", f"Carton {n}") for n in range(3)] * 70
    li.page.evaluate(PUT, cartons)
    expect(li.see("all-lines")).to_contain_text("185", timeout=60_000)
    li.hands_in()

    entries = hall.entries("li", task)
    assert len(entries) == len(cartons)
    assert [entry["sku"] for entry in entries] == cartons


# Two triggers before the screen that was asked for is there.
AT_ONCE = f"codes => codes.forEach({TRIGGER})"


def test_what_is_scanned_after_a_touch_is_meant_for_the_screen_that_was_asked_for(hall, phones):
    hall.start("A-01")  # home would open this count for whoever scans its bin
    li = phones(service_workers="block").sign_in(hall.of("li"))
    waiting = []
    li.context.route("**/MoveStock*.js", lambda route: waiting.append(route))
    li.press("menu", "menu-move")
    while not waiting:
        li.page.wait_for_timeout(20)
    li.page.evaluate(AT_ONCE, ["A-01", f"TEA-{hall.code}"])
    li.page.wait_for_timeout(500)  # as long as home would need to look it up
    waiting.pop().continue_()

    expect(li.see("quantity")).to_be_visible()
    assert li.page.url.endswith("/move")
