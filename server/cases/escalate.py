"""What is overdue goes one tier up; what ended long ago is put away. By the clock, for all warehouses."""

from server import clock
from server.cases.note import write_notes
from server.cases.responsible import keeper_of, keepers
from server.cases.rules import TIERS, next_tier
from server.catalog.policy import policies_for
from server.clock import DAY, HOUR
from server.db import fetch, given, is_embedded, run
from server.ids import new_id


def escalate_overdue():
    """Hand overdue cases to somebody one tier up, with a new deadline. Gives how many.

    Where nobody stands above, a case stays with its owner, overdue.
    """
    now = clock.now()
    locked = "" if is_embedded() else " FOR UPDATE SKIP LOCKED"
    found = fetch(
        "SELECT c.warehouse_id, c.id, c.tier, c.owner_id FROM cases c WHERE c.state <> 'closed' AND c.deadline < :now"
        " AND c.tier <> 'admin' ORDER BY c.warehouse_id, c.deadline, c.id LIMIT 1000" + locked,
        now=now,
    )
    policies = policies_for({row.warehouse_id for row in found}, now) if found else {}
    up = []
    for warehouse_id, policy in policies.items():
        staff = keepers(warehouse_id)
        ranks = {person: rank for person, rank, _ in staff}
        due = now + policy.cases.escalate_hours * HOUR
        for row in (row for row in found if row.warehouse_id == warehouse_id):
            tier = next_tier(row.tier, ranks.get(row.owner_id, 0), set(ranks.values()))
            if tier is None:
                continue
            owner, _ = keeper_of(staff, above=TIERS.index(tier) - 1, but=(row.owner_id,))
            up.append((warehouse_id, row.id, tier, owner or row.owner_id, due))
    if up:
        _hand_up(up, now)
    return len(up)


def _hand_up(up, now):
    rows = given("rows", w="id", id="id", tier="text", owner="id", due="int")
    mine = "v.w = cases.warehouse_id AND v.id = cases.id"
    run(
        f"UPDATE cases SET tier = (SELECT v.tier FROM {rows} v WHERE {mine}),"
        f" owner_id = (SELECT v.owner FROM {rows} v WHERE {mine}),"
        f" deadline = (SELECT v.due FROM {rows} v WHERE {mine}), escalated_at = :now"
        f" WHERE EXISTS (SELECT 1 FROM {rows} v WHERE {mine})",
        rows=up,
        now=now,
    )
    write_notes([(house, new_id(), id_, None, "escalated", owner, ()) for house, id_, _, owner, _ in up])


def remind_of_actions():
    """Corrective actions that are overdue leave a note on their case, once. Gives how many."""
    now = clock.now()
    rows = fetch(
        "SELECT a.warehouse_id, a.id, a.case_id, a.text FROM case_actions a JOIN cases c"
        " ON c.warehouse_id = a.warehouse_id AND c.id = a.case_id AND c.state <> 'closed'"
        " WHERE a.done_at IS NULL AND a.reminded_at IS NULL AND a.due_at < :now",
        now=now,
    )
    if rows:
        run(
            "UPDATE case_actions SET reminded_at = :now WHERE id IN (SELECT v.id FROM " + given("ids", id="id") + " v)",
            now=now,
            ids=[(row.id,) for row in rows],
        )
        write_notes([(row.warehouse_id, new_id(), row.case_id, None, "action_overdue", row.text, ()) for row in rows])
    return len(rows)


def archive_old():
    """Put away what ended so many days ago as the policy says. Gives how many."""
    now = clock.now()
    houses = [row.warehouse_id for row in fetch("SELECT DISTINCT warehouse_id FROM cases WHERE archived_at IS NULL")]
    total = 0
    for warehouse_id, policy in policies_for(houses, now).items() if houses else ():
        rows = fetch(
            "SELECT id FROM cases WHERE warehouse_id = :w AND state = 'closed' AND archived_at IS NULL"
            " AND closed_at < :before",
            w=warehouse_id,
            before=now - policy.cases.archive_days * DAY,
        )
        if rows:
            run(
                "UPDATE cases SET archived_at = :now WHERE warehouse_id = :w AND id IN (SELECT v.id FROM "
                + given("ids", id="id")
                + " v)",
                now=now,
                w=warehouse_id,
                ids=[(row.id,) for row in rows],
            )
            write_notes([(warehouse_id, new_id(), row.id, None, "archived", None, ()) for row in rows])
        total += len(rows)
    return total
