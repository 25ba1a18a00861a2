"""What a tag is: first what somebody stuck it to, then what the catalogue knows, and never a number alone."""

import io

import pytest

from tests.gateways.test_shapes import FACTORY, SGTIN
from tests.worker import new_id

TEXT = "574C30303134353637382020"  # "WL00145678  "
SERIAL = "3000ABCDEF00000000000003"  # decodes as an SGTIN of nobody


def what(given, code):
    return given.admin.get("/identify", warehouse="WH1", code=code).ok().body


def bind(worker, tag, **words):
    said = {"id": new_id(), "warehouse": "WH1", "tag": tag, **words}
    return worker.post("/tags", said)


@pytest.fixture
def hall(given):
    """Two items and a place."""
    given.shelf("A-01", tea=4, rice=3)
    given.code("TEA", "80614141123458")
    return given


def test_a_number_that_decodes_is_goods_only_if_the_catalogue_knows_it(hall):
    assert (what(hall, SGTIN)["kind"], what(hall, SGTIN)["sku"]) == ("item", "TEA")
    for text in (SERIAL, TEXT, FACTORY):
        assert what(hall, text)["kind"] == "unknown"


def test_what_somebody_bound_comes_before_what_a_number_decodes_to(hall):
    bind(hall.admin, SGTIN, sku="RICE", lot="L7").ok()

    said = what(hall, SGTIN.lower())
    assert (said["sku"], said["lot"], said["quantity"]) == ("RICE", "L7", "1.000")


def test_any_number_can_be_bound_to_goods_a_container_a_place_or_a_document(hall):
    bind(hall.admin, TEXT, code="80614141123458", quantity="12", location="A-01").ok()
    bind(hall.admin, FACTORY, container="P-77").ok()
    bind(hall.admin, SERIAL, location="A-01").ok()
    bind(hall.admin, "E28011606000020A6681F240", document="PO-1").ok()

    assert (what(hall, TEXT)["sku"], what(hall, TEXT)["quantity"]) == ("TEA", "12.000")
    assert (what(hall, FACTORY)["kind"], what(hall, FACTORY)["container"]) == ("container", "P-77")
    assert (what(hall, SERIAL)["kind"], what(hall, SERIAL)["location"]) == ("location", "A-01")
    assert what(hall, "E28011606000020A6681F240")["document"] == "PO-1"
    assert len(hall.admin.get("/tags", warehouse="WH1").ok().items) == 4


def test_a_tag_that_is_used_again_ends_what_it_was(hall):
    first = {"id": new_id(), "warehouse": "WH1", "tag": TEXT, "sku": "TEA"}
    assert hall.admin.post("/tags", first).status == 201
    assert hall.admin.post("/tags", first).status == 200
    assert hall.admin.post("/tags", first | {"sku": "RICE"}).code == "id_reused"

    bind(hall.admin, TEXT, sku="RICE").ok()

    assert [row["sku"] for row in hall.admin.get("/tags", tag=TEXT).ok().items] == ["RICE"]
    assert hall.admin.ask("DELETE", f"/tags/{TEXT}").ok().status == 200
    assert hall.admin.ask("DELETE", f"/tags/{TEXT}").code == "tag_unknown"
    assert what(hall, TEXT)["kind"] == "unknown"


def test_a_worker_binds_by_reading_the_tag_and_scanning_the_label(hall):
    li = hall.staff("li")
    event = li.event("tag.bind", tag=TEXT, code="80614141123458", location="A-01")

    assert [one["result"] for one in li.sync(event)] == ["accepted"]
    assert [one["result"] for one in li.sync(event)] == ["duplicate"]
    assert li.tell("tag.bind", tag="no tag", sku="TEA")["code"] == "tag_unreadable"
    assert li.tell("tag.bind", tag=TEXT)["code"] == "nothing_to_bind"
    assert li.tell("tag.bind", tag=TEXT, sku="NONE")["code"] == "item_unknown"
    assert what(hall, TEXT)["sku"] == "TEA"


def test_tags_come_from_a_spreadsheet_and_go_out_as_one(hall):
    rows = "epc,tid,sku,serial,warehouse,location\n"
    rows += f"{TEXT},,TEA,,WH1,A-01\n,E2801191A50300664A20E848,RICE,,WH1,A-01\n"
    sheet = {"file": (io.BytesIO(rows.encode()), "tags.csv")}
    said = hall.admin.ask("POST", "/imports/tags", files=sheet).ok()
    assert (said["rows"], said["accepted"], said["errors"]) == (2, 2, [])

    bad = "epc,sku,warehouse,location\nxyz,TEA,WH1,A-01\n" + f"{SERIAL},NONE,WH1,A-01\n{FACTORY},TEA,WH1,Z-99\n"
    said = hall.admin.ask("POST", "/imports/tags", files={"file": (io.BytesIO(bad.encode()), "t.csv")})
    assert [(row["row"], row["column"], row["code"]) for row in said["errors"]] == [
        (2, "epc", "tag_unreadable"),
        (3, "sku", "unknown"),
        (4, "location", "unknown"),
    ]
    assert TEXT in hall.admin.get("/exports/tags.csv", warehouse="WH1").ok().body.decode()


def test_all_that_a_tag_was_ever_bound_to_is_on_record(hall):
    bind(hall.admin, TEXT, sku="TEA", location="A-01").ok()
    bind(hall.admin, TEXT, sku="RICE", lot="L7").ok()
    hall.admin.ask("DELETE", f"/tags/{TEXT}", reason="torn off").ok()

    then = hall.admin.get(f"/tags/{TEXT}").ok().items
    assert [(one["sku"], one["lot"], one["location"]) for one in then] == [("RICE", "L7", None), ("TEA", "", "A-01")]
    assert (then[0]["reason"], then[0]["by"]) == ("torn off", "Administrator")
    assert all(one["unbound_at"] for one in then)
    assert hall.admin.get("/tags/nothing").code == "tag_unreadable"


def test_where_somebody_counts_the_history_of_a_tag_keeps_silent(hall):
    bind(hall.admin, TEXT, sku="TEA", location="A-01").ok()
    chen = hall.supervisor("chen")
    assert len(chen.get(f"/tags/{TEXT}").ok().items) == 1
    chen.claim(hall.supervisor("ma").start_count("full", locations=["A-01"]).ok()["tasks"][0]["id"])

    assert chen.get(f"/tags/{TEXT}").ok().items == []
