"""EPCIS 2.0 asked as the standard has it: patterns, roles, sensors, own fields, orders; and what there is to ask."""

import base64
import gzip
import json
from urllib.parse import quote, urlencode

import pytest

from server.gateways.epcis import NotValid, event_of
from server.gateways.epcis_ask import CannotAsk, asked_of
from server.gateways.epcis_names import bare, canonical, meets, pattern_of, shown
from tests.gateways.test_epcis import DOCUMENTS, ONE, SAMPLES, post
from tests.reader import Reader
from tests.worker import new_id

ITEM = "urn:epc:id:sgtin:0614141.107346."
EVENT = json.loads((SAMPLES / "epcis" / "openepcis_Capture_Documents_epcisDocWithAllGS1Keys.json").read_text())
RICH = {
    "eventID": "urn:uuid:1",
    "epcList": [ITEM + "1"],
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 200, "uom": "KGM"}],
    "parentID": "urn:epc:id:sscc:0614141.1234567890",
    "inputEPCList": [ITEM + "7"],
    "persistentDisposition": {"set": ["completeness_verified"]},
    "readPoint": {"id": "urn:epc:id:sgln:0614141.00777.3"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:7"}],
    "sourceList": [{"type": "https://ref.gs1.org/cbv/SDT-owning_party", "source": "urn:epc:id:pgln:0614141.00001"}],
    "errorDeclaration": {
        "declarationTime": "2026-01-02T00:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": ["urn:x:2"],
    },
    "sensorElementList": [
        {
            "sensorMetadata": {"deviceID": "urn:dev:9", "time": "2026-01-01T00:00:00Z"},
            "sensorReport": [{"type": "Temperature", "value": 26.0, "uom": "CEL"}],
        }
    ],
    "ilmd": {"cbvmda:bestBeforeDate": "2026-12-01"},
    "@context": [{"ex": "http://ns.example.com/epcis/"}],
    "ex:colour": "red",
    "ex:box": {"ex:weight": 12.5},
}  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        {"MATCH_epc": ITEM + "1|" + ITEM + "2"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:0614141.107346.*"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:0614141.*.*"},
        {"MATCH_inputEPC": ITEM + "7", "MATCH_epc": ITEM + "1"},
        {"MATCH_anyEPC": "urn:epc:idpat:sscc:0614141.*"},
        {"MATCH_parentID": "https://id.gs1.org/00/106141412345678908"},
        {"MATCH_epcClass": "https://id.gs1.org/01/04012345123456/10/L1"},
        {"MATCH_anyEPCClass": "urn:epc:class:lgtin:4012345.012345.*"},
        {"EQ_persistentDisposition_set": "https://ref.gs1.org/cbv/Disp-completeness_verified"},
        {"WD_readPoint": "urn:epc:id:sgln:0614141.00777.0"},
        {"EQ_bizTransaction_po": "urn:example:po:7", "EQ_source_owning_party": "urn:epc:id:pgln:0614141.00001"},
        {"EXISTS_errorDeclaration": "true", "EQ_errorReason": "incorrect_data", "EQ_correctiveEventID": "urn:x:2"},
        {"GE_errorDeclarationTime": "2026-01-02T00:00:00Z", "LT_errorDeclarationTime": "2026-01-03T00:00:00Z"},
        {"GE_quantity": "200", "LT_quantity": "200.5", "EQ_quantity_KGM": "200"},
        {"EQ_type": "Temperature", "GT_value_CEL": "25", "EQ_deviceID": "urn:dev:9", "GE_time": "2026-01-01T00:00:00Z"},
        {"EQ_ex:colour": "red|blue", "EXISTS_ex:colour": ""},
        {"EQ_http://ns.example.com/epcis/colour": "red"},
        {"GE_INNER_ex:weight": "12", "EQ_ILMD_cbvmda:bestBeforeDate": "2026-12-01"},
    ],
)
def test_an_event_meets_what_it_says(condition):
    assert asked_of({name: said or "true" for name, said in condition.items()}).meets(RICH)


