"""What supervisors look at, on the phone and on a wide screen: cases, who answers, a container's way, production."""

import io

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import Album
from tests.e2e.test_shop_window import AXE, Window
from tests.worker import new_id

SIZES = pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "wide"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-CN"])
WORDS = {"en": ("Oolong tea", "Rice", "Crushed at the edge"), "zh-CN": ("乌龙茶", "大米", "边角压坏")}


@pytest.fixture
def boss(phones, size, language):
    """A supervisor's screen of that size, and what looks at it."""

    def at_work(hall, name):
        kind = "wide" if size[0] > 1000 else "phone"
        shown = phones(
            viewport={"width": size[0], "height": size[1]},
            is_mobile=kind == "phone",
            has_touch=kind == "phone",
            locale=language,
            album=Album(f"{name}-{kind}-{language}"),
        )
        shown.context.add_init_script(path=AXE)
        return shown.sign_in(hall.of("chen")), Window(shown, language), kind == "wide"

    return at_work


def fits(phone):
    """Nothing runs out of the screen sideways."""
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@SIZES
@LANGUAGES
def test_cases_stand_in_a_table_beside_the_one_that_is_read(hall, boss, language, size):
    rice = hall.item("rice", WORDS[language][1], unit_cost="4")
    reports = [
        ("damaged", {"location": "A-01", "sku": rice, "quantity": "3", "note": WORDS[language][2]}),
        ("lost", {"location": "A-02", "sku": rice, "quantity": "12"}),
        ("unsafe", {"location": "A-01"}),
        ("label_unreadable", {"location": "A-02"}),
        ("wrong_place", {"location": "A-01", "sku": rice}),
    ]
    for kind, words in reports:
        hall.worker("li").tell("case.report", kind=kind, warehouse=hall.code, **words)
    chen, window, is_wide = boss(hall, "cases")
    chen.page.goto(f"{chen.url}/cases")
    card = "case-row" if is_wide else "case-card"
    expect(chen.see(card)).to_have_count(5)
    window.look("cases")
    chen.keep_picture("cases")
    chen.press(card)
    expect(chen.see("case-detail")).to_be_visible()
    assert chen.see("case-row").count() == (5 if is_wide else 0)
    fits(chen)
    window.look("case")
    chen.keep_picture("case")
    chen.press("case-hand")
    chen.see("case-new-owner").select_option(hall.of("li"))
    chen.see("case-new-severity").select_option("low")
    window.look("hand over")
    chen.press("case-confirm")
    expect(chen.see("case-owner")).to_contain_text("Li")
    assert window.faults == []


@SIZES
@LANGUAGES
def test_who_answers_is_a_table_that_a_supervisor_writes(hall, boss, language, size):
    for name in ("li", "wang", "zhao"):
        hall.worker(name)
    hall.worker("zhou")
    chen, window, _ = boss(hall, "answers")
    for stage, cause, person in ((None, None, "chen"), ("storage", None, "wang"), ("picking", "human", "li")):
        said = {"id": new_id(), "warehouse": hall.code, "stage": stage, "cause": cause, "person": hall.of(person)}
        hall.worker("chen").post("/responsibilities", said).ok()
    said = {"id": new_id(), "warehouse": hall.code, "kind": "damaged", "zone": None, "person": hall.of("wang")}
    hall.worker("chen").post("/responsibilities", said).ok()
    chen.page.goto(f"{chen.url}/answers")
    expect(chen.see("cell-storage-any")).to_have_text("Wang")
    expect(chen.see("cell-picking-human.carelessness")).to_have_text("Li")
    expect(chen.see("cell-shipping-human.carelessness")).to_have_text("Chen")
    expect(chen.see("answers-line")).to_have_count(1)
    window.look("matrix")
    chen.keep_picture("matrix")

    chen.press("cell-shipping-human.carelessness")
    expect(chen.see("answers-stage")).to_have_value("shipping")
    expect(chen.see("answers-cause")).to_have_value("human.carelessness")
    chen.see("answers-person").select_option(hall.of("zhao"))
    window.look("cell")
    chen.press("answers-save")
    expect(chen.see("cell-shipping-human.carelessness")).to_have_text("Zhao")
    chen.press("answers-as-lines")
    expect(chen.see("answers-line")).to_have_count(5)
    fits(chen)
    assert window.faults == []


