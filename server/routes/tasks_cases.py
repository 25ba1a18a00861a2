"""What is to be done about cases, as a phone needs it: corrective actions, and to see whether they helped."""

from server.clock import show_instant


def is_told(row, blind):
    """Of places where this person counts blind, only what people reported: a rule's case tells of the book."""
    return row.opened_by is not None or row.location_id not in blind


def shown(row, who):
    """One row of `cases/todo.py` as plain values."""
    return {
        "id": row.id,
        "kind": row.what,
        "case": row.case_id,
        "case_kind": row.case_kind,
        "severity": row.severity,
        "warehouse": row.warehouse,
        "state": "waiting" if row.verify_state == "waiting" else "open",
        "mine": row.owner_id == who.id,
        "assignee": row.owner,
        "due_at": show_instant(row.due),
        "text": row.text,
        "location": row.location,
        "locations": [row.location] if row.location else [],
        "sku": row.sku,
        "name": row.name,
        "by": (row.verify_by if row.verify_state == "waiting" else "person") if row.what == "verification" else None,
        "lines": [],
        "done": {"lines": 0, "of": 1},
    }
