"""Pallets and totes: what is on them, moved as a whole, picked out of, checked, and told to nobody who counts."""

import pytest

from tests.given import ALONE, QUIET
from tests.worker import at, new_id

SSCC = "106141412345678908"


@pytest.fixture
def floor(hall):
    """Nine cases of milk on a pallet at the dock, and two bins."""
    sku = hall.sku = f"MILK{hall.code}"
    for place in ("A-01", "A-02", "A-03"):
        hall.given.place(place, hall.code)
    hall.given.lot(sku, "L1", "2027-06-01")
    hall.policy(handling={**ALONE, **QUIET, "pick_check_over": "0.0000"})
    hall.order = hall.chen.open_document("receipt", {sku: 9}, number="PO-1", partner="Dairy").ok()["id"]
    hall.li.receive(hall.order, sku, 9, lot="L1", expiry="2027-06-01", container=f"]C100{SSCC}")
    hall.li.tell("receive.submit", document=hall.order)
    return hall


def aboard(hall, code=SSCC, by="zhou"):
    """What is on a container: where it stands, and `{(sku, lot): quantity}`."""
    found = getattr(hall, by).get(f"/containers/{code}", warehouse=hall.code).ok()
    return found["location"], {(one["sku"], one["lot"]): one.get("quantity") for one in found["contents"]}


def go(hall, to, code=SSCC, by="li", **words):
    """A container with all that is on it; gives the receipt."""
    return getattr(hall, by).tell("container.move", container=code, to=to, warehouse=hall.code, **words)


def milk(hall, many):
    return {(hall.sku, "L1"): f"{many}.000"}


def test_a_pallet_is_put_away_as_a_whole_and_its_receipt_is_done(floor):
    dock, on_it = aboard(floor)
    assert on_it == milk(floor, 9) and dock != "A-01"

    receipt = go(floor, "A-01", code=f"00{SSCC}")

    assert (receipt["result"], receipt["code"]) == ("accepted", None)
    assert aboard(floor) == ("A-01", milk(floor, 9))
    assert (floor.qty("A-01", floor.sku), floor.qty(dock, floor.sku)) == ("9.000", None)
    assert floor.chen.document(floor.order)["state"] == "done"
    (moved,) = [one for one in floor.chen.ledger(sku=floor.sku) if one["kind"] == "putaway"]
    assert (moved["to"], moved["quantity"], moved["document"]) == ("A-01", "9.000", "PO-1")

    assert go(floor, "A-02", by="wang")["code"] is None
    assert aboard(floor) == ("A-02", milk(floor, 9)) and floor.qty("A-01", floor.sku) is None
    assert [one["kind"] for one in floor.chen.ledger(sku=floor.sku)][0] == "move"
    steps = floor.zhou.get("/trace", warehouse=floor.code, container=SSCC).ok()["steps"]
    assert [(one["kind"], one["to"]) for one in steps][1:] == [("putaway", "A-01"), ("move", "A-02")]
    assert floor.differences() == []


def test_what_was_picked_out_of_it_withdrawn_or_taken_without_a_word_is_not_on_it_any_more(floor):
    go(floor, "A-01")
    sold = floor.chen.open_document("pick", {floor.sku: 8}, number="SO-1", partner="East").ok()["id"]
    told = {"lot": "L1", "out_of": SSCC, "container": "TOTE-1"}
    floor.li.pick(sold, floor.sku, 2, "A-01", **told)
    assert aboard(floor) == ("A-01", milk(floor, 7))
    assert aboard(floor, "TOTE-1")[1] == milk(floor, 2)

    wrong = new_id()
    floor.li.pick(sold, floor.sku, 3, "A-01", lot="L1", id_=wrong)
    assert aboard(floor) == ("A-01", milk(floor, 4))
    floor.li.tell("document.void", statement=wrong)
    assert aboard(floor) == ("A-01", milk(floor, 7))

    floor.shelf("A-01", lot="L1", **{floor.sku.lower(): 5})
    assert aboard(floor) == ("A-01", milk(floor, 7))
    floor.wang.move(floor.sku, 12, "A-01", "A-02", lot="L1", warehouse=floor.code)
    assert aboard(floor) == ("A-01", {})
    moved = go(floor, "A-03", by="chen")
    assert (moved["result"], moved["code"]) == ("accepted", "container_empty")
    assert aboard(floor) == ("A-03", {}) and floor.qty("A-03", floor.sku) is None
    assert floor.differences() == []