@pytest.mark.parametrize(
    "condition",
    [
        {"MATCH_epc": ITEM + "7"},  # it went in, which is asked for by another name
        {"MATCH_epc": ITEM + "1", "MATCH_outputEPC": ITEM + "7"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:0614141.107347.*"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:061415.*.*"},
        {"MATCH_epcClass": "https://id.gs1.org/01/04012345123456/10/l1"},
        {"WD_readPoint": "urn:epc:id:sgln:0614141.0077.0"},
        {"EQ_bizTransaction_inv": "urn:example:po:7"},
        {"EXISTS_errorDeclaration": "false"},
        {"GT_quantity": "200"},
        {"EQ_quantity_KGM": "26"},
        {"GT_value_CEL": "26"},
        {"GT_value_KGM": "1"},
        {"EQ_ex:weight": "12.5"},
        {"EQ_transformationID": "urn:x:1"},
    ],
)
def test_and_no_other(condition):
    assert not asked_of(condition).meets(RICH)


@pytest.mark.parametrize(
    "condition",
    [
        {"EQ_colour": "red"},
        {"orderBy": "colour"},
        {"eventCountLimit": "0"},
        {"maxEventCount": "1", "eventCountLimit": "1"},
        {"GE_quantity": "many"},
        {"GE_eventTime": "yesterday"},
        {"EQ_bizStep": ""},
        {"EXISTS_errorDeclaration": "maybe"},
        {"orderDirection": "UP"},
    ],
)
def test_what_cannot_be_asked_is_said(condition):
    with pytest.raises(CannotAsk):
        asked_of(condition)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("sgtin:0614141.107346.*", "urn:epc:id:sgtin:0614141.107346.9", "urn:epc:id:sgtin:0614141.107347.9"),
        ("sgtin:0614141.*.*", "https://id.gs1.org/01/10614141073464/21/x", "urn:epc:id:sgtin:0614142.107346.9"),
        ("sscc:0614141.*", "urn:epc:id:sscc:0614141.1234567890", "urn:epc:id:sscc:0614142.1234567890"),
        ("sgln:0614141.00777.*", "urn:epc:id:sgln:0614141.00777.0", "urn:epc:id:sgln:0614141.00778.0"),
        ("grai:0614141.12345.*", "urn:epc:id:grai:0614141.12345.400", "urn:epc:id:grai:0614141.12346.400"),
        ("giai:0614141.*", "urn:epc:id:giai:0614141.12345400", "urn:epc:id:giai:0614142.12345400"),
        ("gid:1.2.*", "urn:epc:id:gid:1.2.3", "urn:epc:id:gid:1.3.3"),
    ],
)
def test_a_pattern_stands_for_all_names_that_begin_like_it(pattern, inside, outside):
    fits = meets(pattern_of(f"urn:epc:idpat:{pattern}"))

    assert fits(canonical(inside)) and not fits(canonical(outside))


def test_a_star_before_a_number_is_no_pattern_and_words_have_one_form():
    assert pattern_of("urn:epc:idpat:sgtin:0614141.*.5") is None
    assert {
        bare(f"{one}shipping") for one in ("", "urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-")
    } == {"shipping"}
    assert shown(canonical("urn:epc:id:sgtin:0614141.107346.a%2Fb")) == "https://id.gs1.org/01/10614141073464/21/a%2Fb"


@pytest.fixture
def full(given):
    """Six documents of the reference, captured by a reader, and one that is declared wrong."""
    given.reader = Reader(given)
    for path in DOCUMENTS:
        assert post(given.reader, "/capture", json.loads(path.read_text()))[0] == 202
    return given


def ask(given, path, token=None, headers=None, method="GET"):
    sent = {"Authorization": f"Bearer {token or given.admin.token}"} | (headers or {})
    status, answered, raw = given.send(method, f"/epcis/v2{path}", None, sent)
    return status, answered, json.loads(raw) if raw else None


def events(given, **query):
    headers = query.pop("headers", None)
    status, _, said = ask(given, "/events?" + urlencode({"perPage": 500, **query}), headers=headers)
    assert status == 200, said
    return said["epcisBody"]["queryResults"]["resultsBody"]["eventList"], said


