"""Judge lines and let the verdicts take effect: anchors, recounts, cases, deadlines."""

from dataclasses import replace

from server import clock
from server.cases.open import new_matter, open_many
from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.catalog.rules import tier_for, tolerance_of
from server.clock import HOUR
from server.counting.due import ask_soon
from server.db import fetch, given, put, run
from server.ledger.anchor import Confirmed, confirm
from server.quantity import value_of
from server.reconcile import serials
from server.reconcile.lines import write_lines
from server.reconcile.rules import OPEN, WAITING, State, judge
from server.reconcile.tell import matched


def settle(warehouse_id, lines):
    """Judge these lines by their rounds, write them, anchor what matched, and tend what is held.

    Gives the lines that need another round; whoever calls makes tasks of them.
    """
    if not lines:
        return []
    now = clock.now()
    policy_id, policy = policy_for(warehouse_id, now)
    items = items_by_id([line.item_id for line in lines])
    confirmed, odd = [], serials.swapped(warehouse_id, lines)
    for line in lines:
        verdict = _judged(line, items[line.item_id], policy, line.id in odd)
        line.state, line.policy_id, line.judged_at = verdict.state, policy_id, now
        line.settled_at, line.deadline, line.tier = None, None, None
        if line.state is State.MATCHED:
            confirmed += _matched(line, policy, now)
        elif line.state is State.RECOUNT:
            line.deadline = now + policy.recount_hours * HOUR
        else:
            line.deadline = now + policy.decision_hours * HOUR
    anchored = confirm(confirmed)
    for line in lines:
        if line.id in anchored:
            line.move_id = anchored[line.id].move_id
    serials.settle_serials(warehouse_id, [line for line in lines if line.id in anchored])
    write_lines(lines)
    matched(warehouse_id, [line for line in lines if line.state is State.MATCHED])
    _open_held([line for line in lines if line.state is State.HELD])
    grade(warehouse_id, {line.count_id for line in lines})
    return [line for line in lines if line.state is State.RECOUNT]


def grade(warehouse_id, count_ids):
    """Set the tier of every waiting line by its own value and by that of the whole count; end counts that are done."""
    _, policy = policy_for(warehouse_id, clock.now())
    for count_id in count_ids:
        rows = fetch(
            "SELECT id, state, tier, variance_value FROM variances WHERE warehouse_id = :w AND count_id = :c",
            w=warehouse_id,
            c=count_id,
        )
        total = sum(abs(row.variance_value) for row in rows if row.state not in ("matched", "rejected"))
        found: dict[str, list] = {}
        for row in rows:
            if row.state in WAITING:
                tier = str(tier_for(policy, row.variance_value, total))
                if tier != row.tier:
                    found.setdefault(tier, []).append((row.id,))
        _set_tiers(warehouse_id, found)
        _end_if_done(warehouse_id, count_id, any(row.state in OPEN for row in rows))


def note_hands(warehouse_id, pairs):
    """Remember who asked, who counted and who brought it: `[(line id, person, hat, round)]`.

    Who asked and counted is a counter, and who counted some of it and brought some of it too.
    """
    put(
        "variance_hands",
        [(warehouse_id, line_id, person_id, hat, round_) for line_id, person_id, hat, round_ in pairs],
        ["warehouse_id", "variance_id", "person_id", "hat", "round"],
        on_conflict="ON CONFLICT (warehouse_id, variance_id, person_id) DO UPDATE SET hat = excluded.hat,"
        " round = excluded.round WHERE (variance_hands.hat = 'requester' AND excluded.hat IN ('counter', 'bringer'))"
        " OR (variance_hands.hat = 'bringer' AND excluded.hat = 'counter')",
    )


def counters_of_lines(warehouse_id, line_ids):
    """Everybody who counted one of these lines in any round, or brought such a count and so has seen it."""
    rows = fetch(
        "SELECT DISTINCT h.person_id FROM variance_hands h JOIN "
        + given("rows", id="id")
        + " v ON v.id = h.variance_id"
        " WHERE h.warehouse_id = :w AND h.hat IN ('counter', 'bringer')",
        rows=[(one,) for one in line_ids],
        w=warehouse_id,
    )
    return {row.person_id for row in rows}


def _judged(line, item, policy, swapped):
    tolerance = tolerance_of(
        policy, item.sku, item.abc, bool(item.weighed), bool(item.lot_tracked), bool(item.serial_tracked)
    )

    def passes(one):
        return tolerance.covers(one.variance_qty, one.book_qty, value_of(one.variance_qty, line.unit_cost))

    def same(one, other):
        near = item.weighed and one * other > 0
        return one == other or bool(near and tolerance.covers(abs(one - other), line.last.book_qty, 0))

    rounds = [one.value() for one in line.rounds]
    return judge([*rounds[:-1], replace(rounds[-1], swapped=swapped)], passes, policy.rounds_max, same)


def _matched(line, policy, now):
    """Anchor it, if nothing needs posting or policy lets it be posted alone; what is worth more goes to a person."""
    if line.last.variance_qty and not policy.auto_post:
        line.settled_at = now
        return []
    if line.last.variance_qty and abs(line.value) > policy.auto_post_value_max:
        line.state, line.deadline = State.PENDING, now + policy.decision_hours * HOUR
        return []
    line.settled_at = now
    return [
        Confirmed(
            line.id,
            line.position,
            line.last.as_of,
            line.last.counted_qty,
            line.unit_cost,
            reason="within_tolerance" if line.last.variance_qty else None,
            document=f"count {line.count_id}",
        )
    ]


def _open_held(lines):
    open_many(
        [
            new_matter(
                warehouse_id=line.warehouse_id,
                kind="held_line",
                location_id=line.location_id,
                item_id=line.item_id,
                lot=line.lot,
                qty=line.last.variance_qty,
                value=abs(line.value),
                line_id=line.id,
                subject=f"held:{line.id}",
            )
            for line in lines
        ]
    )
    ask_soon([line.position for line in lines], "held_line")


def _set_tiers(warehouse_id, found):
    for tier, ids in found.items():
        run(
            "UPDATE variances SET tier = :tier WHERE warehouse_id = :w AND id IN (SELECT v.id FROM "
            + given("ids", id="id")
            + " v)",
            tier=tier,
            ids=ids,
            w=warehouse_id,
        )


def _end_if_done(warehouse_id, count_id, any_open):
    (tasks,) = fetch(
        "SELECT COUNT(*) AS n FROM count_tasks WHERE warehouse_id = :w AND count_id = :c"
        " AND state IN ('open', 'claimed')",
        w=warehouse_id,
        c=count_id,
    )
    state = "counting" if tasks.n else ("deciding" if any_open else "closed")
    run(
        "UPDATE counts SET state = :state, closed_at = :closed WHERE warehouse_id = :w AND id = :c"
        " AND state NOT IN ('cancelled', 'released') AND state <> :state",
        state=state,
        closed=clock.now() if state == "closed" else None,
        w=warehouse_id,
        c=count_id,
    )
