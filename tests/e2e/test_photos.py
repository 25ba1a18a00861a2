"""Evidence from the floor: a photo is kept with what it proves, follows it to the server, can be looked at closely."""

import io
import random
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.test_shop_window import AXE, Window
from tests.e2e.wire import Wire
from tests.pictures import an_exif

PART = 256 * 1024


class PhotoWire(Wire):
    """Remembers the parts of photos, as `(offset, arrived)`; `lose_part(n)`: the nth answer to one never arrives."""

    def __init__(self, server_port):
        self.parts, self._lost = [], None
        super().__init__(server_port)

    def lose_part(self, number):
        """Counted from one, from now on."""
        self._lost = len(self.parts) + number

    def _passes(self, head, body, answer):
        asked = urlsplit(head.split(b" ", 2)[1].decode())
        if not asked.path.endswith("/parts"):
            return super()._passes(head, body, answer)
        arrives = len(self.parts) + 1 != self._lost
        self.parts.append((int(parse_qs(asked.query)["offset"][0]), arrives))
        return arrives


@pytest.fixture
def wire(shared_server):
    """A network that can be cut in the middle of a photo."""
    wire = PhotoWire(shared_server.port)
    yield wire
    wire.close()


@pytest.fixture(params=["en", "zh-CN"])
def language(request):
    """Both."""
    return request.param


def a_shelf(size=(3000, 2000), seed=1, orientation=1):
    """A file as a camera gives it: so full of detail that it takes several parts, lying on its side if told."""
    noise = Image.frombytes("RGB", (600, 400), random.Random(seed).randbytes(600 * 400 * 3))
    out = io.BytesIO()
    noise.resize(size, Image.Resampling.NEAREST).save(out, "JPEG", quality=80, exif=an_exif(orientation))
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def takes(phone, photo, count=1):
    """Take a photo, and wait until it is scaled."""
    phone.see("photo-take").focus()
    phone.see("photo-take").set_input_files(photo)
    expect(phone.see("photo-thumb")).to_have_count(count)


def seen_closely(phone):
    """Open the first photo; gives its width and height in full size, and what is said of it."""
    thumb = phone.see("photo-thumb").first
    expect(thumb).to_have_attribute("data-state", "here")
    thumb.click()
    expect(phone.see("photo-full")).to_be_visible()
    expect(phone.see("photo-about")).to_be_visible()
    size = phone.see("photo-full").evaluate(
        "async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight] }"
    )
    return size, phone.see("photo-about").inner_text()


def test_damage_reported_in_the_cold_hall_is_seen_by_the_supervisor(hall, phones, wire, language):
    li = phones(url=wire.url, locale=language)
    li.sign_in(hall.of("li")).has_shell()
    li.offline()
    li.go("report")
    takes(li, a_shelf(orientation=6))
    li.press("report-kind-damaged")
    li.see("report-location").fill("A-01")
    li.press("report-submit")
    li.waits(2)
    li.page.close()

    li.page = li.context.new_page()
    li.home().waits(2)
    li.go("queue")
    expect(li.see("queue-waiting")).to_have_text("1")
    expect(li.see("photo-waiting")).to_contain_text(re.compile(r"1.*\d\.\d MB"))
    expect(li.see("photo-row")).to_have_attribute("data-state", "early")
    wire.lose_part(2)
    li.offline(False)
    li.all_sent()
    expect(li.see("photo-row")).to_have_count(0)

    offsets = [offset for offset, _ in wire.parts]
    assert (PART, False) in wire.parts, "the second part was taken, and its answer lost"
    assert offsets[:4] == [0, PART, PART, 2 * PART], "and the phone went on from what the server had"

    chen = phones(locale=language)
    chen.sign_in(hall.of("chen")).home().go("cases")
    chen.see("case-card").click()
    expect(chen.see("case-photos")).to_be_visible()
    size, said = seen_closely(chen)
    assert size == [1067, 1600], "upright, and 1,600 px"
    assert "Li" in said and re.search(r"\b[0-9a-f]{64}\b", said)
    chen.press("photo-larger", "photo-larger")
    expect(chen.see("photo-stage")).to_have_attribute("data-scale", "2.56")
    chen.page.keyboard.press("0")
    expect(chen.see("photo-stage")).to_have_attribute("data-scale", "1.00")
    chen.see("photo-stage").dblclick()
    expect(chen.see("photo-stage")).to_have_attribute("data-scale", "3.00")
    chen.page.keyboard.press("Escape")
    expect(chen.see("photo-view")).to_be_hidden()
    assert li.complaints + chen.complaints == []


