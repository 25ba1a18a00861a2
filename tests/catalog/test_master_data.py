"""Items, codes, lots, places, reasons: added once, found by what people call them, refused with a word."""

import pytest

from tests.worker import new_id


def test_the_same_item_twice_is_the_first_answer(given):
    item = {"id": new_id(), "sku": "TEA/1", "name": "Tea", "unit": "box", "unit_cost": "2.5", "abc": "A"}

    first, again = given.admin.post("/items", item), given.admin.post("/items", item)

    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body == given.admin.get("/items/TEA/1").body
    assert given.admin.post("/items", item | {"name": "Other"}).code == "id_reused"


def test_a_taken_sku_names_its_owner(given):
    given.item("TEA")

    reply = given.admin.post("/items", {"id": new_id(), "sku": "TEA", "name": "Another"})

    assert (reply.status, reply.code) == (409, "sku_taken")
    assert "TEA" in reply["detail"]


def test_a_text_names_one_item_only(given):
    given.code("TEA", "6901234567892")
    given.item("RICE")

    def code(text):
        return given.admin.post("/codes", {"id": new_id(), "sku": "RICE", "code": text}).code

    assert code("06901234567892") == "code_taken"
    assert code("TEA") == "code_taken"
    assert given.admin.post("/items", {"id": new_id(), "sku": "6901234567892", "name": "x"}).code == "sku_taken"
    assert code("RICE-2") == "RICE-2"  # the code as it was added


def test_a_code_that_is_taken_away_is_free_again(given):
    given.code("TEA", "BOX")
    given.item("RICE")

    assert given.admin.ask("DELETE", "/codes/BOX").status == 204
    assert given.admin.post("/codes", {"id": new_id(), "sku": "RICE", "code": "BOX"}).status == 201


def test_staff_never_see_what_things_cost(given):
    given.code("TEA", "BOX", pack=6)
    staff = given.staff()

    one, many = staff.get("/items/TEA").ok().body, staff.get("/items").ok().items

    assert "unit_cost" not in one
    assert "unit_cost" not in many[0]
    assert one["codes"] == [{"code": "BOX", "pack_quantity": "6.000"}]


def test_staff_read_the_catalogue_and_change_nothing(given):
    given.place("A-01")
    given.item("TEA")
    staff = given.staff()

    assert staff.get("/locations").ok().items
    assert staff.patch("/items/TEA", {"name": "x"}).code == "no_permission"
    assert staff.post("/items", {"id": new_id(), "sku": "X", "name": "x"}).code == "no_permission"
    assert staff.get("/exports/items.csv").code == "no_permission"


def test_the_unit_cannot_change_under_the_moves(given):
    given.shelf("A-01", tea=4)

    assert given.admin.patch("/items/TEA", {"unit": "kg"}).code == "item_in_use"
    assert given.admin.patch("/items/TEA", {"name": "Green tea", "unit": "ea"}).ok()["name"] == "Green tea"


def test_lists_come_page_by_page_and_miss_nothing(given):
    for n in range(7):
        given.item(f"TEA-{n}")
    seen, cursor = [], None
    while True:
        page = given.admin.get("/items", limit=3, cursor=cursor, search="tea-").ok()
        seen += [item["sku"] for item in page.items]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == [f"TEA-{n}" for n in range(7)]


@pytest.mark.parametrize("search", ["%", "_", "!", "'", "\\"])
def test_a_search_means_what_it_says(given, search):
    given.item("TEA")

    assert given.admin.get("/items", search=search).ok().items == []


def test_every_warehouse_has_the_world_outside(given):
    given.place("A-01", path_order=3)

    places = given.admin.get("/locations", warehouse="WH1").ok().items

    assert {place["code"] for place in places if place["virtual"]} == set(
        "SUPPLIER CUSTOMER PRODUCTION LOSS SCRAP TRANSIT".split()
    )
    assert places[-1]["code"] == "A-01"  # walking order
    assert given.admin.ask("PATCH", "/locations/LOSS", {"zone": "Z"}, warehouse="WH1").code == "virtual_location"


def test_a_place_belongs_to_its_warehouse(given):
    given.place("A-01")
    given.place("A-01", warehouse="WH2")
    chen = given.supervisor(warehouse="WH2")

    taken = given.admin.post("/locations", {"id": new_id(), "warehouse": "WH1", "code": "A-01"})
    elsewhere = chen.post("/locations", {"id": new_id(), "warehouse": "WH1", "code": "B-01"})

    assert (taken.code, elsewhere.code) == ("code_taken", "warehouse_unknown")
    assert [place["warehouse"] for place in chen.get("/locations", search="A-01").ok().items] == ["WH2"]


def test_lots_belong_to_items_that_are_tracked_by_lot(given):
    given.item("TEA")
    given.lot("MILK", "L1", "2027-01-31")

    assert given.admin.post("/lots", {"id": new_id(), "sku": "TEA", "lot": "L1"}).code == "lot_not_tracked"
    assert given.admin.post("/lots", {"id": new_id(), "sku": "MILK", "lot": "L1"}).code == "lot_taken"
    assert given.admin.patch("/lots/MILK/L1", {"expiry": "2027-02-01"}).ok()["expiry"] == "2027-02-01"


def test_reasons_speak_both_languages(given):
    own = {"code": "human.sleep", "kind": "cause", "loss_type": "human", "en": "Asleep", "zh": "睡着了"}
    given.admin.post("/reasons", own).ok()

    reply = given.admin.ask("GET", "/reasons", headers={"Accept-Language": "zh-CN"}).ok()

    names = {word["code"]: word["name"] for word in reply.items}
    assert (names["damage"], names["human"], names["human.sleep"]) == ("破损", "人为损耗", "睡着了")
    assert [stage["code"] for stage in reply["stages"]][:2] == ["purchase", "receiving"]
    assert given.admin.post("/reasons", own | {"en": "Else"}).code == "reason_taken"
