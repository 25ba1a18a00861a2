"""Guessing is slow, whoever guesses, on whichever worker."""

import threading

import pytest

from server import clock
from server.clock import MINUTE, SECOND
from server.db import fetch, transaction
from server.people import sign_in
from server.people.sign_in import LockedOut, Try, WrongCredentials

NOW = clock.now()


@pytest.fixture
def inside(app):
    with app.app_context():
        yield


def wrong(name="password:li", now=NOW):
    with transaction():
        return sign_in.settle(Try(name, None, False), now)


def test_the_fifth_wrong_try_locks_the_name_for_half_a_minute(inside):
    told = [wrong() for _ in range(6)]

    assert [type(each) for each in told] == [WrongCredentials] * 5 + [LockedOut]
    assert told[-1].context == {"seconds": 30}


def test_the_right_password_does_not_help_while_locked(inside):
    for _ in range(5):
        wrong()

    with transaction():
        refusal = sign_in.settle(Try("password:li", "x", True), NOW)

    assert isinstance(refusal, LockedOut)


def test_after_the_wait_one_more_wrong_try_waits_twice_as_long(inside):
    for _ in range(5):
        wrong()

    assert isinstance(wrong(now=NOW + 31 * SECOND), WrongCredentials)
    assert wrong(now=NOW + 32 * SECOND).context == {"seconds": 59}


def test_the_right_password_forgets_the_wrong_ones(inside):
    for _ in range(4):
        wrong()
    with transaction():
        assert sign_in.settle(Try("password:li", "x", True), NOW) is None

    assert [type(wrong()) for _ in range(5)] == [WrongCredentials] * 5
    assert fetch("SELECT failures FROM sign_in_failures") == [(5,)]


def test_names_wait_each_on_their_own(inside):
    for _ in range(6):
        wrong()

    assert isinstance(wrong("password:chen"), WrongCredentials)


def test_nobody_waits_longer_than_a_quarter_of_an_hour(inside):
    now = NOW
    for _ in range(12):
        wrong(now=now)
        now += 15 * MINUTE + 1

    assert fetch("SELECT max(locked_until) FROM sign_in_failures")[0][0] <= now


def test_of_many_guesses_at_once_only_five_are_answered(app):
    told = []

    def guess():
        with app.app_context():
            told.append(app.test_client().post("/api/v1/auth/login", json={"username": "li", "password": "x"}).json)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(each["code"] for each in told) == ["locked_out"] * 7 + ["wrong_credentials"] * 5
