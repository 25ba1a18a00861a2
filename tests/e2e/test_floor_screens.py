"""The screens of the floor's other work, both languages, light and dark: what each does, and that none is wrong."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.e2e.test_receiving import opens
from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.worker import at

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def hall(given_all):
    """Tea on shelves, milk by lots, a dock; a delivery, an order, a production order, and another warehouse."""
    hall = Hall(given_all, "WORK")
    hall.item("tea", "Oolong tea", unit_cost="8.5")
    hall.item("milk", "Milk powder", lot_tracked=True, shelf_life_days=365)
    hall.item("box", "Gift box")
    for name in ("tea", "milk", "box"):
        given_all.code(hall.sku(name), f"{name.upper()}-C")
    given_all.code(hall.sku("tea"), "TEA-24-C", pack=24)
    given_all.warehouse("FAR", "Far hall")
    given_all.place("DOCK", hall.code, kind="dock")
    given_all.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=400)
    hall.shelf("A-02")
    given_all.policy(hall.code, handling={"receive_check_share": "1", "short_count": False, "low_quantity": None})
    return hall


@pytest.fixture
def papers(hall):
    """One document of each kind: {kind: id}, and their numbers under `kind + "_number"`."""
    chen, tail = hall.worker("chen"), next(_numbers)
    tea, milk, box = (hall.sku(name) for name in ("tea", "milk", "box"))
    order = [{"sku": tea, "quantity": "2", "role": "input"}, {"sku": box, "quantity": "1", "role": "output"}]
    asked = {
        "receipt": ({tea: 48, milk: 6}, {"partner": "Tea Trading"}),
        "pick": ({tea: 5}, {"partner": "Shop", "due_at": at(hours=-1)}),
        "production": (order, {}),
    }
    numbers = {f"{kind}_number": f"{kind.upper()}-{tail}" for kind in asked}
    return numbers | {
        kind: chen.open_document(kind, lines, number=numbers[f"{kind}_number"], **words).ok()["id"]
        for kind, (lines, words) in asked.items()
    }


def test_receiving_and_putting_away(hall, papers, window):  # noqa: F811
    number = papers["receipt_number"]
    shown = window()
    li = shown.phone
    li.sign_in(hall.of("li"))
    li.press("tile-receive")
    expect(li.see("work-without")).to_be_visible()
    shown.look("receive")
    li.scan("NO-SUCH")
    expect(li.see("wrong-scan")).to_be_visible()
    shown.look("no such document")
    li.scan(number)
    expect(li.see("work-line")).to_have_count(2)
    shown.look("what came")
    li.scan("299999")
    expect(li.see("unknown-code")).to_be_visible()
    shown.look("unknown code")
    li.scan("MILK-C")
    expect(li.see("item-name")).to_be_visible()
    shown.look("which lot")
    li.type_code("L-1")
    expect(li.see("expiry-date")).to_be_visible()
    shown.look("until when")
    li.see("expiry-date").fill("2028-01-31")
    li.press("expiry-use", "condition-damaged")
    li.keys("1")
    shown.look("keypad")
    li.press("key-ok")
    expect(li.see("damage-without")).to_be_visible()
    shown.look("photo of the damage")
    li.press("damage-without")
    expect(li.see("statement")).to_have_count(1)
    li.scan("TEA-24-C")
    li.says("2")
    li.scan("MILK-C")
    li.press("drop-item", "work-finish")
    expect(li.see("work-summary")).to_be_visible()
    shown.look("before handing in")
    li.press("work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    shown.look("handed in")
    li.all_sent()

    wang = hall.worker("wang")
    wang.receive_check(papers["receipt"], hall.sku("tea"), 48)
    wang.receive_check(papers["receipt"], hall.sku("milk"), 1, lot="L-1", condition="damaged")
    li.home()
    opens(li, "putaway", number)
    expect(li.see("work-line")).to_have_count(1)
    shown.look("at the dock")
    li.scan("TEA-C")
    li.press("take-all")
    expect(li.see("put-into")).to_be_visible()
    shown.look("put into")
    li.scan(li.see("bin-best").inner_text())
    expect(li.see("back-to-tasks")).to_be_visible()
    shown.look("all put away")

    assert shown.faults == []


def test_picking_checking_and_shipping(hall, papers, window):  # noqa: F811
    number = papers["pick_number"]
    shown = window()
    li = shown.phone
    li.sign_in(hall.of("li"))
    li.press("tile-pick")
    opens(li, "pick", number)
    expect(li.see("work-take")).to_be_visible()
    shown.look("take it")
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("A-01")
    shown.look("go to")
    li.scan("A-01")
    expect(li.see("pick-this")).to_be_visible()
    shown.look("at the bin")
    li.counts("TEA-C", "3")
    li.press("pick-short")
    expect(li.see("short-found")).to_be_visible()
    shown.look("short")
    li.press("short-keep")
    expect(li.see("nowhere").or_(li.see("go-to")).first).to_be_visible()
    shown.look("nowhere")
    li.press("work-finish")
    expect(li.see("work-missing")).to_be_visible()
    shown.look("before handing in")
    li.press("work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()

    wang = window()
    wang.phone.sign_in(hall.of("wang"))
    opens(wang.phone, "check", number)
    expect(wang.phone.see("check-counter")).to_be_visible()
    wang.phone.scan("TEA-C")
    expect(wang.phone.see("check-counter")).to_contain_text("1")
    wang.look("check")
    wang.phone.press("work-finish")
    expect(wang.phone.see("work-hand-in")).to_be_visible()
    wang.look("check, before handing in")
    wang.phone.all_sent()
    hall.worker("wang").pick_check(papers["pick"], hall.sku("tea"), 2)
    wang.phone.home()
    opens(wang.phone, "ship", number)
    expect(wang.phone.see("ship-line")).to_have_count(1)
    wang.look("ship")

    assert shown.faults + wang.faults == []


def test_what_leaves_and_what_is_made(hall, papers, window):  # noqa: F811
    shown = window()
    li = shown.phone
    li.sign_in(hall.of("li"))
    li.go("leave")
    expect(li.see("leave-scrap")).to_be_visible()
    shown.look("take out")
    before = float(hall.qty("A-01", "tea"))
    li.press("leave-scrap")
    li.scan("A-01")
    li.counts("TEA-C", "2")
    expect(li.see("leave-reason")).to_be_visible()
    li.see("leave-reason").select_option(index=1)
    shown.look("why")
    li.press("leave-keep")
    expect(li.see("undo-bar")).to_be_visible()
    shown.look("scrapped")
    li.all_sent()
    assert float(hall.qty("A-01", "tea")) == before - 2

    li.go("produce")
    expect(li.see("order-card").first).to_be_visible()
    shown.look("orders")
    li.scan(papers["production_number"])
    expect(li.see("produce-output")).to_be_visible()
    li.scan("A-01")
    li.counts("TEA-C", "3")
    shown.look("used")
    li.press("produce-keep", "produce-output")
    li.scan("A-02")
    li.scan("TEA-C")
    expect(li.see("wrong-scan")).to_be_visible()
    shown.look("not made")
    li.counts("BOX-C", "1")
    li.press("produce-keep")
    expect(li.see("produce-keep")).to_have_count(0)  # kept: the bar alone may still be that of what was used
    li.all_sent()
    said = hall.worker("zhou").document(papers["production"])["statements"]
    assert sorted((one["step"], one["quantity"]) for one in said) == [("consume", "3.000"), ("output", "1.000")]

    assert shown.faults == []


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "wide"])
def test_documents_for_who_plans(hall, papers, window, size):  # noqa: F811
    width, height = size
    order = papers["pick"]
    hall.worker("li").pick(order, hall.sku("tea"), 5, "A-01")
    hall.worker("wang").pick_check(order, hall.sku("tea"), 4)
    shown = window(viewport={"width": width, "height": height}, is_mobile=width < 900, has_touch=width < 900)
    chen = shown.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(chen.url + "/ask-document")
    expect(chen.see("ask-to")).to_be_visible()
    chen.see("ask-to").fill("FAR")
    chen.see("ask-to").blur()
    chen.scan("TEA-24-C")
    expect(chen.see("quantity")).to_be_visible()
    chen.keys("1")
    chen.press("key-ok")
    expect(chen.see("ask-line")).to_have_count(1)
    shown.look("new document")
    chen.press("ask-open")
    expect(chen.see("document-detail")).to_be_visible()
    expect(chen.see("document-approve")).to_have_count(0)  # nobody allows what they asked for
    shown.look("asked for")
    transfer = chen.page.url.rsplit("/", 1)[1]

    chen.page.goto(f"{chen.url}/documents/{order}")
    expect(chen.see("settle")).to_be_visible()
    for summary in chen.see("document-detail").locator("summary").all():
        summary.click()
    shown.look("two differ")
    chen.press("settle")
    expect(chen.see("settle-do")).to_be_visible()
    shown.look("settle")

    chen.page.goto(f"{chen.url}/documents")
    chen.press("documents-late")
    expect(chen.see("shipment-figures").first).to_be_attached()
    figure = chen.page.locator('[data-figure="wrong"]').and_(chen.page.locator(":visible"))
    expect(figure).to_be_visible()
    shown.look("how orders left")
    chen.page.goto(f"{chen.url}/produce")
    chen.press("produce-usage")
    expect(chen.see("usage-row").first).to_be_visible()
    shown.look("used against expected")

    zhou = window()
    zhou.phone.sign_in(hall.of("zhou"))
    zhou.phone.page.goto(f"{zhou.phone.url}/documents/{transfer}")
    expect(zhou.phone.see("document-approve")).to_be_visible()
    zhou.look("to approve")
    zhou.phone.press("document-approve")
    expect(zhou.phone.see("document-approve")).to_have_count(0)
    assert hall.worker("zhou").document(transfer)["state"] == "open"
    assert transfer in {task.get("document") for task in hall.worker("li").tasks() if task["kind"] == "pick"}

    assert shown.faults + zhou.faults == []
