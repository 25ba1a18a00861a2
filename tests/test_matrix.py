"""Who may do what: every route for every role, in one table. A route that the table does not name fails the test.

SQLite alone: the door asks roles of one small table, the same way on both databases.
"""

import pytest

from tests.given import PASSWORD
from tests.house import a_house, at, new_id
from tests.pictures import a_photo
from tests.reader import EPCIS, things_of_readers
from tests.worker import Worker

EVERYBODY = "staff supervisor manager finance auditor admin gateway"
PEOPLE = "staff supervisor manager finance auditor admin"
BOOK = "supervisor manager finance auditor admin"
COMMAND = "supervisor manager admin"
DECIDERS = "supervisor manager finance admin"
SENDERS = "staff supervisor manager finance admin gateway"
PUBLIC = "public"  # also without a token

# method and path · who may · what a supervisor of another warehouse meets when they ask about this one:
# `same` as the supervisor of this one (master data is shared, lists show the own warehouse), or a status.
TABLE = """
GET    /healthz                                | PUBLIC    | same
GET    /readyz                                 | PUBLIC    | same
GET    /metrics                                | PUBLIC    | same
GET    /api/v1/healthz                         | PUBLIC    | same
GET    /api/v1/readyz                          | PUBLIC    | same
GET    /api/v1/metrics                         | PUBLIC    | same
GET    /                                       | PUBLIC    | same
GET    /<page:path>                            | PUBLIC    | same
GET    /docs                                   | PUBLIC    | same
GET    /docs/problems                          | PUBLIC    | same
GET    /docs/start.js                          | PUBLIC    | same
GET    /docs/swagger/<version>/<name>          | PUBLIC    | same
GET    /api/v1/openapi.json                    | PUBLIC    | same
POST   /api/v1/auth/login                      | PUBLIC    | same
POST   /api/v1/auth/badge                      | PUBLIC    | same
POST   /api/v1/auth/refresh                    | PUBLIC    | same
POST   /api/v1/auth/logout                     | PUBLIC    | same
GET    /api/v1/me                              | EVERYBODY | same
PATCH  /api/v1/me                              | EVERYBODY | same
GET    /api/v1/people                          | BOOK      | 404
POST   /api/v1/people                          | admin     | 403
GET    /api/v1/people/<uuid:person_id>         | BOOK      | 404
PATCH  /api/v1/people/<uuid:person_id>         | admin     | 403
GET    /api/v1/devices                         | BOOK      | 404
POST   /api/v1/devices                         | admin     | 403
PATCH  /api/v1/devices/<uuid:device_id>        | admin     | 403
POST   /api/v1/devices/<uuid:device_id>/keys   | admin     | 403
DELETE /api/v1/devices/<uuid:device_id>/keys/old | admin   | 403
GET    /api/v1/warehouses                      | EVERYBODY | same
POST   /api/v1/warehouses                      | admin     | 403
GET    /api/v1/warehouses/<code>               | EVERYBODY | 404
PATCH  /api/v1/warehouses/<code>               | admin     | 403
GET    /api/v1/locations                       | EVERYBODY | 404
POST   /api/v1/locations                       | COMMAND   | 404
GET    /api/v1/locations/<path:code>           | EVERYBODY | 404
PATCH  /api/v1/locations/<path:code>           | COMMAND   | 404
GET    /api/v1/items                           | EVERYBODY | same
POST   /api/v1/items                           | COMMAND   | same
GET    /api/v1/items/<path:sku>                | EVERYBODY | same
PATCH  /api/v1/items/<path:sku>                | COMMAND   | same
GET    /api/v1/codes                           | EVERYBODY | same
POST   /api/v1/codes                           | COMMAND   | same
GET    /api/v1/codes/<path:code>               | EVERYBODY | same
PATCH  /api/v1/codes/<path:code>               | COMMAND   | same
DELETE /api/v1/codes/<path:code>               | COMMAND   | same
GET    /api/v1/lots                            | EVERYBODY | same
POST   /api/v1/lots                            | COMMAND   | same
GET    /api/v1/lots/<sku>/<path:lot>           | EVERYBODY | same
PATCH  /api/v1/lots/<sku>/<path:lot>           | COMMAND   | same
GET    /api/v1/containers                      | EVERYBODY | 404
POST   /api/v1/containers                      | COMMAND   | 404
POST   /api/v1/labels                          | EVERYBODY | 404
GET    /api/v1/reasons                         | EVERYBODY | same
POST   /api/v1/reasons                         | COMMAND   | same
GET    /api/v1/reasons/<code>                  | EVERYBODY | same
PATCH  /api/v1/reasons/<code>                  | COMMAND   | same
GET    /api/v1/policies                        | BOOK      | 404
POST   /api/v1/policies                        | manager admin | 403
GET    /api/v1/policies/current                | BOOK      | 404
GET    /api/v1/policies/<uuid:policy_id>       | BOOK      | 404
GET    /api/v1/identify                        | EVERYBODY | 404
POST   /api/v1/imports/<kind>                  | COMMAND   | same
GET    /api/v1/exports/<kind>.<form>           | BOOK      | 404
POST   /api/v1/photos                          | SENDERS   | same
PUT    /api/v1/photos/<uuid:photo_id>/parts    | SENDERS   | same
GET    /api/v1/photos/<uuid:photo_id>          | EVERYBODY | 404
GET    /api/v1/photos/<uuid:photo_id>/about    | EVERYBODY | 404
POST   /api/v1/sync                            | staff supervisor manager admin gateway | same
GET    /api/v1/tasks                           | PEOPLE    | 404
GET    /api/v1/tasks/<uuid:task_id>            | PEOPLE    | 404
GET    /api/v1/counts                          | PEOPLE    | 404
POST   /api/v1/counts                          | COMMAND   | 404
GET    /api/v1/counts/due                      | COMMAND   | 404
GET    /api/v1/counts/<uuid:count_id>          | PEOPLE    | 404
POST   /api/v1/counts/<uuid:count_id>/cancel   | COMMAND   | 404
GET    /api/v1/variances                       | BOOK      | 404
GET    /api/v1/variances/<uuid:variance_id>    | BOOK      | 404
POST   /api/v1/variances/<uuid:variance_id>/recount  | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/relocate | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/reject   | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/approve  | DECIDERS | 404
POST   /api/v1/variances/decide                | DECIDERS  | 404
GET    /api/v1/stock                           | PEOPLE    | 404
GET    /api/v1/moves                           | BOOK      | 404
POST   /api/v1/moves                           | COMMAND   | 404
POST   /api/v1/moves/<uuid:move_id>/reverse    | COMMAND   | 404
GET    /api/v1/ledger/check                    | BOOK      | 404
GET    /api/v1/documents                       | PEOPLE    | 404
POST   /api/v1/documents                       | COMMAND   | 404
GET    /api/v1/documents/<uuid:document_id>    | PEOPLE    | 404
GET    /api/v1/documents/<uuid:document_id>/putaway  | PEOPLE  | 404
POST   /api/v1/documents/<uuid:document_id>/approve  | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/reject   | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/cancel   | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/close    | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/settle   | COMMAND | 404
GET    /api/v1/production/usage                | BOOK      | 404
GET    /api/v1/holds                           | PEOPLE    | 404
POST   /api/v1/holds                           | COMMAND   | 404
POST   /api/v1/holds/<uuid:hold_id>/release    | COMMAND   | 404
GET    /api/v1/cases                           | PEOPLE    | 404
POST   /api/v1/cases                           | staff supervisor manager admin gateway | 404
GET    /api/v1/cases/<uuid:case_id>            | PEOPLE    | 404
PATCH  /api/v1/cases/<uuid:case_id>            | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/notes      | staff supervisor manager finance admin | 404
POST   /api/v1/cases/<uuid:case_id>/analysis   | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/actions    | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/actions/<uuid:action_id>/done | staff supervisor manager finance admin | 404
POST   /api/v1/cases/<uuid:case_id>/verify     | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/close      | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/reopen     | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/archive    | DECIDERS  | 404
GET    /api/v1/responsibilities                | PEOPLE    | 404
POST   /api/v1/responsibilities                | manager admin | 403
PATCH  /api/v1/responsibilities/<uuid:line_id> | manager admin | 403
DELETE /api/v1/responsibilities/<uuid:line_id> | manager admin | 403
GET    /api/v1/trace                           | BOOK      | 404
GET    /api/v1/trace.<form>                    | BOOK      | 404
GET    /api/v1/recall                          | BOOK      | 404
GET    /api/v1/recall.<form>                   | BOOK      | 404
GET    /api/v1/sops                            | PEOPLE    | 404
POST   /api/v1/sops                            | manager admin | 403
GET    /api/v1/quizzes                         | BOOK      | 404
POST   /api/v1/quizzes                         | COMMAND   | 404
POST   /api/v1/quizzes/<uuid:quiz_id>/lift     | COMMAND   | 404
GET    /api/v1/quizzes/results                 | BOOK      | 404
POST   /api/v1/readers/reads                   | staff supervisor manager admin gateway | same
POST   /api/v1/readers/ingest                  | staff supervisor manager admin gateway | same
POST   /api/v1/readers/ingest/<maker>          | staff supervisor manager admin gateway | same
POST   /api/v1/readers/moves                   | staff supervisor manager admin gateway | same
POST   /api/v1/readers/heartbeat               | staff supervisor manager admin gateway | same
GET    /api/v1/readers                         | BOOK      | 404
GET    /api/v1/readers/<uuid:device_id>        | BOOK      | 404
PATCH  /api/v1/readers/<uuid:device_id>        | admin     | 403
GET    /api/v1/readers/aside                   | BOOK      | 404
POST   /api/v1/readers/aside/replay            | admin     | 403
POST   /api/v1/readers/sessions                | staff supervisor manager admin gateway | same
GET    /api/v1/readers/sessions/<uuid:task_id> | PEOPLE    | 404
POST   /api/v1/readers/sessions/<uuid:task_id>/end | staff supervisor manager admin gateway | 404
GET    /api/v1/readers/found/<uuid:task_id>    | BOOK      | 404
POST   /api/v1/readers/found/<uuid:task_id>/answer | COMMAND | 404
GET    /api/v1/readers/passes                  | BOOK      | 404
POST   /api/v1/readers/passes/<uuid:pass_id>   | COMMAND   | 404
POST   /epcis/v2/capture                       | staff supervisor manager admin gateway | same
GET    /epcis/v2/capture/<uuid:job_id>         | EVERYBODY | 404
POST   /epcis/v2/events                        | staff supervisor manager admin gateway | same
GET    /epcis/v2/events                        | BOOK      | 404
GET    /api/v1/tags                            | BOOK      | 404
POST   /api/v1/tags                            | staff supervisor manager admin gateway | 404
DELETE /api/v1/tags/<tag>                      | COMMAND   | same
"""


