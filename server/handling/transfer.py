"""Between warehouses: asked for, approved, shipped into TRANSIT, received from it. Two documents with one number.

Each side's floor touches its own warehouse only; what was shipped is read once, when the far side says that this was
all. What lies in TRANSIT of both warehouses together is on the way.
"""

from dataclasses import replace
from uuid import UUID, uuid5

from server.db import fetch
from server.errors import Refusal
from server.handling.desk import Desk, far_side
from server.handling.finish import finish_outbound, short_items
from server.handling.meaning import document_for
from server.handling.open import Asked, write_documents
from server.handling.refusals import LinesRequired
from server.handling.say import say
from server.handling.ship import ship
from server.handling.submit import submit


def announce(document):
    """Tell the far warehouse what will come: an arrival with the same number and lines."""
    rows = fetch(
        "SELECT role, item_id, lot, qty FROM document_lines WHERE warehouse_id = :w AND document_id = :d ORDER BY line",
        w=document.warehouse_id,
        d=document.id,
    )
    arrival = Asked(
        id=far_side(document.id),
        warehouse_id=document.far_id,
        kind="transfer_in",
        asked={"transfer": document.id},
        lines=tuple(tuple(row) for row in rows),
        number=document.number,
        far_id=document.warehouse_id,
        due_at=document.due_at,
        expected_on=document.expected_on,
    )
    write_documents([arrival], document.requested_by)


def ship_transfer(warehouse_id, act, head, lines):
    """Send a transfer off: these lines from their shelves at once, or, without lines, what was picked and checked."""
    if not lines:
        return ship(warehouse_id, act, replace(head, step="ship"))
    document = document_for(Desk(warehouse_id, act, [head]), head)
    _all_or_none(say(warehouse_id, act, _numbered(head, lines, "load")))
    waits = finish_outbound(warehouse_id, document, head.when.at, short_items(warehouse_id, document.id))
    return "partly_shipped" if waits else None


def receive_transfer(warehouse_id, act, head, lines, seq=None):
    """Take a transfer in. Unless there is `more` to come, what is missing then is a difference."""
    if not lines:
        raise LinesRequired()
    outcomes = _all_or_none(say(warehouse_id, act, _numbered(head, lines, "receive")))
    if not head.more:
        submit(warehouse_id, act, head)
    return next((hint for hint in outcomes if hint), None)


def _numbered(head, lines, step):
    """Each line as a statement of its own, under an id that is made of the event's."""
    return [
        replace(line, id=str(uuid5(UUID(head.id), str(n))), step=step, kinds=head.kinds, document=head.document)
        for n, line in enumerate(lines)
    ]


def _all_or_none(outcomes):
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    return outcomes
