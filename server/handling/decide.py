"""A supervisor's word about a document: allow it, refuse it, call it off, end it, settle what two disagree about.

Whoever asked for it, or had a hand in it, decides nothing about it.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from server import clock
from server.catalog.lookup import items_by_id
from server.db import fetch, put, run
from server.errors import IdReused
from server.handling.agree import judge
from server.handling.desk import documents_named
from server.handling.finish import close_documents, finish_inbound, finish_left, standing_of
from server.handling.follow import tend_cases, tend_returns
from server.handling.inspect import UNSEEN, follow_up, look
from server.handling.moves import allowed_moves
from server.handling.on_the_way import on_the_way
from server.handling.refusals import DocumentClosed, NotWaiting, OwnDocument, StillOnTheWay
from server.handling.rules import CLOSED, INBOUND, LEAVING, LIVE, OUTBOUND
from server.handling.say import COLUMNS
from server.handling.swap import back_of
from server.handling.transfer import announce
from server.handling.usage import open_overuse
from server.ledger.post import post


@dataclass(frozen=True, slots=True)
class Word:
    """What a supervisor says about some goods: so many there were. `qty`: thousandths."""

    item_id: str | None
    lot: str
    condition: str
    qty: int


def locked(document):
    """The document's row, held until the transaction ends."""
    (row,) = documents_named(document.warehouse_id, {document.id}, set())
    return row


def once(document, person_id, decision_id, act, note=None, tier="", about=None):
    """Remember a decision under its id; gives False if it was said before. Raises `IdReused`.

    `tier`: at which somebody decided, where the value asks for more than one. `about`: the number of another document
    that it is about too.
    """
    if said_before(document, decision_id, act):
        return False
    now = clock.now()
    row = _row(document, person_id, decision_id, Word(None, "", tier, 0), note, now, act, about)
    put("statements", [row], COLUMNS)
    return True


def said_before(document, decision_id, act):
    """Was this very decision said before? Raises `IdReused` if another one was, under its id."""
    said = "SELECT document_id, step FROM statements WHERE warehouse_id = :w AND id = :id"
    before = fetch(said, w=document.warehouse_id, id=decision_id)
    if before and (before[0].document_id, before[0].step) != (document.id, act):
        raise IdReused()
    return bool(before)


def approve(document, person_id):
    """Let a requested document be worked on. Raises `NotWaiting`, `OwnDocument`."""
    _refuse_decision(document, person_id)
    run(
        "UPDATE documents SET state = 'open', approved_by = :p, approved_at = :now"
        " WHERE warehouse_id = :w AND id = :id",
        p=person_id,
        now=clock.now(),
        w=document.warehouse_id,
        id=document.id,
    )
    if document.kind == "transfer":
        announce(document)
    if document.kind in LEAVING:
        _let_go(document)
    if document.about_id is not None:
        follow_up(document)


def _let_go(document):
    """What somebody had said before it was allowed is true from the instant when they said it."""
    rows = fetch(
        "SELECT s.* FROM statements s WHERE s.warehouse_id = :w AND s.document_id = :d AND s.step = :step"
        " AND NOT EXISTS (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)",
        w=document.warehouse_id,
        d=document.id,
        step=document.kind,
    )
    if rows:
        post(allowed_moves(document, rows, items_by_id({row.item_id for row in rows})))
        close_documents(document.warehouse_id, [document.id])


def reject(document, person_id):
    """Refuse a requested document. Raises `NotWaiting`, `OwnDocument`."""
    _refuse_decision(document, person_id)
    close_documents(document.warehouse_id, [document.id], "rejected")


def _refuse_decision(document, person_id):
    if document.state != "requested":
        raise NotWaiting()
    if document.requested_by == person_id:
        raise OwnDocument()


def cancel(document, _person_id):
    """Call a document off of which nothing has happened yet. Raises `NotWaiting`."""
    if document.state not in ("requested", "open"):
        raise NotWaiting()
    close_documents(document.warehouse_id, [document.id], "cancelled")
    if document.kind == "exchange":
        back = documents_named(document.warehouse_id, {back_of(document.id)}, set())
        close_documents(document.warehouse_id, [row.id for row in back if row.state == "open"], "cancelled")


def close(document, _person_id):
    """No more will come, or go: what is missing becomes a case. Raises `DocumentClosed`, `NotWaiting`, `StillOnTheWay`.

    Where two people still differ, or one has not looked yet, that comes first.
    """
    if document.state in CLOSED:
        raise DocumentClosed(document=document.number)
    (here,) = standing_of(document.warehouse_id, [document.id]).values()
    if here.open or document.state not in LIVE:
        raise NotWaiting()
    if document.kind == "transfer_in" and on_the_way(document).open:
        raise StillOnTheWay(document=document.number)
    if document.kind in INBOUND:
        finish_inbound(document.warehouse_id, [document], {document.id})
    if document.kind == "production":
        open_overuse(document)
    if document.kind in OUTBOUND:
        finish_left(document.warehouse_id, document, here)
    close_documents(document.warehouse_id, [document.id])


def settle(document, person_id, decision_id, words, note=None):
    """Say how many there were of goods that two people disagree about.

    Raises `OwnDocument` for whoever had a hand in it, `NotWaiting` if nothing is open.
    """
    warehouse_id, now = document.warehouse_id, clock.now()
    _refuse_own(document, person_id)
    open_ = {
        (row.item_id, row.lot, row.condition)
        for row in fetch(
            "SELECT item_id, lot, condition FROM document_goods WHERE warehouse_id = :w AND document_id = :d"
            " AND state <> 'agreed'",
            w=warehouse_id,
            d=document.id,
        )
    }
    keys = [(word.item_id, word.lot, word.condition) for word in words]
    returned = {(document.id, item, lot) for item, lot, condition in open_ if condition == UNSEEN}
    if not keys or any(key not in open_ and (document.id, *key[:2]) not in returned for key in keys):
        raise NotWaiting()
    ids = [str(uuid5(UUID(decision_id), str(n))) for n in range(len(words))]
    put("statements", [_row(document, person_id, *pair, note, now) for pair in zip(ids, words, strict=True)], COLUMNS)
    items = items_by_id({word.item_id for word in words})
    documents, about = {document.id: document}, {(document.id, *key) for key in keys}
    looked = {key[:3] for key in about} & returned
    came = judge(warehouse_id, documents, items, {key for key in about if key[:3] not in looked})
    if came.moves:
        post(came.moves)
    tend_cases(warehouse_id, [], came)
    tend_returns(warehouse_id, look(warehouse_id, documents, items, looked))
    finish_inbound(warehouse_id, [document])


def _refuse_own(document, person_id):
    held = fetch(
        "SELECT 1 FROM document_hands WHERE warehouse_id = :w AND document_id = :d AND person_id = :p LIMIT 1",
        w=document.warehouse_id,
        d=document.id,
        p=person_id,
    )
    if held:
        raise OwnDocument()


def _row(document, person_id, id_, word, note, now, step="settle", code=None):
    return (
        *(document.warehouse_id, id_, document.id, step, word.item_id, word.lot, None, None, word.condition),
        *(word.qty, document.place_id, None, False, None, code, None, None, note, person_id, "desk", now, now),
        *(None, None, now),
    )
