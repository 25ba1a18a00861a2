"""What nobody should send through the floor's one door: a receipt that says why, and the rest of the batch goes on.

On both databases: what one of them cannot store, the other might.
"""

import json

import pytest

from tests.house import at, new_id
from tests.refused import API, halls, refused, refused_between, traces


@pytest.fixture(scope="module")
def hall(database_kind, tmp_path_factory, request):
    """A warehouse with a shelf, a task that Li holds, and a line that waits."""
    yield from halls(database_kind, tmp_path_factory.mktemp("bad"), request)


EVENTS = [
    ({"id": "x"}, "invalid_event"),
    ({"id": None}, "invalid_event"),
    ({"id": ...}, "invalid_event"),
    ({"type": "count.guess"}, "event_type_unknown"),
    ({"type": 7}, "invalid_event"),
    ({"at": "2026-01-01T00:00:00"}, "time_without_zone"),
    ({"at": "soon"}, "invalid_event"),
    ({"at": at(hours=3)}, "in_the_future"),
    ({"at": ...}, "invalid_event"),
    ({"seq": -1}, "invalid_event"),
    ({"seq": 2**60}, "invalid_event"),
    ({"seq": "1"}, "invalid_event"),
    ({"data": ...}, "invalid_event"),
    ({"data": []}, "invalid_event"),
    ({"task": "x"}, "invalid_event"),
    ({"task": new_id()}, "task_unknown"),
    ({"location": "A-02"}, "location_not_in_task"),
    ({"location": "A\u0000"}, "invalid_event"),
    ({"location": "A" * 121}, "invalid_event"),
    ({"sku": "NONE"}, "item_unknown"),
    ({"sku": None}, "invalid_event"),
    ({"sku": "MILK"}, "lot_required"),
    ({"quantity": "1.2345"}, "invalid_event"),
    ({"quantity": "NaN"}, "invalid_event"),
    ({"quantity": "1e400"}, "invalid_event"),
    ({"quantity": "-1"}, "quantity_negative"),
    ({"quantity": None}, "quantity_missing"),
    ({"quantity": True}, "invalid_event"),
    ({"quantity": "999999999999"}, "quantity_out_of_range"),
    ({"method": "guess"}, "invalid_event"),
    ({"serial": "S1", "quantity": "2"}, "serial_quantity"),
    ({"photo": "x"}, "invalid_event"),
    ({"raw": "x" * 2001}, "invalid_event"),
]
OUTSIDE = ("id", "type", "at", "seq", "data")


@pytest.mark.parametrize(("changed", "code"), EVENTS, ids=[str(n) for n in range(len(EVENTS))])
def test_a_bad_event_never_spoils_its_batch(hall, changed, code):
    li = hall.li

    def entry(**words):
        said = {"task": hall.task_id, "location": "A-01", "sku": "TEA", "quantity": "1", "method": "keypad"} | words
        return li.event("count.entry", **{name: value for name, value in said.items() if name not in OUTSIDE})

    bad = entry(**{name: value for name, value in changed.items() if name not in OUTSIDE and value is not ...})
    bad |= {name: value for name, value in changed.items() if name in OUTSIDE}
    bad = {name: value for name, value in bad.items() if value is not ...}
    bad = {name: value for name, value in bad.items() if name != "seq" or "seq" in changed}
    good = [entry(), entry()]
    before, _ = traces(hall)

    refused_between(li, good, bad, code)

    after, differences = traces(hall)
    assert after == before | {"count_entries": before["count_entries"] + 2} and differences == []


HALF = json.dumps({"id": "019a0000-0000-7000-8000-0000000a1f00", "type": "move"})


@pytest.mark.parametrize("text", ['{"id": 1', "\ud800", "7", "[]", "null", '"x"', HALF])
def test_an_event_that_is_no_event_gets_a_receipt_of_its_own(hall, text):
    good = json.dumps(hall.li.event("case.report", kind="lost", warehouse=hall.code))
    shell = f'{{"device_id": "{hall.li.device}", "sent_at": "{at()}", "events": [{text}, {good}]}}'
    headers = {"Authorization": f"Bearer {hall.li.token}"}
    body = shell.encode("utf-8", "surrogatepass")
    reply = hall.app.test_client().post(API + "/sync", data=body, headers=headers, content_type="application/json")

    if text in ('{"id": 1', "\ud800"):  # the delivery itself is no JSON
        assert (reply.status_code, reply.json["code"]) == (422, "not_json")
    else:
        assert [one["result"] for one in reply.json["receipts"]] == ["refused", "accepted"]


def test_one_id_twice_in_a_delivery_is_taken_once(hall):
    one = hall.li.event("case.report", kind="lost", warehouse=hall.code)
    other = {**one, "data": {**one["data"], "kind": "found"}}
    before, _ = traces(hall)

    results = [(receipt["result"], receipt["code"]) for receipt in hall.li.sync(one, one, other)]

    assert results == [("accepted", None), ("duplicate", None), ("refused", "id_reused")]
    assert traces(hall)[0]["cases"] == before["cases"] + 1


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"device_id": ""}, {"device_id": ["invalid"]}),
        ({"device_id": 7}, {"device_id": ["not_text"]}),
        ({"device_id": ...}, {"device_id": ["required"]}),
        ({"sent_at": "2026-01-01T00:00:00"}, {"sent_at": ["time_without_zone"]}),
        ({"sent_at": "now"}, {"sent_at": ["not_time"]}),
        ({"events": {}}, {"events": ["not_list"]}),
        ({"events": ...}, {"events": ["required"]}),
    ],
)
def test_a_delivery_without_its_outside(hall, changed, fields):
    said = {"device_id": new_id(), "sent_at": at(), "events": []} | changed
    said = {name: value for name, value in said.items() if value is not ...}

    refused(hall, "/sync", json.dumps(said), 422, "not_understood", fields, who="li")
