"""EPCIS 2.0: what the standard's own examples say is taken, once; what is invalid is not; and everything is found."""

import base64
import json
from urllib.parse import urlencode

import pytest

from server.gateways.epcis import NotValid, event_of, events_of
from server.gateways.epcis_names import canonical, link_of
from server.gateways.event_hash import canon, hash_id
from tests.gateways.test_count_tags import TEA, bind_all
from tests.gateways.test_portals import through
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
    (error,) = json.loads(raw)["errors"]
    assert (error["event"], error["where"], error["status"]) == (1, "action", 400)
    assert error["type"] == "epcisException:ValidationException"


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


HASHES = {
    "AggregationEvent": ["96b6bf98742a60dbfaa2dda08b63435ce67079d224ea27d63e55e62a7843b878"],
    "ObjectEvent": [
        "df6523665bc5e5803d6c7b84f5a04e103694d8220f2abc4f2c74310e89f31bc6",
        "32547b2344d525ea60ab1b899d82a9011fd9c39bb26ed936e113066146f49941",
    ],
    "ObjectEvent_with_digitalLink": ["7542dcd055bf29e6b520f72c8920d813287c2ba124298bf96758330b936851ae"],
    "epcisDocWithAllGS1Keys": ["40744f32beff53a4bf5bb5956d465cb52de5bbcc9f131409d8efb903b04d9351"],
}  # of the reference generator 1.9.3, for the reference documents


@pytest.mark.parametrize("name", HASHES)
def test_an_event_without_id_gets_the_hash_that_the_reference_generator_gives_it(name):
    document = json.loads((SAMPLES / "epcis" / f"openepcis_Capture_Documents_{name}.json").read_text())

    found = [hash_id(one, document["@context"]) for one in document["epcisBody"]["eventList"]]

    assert found == [f"ni:///sha-256;{one}?ver=CBV2.0" for one in HASHES[name]]


def test_the_example_of_the_hashs_own_authors():
    document = json.loads((SAMPLES / "epcis" / "hashid_ReferenceEventHashAlgorithm.jsonld").read_text())
    (event,) = document["epcisBody"]["eventList"]

    expected = (SAMPLES / "epcis" / "hashid_ReferenceEventHashAlgorithm.hashes").read_text().strip()
    assert hash_id(event, document["@context"]) == expected
    assert event_of(event, document["@context"]).event_id == expected


@pytest.mark.parametrize(
    ("said", "hashed"),
    [
        ("urn:epc:id:sgtin:0614141.107346.20*7", "https://id.gs1.org/01/10614141073464/21/20%2A7"),
        ("urn:epc:idpat:sgtin:0614141.107346.*", "https://id.gs1.org/01/10614141073464"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/04012345123456/10/998877"),
        ("https://example.com/x/01/614141073467/10/L1/21/9?17=261122", "https://id.gs1.org/01/00614141073467/21/9"),
        ("urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"),
        ("urn:epc:id:sgtin:nonsense", "urn:epc:id:sgtin:nonsense"),
        ("012.50", "12.5"),
    ],
)
def test_a_value_has_one_form_however_it_is_written(said, hashed):
    assert canon(said) == hashed


def test_an_event_that_is_declared_wrong_is_kept_beside_it(given, reader):
    path = SAMPLES / "epcis" / "openepcis_Capture_Documents_ObjectEvent_with_error_declaration.json"
    wrong = json.loads(path.read_text())
    right = json.loads(path.read_text())
    for event in right["epcisBody"]["eventList"]:
        event.pop("errorDeclaration", None)
    for document in (right, wrong, wrong):
        assert post(reader, "/capture", document)[0] == 202

    declared = [event for event in wrong["epcisBody"]["eventList"] if "errorDeclaration" in event]
    events, _ = find(given)
    assert len(events) == len(right["epcisBody"]["eventList"]) + len(declared)
    id = next(event["eventID"] for event in events if "errorDeclaration" in event)
    assert len(find(given, EQ_eventID=id)[0]) == 2


def test_pages_go_on_under_the_same_conditions(given, reader):
    for n in range(3):
        said = ONE | {"eventID": f"urn:uuid:{new_id()}", "bizStep": "receiving" if n else "shipping"}
        assert post(reader, "/events", said)[0] == 201

    first, headers = find(given, EQ_bizStep="receiving", perPage=1)
    onwards = headers["Link"].partition(">")[0][1:]
    _, headers, raw = given.send("GET", onwards, None, {"Authorization": f"Bearer {given.admin.token}"})
    second = json.loads(raw)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]

    assert {one["bizStep"] for one in first + second} == {"receiving"}
    assert "Link" not in headers and first != second


def test_a_condition_that_nobody_knows_is_said_and_not_passed_over(given):
    status, _, raw = given.send("GET", "/epcis/v2/events?EQ_colour=red", None, _token(given))

    assert (status, json.loads(raw)["code"]) == (400, "epcis_not_valid")


def _token(given):
    return {"Authorization": f"Bearer {given.admin.token}"}


def test_what_went_through_a_door_is_published(given):
    given.place("DOCK-1")
    door, tags = Reader(given, "dock 1"), TEA[:2]
    sides = [{"antenna": 1, "side": "out"}, {"antenna": 3, "side": "in", "location": "DOCK-1"}]
    given.admin.patch(f"/readers/{door.id}", {"use": "portal", "antennas": sides}).ok()
    given.item("TEA")
    given.place("A-01")
    bind_all(given, tags, "TEA")
    given.admin.open_document("receipt", {"TEA": 2}, number="PO-7").ok()
    through(door, tags)
    (group,) = given.admin.get("/readers/passes", warehouse="WH1").ok().items
    given.admin.post(f"/readers/passes/{group['id']}", {"act": "confirm"}).ok()

    (event,), _ = find(given, EQ_bizStep="receiving", MATCH_epc=f"urn:epc:raw:96.x{tags[0]}")

    assert event["eventID"].startswith("ni:///sha-256;") and event["eventID"].endswith("?ver=CBV2.0")
    assert event["readPoint"] == {"id": "urn:tallyloop:reader:WH1:dock%201"}
    assert event["bizTransactionList"][0]["bizTransaction"] == "urn:tallyloop:document:WH1:PO-7"
