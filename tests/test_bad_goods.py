"""What nobody should say about goods and documents: a receipt that says why, and the rest of the batch goes on.

On both databases: what one of them cannot store, the other might.
"""

import pytest

from tests.house import new_id
from tests.refused import halls, refused, refused_between, traces


@pytest.fixture(scope="module")
def hall(database_kind, tmp_path_factory, request):
    """A receipt, an order on which Li has begun, one that waits for approval, one that is over."""
    for hall in halls(database_kind, tmp_path_factory.mktemp("bad_goods"), request):
        hall.policy(handling={"receive_check_share": "1", "short_count": False, "zero_count": False})
        hall.given.item("DRILL", serial_tracked=True)
        hall.given.item("CREAM", lot_tracked=True, shelf_life_days=30)
        for kind in ("receipt", "pick"):
            setattr(hall, kind, hall.chen.open_document(kind, {"TEA": 5, "MILK": 1}).ok()["id"])
        hall.requested = hall.chen.open_document("transfer", {"TEA": 1}, to_warehouse=other(hall)).ok()["id"]
        hall.sendable = hall.chen.open_document("transfer", {"TEA": 1}, to_warehouse=other(hall)).ok()["id"]
        hall.ma.post(f"/documents/{hall.sendable}/approve", {"id": new_id()}).ok()
        hall.making = hall.chen.open_document("production", {"TEA": 1}).ok()["id"]
        hall.over = hall.chen.open_document("pick", {"TEA": 1}).ok()["id"]
        hall.chen.post(f"/documents/{hall.over}/cancel", {"id": new_id()}).ok()
        hall.li.pick(hall.pick, "TEA", 1, "A-01")
        hall.li.receive(hall.receipt, "TEA", 1, location="A-02")
        yield hall


def other(hall):
    """The code of another warehouse."""
    hall.given.warehouse("ELSEWHERE")
    return "ELSEWHERE"


