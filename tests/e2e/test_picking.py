"""An order on three pages: picked with a short bin, a wrong item caught by the checker, settled, shipped."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_receiving import kinds, opens
from tests.worker import at

WORDS = {
    "en": {"tea": "Oolong tea 100 g", "rice": "Jasmine rice", "milk": "Milk powder", "partner": "Corner shop"},
    "zh-CN": {"tea": "乌龙茶 100 克", "rice": "茉莉香米", "milk": "奶粉", "partner": "街角便利店"},
}


@pytest.fixture
def shop(hall, album):
    """Shelves in walking order, milk in two lots, an order of tea, rice and milk. Bins that run low are looked at."""
    words, tail = WORDS[album.language], f"{int(hall.code[1:]):03}"
    hall.album, given = album, hall.given
    hall.codes = {name: f"69{n}1234500{tail}" for n, name in enumerate(("tea", "rice", "milk", "green"), 10)}
    given.item(hall.sku("oolong"), words["tea"], unit_cost="8.5")
    given.item(hall.sku("rice"), words["rice"], unit_cost="4")
    given.item(hall.sku("milk"), words["milk"], unit_cost="12", lot_tracked=True, shelf_life_days=365)
    hall.item("green")
    for name, sku in (("tea", "oolong"), ("rice", "rice"), ("milk", "milk"), ("green", "green")):
        given.code(hall.sku(sku), hall.codes[name])
    given.place("STAGE", hall.code, kind="staging")
    for n, place in enumerate(("C-01-01", "C-01-02", "C-02-01", "C-02-02"), 1):
        given.place(place, hall.code, zone="C", path_order=n)
    hall.shelf("C-01-01", rice=2)
    hall.shelf("C-01-02", oolong=30, green=5)
    hall.shelf("C-02-02", oolong=20)
    for lot, expiry, place in (("L-1", "2027-08-01", "C-02-02"), ("L-2", "2027-03-01", "C-02-01")):
        given.lot(hall.sku("milk"), lot, expiry)
        move = given.receipt(hall.sku("milk"), place, 9, hall.code, lot=lot)
        given.admin.post_moves(move).ok()
    given.policy(hall.code, handling={"low_quantity": None, "short_count": False})
    hall.number = f"SO-{hall.code}"
    lines = {hall.sku("oolong"): 5, hall.sku("rice"): 2, hall.sku("milk"): 3}
    said = {"number": hall.number, "partner": words["partner"], "due_at": at(hours=3)}
    hall.order = hall.worker("chen").open_document("pick", lines, **said).ok()["id"]
    return hall


def goods(hall, name):
    """What the order came to of one item: (state, picked, agreed, gone)."""
    rows = hall.worker("zhou").document(hall.order)["goods"]
    words = ("state", "first_qty", "agreed_qty", "done_qty")
    return next((tuple(row[word] for word in words) for row in rows if row["sku"] == hall.sku(name)), None)


def picks(li, place, code, keys):
    """Go to the bin, scan it and the item, say how many."""
    expect(li.see("go-to")).to_have_text(place)
    li.scan(place)
    expect(li.see("pick-this").first).to_be_visible()
    li.counts(code, keys)


def test_short_wrong_caught_settled_and_shipped(shop, phones):
    li, wang = phones(album=shop.album), phones(album=shop.album)
    li.sign_in(shop.of("li"))
    expect(li.see("work-card")).to_have_count(1)
    li.keep_picture("home-pick")
    opens(li, "pick", shop.number)
    expect(li.see("work-take")).to_be_visible()
    assert "5" not in li.see("pick-line").all_inner_texts()
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("C-01-01")
    li.keep_picture("pick-go")
    picks(li, "C-01-01", shop.codes["rice"], "2")
    expect(li.see("bin-ask")).to_be_visible()  # it was the last: is the bin empty now?
    li.keep_picture("pick-next")

    expect(li.see("go-to")).to_have_text("C-01-02")
    li.scan("C-01-02")
    expect(li.see("pick-this").first).to_be_visible()
    li.scan(shop.codes["green"])
    expect(li.see("wrong-scan")).to_be_visible()
    li.keep_picture("pick-wrong-item")
    li.counts(shop.codes["tea"], "3")
    expect(li.see("pick-line")).to_contain_text("2")
    li.press("pick-short")
    li.see("short-found").fill("0")
    li.keep_picture("pick-short")
    li.press("short-keep")
    expect(li.see("go-to")).to_have_text("C-02-01")  # what expires first
    li.keep_picture("pick-lot")
    li.scan("C-02-01")
    expect(li.see("pick-this")).to_have_count(1)
    li.scan(shop.codes["milk"])
    expect(li.see("take-all")).to_be_visible()
    li.keep_picture("pick-quantity")
    li.press("take-all")
    picks(li, "C-02-02", shop.codes["tea"], "2")
    expect(li.see("work-finish")).to_be_visible()
    li.keep_picture("pick-all")
    li.press("work-finish")
    expect(li.see("work-missing")).to_have_count(0)
    li.press("work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    assert shop.qty("STAGE", "oolong") == "5.000"
    assert shop.qty("C-01-01", "rice") is None
    assert kinds(shop) == ["short_pick"]
    cards = [task["kind"] for task in shop.worker("li").tasks() if task.get("document") == shop.order]
    assert cards == []

    wang.sign_in(shop.of("wang"))
    opens(wang, "check", shop.number)
    expect(wang.see("work-line")).to_have_count(3)
    wang.keep_picture("check-order")
    assert not [said for _, said in wang.heard if b'"5.000"' in said]
    for n in range(1, 5):
        wang.scan(shop.codes["tea"])
        expect(wang.see("check-counter")).to_contain_text(f"{n}")
    wang.scan(shop.codes["green"])  # in place of the fifth box of tea
    expect(wang.see("check-counter")).to_contain_text("5")
    for _ in range(2):
        wang.scan(shop.codes["rice"])
    wang.scan(shop.codes["milk"])
    wang.press("lot-chip")
    wang.says("3")
    wang.keep_picture("check-counter")
    wang.press("work-finish")
    expect(wang.see("work-missing")).to_have_count(0)
    wang.keep_picture("check-hand-in")
    wang.press("work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.all_sent()
    assert goods(shop, "oolong")[0] == "differs" and goods(shop, "rice")[0] == "agreed"
    assert kinds(shop) == ["check_differs", "check_differs", "short_pick"]

    settles_and_ships(shop, phones)


def settles_and_ships(shop, phones):
    """A supervisor counts together with both; then what was agreed on leaves."""
    zhou = phones(album=shop.album)
    zhou.sign_in(shop.of("zhou"))
    zhou.go("documents")
    zhou.page.locator(f'[data-number="{shop.number}"]').click()
    expect(zhou.see("document-goods")).to_be_visible()
    zhou.keep_picture("document-differs")
    for name, quantity in (("oolong", "4"), ("green", "0")):
        zhou.page.locator(f'[data-testid="settle"][data-sku="{shop.sku(name)}"]').click()
        zhou.see("settle-quantity").fill(quantity)
        zhou.see("settle-note").fill("counted together")
        zhou.keep_picture("document-settle")
        zhou.press("settle-do")
        expect(zhou.see("settle-do")).to_be_hidden()
    expect(zhou.see("settle")).to_have_count(0)
    zhou.keep_picture("document-settled")

    zhao = phones(album=shop.album)
    zhao.sign_in(shop.of("zhao"))
    opens(zhao, "ship", shop.number)
    expect(zhao.see("ship-line")).to_have_count(3)
    zhao.keep_picture("ship")
    zhao.press("ship-it", "ship-it")
    expect(zhao.see("back-to-tasks")).to_be_visible()
    zhao.keep_picture("shipped")
    zhao.all_sent()
    assert shop.worker("zhou").document(shop.order)["state"] == "done"
    assert shop.qty("CUSTOMER", "oolong") == "4.000"
    assert shop.differences() == []


def test_the_same_without_a_network_and_late(shop, phones):
    shop.worker("zhou")
    li, wang, zhao = (phones() for _ in range(3))
    li.sign_in(shop.of("li")).has_shell()
    opens(li, "pick", shop.number)
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("C-01-01")
    li.all_sent()
    li.offline()
    picks(li, "C-01-01", shop.codes["rice"], "2")
    li.page.reload()
    expect(li.see("go-to")).to_have_text("C-01-02")
    li.scan("C-01-02")
    expect(li.see("pick-this").first).to_be_visible()
    li.press("pick-short", "short-keep")
    expect(li.see("go-to")).to_have_text("C-02-01")
    li.press("work-finish")
    expect(li.see("work-missing")).to_be_visible()
    li.press("work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.home()
    expect(li.see("work-card")).to_contain_text(re.compile("being sent|上传中"))
    assert shop.qty("STAGE", "rice") is None
    li.offline(False)
    li.all_sent()
    assert shop.qty("STAGE", "rice") == "2.000" and kinds(shop) == ["short_pick"]

    wang.sign_in(shop.of("wang")).has_shell()
    opens(wang, "check", shop.number)
    expect(wang.see("work-line")).to_have_count(1)
    wang.offline()
    for n in (1, 2):
        wang.scan(shop.codes["rice"])
        expect(wang.see("check-counter")).to_contain_text(f"{n}")
    wang.press("work-finish", "work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.waits(4)
    wang.offline(False)
    wang.all_sent()

    zhao.sign_in(shop.of("zhao")).has_shell()
    opens(zhao, "ship", shop.number)
    expect(zhao.see("ship-line")).to_have_count(1)
    zhao.offline()
    zhao.press("ship-it", "ship-it")
    expect(zhao.see("back-to-tasks")).to_be_visible()
    zhao.waits(1)
    zhao.offline(False)
    zhao.all_sent()
    assert shop.qty("CUSTOMER", "rice") == "2.000"
    assert "missed_shipment" in kinds(shop)
    assert shop.differences() == []
