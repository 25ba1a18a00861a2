"""Where a lot came from and who got it, on the phone and as a file. In both languages."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import at


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_lot_is_traced_and_recalled(hall, phones, language):
    sku, admin = hall.item("milk", "Oat milk", lot_tracked=True), hall.given.admin
    hall.given.lot(sku, "L1", "2027-06-01")
    way = [("SUPPLIER", "A-01", 20, "receipt", "PO-1"), ("A-01", "A-02", 8, "move", None)]
    way += [("A-01", "CUSTOMER", 5, "ship", "SO-1")]
    moves = [
        hall.given.a_move(sku, qty, from_, to, hall.code, at(minutes=n - 9), kind, "L1", document=document)
        for n, (from_, to, qty, kind, document) in enumerate(way)
    ]
    admin.post_moves(*moves).ok()
    lines = [{"sku": sku, "quantity": "5"}]
    sold = {"number": "SO-1", "partner": "North 1"}
    hall.worker("zhou").open_document("pick", lines, **sold).ok()
    chen = phones(album=Album(f"trace-{language}"), locale=language)
    chen.context.add_init_script(path=AXE)
    window = Window(chen, language)

    chen.sign_in(hall.of("chen")).go("look-up")
    chen.scan(sku)
    chen.press("look-up-trace")
    expect(chen.see("trace-subject")).to_contain_text(sku)
    chen.see("trace-lot").fill("L1")
    chen.press("trace-lot-go")
    expect(chen.see("trace-from")).to_contain_text("PO-1")
    expect(chen.see("trace-went")).to_contain_text("North 1 · SO-1")
    expect(chen.see("trace-been")).to_contain_text("A-02")
    expect(chen.see("trace-who")).to_be_visible()
    expect(chen.see("trace-steps").locator("li")).to_have_count(3)
    window.look("trace")
    chen.keep_picture("trace")

    with chen.page.expect_download() as taken:
        chen.press("trace-csv")
    rows = list(csv.DictReader(Path(taken.value.path()).read_text("utf-8-sig").splitlines()))
    assert [(row["from"], row["to"], row["quantity"]) for row in rows] == [
        ("SUPPLIER", "A-01", "20.000"),
        ("A-01", "A-02", "8.000"),
        ("A-01", "CUSTOMER", "5.000"),
    ]
    chen.press("trace-recall")
    expect(chen.see("recall-now").locator("li")).to_have_count(2)
    expect(chen.see("recall-customers")).to_contain_text("North 1")
    window.look("recall")
    chen.keep_picture("recall")
    assert window.faults == []


def test_who_counts_it_sees_the_way_and_no_quantity(hall, phones):
    task = hall.start("A-01")
    hall.worker("chen").claim(task)
    chen = phones().sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/trace?sku={hall.sku('tea')}")

    expect(chen.see("trace-hidden")).to_be_visible()
    assert not [body for url, body in chen.heard if "/trace" in url and b"40.000" in body]