PICK = {"document": "pick", "sku": "TEA", "quantity": "1", "location": "A-01"}
RECEIVE = {"document": "receipt", "sku": "TEA", "quantity": "1", "location": "A-02"}
PUTAWAY = {"document": "receipt", "sku": "TEA", "quantity": "1", "from": "A-02", "to": "A-01"}
ADJUST = {"sku": "TEA", "quantity": "1", "location": "A-01", "reason": "damage"}
PRODUCE = {"order": "making", "sku": "TEA", "quantity": "1", "location": "A-01"}
LINE = {"sku": "TEA", "quantity": "1", "location": "A-01"}
EVENTS = [
    ("pick.line", {"document": new_id()}, "document_unknown"),
    ("pick.line", {"document": "receipt"}, "document_unknown"),
    ("pick.line", {"document": "requested"}, "document_not_approved"),
    ("pick.line", {"document": "over"}, "document_closed"),
    ("pick.line", {"document": ...}, "invalid_event"),
    ("pick.line", {"document": 7}, "invalid_event"),
    ("pick.line", {"document": "D" * 121}, "invalid_event"),
    ("pick.line", {"sku": ...}, "invalid_event"),
    ("pick.line", {"sku": "NONE"}, "item_unknown"),
    ("pick.line", {"sku": ..., "code": "nothing"}, "item_unknown"),
    ("pick.line", {"sku": ..., "code": "A-01"}, "item_unknown"),
    ("pick.line", {"sku": "MILK"}, "lot_required"),
    ("pick.line", {"sku": "DRILL"}, "serial_required"),
    ("pick.line", {"sku": "DRILL", "serial": "S1", "quantity": "2"}, "serial_quantity"),
    ("pick.line", {"location": ...}, "place_required"),
    ("pick.line", {"location": "nowhere"}, "location_unknown"),
    ("pick.line", {"location": "LOSS"}, "place_virtual"),
    ("pick.line", {"location": "A\u0000"}, "invalid_event"),
    ("pick.line", {"quantity": "0"}, "quantity_not_positive"),
    ("pick.line", {"quantity": "-1"}, "quantity_negative"),
    ("pick.line", {"quantity": ...}, "quantity_missing"),
    ("pick.line", {"quantity": "1.2345"}, "invalid_event"),
    ("pick.line", {"quantity": "999999999999"}, "quantity_out_of_range"),
    ("pick.line", {"photo": "x"}, "invalid_event"),
    ("pick.line", {"more": "yes"}, "invalid_event"),
    ("pick.check", {}, "same_person"),
    ("pick.check", {"document": ...}, "invalid_event"),
    ("pick.short", {"found": "none"}, "invalid_event"),
    ("pick.short", {"found": "0", "location": "SCRAP"}, "place_virtual"),
    ("receive.line", {"document": "pick"}, "document_unknown"),
    ("receive.line", {"location": "SUPPLIER"}, "place_virtual"),
    ("receive.line", {"condition": "wet"}, "invalid_event"),
    ("receive.line", {"expiry": "soon"}, "invalid_event"),
    ("receive.line", {"expiry": "2026-13-01"}, "invalid_event"),
    ("receive.line", {"sku": "CREAM", "lot": "L1"}, "expiry_required"),
    ("receive.line", {"document": ..., "warehouse": ..., "location": ...}, "warehouse_unclear"),
    ("receive.check", {}, "same_person"),
    ("putaway", {"to": "A-02"}, "same_place"),
    ("putaway", {"to": "SCRAP"}, "place_virtual"),
    ("putaway", {"to": ...}, "invalid_event"),
    ("putaway", {"document": ..., "from": ...}, "place_required"),
    ("ship", {"document": "pick"}, "nothing_agreed"),
    ("ship", {"document": "receipt"}, "document_unknown"),
    ("document.claim", {"document": "pick", "side": "check"}, "same_person"),
    ("document.claim", {"document": "pick", "side": "left"}, "invalid_event"),
    ("document.void", {"statement": new_id()}, "statement_unknown"),
    ("document.void", {"statement": "x"}, "invalid_event"),
    ("receive.submit", {"document": "pick"}, "document_unknown"),
    ("transfer.ship", {"document": "requested", "lines": [LINE]}, "document_not_approved"),
    ("transfer.ship", {"document": "pick", "lines": [LINE]}, "document_unknown"),
    ("transfer.ship", {"document": "sendable", "lines": [LINE | {"sku": "NONE"}]}, "item_unknown"),
    ("transfer.ship", {"document": "sendable", "lines": [LINE, LINE | {"quantity": "0"}]}, "quantity_not_positive"),
    ("transfer.ship", {"document": "sendable", "lines": [LINE | {"location": "LOSS"}]}, "place_virtual"),
    ("transfer.ship", {"document": "sendable", "lines": []}, "nothing_agreed"),
    ("transfer.ship", {"document": "sendable", "lines": {}}, "invalid_event"),
    ("transfer.ship", {"document": "sendable", "lines": [{"quantity": "1"}]}, "invalid_event"),
    ("transfer.ship", {"document": "sendable", "lines": [LINE] * 1001}, "invalid_event"),
    ("transfer.receive", {"document": "receipt", "lines": [LINE]}, "document_unknown"),
    ("transfer.receive", {"document": new_id(), "lines": [LINE]}, "document_unknown"),
    ("adjust.scrap", {"reason": ...}, "invalid_event"),
    ("adjust.scrap", {"reason": "because"}, "reason_unknown"),
    ("adjust.scrap", {"location": ...}, "invalid_event"),
    ("adjust.scrap", {"location": "SCRAP"}, "place_virtual"),
    ("adjust.scrap", {"document": "pick"}, "document_unknown"),
    ("adjust.return", {"reason": "because"}, "reason_unknown"),
    ("adjust.gift", {"quantity": "0"}, "quantity_not_positive"),
    ("adjust.lend", {}, "event_type_unknown"),
    ("produce.consume", {"order": ...}, "invalid_event"),
    ("produce.consume", {"order": "MO-9"}, "document_unknown"),
    ("produce.consume", {"order": "pick"}, "document_unknown"),
    ("produce.output", {"location": "PRODUCTION"}, "place_virtual"),
]


