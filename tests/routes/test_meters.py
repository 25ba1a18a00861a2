"""Counters that several workers share."""

import os
import threading

import pytest

from server.routes.meters import Meters


@pytest.fixture
def meters(tmp_path):
    return Meters(tmp_path / "metrics")


def in_a_worker(work):
    """Run `work()` in a process of its own, to its end."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)


def test_threads_lose_no_count(meters):
    def count():
        for _ in range(500):
            meters.add("scans")

    threads = [threading.Thread(target=count) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert meters.totals()[0] == {"scans": 4000}


def test_what_a_dead_worker_counted_is_kept_and_what_it_held_is_not(meters):
    meters.add("scans", 2)
    meters.shift("in use", 1)

    def work():
        meters.add("scans", 40)
        meters.shift("in use", 3)

    in_a_worker(work)
    in_a_worker(work)

    assert meters.totals() == ({"scans": 82}, {"in use": 1})
    assert meters.totals() == ({"scans": 82}, {"in use": 1})
    assert sorted(path.name for path in meters.folder.iterdir()) == sorted(["gone", "lock", f"{os.getpid()}.worker"])


def test_a_restart_goes_on_counting(meters):
    meters.add("scans", 5)
    meters.shift("in use", 1)

    assert Meters(meters.folder).totals() == ({"scans": 5}, {"in use": 0})


def test_a_worker_is_marked_once(meters):
    meters.mark("workers")
    meters.mark("workers")

    assert meters.totals() == ({}, {"workers": 1})


def test_a_line_half_written_is_passed_over(meters):
    meters.add("scans", 5)
    with open(meters.folder / "1.worker", "w") as other:  # process 1 always lives
        other.write("scans 00000000000000000007\nbad 000")

    assert meters.totals() == ({"scans": 12}, {})