def test_forward_from_a_pallet_to_the_customer_and_what_was_shipped_stands_here_no_more(floor):
    go(floor, "A-01")
    sold = floor.chen.open_document("pick", {floor.sku: 4}, number="SO-1", partner="East").ok()["id"]
    floor.li.pick(sold, floor.sku, 4, "A-01", lot="L1", out_of=SSCC, container="TOTE-1")

    (check,) = [one for one in floor.wang.tasks() if one["kind"] == "check"]
    assert check["containers"] == ["TOTE-1"]
    floor.wang.pick_check(sold, floor.sku, 4, lot="L1")
    floor.sun.ship(sold)

    assert aboard(floor, "TOTE-1") == (None, {})
    found = floor.zhou.get("/trace", warehouse=floor.code, container=SSCC).ok()
    assert [(one["place"], one["document"], one["partner"]) for one in found["destinations"]] == [
        ("CUSTOMER", "SO-1", "East")
    ]
    standing = floor.zhou.get("/containers", warehouse=floor.code, standing="true").items
    assert [one["code"] for one in standing] == [SSCC]
    assert {one["code"] for one in floor.zhou.get("/containers", warehouse=floor.code).items} == {SSCC, "TOTE-1"}


def test_what_a_transfer_takes_out_of_a_pallet_is_on_it_no_more_and_the_pallet_stays(floor, crew):
    far = crew.floor()
    go(floor, "A-01")
    asked = floor.li.open_document("transfer", {floor.sku: 5}, to_warehouse=far.code, number="T-1").ok()["id"]
    floor.chen.post(f"/documents/{asked}/approve", {"id": new_id()}).ok()
    line = {"sku": floor.sku, "lot": "L1", "location": "A-01", "out_of": f"00{SSCC}"}

    wrong = floor.wang.tell("transfer.ship", document=asked, lines=[line | {"quantity": "3", "out_of": "A-02"}])
    assert (wrong["result"], wrong["code"]) == ("refused", "not_a_container")
    assert aboard(floor) == ("A-01", milk(floor, 9)) and floor.qty("A-01", floor.sku) == "9.000"

    lines = [line | {"quantity": "3"}, line | {"quantity": "2", "container": "TOTE-9"}]
    ship = floor.wang.event("transfer.ship", at(), document=asked, lines=lines)
    first, second = floor.wang.sync(ship), floor.wang.sync(ship)

    assert (first[0]["result"], first[0]["code"], second[0]["result"]) == ("accepted", None, "duplicate")
    assert aboard(floor) == ("A-01", milk(floor, 4)) and floor.qty("A-01", floor.sku) == "4.000"
    assert aboard(floor, "TOTE-9") == (None, {})
    steps = floor.zhou.get("/trace", warehouse=floor.code, container=SSCC).ok()["steps"]
    taken = [(one["to"], one["quantity"]) for one in steps if one["document"] == "T-1"]
    assert sorted(taken) == [("TRANSIT", "2.000"), ("TRANSIT", "3.000")]
    assert go(floor, "A-02", by="wang")["code"] is None
    assert floor.qty("A-02", floor.sku) == "4.000"
    assert floor.differences() == []


def test_what_is_moved_out_of_a_pallet_and_back_onto_it_is_on_it_again(floor):
    go(floor, "A-01")
    floor.shelf("A-01", lot="L1", **{floor.sku.lower(): 5})
    there = {"lot": "L1", "warehouse": floor.code}

    floor.wang.move(floor.sku, 4, "A-01", "A-02", **there, out_of=f"(00){SSCC}", container="TOTE-1")
    assert aboard(floor) == ("A-01", milk(floor, 5)) and aboard(floor, "TOTE-1") == ("A-02", milk(floor, 4))
    floor.wang.move(floor.sku, 4, "A-02", "A-01", **there, out_of="TOTE-1", container=SSCC)

    assert aboard(floor) == ("A-01", milk(floor, 9)) and aboard(floor, "TOTE-1") == ("A-02", {})
    assert floor.qty("A-01", floor.sku) == "14.000"
    assert floor.differences() == []


