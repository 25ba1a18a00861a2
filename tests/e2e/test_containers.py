"""A pallet on the phone: received onto, put away whole and offline, picked from into a tote, checked by it, traced."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import AXE, Window
from tests.given import ALONE, QUIET


@pytest.fixture
def dock(hall, album):
    """Milk is announced; two bins, a dock and a staging place. Nobody has ever scanned these containers."""
    hall.album, hall.milk, hall.tote = album, f"MILK-{hall.code}", f"TOTE-{hall.code}"
    hall.item("milk", {"en": "Milk powder", "zh-CN": "奶粉"}[album.language], lot_tracked=True)
    hall.given.code(hall.sku("milk"), f"690{int(hall.code[1:]):07}")
    hall.milk = f"690{int(hall.code[1:]):07}"
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    for n, place in enumerate(("P-01", "P-02"), 1):
        hall.given.place(place, hall.code, zone="P", path_order=n)
    hall.given.policy(hall.code, handling={**ALONE, **QUIET, "pick_check_over": "0.0000"})
    said = {"number": f"PO-{hall.code}", "partner": "Dairy"}
    hall.worker("chen").open_document("receipt", {hall.sku("milk"): 9}, **said).ok()
    return hall


def sscc_of(hall):
    """An SSCC that nobody knows, as its label has it."""
    digits = f"1061414{int(hall.code[1:]):010}"
    total = sum(int(one) * (3 if n % 2 == 0 else 1) for n, one in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def aboard(hall, code):
    """Where it stands, and how much is on it, as the server has it."""
    found = hall.worker("zhou").get(f"/containers/{code}", warehouse=hall.code).ok()
    return found["location"], [one["quantity"] for one in found["contents"]]


def test_a_pallet_from_the_dock_to_its_trace(dock, phones):
    hands = [phones(album=dock.album) for _ in range(3)]
    for hand in hands:
        hand.context.add_init_script(path=AXE)
    windows = [Window(hand, dock.album.language) for hand in hands]
    li, wang, chen = hands

    def look(window, name):
        window.look(name)
        window.phone.keep_picture(f"container-{name}")

    sscc = sscc_of(dock)
    li.sign_in(dock.of("li")).has_shell()
    expect(li.see("work-card")).to_have_count(1)
    li.scan(f"PO-{dock.code}")
    expect(li.see("work-line")).to_have_count(1)
    li.offline()
    li.scan(f"]C100{sscc}")
    expect(li.see("carrier-onto")).to_contain_text(sscc)
    li.page.reload()  # as Android does to a page in mid-work
    expect(li.see("carrier-onto")).to_contain_text({"en": "Still in hand", "zh-CN": "仍在手上"}[dock.album.language])
    look(windows[0], "still-in-hand")
    li.scan(dock.milk)
    li.type_code("L-7")
    expect(li.see("quantity")).to_be_visible()
    expect(li.see("carrier-onto")).to_be_visible()
    look(windows[0], "onto")
    li.says("9")
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.offline(False)
    li.all_sent()
    assert aboard(dock, sscc) == ("DOCK", ["9.000"])

    li.home()
    opens(li, "putaway", f"PO-{dock.code}")
    expect(li.see("work-line")).to_have_count(1)
    li.scan(f"00{sscc}")
    expect(li.see("aboard")).to_contain_text("9")
    look(windows[0], "whole")
    li.offline()
    li.scan("P-01")
    expect(li.see("placed")).to_be_visible()
    look(windows[0], "placed-offline")
    assert aboard(dock, sscc)[0] == "DOCK"
    li.offline(False)
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    assert aboard(dock, sscc) == ("P-01", ["9.000"])

    said = {"number": f"SO-{dock.code}", "partner": "Corner shop"}
    dock.worker("chen").open_document("pick", {dock.sku("milk"): 4}, **said).ok()
    li.home()
    opens(li, "pick", f"SO-{dock.code}")
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("P-01")
    li.scan(dock.tote)  # a label of their own: known as soon as somebody says what it is
    expect(li.see("unknown-code")).to_be_visible()
    look(windows[0], "unknown-label")
    li.press("unknown-carrier")
    expect(li.see("carrier-onto")).to_contain_text(dock.tote)
    li.scan(f"00{sscc}")
    expect(li.see("carrier-out-of")).to_contain_text(sscc)
    look(windows[0], "picking")
    li.counts(dock.milk, "4")
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    assert aboard(dock, sscc) == ("P-01", ["5.000"]) and aboard(dock, dock.tote) == ("STAGE", ["4.000"])

    wang.sign_in(dock.of("wang"))
    expect(wang.see("work-card")).to_have_count(1)
    wang.page.wait_for_load_state("networkidle")
    wang.offline()
    wang.scan(dock.tote)
    expect(wang.see("check-counter")).to_be_visible()
    look(windows[1], "checked-by-tote")
    assert "4" not in wang.see("work-line").first.inner_text().replace(dock.code, "")
    wang.offline(False)
    wang.home()
    wang.go("look-up")
    wang.scan(dock.tote)
    expect(wang.see("aboard-hidden")).to_be_visible()
    look(windows[1], "hidden")

    chen.sign_in(dock.of("chen"))
    chen.go("look-up")
    expect(chen.see("new-container")).to_be_visible()
    look(windows[2], "look-up")
    chen.scan(f"(00){sscc}")
    expect(chen.see("look-up-stands")).to_contain_text("P-01")
    expect(chen.see("aboard")).to_contain_text("5")
    look(windows[2], "contents")
    chen.press("look-up-trace")
    expect(chen.see("trace-steps")).to_contain_text(f"SO-{dock.code}")
    look(windows[2], "traced")
    chen.home()
    chen.go("move")
    chen.scan(f"00{sscc}")
    expect(chen.see("whole-out")).to_be_visible()
    look(windows[2], "in-hand")
    chen.scan(dock.milk)
    expect(chen.see("carrier-out-of")).to_contain_text(sscc)
    chen.type_code("L-7")
    chen.says("2")
    look(windows[2], "out-of")
    chen.scan("P-02")
    expect(chen.see("moved")).to_contain_text("2")
    chen.all_sent()
    assert aboard(dock, sscc) == ("P-01", ["3.000"])
    chen.scan(f"00{sscc}")
    expect(chen.see("whole")).to_be_visible()
    chen.scan("P-02")
    expect(chen.see("placed")).to_contain_text(sscc)
    look(windows[2], "moved")
    chen.all_sent()
    assert aboard(dock, sscc) == ("P-02", ["3.000"])
    chen.home()
    chen.go("look-up")
    chen.press("new-container")
    expect(chen.see("look-up-container")).to_contain_text("LPN")
    expect(chen.see("aboard-empty")).to_be_visible()
    look(windows[2], "new")
    chen.press("look-up-label")
    expect(chen.see("print-labels")).to_contain_text("LPN")
    assert dock.differences() == []
    assert [fault for window in windows for fault in window.faults] == []
