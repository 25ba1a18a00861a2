"""A delivery on the pages of three people: received with one too many, one short and one damaged, checked, put away."""

import re

import pytest
from playwright.sync_api import expect

from tests.pictures import a_photo

WORDS = {
    "en": {"tea": "Oolong tea 100 g", "rice": "Jasmine rice", "milk": "Milk powder", "partner": "Tea Trading"},
    "zh-CN": {"tea": "乌龙茶 100 克", "rice": "茉莉香米", "milk": "奶粉", "partner": "闽茶商贸"},
}
SUMMARY = {
    "en": "5 lines, 1 damaged, 1 not on the document",
    "zh-CN": "共 5 行，破损 1 行，单据外 1 行",
}


@pytest.fixture
def dock(hall, album):
    """A dock, shelves in walking order, and a delivery of tea (two packs of 24), rice and milk that was announced."""
    words, tail = WORDS[album.language], f"{int(hall.code[1:]):03}"
    hall.album = album
    hall.codes = {name: f"690{n}234500{tail}" for n, name in enumerate(("tea", "pack", "rice", "milk"), 1)}
    hall.codes["cup"] = f"CUP-{hall.code}"
    hall.given.item(hall.sku("oolong"), words["tea"], unit_cost="8.5")
    hall.given.item(hall.sku("rice"), words["rice"], unit_cost="4")
    hall.given.item(hall.sku("milk"), words["milk"], unit_cost="12", lot_tracked=True, shelf_life_days=365)
    hall.item("cup")
    hall.given.code(hall.sku("oolong"), hall.codes["tea"])
    hall.given.code(hall.sku("oolong"), hall.codes["pack"], pack=24)
    hall.given.code(hall.sku("rice"), hall.codes["rice"])
    hall.given.code(hall.sku("milk"), hall.codes["milk"])
    hall.given.code(hall.sku("cup"), hall.codes["cup"])
    hall.given.place("DOCK", hall.code, kind="dock")
    for n, place in enumerate(("B-01-01", "B-01-02", "B-01-03"), 1):
        hall.given.place(place, hall.code, zone="B", path_order=n)
    hall.shelf("B-01-02", oolong=6)
    hall.given.policy(hall.code, handling={"receive_check_share": "1"})
    hall.number = f"PO-{hall.code}"
    lines = {hall.sku("oolong"): 48, hall.sku("rice"): 10, hall.sku("milk"): 6}
    said = {"number": hall.number, "partner": words["partner"]}
    hall.receipt = hall.worker("chen").open_document("receipt", lines, **said).ok()["id"]
    return hall


def kinds(hall):
    """Open cases by kind."""
    cases = hall.worker("zhou").get("/cases", warehouse=hall.code).ok().items
    return sorted(case["kind"] for case in cases if case["state"] not in ("closed", "archived"))


def goods(hall, name):
    """What the document came to, of one item: (state, agreed, done) by condition."""
    rows = hall.worker("zhou").document(hall.receipt)["goods"]
    return {
        row["condition"]: (row["state"], row["agreed_qty"], row["done_qty"])
        for row in rows
        if row["sku"] == hall.sku(name)
    }


def received(li, hall):
    """Two packs of tea, rice (a damaged one, one short), milk by its lot and date, and a cup that is on no document."""
    li.scan(hall.codes["pack"])
    expect(li.see("quantity")).to_be_visible()
    li.keys("2")
    expect(li.see("quantity-sum")).to_contain_text("2 × 24 = 48")
    li.keep_picture("receive-packs")
    li.press("key-ok")
    expect(li.see("statement")).to_have_count(1)
    li.counts(hall.codes["rice"], "8")
    li.scan(hall.codes["rice"])
    li.press("condition-damaged")
    li.keys("1")
    li.press("key-ok")
    expect(li.see("damage-without")).to_be_visible()
    li.keep_picture("receive-damage")
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": a_photo(size=(640, 480))}
    li.see("photo-take").last.set_input_files(photo)
    li.press("damage-keep")
    expect(li.see("statement")).to_have_count(3)
    li.scan(hall.codes["milk"])
    expect(li.see("item-name")).to_be_visible()
    li.type_code("L-7")
    expect(li.see("expiry-date")).to_be_visible()
    li.see("expiry-date").fill("2027-09-30")
    li.keep_picture("receive-expiry")
    li.press("expiry-use")
    li.says("7")
    li.counts(hall.codes["cup"], "1")
    expect(li.see("statement")).to_have_count(5)
    li.keep_picture("receive-lines")


