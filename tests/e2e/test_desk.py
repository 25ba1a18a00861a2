"""What supervisors decide about documents, on a phone and on a wide screen: returns, exchanges, what is on the way."""

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.pictures import a_photo
from tests.worker import new_id

PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}
# Half of the stories in each look: every screen here is of one of them.
ENGLISH = pytest.mark.parametrize("look_of", [("en", "light")], indirect=True, ids=["en-light"])
CHINESE = pytest.mark.parametrize("look_of", [("zh-CN", "dark")], indirect=True, ids=["zh-dark"])
WIDE = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}


@pytest.fixture
def hall(hall):
    """Tea and rice, a dock and a staging area."""
    hall.item("rice", "Jasmine rice")
    hall.tea, hall.rice = f"TEA-{hall.code}", f"RICE-{hall.code}"
    hall.given.code(hall.sku("rice"), hall.rice)
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-02", rice=12)
    rules = {"low_quantity": None, "zero_count": False, "short_count": False, "receive_check_over": "0"}
    hall.given.policy(hall.code, handling=rules)
    return hall


def of_kind(hall, kind, **query):
    """Documents of a kind."""
    return hall.worker("zhou").get("/documents", warehouse=hall.code, kind=kind, **query).ok().items


@CHINESE
def test_what_came_back_is_inspected_and_its_damage_scrapped(hall, window):  # noqa: F811
    floor, desk = window(), window(**WIDE)
    li = floor.phone
    li.sign_in(hall.of("li")).has_shell()
    li.go("leave")
    li.page.wait_for_load_state("networkidle")
    li.offline()
    li.press("leave-return")
    li.scan("A-01")
    li.counts(hall.tea, "3")
    li.see("leave-reason").select_option("return")
    li.press("leave-keep")
    expect(li.see("undo-bar")).to_be_visible()
    li.offline(False)
    li.all_sent()
    li.press("leave-over", "leave-over")
    expect(li.see("leave-said")).to_have_count(1)
    floor.look("came back")
    assert hall.qty("A-01", "tea") == "43.000"
    (back,) = of_kind(hall, "return")
    li.go("look-up")
    li.scan(hall.tea)
    expect(li.see("look-up-held")).to_be_visible()
    expect(li.see("row-held")).to_have_attribute("data-how", "hold.part")  # as much as came back
    floor.look("some of it on hold")

    sees = window()
    wang = sees.phone
    wang.sign_in(hall.of("wang")).has_shell()
    opens(wang, "check", back["number"])
    expect(wang.see("scan-input").first).to_be_attached()
    expect(wang.see("work-finish")).to_be_visible()
    sees.look("inspect")
    wang.offline()
    wang.scan(hall.tea)
    wang.press("condition-damaged")
    wang.keys("1")
    wang.press("key-ok")
    expect(wang.see("damage-without")).to_be_visible()
    wang.see("photo-take").last.set_input_files({**PHOTO, "buffer": a_photo(size=(640, 480))})
    wang.press("damage-keep")
    expect(wang.see("statement")).to_have_count(1)
    wang.counts(hall.tea, "2")
    wang.press("work-finish", "work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.offline(False)
    wang.all_sent()

    (scrap,) = of_kind(hall, "scrap")
    chen = desk.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/documents/{back['id']}")
    expect(chen.see("document-follower").or_(chen.see("document-goods")).first).to_be_visible()
    desk.look("the return")
    chen.page.goto(f"{chen.url}/documents/{scrap['id']}")
    expect(chen.see("document-approve")).to_be_visible()
    expect(chen.see("photo-thumb").first).to_have_attribute("data-state", "here")
    desk.look("the scrap of what was damaged")
    chen.press("document-approve")
    expect(chen.see("document-approve")).to_have_count(0)
    assert hall.qty("SCRAP", "tea") == "1.000" and hall.qty("A-01", "tea") == "42.000"
    assert hall.worker("zhou").document(back["id"])["state"] == "done"
    assert hall.worker("zhou").get("/holds", warehouse=hall.code).items == []
    assert hall.differences() == []
    assert floor.faults + desk.faults + sees.faults == []


@ENGLISH
def test_a_delivery_without_a_document_is_tied_to_its_receipt(hall, window):  # noqa: F811
    lines = {hall.sku("rice"): 3}
    other = hall.worker("chen").open_document("receipt", {hall.sku("tea"): 1}, number=f"OTHER-{hall.code}").ok()
    receipt = hall.worker("chen").open_document("receipt", lines, number=f"PO-{hall.code}").ok()
    floor, desk = window(), window(**WIDE)
    li = floor.phone
    li.sign_in(hall.of("li"))
    li.press("tile-receive", "work-without")
    expect(li.see("work-finish")).to_be_visible()
    li.counts(hall.rice, "3")
    expect(li.see("statement")).to_have_count(1)
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    (came,) = [one for one in of_kind(hall, "receipt") if not one["announced"]]
    assert came["state"] == "submitted"
    hall.worker("wang").receive_check(came["id"], hall.sku("rice"), 3)

    chen = desk.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/documents/{came['id']}")
    expect(chen.see("document-tie")).to_be_visible()
    desk.look("not announced")
    chen.press("document-tie")
    expect(chen.see("tie-to")).to_have_count(2)
    desk.look("to which")
    chen.page.locator(f'[data-testid="tie-to"][data-number="{other["number"]}"]').click()
    expect(chen.see("document-tie")).to_have_count(0)
    expect(chen.see("document-detail")).to_contain_text(other["number"])

    chen.press("document-untie")
    expect(chen.see("tie-to")).to_have_count(1)  # the right one
    desk.look("belongs elsewhere")
    chen.press("tie-to")
    expect(chen.see("document-detail")).to_contain_text(receipt["number"])
    desk.look("tied")
    assert hall.worker("zhou").document(other["id"])["tied"] == []
    assert hall.worker("zhou").document(came["id"])["tied_to"] == receipt["number"]

    hall.worker("chen").open_document("pick", {hall.sku("rice"): 2}).ok()
    chen.page.goto(f"{chen.url}/look-up?code={hall.rice}")
    expect(chen.see("look-up-reserved")).to_contain_text("2")
    desk.look("reserved")
    assert hall.differences() == []
    assert floor.faults + desk.faults == []


@CHINESE
def test_an_exchange_is_opened_and_what_is_on_the_way_is_settled(hall, given_all, window):  # noqa: F811
    desk = window(**WIDE)
    chen = desk.phone
    hall.of("li")
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/ask-document")
    chen.press("ask-exchange")
    expect(chen.see("ask-assign").locator("option").nth(1)).to_be_attached()
    chen.see("ask-assign").select_option(hall.of("li"))
    for side, code, keys in (("ask-back", hall.rice, "2"), ("ask-goes", hall.tea, "3")):
        chen.press(side)
        chen.scan(code)
        expect(chen.see("quantity")).to_be_visible()
        chen.keys(keys)
        chen.press("key-ok")
    expect(chen.see("ask-line")).to_have_count(2)
    desk.look("an exchange")
    chen.press("ask-open")
    expect(chen.see("document-follower")).to_have_count(1)
    desk.look("exchange opened")
    (exchange,) = of_kind(hall, "exchange")
    assert exchange["assignee"] == hall.of("li")
    chen.press("document-follower")
    expect(chen.see("document-detail")).to_contain_text(exchange["number"])

    far = Hall(given_all, f"{hall.code}F")
    far.sku = hall.sku
    given_all.place("DOCK", far.code, kind="dock")
    asked = hall.worker("li").open_document("transfer", {hall.sku("tea"): 5}, to_warehouse=far.code).ok()
    hall.worker("zhou").post(f"/documents/{asked['id']}/approve", {"id": new_id()}).ok()
    line = {"sku": hall.sku("tea"), "location": "A-01"}
    hall.worker("wang").tell("transfer.ship", document=asked["id"], lines=[{**line, "quantity": "5"}])
    came = [{"sku": hall.sku("tea"), "quantity": "4"}]
    far.worker("zhao").tell("transfer.receive", document=asked["id"], lines=came)
    (arrival,) = of_kind(far, "transfer_in")
    settler = window(**WIDE)
    boss = settler.phone
    boss.sign_in(far.of("chen"))
    boss.page.goto(f"{boss.url}/documents/{arrival['id']}")
    expect(boss.see("transit-settle")).to_be_visible()
    settler.look("still on the way")
    boss.press("transit-settle")
    expect(boss.see("reason-select").locator("option").nth(1)).to_be_attached()
    boss.see("reason-select").select_option("theft")
    boss.see("cause-select").select_option("human.theft")
    boss.see("stage-select").select_option("shipping")
    settler.look("why it is missing")
    boss.press("confirm-transit")
    expect(boss.see("transit-settle")).to_have_count(0)
    assert far.qty("LOSS", "tea") == "1.000"
    assert hall.differences() == far.differences() == []
    assert desk.faults + settler.faults == []


@ENGLISH
def test_a_bin_has_room_for_so_much_and_more_is_told(hall, window):  # noqa: F811
    desk, floor = window(), window()
    chen, li = desk.phone, floor.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/look-up?code=A-02")
    chen.press("look-up-capacity")
    chen.see("room-many").fill("14")
    desk.look("how much fits")
    chen.press("room-keep")
    expect(chen.see("look-up-room")).to_contain_text("2")  # twelve lie there
    desk.look("room for two")
    of_tea = {"capacities": [{"sku": hall.sku("tea"), "quantity": "6"}]}
    hall.worker("chen").patch(f"/locations/A-02?warehouse={hall.code}", of_tea).ok()
    chen.page.reload()
    expect(chen.see("look-up-room-of")).to_contain_text(hall.sku("tea"))
    desk.look("room for an item")

    li.sign_in(hall.of("li")).has_shell()
    li.go("move")
    li.offline()
    li.scan("A-01")
    li.counts(hall.tea, "3")
    li.scan("A-02")
    expect(li.see("undo-bar")).to_be_visible()
    li.offline(False)
    expect(li.see("told-odd")).to_contain_text("A-02")
    floor.look("more than fits")
    li.press("told-odd-close")
    expect(li.see("told-odd")).to_have_count(0)
    li.all_sent()
    assert hall.qty("A-02", "tea") == "3.000" and hall.differences() == []
    assert desk.faults + floor.faults == []