def test_a_photo_can_be_taken_again_or_removed_before_it_is_sent(hall, phones):
    li = phones().sign_in(hall.of("li")).home()
    li.go("report")
    takes(li, a_shelf())
    takes(li, a_shelf(seed=2), 2)
    li.see("photo-thumb").first.click()
    expect(li.see("photo-large")).to_be_visible()
    with li.page.expect_file_chooser() as chooser:
        li.press("photo-retake")
    chooser.value.set_files(a_shelf(size=(800, 600), seed=3))
    expect(li.see("photo-large")).to_be_hidden()
    expect(li.see("photo-thumb")).to_have_count(2)
    assert li.see("photo-thumb").first.locator("img").evaluate("image => image.naturalWidth") == 800
    li.see("photo-thumb").last.click()
    li.press("photo-remove")
    expect(li.see("photo-thumb")).to_have_count(1)
    li.see("photo-take").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(li.see("photo-word")).to_contain_text("cannot open")
    expect(li.see("photo-thumb")).to_have_count(1)


@pytest.fixture
def valuable(hall):
    """Differences wait for a person, and above one yuan take a photo, of the shelf or with the decision."""
    hall.given.policy(hall.code, control_share="0", auto_post=False, photo_over="1.0000")
    hall.item("clock", "Wall clock", unit_cost="8.5")
    hall.shelf("B-01", clock=40)
    return hall