def _rows():
    for line in TABLE.strip().splitlines():
        route, roles, far = (part.strip() for part in line.split("|"))
        method, path = route.split()
        yield method, path, set(globals().get(roles, roles).split()), far


ROWS = list(_rows())
ROLES = EVERYBODY.split()


@pytest.fixture(scope="module")
def world(tmp_path_factory, request):
    """An app, one person of each role in WH1, a supervisor of WH2, and one of everything in WH1."""
    with a_house("sqlite", tmp_path_factory.mktemp("matrix"), request) as (app, given):
        yield app, _crew(given), _things(given)


def _crew(given):
    given.warehouse("WH2")
    people = dict.fromkeys(ROLES)
    for role in ROLES:
        people[role] = given.admin if role == "admin" else given.supervisor(role, role)
    for role in ("staff", "gateway"):  # who may not read the book sees only what they took themselves
        people[role].photo_id = people[role].take_photo(a_photo(), warehouse="WH1").ok()["id"]
    return people | {"far": given.supervisor("far", warehouse="WH2"), "anonymous": Worker(given.send)}


def _things(given):
    """Ids and bodies for every route."""
    given.shelf("A-01", tea=40)
    given.code("TEA", "TEA-1")
    given.lot("LOTTY", "L1")
    person, device = new_id(), new_id()
    given.person("somebody", id=person)
    given.admin.post("/devices", {"id": device, "name": "phone 1", "kind": "handheld", "warehouse": "WH1"}).ok()
    boss = given.supervisor("boss", "manager")
    count = boss.start_count(locations=["A-01"], skus=["TEA"]).ok()
    task = count["tasks"][0]["id"]
    for name in ("a", "b", "c"):
        given.staff(name)
        counter = given.sign_in(name)
        counter.count_all(counter.tasks()[0]["id"], {("A-01", "TEA"): {"a": 1, "b": 2, "c": 3}[name]})
    (line,) = boss.variances()
    document = new_id()
    boss.post("/documents", {"id": document, "warehouse": "WH1", "kind": "receipt", "lines": [A_LINE]}).ok()
    hold = new_id()
    boss.post("/holds", {"id": hold, "warehouse": "WH1", "kind": "block", "sku": "TEA"}).ok()
    case = new_id()
    boss.post("/cases", {"id": case, "warehouse": "WH1", "kind": "lost"}).ok()
    action, answers_for, quiz = new_id(), new_id(), new_id()
    boss.post(f"/cases/{case}/actions", {"id": action, "text": "look", "due_at": at(days=1)}).ok()
    boss.post("/responsibilities", {"id": answers_for, "person": "boss", **IN_WH1}).ok()
    boss.post("/quizzes", {"id": quiz, "step": "pick", **IN_WH1}).ok()
    return things_of_readers(given, boss) | {
        "person_id": person,
        "device_id": device,
        "count_id": count["id"],
        "task_id": task,
        "case_id": case,
        "action_id": action,
        "line_id": answers_for,
        "quiz_id": quiz,
        "document_id": document,
        "hold_id": hold,
        "variance_id": line["id"],
        "move_id": boss.ledger()[0]["id"],
        "policy_id": boss.post("/policies", {"id": new_id(), "body": {}, **IN_WH1}).ok()["id"],
        "photo_id": boss.take_photo(a_photo(), warehouse="WH1").ok()["id"],
        "sku": "LOTTY",
        "lot": "L1",
        "kind": "items",
        "form": "csv",
        "version": "0",
        "name": "none.js",
        "maker": "zebra",
        "tag": "3034257BF7194E4000001A85",
        "path": "some/page",
    }


