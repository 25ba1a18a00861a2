"""Two phones without a network, each with a half of the truth, that come back in the wrong order."""

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.e2e.test_receiving import kinds, opens
from tests.pictures import a_photo
from tests.worker import new_id

PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}
GOODS = {"tea": "Oolong tea", "rice": "Jasmine rice", "cup": "Cup", "box": "Gift box"}


@pytest.fixture
def floor(hall):
    """Shelves in walking order, a dock and a staging area; everything that comes is checked."""
    for name, words in GOODS.items():
        hall.item(name, words)
        hall.given.code(hall.sku(name), f"{name.upper()}-{hall.code}")
    hall.codes = {name: f"{name.upper()}-{hall.code}" for name in GOODS}
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-02", rice=20, cup=9)
    rules = {"receive_check_share": "1", "low_quantity": None, "zero_count": False, "short_count": False}
    hall.given.policy(hall.code, handling=rules)
    return hall


def someone(hall, phones, name):
    """A phone that could start without a network."""
    return phones().sign_in(hall.of(name)).has_shell()


def hands_in(phone):
    """Look through the lines and hand in; kept on the phone."""
    phone.press("work-finish", "work-hand-in")
    expect(phone.see("back-to-tasks")).to_be_visible()


def scans(phone, code, times):
    """A checker of an order scans each piece."""
    for _ in range(times):
        phone.scan(code)


def come_back(*these):
    """Each out of the cold hall, one after the other, and everything sent."""
    for phone in these:
        phone.offline(False)
        phone.all_sent()


def goods(hall, document):
    """{(item, condition): (state, agreed)}."""
    rows = hall.worker("zhou").document(document)["goods"]
    return {(row["sku"], row["condition"]): (row["state"], row["agreed_qty"]) for row in rows}


def test_a_delivery_whose_check_arrives_before_it(floor, phones):
    """Over, short, damaged: the checker comes back first, and who received an hour later."""
    lines = {floor.sku("tea"): 10, floor.sku("rice"): 5}
    order = floor.worker("chen").open_document("receipt", lines, number=f"PO-{floor.code}").ok()
    li, wang = (someone(floor, phones, name) for name in ("li", "wang"))
    opens(li, "receive", order["number"])
    expect(li.see("work-line")).to_have_count(2)
    li.counts(floor.codes["tea"], "4")
    li.all_sent()
    wang.home()
    opens(wang, "check", order["number"])
    expect(wang.see("work-line").first).to_be_visible()
    li.offline()
    wang.offline()

    li.counts(floor.codes["tea"], "8")  # two more than announced
    li.scan(floor.codes["rice"])
    li.press("condition-damaged")
    li.keys("1")
    li.press("key-ok")
    li.see("photo-take").last.set_input_files({**PHOTO, "buffer": a_photo(size=(640, 480))})
    li.press("damage-keep")
    expect(li.see("statement")).to_have_count(3)
    li.counts(floor.codes["rice"], "3")  # one short
    hands_in(li)
    wang.counts(floor.codes["tea"], "12")
    wang.scan(floor.codes["rice"])
    wang.press("condition-damaged")
    wang.says("1")
    wang.counts(floor.codes["rice"], "3")
    hands_in(wang)

    come_back(wang)
    assert goods(floor, order["id"])[floor.sku("tea"), "good"][0] != "agreed"
    come_back(li)
    found = goods(floor, order["id"])
    assert found[floor.sku("tea"), "good"] == ("agreed", "12.000")
    assert found[floor.sku("rice"), "good"] == ("agreed", "3.000")
    assert found[floor.sku("rice"), "damaged"] == ("agreed", "1.000")
    assert kinds(floor) == ["damaged", "over_receipt", "short_receipt"]
    assert floor.qty("DOCK", "tea") == "12.000" and floor.differences() == []
    assert li.complaints == wang.complaints == []


def test_an_order_whose_check_arrives_before_it(floor, phones):
    """A short bin, a wrong item that the checker catches, a word about it, a shipment: all without a network."""
    lines = {floor.sku("tea"): 3, floor.sku("rice"): 4}
    order = floor.worker("chen").open_document("pick", lines, number=f"SO-{floor.code}").ok()
    li, wang = (someone(floor, phones, name) for name in ("li", "wang"))
    opens(li, "pick", order["number"])
    li.press("work-take")
    expect(li.see("go-to")).to_have_text("A-01")
    li.scan("A-01")
    expect(li.see("pick-this")).to_be_visible()
    li.counts(floor.codes["tea"], "1")
    li.all_sent()
    wang.home()
    opens(wang, "check", order["number"])
    expect(wang.see("check-counter")).to_be_visible()
    li.offline()
    wang.offline()

    li.counts(floor.codes["tea"], "2")
    expect(li.see("go-to")).to_have_text("A-02")
    li.scan("A-02")
    expect(li.see("pick-this")).to_be_visible()
    li.counts(floor.codes["rice"], "3")
    li.press("pick-short", "short-keep")
    hands_in(li)
    scans(wang, floor.codes["tea"], 2)
    scans(wang, floor.codes["cup"], 1)  # in place of the third tea
    scans(wang, floor.codes["rice"], 3)
    hands_in(wang)

    come_back(wang, li)
    sku = floor.sku
    states = {one: state for (one, _), (state, _) in goods(floor, order["id"]).items()}
    assert states == {sku("tea"): "differs", sku("rice"): "agreed", sku("cup"): "differs"}
    assert kinds(floor) == ["check_differs", "check_differs", "short_pick"]
    words = [{"sku": sku("tea"), "quantity": "2"}, {"sku": sku("cup"), "quantity": "0"}]
    floor.worker("zhou").post(f"/documents/{order['id']}/settle", {"id": new_id(), "lines": words}).ok()

    zhao = someone(floor, phones, "zhao")
    opens(zhao, "ship", order["number"])
    expect(zhao.see("ship-line")).to_have_count(2)
    zhao.offline()
    zhao.press("ship-it", "ship-it")
    expect(zhao.see("back-to-tasks")).to_be_visible()
    come_back(zhao)
    assert floor.qty("CUSTOMER", "tea") == "2.000" and floor.qty("CUSTOMER", "rice") == "3.000"
    assert floor.qty("A-02", "cup") == "9.000" and floor.differences() == []
    assert li.complaints == wang.complaints == zhao.complaints == []