@SIZES
@LANGUAGES
def test_a_container_is_traced_through_what_it_carried(hall, boss, language, size):
    sku = hall.item("milk", {"en": "Oat milk", "zh-CN": "燕麦奶"}[language], lot_tracked=True, unit_cost="9")
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.given.policy(
        hall.code,
        handling={
            "receive_check_over": None,
            "receive_check_first_lot": False,
            "receive_check_share": "0",
            "low_quantity": None,
            "zero_count": False,
        },
    )
    li, wang = hall.worker("li"), hall.worker("wang")
    order = hall.worker("chen").open_document("receipt", {sku: 20}, number=f"PO-{hall.code}", partner="Dairy").ok()
    pallet = f"LPN-{hall.code}"
    li.receive(order["id"], sku, 20, lot="L1", container=pallet)
    li.tell("receive.submit", document=order["id"])
    li.put_away(sku, 20, "A-01", document=order["id"], lot="L1", container=pallet)
    wang.move(sku, 20, "A-01", "A-02", lot="L1", container=pallet, warehouse=hall.code)
    sold = hall.worker("chen").open_document("pick", {sku: 4}, number=f"SO-{hall.code}", partner="North 1").ok()["id"]
    li.pick(sold, sku, 4, "A-02", lot="L1", container=f"TOTE-{hall.code}")
    wang.pick_check(sold, sku, 4, lot="L1")
    wang.ship(sold)

    chen, window, _ = boss(hall, "container")
    chen.page.goto(f"{chen.url}/trace?container={pallet}")
    expect(chen.see("trace-from")).to_contain_text("Dairy")
    expect(chen.see("trace-steps").locator("tbody tr, > li")).to_have_count(3)
    window.look("container")
    chen.keep_picture("container")
    chen.page.goto(f"{chen.url}/trace?sku={sku}&lot=L1")
    expect(chen.see("trace-containers").locator("li")).to_have_count(2)
    window.look("lot")
    chen.keep_picture("lot")
    chen.press("trace-recall")
    expect(chen.see("recall-containers").locator("li")).to_have_count(2)
    fits(chen)
    window.look("recall")
    chen.keep_picture("recall")
    assert window.faults == []


@SIZES
@LANGUAGES
def test_production_against_its_bills_of_material(hall, boss, language, size):
    board = hall.item("board", {"en": "Board", "zh-CN": "纸板"}[language], unit_cost="1.5")
    glue = hall.item("glue", {"en": "Glue", "zh-CN": "胶水"}[language], unit_cost="4")
    box = hall.item("box", {"en": "Box", "zh-CN": "纸箱"}[language], unit_cost="9")
    hall.shelf("M-01", board=200, glue=40)
    orders = f"""document,sku,role,quantity,due_on,line
MO-1,{box},output,10,2026-12-01,Line 1
MO-1,{board},input,20,,
MO-1,{glue},input,1.5,,
MO-2,{box},output,5,,Line 2
MO-2,{board},input,10,,
MO-3,{box},output,5,,Line 2
MO-3,{board},input,10,,
"""
    files = {"file": (io.BytesIO(orders.encode()), "orders.csv")}
    hall.worker("chen").ask("POST", "/imports/orders", files=files, warehouse=hall.code).ok()
    li = hall.worker("li")
    for order, kind, sku, many in (
        *(("MO-1", "consume", board, "24"), ("MO-1", "consume", glue, "1.5"), ("MO-1", "output", box, "10")),
        *(("MO-2", "consume", board, "10"), ("MO-3", "output", box, "5")),
    ):
        said = {"order": order, "sku": sku, "quantity": many, "location": "M-01", "warehouse": hall.code}
        assert li.tell(f"produce.{kind}", **said)["result"] == "accepted"

    chen, window, is_wide = boss(hall, "production")
    chen.page.goto(f"{chen.url}/produce/usage")
    expect(chen.see("usage-loss")).to_have_text(["6.00", "0.00"])
    expect(chen.see("usage-row")).to_have_count(4)
    assert chen.page.locator("table").count() == int(is_wide)
    fits(chen)
    window.look("production")
    chen.keep_picture("production")
    for state, number in (("overuse", "MO-1"), ("not_reported", "MO-2"), ("not_issued", "MO-3")):
        chen.press(f"usage-{state}")
        expect(chen.see("usage-row")).to_have_count(1)
        expect(chen.see("usage-row")).to_contain_text(number)
    assert window.faults == []
