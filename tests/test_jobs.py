"""What runs by the clock: once however many look, and again after a failure. On both databases."""

import threading

import pytest

from server import clock, jobs
from server.cli import main
from server.clock import HOUR, MINUTE
from server.db import fetch
from server.jobs import Task, follow, run_due, states


@pytest.fixture
def ticking(app, monkeypatch):
    """One job that counts how often it ran, and the clock in our hand: `ticking.pass_(minutes)`."""

    class Ticking:
        ran, fails, ahead = 0, False, 0

        def do(self):
            self.ran += 1
            if self.fails:
                raise ValueError("no luck")
            return 7

        def pass_(self, minutes):
            self.ahead += minutes * MINUTE

        def look(self):
            with app.app_context():
                return run_due()

        def state(self):
            with app.app_context():
                (row,) = [row for row in states() if row.name == "tick"]
                return row

    found, real = Ticking(), clock.now
    monkeypatch.setattr(jobs, "TASKS", (Task("tick", HOUR, found.do),))
    monkeypatch.setattr(clock, "now", lambda: real() + found.ahead)
    return found


def test_a_job_runs_when_it_is_due_and_not_before(ticking):
    assert ticking.look() == {"tick": 7}
    assert ticking.look() == {}
    ticking.pass_(59)
    assert ticking.look() == {}
    ticking.pass_(2)
    assert ticking.look() == {"tick": 7}
    assert (ticking.ran, ticking.state().found, ticking.state().error) == (2, 7, None)


def test_however_many_look_at_once_it_runs_once(ticking):
    ticking.look()
    ticking.pass_(61)
    heard, start = [], threading.Barrier(4)

    def worker():
        start.wait()
        heard.append(ticking.look())

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(len, heard)) == [0, 0, 0, 1] and ticking.ran == 2


def test_what_fails_is_said_and_tried_again_at_its_next_time(ticking):
    ticking.fails = True
    assert ticking.look() == {"tick": "ValueError: no luck"}
    assert ticking.state().error == "ValueError: no luck" and ticking.look() == {}

    ticking.fails = False
    ticking.pass_(61)
    assert ticking.look() == {"tick": 7}
    assert ticking.state().error is None


def test_a_worker_looks_by_itself_unless_it_is_told_not_to(ticking, app, settings, monkeypatch):
    from dataclasses import replace

    app.config["SETTINGS"] = replace(settings, jobs_seconds=0)
    follow(app)
    assert [thread for thread in threading.enumerate() if thread.name == "jobs"] == []

    ran = threading.Event()
    monkeypatch.setattr(jobs, "TASKS", (Task("tick", HOUR, lambda: ran.set() or 1),))
    app.config["SETTINGS"] = replace(settings, jobs_seconds=0.01)
    stop = follow(app)
    assert ran.wait(30)
    stop.set()


def test_a_cron_does_the_same_by_a_word(app, settings, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", settings.database_url.replace("postgresql+psycopg", "postgresql"))
    monkeypatch.setenv("TALLYLOOP_DATA_DIR", str(settings.data_dir))

    assert main(["jobs", "run"]) == 0
    assert "cases.escalate: 0" in capsys.readouterr().out
    assert main(["jobs", "run"]) == 0
    assert capsys.readouterr().out == "No jobs were due.\n"
    assert main(["jobs", "run", "--all"]) == 0
    with app.app_context():
        assert {row.name for row in fetch("SELECT name FROM jobs")} == {task.name for task in jobs.TASKS}
