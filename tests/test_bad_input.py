"""What nobody should send: each is refused with a status, a code, the field and words in both languages, and no trace.

On both databases: what one of them cannot store, the other might.
"""

import json

import pytest

from tests.house import Crew, a_house, at, new_id

API = "/api/v1"
LANGUAGES = {"en": "en", "zh-CN": "zh"}


@pytest.fixture(scope="module")
def crew(database_kind, tmp_path_factory, request):
    """Everybody, signed in, and the app."""
    with a_house(database_kind, tmp_path_factory.mktemp("bad"), request) as (app, given):
        made = Crew(given)
        made.app = app
        yield made


@pytest.fixture(scope="module")
def hall(crew):
    """A warehouse with a shelf, a task that Li holds, and a line that waits."""
    hall = crew.floor()
    hall.app = crew.app
    hall.given.lot("MILK", "L1")
    hall.shelf("A-01", tea=40)
    hall.given.place("A-02", hall.code)
    hall.waiting = hall.pending()
    (hall.task_id,) = hall.start(locations=["A-01"])
    hall.li.claim(hall.task_id)
    return hall


TABLES = "moves balances anchors counts count_tasks claims count_entries variances decisions cases items codes policies"


def traces(hall):
    """How many rows each table has that a refused request might have written to, and what the ledger check says."""
    from server.db import fetch

    with hall.app.app_context():
        rows = {table: fetch(f"SELECT COUNT(*) AS n FROM {table}")[0].n for table in TABLES.split()}
    return rows, hall.differences()


def raw(hall, path, body, who="zhou", language="en", kind="application/json"):
    """Post bytes; gives (status, the problem)."""
    worker = getattr(hall, who)
    headers = {"Authorization": f"Bearer {worker.token}", "Accept-Language": language}
    reply = hall.app.test_client().post(API + path, data=body, headers=headers, content_type=kind)
    assert reply.mimetype == "application/problem+json", reply.data[:500]
    assert reply.headers["Content-Language"] == LANGUAGES[language]
    return reply.status_code, reply.json


def refused(hall, path, body, status, code, fields=None, **how):
    """Post what is refused, in both languages, and look for traces."""
    before = traces(hall)
    said = {}
    for language in LANGUAGES:
        found, problem = raw(hall, path, body, language=language, **how)
        assert (found, problem["code"]) == (status, code), problem
        assert problem["status"] == status and problem["type"].endswith(f"#{code}") and problem["title"]
        if fields is not None:
            assert {path: codes for path, codes in problem["fields"].items() if path in fields} == fields, problem
        said[language] = problem["detail"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["zh-CN"]) and said["en"] != said["zh-CN"]
    assert traces(hall) == before


PATHS = ["/moves", "/sync", "/counts", "/cases", "/policies", "/variances/decide", "/auth/login"]
NO_JSON = {
    "broken": b'{"id": ',
    "words": b"hello",
    "nothing_but_a_comma": b'{"a": 1,}',
    "not_a_number": b'{"id": NaN}',
    "infinity": b'{"id": -Infinity}',
    "invalid_utf8": b'\xff\xfe{"id": "1"}',
    "utf16": '{"id": 1}'.encode("utf-16"),
    "lone_surrogate": b'{"id": "\\ud800"}',
    "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json(hall, path, body):
    assert [raw(hall, path, body, language=one)[1]["code"] for one in LANGUAGES] == ["not_json", "not_json"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7", b"[" * 300 + b"]" * 300])
def test_what_is_json_but_no_object(hall, path, body):
    status, problem = raw(hall, path, body)

    assert (status, problem["code"], problem["fields"]) == (422, "not_understood", {"body": ["not_object"]})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None])
def test_what_comes_as_something_else(hall, path, kind):
    refused(hall, path, b'{"id": "x"}', 415, "wrong_media_type", kind=kind)


def a_move(hall, **changed):
    """A good move, but for what is said."""
    move = hall.given.a_move("TEA", 1, "A-01", "A-02", hall.code)
    return {name: value for name, value in {**move, **changed}.items() if value is not ...}