def counted_twice(hall, phones):
    """Li counts 28 of 40 clocks with a photo, and an empty bin with another; Wang finds the same."""
    task = hall.start("B-01", "A-02")
    li = phones().sign_in(hall.of("li")).take(task)
    li.goes_to("B-01")
    li.scan(hall.sku("clock"))
    expect(li.see("quantity")).to_be_visible()
    takes(li, a_shelf())
    li.says("28")
    expect(li.see("line-photo")).to_have_count(1)
    li.press("next-bin")
    li.goes_to("A-02")
    li.press("bin-empty")
    takes(li, a_shelf(seed=2))
    li.press("empty-confirm", "empty-confirm", "submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    hall.worker("wang").count_all(hall.worker("wang").tasks()[0]["id"], {("B-01", hall.sku("clock")): 28})
    return li


def decider(hall, phones, **words):
    """Zhou, with the evidence of the only line on the screen."""
    zhou = phones(**words).sign_in(hall.of("zhou"))
    zhou.press("approvals-card")
    zhou.see("variance-card").first.click()
    expect(zhou.see("evidence-photos")).to_be_visible()
    return zhou


def explains(phone):
    """Choose the first reason, cause and stage."""
    for name in ("reason-select", "cause-select", "stage-select"):
        expect(phone.see(name).locator("option:not([disabled])").first).to_be_attached()
        phone.see(name).select_option(index=1)


def test_a_counted_line_carries_a_photo_to_who_decides_with_another(valuable, phones):
    counted_twice(valuable, phones)
    zhou = decider(valuable, phones)
    size, said = seen_closely(zhou)
    assert size == [1600, 1067] and "Li" in said
    zhou.press("photo-close", "approve")
    explains(zhou)
    zhou.see("photo-take").set_input_files(a_shelf(seed=3))
    expect(zhou.see("decision-photos").get_by_test_id("photo-thumb")).to_have_count(1)
    zhou.press("confirm-approve")
    expect(zhou.see("evidence-card")).to_be_hidden()
    zhou.press("variances-decided")
    zhou.see("variance-card").first.click()
    thumbs = zhou.see("evidence-card").get_by_test_id("photo-thumb")
    expect(thumbs).to_have_count(2)
    thumbs.last.scroll_into_view_if_needed()
    expect(thumbs.last).to_have_attribute("data-state", "here")


def test_a_server_that_asks_for_a_photo_gets_one(valuable, phones):
    valuable.start("B-01")
    for name in ("li", "wang"):
        worker = valuable.worker(name)
        worker.count_all(worker.tasks()[0]["id"], {("B-01", valuable.sku("clock")): 28})
    zhou = phones()
    zhou.page.route("**/api/v1/variances/*", forget_the_photo)
    zhou.sign_in(valuable.of("zhou")).press("approvals-card")
    zhou.see("variance-card").first.click()
    zhou.press("approve")
    explains(zhou)
    zhou.press("confirm-approve")
    expect(zhou.see("decision-error")).to_contain_text("photo")
    expect(zhou.see("photo-take")).to_be_focused()
    expect(zhou.see("confirm-approve")).to_be_disabled()
    zhou.see("photo-take").set_input_files(a_shelf())
    zhou.press("confirm-approve")
    expect(zhou.see("evidence-card")).to_be_hidden()


def forget_the_photo(route):
    """An answer of before the policy changed."""
    if route.request.method != "GET":
        return route.continue_()
    answer = route.fetch()
    said = answer.json()
    if "required" in said:
        said["required"]["photo"] = False
    return route.fulfill(response=answer, json=said)


def test_a_photo_that_is_not_here_yet_is_said_to_be(valuable, phones):
    assert counted_twice(valuable, phones).complaints == []
    zhou = phones()
    zhou.page.route("**/api/v1/photos/**", lambda route: route.fulfill(status=404, json={"code": "photo_unknown"}))
    zhou.sign_in(valuable.of("zhou")).press("approvals-card")
    zhou.see("variance-card").first.click()
    thumb = zhou.see("photo-thumb").first
    expect(thumb).to_have_attribute("data-state", "absent")
    zhou.page.unroute("**/api/v1/photos/**")
    thumb.click()
    expect(thumb).to_have_attribute("data-state", "here")


def test_a_photo_that_is_dropped_with_its_item_is_said_to_be(hall, phones):
    hall.item("rice")
    task = hall.start("A-01")
    li = phones().sign_in(hall.of("li")).take(task)
    li.goes_to("A-01")
    li.scan(hall.sku("tea"))
    expect(li.see("quantity")).to_be_visible()
    takes(li, a_shelf())
    li.scan(hall.sku("rice"))
    expect(li.see("item-name")).to_have_text("Rice")
    expect(li.see("wrong-scan")).to_contain_text("Oolong tea")
    expect(li.see("photo-thumb")).to_have_count(0)


@pytest.fixture(params=[("en", "light"), ("zh-CN", "dark")], ids=["en-light", "zh-dark"])
def window(request, phones):
    """Hand out phones with axe-core in them, in one language and colour scheme: `window()`."""
    language, scheme = request.param

    def hand_out():
        phone = phones(locale=language, color_scheme=scheme)
        phone.context.add_init_script(path=AXE)
        return Window(phone, language)

    return hand_out


def test_where_photos_are_taken_and_seen_nothing_is_wrong(valuable, window):
    task = valuable.start("A-02", "B-01")
    floor = window()
    li = floor.phone.sign_in(valuable.of("li")).take(task).has_shell()
    li.goes_to("A-02")
    li.press("bin-empty")
    takes(li, a_shelf())
    floor.look("empty bin with a photo")
    li.press("empty-confirm", "empty-confirm")
    li.goes_to("B-01")
    li.scan(valuable.sku("clock"))
    expect(li.see("quantity")).to_be_visible()
    takes(li, a_shelf(seed=2))
    for target in (li.see("photo-thumb"), li.see("key-5")):
        assert min(target.bounding_box()[side] for side in ("width", "height")) >= 64
    floor.look("quantity with a photo")
    li.see("photo-thumb").click()
    expect(li.see("photo-large")).to_be_visible()
    floor.look("a photo in the hand")
    li.press("sheet-close")
    expect(li.see("photo-large")).to_be_hidden()
    li.offline()
    li.says("28")
    li.press("finish-count", "submit-count")
    li.go("report")
    takes(li, a_shelf(seed=3))
    floor.look("report with a photo")
    li.press("report-kind-damaged", "report-submit")
    expect(li.see("cases-on-the-way")).to_be_visible()
    li.go("queue")
    expect(li.see("photo-row")).to_have_count(2)
    floor.look("outbox with photos")
    li.offline(False)
    li.all_sent()
    valuable.worker("wang").count_all(valuable.worker("wang").tasks()[0]["id"], {("B-01", valuable.sku("clock")): 28})

    desk = window()
    zhou = desk.phone.sign_in(valuable.of("zhou"))
    zhou.press("approvals-card")
    zhou.see("variance-card").first.click()
    seen_closely(zhou)
    desk.look("a photo in full size")
    zhou.press("photo-close")
    desk.look("evidence with photos")
    zhou.press("approve")
    zhou.see("decision-photos").get_by_test_id("photo-take").set_input_files(a_shelf(seed=4))
    expect(zhou.see("decision-photos").get_by_test_id("photo-thumb")).to_have_count(1)
    desk.look("decision with a photo")
    assert floor.faults + desk.faults == []


def test_a_flagged_item_is_not_counted_without_a_photo(hall, phones, language):
    hall.given.policy(hall.code, count_photos={"items": [hall.sku("tea")], "share": "0"})
    task = hall.start("A-01", "A-02")
    li = phones(locale=language)
    li.context.add_init_script(path=AXE)
    window = Window(li.sign_in(hall.of("li")).take(), language)
    li.goes_to("A-01")
    li.scan(f"TEA-{hall.code}")
    li.keys("12")
    expect(li.see("photo-wanted")).to_be_visible()
    window.look("photo wanted")
    li.press("key-ok")
    expect(li.see("quantity")).to_be_visible()
    takes(li, a_shelf())
    expect(li.see("photo-wanted")).to_be_hidden()
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(1)
    li.counts(f"TEA-{hall.code}", "3")
    li.press("next-bin")
    li.goes_to("A-02")
    li.press("bin-empty")
    expect(li.see("photo-wanted")).to_be_hidden()
    li.press("empty-confirm", "empty-confirm")
    li.press("submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()

    assert [(entry["quantity"], bool(entry["photo"])) for entry in hall.entries("li", task)][:2] == [
        ("12.000", True),
        ("3.000", False),
    ]
    assert window.faults == []
