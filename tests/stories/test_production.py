"""Production reporting (报工): orders with a bill of materials, what was used and made, and what does not fit."""

import io

import pytest

from tests.house import new_id

ORDERS = """document,sku,role,quantity,due_on,line
MO-1,BOX,output,10,2026-12-01,Line 1
MO-1,BOARD,input,20,,
MO-1,GLUE,input,1.5,,
MO-2,BOX,output,5,,Line 2
MO-2,BOARD,input,10,,
"""


@pytest.fixture
def plant(hall):
    """Materials on a shelf, and two orders from the office."""
    hall.given.item("BOX", unit_cost="9")
    hall.given.item("BOARD", unit_cost="1.5")
    hall.given.item("GLUE", unit_cost="4")
    hall.shelf("M-01", board=100, glue=20)
    hall.given.place("F-01", hall.code)
    files = {"file": (io.BytesIO(ORDERS.encode()), "orders.csv")}
    assert hall.chen.ask("POST", "/imports/orders", files=files, warehouse=hall.code).ok()["accepted"] == 5
    return hall


def consume(worker, order, sku, quantity, **words):
    """Used from the shelf of materials."""
    said = {"order": order, "sku": sku, "quantity": str(quantity), "location": "M-01", "warehouse": worker.warehouse}
    return worker.tell("produce.consume", **(said | words))


def output(worker, order, quantity, **words):
    """Made, and put on the shelf of what is finished."""
    said = {"order": order, "sku": "BOX", "quantity": str(quantity), "location": "F-01", "warehouse": worker.warehouse}
    return worker.tell("produce.output", **(said | words))


def usage(hall, **query):
    """{(order, material): (expected, used, state)}."""
    rows = hall.zhou.get("/production/usage", warehouse=hall.code, **query).ok().items
    return {(row["number"], row["sku"]): (row["expected_qty"], row["used_qty"], row["state"]) for row in rows}


def test_an_order_with_loss(plant):
    assert consume(plant.li, "MO-1", "BOARD", 18)["code"] is None
    assert consume(plant.li, "MO-1", "GLUE", "1.2")["code"] is None
    assert output(plant.wang, "MO-1", 8)["code"] is None

    assert (plant.qty("M-01", "BOARD"), plant.qty("F-01", "BOX")) == ("82.000", "8.000")
    assert (plant.qty("PRODUCTION", "BOARD"), plant.qty("PRODUCTION", "BOX")) == ("18.000", "-8.000")
    assert usage(plant, number="MO-1") == {
        ("MO-1", "BOARD"): ("16.000", "18.000", "overuse"),
        ("MO-1", "GLUE"): ("1.200", "1.200", "ok"),
    }

    (order,) = plant.zhou.get("/documents", warehouse=plant.code, number="MO-1").items
    assert (order["state"], order["partner"]) == ("working", "Line 1")
    plant.chen.post(f"/documents/{order['id']}/close", {"id": new_id()}).ok()
    (case,) = plant.zhou.get("/cases", warehouse=plant.code).items
    assert (case["kind"], case["sku"], case["quantity"], case["value"]) == ("overuse", "BOARD", "2.000", "3.0000")
    assert plant.differences() == []


def test_issued_without_report_and_reported_without_issue(plant):
    consume(plant.li, "MO-1", "BOARD", 20)
    output(plant.wang, "MO-2", 5)

    assert usage(plant, state="not_reported") == {("MO-1", "BOARD"): ("0.000", "20.000", "not_reported")}
    assert usage(plant, state="not_issued") == {("MO-2", "BOARD"): ("10.000", "0.000", "not_issued")}


def test_material_that_the_order_does_not_know(plant):
    plant.given.item("TAPE")
    plant.shelf("M-01", tape=5)
    consume(plant.li, "MO-1", "TAPE", 1)
    output(plant.li, "MO-1", 10)

    assert usage(plant, state="not_planned") == {("MO-1", "TAPE"): ("0.000", "1.000", "not_planned")}


def test_an_unknown_order_is_refused_and_a_wrong_report_withdrawn(plant):
    assert consume(plant.li, "MO-9", "BOARD", 1)["code"] == "document_unknown"
    wrong = new_id()
    consume(plant.li, "MO-1", "BOARD", 50, id_=wrong)
    assert plant.li.tell("document.void", statement=wrong)["code"] is None

    assert plant.qty("M-01", "BOARD") == "100.000"
    assert usage(plant, number="MO-1")["MO-1", "BOARD"][1] == "0.000" and plant.differences() == []


def test_orders_go_out_as_they_came_in(plant):
    out = plant.chen.get("/exports/orders.csv", warehouse=plant.code).ok().body.decode("utf-8-sig").split("\r\n")
    assert out[0].startswith("document,sku,role,quantity,due_on,line")
    assert any(line.startswith("MO-1,GLUE,input,1.5") for line in out)


def test_loss_by_production_line(plant):
    consume(plant.li, "MO-1", "BOARD", 18)
    consume(plant.li, "MO-1", "GLUE", 1)
    output(plant.wang, "MO-1", 8)
    output(plant.wang, "MO-2", 5)

    lines = plant.zhou.get("/production/lines", warehouse=plant.code).ok().items
    assert [(one["line"], one["orders"], one["loss_value"], one["loss_percent"]) for one in lines] == [
        ("Line 1", 1, "3.0000", "10.4"),  # two boards of 16 boards and 1.2 glue; the glue that was saved nets nothing
        ("Line 2", 1, "0.0000", "0.0"),
    ]
    assert (lines[0]["expected_value"], lines[0]["used_value"]) == ("28.8000", "31.0000")
    assert lines[1]["states"] == {"not_issued": 1}
    long_ago = {"warehouse": plant.code, "to": "2020-01-01T00:00:00Z"}
    assert plant.zhou.get("/production/lines", **long_ago).ok().items == []
    assert plant.li.get("/production/lines", warehouse=plant.code).code == "no_permission"