MOVES = [
    ("id", "1", "not_id"),
    ("id", ..., "required"),
    ("id", 7, "not_text"),
    ("quantity", "1.2345", "too_many_decimals"),
    ("quantity", 0.0001, "too_many_decimals"),
    ("quantity", "NaN", "not_number"),
    ("quantity", "Infinity", "not_number"),
    ("quantity", "1e400", "out_of_range"),
    ("quantity", "9" * 30, "out_of_range"),
    ("quantity", "1_000", "not_number"),
    ("quantity", " 1", "not_number"),
    ("quantity", "", "not_number"),
    ("quantity", "twelve", "not_number"),
    ("quantity", 0, "out_of_range"),
    ("quantity", -1, "out_of_range"),
    ("quantity", True, "not_number"),
    ("quantity", None, "not_number"),
    ("quantity", [1], "not_number"),
    ("effective_at", "2026-01-01T00:00:00", "time_without_zone"),
    ("effective_at", "yesterday", "not_time"),
    ("effective_at", "2026-13-01T00:00:00Z", "not_time"),
    ("effective_at", "9999-01-01T00:00:00Z", "out_of_range"),
    ("effective_at", "2150-01-01T00:00:00Z", "out_of_range"),
    ("effective_at", 1700000000, "not_text"),
    ("sku", "NONE", "unknown"),
    ("sku", "MILK", None),
    ("from", "A-99", "unknown"),
    ("to", "A-01", "same_place"),
    ("kind", "restatement", "not_a_choice"),
    ("kind", "reversal", "not_a_choice"),
    ("kind", "Robert'); DROP TABLE moves;--", "not_a_choice"),
    ("document", "x" * 121, "too_long"),
    ("serials", ["S1", "S2"], "invalid"),
]


@pytest.mark.parametrize(("field", "value", "code"), MOVES)
def test_a_wrong_field_of_a_move(hall, field, value, code):
    good = a_move(hall)
    wrong = a_move(hall, **{field: value})
    fields = {f"moves[1].{field}": [code]} if code else {"moves[1].lot": ["required"]}

    refused(hall, "/moves", json.dumps({"moves": [good, wrong]}), 422, "not_understood", fields)


def test_every_wrong_field_is_said_at_once(hall):
    wrong = [a_move(hall, sku="NONE", quantity="x"), a_move(hall), a_move(hall, to="A-99")]
    _, problem = raw(hall, "/moves", json.dumps({"moves": wrong}))

    assert problem["fields"].keys() == {"moves[0].sku", "moves[0].quantity", "moves[2].to"}


def test_a_foreign_warehouse_is_not_there(hall):
    body = json.dumps({"moves": [a_move(hall), a_move(hall, warehouse="NOWHERE")]})

    refused(hall, "/moves", body, 404, "warehouse_unknown")


def test_a_nul_is_no_letter(hall):
    for name in ("document", "reason", "lot"):
        body = json.dumps({"moves": [a_move(hall, **{name: "a\0b"})]})
        refused(hall, "/moves", body, 422, "not_understood", {"moves": ["wrong_characters"]})
    case = {"id": new_id(), "warehouse": hall.code, "kind": "lost", "note": "a\0b"}
    refused(hall, "/cases", json.dumps(case), 422, "not_understood", {"note": ["wrong_characters"]})
    item = {"id": new_id(), "sku": "A\x07B", "name": "bell"}
    refused(hall, "/items", json.dumps(item), 422, "not_understood", {"sku": ["wrong_characters"]})


def test_more_than_a_thousand_is_too_many(hall):
    moves = json.dumps({"moves": [a_move(hall) for _ in range(1001)]})
    events = [{"id": new_id(), "type": "count.claim", "at": at(), "data": {"task": new_id()}} for _ in range(1001)]
    batch = json.dumps({"device_id": new_id(), "sent_at": at(), "events": events})

    refused(hall, "/moves", moves, 422, "too_many_moves", {"moves": ["too_many"]})
    refused(hall, "/sync", batch, 422, "too_many_events", {"events": ["too_many"]})


def test_one_id_for_two_different_moves_of_a_batch(hall):
    one = a_move(hall)

    refused(hall, "/moves", json.dumps({"moves": [one, {**one, "quantity": "2"}]}), 409, "id_reused")
    assert hall.zhou.post("/moves", {"moves": [one, one]}).ok()["posted"] == 1


def test_upper_case_ids_are_the_same_ids(hall):
    move = a_move(hall)
    first = hall.zhou.post_moves({**move, "id": move["id"].upper()}).ok()
    again = hall.zhou.post_moves(move).ok()
    event = hall.li.event("case.report", kind="lost", warehouse=hall.code)

    assert (first["posted"], again["posted"], again["duplicates"]) == (1, 0, 1)
    assert hall.li.sync({**event, "id": event["id"].upper()})[0] == {
        "id": event["id"],
        "result": "accepted",
        "code": None,
        "detail": None,
    }
    assert hall.li.sync(event)[0]["result"] == "duplicate"
    assert hall.zhou.get(f"/variances/{hall.waiting['id'].upper()}").status == 200


