"""What runs by the clock. An edge: it opens transactions, like a route.

A small scheduler that is kept in the same database: table `jobs` says when each is due next. Every worker looks now and
then (a thread of its own, `follow`), and so may `tallyloop jobs run`, from a cron or by hand. Whoever moves `next_at`
on in the transaction that does the work has done it, so a job runs once however many look; one whose process dies was
never begun. No second server.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server.cases.escalate import archive_old, escalate_overdue, remind_of_actions
from server.cases.notices import forget_seen
from server.clock import HOUR, MINUTE
from server.db import Instant, Long, Word, db, fetch, put, retrying, run, transaction
from server.gateways.alarms import watch_everywhere
from server.gateways.doors import look_everywhere
from server.gateways.forget import forget_old
from server.handling.finish import look_at_arrivals
from server.handling.scanned import judge_silent_checks
from server.handling.swap import remind as remind_of_exchanges

log = logging.getLogger("tallyloop")


class Job(db.Model):  # type: ignore[name-defined]
    """When a job is due next, when it last ran, what it did (`found`: how many) or why it failed."""

    __tablename__ = "jobs"
    name: Mapped[Word] = mapped_column(primary_key=True)
    next_at: Mapped[Instant]
    last_at: Mapped[Instant | None]
    found: Mapped[int | None]
    error: Mapped[Long | None]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do every `every` microseconds; `do()` joins the transaction and gives how many it found."""

    name: str
    every: int
    do: Callable[[], int]


def _passes():
    return look_everywhere(clock.now())


def _old_sights():
    return forget_old(clock.now())


def _silent_readers():
    return watch_everywhere(clock.now())


TASKS = (
    Task("cases.escalate", 5 * MINUTE, escalate_overdue),
    Task("cases.actions", 15 * MINUTE, remind_of_actions),
    Task("cases.archive", 6 * HOUR, archive_old),
    Task("documents.exchanges", 15 * MINUTE, remind_of_exchanges),
    Task("documents.arrivals", 15 * MINUTE, look_at_arrivals),
    Task("documents.checks", MINUTE, judge_silent_checks),
    Task("notices.forget", 24 * HOUR, forget_seen),
    Task("readers.silent", MINUTE, _silent_readers),
    Task("readers.passes", MINUTE, _passes),
    Task("readers.forget", 6 * HOUR, _old_sights),
)


def run_due(every_one=False, names=()):
    """Do what is due (or every one, or those named); gives `{name: how many, or the error}`. One transaction each."""
    now = clock.now()
    _enrol()
    due = {row.name for row in fetch("SELECT name FROM jobs WHERE next_at <= :now", now=now)}
    chosen = [task for task in TASKS if every_one or task.name in due | set(names)]
    done = {}
    for task in chosen:
        forced = every_one or task.name in names
        outcome = _once(task, forced)
        if outcome is not None:
            done[task.name] = outcome
    return done


def _enrol():
    """Jobs that the table does not know yet are due at once."""
    known = {row.name for row in fetch("SELECT name FROM jobs")}
    new = [task for task in TASKS if task.name not in known]
    if new:
        with transaction():
            put("jobs", [(one.name, 0) for one in new], ["name", "next_at"], "ON CONFLICT (name) DO NOTHING")


def _once(task, forced):
    """Do one task, if nobody else did meanwhile. An error is kept and said; the next turn tries again."""

    def work():
        with transaction():
            if not _mine(task, forced):
                return None
            found = task.do()
            run("UPDATE jobs SET found = :n, error = NULL WHERE name = :name", n=found, name=task.name)
            return found

    try:
        return retrying(work)
    except Exception as error:
        log.exception("job %s failed", task.name)
        said = f"{type(error).__name__}: {error}"[:500]
        with transaction():
            _mine(task, forced)
            run("UPDATE jobs SET error = :said WHERE name = :name", said=said, name=task.name)
        return said


def _mine(task, forced):
    now = clock.now()
    return run(
        "UPDATE jobs SET next_at = :next, last_at = :now WHERE name = :name AND (next_at <= :now OR :forced = 1)",
        next=now + task.every,
        now=now,
        name=task.name,
        forced=int(forced),
    )


def states():
    """The table of jobs, for who asks: rows (name, next_at, last_at, found, error)."""
    return fetch("SELECT name, next_at, last_at, found, error FROM jobs ORDER BY name")


def follow(app):
    """Look now and then, in a thread of this worker, as long as it lives.

    `TALLYLOOP_JOBS_SECONDS=0` leaves it to a cron that calls `tallyloop jobs run`. Gives the event that ends it.
    """
    every, stop = app.config["SETTINGS"].jobs_seconds, threading.Event()
    if every:
        threading.Thread(target=_look, args=(app, every, stop), name="jobs", daemon=True).start()
    return stop


def _look(app, every, stop):
    while not stop.wait(every):
        try:
            with app.app_context():
                run_due()
        except Exception:  # the database may be away for a while: jobs wait for it like everybody
            log.warning("jobs wait for the database", exc_info=True)