def checked(wang, hall):
    """Wang finds the same, told nothing."""
    wang.counts(hall.codes["tea"], "48")
    wang.counts(hall.codes["rice"], "8")
    wang.scan(hall.codes["rice"])
    wang.press("condition-damaged")
    wang.says("1")
    wang.scan(hall.codes["milk"])
    wang.type_code("L-7")
    wang.says("7")
    wang.counts(hall.codes["cup"], "1")
    wang.press("work-finish")
    expect(wang.see("work-missing")).to_have_count(0)
    wang.keep_picture("check-finish")
    wang.press("work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()


def opens(phone, kind, number):
    """Take the card of a document's step from home."""
    card = phone.page.locator(f'[data-testid="work-card"][data-kind="{kind}"][data-number="{number}"]')
    card.click()


def test_over_short_and_damaged_checked_by_another_and_put_away(dock, phones):
    li, wang, zhao = (phones(album=dock.album) for _ in range(3))
    li.sign_in(dock.of("li"))
    expect(li.see("work-card")).to_have_count(1)
    li.keep_picture("home-receive")
    li.scan(dock.number)
    expect(li.see("work-line")).to_have_count(3)
    li.keep_picture("receive")
    received(li, dock)
    li.press("work-finish")
    expect(li.see("work-summary")).to_have_text(SUMMARY[dock.album.language])
    li.keep_picture("receive-finish")
    li.press("work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.keep_picture("receive-sent")
    li.all_sent()

    wang.sign_in(dock.of("wang"))
    opens(wang, "check", dock.number)
    expect(wang.see("work-line")).to_have_count(4)
    wang.keep_picture("check")
    assert not re.search(r"48|\b7\b", wang.see("work-line").first.inner_text())
    checked(wang, dock)
    wang.all_sent()
    assert goods(dock, "oolong") == {"good": ("agreed", "48.000", "0.000")}
    assert goods(dock, "rice")["damaged"][:2] == ("agreed", "1.000")
    assert kinds(dock) == ["damaged", "over_receipt", "short_receipt", "wrong_item"]

    zhao.sign_in(dock.of("zhao"))
    opens(zhao, "putaway", dock.number)
    expect(zhao.see("work-line")).to_have_count(4)
    zhao.keep_picture("put-away")
    zhao.scan(dock.codes["tea"])
    expect(zhao.see("take-all")).to_be_visible()
    zhao.press("take-all")
    expect(zhao.see("bin-best")).to_have_text("B-01-02")  # where tea lies already
    zhao.keep_picture("put-into")
    zhao.scan("B-01-03")
    expect(zhao.see("wrong-scan")).to_contain_text("B-01-02")
    zhao.keep_picture("put-elsewhere")
    zhao.scan("B-01-03")
    expect(zhao.see("work-line")).to_have_count(3)
    for name in ("rice", "cup", "milk"):
        zhao.scan(dock.codes[name])
        zhao.press("take-all")
        best = zhao.see("bin-best").inner_text()
        zhao.scan(best)
        expect(zhao.see("put-into")).to_have_count(0)
    expect(zhao.see("back-to-tasks")).to_be_visible()
    zhao.keep_picture("put-away-done")
    zhao.all_sent()
    assert dock.qty("B-01-03", "oolong") == "48.000"
    assert dock.worker("zhou").document(dock.receipt)["state"] == "done"
    assert dock.differences() == []
    for phone in (li, wang, zhao):
        assert phone.complaints == []


def test_the_same_without_a_network_and_late(dock, phones):
    li, wang = phones(album=dock.album), phones(album=dock.album)
    dock.album.language += "-offline"
    for phone, name in ((li, "li"), (wang, "wang")):
        phone.sign_in(dock.of(name)).has_shell()
        expect(phone.see("work-card")).to_have_count(1)
    li.offline()
    opens(li, "receive", dock.number)
    expect(li.see("work-line")).to_have_count(3)
    received(li, dock)
    li.page.reload()
    expect(li.see("statement")).to_have_count(5)
    li.see("withdraw").first.click()
    expect(li.see("statement")).to_have_count(4)
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.home()
    expect(li.see("work-card")).to_contain_text(re.compile("being sent|上传中"))
    li.waits(8)  # seven entries and a photo
    assert goods(dock, "oolong") == {}
    li.offline(False)
    li.all_sent()
    assert goods(dock, "oolong") == {"good": ("waiting", None, "0.000")}
    assert goods(dock, "cup") == {} or all(row[1] in (None, "0.000") for row in goods(dock, "cup").values())

    wang.home()
    opens(wang, "check", dock.number)
    expect(wang.see("work-line").first).to_be_visible()
    wang.offline()
    wang.counts(dock.codes["tea"], "48")
    wang.press("work-finish")
    expect(wang.see("work-missing")).to_be_visible()
    wang.press("work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.waits(3)
    wang.offline(False)
    wang.all_sent()
    assert goods(dock, "oolong") == {"good": ("agreed", "48.000", "0.000")}
    assert dock.qty("DOCK", "oolong") == "48.000"
    assert dock.differences() == []


def test_who_received_is_refused_as_the_checker(dock, phones):
    """Whatever a phone shows: the server holds two people to be two."""
    dock.worker("li").receive(dock.receipt, dock.sku("oolong"), 48)
    li = phones(album=dock.album)
    li.sign_in(dock.of("li"))
    expect(li.see("work-card")).to_have_count(1)  # receive, but no check
    said = dock.worker("li").event("receive.check", document=dock.receipt, sku=dock.sku("oolong"), quantity="48")
    assert dock.worker("li").sync(said)[0]["code"] == "same_person"


def test_goods_that_nobody_announced(dock, phones):
    li = phones(album=dock.album)
    li.sign_in(dock.of("li"))
    li.press("tile-receive", "work-without")
    expect(li.see("work-finish")).to_be_visible()
    li.counts(dock.codes["rice"], "3")
    expect(li.see("statement")).to_have_count(1)
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    (new,) = [one for one in dock.worker("zhou").get("/documents", warehouse=dock.code).items if not one["announced"]]
    checks = [task for task in dock.worker("wang").tasks() if task["kind"] == "check"]
    assert [task["document"] for task in checks] == [new["id"]]
