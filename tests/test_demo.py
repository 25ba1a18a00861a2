"""The demo warehouse: alive, consistent, and built only once. One build, on the embedded database; it takes a while."""

import os
import subprocess

import pytest

from server import create_app
from server.db import db, fetch
from server.demo import is_wanted
from server.demo_papers import GONE, PALLET, TOTE
from server.ledger.check import differences
from tests.conftest import settings_for
from tests.servers import TALLYLOOP, Server, in_process
from tests.worker import Worker


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder and the address of a demo warehouse."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'demo.db'}"
    environment = {**os.environ, "DATABASE_URL": url, "TALLYLOOP_DATA_DIR": str(folder), "TALLYLOOP_DEMO": "1"}
    subprocess.run([TALLYLOOP, "init"], env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return folder, url


@pytest.fixture(scope="module")
def demo(built):
    """The app on the demo warehouse."""
    app = create_app(settings_for(*built))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def tallied(app, sql):
    """{first column: second column}."""
    with app.app_context():
        return dict(tuple(row) for row in fetch(sql))


def test_the_book_agrees_with_itself_after_three_months(demo):
    with demo.app_context():
        assert differences() == []
        assert not is_wanted()


def test_there_is_a_line_in_every_state(demo):
    states = tallied(demo, "SELECT state, COUNT(*) FROM variances GROUP BY state")

    assert {"matched", "recount", "held", "pending", "approved", "rejected"} <= states.keys()


def test_something_waits_at_every_tier(demo):
    tiers = tallied(demo, "SELECT tier, COUNT(*) FROM variances WHERE state = 'pending' GROUP BY tier")

    assert tiers.keys() == {"supervisor", "manager", "finance"}


def test_late_papers_were_answered_by_restatements(demo):
    kinds = tallied(demo, "SELECT kind, COUNT(*) FROM moves GROUP BY kind")

    assert kinds["restatement"] > 0
    assert kinds["pick"] > 20_000


def test_li_finds_something_to_count_and_chen_something_to_decide(demo):
    li = Worker(in_process(demo.test_client())).sign_in("li", "demo-li")
    chen = Worker(in_process(demo.test_client())).sign_in("chen", "demo-chen")

    assert li.tasks()
    assert any(line["may_decide"] for line in chen.variances(state="pending"))


def test_there_is_a_document_in_every_state_of_work(demo):
    with demo.app_context():
        states = {tuple(row) for row in fetch("SELECT DISTINCT kind, state FROM documents")}
        goods = {row.state for row in fetch("SELECT DISTINCT state FROM document_goods")}
    kinds = tallied(demo, "SELECT kind, COUNT(*) FROM cases GROUP BY kind")

    assert {("receipt", "open"), ("receipt", "working"), ("receipt", "submitted")} <= states
    assert {("pick", "open"), ("pick", "submitted"), ("pick", "done"), ("supplier_return", "requested")} <= states
    assert goods == {"waiting", "differs", "agreed"}
    assert {"damaged", "check_differs", "short_pick", "late_shipment"} <= kinds.keys()


def test_there_is_a_transfer_in_every_state_and_something_on_hold(demo):
    with demo.app_context():
        sides = fetch("SELECT w.code, d.kind, d.state FROM documents d JOIN warehouses w ON w.id = d.warehouse_id")
        (held,) = fetch("SELECT COUNT(*) FROM holds WHERE released_at IS NULL")
    found = {(row.code, row.state) for row in sides if row.kind in ("transfer", "transfer_in")}
    kinds = tallied(demo, "SELECT kind, COUNT(*) FROM cases GROUP BY kind")

    assert {("WH1", state) for state in ("requested", "rejected", "open", "submitted", "done")} <= found
    assert {("WH2", state) for state in ("open", "submitted", "done")} <= found
    assert kinds["transfer_differs"] == 1 and held[0] == 2
    assert ("WH1", "gift", "requested") in {tuple(row) for row in sides}


def test_production_has_a_line_that_loses_and_one_that_took_nothing(demo):
    zhou = Worker(in_process(demo.test_client())).sign_in("zhou", "demo-zhou")
    used = zhou.get("/production/usage", warehouse="WH1").ok().items

    assert {("Line 1 一号线", "overuse"), ("Line 2 二号线", "not_issued")} <= {
        (one["line"], one["state"]) for one in used
    }


def test_a_pallet_stands_at_the_dock_and_a_tote_has_left(demo):
    zhou = Worker(in_process(demo.test_client())).sign_in("zhou", "demo-zhou")
    pallet = zhou.get(f"/containers/{PALLET}", warehouse="WH1").ok()
    went = zhou.get("/trace", warehouse="WH1", code=GONE).ok()
    checks = [task for task in zhou.tasks(limit=500) if TOTE in task.get("containers", ())]

    assert pallet["location"] and len(pallet["contents"]) == 3
    assert {one["place"] for one in went["destinations"]} == {"CUSTOMER"} and went["containers"][0]["location"] is None
    assert [task["kind"] for task in checks] == ["check"]


def test_the_front_store_has_work_of_its_own(demo):
    steps = set()
    for name in ("sun", "gao"):
        worker = Worker(in_process(demo.test_client()), "WH2").sign_in(name, f"demo-{name}")
        steps |= {task["kind"] for task in worker.tasks(limit=500)}

    assert steps == {"receive", "putaway"}


def test_everybody_on_the_floor_finds_something_to_do_about_documents(demo):
    steps = set()
    for name in ("li", "wang", "zhao"):
        worker = Worker(in_process(demo.test_client())).sign_in(name, f"demo-{name}")
        steps |= {task["kind"] for task in worker.tasks(limit=500)}

    assert steps == {"count", "receive", "check", "putaway", "pick", "ship"}


def test_a_second_start_shows_who_can_sign_in_and_builds_nothing(built):
    server = Server(*built, TALLYLOOP_DEMO="1")

    assert "li     / demo-li" in server.said
    assert "badge B1001 PIN 1001" in server.said
    assert "Filling" not in server.said
    assert server.stop() == 0
