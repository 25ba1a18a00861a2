"""What a scanned text names."""

import pytest
from sqlalchemy import event

from server.catalog.identify import identify_many
from server.db import db, put, transaction

TEA = "6901234567892"


@pytest.fixture
def shop(given):
    """A warehouse with tea by the case, rice by weight, milk by the lot, and one pallet."""
    given.code("TEA", "16901234567899", pack=12)
    given.code("TEA", TEA)
    given.code("TEA", "BOX-7", pack=6)
    given.item("RICE", unit="kg", weighed=True)
    given.code("RICE", "95012345678903")
    given.lot("MILK", "L-1", "2027-01-31")
    given.place("A-01-02")
    return given


def ask(shop, code):
    return shop.admin.get("/identify", warehouse="WH1", code=code).ok().body


@pytest.mark.parametrize(
    ("code", "sku", "pack"),
    [
        (TEA, "TEA", "1.000"),
        ("0" + TEA, "TEA", "1.000"),
        ("]E0" + TEA, "TEA", "1.000"),
        ("16901234567899", "TEA", "12.000"),
        ("BOX-7", "TEA", "6.000"),
        ("]C0BOX-7", "TEA", "6.000"),
        ("MILK", "MILK", "1.000"),
    ],
)
def test_a_code_names_its_item_and_its_pack(shop, code, sku, pack):
    said = ask(shop, code)

    assert (said["kind"], said["sku"], said["pack_quantity"]) == ("item", sku, pack)
    assert "gs1" not in said


def test_a_gs1_label_brings_lot_expiry_and_quantity(shop):
    said = ask(shop, f"010{TEA}17270131" + "10L-9{GS}374")

    assert (said["sku"], said["lot"], said["expiry"], said["quantity"]) == ("TEA", "L-9", "2027-01-31", "4.000")
    assert said["gs1"] == {"01": "0" + TEA, "17": "270131", "10": "L-9", "37": "4"}


def test_weight_counts_for_what_is_kept_by_weight(shop):
    assert ask(shop, "01950123456789033103001250")["quantity"] == "1.250"
    assert "quantity" not in ask(shop, f"010{TEA}3103001250")


def test_an_item_may_carry_its_gtin_as_its_sku(shop):
    shop.item("4006381333931")

    assert ask(shop, "0104006381333931")["sku"] == "4006381333931"


def test_a_code_of_ones_own_wins_over_what_it_looks_like(shop):
    shop.code("RICE", "https://example.com/rice")

    assert ask(shop, "https://example.com/rice")["sku"] == "RICE"


def test_places_and_lots_are_named_too(shop):
    assert ask(shop, "A-01-02")["location"] == "A-01-02"
    assert (ask(shop, "L-1")["kind"], ask(shop, "L-1")["sku"]) == ("lot", "MILK")


def test_a_lot_of_two_items_does_not_say_whose_it_is(shop):
    shop.lot("CREAM", "L-1")

    said = ask(shop, "L-1")

    assert said["kind"] == "lot"
    assert "sku" not in said


def test_a_badge_names_its_person(shop):
    shop.person("li", badge="B-77")

    assert ask(shop, "B-77")["person"] == "li"


def test_pallets_and_serials_are_named(shop, app):
    warehouse = shop.admin.get("/me").ok()["warehouses"][0]["id"]
    tea = shop.admin.get("/items/TEA").ok()["id"]
    with app.app_context(), transaction():
        columns = ["warehouse_id", "id", "code", "kind", "made_at"]
        put("containers", [(warehouse, tea, "106141412345678908", "pallet", 0)], columns)
        put("serials", [(tea, "S-1", "", 0)], ["item_id", "serial", "lot", "made_at"])

    assert ask(shop, "00106141412345678908")["container"] == "106141412345678908"
    assert (ask(shop, "S-1")["kind"], ask(shop, "S-1")["sku"]) == ("serial", "TEA")


@pytest.mark.parametrize("code", ["NOPE", "LOSS", "0" * 1999, "]C1", "(01)", "' OR 1=1 --", "%"])
def test_what_nobody_knows_is_unknown_and_no_mistake(shop, code):
    assert ask(shop, code)["kind"] == "unknown"


def test_a_gs1_label_of_nothing_known_is_still_read(shop):
    said = ask(shop, "(01)04006381333931(10)X")

    assert (said["kind"], said["gs1"]) == ("unknown", {"01": "04006381333931", "10": "X"})


def test_both_words_of_the_question_are_needed(shop):
    assert shop.admin.get("/identify", warehouse="WH1")["fields"] == {"code": ["required"]}
    assert shop.admin.get("/identify", code="X")["fields"] == {"warehouse": ["required"]}
    assert shop.admin.get("/identify", warehouse="WH9", code="X").code == "warehouse_unknown"


def test_any_number_of_texts_takes_one_statement(shop, app):
    texts = [TEA, "BOX-7", "NOPE", "MILK", f"010{TEA}10A", "", "a\x00b", *(f"N-{n}" for n in range(500))]
    said = []
    with app.app_context():
        db.session.rollback()
        event.listen(db.engine, "before_cursor_execute", lambda *words: said.append(words[2]))
        named = identify_many(texts)

    assert len([sql for sql in said if sql != "BEGIN"]) == 1
    assert {text: named[text].sku for text in texts[:7]} == {
        TEA: "TEA",
        "BOX-7": "TEA",
        "NOPE": None,
        "MILK": "MILK",
        f"010{TEA}10A": "TEA",
        "": None,
        "a\x00b": None,
    }
