"""Refresh tokens rotate; a copied one ends the session for both."""

import threading

import pytest

from server import clock
from server.clock import DAY
from server.db import fetch, transaction
from server.people import tokens
from server.people.tokens import SessionOver, TokenReused


@pytest.fixture
def admin_id(app):
    with app.app_context():
        yield fetch("SELECT id FROM persons")[0].id


def begin(person_id, now=None):
    with transaction():
        return tokens.begin(person_id, now or clock.now())


def rotate(token, now=None):
    with transaction():
        return tokens.rotate(tokens.read_refresh(token), now or clock.now())


def test_a_refresh_token_is_good_once(admin_id):
    first = begin(admin_id)

    second, _ = rotate(first.refresh_token)
    _, refusal = rotate(first.refresh_token)

    assert isinstance(refusal, TokenReused)
    assert isinstance(rotate(second.refresh_token)[1], SessionOver)


def test_other_sessions_of_the_person_go_on_after_a_reuse(admin_id):
    copied, other = begin(admin_id), begin(admin_id)
    rotate(copied.refresh_token)
    rotate(copied.refresh_token)

    assert rotate(other.refresh_token)[1] is None


def test_a_session_runs_out(admin_id):
    first = begin(admin_id)

    assert isinstance(rotate(first.refresh_token, clock.now() + 31 * DAY)[1], SessionOver)


def test_tokens_that_ran_out_are_swept_away(admin_id):
    begin(admin_id, clock.now() - 31 * DAY)

    begin(admin_id)

    assert len(fetch("SELECT 1 FROM refresh_tokens WHERE expires_at < :now", now=clock.now())) == 0


def test_of_two_refreshes_that_race_exactly_one_wins(app, client):
    said = {"username": "admin", "password": _admin_password()}
    token = client.post("/api/v1/auth/login", json=said).json["refresh_token"]
    told = []

    def refresh():
        told.append(app.test_client().post("/api/v1/auth/refresh", json={"refresh_token": token}).status_code)

    threads = [threading.Thread(target=refresh) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(told) == [200] + [401] * 5


def _admin_password():
    from tests.servers import ADMIN_PASSWORD

    return ADMIN_PASSWORD
