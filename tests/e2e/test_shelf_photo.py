"""One picture of a shelf: every label by its bin, nothing an entry before a person said how many, the picture kept."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from server.decode.gs1 import gtin14
from tests.e2e.film import label
from tests.e2e.test_shop_window import AXE, Window
from tests.pictures import an_exif


@pytest.fixture
def shelf(hall):
    """Two bins: tea, yoghurt of lot L7 and something unknown at A-01; rice at A-02; and how to take a picture of it."""
    hall.item("rice")
    hall.item("yoghurt", lot_tracked=True)
    hall.given.code(hall.sku("rice"), f"RICE-{hall.code}")
    hall.gtin = gtin(400_638_130_000 + int(hall.code[1:]))
    hall.given.code(hall.sku("yoghurt"), hall.gtin)
    hall.task = hall.start("A-01", "A-02")
    return hall


def gtin(body):
    """An EAN-13 of its own for each hall, since codes belong to all warehouses."""
    return next(f"{body}{digit}" for digit in range(10) if gtin14(f"{body}{digit}"))


def picture_of(hall, *, bins=True):
    """4,000 × 2,000 px as a camera gives it: bin labels at the edge of the board, goods above them."""
    frame = Image.new("RGB", (4000, 2000), "#8f9a96")
    yoghurt = Image.new("RGB", (1000, 420), "white")
    yoghurt.paste(label(hall.gtin, "EAN13", scale=3), (20, 20))
    yoghurt.paste(label("(10)L7(17)271231", gs1=True, scale=3), (20, 230))
    goods = [
        (label(f"TEA-{hall.code}", scale=3), (120, 300)),
        (yoghurt, (900, 260)),
        (label("299999-X", scale=3), (300, 900)),
        (label(f"RICE-{hall.code}", scale=3), (2800, 500)),
    ]
    if bins:
        goods += [(label("A-01", scale=4), (600, 1500)), (label("A-02", scale=4), (2900, 1500))]
    for paper, place in goods:
        frame.paste(paper, place)
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=90, exif=an_exif())
    return {"name": "IMG_0002.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def takes(phone, picture):
    """Open the camera, which this phone has not got live, and take a picture of the shelf."""
    phone.press("camera-open")
    phone.see("shelf-photo").set_input_files(picture)


def at(phone, place):
    """What the sheet says of one bin: {words of a row: its element}."""
    bins = phone.see("shelf-bin").all_inner_texts()
    return phone.see("sweep-rows").nth(bins.index(place)).get_by_test_id("sweep-row")


def says(row, quantity):
    row.get_by_test_id("sweep-quantity").fill(quantity)


def confirms_all(phone):
    """Say how many of each, and keep them."""
    says(at(phone, "A-01").filter(has_text="Oolong tea"), "12")
    says(at(phone, "A-01").filter(has_text="Yoghurt"), "6")
    says(at(phone, "A-01").filter(has_text="299999-X"), "2")
    says(at(phone, "A-02").filter(has_text="Rice"), "3")
    phone.press("sweep-keep")
    expect(phone.see("sweep-row")).to_have_count(0)


def proven(hall):
    """What the server has: every statement, and the one picture that all of them name."""
    entries = hall.entries("li", hall.task)
    said = {(each["location"], each["sku"] or each["code"], each["lot"], each["quantity"]) for each in entries}
    assert said == {
        ("A-01", hall.sku("tea"), "", "12.000"),
        ("A-01", hall.sku("yoghurt"), "L7", "6.000"),
        ("A-01", "299999-X", "", "2.000"),
        ("A-02", hall.sku("rice"), "", "3.000"),
    }
    assert {each["method"] for each in entries} == {"photo"}


def test_a_shelf_is_counted_by_one_picture_that_stays_as_proof(shelf, phones):
    li = phones().sign_in(shelf.of("li")).take()
    takes(li, picture_of(shelf))
    expect(li.see("sweep-row")).to_have_count(4, timeout=30_000)
    expect(li.see("shelf-outline")).to_have_count(4)
    assert li.see("shelf-bin").all_inner_texts() == ["A-01", "A-02"]
    expect(at(li, "A-01").filter(has_text="Yoghurt")).to_contain_text("L7")
    expect(li.see("sweep-keep")).to_be_disabled()
    assert shelf.entries("li", shelf.task) == []
    li.see("shelf-outline").last.click()
    expect(at(li, "A-02").get_by_test_id("sweep-quantity")).to_be_focused()
    confirms_all(li)
    li.all_sent()

    proven(shelf)
    (photo,) = photos_named(shelf)
    about = shelf.worker("chen").get(f"/photos/{photo}/about").ok()
    assert (about["width"], about["height"], about["taken_by"]) == (4000, 2000, "Li")
    assert {"A-01", "A-02", "299999-X"} <= {symbol["text"] for symbol in about["symbols"]}
    assert li.complaints == []


def photos_named(hall):
    """The ids of the pictures that Li's statements name, by what a supervisor sees of her lines."""
    li = hall.worker("li")
    li.submit(hall.task)
    chen = hall.worker("chen")
    lines = [chen.get(f"/variances/{line['id']}").ok() for line in chen.variances()]
    return {entry["photo"] for line in lines for round_ in line["rounds"] for entry in round_["entries"]}


def test_without_a_network_the_phone_reads_it_and_brings_the_picture_later(shelf, phones):
    li = phones().sign_in(shelf.of("li")).take().has_shell().all_sent()
    li.page.wait_for_function("async () => (await caches.keys()).length > 0")
    li.press("camera-open")
    expect(li.see("shelf-photo")).to_be_attached()
    li.offline()
    li.see("shelf-photo").set_input_files(picture_of(shelf))
    expect(li.see("sweep-row")).to_have_count(4, timeout=30_000)
    confirms_all(li)
    li.offline(False)
    li.all_sent()

    proven(shelf)
    (photo,) = photos_named(shelf)
    assert shelf.worker("chen").get(f"/photos/{photo}/about").ok()["width"] == 4000


def test_without_a_bin_label_in_view_it_is_the_bin_in_hand_or_none(shelf, phones):
    li = phones().sign_in(shelf.of("li")).take()
    takes(li, picture_of(shelf, bins=False))
    expect(li.see("wrong-scan")).to_contain_text("Scan the bin first", timeout=30_000)
    li.goes_to("A-02")
    li.see("shelf-photo").set_input_files(picture_of(shelf, bins=False))
    expect(li.see("sweep-row")).to_have_count(4, timeout=30_000)
    assert li.see("shelf-bin").all_inner_texts() == ["A-02"]


@pytest.mark.parametrize(("language", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_the_picture_is_for_everybody(shelf, phones, language, scheme):
    li = phones(locale=language, color_scheme=scheme)
    li.context.add_init_script(path=AXE)
    window = Window(li.sign_in(shelf.of("li")).take(), "zh-CN" if language == "zh-CN" else "en")
    takes(li, picture_of(shelf))
    expect(li.see("sweep-row")).to_have_count(4, timeout=30_000)
    says(at(li, "A-02"), "3")
    window.look("shelf picture")
    assert window.faults == []
