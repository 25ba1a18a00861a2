"""Who may do what: every route for every role, in one table. A route that the table does not name fails the test.

The table stands in `matrix.py`. SQLite alone: the door asks roles of one small table, the same way on both databases.
"""

import pytest

from tests.house import a_house, at, new_id
from tests.matrix import A_LINE, BODIES, CODES, IN_WH1, PUBLIC, ROLES, ROWS, WITHOUT_ID, WORD
from tests.pictures import a_photo
from tests.reader import things_of_readers
from tests.worker import Worker


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
    given.admin.post("/containers", {"id": new_id(), "code": "P-01", **IN_WH1}).ok()
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
        body |= {name: [things["document_id"]] for name in ("documents",) if name in body}
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
