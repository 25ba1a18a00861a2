"""A thousandth scan on a document costs no more than the tenth: what was said before is not read again.

Counted in what the database has to do, not in time: statements on both databases, and on SQLite, which tells, the
instructions that they took.
"""

from contextlib import contextmanager

import pytest

from server.db import db
from server.intake import log
from tests.given import QUIET
from tests.house import Crew, a_house
from tests.test_statements import statements

FEW, MANY = 20, 1200
CHECKED = {"receive_check_share": "1", "pick_check_share": "1"}
UNCHECKED = {
    "receive_check_over": None,
    "receive_check_share": "0",
    "pick_check_over": None,
    "pick_check_share": "0",
    "receive_check_first_lot": False,
}


@pytest.fixture(scope="module")
def house(database_kind, tmp_path_factory, request):
    """The app, and a crew."""
    with a_house(database_kind, tmp_path_factory.mktemp("scans"), request) as (app, given):
        yield app, Crew(given)


@pytest.fixture(autouse=True)
def every_clock_is_noted(monkeypatch):
    """Else it would depend on how long sending took whether a delivery notes its device's clock."""
    monkeypatch.setattr(log, "STEADY", 0)


@contextmanager
def instructions(app):
    """Counts SQLite's instructions meanwhile, by hundreds; none on PostgreSQL."""
    counted = [0]

    def tick():
        counted[0] += 1

    with app.app_context():
        engine = db.engine
    raws = [lane.raw for lane in app.extensions["lanes"]._free[engine]] if engine.dialect.name == "sqlite" else []
    for raw in raws:
        raw.set_progress_handler(tick, 100)
    try:
        yield counted
    finally:
        for raw in raws:
            raw.set_progress_handler(None, 0)


def cost(app, act):
    """(statements, hundreds of SQLite's instructions) of the cheapest of three."""
    found = []
    for _ in range(3):
        with instructions(app) as counted:
            said = statements(app, act)
        found.append((said, counted[0]))
    return min(found)


STEPS = {
    "received, to be checked": ("receipt", "receive.line", CHECKED, {}),
    "received, not to be checked": ("receipt", "receive.line", UNCHECKED, {}),
    "picked, to be checked": ("pick", "pick.line", CHECKED, {"location": "A-01"}),
    "picked, not to be checked": ("pick", "pick.line", UNCHECKED, {"location": "A-01"}),
    "put away": ("receipt", "putaway", UNCHECKED, {"to": "A-02"}),
    "used": ("production", "produce.consume", UNCHECKED, {"location": "A-01"}),
}


@pytest.mark.parametrize(("kind", "step", "handling", "words"), STEPS.values(), ids=STEPS.keys())
def test_one_scan_more_costs_the_same_however_many_there_were(house, kind, step, handling, words):
    app, crew = house
    hall = crew.floor()
    hall.shelf("A-01", tea=1_000_000)
    hall.given.place("A-02", hall.code)
    hall.policy(handling=handling | QUIET)
    lines = [{"sku": "TEA", "quantity": "100000"} | ({"role": "input"} if kind == "production" else {})]
    document = hall.chen.open_document(kind, lines).ok()["id"]
    named = {"order" if kind == "production" else "document": document, "sku": "TEA"} | words
    if step == "putaway":
        hall.li.receive(document, "TEA", 50_000)

    def scan(many=1):
        events = [hall.li.event(step, quantity="1", **named) for _ in range(many)]
        assert {receipt["result"] for receipt in hall.li.sync(*events)} == {"accepted"}

    scan(FEW)
    few = cost(app, scan)
    for _ in range(MANY // 400):
        scan(400)
    many = cost(app, scan)

    assert many[0] <= few[0] and many[1] <= few[1] * 1.2 + 2, (few, many)
    (row,) = [one for one in hall.zhou.document(document)["goods"] if one["condition"] != "output"]
    told = row["done_qty"] if step == "putaway" else row["first_qty"]
    assert told == f"{FEW + MANY + 6:.3f}" and hall.differences() == []


def test_who_checks_piece_by_piece_pays_for_the_whole_once(house):
    app, crew = house
    hall = crew.floor()
    hall.shelf("A-01", tea=1_000_000)
    hall.policy(handling=CHECKED | QUIET)
    order = hall.chen.open_document("pick", {"TEA": 1000}).ok()["id"]
    for _ in range(2):
        hall.li.sync(*[hall.li.event("pick.line", document=order, sku="TEA", quantity="1", location="A-01")] * 1)
    said = {"document": order, "sku": "TEA", "quantity": "1", "more": True}

    def scan(many=1):
        hall.wang.sync(*[hall.wang.event("pick.check", **said) for _ in range(many)])

    scan(FEW)
    few = cost(app, scan)
    scan(400)
    many = cost(app, scan)

    assert many[0] <= few[0] and many[1] <= few[1] * 1.2 + 2, (few, many)


def test_serials_are_found_one_by_one_too(house):
    app, crew = house
    hall = crew.floor()
    hall.given.item("DRILL", serial_tracked=True, unit_cost="1")
    hall.given.place("DOCK", hall.code, kind="dock")
    hall.policy(handling=CHECKED | QUIET)
    come = hall.chen.open_document("receipt", {"DRILL": 2000}).ok()["id"]
    numbers = iter(range(10_000))

    def scan(many=1):
        said = {"document": come, "sku": "DRILL", "quantity": "1", "location": "DOCK"}
        events = [hall.li.event("receive.line", serial=f"{hall.code}-{next(numbers)}", **said) for _ in range(many)]
        hall.li.sync(*events)

    scan(FEW)
    few = cost(app, scan)
    for _ in range(2):
        scan(400)
    many = cost(app, scan)

    assert many[0] <= few[0] and many[1] <= few[1] * 1.2 + 2, (few, many)
