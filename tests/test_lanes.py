"""Connections: taken, left for the next, and let go when the database hangs up."""

import threading

import psycopg

from server import create_app
from server.db import NIL, db, fetch, put, transaction
from server.growth import YOUNG, Growth
from tests.conftest import ADMIN_PASSWORD, settings_for
from tests.given import Given
from tests.servers import in_process

BATCH = "warehouse_id device_id session_id seq received_at".split()


def idle(app):
    """How many connections wait for somebody."""
    return sum(len(free) for free in app.extensions["lanes"]._free.values())


def test_a_connection_goes_from_request_to_request(app):
    client = app.test_client()
    for _ in range(5):
        client.get("/readyz")

    assert idle(app) == 1


def test_requests_at_the_same_time_have_connections_of_their_own(app):
    meet = threading.Barrier(3, timeout=30)

    def ask():
        with app.app_context():
            fetch("SELECT 1")
            meet.wait()

    hands = [threading.Thread(target=ask) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert idle(app) == 3


def test_what_was_left_open_is_undone_before_the_next_comes(app, given):
    given.warehouse()
    with app.app_context():
        db.session.execute(db.text("UPDATE warehouses SET name = 'half done'"))  # the models began it; nobody ends it

    with app.app_context():
        with transaction():
            fetch("SELECT 1")
        assert fetch("SELECT 1 FROM warehouses WHERE name = 'half done'") == []
    assert idle(app) == 1


def test_a_database_that_hung_up_on_everybody_is_asked_again(cluster, filled_postgresql, tmp_path):
    url = cluster.create("hung_up", template=filled_postgresql)
    app = create_app(settings_for(tmp_path, url))
    given = Given(in_process(app.test_client()), ADMIN_PASSWORD)
    given.warehouse()
    with psycopg.connect(url, autocommit=True) as other:
        ended = other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'hung_up' AND pid <> pg_backend_pid()"
        ).fetchall()

    assert ended
    assert given.warehouse("SECOND")  # writes, by a connection that it has to make
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    cluster.drop("hung_up")


def test_postgresql_is_told_of_a_young_table_as_soon_as_it_has_doubled(cluster, filled_postgresql, tmp_path):
    url = cluster.create("young", template=filled_postgresql)
    app = create_app(settings_for(tmp_path, url))
    known = []
    with app.app_context():
        for first, rows in ((0, 400), (400, 200), (600, 300), (900, 900)):
            with transaction():
                put("reader_batches", [(NIL, NIL, NIL, first + n, 0) for n in range(rows)], BATCH)
            known.append(fetch("SELECT reltuples AS n FROM pg_class WHERE relname = 'reader_batches'")[0].n)
        db.engine.dispose()
    cluster.drop("young")

    assert known == [-1, 600, 600, 1800]  # few rows need no plan, and half as many more change none


def test_a_table_that_is_no_longer_young_is_left_to_postgresql():
    growth = Growth()
    growth.note("moves", 600)
    assert growth.due() == ["moves"] and not growth.is_news("moves", YOUNG)

    growth.looked("moves", YOUNG)
    growth.note("moves", 10 * YOUNG)

    assert growth.due() == []
