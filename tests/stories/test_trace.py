"""Where something came from, everywhere it was, who touched it and where it went; and a recall of a lot."""

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """Milk of two lots: L1 came by PO-1, was put away, moved, picked and shipped to two customers; L2 lies still."""
    sku = hall.sku = f"MILK{hall.code}"
    for place in ("A-01", "A-02"):
        hall.given.place(place, hall.code)
    hall.given.lot(sku, "L1", "2027-06-01")
    hall.given.lot(sku, "L2", "2027-09-01")
    hall.policy(
        handling={
            "receive_check_over": None,
            "receive_check_first_lot": False,
            "receive_check_share": "0",
            "pick_check_over": "0.0000",
            "short_count": False,
            "zero_count": False,
            "low_quantity": None,
        }
    )
    order = hall.chen.open_document("receipt", {sku: 20}, number="PO-1", partner="Dairy").ok()["id"]
    hall.li.receive(order, sku, 20, lot="L1", expiry="2027-06-01")
    hall.li.tell("receive.submit", document=order)
    hall.li.put_away(sku, 20, "A-01", document=order, lot="L1")
    hall.wang.move(sku, 8, "A-01", "A-02", lot="L1", warehouse=hall.code)
    hall.shelf("A-01", lot="L2", at_=at(minutes=-1), **{sku.lower(): 6})
    for number, partner, qty in (("SO-1", "North Shop", 3), ("SO-2", "South Shop", 2)):
        sold = hall.chen.open_document("pick", {sku: qty}, number=number, partner=partner).ok()["id"]
        hall.li.pick(sold, sku, qty, "A-01", lot="L1")
        hall.wang.pick_check(sold, sku, qty, lot="L1")
        hall.sun.tell("ship", document=sold)
    return hall


def ask(hall, path="trace", by="zhou", **words):
    """Trace or recall; gives the answer."""
    return getattr(hall, by).get(f"/{path}", warehouse=hall.code, **words).ok()


def test_a_lot_from_its_supplier_to_its_customers(floor):
    found = ask(floor, sku=floor.sku, lot="L1")

    assert (found["subject"]["kind"], found["subject"]["expiry"], found["hidden"]) == ("lot", "2027-06-01", False)
    assert [(one["place"], one["document"], one["partner"], one["quantity"]) for one in found["origins"]] == [
        ("SUPPLIER", "PO-1", "Dairy", "20.000")
    ]
    went = {(one["place"], one["document"], one["partner"]): one["quantity"] for one in found["destinations"]}
    assert went == {("CUSTOMER", "SO-1", "North Shop"): "3.000", ("CUSTOMER", "SO-2", "South Shop"): "2.000"}
    places = {one["place"]: one["quantity"] for one in found["places"]}
    assert (places["A-01"], places["A-02"]) == ("7.000", "8.000") and len(places) == 4  # the dock and the staging place
    did = {one["person"]: one["did"] for one in found["people"]}
    assert did == {"Li": ["pick", "putaway", "receipt"], "Wang": ["check", "move"], "Sun": ["ship"]}
    assert {one["number"] for one in found["documents"]} == {"PO-1", "SO-1", "SO-2"}
    kinds = [one["kind"] for one in found["steps"]]
    assert kinds == ["receipt", "putaway", "move", "pick", "ship", "pick", "ship"]
    assert {one["lot"] for one in found["steps"]} == {"L1"} and not found["more"]


def test_an_item_over_all_its_lots_in_a_stretch_of_time(floor):
    assert {one["lot"] for one in ask(floor, sku=floor.sku)["steps"]} == {"L1", "L2"}
    early = ask(floor, sku=floor.sku, to=at(seconds=-30))
    assert [one["lot"] for one in early["steps"]] == ["L2"]


def test_a_recall_says_where_it_is_and_who_got_it(floor):
    found = ask(floor, "recall", sku=floor.sku, lot="L1")

    assert {one["place"]: one["quantity"] for one in found["now"]} == {"A-01": "7.000", "A-02": "8.000"}
    assert [(one["partner"], one["quantity"], one["documents"]) for one in found["customers"]] == [
        ("North Shop", "3.000", ["SO-1"]),
        ("South Shop", "2.000", ["SO-2"]),
    ]
    assert [(one["place"], one["document"]) for one in found["came"]] == [("SUPPLIER", "PO-1")]
    assert {one["number"] for one in found["documents"]} == {"PO-1", "SO-1", "SO-2"}
    assert found["products"] == []


def test_a_recall_follows_what_was_made_of_it(floor):
    jam = f"JAM{floor.code}"
    floor.given.lot(jam, "J1")
    floor.post(floor.sku, 4, "A-01", "PRODUCTION", "consume", lot="L1", document="MO-1")
    floor.post(jam, 9, "PRODUCTION", "A-02", "output", lot="J1", document="MO-1")
    floor.post(jam, 5, "A-02", "CUSTOMER", "ship", lot="J1", document="SO-9")

    found = ask(floor, "recall", sku=floor.sku, lot="L1")
    assert [(one["sku"], one["lot"], one["document"]) for one in found["products"]] == [(jam, "J1", "MO-1")]
    assert {(one["sku"], one["place"]) for one in found["now"]} == {
        (floor.sku, "A-01"),
        (floor.sku, "A-02"),
        (jam, "A-02"),
    }
    assert {number for one in found["customers"] for number in one["documents"]} == {"SO-1", "SO-2", "SO-9"}
    back = ask(floor, sku=jam, lot="J1")
    assert [(one["sku"], one["lot"]) for one in back["made_from"]] == [(floor.sku, "L1")] and back["made_into"] == []


