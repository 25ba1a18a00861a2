"""Where something came from, everywhere it was, who touched it and where it went; and a recall of a lot."""

import csv
import io

import pytest
from openpyxl import load_workbook

from server.db import fetch, is_embedded, put, run, transaction
from server.insights.carried import carried_asked, carriers_asked
from tests.given import ALONE, QUIET
from tests.worker import at, new_id


@pytest.fixture
def floor(hall):
    """Milk of two lots: L1 came by PO-1, was put away, moved, picked and shipped to two customers; L2 lies still."""
    sku = hall.sku = f"MILK{hall.code}"
    for place in ("A-01", "A-02"):
        hall.given.place(place, hall.code)
    hall.given.lot(sku, "L1", "2027-06-01")
    hall.given.lot(sku, "L2", "2027-09-01")
    hall.policy(handling={**ALONE, **QUIET, "pick_check_over": "0.0000"})
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


SSCC = "00106141412345678908"


def on_a_pallet(hall):
    """L1 comes on a pallet that nobody knew, is put away with it, packed into a tote and shipped; gives the tote."""
    sku = hall.sku
    order = hall.chen.open_document("receipt", {sku: 9}, number="PO-9", partner="Dairy").ok()["id"]
    hall.li.receive(order, sku, 9, lot="L9", expiry="2027-06-01", container=SSCC)
    hall.li.tell("receive.submit", document=order)
    hall.li.put_away(sku, 9, "A-02", document=order, lot="L9", container=f"]C1{SSCC}")
    sold = hall.chen.open_document("pick", [{"sku": sku, "quantity": "4", "lot": "L9"}], number="SO-9", partner="East")
    hall.li.pick(sold.ok()["id"], sku, 4, "A-02", lot="L9", container="TOTE-9")
    hall.wang.pick_check(sold["id"], sku, 4, lot="L9")
    hall.sun.ship(sold["id"])
    return "TOTE-9"


def test_a_container_forward_and_backward(floor):
    tote, pallet = on_a_pallet(floor), SSCC[2:]

    came = ask(floor, container=pallet)
    assert [(one["place"], one["document"], one["partner"], one["quantity"]) for one in came["origins"]] == [
        ("SUPPLIER", "PO-9", "Dairy", "9.000")
    ]
    assert [(one["kind"], one["to"], one["quantity"], one["container"]) for one in came["steps"]] == [
        ("receive", came["steps"][0]["to"], "9.000", pallet),
        ("putaway", "A-02", "9.000", pallet),
    ]
    assert {(one["warehouse"], one["location"]) for one in came["containers"]} == {(floor.code, "A-02")}
    assert [(one["person"], one["did"]) for one in came["people"]] == [("Li", ["putaway", "receive"])]

    went = ask(floor, code=tote)
    assert (went["subject"]["kind"], went["subject"]["container"]) == ("container", tote)
    assert [(one["place"], one["document"], one["partner"]) for one in went["destinations"]] == [
        ("CUSTOMER", "SO-9", "East")
    ]
    assert [(one["kind"], one["from"], one["sku"], one["lot"]) for one in went["steps"][:1]] == [
        ("pick", "A-02", floor.sku, "L9")
    ]
    assert [one["number"] for one in went["documents"]] == ["SO-9"]
    assert floor.differences() == []


def test_a_lot_knows_its_containers_in_its_trace_its_recall_and_both_files(floor):
    tote, pallet = on_a_pallet(floor), SSCC[2:]

    found = ask(floor, sku=floor.sku, lot="L9")
    assert {one["code"] for one in found["containers"]} == {tote, pallet}
    assert {one["container"] for one in found["steps"]} >= {tote, pallet}
    recalled = ask(floor, "recall", sku=floor.sku, lot="L9")
    assert {(one["code"], one["location"]) for one in recalled["containers"]} >= {(pallet, "A-02")}
    assert ask(floor, "recall", sku=floor.sku, lot="L2")["containers"] == []

    for path, column in (("trace", "container"), ("recall", "document")):
        body = floor.zhou.get(f"/{path}.csv", warehouse=floor.code, sku=floor.sku, lot="L9").ok().body
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        assert {pallet, tote} <= {row[column] for row in rows}, path


def test_where_a_container_stands_follows_its_own_time_and_what_was_withdrawn_is_passed_over(floor):
    floor.wang.move(floor.sku, 2, "A-02", "A-01", lot="L1", warehouse=floor.code, container="TOTE-1")
    earlier = {"at_": at(minutes=-5), "container": "TOTE-1", "warehouse": floor.code}
    floor.wang.move(floor.sku, 1, "A-01", "A-02", lot="L1", **earlier)
    (stands,) = floor.zhou.get("/containers", warehouse=floor.code, code="TOTE-1").items
    assert stands["location"] == "A-01"
    assert [one["to"] for one in ask(floor, container="TOTE-1")["steps"]] == ["A-02", "A-01"]

    sold = floor.chen.open_document("pick", {floor.sku: 1}, number="SO-7").ok()["id"]
    wrong = new_id()
    floor.li.pick(sold, floor.sku, 1, "A-01", lot="L1", container="TOTE-2", id_=wrong)
    floor.li.tell("document.void", statement=wrong)
    assert ask(floor, container="TOTE-2")["steps"] == []
    (stands,) = floor.zhou.get("/containers", warehouse=floor.code, code="TOTE-2").items
    assert stands["location"] is None
    said = {"lot": "L1", "container": "A-01", "warehouse": floor.code}
    assert floor.li.move(floor.sku, 1, "A-01", "A-02", **said)["code"] == "not_a_container"
    assert floor.li.pick(sold, floor.sku, 1, "A-01", lot="L1", container=floor.sku)["code"] == "not_a_container"


def test_who_counts_where_a_container_was_hears_no_quantity(floor):
    on_a_pallet(floor)
    (task,) = floor.start(locations=["A-02"], by="zhou")
    floor.chen.claim(task)

    found = ask(floor, container=SSCC[2:], by="chen")
    assert found["hidden"] and not any("quantity" in one for one in found["steps"])
    assert "A-02" not in str(found["steps"])


def test_containers_are_found_by_an_index_both_ways(floor, crew):
    tote = on_a_pallet(floor)
    with crew.app.app_context(), transaction():
        one, *_ = fetch("SELECT * FROM container_goods WHERE container = :tote AND step = 'pick'", tote=tote)
        columns = list(one._mapping)
        many = [
            {**one._mapping, "id": new_id(), "container": f"OTHER-{n}", "item_id": new_id(), "lot": f"{n}"}
            for n in range(3_000)
        ]
        put("container_goods", [tuple(row[column] for column in columns) for row in many], columns)
        run("ANALYZE container_goods")
        plan = "EXPLAIN QUERY PLAN " if is_embedded() else "EXPLAIN "
        plans = [
            " ".join(str(row) for row in fetch(plan + sql, **words))
            for sql, words in (
                carried_asked([one.warehouse_id], tote),
                carriers_asked([one.warehouse_id], {(one.item_id, one.lot)}),
            )
        ]
    assert "container_goods_container" in plans[0] and "container_goods_lot" in plans[1]
