"""A claim, two entries and a submission, in every order in which a bad network may bring them."""

import itertools

from tests.worker import at, new_id

CLAIM, TEA, RICE, DONE = 2, 3, 4, 5


def events_of(task):
    """What the phone keeps, by its own order."""
    said = {
        CLAIM: ("count.claim", {"task": task}),
        TEA: ("count.entry", {"task": task, "location": "A-01", "sku": "TEA", "quantity": "20"}),
        RICE: ("count.entry", {"task": task, "location": "A-01", "sku": "RICE", "quantity": "20"}),
        DONE: ("count.submit", {"task": task}),
    }
    return {
        seq: {"id": new_id(), "type": kind, "at": at(), "seq": seq, "data": words}
        for seq, (kind, words) in said.items()
    }


def test_whatever_comes_first_nothing_is_lost_and_nothing_is_closed_too_early(given):
    given.shelf("A-01", tea=20, rice=20)
    li, chen = given.staff("li"), given.supervisor("chen")
    for size in range(1, 4):
        for first in itertools.permutations((CLAIM, TEA, RICE, DONE), size):
            count = chen.start_count("full", locations=["A-01"]).ok()
            li.device = new_id()
            hello = {"id": new_id(), "type": "case.report", "at": at(), "seq": 1, "data": {"kind": "other"}}
            events = events_of(count["tasks"][0]["id"])

            li.sync(hello)
            li.sync(*[events[seq] for seq in first], hello)
            receipts = li.sync(*[events[seq] for seq in (CLAIM, TEA, RICE, DONE) if seq not in first or seq == DONE])

            assert {receipt["code"] for receipt in receipts} <= {None}, (first, receipts)
            lines = chen.get(f"/counts/{count['id']}").ok()["lines"]
            assert lines == {"matched": 2}, (first, lines)
