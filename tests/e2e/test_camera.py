"""The live camera as a scanner, in a Chromium whose camera shows films of labels and real photos."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.film import film, label, pan, photo, scene
from tests.e2e.phone import Phone
from tests.e2e.test_shop_window import AXE, Window
from tests.pictures import REAL

NOTHING = scene()
# When the decoder had a code, and when its answer flashed, by the page's own clock.
WATCH_ANSWERS = """() => {
  window.answered = []
  new MutationObserver((all) => all.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node.dataset && node.dataset.testid === 'flash') window.answered.push(performance.now())
  }))).observe(document, { childList: true, subtree: true })
}"""
READ = "() => performance.getEntriesByName('camera-read').map(({ detail, startTime }) => [detail, startTime])"
KEPT = (
    "async () => (await Promise.all(['wasm', 'js'].map((end) => caches.keys().then(async (names) => (await Promise.all("
)
KEPT += "names.map(async (name) => (await (await caches.open(name)).keys()).some(({ url }) => url.endsWith(end) && "
KEPT += "/decoder|zxing/.test(url))))).some(Boolean))))).every(Boolean)"


@pytest.fixture
def camera(browser_type, browser_type_launch_args, browser_context_args, shared_server, built, tmp_path):
    """Hand out phones with a camera before which a film runs: `camera((scene, seconds), …)`."""
    browsers = []

    def hand_out(*parts, allowed=True, **words):
        flags = ["--use-fake-device-for-media-stream"]
        if parts:
            flags.append(f"--use-file-for-fake-video-capture={film(tmp_path / 'film.mjpeg', *parts)}")
        args = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]}
        browsers.append(browser_type.launch(**args))
        still = {"locale": "en-US", "reduced_motion": "reduce", **browser_context_args, **words}
        context = browsers[-1].new_context(**still, permissions=["camera"] if allowed else [])
        context.set_default_timeout(15_000)
        return Phone(context, shared_server.url)

    yield hand_out
    for browser in browsers:
        browser.close()


def looks(phone):
    """Open the camera; waits for its picture."""
    phone.press("camera-open")
    expect(phone.see("camera-pane")).to_have_attribute("data-state", "live")
    return phone


def in_hand(phone, hall, **words):
    """Li signs in and takes the only task."""
    return phone.sign_in(hall.of("li"), **words).take()


def read_so_far(phone):
    """What the camera handed on, in order."""
    return [text for text, _ in phone.page.evaluate(READ)]


def at_shelf(phone, place="A-01"):
    """By the handheld: the wedge goes on working beside the camera."""
    phone.goes_to(place)
    return looks(phone)


def test_a_code_before_the_camera_is_looked_up(hall, camera):
    li = camera((scene(label("A-01")), 1)).sign_in(hall.of("li"))
    li.press("tile-look-up")
    looks(li)
    expect(li.see("look-up-place")).to_contain_text("A-01")
    assert li.complaints == []


def test_a_bin_and_its_tea_are_counted_by_camera_and_a_handheld_goes_on_beside_it(hall, camera):
    hall.item("rice")
    task = hall.start("A-01")
    tea = label(f"TEA-{hall.code}")
    li = in_hand(camera((scene(label("A-01")), 1), (scene(label("A-01"), tea), 3)), hall)
    li.page.evaluate(WATCH_ANSWERS)
    looks(li)
    expect(li.see("item-name")).to_have_text("Oolong tea")
    li.says("12")
    li.counts(hall.sku("rice"), "7")
    expect(li.see("my-line")).to_have_count(2)
    li.all_sent()

    said = [(entry["sku"], entry["quantity"], entry["method"]) for entry in hall.entries("li", task)]
    assert said == [(hall.sku("tea"), "12.000", "camera"), (hall.sku("rice"), "7.000", "wedge")]
    assert read_so_far(li)[:2] == ["A-01", f"TEA-{hall.code}"]
    assert li.complaints == []


def test_each_scan_counts_one_and_the_same_label_again_only_after_it_left(hall, camera):
    hall.item("rice")
    task = hall.start("A-01")
    li = camera((scene(label(f"TEA-{hall.code}")), 2), (NOTHING, 2)).sign_in(hall.of("li"))
    li.go("settings")
    li.press("setting-scanEach")
    li.home().take(task)
    li.page.evaluate(WATCH_ANSWERS)
    at_shelf(li)
    expect(li.see("my-line")).to_have_count(1)
    li.page.wait_for_timeout(700)
    expect(li.see("my-line")).to_have_count(1)
    expect(li.see("my-line")).to_have_count(3)
    li.press("camera-close")
    li.all_sent()

    assert {entry["quantity"] for entry in hall.entries("li", task)} == {"1.000"}
    reads = [at for _, at in li.page.evaluate(READ)]
    answers = li.page.evaluate("() => window.answered")
    waited = [min(answer - read for answer in answers if answer >= read) for read in reads]
    print("decode to answer, ms:", [round(each) for each in waited])
    assert min(waited) < 100
    assert all(later - earlier > 1000 for earlier, later in zip(reads, reads[1:], strict=False))


def test_of_several_codes_in_view_the_one_is_counted_that_is_tapped(hall, camera):
    hall.item("rice")
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    task = hall.start("A-01")
    shown = scene(label("A-01"), label(f"TEA-{hall.code}"), label(f"RICE-{hall.code}"))
    li = in_hand(camera((shown, 1)), hall)
    at_shelf(li)
    expect(li.see("camera-choice")).to_have_count(2)
    expect(li.see("camera-outline")).to_have_count(3)
    expect(li.see("camera-hint")).to_contain_text("tap the one you mean")
    expect(li.see("quantity")).to_be_hidden()
    li.see("camera-choice").filter(has_text="RICE").click()
    expect(li.see("item-name")).to_have_text("Rice")
    li.says("5")
    expect(li.see("my-line")).to_have_count(1)
    li.all_sent()
    assert [(entry["sku"], entry["quantity"]) for entry in hall.entries("li", task)] == [(hall.sku("rice"), "5.000")]


def test_of_several_codes_in_view_the_one_is_taken_that_the_task_asks_for(hall, camera):
    hall.item("rice")
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    hall.start("A-01", form="list")
    shown = scene(label("A-01"), label(f"RICE-{hall.code}"), label(f"TEA-{hall.code}"))
    li = in_hand(camera((shown, 1)), hall)
    looks(li)
    expect(li.see("item-name")).to_have_text("Oolong tea")


def test_a_sweep_counts_nothing_before_a_person_has_confirmed_it(hall, camera):
    for name in ("rice", "salt", "oil"):
        hall.item(name)
        hall.given.code(hall.sku(name), f"{name.upper()[:4]}{hall.code}")
    task = hall.start("A-01")
    labels = [
        label(text, scale=2) for text in (f"TEA-{hall.code}", f"RICE{hall.code}", f"SALT{hall.code}", f"OIL{hall.code}")
    ]
    li = in_hand(camera((NOTHING, 1), *pan([*labels, label("299999", scale=2)])), hall)
    at_shelf(li)
    li.press("sweep-begin")
    expect(li.see("sweep-done")).to_contain_text("5", timeout=40_000)
    li.page.wait_for_timeout(1500)
    li.press("sweep-done")
    expect(li.see("sweep-row")).to_have_count(5)
    expect(li.see("sweep-keep")).to_be_disabled()
    assert hall.entries("li", task) == []
    for name, quantity in (("Oolong tea", "12"), ("Rice", "3"), ("299999", "2")):
        li.see("sweep-row").filter(has_text=name).get_by_test_id("sweep-quantity").fill(quantity)
    expect(li.see("sweep-keep")).to_contain_text("3")
    li.press("sweep-keep")
    expect(li.see("my-line")).to_have_count(3)
    li.all_sent()

    said = {(entry["sku"] or entry["code"], entry["quantity"], entry["method"]) for entry in hall.entries("li", task)}
    assert said == {
        (hall.sku("tea"), "12.000", "camera"),
        (hall.sku("rice"), "3.000", "camera"),
        ("299999", "2.000", "camera"),
    }
    assert li.complaints == []


def test_a_gtin_and_the_lot_beside_it_are_one_entry(hall, camera):
    hall.item("yoghurt", lot_tracked=True)
    gtin = "4006381333931"
    hall.given.code(hall.sku("yoghurt"), gtin)
    task = hall.start("A-02")
    shown = scene(label(gtin, "EAN13", scale=2), label("(10)LOT7(17)271231", gs1=True, scale=2))
    li = in_hand(camera((shown, 1)), hall)
    at_shelf(li, "A-02")
    expect(li.see("item-name")).to_have_text("Yoghurt")
    li.says("6")
    expect(li.see("my-line")).to_have_count(1)
    li.all_sent()

    (entry,) = hall.entries("li", task)
    assert (entry["sku"], entry["lot"], entry["quantity"]) == (hall.sku("yoghurt"), "LOT7", "6.000")
    assert read_so_far(li)[:2] == [gtin, "]C110LOT7\x1d17271231"]
    assert sent_raw(li) == [f"{gtin} ]C110LOT7\x1d17271231"]


def sent_raw(phone):
    """The scanned texts as the phone keeps them with its entries."""
    look = """() => new Promise((done) => {
      const opening = indexedDB.open('tallyloop')
      opening.onsuccess = () => {
        const tables = [...opening.result.objectStoreNames]
        const reading = opening.result.transaction(tables)
        const all = []
        const keep = ({ target }) => all.push(...target.result)
        tables.forEach((name) => (reading.objectStore(name).getAll().onsuccess = keep))
        reading.oncomplete = () => done(JSON.stringify(all.filter((one) => one && one.type === 'count.entry')))
      }
    })"""
    return sorted({event["data"]["raw"] for event in json.loads(phone.page.evaluate(look))})


def test_a_gs1_datamatrix_brings_its_lot_and_serials_count_once(hall, camera):
    hall.item("pump", serial_tracked=True)
    gtin = "04012345123456"
    hall.given.code(hall.sku("pump"), gtin)
    task = hall.start("A-02")
    one, two = (label(f"(01){gtin}(10)L1(21)S{n}", "DataMatrix", gs1=True, scale=4) for n in (1, 2))
    li = in_hand(camera((scene(one), 2), (NOTHING, 2), (scene(two), 2), (NOTHING, 2)), hall)
    at_shelf(li, "A-02")
    expect(li.see("my-line")).to_have_count(2)
    expect(li.see("wrong-scan")).to_contain_text("once", timeout=20_000)
    li.press("camera-close")
    li.all_sent()
    assert {(entry["serial"], entry["quantity"]) for entry in hall.entries("li", task)} == {
        ("S1", "1.000"),
        ("S2", "1.000"),
    }


def test_a_camera_that_is_not_allowed_says_what_to_do_and_a_photo_does_instead(hall, camera, tmp_path):
    li = camera((NOTHING, 1), allowed=False).sign_in(hall.of("li"))
    li.press("tile-look-up", "camera-open")
    expect(li.see("camera-pane")).to_have_attribute("data-state", "denied")
    expect(li.see("camera-hint")).to_contain_text("allow the camera")
    blank, shelf = tmp_path / "blank.jpg", tmp_path / "shelf.jpg"
    NOTHING.save(blank)
    scene(label("A-01"), turned=20).save(shelf)
    li.see("camera-photo").set_input_files(blank)
    expect(li.see("camera-nothing")).to_be_visible()
    li.see("camera-photo").set_input_files(shelf)
    expect(li.see("look-up-place")).to_contain_text("A-01")
    li.context.grant_permissions(["camera"])
    li.press("camera-again")
    expect(li.see("camera-pane")).to_have_attribute("data-state", "live")


def test_the_camera_reads_without_a_network_after_a_cold_start(hall, camera):
    hall.start("A-01")
    li = in_hand(camera((scene(label("A-01"), label(f"TEA-{hall.code}")), 1)), hall).all_sent().has_shell()
    li.page.wait_for_function(KEPT)
    li.page.close()
    li.offline()
    li.page = li.context.new_page()
    li.home()
    li.see("task-card").click()
    looks(li)
    expect(li.see("item-name")).to_have_text("Oolong tea")
    li.says("3")
    li.waits(1)


def bare(text):
    """Without brackets, without the sign of GS1, and without the zero that makes a UPC-A an EAN-13."""
    text = re.sub(r"[()]|^\][A-Za-z][0-9]", "", text)
    return text[1:] if re.fullmatch(r"0\d{12}", text) else text


REAL_PHOTOS = [
    "ean13_01.jpg",
    "code128_01.jpg",
    "qrcode_12.png",
    "upca_01.jpg",
    "databarexp_01.jpg",
    "datamatrix_05.webp",
]


def test_real_photos_and_labels_that_are_tilted_or_dazzled_are_read(hall, camera):
    images = json.loads((REAL / "truth.json").read_text())["images"]
    truth = {one["file"]: bare(one["codes"][0]["text"]) for one in images if one["codes"]}
    hard = [
        scene(label("TILT-17"), turned=17),
        scene(label("TILT-90"), turned=90),
        scene(label("GLARE-1"), label("GLARE-2"), glare=True),
    ]
    parts = [(photo(REAL / name), 2) for name in REAL_PHOTOS]
    li = camera(*((each, 2) for each in hard), *parts).sign_in(hall.of("li"))
    li.press("tile-look-up")
    looks(li)
    wanted = {"TILT-17", "TILT-90", *(truth[name] for name in REAL_PHOTOS)}
    seen = set()
    for _ in range(80):
        li.page.wait_for_timeout(500)
        if li.see("camera-choice").count():
            seen.update(map(bare, li.see("camera-choice").locator(".mono").all_inner_texts()))
        seen.update(map(bare, read_so_far(li)))
        if wanted | {"GLARE-1", "GLARE-2"} <= seen:
            break
    print("decode ms of the last frame:", li.see("camera-pane").get_attribute("data-ms"), seen)
    assert wanted | {"GLARE-1", "GLARE-2"} <= seen


@pytest.mark.parametrize(("language", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_the_camera_is_for_everybody(hall, camera, language, scheme):
    hall.item("rice")
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    hall.start("A-01")
    shown = scene(label(f"TEA-{hall.code}"), label(f"RICE-{hall.code}"))
    li = camera((shown, 1), locale=language, color_scheme=scheme)
    li.context.add_init_script(path=AXE)
    in_hand(li, hall)
    window = Window(li, "zh-CN" if language == "zh-CN" else "en")
    at_shelf(li)
    expect(li.see("camera-choice")).to_have_count(2)
    window.look("several in view")
    small = [box for box in boxes(li) if min(box["width"], box["height"]) < 64]
    assert small == []
    li.press("sweep-begin")
    expect(li.see("sweep-done")).to_contain_text("2")
    window.look("sweep")
    li.press("sweep-done")
    expect(li.see("sweep-row")).to_have_count(2)
    window.look("confirm")
    assert window.faults == []


def boxes(phone):
    """The size of every button of the camera."""
    return [one.bounding_box() for one in phone.see("camera-pane").locator("button").all()]
