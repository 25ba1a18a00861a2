"""The book as EPCIS: moves and confirmed counts are events, found by what the standard asks, page after page."""

import json
from urllib.parse import urlencode

import pytest

from server.gateways.epcis import event_of
from tests.house import WHY

GTIN = "06901234567892"
CLASS = f"https://id.gs1.org/01/{GTIN}"


def find(worker, **query):
    """Events, and the address of the next page."""
    status, headers, raw = worker.send(
        "GET", "/epcis/v2/events?" + urlencode(query), None, {"Authorization": f"Bearer {worker.token}"}
    )
    assert status == 200, raw
    return json.loads(raw)["epcisBody"]["queryResults"]["resultsBody"]["eventList"], headers.get("Link")


@pytest.fixture
def shop(hall):
    """Tea with a GTIN in one bin and milk in lots in another, counted and moved."""
    hall.policy(rounds_max=1, auto_post=False)
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02")
    hall.given.code("TEA", GTIN)
    hall.li.tell("move", sku="TEA", quantity="2.5", from_="A-01", to="A-02", warehouse=hall.code)
    return hall


def steps(events):
    return [one["bizStep"] for one in events]


def test_each_move_is_an_event_of_its_class_and_quantity(shop):
    opening, moved = find(shop.zhou, warehouse=shop.code)[0]

    assert steps([opening, moved]) == ["stock_taking", "storing"]
    assert moved["quantityList"] == [{"epcClass": CLASS, "quantity": 2.5}]
    assert moved["readPoint"] == {"id": f"urn:tallyloop:location:{shop.code}:A-01"}
    assert moved["bizLocation"] == {"id": f"urn:tallyloop:location:{shop.code}:A-02"}
    assert moved["eventID"] == f"urn:uuid:{shop.zhou.get('/moves', warehouse=shop.code, kind='move').items[0]['id']}"
    for one in (opening, moved):
        assert event_of(one).kind == "ObjectEvent"  # as valid as what others send us


def test_a_confirmed_count_is_one_too_and_its_adjustment_another(shop):
    (task,) = shop.start("list", locations=["A-02"])
    shop.li.count_all(task, {("A-02", "TEA"): 2})
    shop.zhou.decide("approve", shop.zhou.get("/variances", warehouse=shop.code, state="pending").items, **WHY).ok()

    counted, adjusted = find(shop.zhou, warehouse=shop.code)[0][2:]

    assert {counted["bizStep"], adjusted["bizStep"]} == {"cycle_counting", "stock_taking"}
    (only,) = find(shop.zhou, warehouse=shop.code, EQ_bizStep="cycle_counting")[0]
    assert only["quantityList"] == [{"epcClass": CLASS, "quantity": 2.0}]
    assert only["bizLocation"] == {"id": f"urn:tallyloop:location:{shop.code}:A-02"}


def test_they_are_found_by_what_the_standard_asks(shop):
    house = {"warehouse": shop.code}
    there = f"urn:tallyloop:location:{shop.code}:A-02"
    everything = find(shop.zhou, **house)[0]
    (moved,) = find(shop.zhou, EQ_bizStep="storing|picking", **house)[0]

    assert everything[1] == moved
    for condition in (
        {"EQ_bizLocation": there},
        {"EQ_eventID": moved["eventID"]},
        {"GE_eventTime": moved["eventTime"]},
        {"EQ_readPoint": f"urn:tallyloop:location:{shop.code}:A-01", "EQ_bizStep": "storing"},
    ):
        assert find(shop.zhou, **house, **condition)[0] == [moved], condition
    for condition in ({"MATCH_epcClass": CLASS}, {"eventType": "ObjectEvent", "EQ_action": "OBSERVE"}):
        assert find(shop.zhou, **house, **condition)[0] == everything, condition
    for condition in (
        {"MATCH_epcClass": CLASS + "/10/L1"},
        {"MATCH_epc": CLASS + "/21/S1"},
        {"eventType": "AggregationEvent"},
        {"EQ_action": "ADD"},
        {"EQ_disposition": "in_transit"},
        {"LT_recordTime": "2020-01-01T00:00:00Z"},
        {"EQ_eventID": "urn:uuid:none"},
        {"EQ_eventID": moved["eventID"].removeprefix("urn:uuid:")},
        {"EQ_readPoint": "urn:epc:id:sgln:0614141.00777.0"},
    ):
        assert find(shop.zhou, **house, **condition)[0] == [], condition


def test_lots_and_serials_have_names_of_their_own(shop):
    shop.given.item("MILK", lot_tracked=True)
    shop.given.item("DRILL", serial_tracked=True)
    for sku, words in (("MILK", {"lot": "L/1"}), ("DRILL", {"serials": ["S%1", "S2"]})):
        move = shop.given.a_move(sku, 2, "SUPPLIER", "A-01", shop.code, kind="receipt", **words)
        shop.given.admin.post_moves(move).ok()

    (milk,) = find(shop.zhou, warehouse=shop.code, MATCH_epcClass="urn:tallyloop:item:MILK:L%2F1")[0]
    (drill,) = find(shop.zhou, warehouse=shop.code, MATCH_epc="urn:tallyloop:serial:DRILL:S%251")[0]

    assert milk["bizStep"] == "receiving" and milk["quantityList"][0]["epcClass"] == "urn:tallyloop:item:MILK:L%2F1"
    assert drill["epcList"] == ["urn:tallyloop:serial:DRILL:S%251", "urn:tallyloop:serial:DRILL:S2"]
    assert find(shop.zhou, warehouse=shop.code, MATCH_epc="urn:tallyloop:serial:DRILL:S_1")[0] == []


def test_pages_miss_nothing_and_tell_nothing_twice(shop):
    at_once = [shop.given.a_move("TEA", 1, "A-01", "A-02", shop.code) for _ in range(7)]
    shop.given.admin.post_moves(*[one | {"effective_at": at_once[0]["effective_at"]} for one in at_once]).ok()
    everything = find(shop.zhou, warehouse=shop.code)[0]

    seen, token = [], None
    while True:
        page, link = find(shop.zhou, warehouse=shop.code, perPage=2, **({"nextPageToken": token} if token else {}))
        seen += page
        if not link:
            break
        token = link.split("nextPageToken=")[1].split("&")[0]

    assert len(everything) == 9 and seen == everything


def test_who_may_not_read_the_book_reads_no_event_of_it(shop):
    status, _, _ = shop.li.send("GET", "/epcis/v2/events", None, {"Authorization": f"Bearer {shop.li.token}"})

    assert status == 403
