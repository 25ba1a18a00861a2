"""A code was bound to an item: what was scanned under it before is counted now."""

from collections import defaultdict

from server.cases.open import close_subjects
from server.counting.claim import find_task
from server.counting.due import ask_soon
from server.counting.unknown import resolve
from server.handling import unknown
from server.ledger.rules import Position
from server.reconcile.review import count_in


def codes_bound():
    """Let earlier scans of codes that name something by now count, received goods too. Gives how many were filled in.

    Rounds that are still open take them in when they close. In a closed round the line is judged again, or found; a
    line that was settled meanwhile stays settled, and its position is asked to be counted soon.
    """
    bound = resolve()
    by_task = defaultdict(set)
    for one in bound:
        if one.task_state == "submitted":
            by_task[one.warehouse_id, one.task_id].add(one.key)
    for (warehouse_id, task_id), keys in by_task.items():
        settled = count_in(find_task(warehouse_id, task_id), keys)
        ask_soon([Position(warehouse_id, *key) for key in settled], "unknown_code")
    for warehouse_id in {one.warehouse_id for one in bound}:
        close_subjects(warehouse_id, [one.subject for one in bound if one.warehouse_id == warehouse_id], "code bound")
    return len(bound) + unknown.resolve()