def test_the_database_finds_by_pattern_role_and_order_what_the_events_say(full):
    everything, document = events(full)

    for name in ("MATCH_epc", "MATCH_anyEPC"):
        found, _ = events(full, **{name: "urn:epc:idpat:sgtin:0614141.107346.*"})
        wanted = [one for one in everything if ITEM in json.dumps(one.get("epcList", []) + one.get("childEPCs", []))]
        assert found == wanted and found
    assert events(full, EQ_bizStep="urn:epcglobal:cbv:bizstep:shipping|https://ref.gs1.org/cbv/BizStep-receiving")[0]
    down, _ = events(full, orderBy="eventTime")
    assert [one["eventTime"] for one in events(full, orderBy="eventTime", orderDirection="ASC")[0]] == [
        one["eventTime"] for one in everything
    ]
    assert {one["eventID"] for one in down} == {one["eventID"] for one in everything} and down[0] == everything[-1]
    assert {"example": "http://ns.example.com/epcis/"} in document["@context"]  # what an event uses is said
    named, _ = events(full, **{"EXISTS_http://ns.example.com/epcis/myField": "true"})
    assert named and all("example:myField" in one for one in named)
    (place, *_) = [one["readPoint"]["id"] for one in everything if "sgln" in one.get("readPoint", {}).get("id", "")]
    assert events(full, EQ_readPoint=place)[0] == events(full, EQ_readPoint=shown(canonical(place)))[0] != []
    linked, _ = events(full, headers={"GS1-EPC-Format": "Always_GS1_Digital_Link"})
    assert len(linked) == len(everything) and "urn:epc:id:sgtin" not in json.dumps(
        [one.get("epcList") for one in linked]
    )
    assert ask(full, "/events", headers={"GS1-EPC-Format": "Always_EPC_URN"})[0] == 406


def test_pages_of_a_question_that_looks_inside_miss_nothing_and_end_where_the_asker_says(full):
    whole = [one["eventID"] for one in events(full, orderBy="eventTime", MATCH_anyEPC="urn:epc:idpat:sgtin:*.*.*")[0]]
    seen, path = (
        [],
        "/events?"
        + urlencode(
            {"perPage": 2, "orderBy": "eventTime", "MATCH_anyEPC": "urn:epc:idpat:sgtin:*.*.*", "eventCountLimit": 5}
        ),
    )
    while path:
        _, headers, said = ask(full, path)
        seen += [one["eventID"] for one in said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]
        path = headers.get("Link", "").partition(">")[0].removeprefix("</epcis/v2")

    assert len(whole) > 5 and seen == whole[:5]
    assert ask(full, "/events?maxEventCount=2")[2]["type"] == "epcisException:QueryTooLargeException"
    assert ask(full, f"/events?maxEventCount={len(events(full)[0])}")[0] == 200


def test_one_event_has_an_address_and_what_declares_it_wrong_is_told_with_it(full):
    status, headers, _ = post(full.reader, "/events", ONE | {"eventID": f"urn:uuid:{new_id()}"})
    assert status == 201
    assert ask(full, headers["Location"].removeprefix("/epcis/v2"))[0] == 200
    wrong = next(one for one in events(full)[0] if "errorDeclaration" in one)
    _, _, said = ask(full, "/events/" + quote(wrong["eventID"], safe=""))
    assert len(said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) >= 1
    status, _, said = ask(full, "/events/urn:uuid:none")
    assert (status, said["type"]) == (404, "epcisException:NoSuchResourceException")


def test_jobs_are_listed_the_latest_first_page_after_page(full):
    seen, path = [], "/capture?perPage=4"
    while path:
        status, headers, jobs = ask(full, path)
        assert status == 200
        seen += jobs
        path = headers.get("Link", "").partition(">")[0].removeprefix("</epcis/v2")

    assert len({job["captureID"] for job in seen}) == len(seen) == len(DOCUMENTS)
    assert [job["createdAt"] for job in seen] == sorted((job["createdAt"] for job in seen), reverse=True)