def test_who_picked_meanwhile_is_refused_as_the_checker(floor, phones):
    """The check was on the phone before: what it says comes too late to be a second pair of eyes."""
    order = floor.worker("chen").open_document("pick", {floor.sku("tea"): 2}, number=f"SO-{floor.code}").ok()
    floor.worker("wang").pick(order["id"], floor.sku("tea"), 1, "A-01")
    li = someone(floor, phones, "li")
    opens(li, "check", order["number"])
    expect(li.see("check-counter")).to_be_visible()
    li.offline()
    scans(li, floor.codes["tea"], 2)
    hands_in(li)
    floor.worker("li").pick(order["id"], floor.sku("tea"), 1, "A-01")  # with a handheld, in the other hall
    li.offline(False)
    expect(li.see("work-refused").first).to_be_visible()
    li.press("sync-chip")
    expect(li.see("refused-event").first).to_contain_text("you have worked on the other side")
    assert [state for state, _ in goods(floor, order["id"]).values()] == ["waiting"]
    assert floor.differences() == []


def test_a_transfer_that_arrives_short_and_late(floor, given_all, phones):
    far = Hall(given_all, f"{floor.code}F")
    far.sku = floor.sku  # the same goods
    given_all.place("DOCK", far.code, kind="dock")
    given_all.policy(far.code, handling={"receive_check_over": "0"})
    asked = floor.worker("li").open_document(
        "transfer", {floor.sku("tea"): 5}, number=f"T-{floor.code}", to_warehouse=far.code
    )
    number, id_ = asked.ok()["number"], asked["id"]
    floor.worker("zhou").post(f"/documents/{id_}/approve", {"id": new_id()}).ok()
    floor.worker("wang").pick(id_, floor.sku("tea"), 5, "A-01")
    floor.worker("wang").tell("pick.submit", document=id_)
    floor.worker("zhao").pick_check(id_, floor.sku("tea"), 5)
    floor.worker("zhao").ship(id_)

    li, wang = (someone(far, phones, name) for name in ("li", "wang"))
    opens(li, "receive", number)
    expect(li.see("work-line")).to_have_count(1)
    li.counts(floor.codes["tea"], "3")
    li.all_sent()
    wang.home()
    opens(wang, "check", number)
    expect(wang.see("work-line")).to_have_count(1)
    li.offline()
    wang.offline()
    li.counts(floor.codes["tea"], "1")
    hands_in(li)
    wang.counts(floor.codes["tea"], "4")
    hands_in(wang)
    come_back(wang, li)

    assert kinds(far) == ["transfer_differs"]
    assert far.qty("DOCK", "tea") == "4.000"
    assert floor.differences() == far.differences() == []
    assert li.complaints == wang.complaints == []


def test_a_production_order_with_loss_is_told_late(floor, phones):
    """Who made it comes back before who took the material; more was used than what was made explains."""
    bill = [{"sku": floor.sku("tea"), "quantity": "20", "role": "input"}]
    bill.append({"sku": floor.sku("box"), "quantity": "10", "role": "output"})
    order = floor.worker("chen").open_document("production", bill, number=f"MO-{floor.code}").ok()
    li, wang = (someone(floor, phones, name) for name in ("li", "wang"))
    for phone in (li, wang):
        with phone.page.expect_response(lambda reply: reply.url.endswith(order["id"])):
            phone.go("produce")
        expect(phone.see("order-card")).to_have_count(1)
        phone.offline()
    for _ in range(2):
        if li.see("order-card").count():
            li.scan(order["number"])
        li.scan("A-01")
        li.counts(floor.codes["tea"], "9")
        li.press("produce-keep")
        expect(li.see("undo-bar")).to_be_visible()
    wang.scan(order["number"])
    wang.press("produce-output")
    wang.scan("A-02")
    wang.counts(floor.codes["box"], "7")
    wang.press("produce-keep")
    expect(wang.see("undo-bar")).to_be_visible()
    come_back(wang, li)

    assert floor.qty("A-01", "tea") == "22.000" and floor.qty("A-02", "box") == "7.000"
    floor.worker("chen").post(f"/documents/{order['id']}/close", {"id": new_id()}).ok()
    assert "overuse" in kinds(floor)
    assert floor.differences() == []
    assert li.complaints == wang.complaints == []
