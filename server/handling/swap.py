"""An exchange 换货 has two sides: what the customer gives back, and what they get for it. Each is a document.

The replacement is picked, checked and shipped like an order; what comes back is received and checked like any return,
under the same number. The exchange is complete when both have come to their end.
"""

from dataclasses import replace
from uuid import UUID, uuid5

from server import clock
from server.cases.open import close_subjects, new_matter, open_many
from server.db import fetch
from server.handling.rules import LIVE

INCOMPLETE = (
    f"d.kind = 'exchange' AND (d.state IN {LIVE} OR d.state = 'done' AND EXISTS (SELECT 1 FROM documents b"
    f" WHERE b.warehouse_id = d.warehouse_id AND b.about_id = d.id AND b.state IN {LIVE}))"
)


def two_sides(asked, days):
    """(the replacement, what comes back) of an exchange as it was asked for; due in `days` unless somebody said.

    Lines with the role `input` come back; where there are none, the same comes back as goes out.
    """
    due_at = clock.now() + days * clock.DAY if asked.due_at is None else asked.due_at
    out = tuple(("goods", *line[1:]) for line in asked.lines if line[0] != "input")
    back = tuple(("goods", *line[1:]) for line in asked.lines if line[0] == "input")
    replacement = replace(asked, lines=out, due_at=due_at)
    returned = replace(
        replacement,
        id=back_of(asked.id),
        kind="return",
        asked={"exchange": asked.id},
        lines=back or out,
        place_id=None,
        about_id=asked.id,
    )
    return replacement, returned


def back_of(exchange_id):
    """The id of what comes back."""
    return str(uuid5(UUID(exchange_id), "back"))


def remind():
    """Exchanges whose deadline is over with a side still open become cases; those that are complete now end.

    Gives how many cases were opened.
    """
    opened = 0
    for (house,) in fetch("SELECT id FROM warehouses"):
        open_ = {
            _subject(row): row
            for row in fetch(f"SELECT * FROM documents d WHERE d.warehouse_id = :w AND {INCOMPLETE}", w=house)
        }
        late = [row for row in open_.values() if row.due_at is not None and row.due_at < clock.now()]
        opened += len(open_many([_matter(row) for row in late]))
        known = fetch(
            "SELECT subject FROM cases WHERE warehouse_id = :w AND kind = 'exchange_incomplete' AND state <> 'closed'",
            w=house,
        )
        over = {row.subject for row in known} - open_.keys()
        if over:
            close_subjects(house, over, "complete")
    return opened


def _matter(row):
    return new_matter(
        warehouse_id=row.warehouse_id,
        kind="exchange_incomplete",
        location_id=row.place_id,
        subject=_subject(row),
        note=" · ".join(text for text in (row.number, row.partner) if text),
        owner_id=row.requested_by,
    )


def _subject(row):
    return f"exchange:{row.id}"