def test_what_there_is_to_ask_about_is_listed_and_each_has_its_events(full):
    assert {"capture", "events", "epcs", "bizSteps"} <= set(ask(full, "/")[2]["member"])
    assert ask(full, "/eventTypes")[2]["member"][0] == "AggregationEvent"
    steps = ask(full, "/bizSteps?perPage=500")[2]["member"]
    assert {"shipping", "cycle_counting"} <= set(steps)
    things, path = [], "/epcs?perPage=7"
    while path:
        _, headers, said = ask(full, path)
        things += said["member"]
        path = headers.get("Link", "").partition(">")[0].removeprefix("</epcis/v2")
    assert "https://id.gs1.org/01/10614141073464/21/2017" in things and len(things) == len(set(things)) > 7
    for where in (f"/epcs/{quote(things[0], safe='')}", "/bizSteps/shipping", "/eventTypes/ObjectEvent"):
        assert ask(full, where)[2]["member"] == ["events"]
        found = ask(full, where + "/events?perPage=1")[2]
        assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1, where
    for where in ("/readPoints", "/bizLocations", "/dispositions"):
        assert ask(full, where)[2]["member"], where
    assert ask(full, "/bizSteps/dancing")[0] == ask(full, "/epcs/urn:epc:id:gid:1.2.3")[0] == 404


def test_versions_are_told_and_minded(full):
    status, headers, _ = ask(full, "/capture", method="OPTIONS")
    assert (status, headers["GS1-Capture-Error-Behaviour"], headers["GS1-EPCIS-Min"]) == (204, "all", "2.0.0")
    assert {"GET", "POST", "OPTIONS"} <= set(headers["Allow"].replace(" ", "").split(","))
    for name, said in (("GS1-EPCIS-Min", "2.1"), ("GS1-CBV-Max", "1.2"), ("GS1-EPCIS-Max", "two")):
        assert ask(full, "/events", headers={name: said})[0] == 406
    assert ask(full, "/events", headers={"GS1-EPCIS-Min": "1.0", "GS1-EPCIS-Max": "2.0.1"})[0] == 200
    for path in ("/events?perPage=0", "/events?nextPageToken=x", "/events?EQ_colour=red", "/bizSteps?colour=red"):
        assert ask(full, path)[2]["type"] == "epcisException:QueryParameterException", path


def test_a_capture_may_be_packed_and_an_answer_captured_again(full, app):
    def send(body, **headers):
        word = base64.b64encode(f"{full.reader.name}:{full.reader.key}".encode()).decode()
        sent = {"Authorization": f"Basic {word}"} | headers
        said = app.test_client().post("/epcis/v2/capture", data=body, headers=sent, content_type="application/ld+json")
        return said.status_code, said.get_json(silent=True, force=True)

    everything, document = events(full)
    for one in everything:
        one["eventID"] = f"urn:uuid:{new_id()}"
    assert send(gzip.compress(json.dumps(document).encode()), **{"Content-Encoding": "gzip"})[0] == 202
    assert len(events(full)[0]) == 2 * len(everything)
    for broken in (b"\x1f\x8b broken", b"{", b""):
        status, said = send(broken)
        assert (status, said["type"]) == (400, "epcisException:ValidationException")
    many = json.dumps(EVENT | {"epcisBody": {"eventList": EVENT["epcisBody"]["eventList"] * 1001}})
    status, said = send(many)
    assert (status, said["type"]) == (413, "epcisException:CaptureLimitExceededException")


@pytest.mark.parametrize(
    "broken",
    [
        {"epcList": ["no name of a thing"]},
        {"eventID": "12"},
        {"quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": "many"}]},
        {"bizTransactionList": ["PO-7"]},
        {"errorDeclaration": {}},
        {"type": "AggregationEvent", "epcList": []},
        {"type": "AssociationEvent", "childEPCs": [ITEM + "1"]},
        {"type": "TransformationEvent", "action": None, "epcList": []},
    ],
)
def test_what_the_standard_asks_of_each_kind_is_asked(broken):
    with pytest.raises(NotValid):
        event_of(ONE | broken)