A_LINE = {"sku": "TEA", "quantity": "3"}
WORD = {"reason": "damage", "cause": "physical.packaging_damage", "stage": "storage"}
IN_WH1 = {"warehouse": "WH1"}
# What goes along, where `{}` would be refused for its form before anybody asks for whom.
BODIES = {
    "POST /api/v1/people": {"username": "new", "name": "New", "password": PASSWORD, "roles": []},
    "PATCH /api/v1/people/<uuid:person_id>": {"name": "Other"},
    "POST /api/v1/devices": {"name": "phone 2", "kind": "phone", **IN_WH1},
    "PATCH /api/v1/devices/<uuid:device_id>": {"revoked": True},
    "POST /api/v1/warehouses": {"code": "WH3", "name": "Three"},
    "PATCH /api/v1/warehouses/<code>": {"name": "One"},
    "POST /api/v1/locations": {"code": "A-09", **IN_WH1},
    "PATCH /api/v1/locations/<path:code>": {"zone": "B"},
    "POST /api/v1/containers": {"code": "P-09", **IN_WH1},
    "POST /api/v1/labels": {"kind": "location", **IN_WH1},
    "POST /api/v1/policies": {"body": {}, **IN_WH1},
    "POST /api/v1/counts": {"form": "list", "scope": {"locations": ["A-01"]}, **IN_WH1},
    "POST /api/v1/documents": {"kind": "receipt", "lines": [A_LINE], **IN_WH1},
    "POST /api/v1/documents/<uuid:document_id>/settle": {"lines": [A_LINE]},
    "POST /api/v1/holds": {"kind": "block", "sku": "TEA", **IN_WH1},
    "POST /api/v1/cases": {"kind": "lost", **IN_WH1},
    "POST /api/v1/variances/<uuid:variance_id>/relocate": WORD | {"with": "variance_id"},
    "PATCH /api/v1/readers/<uuid:device_id>": {"use": "count"},
    "POST /api/v1/readers/aside/replay": IN_WH1,
    "POST /api/v1/readers/passes/<uuid:pass_id>": {"act": "reject"},
    "POST /epcis/v2/capture": EPCIS,
    "POST /api/v1/tags": {"tag": "3034257BF7194E4000001A85", "sku": "TEA", **IN_WH1},
    "POST /api/v1/variances/decide": WORD | {"act": "reject", "variances": "variance_id"},
    "PATCH /api/v1/cases/<uuid:case_id>": {"severity": "high"},
    "POST /api/v1/cases/<uuid:case_id>/notes": {"text": "seen"},
    "POST /api/v1/cases/<uuid:case_id>/analysis": {"cause": "human.loss", "stage": "storage"},
    "POST /api/v1/cases/<uuid:case_id>/actions": {"text": "look", "due_at": at(days=1)},
    "POST /api/v1/cases/<uuid:case_id>/verify": {"by": "person", "passed": True},
    "POST /api/v1/responsibilities": {"person": "boss", **IN_WH1},
    "PATCH /api/v1/responsibilities/<uuid:line_id>": {"stage": "storage"},
    "POST /api/v1/sops": {"step": "count", "en": "Count", "zh": "盘点", **IN_WH1},
    "POST /api/v1/quizzes": {"step": "count", **IN_WH1},
    "POST /api/v1/cases/<uuid:case_id>/close": {"note": "found"},
    "POST /api/v1/cases/<uuid:case_id>/reopen": {"note": "lost again"},
    "POST /api/v1/moves": {
        "moves": [
            {"id": new_id(), "sku": "TEA", "quantity": "1", "from": "SUPPLIER", "to": "A-01", **IN_WH1}
            | {"kind": "receipt", "effective_at": at()}
        ]
    },
}
WITHOUT_ID = (
    "/sync",
    "/moves",
    "/reads",
    "/ingest",
    "/<maker>",
    "/heartbeat",
    "/replay",
    "/answer",
    "pass_id>",
    "/keys",
    "count_id>/cancel",
    "/labels",
    "/epcis/v2/capture",
    "/epcis/v2/events",
)
# What `<code>` stands for, by the noun in front of it; other placeholders stand for one thing everywhere.
CODES = {"warehouses": "WH1", "locations": "A-01", "codes": "TEA-1", "reasons": "damage"}