@pytest.mark.parametrize(("kind", "changed", "code"), EVENTS, ids=[f"{n}-{e[0]}" for n, e in enumerate(EVENTS)])
def test_a_bad_word_about_goods_never_spoils_its_batch(hall, kind, changed, code):
    li = hall.li
    words = {"pick": PICK, "receive": RECEIVE, "putaway": PUTAWAY, "adjust": ADJUST, "produce": PRODUCE}
    base = words.get(kind.split(".")[0], {})
    said = {"warehouse": hall.code, **base, **changed}
    if kind == "pick.short":
        said.pop("quantity")
    if kind.endswith(("submit", "claim", "void")) or kind == "ship":
        said = {"warehouse": hall.code, **changed}
    for name in ("document", "order"):
        said[name] = getattr(hall, str(said.get(name)), said.get(name))
    said = {name: value for name, value in said.items() if value is not ... and value is not None}
    bad = {**li.event(kind), "data": said}
    good = [li.event("case.report", kind="lost", warehouse=hall.code) for _ in range(2)]
    before, _ = traces(hall)

    refused_between(li, good, bad, code)

    after, differences = traces(hall)
    assert after == before | {"cases": before["cases"] + 2} and differences == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"id": "x"}, 422, "not_understood"),
        ({"kind": "transfer_in"}, 422, "not_understood"),
        ({"kind": "party"}, 422, "not_understood"),
        ({"lines": []}, 422, "lines_required"),
        ({"lines": [{"sku": "TEA", "quantity": "0"}]}, 422, "not_understood"),
        ({"lines": [{"sku": "TEA"}]}, 422, "not_understood"),
        ({"lines": [{"sku": "NONE", "quantity": "1"}]}, 422, "not_understood"),
        ({"expected_on": "soon"}, 422, "not_understood"),
        ({"due_at": "2026-01-01T00:00:00"}, 422, "not_understood"),
        ({"location": "LOSS"}, 404, "location_unknown"),
        ({"location": "nowhere"}, 404, "location_unknown"),
        ({"assign_to": "nobody"}, 422, "person_unknown"),
        ({"warehouse": "nowhere"}, 404, "warehouse_unknown"),
        ({"kind": "transfer"}, 422, "not_understood"),
        ({"kind": "transfer", "to_warehouse": "nowhere"}, 404, "warehouse_unknown"),
        ({"wishes": "many"}, 422, "not_understood"),
        ({"number": "N" * 121}, 422, "not_understood"),
    ],
)
def test_a_bad_document_leaves_nothing(hall, changed, status, code):
    import json

    said = {"id": new_id(), "warehouse": hall.code, "kind": "receipt", "lines": [{"sku": "TEA", "quantity": "1"}]}

    refused(hall, "/documents", json.dumps(said | changed), status, code)


@pytest.mark.parametrize(
    ("act", "name", "status", "code"),
    [
        ("approve", "pick", 409, "not_waiting"),
        ("reject", "pick", 409, "not_waiting"),
        ("cancel", "pick", 409, "not_waiting"),
        ("close", "over", 409, "document_closed"),
        ("close", "pick", 409, "not_waiting"),
    ],
)
def test_a_decision_out_of_season_leaves_nothing(hall, act, name, status, code):
    import json

    refused(hall, f"/documents/{getattr(hall, name)}/{act}", json.dumps({"id": new_id()}), status, code)


def test_who_asked_does_not_approve(hall):
    for act in ("approve", "reject"):
        assert hall.chen.post(f"/documents/{hall.requested}/{act}", {"id": new_id()}).code == "own_document"