def test_nobody_moves_by_guess_where_two_pallets_stand_and_nobody_said_which(floor):
    go(floor, "A-01")
    floor.shelf("A-02", lot="L1", **{floor.sku.lower(): 6})
    floor.li.move(floor.sku, 6, "A-02", "A-01", lot="L1", warehouse=floor.code, container="PAL-2")
    assert aboard(floor, "PAL-2") == ("A-01", milk(floor, 6))

    floor.wang.move(floor.sku, 2, "A-01", "A-03", lot="L1", warehouse=floor.code)
    refused = go(floor, "A-03")
    assert (refused["result"], refused["code"]) == ("refused", "container_unsure")
    (line,) = floor.zhou.get(f"/containers/{SSCC}", warehouse=floor.code).ok()["contents"]
    assert line["unsure"]
    # Said which one, it is sure again.
    floor.wang.move(floor.sku, 2, "A-03", "A-01", lot="L1", warehouse=floor.code)
    floor.wang.move(floor.sku, 2, "A-01", "A-03", lot="L1", warehouse=floor.code, out_of="PAL-2")
    assert aboard(floor, "PAL-2")[1] == milk(floor, 4)
    assert floor.differences() == []


def test_it_moves_what_was_on_it_when_it_moved_and_a_second_sending_changes_nothing(floor):
    go(floor, "A-01")
    moved = floor.wang.event("container.move", at(), container=SSCC, to="A-02", warehouse=floor.code)
    floor.shelf("A-01", lot="L1", **{floor.sku.lower(): 1})
    floor.li.move(floor.sku, 1, "A-01", "A-02", lot="L1", warehouse=floor.code, container=SSCC)

    first, second = floor.wang.sync(moved), floor.wang.sync(moved)

    assert (first[0]["result"], second[0]["result"]) == ("accepted", "duplicate")
    assert floor.qty("A-02", floor.sku) == "10.000"
    assert aboard(floor) == ("A-02", milk(floor, 10))
    assert floor.differences() == []


@pytest.mark.parametrize(
    ("code", "to", "why"),
    [
        (SSCC, "SCRAP", "place_virtual"),
        (SSCC, "Z-99", "location_unknown"),
        ("A-01", "A-02", "not_a_container"),
        (SSCC, None, "same_place"),
    ],
)
def test_what_cannot_be_moved_is_refused(floor, code, to, why):
    refused = go(floor, to or aboard(floor)[0], code=code)

    assert (refused["result"], refused["code"]) == ("refused", why)
    assert aboard(floor)[1] == milk(floor, 9)


def test_serials_and_damaged_goods_keep_their_marks_on_the_way(hall):
    for place in ("A-01", "A-02"):
        hall.given.place(place, hall.code)
    hall.policy(handling={**ALONE, **QUIET, "pick_check_over": "0.0000"})
    hall.given.item(f"DRILL{hall.code}", serial_tracked=True)
    drill, pot = f"DRILL{hall.code}", f"POT{hall.code}"
    hall.given.item(pot)
    order = hall.chen.open_document("receipt", {drill: 2, pot: 3}, number="PO-2").ok()["id"]
    for serial in ("S-1", "S-2"):
        hall.li.receive(order, drill, 1, serial=serial, container="PAL-1")
    hall.li.receive(order, pot, 2, container="PAL-1")
    hall.li.receive(order, pot, 1, container="PAL-1", condition="damaged")
    hall.li.tell("receive.submit", document=order)

    assert go(hall, "A-01", "PAL-1")["result"] == "accepted"

    assert (hall.qty("A-01", drill), hall.qty("A-01", pot)) == ("2.000", "3.000")
    (line, other) = hall.zhou.get("/containers/PAL-1", warehouse=hall.code).ok()["contents"]
    assert (line["serials"], other["quantity"]) == (["S-1", "S-2"], "3.000")
    hall.wang.move(drill, 1, "A-01", "A-02", serial="S-1", warehouse=hall.code)
    line, _ = hall.zhou.get("/containers/PAL-1", warehouse=hall.code).ok()["contents"]
    assert (line["serials"], line["quantity"]) == (["S-2"], "1.000")
    assert hall.differences() == []


