"""EPCIS 2.0: what the standard's own examples say is taken, once; what is invalid is not; and everything is found."""

import base64
import json
from urllib.parse import urlencode

import pytest

from server.gateways.epcis import NotValid, canonical, event_of, events_of, link_of
from tests.gateways.test_count_tags import TEA, bind_all
from tests.gateways.test_shapes import SAMPLES, SGTIN
from tests.reader import Reader
from tests.worker import new_id

DOCUMENTS = sorted((SAMPLES / "epcis").glob("openepcis_Capture_Documents_*"))
INVALID = sorted((SAMPLES / "epcis").glob("openepcis_Capture_Invalid_*"))
ONE = json.loads((SAMPLES / "epcis" / "openepcis_Capture_Events_ObjectEvent.json").read_text())


@pytest.fixture
def reader(given):
    """Something that captures."""
    return Reader(given)


def post(reader, path, body, headers=None):
    """The standard's own address, beside ours."""
    word = base64.b64encode(f"{reader.name}:{reader.key}".encode()).decode()
    sent = {"Authorization": f"Basic {word}", "Content-Type": "application/json"} | (headers or {})
    return reader.given.send("POST", f"/epcis/v2{path}", body, sent)


def find(given, **query):
    status, headers, raw = given.send(
        "GET", "/epcis/v2/events?" + urlencode(query), None, {"Authorization": f"Bearer {given.admin.token}"}
    )
    assert status == 200, raw
    document = json.loads(raw)
    return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"], headers


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.stem[10:] for path in DOCUMENTS])
def test_every_document_of_the_reference_is_taken(path):
    document = json.loads(path.read_text())

    assert all(event_of(one) for one in events_of(document))


@pytest.mark.parametrize("path", INVALID, ids=[path.stem[10:] for path in INVALID])
def test_every_invalid_one_is_refused(reader, path):
    status, _, raw = post(reader, "/capture", json.loads(path.read_text()))

    assert (status, json.loads(raw)["code"]) == (400, "epcis_not_valid")


@pytest.mark.parametrize(
    "broken", [{}, [], 3, {"type": "ObjectEvent"}, ONE | {"eventTime": "yesterday"}, ONE | {"epcList": 3}]
)
def test_what_is_no_event_is_none(broken):
    with pytest.raises(NotValid):
        event_of(broken)


NAMES = ["urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/10614141073464/21/2017"]
NAMES += ["https://example.com/some/path/01/10614141073464/21/2017", "urn:epc:tag:sgtin-96:3.0614141.107346.2017"]


def test_a_thing_has_one_name_however_it_is_written():
    assert {canonical(name) for name in NAMES} == {"01/10614141073464/21/2017"}
    assert link_of(SGTIN) == "https://id.gs1.org/01/80614141123458/21/6789"
    assert link_of("E28011606000020A6681F23F") == "urn:epc:raw:96.xE28011606000020A6681F23F"


def test_a_document_is_taken_once_and_its_job_says_so(given, reader):
    document = json.loads(DOCUMENTS[-2].read_text())
    status, headers, _ = post(reader, "/capture", document)
    assert status == 202
    status, _, raw = given.send("GET", headers["Location"], None, {"Authorization": f"Bearer {given.admin.token}"})
    job = json.loads(raw)
    assert (status, job["running"], job["success"], job["captureErrorBehaviour"]) == (200, False, True, "rollback")

    post(reader, "/capture", document)

    found, _ = find(given)
    assert len(found) == len(document["epcisBody"]["eventList"])


def test_one_bad_event_spoils_all_unless_the_sender_says_proceed(given, reader):
    document = json.loads(DOCUMENTS[0].read_text())
    document["epcisBody"]["eventList"] = [ONE, ONE | {"action": "CREATE"}]

    assert post(reader, "/capture", document)[0] == 400
    assert find(given)[0] == []
    status, headers, _ = post(reader, "/capture", document, {"GS1-Capture-Error-Behaviour": "proceed"})

    assert status == 202 and len(find(given)[0]) == 1
    _, _, raw = given.send("GET", headers["Location"], None, {"Authorization": f"Bearer {given.admin.token}"})
    assert json.loads(raw)["errors"] == [{"event": 1, "where": "action"}]


def test_one_event_at_a_time_and_never_the_same_one_twice(given, reader):
    event = ONE | {"eventID": f"urn:uuid:{new_id()}"}

    assert post(reader, "/events", event)[0] == 201
    status, _, raw = post(reader, "/events", event)
    assert (status, json.loads(raw)["code"]) == (409, "epcis_event_known")
    assert post(reader, "/events", ONE)[0] == 201  # without an id it has one of its own words
    assert post(reader, "/events", dict(reversed(ONE.items())))[0] == 409


def test_events_are_found_by_what_the_standard_asks(given, reader):
    for n, step in enumerate(("receiving", "shipping", "urn:epcglobal:cbv:bizstep:picking")):
        epc = f"urn:epc:id:sgtin:0614141.107346.{n}"
        event = ONE | {"epcList": [epc], "bizStep": step, "eventTime": f"2026-09-0{n + 1}T10:00:00+08:00"}
        assert post(reader, "/events", event)[0] == 201

    assert len(find(given)[0]) == 3
    assert len(find(given, EQ_bizStep="receiving|picking")[0]) == 2
    assert len(find(given, MATCH_epc="https://id.gs1.org/01/10614141073464/21/1")[0]) == 1
    assert len(find(given, GE_eventTime="2026-09-02T00:00:00Z", LT_eventTime="2026-09-03T00:00:00Z")[0]) == 1
    assert len(find(given, EQ_readPoint="urn:epc:id:sgln:0012345.11111.400")[0]) == 3
    first, headers = find(given, perPage=2)
    token = headers["Link"].split("nextPageToken=")[1].split("&")[0]
    rest, headers = find(given, perPage=2, nextPageToken=token)
    assert [len(first), len(rest), headers.get("Link")] == [2, 1, None]
    assert headers["GS1-EPCIS-Capture-Limit"] == "1000"


def test_a_count_by_tags_is_published_by_what_was_seen(given):
    given.shelf("A-01", tea=3)
    bind_all(given, TEA[:3], "TEA")
    chen, li, sled = given.supervisor("chen"), given.staff("li"), Reader(given, "sled 1")
    task = chen.start_count("full", locations=["A-01"]).ok()["tasks"][0]["id"]
    li.claim(task)
    sled.sees(*TEA[:2], count=task)
    li.submit(task)

    (event,), _ = find(given, EQ_bizStep="cycle_counting")

    assert event["epcList"] == [link_of(tag) for tag in TEA[:2]]
    assert event["bizLocation"]["id"].endswith("WH1:A-01")
