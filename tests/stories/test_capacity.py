"""A bin may say how much ought to lie there: suggestions look for room, and more than fits is told, not refused."""

import io

import pytest

from tests.given import ALONE
from tests.house import new_id


@pytest.fixture
def dock(hall):
    """Tea on a small shelf, other bins of known and unknown room, and a delivery at the dock."""
    hall.given.place("DOCK", hall.code, kind="dock")
    for n, (place, capacity) in enumerate((("A-01", "10"), ("A-02", "4"), ("A-03", "8"), ("A-04", None))):
        hall.given.place(place, hall.code, path_order=n, **({"capacity": capacity} if capacity else {}))
    hall.shelf("A-01", tea=7)
    hall.policy(handling=ALONE)
    return hall


def arrive(hall, quantity):
    """So much tea stands at the dock; gives the receipt's id."""
    document = hall.chen.open_document("receipt", {"TEA": quantity}).ok()["id"]
    hall.li.receive(document, "TEA", quantity)
    return document


def bins(hall, document):
    """Where the server says to put it."""
    (line,) = hall.sun.get(f"/documents/{document}/putaway").ok().items
    (task,) = [one for one in hall.sun.tasks() if one["kind"] == "putaway" and one["document"] == document]
    assert task["lines"][0]["bins"] == line["bins"]
    return [bin_["location"] for bin_ in line["bins"]]


def kinds(hall):
    """Open cases by kind and place."""
    return [(case["kind"], case["location"]) for case in hall.zhou.get("/cases", warehouse=hall.code).ok().items]


def test_beside_its_like_as_long_as_there_is_room(dock):
    assert bins(dock, arrive(dock, 3))[0] == "A-01"


def test_where_all_of_it_fits_goes_before_where_some_does(dock):
    assert bins(dock, arrive(dock, 6)) == ["A-03", "A-04", "A-01"]


def test_a_full_bin_is_not_suggested(dock):
    dock.shelf("A-01", tea=3)
    assert "A-01" not in bins(dock, arrive(dock, 2))


def test_more_than_fits_is_told_and_becomes_a_case(dock):
    document = arrive(dock, 6)
    assert dock.sun.put_away("TEA", 3, "A-01", document=document)["code"] is None

    receipt = dock.sun.put_away("TEA", 2, "A-01", document=document)

    assert (receipt["result"], receipt["code"]) == ("accepted", "over_capacity") and dock.qty("A-01") == "12.000"
    assert kinds(dock) == [("over_capacity", "A-01")]
    assert dock.sun.move("TEA", 5, "A-01", "A-02", warehouse=dock.code)["code"] == "over_capacity"
    assert dock.sun.move("TEA", 5, "A-01", "A-04", warehouse=dock.code)["code"] is None
    assert dock.differences() == []


def test_who_counts_is_not_told_what_would_fit(dock):
    (task,) = dock.start(locations=["A-01"], skus=["TEA"])
    document = arrive(dock, 9)

    assert dock.sun.put_away("TEA", 9, "A-01", document=document)["code"] is None
    assert dock.sun.move("TEA", 9, "A-01", "A-02", warehouse=dock.code)["code"] is None
    assert task and ("over_capacity", "A-01") in kinds(dock)


def test_it_is_said_changed_and_taken_back(dock):
    place = dock.zhou.get("/locations/A-01", warehouse=dock.code).ok()
    assert place["capacity"] == "10.000"
    for said, wanted in (("12.5", "12.500"), (None, None)):
        changed = dock.chen.ask("PATCH", "/locations/A-01", {"capacity": said}, warehouse=dock.code).ok()
        assert changed["capacity"] == wanted
    for wrong in ("0", "-1", "much"):
        assert dock.chen.ask("PATCH", "/locations/A-01", {"capacity": wrong}, warehouse=dock.code).status == 422
    new = {"id": new_id(), "warehouse": dock.code, "code": "B-01", "capacity": "5"}
    assert [dock.chen.post("/locations", new).status for _ in range(2)] == [201, 200]
    assert dock.chen.post("/locations", new | {"capacity": "6"}).code == "id_reused"


def test_it_comes_and_goes_with_spreadsheets(dock):
    sheet = f"warehouse,code,容量\n{dock.code},A-01,25\n{dock.code},C-01,\n{dock.code},C-02,7.5\n"
    files = {"file": (io.BytesIO(sheet.encode()), "locations.csv")}
    assert dock.chen.ask("POST", "/imports/locations", files=files).ok()["accepted"] == 3

    text = dock.zhou.get("/exports/locations.csv", warehouse=dock.code).body.decode()
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0].lstrip("\ufeff").endswith("path_order,capacity")
    said = {line.split(",")[1]: line.split(",")[-1] for line in lines[1:]}
    assert (said["A-01"], said["C-01"], said["C-02"]) == ("25.000", "", "7.500")


def test_a_sheet_without_the_column_leaves_it_as_it_is(dock):
    sheet = f"warehouse,code,zone,kind,path_order\n{dock.code},A-01,Z,shelf,3\n"
    files = {"file": (io.BytesIO(sheet.encode()), "locations.csv")}
    dock.chen.ask("POST", "/imports/locations", files=files).ok()

    place = dock.zhou.get("/locations/A-01", warehouse=dock.code).ok()
    assert (place["zone"], place["capacity"]) == ("Z", "10.000")


def test_a_place_may_say_how_much_of_one_item_fits(dock):
    dock.given.item("DRUM")
    said = {"capacities": [{"sku": "TEA", "quantity": "8"}, {"sku": "DRUM", "quantity": "2"}]}
    changed = dock.chen.ask("PATCH", "/locations/A-01", said, warehouse=dock.code).ok()
    assert changed["capacities"] == [{"sku": "DRUM", "quantity": "2.000"}, {"sku": "TEA", "quantity": "8.000"}]
    assert dock.zhou.get("/locations/A-01", warehouse=dock.code)["capacities"] == changed["capacities"]

    assert bins(dock, arrive(dock, 2))[0] != "A-01"
    assert dock.sun.move("DRUM", 2, "A-04", "A-01", warehouse=dock.code)["code"] is None
    assert dock.sun.move("DRUM", 1, "A-04", "A-01", warehouse=dock.code)["code"] == "over_capacity"
    document = arrive(dock, 2)
    assert dock.sun.put_away("TEA", 2, "A-01", document=document)["code"] == "over_capacity"

    cleared = dock.chen.ask("PATCH", "/locations/A-01", {"capacities": []}, warehouse=dock.code).ok()
    assert cleared["capacities"] == [] and cleared["capacity"] == "10.000"


def test_what_names_no_item_or_one_twice_is_refused(dock):
    for wrong, field in (
        ([{"sku": "NONE", "quantity": "2"}], "capacities[0].sku"),
        ([{"sku": "TEA", "quantity": "2"}, {"sku": "TEA", "quantity": "3"}], "capacities"),
    ):
        reply = dock.chen.ask("PATCH", "/locations/A-01", {"capacities": wrong}, warehouse=dock.code)
        assert reply.status == 422 and field in reply["fields"]
    new = {"id": new_id(), "warehouse": dock.code, "code": "B-02", "capacities": [{"sku": "TEA", "quantity": "2"}]}
    assert [dock.chen.post("/locations", new).status for _ in range(2)] == [201, 200]
    assert dock.chen.post("/locations", new | {"capacities": []}).code == "id_reused"