def test_who_counts_or_checks_what_is_on_it_hears_names_and_no_quantity(floor):
    go(floor, "A-01")
    (task,) = floor.start(locations=["A-01"], by="zhou")
    floor.wang.claim(task)

    for by in ("wang", "li"):
        found = getattr(floor, by).get(f"/containers/{SSCC}", warehouse=floor.code).ok()
        assert found["hidden"] and [one["sku"] for one in found["contents"]] == [floor.sku]
        assert "quantity" not in str(found.body) and "9.000" not in str(found.body)
    # Taken out of the bin, it would still tell what the book had there.
    assert go(floor, "A-02", by="wang")["code"] is None
    assert aboard(floor, by="wang")[1] == {(floor.sku, "L1"): None}
    floor.wang.move(floor.sku, 9, "A-02", "A-03", lot="L1", warehouse=floor.code)
    assert go(floor, "A-03", by="wang")["code"] is None  # nor that the book has nothing on it
    assert aboard(floor, by="wang")[1] == {(floor.sku, "L1"): None}
    assert aboard(floor, by="zhou")[1] == {}


def test_a_checker_hears_nothing_of_a_tote_that_waits_for_them(floor):
    go(floor, "A-01")
    sold = floor.chen.open_document("pick", {floor.sku: 4}, number="SO-1", partner="East").ok()["id"]
    floor.li.pick(sold, floor.sku, 4, "A-01", lot="L1", container="TOTE-1")

    found = floor.wang.get("/containers/TOTE-1", warehouse=floor.code).ok()

    assert found["hidden"] and "quantity" not in str(found.body)


def test_a_new_pallet_gets_the_next_number_and_its_label_scans_back(floor):
    said = {"id": new_id(), "warehouse": floor.code}

    first = floor.li.post("/containers/new", said)
    again = floor.li.post("/containers/new", said)
    second = floor.wang.post("/containers/new", {"id": new_id(), "warehouse": floor.code, "kind": "tote"}).ok()

    assert (first.status, again.status) == (201, 200) and first["code"] == again["code"]
    assert first["code"].startswith("LPN") and int(second["code"][3:-1]) == int(first["code"][3:-1]) + 1
    found = floor.li.get("/identify", warehouse=floor.code, code=first["code"]).ok()
    assert (found["kind"], found["container"]) == ("container", first["code"])
    assert aboard(floor, first["code"]) == (None, {})
    sheet = {"warehouse": floor.code, "kind": "container", "containers": [first["code"]]}
    assert floor.li.post("/labels", sheet).ok().body.startswith(b"%PDF")
    other = f"O{floor.code}"
    floor.given.warehouse(other)
    elsewhere = floor.given.admin.post("/containers/new", {"id": new_id(), "warehouse": other}).ok()
    assert elsewhere["code"] != first["code"]
    assert floor.li.get("/containers/NONE", warehouse=floor.code).code == "container_unknown"


def test_what_arrived_unknown_on_a_pallet_is_on_it_once_somebody_named_it(floor):
    code = f"X-{floor.code}"
    floor.li.tell("receive.line", document=floor.order, code=code, quantity="2", container="PAL-9")
    assert aboard(floor, "PAL-9")[1] == {}

    floor.given.item(f"JAM{floor.code}")
    floor.given.admin.post("/codes", {"id": new_id(), "sku": f"JAM{floor.code}", "code": code}).ok()

    assert aboard(floor, "PAL-9")[1] == {(f"JAM{floor.code}", ""): "2.000"}
