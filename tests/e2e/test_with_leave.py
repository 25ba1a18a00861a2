"""What takes somebody else's word: goods on hold, and goods that leave for a reason above a limit."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.pictures import a_photo

PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}


@pytest.fixture
def hall(hall):
    """A shelf with rings, dear enough for a limit, and tea on two shelves."""
    hall.item("ring", "Gold ring", unit_cost="500")
    hall.given.code(hall.sku("ring"), f"RING-{hall.code}")
    hall.shelf("A-01", ring=5)
    hall.shelf("B-01", tea=8)
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.given.policy(hall.code, handling={"low_quantity": None, "zero_count": False})
    hall.tea, hall.ring = f"TEA-{hall.code}", f"RING-{hall.code}"
    return hall


def test_a_hold_is_placed_seen_kept_and_released(hall, window):  # noqa: F811
    desk, floor = window(), window()
    chen, li = desk.phone, floor.phone
    chen.sign_in(hall.of("chen"))
    chen.go("holds")
    expect(chen.see("hold-new")).to_be_visible()
    desk.look("no holds")
    chen.press("hold-new")
    expect(chen.see("hold-do")).to_have_count(0)
    chen.scan("NO-SUCH")
    expect(chen.see("wrong-scan")).to_be_visible()
    desk.look("what to hold")
    chen.scan(hall.tea)
    expect(chen.see("hold-item")).to_be_visible()
    chen.scan("A-01")
    expect(chen.see("hold-where")).to_be_visible()
    chen.press("hold-inspection")
    chen.see("hold-reason").select_option("damage")
    chen.see("hold-note").fill("Wet carton")
    desk.look("why")
    chen.press("hold-do")
    expect(chen.see("hold-card")).to_have_count(1)
    expect(chen.see("hold-card")).to_contain_text("A-01")
    desk.look("holds")

    order = hall.worker("chen").open_document("pick", {hall.sku("tea"): 2}, number=f"SO-{hall.code}").ok()
    li.sign_in(hall.of("li")).has_shell()
    li.go("look-up")
    li.scan(hall.tea)
    expect(li.see("stock-row")).to_have_count(2)
    expect(li.see("row-held")).to_have_count(1)
    expect(li.see("look-up-held")).to_contain_text("Wet carton")
    expect(li.see("look-up-holds")).to_have_count(0)
    floor.look("held goods")
    li.home()
    opens(li, "pick", order["number"])
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("B-01")  # not where it is held
    li.offline()
    li.go("leave")
    li.press("leave-scrap")
    li.scan("A-01")
    li.counts(hall.tea, "1")
    li.see("leave-reason").select_option("damage")
    li.press("leave-keep")
    expect(li.see("undo-bar")).to_be_visible()
    li.offline(False)
    expect(li.see("leave-fate")).to_be_visible()
    li.press("leave-over", "leave-over")
    expect(li.page.locator('[data-testid="leave-said"][data-fate="refused"]')).to_have_count(1)
    floor.look("not accepted, on hold")
    li.press("leave-aside")
    li.all_sent()
    assert hall.qty("A-01", "tea") == "40.000"

    chen.press("hold-release")
    chen.see("release-note").fill("Dry inside")
    desk.look("release")
    chen.press("release-do")
    expect(chen.see("hold-card")).to_have_count(0)
    chen.press("holds-over")
    expect(chen.see("hold-card")).to_contain_text("Dry inside")
    desk.look("released")
    hall.worker("li").tell("adjust.scrap", sku=hall.sku("tea"), quantity="1", location="A-01", reason="damage")
    assert hall.qty("A-01", "tea") == "39.000" and hall.differences() == []
    assert desk.faults + floor.faults == []


def leaves(phone, kind, code, keys, photo=None):
    """From A-01, broken."""
    phone.press(f"leave-{kind}")
    phone.scan("A-01")
    phone.counts(code, keys)
    expect(phone.see("leave-reason")).to_have_value("" if kind == "scrap" else kind)
    phone.see("leave-reason").select_option("damage")
    if photo:
        phone.see("photo-take").last.set_input_files({**PHOTO, "buffer": photo})
        expect(phone.see("leave-keep")).to_be_enabled()
        expect(phone.page.locator("img").last).to_be_visible()
    phone.press("leave-keep")
    expect(phone.see("undo-bar")).to_be_visible()
    phone.press("leave-over", "leave-over")
    expect(phone.see("leave-scrap")).to_be_visible()


def fates(phone):
    """What became of what was taken out, newest first."""
    return [one.get_attribute("data-fate") for one in phone.see("leave-said").all()]


def test_above_a_limit_it_takes_a_photo_and_somebody_elses_word(hall, window):  # noqa: F811
    floor, desk = window(), window()
    li, chen = floor.phone, desk.phone
    li.sign_in(hall.of("li")).has_shell()
    li.go("leave")
    li.page.wait_for_load_state("networkidle")
    li.offline()
    leaves(li, "scrap", hall.ring, "1")
    leaves(li, "gift", hall.ring, "2")
    leaves(li, "sample", hall.tea, "1")
    expect(li.see("leave-said")).to_have_count(3)
    assert fates(li) == ["waiting"] * 3
    floor.look("taken out, on this phone")
    li.offline(False)
    li.see("sync-chip").and_(li.page.locator('[data-state="needs"]')).wait_for()
    expect(li.page.locator('[data-testid="leave-said"][data-fate="refused"]')).to_have_count(1)
    assert fates(li) == ["booked", "asked", "refused"]  # the scrap has no photo
    floor.look("a photo is wanted")
    li.press("leave-picture")
    li.see("photo-take").last.set_input_files({**PHOTO, "buffer": a_photo(size=(640, 480))})
    expect(li.see("leave-picture-keep")).to_be_enabled()
    floor.look("with a photo")
    li.press("leave-picture-keep")
    expect(li.page.locator('[data-testid="leave-said"][data-fate="asked"]')).to_have_count(2)
    li.all_sent()
    assert hall.qty("A-01", "ring") == "5.000" and hall.qty("A-01", "tea") == "39.000"

    own = hall.worker("chen").tell("adjust.gift", sku=hall.sku("ring"), quantity="1", location="A-01", reason="damage")
    assert own["code"] == "waits_for_approval"
    chen.sign_in(hall.of("chen"))
    expect(chen.see("tile-documents")).to_contain_text("3")
    chen.press("tile-documents")
    expect(chen.see("document-card")).to_have_count(3)
    desk.look("to approve")
    chen.page.goto(f"{chen.url}/documents/{own['id']}")
    expect(chen.see("document-detail")).to_be_visible()
    expect(chen.see("document-approve")).to_have_count(0)  # nobody allows what they asked for
    for kind, act in (("scrap", "approve"), ("gift", "reject")):
        (asked,) = [
            one
            for one in hall.worker("zhou").get("/documents", warehouse=hall.code, kind=kind).items
            if one["requested_by"] == "Li"
        ]
        chen.page.goto(f"{chen.url}/documents/{asked['id']}")
        expect(chen.see("document-approve")).to_be_visible()
        desk.look(f"{kind} to {act}")
        chen.press(*[f"document-{act}"] * (2 if act == "reject" else 1))
        expect(chen.see("document-approve")).to_have_count(0)
    desk.look("rejected")

    li.home()
    li.go("leave")
    expect(li.page.locator('[data-testid="leave-said"][data-fate="rejected"]')).to_have_count(1)
    assert fates(li) == ["allowed", "booked", "rejected"]
    floor.look("approved and rejected")
    assert hall.qty("SCRAP", "ring") == "1.000" and hall.qty("A-01", "ring") == "4.000"
    assert hall.differences() == []
    assert floor.faults + desk.faults == []


@pytest.mark.parametrize("size", [(390, 844), (360, 640)], ids=["390x844", "360x640"])
def test_language_and_sign_out_are_one_tap_from_the_menu(hall, phones, size):
    width, height = size
    chen = phones(viewport={"width": width, "height": height}).sign_in(hall.of("chen"))
    chen.press("menu")
    for name in ("lang-toggle", "sign-out"):
        expect(chen.see(name)).to_be_in_viewport(ratio=1)
    box = chen.see("lang-toggle").bounding_box()
    hit = chen.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('[data-testid]').dataset.testid",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert hit == "lang-toggle"
    chen.press("lang-toggle")
    expect(chen.see("menu-home")).to_have_text("我的任务")
    chen.see("menu-settings").scroll_into_view_if_needed()
    expect(chen.see("menu-settings")).to_be_in_viewport(ratio=1)
    expect(chen.see("lang-toggle")).to_be_in_viewport(ratio=1)
    chen.press("sign-out")
    expect(chen.see("login-submit")).to_be_visible()
