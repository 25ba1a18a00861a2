"""One house for all stories of a file, on each database; every story has a warehouse of its own in it."""

from datetime import timedelta

import pytest

from server import clock
from server.jobs import run_due
from tests.house import Crew, a_house


@pytest.fixture(scope="module")
def crew(database_kind, tmp_path_factory, request):
    """Everybody, signed in."""
    with a_house(database_kind, tmp_path_factory.mktemp("house"), request) as (app, given):
        yield Crew(given, app)


@pytest.fixture
def hall(crew):
    """A warehouse in which only this story happens, with the whole crew."""
    return crew.floor()


@pytest.fixture
def run_jobs(crew):
    """Let the scheduler do all that it has, due or not; gives `{job: how many}`."""

    def run():
        with crew.app.app_context():
            return run_due(every_one=True)

    return run


@pytest.fixture
def later(monkeypatch):
    """Let time pass on the server: `later(hours=3)`. Phones that speak afterwards have clocks that are behind."""
    real = clock.now

    def passes(**time):
        micros = int(timedelta(**time).total_seconds() * clock.SECOND)
        monkeypatch.setattr(clock, "now", lambda: real() + micros)

    return passes