def test_a_serial_and_no_other_that_looks_like_it(floor):
    drill = f"DRILL{floor.code}"
    floor.given.item(drill, serial_tracked=True)
    for serial in ("SN_1", "SN-1", "SN-12"):
        floor.post(drill, 1, "SUPPLIER", "A-01", "receipt", serials=[serial])
    floor.li.move(drill, 1, "A-01", "A-02", serial="SN_1", warehouse=floor.code)
    floor.post(drill, 1, "A-02", "CUSTOMER", "ship", serials=["SN_1"], document="SO-7")

    found = ask(floor, serial="SN_1", sku=drill)
    assert [(one["from"], one["to"]) for one in found["steps"]] == [
        ("SUPPLIER", "A-01"),
        ("A-01", "A-02"),
        ("A-02", "CUSTOMER"),
    ]
    assert len(found["people"]) == 2  # Li, and who posted for the ERP
    assert len(ask(floor, code="SN-1")["steps"]) == 1


def test_a_container_and_a_scanned_label(floor):
    said = {"id": new_id(), "warehouse": floor.code, "code": f"PAL-{floor.code}", "location": "A-01"}
    floor.chen.post("/containers", said).ok()

    found = ask(floor, code=said["code"])
    assert (found["subject"]["kind"], found["containers"][0]["location"]) == ("container", "A-01")
    gtin = "04006381333931"
    floor.given.code(floor.sku, gtin)
    label = ask(floor, code=f"(01){gtin}(10)L1")
    assert (label["subject"]["kind"], label["subject"]["lot"]) == ("lot", "L1")
    floor.given.admin.ask("DELETE", f"/codes/{gtin}")


def test_it_is_a_file_too(floor):
    reply = floor.zhou.get("/trace.csv", warehouse=floor.code, sku=floor.sku, lot="L1").ok()
    rows = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
    assert [(row["from"], row["to"], row["quantity"]) for row in rows[:1]] == [("SUPPLIER", rows[0]["to"], "20.000")]
    assert [row["partner"] for row in rows if row["to"] == "CUSTOMER"] == ["North Shop", "South Shop"]

    sheet = load_workbook(io.BytesIO(floor.zhou.get("/recall.xlsx", warehouse=floor.code, sku=floor.sku).body)).active
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert table[0][:3] == ["what", "warehouse", "place"] and {row[0] for row in table[1:]} == {"now", "in", "out"}
    assert floor.zhou.get("/trace.pdf", warehouse=floor.code, sku=floor.sku).status == 404


def test_who_counts_any_of_it_hears_no_quantity_of_it_anywhere(floor):
    (task,) = floor.start("full", locations=["A-02"])
    floor.ma.claim(task)

    for path in ("trace", "recall"):
        found = ask(floor, path, by="ma", sku=floor.sku, lot="L1")
        assert found["hidden"] and "quantity" not in str(found.body)
        told = ask(floor, path, by="zhou", sku=floor.sku, lot="L1")
        assert not told["hidden"] and "quantity" in str(told.body)
    steps = ask(floor, by="ma", sku=floor.sku, lot="L1")["steps"]
    assert steps and not [one for one in steps if "A-02" in (one["from"], one["to"])]
    rows = list(csv.DictReader(io.StringIO(floor.ma.get("/trace.csv", sku=floor.sku).body.decode("utf-8-sig"))))
    assert {row["quantity"] for row in rows} == {""}


def test_another_warehouse_stays_its_own(floor):
    elsewhere = f"X{floor.code}"
    floor.given.place("Z-01", elsewhere)
    move = floor.given.a_move(floor.sku, 50, "SUPPLIER", "Z-01", elsewhere, lot="L1")
    floor.given.admin.post_moves(move).ok()
    far = floor.given.supervisor(f"far-{floor.code}", warehouse=elsewhere)

    mine = far.get("/recall", sku=floor.sku, lot="L1").ok()
    assert [(one["warehouse"], one["quantity"]) for one in mine["now"]] == [(elsewhere, "50.000")]
    assert mine["customers"] == []
    assert {one["warehouse"] for one in floor.zhou.get("/recall", sku=floor.sku, lot="L1")["now"]} == {
        floor.code,
        elsewhere,
    }
    assert far.get("/trace", warehouse=floor.code, sku=floor.sku).code == "warehouse_unknown"


def test_what_cannot_be_traced_is_refused(floor):
    for words, code in (
        ({}, "nothing_to_trace"),
        ({"sku": "NONE"}, "subject_unknown"),
        ({"serial": "NONE"}, "subject_unknown"),
        ({"container": "NONE"}, "subject_unknown"),
        ({"code": "A-01"}, "not_traceable"),
        ({"code": "who knows"}, "not_traceable"),
    ):
        assert floor.zhou.get("/trace", warehouse=floor.code, **words).code == code
    assert floor.li.get("/trace", warehouse=floor.code, sku=floor.sku).code == "no_permission"
