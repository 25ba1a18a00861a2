"""What nobody should send: each is refused with a status, a code, the field and words in both languages, and no trace.

On both databases: what one of them cannot store, the other might.
"""

import json

import pytest

from tests.house import at, new_id
from tests.refused import API, LANGUAGES, halls, raw, refused, traces


@pytest.fixture(scope="module")
def hall(database_kind, tmp_path_factory, request):
    """A warehouse with a shelf, a task that Li holds, and a line that waits."""
    yield from halls(database_kind, tmp_path_factory.mktemp("bad"), request)


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