def ask(world, role, method, path):
    """Ask as that role, with the right things in the path, the query and the body."""
    _, people, things = world
    address = path
    own = {"code": CODES.get((path.split("/") + [""] * 4)[3], "")}
    own |= {"photo_id": people[role].photo_id} if people[role].photo_id else {}
    for name, value in (things | own).items():
        for kind in ("", "uuid:", "path:", "page:"):
            address = address.replace(f"<{kind}{name}>", value)
    query = {"warehouse": "WH1", "code": "TEA-1"} if method in ("GET", "PATCH") else {}
    body = None
    if method in ("POST", "PATCH"):
        body = dict(BODIES.get(f"{method} {path}", {}))
        body |= {name: things["variance_id"] for name in ("with",) if name in body}
        body |= {name: [things["variance_id"]] for name in ("variances",) if name in body}
        if method == "POST" and not path.endswith(WITHOUT_ID) and "/auth/" not in path:
            body["id"] = new_id()
        if path.startswith("/api/v1/variances/") and path.endswith(("approve", "reject", "recount")):
            body |= WORD
    if not address.startswith(("/api/", "/epcis/")):
        return people[role].send(method, address, body, _headers(people[role]))[0], None
    reply = people[role].ask(method, address, body, **query)
    return reply.status, reply.code


