"""Documents: opened by a person or a sheet, with a number of their own, and without what one may not hear."""

import io

import pytest

from tests.worker import at, new_id


def sheet(worker, kind, text, **query):
    """Take a sheet in; gives the report."""
    return worker.ask("POST", f"/imports/{kind}", files={"file": (io.BytesIO(text.encode()), "s.csv")}, **query)


@pytest.fixture
def floor(hall):
    """A warehouse with two items in it."""
    hall.shelf("A-01", tea=40, rice=12)
    return hall


def ask(worker, kind="receipt", lines=(("TEA", 10),), id_=None, **words):
    """Open a document; gives the reply."""
    said = [{"sku": sku, "quantity": str(quantity)} for sku, quantity in lines]
    return worker.post(
        "/documents", {"id": id_ or new_id(), "warehouse": worker.warehouse, "kind": kind, "lines": said} | words
    )


def test_the_same_request_twice_is_one_document(floor):
    id_ = new_id()
    first = ask(floor.chen, id_=id_, number="PO-1", partner="Tea Trading", expected_on="2026-12-01")

    assert (first.status, first["number"], first["state"]) == (201, "PO-1", "open")
    assert first["lines"][0]["quantity"] == "10.000"
    again = ask(floor.chen, id_=id_, number="PO-1", partner="Tea Trading", expected_on="2026-12-01")
    assert (again.status, again["id"]) == (200, id_)
    assert ask(floor.chen, id_=id_, number="PO-2").code == "id_reused"
    assert ask(floor.chen, number="PO-1").code == "document_taken"
    assert ask(floor.chen, kind="pick", number="PO-1").status == 201
    assert [one["number"] for one in floor.chen.get("/documents", warehouse=floor.code, kind="receipt").items] == [
        "PO-1"
    ]


def test_a_document_without_goods_or_with_unknown_ones_is_refused(floor):
    assert ask(floor.chen, lines=()).code == "lines_required"
    reply = ask(floor.chen, lines=(("TEA", 1), ("NONE", 2)))
    assert (reply.status, reply["fields"]) == (422, {"lines[1].sku": ["unknown"]})
    assert ask(floor.chen, kind="transfer").code == "not_understood"
    assert floor.chen.get("/documents", warehouse=floor.code).items == []


def test_staff_ask_for_what_others_approve_and_plan_nothing(floor):
    assert ask(floor.li).code == "no_permission"
    reply = ask(floor.li, kind="scrap", reason="damage")
    assert (reply.status, reply["state"]) == (201, "requested")


def test_who_receives_or_checks_is_not_told_what_is_expected(floor):
    document = ask(floor.chen).ok()["id"]

    assert "quantity" in floor.chen.get(f"/documents/{document}")["lines"][0]
    assert "quantity" not in floor.li.get(f"/documents/{document}")["lines"][0]
    assert "10" not in str(floor.li.get("/documents", warehouse=floor.code).items[0]["progress"])


RECEIPTS = """document,supplier,sku,quantity,expected_on
PO-1,Tea Trading,TEA,10,2026-12-01
PO-1,Tea Trading,RICE,2.5,2026-12-01
PO-2,Other,TEA,3,
"""


def test_a_sheet_of_receipts_opens_documents_once(floor):
    for _ in range(2):
        report = sheet(floor.chen, "receipts", RECEIPTS, warehouse=floor.code).ok()
        assert (report["accepted"], report["errors"]) == (3, [])

    found = {one["number"]: one for one in floor.chen.get("/documents", warehouse=floor.code).items}
    assert set(found) == {"PO-1", "PO-2"}
    whole = floor.chen.get(f"/documents/{found['PO-1']['id']}")
    assert [(line["sku"], line["quantity"]) for line in whole["lines"]] == [("TEA", "10.000"), ("RICE", "2.500")]
    assert (whole["partner"], whole["expected_on"]) == ("Tea Trading", "2026-12-01")

    changed = RECEIPTS.replace("TEA,10", "TEA,11")
    assert sheet(floor.chen, "receipts", changed, warehouse=floor.code).ok()["errors"] == []
    assert floor.chen.get(f"/documents/{found['PO-1']['id']}")["lines"][0]["quantity"] == "11.000"


def test_a_sheet_of_picks_goes_out_as_it_came_in(floor):
    header = "document,customer,sku,quantity,ship_by,lot,warehouse"
    rows = [f"SO-1,Shop,TEA,4,2026-12-01,,{floor.code}", f"SO-2,Shop,RICE,2,,,{floor.code}"]
    sheet(floor.chen, "picks", "\n".join([header, *rows])).ok()

    out = floor.chen.get("/exports/picks.csv", warehouse=floor.code).ok().body.decode("utf-8-sig").split()

    assert out[0] == header
    assert sorted(out[1:]) == [f"SO-1,Shop,TEA,4.000,2026-12-01,,{floor.code}", f"SO-2,Shop,RICE,2.000,,,{floor.code}"]
    (late, _) = sorted(floor.chen.get("/documents", warehouse=floor.code).items, key=lambda one: one["number"])
    assert late["due_at"] == "2026-12-01T23:59:59.999Z"


def test_all_mistakes_of_a_sheet_at_once(floor):
    rows = [",Shop,TEA,1,", "SO-1,Shop,NONE,1,", "SO-1,Shop,TEA,0,", "SO-1,Shop,TEA,1,soon"]
    bad = "\n".join(["document,customer,sku,quantity,ship_by", *rows])

    report = sheet(floor.chen, "picks", bad, warehouse=floor.code).ok()

    found = [(each["row"], each["column"], each["code"]) for each in report["errors"]]
    assert found == [
        (2, "document", "required"),
        (3, "sku", "unknown"),
        (4, "quantity", "out_of_range"),
        (5, "ship_by", "not_date"),
    ]
    assert floor.chen.get("/documents", warehouse=floor.code).items == []
    assert (
        sheet(floor.chen, "picks", "document,sku,quantity\nSO-1,TEA,1\n", warehouse="NOWHERE").ok()["errors"][0]["code"]
        == "unknown"
    )


def test_what_ended_in_time_or_was_called_off_is_not_late(hall, later):
    hall.given.item("TEA")
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.given.place("A-01", hall.code)
    hall.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    made = {
        name: hall.chen.open_document(kind, {"TEA": 2}, due_at=at(hours=1)).ok()["id"]
        for name, kind in (("in time", "receipt"), ("open", "receipt"), ("called off", "pick"))
    }
    hall.li.receive(made["in time"], "TEA", 2)
    hall.li.put_away("TEA", 2, "A-01", document=made["in time"])
    hall.chen.post(f"/documents/{made['called off']}/cancel", {"id": new_id()}).ok()

    later(hours=2)

    assert [one["id"] for one in hall.zhou.get("/documents", warehouse=hall.code, late="true").items] == [made["open"]]
    assert {name: hall.zhou.document(id_)["late"] for name, id_ in made.items()} == {
        "in time": False,
        "open": True,
        "called off": False,
    }
