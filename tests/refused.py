"""What a refused request must not leave behind, and how its words are checked."""

from server.db import fetch
from tests.house import Crew, a_house, at

API = "/api/v1"
LANGUAGES = {"en": "en", "zh-CN": "zh"}
TABLES = (
    "moves balances anchors counts count_tasks claims count_entries variances decisions cases items codes policies"
    " documents document_lines document_goods document_hands statements holds lots"
)


def traces(hall):
    """How many rows each table has that a refused request might have written to, and what the ledger check says."""
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


def a_hall(crew, app):
    """A warehouse with a shelf, a task that Li holds, and a line that waits."""
    hall = crew.floor()
    hall.app = app
    hall.given.lot("MILK", "L1")
    hall.shelf("A-01", tea=40)
    hall.given.place("A-02", hall.code)
    hall.waiting = hall.pending()
    (hall.task_id,) = hall.start(locations=["A-01"])
    hall.li.claim(hall.task_id)
    return hall


def halls(kind, folder, request):
    """Gives the hall, and tears the house down afterwards: the body of a fixture."""
    with a_house(kind, folder, request) as (app, given):
        yield a_hall(Crew(given), app)


def refused_between(worker, good, bad, code):
    """Send what is refused between two good events, in both languages: the good ones are taken, once."""
    for language, is_words in (("en", str.isascii), ("zh-CN", lambda words: not words.isascii())):
        batch = {"device_id": worker.device, "sent_at": at(), "events": [good[0], bad, good[1]]}
        reply = worker.ask("POST", "/sync", batch, headers={"Accept-Language": language}).ok()
        first, refusal, last = reply["receipts"]
        assert (refusal["result"], refusal["code"]) == ("refused", code)
        assert refusal["detail"] and (is_words(refusal["detail"]) or language == "en")
        wanted = "accepted" if language == "en" else "duplicate"
        assert (first["result"], last["result"]) == (wanted, wanted)