def _headers(worker):
    return {"Authorization": f"Bearer {worker.token}"} if worker.token else {}


def refused(answer):
    """Was it the role that closed the door? (A tier or a rule that says no is another thing.)"""
    status, code = answer
    return status == 401 and code in ("not_signed_in", "token_expired") or code == "no_permission"


def test_every_route_stands_in_the_table(world):
    app, _, _ = world
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    table = {(method, path) for method, path, _, _ in ROWS}

    assert routes - table == set(), "a route that nobody decided about: give it a row"
    assert table - routes == set(), "a row without a route"


@pytest.mark.parametrize(("method", "path", "roles", "far"), ROWS, ids=lambda part: str(part) if "/" in part else "")
def test_who_may(world, method, path, roles, far):
    public = roles == {PUBLIC}
    wanted = {role: public or role in roles for role in ROLES} | {"anonymous": public}
    closed_first = sorted(wanted, key=lambda role: wanted[role])  # whoever may, may change what the next one meets

    met = {role: ask(world, role, method, path) for role in closed_first}

    assert {role: not refused(answer) for role, answer in met.items()} == wanted
    assert public or met["anonymous"] == (401, "not_signed_in")
    found = [status for role, (status, _) in met.items() if wanted[role] and status == 404]
    assert public or method == "DELETE" or found == [], "who may, also finds"


@pytest.mark.parametrize(
    ("method", "path", "far"), [(method, path, far) for method, path, _, far in ROWS if far != "same"]
)
def test_another_warehouse_is_not_there(world, method, path, far):
    status, code = ask(world, "far", method, path)

    assert status == int(far), code


@pytest.mark.parametrize("path", [path for method, path, _, far in ROWS if method == "GET" and "<" not in path])
def test_lists_show_nothing_of_another_warehouse(world, path):
    _, people, things = world
    if path.startswith("/api/v1/") and path not in ("/api/v1/openapi.json", "/api/v1/identify"):
        said = str(people["far"].ask("GET", path).body)

        assert "'WH1'" not in said
        assert not [thing for name, thing in things.items() if name.endswith("_id") and thing in said]
