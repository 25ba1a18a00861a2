"""The number of statements of a request does not grow with what is in it: ten lines or a hundred, the same.

This is what keeps the house fast on any machine, so it is guarded here; rates are measured by `make bench`.
"""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from server.db import db
from server.intake import log
from tests.house import WHY, Crew, a_house
from tests.reader import Reader
from tests.worker import new_id

FEW, MANY = 10, 100
PLACES = [f"A-{n:02d}" for n in range(MANY // 10)]
SKUS = [f"S{n}" for n in range(10)]
MOST_FOR_ONE = {"pick.line": 26, "receive.line": 23, "putaway": 26, "move": 18}  # on PostgreSQL, which begins by one


@pytest.fixture(scope="module")
def house(database_kind, tmp_path_factory, request):
    """The app, and a crew."""
    with a_house(database_kind, tmp_path_factory.mktemp("statements"), request) as (app, given):
        yield app, Crew(given)


@pytest.fixture(autouse=True)
def every_clock_is_noted(monkeypatch):
    """Else it would depend on how long sending took whether a delivery notes its device's clock, by one statement."""
    monkeypatch.setattr(log, "STEADY", 0)


@pytest.fixture
def app(house):
    """What is being watched."""
    return house[0]


@pytest.fixture
def hall(house):
    """A warehouse with a hundred positions, none of which anybody has counted."""
    hall = house[1].floor()
    for place in PLACES:
        hall.shelf(place, **{sku.lower(): 40 for sku in SKUS})
    hall.policy(rounds_max=1, auto_post=False, task_locations_max=500)
    return hall


@contextmanager
def watched(app):
    """The statements that are executed meanwhile."""
    said = []

    def hear(_connection, _cursor, statement, *_):
        if not (statement.startswith("ANALYZE") or "pg_class" in statement):  # a table that grew, now and then
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def statements(app, act):
    """How many `act()` takes."""
    with watched(app) as said:
        act()
    return len(said)


def positions(many):
    """Ten positions on one shelf, or all hundred."""
    return [(place, sku) for place in PLACES[: many // 10] for sku in SKUS]


def entries(worker, task, many, quantity=39):
    """An entry for each position."""
    return [
        worker.event("count.entry", task=task, location=place, sku=sku, quantity=str(quantity), method="keypad")
        for place, sku in positions(many)
    ]


def claimed(hall, many, form="list"):
    """A task of so many positions that li holds."""
    (task,) = hall.start(form, locations=PLACES[: many // 10])
    hall.li.claim(task)
    return task


def test_counted_lines(app, hall):
    task = claimed(hall, MANY)
    hall.li.sync(*entries(hall.li, task, FEW))

    few, many = (statements(app, lambda n=n: hall.li.sync(*entries(hall.li, task, n))) for n in (FEW, MANY))

    assert few == many <= 14


def test_scanned_codes(app, hall):
    for n, sku in enumerate(SKUS):
        hall.given.code(sku, f"BX-{n}")
    task = claimed(hall, MANY, "full")

    def scan(many):
        said = {"task": task, "quantity": "1", "method": "camera"}
        places = [(place, int(sku[1:])) for place, sku in positions(many)]
        hall.li.sync(*[hall.li.event("count.entry", **said, location=p, code=f"BX-{n}") for p, n in places])

    scan(FEW)
    assert statements(app, lambda: scan(FEW)) == statements(app, lambda: scan(MANY)) <= 14


def test_a_delivery_that_came_before(app, hall):
    task = claimed(hall, MANY)
    few, many = entries(hall.li, task, FEW), entries(hall.li, task, MANY)
    hall.li.sync(*few)
    hall.li.sync(*many)

    assert statements(app, lambda: hall.li.sync(*few)) == statements(app, lambda: hall.li.sync(*many))


def test_moves(app, hall):
    hall.shelf("B-01")

    def move(many, quantity=1):
        moves = [
            hall.given.a_move(sku, quantity, place, "B-01", hall.code, id_=new_id()) for place, sku in positions(many)
        ]
        hall.given.admin.post_moves(*moves).ok()

    move(FEW)
    assert statements(app, lambda: move(FEW)) == statements(app, lambda: move(MANY)) <= 16


def test_moves_that_leave_less_than_nothing(app, hall):
    hall.shelf("B-01")

    def move(rows):
        moves = [hall.given.a_move(sku, 100, place, "B-01", hall.code) for place, sku in rows]
        hall.given.admin.post_moves(*moves).ok()

    all_ = positions(MANY)
    move(all_[:1])
    assert statements(app, lambda: move(all_[1:11])) == statements(app, lambda: move(all_[11:]))


def test_a_round_that_is_closed_judged_and_approved(app, hall):
    taken = []
    for many, found in ((FEW, 39), (MANY, 38)):
        task = claimed(hall, many)
        hall.li.sync(*entries(hall.li, task, many, found))
        closed = statements(app, lambda task=task: hall.li.submit(task))
        waiting = hall.zhou.get("/variances", warehouse=hall.code, state="pending", limit=500).ok().items
        assert len(waiting) == many
        approved = statements(app, lambda lines=waiting: hall.zhou.decide("approve", lines, **WHY).ok())
        taken.append((closed, approved))

    few, many = taken
    assert many[0] <= few[0] + 3  # a tier or a note more, never a line more
    assert many[1] <= few[1] + 3
    assert hall.differences() == []


def test_a_recount(app, hall):
    hall.policy(rounds_max=3)
    taken = []
    for many in (FEW, MANY):
        task = claimed(hall, many)
        hall.li.sync(*entries(hall.li, task, many))
        taken.append(statements(app, lambda task=task: hall.li.submit(task)))

    assert taken[1] <= taken[0] + 3


def test_lists(app, hall):
    hall.policy(task_locations_max=1)
    hall.start("full")
    task = hall.li.tasks()[0]["id"]
    hall.li.claim(task)

    for path, words in (
        ("/tasks", {"mine": "true"}),
        ("/stock", {}),
        ("/moves", {}),
        ("/variances", {}),
        ("/counts", {}),
    ):
        few, many = (
            statements(app, lambda n=n, p=path, w=words: hall.chen.get(p, warehouse=hall.code, limit=n, **w).ok())
            for n in (2, 100)
        )
        assert few == many, path


def of_goods(worker, kind, document, many, **words):
    """A statement about each position."""
    places = [{"location": place} if kind == "pick.line" else {} for place, _ in positions(many)]
    return [
        worker.event(kind, document=document, sku=sku, quantity="1", **where, **words)
        for (_, sku), where in zip(positions(many), places, strict=True)
    ]


def test_picked_received_and_checked_lines(app, hall):
    hall.policy(handling={"receive_check_share": "1", "short_count": False, "zero_count": False, "low_quantity": None})
    for kind, first, check in (("pick", "pick.line", "pick.check"), ("receipt", "receive.line", "receive.check")):
        taken = []
        for many in (FEW, FEW, MANY):
            document = hall.chen.open_document(kind, dict.fromkeys(SKUS, 100)).ok()["id"]
            for worker, step in ((hall.li, first), (hall.wang, check)):
                events = of_goods(worker, step, document, many)
                taken.append(statements(app, lambda worker=worker, events=events: worker.sync(*events)))
        assert taken[2:4] == taken[4:] and max(taken) <= 31
    assert hall.differences() == []


def test_one_line_alone(app, hall):
    alone = {"receive_check_over": None, "receive_check_share": "0", "pick_check_over": None, "pick_check_share": "0"}
    hall.policy(handling=alone | {"receive_check_first_lot": False, "zero_count": False, "low_quantity": None})
    pick, receipt = (hall.chen.open_document(kind, {"S0": 100}).ok()["id"] for kind in ("pick", "receipt"))
    lines = {
        "pick.line": {"document": pick, "location": "A-01"},
        "receive.line": {"document": receipt},
        "putaway": {"document": receipt, "to": "A-02"},
        "move": {"from_": "A-01", "to": "A-02", "warehouse": hall.code},
    }
    taken = {}
    for kind, words in lines.items():
        for _ in range(2):  # the first opens what the second finds open
            event = hall.li.event(kind, sku="S0", quantity="1", **words)
            with watched(app) as said:
                (receipt,) = hall.li.sync(event)
            taken[kind] = len(said)
            assert receipt["result"] == "accepted", receipt

    assert all(taken[kind] <= most for kind, most in MOST_FOR_ONE.items()), taken


@pytest.mark.parametrize("kind", ["receipt", "pick"])
def test_lists_of_documents(app, hall, kind):
    hall.policy(handling={"receive_check_over": None, "receive_check_share": "0", "pick_check_share": "0"})
    for _ in range(6):
        document = hall.chen.open_document(kind, dict.fromkeys(SKUS, 2)).ok()["id"]
        hall.li.sync(*of_goods(hall.li, "pick.line" if kind == "pick" else "receive.line", document, FEW))

    for path, words in (("/tasks", {"mine": "true"}), ("/documents", {})):
        few, many = (
            statements(app, lambda n=n, p=path, w=words: hall.wang.get(p, warehouse=hall.code, limit=n, **w).ok())
            for n in (3, 100)
        )
        assert few == many, path


def test_one_scan(app, hall):
    hall.given.code(SKUS[0], "BX-0")
    assert statements(app, lambda: hall.li.get("/identify", warehouse=hall.code, code="BX-0").ok()) <= 3


def test_a_batch_of_reads_takes_as_many_statements_as_one_read(app, hall):
    dock = Reader(hall.given, f"dock {hall.code}", hall.code)
    tags = [f"3034257BF7194E40000{n:05X}" for n in range(MANY)]
    dock.sees("E28011606000020A6681F23F")

    few, many = (statements(app, lambda some=some: dock.sees(*some)) for some in (tags[:FEW], tags))

    assert few == many <= 8
