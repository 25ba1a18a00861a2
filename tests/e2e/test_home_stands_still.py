"""Home under a finger: the list stands still while it is fetched, and moves for whoever pulls it."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def li(hall, phones):
    """Li at home with one task."""
    hall.start("A-01")
    return phones().sign_in(hall.of("li"))


def held(phone):
    """From now on the server's list of tasks waits; gives those that wait."""
    waiting = []
    phone.context.route("**/api/v1/tasks?*", lambda route: waiting.append(route))
    return waiting


def heights(phone, moments=12):
    """Where the first task stands, over half a second and more."""
    found = []
    for _ in range(moments):
        found.append(phone.see("task-card").bounding_box()["y"])
        phone.page.wait_for_timeout(50)
    return found


def test_what_is_touched_does_not_slip_away_while_the_list_is_fetched(li):
    expect(li.see("task-card")).to_be_visible()
    waiting = held(li)
    li.go("look-up")
    li.go("home")
    expect(li.see("task-card")).to_be_visible()
    while not waiting:
        li.page.wait_for_timeout(50)

    before = heights(li)
    waiting.pop().continue_()
    after = heights(li)

    assert {round(y) for y in before + after} == {round(after[-1])}


def test_who_pulls_the_list_down_fetches_it(li):
    expect(li.see("task-card")).to_be_visible()
    finger = li.context.new_cdp_session(li.page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 195, "y": y} for y in points]})

    with li.page.expect_response("**/api/v1/tasks?*") as heard:
        touch("touchStart", 150)
        for y in range(160, 420, 20):
            touch("touchMove", y)
        touch("touchEnd")
    assert heard.value.status in (200, 304)
    assert len(set(heights(li)[-2:])) == 1


def test_a_tap_counts_though_a_notice_comes_while_the_finger_is_down(hall, phones):
    """What appears above pushes the rest down, and a tap that ends on another thing than it began on is none."""
    hall.start("A-01")
    for name in ("li", "wang"):
        hall.worker(name).count_all(hall.worker(name).tasks()[0]["id"], {("A-01", hall.sku("tea")): 28})
    zhou, waiting = phones(), []
    zhou.context.route("**/api/v1/notices?*", lambda route: waiting.append(route))
    zhou.sign_in(hall.of("zhou"))
    while not waiting:
        zhou.page.wait_for_timeout(50)
    box = zhou.see("approvals-card").bounding_box()
    zhou.page.mouse.move(box["x"] + 40, box["y"] + 8)
    zhou.page.mouse.down()
    with zhou.page.expect_response("**/api/v1/notices?*"):
        waiting.pop().continue_()
    zhou.page.wait_for_timeout(300)
    zhou.page.mouse.up()

    expect(zhou.see("variance-card")).to_have_count(1)