COUNTS = [
    ({"id": "x"}, 422, {"id": ["not_id"]}),
    ({"form": "guess"}, 422, {"form": ["not_a_choice"]}),
    ({"mode": 7}, 422, {"mode": ["not_text"]}),
    ({"open": "maybe"}, 422, {"open": ["not_true_or_false"]}),
    ({"due_at": "2026-01-01T00:00:00"}, 422, {"due_at": ["time_without_zone"]}),
    ({"scope": []}, 422, {"scope": ["not_object"]}),
    ({"scope": {"location": ["A-01"]}}, 422, {"scope.location": ["unknown_field"]}),
    ({"scope": {"locations": "A-01"}}, 422, {"scope.locations": ["not_list"]}),
    ({"scope": {"locations": ["A-01", 7]}}, 422, {"scope.locations[1]": ["not_text"]}),
    ({"scope": {"locations": ["A-99"]}}, 404, {"scope.locations": ["unknown"]}),
    ({"scope": {"skus": ["NONE"]}}, 404, {"scope.skus": ["unknown"]}),
    ({"scope": {"moved_since": "yesterday"}}, 422, {"scope.moved_since": ["not_time"]}),
    ({"assign_to": "nobody"}, 422, {"assign_to": ["unknown"]}),
    ({"assign_to": ["li", "wang", "zhao"]}, 422, {"assign_to": ["too_many"]}),
    ({"warehouse": "NOWHERE"}, 404, None),
    ({"require_recount": False}, 422, {"require_recount": ["unknown_field"]}),
]


@pytest.mark.parametrize(("changed", "status", "fields"), COUNTS)
def test_a_wrong_request_for_a_count(hall, changed, status, fields):
    said = {"id": new_id(), "warehouse": hall.code, "form": "list", "scope": {"locations": ["A-01"]}} | changed
    before = traces(hall)

    reply = hall.zhou.post("/counts", said)

    assert reply.status == status, reply.body
    assert fields is None or reply["fields"] == fields
    assert traces(hall) == before


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

    for language, is_words in (("en", str.isascii), ("zh-CN", lambda words: not words.isascii())):
        batch = {"device_id": li.device, "sent_at": at(), "events": [good[0], bad, good[1]]}
        reply = li.ask("POST", "/sync", batch, headers={"Accept-Language": language}).ok()
        first, refusal, last = reply["receipts"]
        assert (refusal["result"], refusal["code"]) == ("refused", code)
        assert refusal["detail"] and (is_words(refusal["detail"]) or language == "en")
        wanted = "accepted" if language == "en" else "duplicate"
        assert (first["result"], last["result"]) == (wanted, wanted)

    after, differences = traces(hall)
    assert after == before | {"count_entries": before["count_entries"] + 2} and differences == []


HALF = json.dumps({"id": new_id(), "type": "move"})


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


QUESTIONS = [
    ("limit=0", "out_of_range"),
    ("limit=501", "out_of_range"),
    ("limit=x", "not_whole"),
    ("limit=" + "9" * 40, "out_of_range"),
    ("cursor=x", "invalid"),
    ("cursor=W10", "invalid"),
    ("cursor=WzFd", "invalid"),
    ("warehouse=", "too_short"),
]


@pytest.mark.parametrize("path", ["stock", "moves", "variances", "tasks", "counts", "cases"])
@pytest.mark.parametrize(("query", "code"), QUESTIONS)
def test_a_wrong_question(hall, path, query, code):
    headers = {"Authorization": f"Bearer {hall.zhou.token}"}
    reply = hall.app.test_client().get(f"{API}/{path}?{query}", headers=headers)

    assert (reply.status_code, reply.json["fields"][query.partition("=")[0]][0]) == (422, code)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/variances/x", 404),
        ("/variances/00000000-0000-0000-0000-000000000000", 404),
        ("/stock?sku=%00", 400),
        ("/items/%00", 404),
        ("/stock?at=2026-01-01T00:00:00", 422),
        ("/variances?over=1e400", 422),
        ("/variances?over=NaN", 422),
        ("/variances?state=odd", 422),
        ("/variances?mine=perhaps", 422),
        ("/items/%F0%9F%8D%B5", 404),
    ],
)
def test_a_wrong_address(hall, path, status):
    headers = {"Authorization": f"Bearer {hall.zhou.token}"}
    reply = hall.app.test_client().get(API + path, headers=headers)

    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")


DECISIONS = [
    ({"id": "x"}, 422, "not_understood"),
    ({"reason": 7}, 422, "not_understood"),
    ({"stage": "nowhere"}, 422, "not_understood"),
    ({"cause": "nothing"}, 422, "reason_unknown"),
    ({"photos": ["x"]}, 422, "not_understood"),
    ({"photos": [new_id() for _ in range(21)]}, 422, "not_understood"),
    ({"note": "x" * 4001}, 422, "not_understood"),
    ({"note": "a\x00b"}, 422, "not_understood"),
    ({"approve": True}, 422, "not_understood"),
]


@pytest.mark.parametrize(("changed", "status", "code"), DECISIONS, ids=[str(n) for n in range(len(DECISIONS))])
def test_a_wrong_decision(hall, changed, status, code):
    said = {"id": new_id(), "reason": "damage", "cause": "physical.packaging_damage", "stage": "storage"} | changed

    refused(hall, f"/variances/{hall.waiting['id']}/approve", json.dumps(said), status, code, who="ma")
    assert hall.line(state="pending")["id"] == hall.waiting["id"]
