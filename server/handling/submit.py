"""The small words about a document: I take it, that was all, that was wrong."""

from dataclasses import replace

import msgspec

from server import clock
from server.catalog.lookup import items_by_id
from server.db import fetch, put, run
from server.handling.agree import judge
from server.handling.carry import put_back, tell_of
from server.handling.desk import Desk, documents_named
from server.handling.finish import finish_inbound
from server.handling.follow import tend_cases, tend_returns
from server.handling.inspect import look, unseen
from server.handling.meaning import document_for, refuse_other_side
from server.handling.refusals import DocumentUnknown, EntriesMissing, StatementUnknown
from server.handling.rules import INBOUND, SURE, Side
from server.handling.say import COLUMNS
from server.handling.scanned import end_check
from server.handling.short import taken_with
from server.intake.log import missing_before, refused_before
from server.ledger.post import post
from server.ledger.reverse import reverse
from server.sop.rules import QuizRequired


def claim(warehouse_id, act, one):
    """Take one side of a document (the first, unless `condition` says `check`). Who takes the first may hear how much
    is to be picked, and never checks. Raises `SamePerson`, `SameDevice`."""
    desk = Desk(warehouse_id, act, [one])
    document = document_for(desk, one)
    side = Side.CHECK if one.condition == "check" else Side.FIRST
    refuse_other_side(desk, document, side)
    desk.refuse_unlearned(one, _step(document, side), document, side)
    put(
        "document_hands",
        [(warehouse_id, document.id, str(side), act.person_id, act.device_id, clock.now())],
        ["warehouse_id", "document_id", "side", "person_id", "device_id", "since"],
        on_conflict="ON CONFLICT DO NOTHING",
    )


def submit(warehouse_id, act, one, seq=None):
    """That was all, says one side: what is missing now is short. Raises `EntriesMissing`, `QuizRequired`."""
    desk = Desk(warehouse_id, act, [one])
    document = document_for(desk, one)
    checks = {person for person, _ in desk.hands[document.id, Side.CHECK]}
    side = Side.CHECK if act.person_id in checks else Side.FIRST
    desk.refuse_unlearned(one, _step(document, side), document, side)
    missing = missing_before(act.device_id, _first_seq(warehouse_id, document.id, act.device_id), seq)
    missing += _held_back(document, act, seq)
    if missing:
        raise EntriesMissing(missing=missing)
    if act.person_id in checks:
        end_check(warehouse_id, document, one.when.at, act.person_id)
    else:
        run(
            "UPDATE documents SET state = 'submitted', submitted_at = :at WHERE warehouse_id = :w AND id = :id"
            " AND state IN ('open','working','submitted')",
            at=one.when.at,
            w=warehouse_id,
            id=document.id,
        )
    finish_inbound(warehouse_id, [document], {document.id} - ({document.id} if act.person_id in checks else set()))


def void(warehouse_id, act, one, statement_id):
    """Withdraw one's own statement by another; both stay, and a move that it made is reversed."""
    rows = fetch("SELECT * FROM statements WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=statement_id)
    before = fetch(
        "SELECT id FROM statements WHERE warehouse_id = :w AND voids_id = :id", w=warehouse_id, id=statement_id
    )
    if not rows or rows[0].person_id != act.person_id or rows[0].step in ("void", "settle", "ship") or before:
        raise StatementUnknown()
    (said,) = rows
    document = next(iter(documents_named(warehouse_id, {said.document_id} - {None}, set())), None)
    if document is None:
        raise DocumentUnknown(document="–")
    if said.step == "short":
        _void_taken(warehouse_id, act, one, said)
    _write_void(warehouse_id, act, one, said)
    codes = put_back(warehouse_id, said.id)
    moved = fetch("SELECT id FROM moves WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=said.id)
    if moved:
        reverse(warehouse_id, said.id, one.id, act.person_id)
        _take_back(warehouse_id, said)
    if said.item_id is not None:
        key = (said.document_id, said.item_id, said.lot, said.condition)
        documents, items = {document.id: document}, items_by_id([said.item_id])
        returned = unseen(warehouse_id, {key[:3]})
        tend_returns(warehouse_id, look(warehouse_id, documents, items, returned))
        came = judge(warehouse_id, documents, items, set() if returned else {key})
        if came.moves:
            post(came.moves)
        tend_cases(warehouse_id, [], came)
    tell_of(warehouse_id, codes, said.effective_at)


def _void_taken(warehouse_id, act, one, said):
    """A short pick that stood for a pick too is withdrawn with it."""
    id_ = taken_with(said.id)
    sql = (
        "SELECT id FROM statements s WHERE s.warehouse_id = :w AND s.id = :id AND NOT EXISTS"
        " (SELECT 1 FROM statements x WHERE x.warehouse_id = :w AND x.voids_id = :id)"
    )
    if fetch(sql, w=warehouse_id, id=id_):
        void(warehouse_id, act, replace(one, id=taken_with(one.id)), id_)


def _take_back(warehouse_id, said):
    posted = said.qty if said.step != "putaway" else 0
    done = said.qty if said.step in ("putaway", *SURE) else 0
    run(
        "UPDATE document_goods SET posted_qty = posted_qty - :posted, done_qty = done_qty - :done"
        " WHERE warehouse_id = :w AND document_id = :d AND item_id = :i AND lot = :lot AND condition = :c",
        posted=posted,
        done=done,
        w=warehouse_id,
        d=said.document_id,
        i=said.item_id,
        lot=said.lot,
        c=said.condition,
    )


def _write_void(warehouse_id, act, one, said):
    put(
        "statements",
        [
            (
                *(warehouse_id, one.id, said.document_id, "void", said.item_id, said.lot, said.serial, said.expiry),
                *(said.condition, -said.qty, said.place_id, said.to_id, False, said.id, said.code, None),
                *(one.reason, one.note, act.person_id, act.device_id, one.device_at, one.when.at, one.when.earliest),
                *(one.when.latest, clock.now()),
            )
        ],
        COLUMNS,
    )


def _step(document, side):
    if side is Side.CHECK:
        return "check"
    return "receive" if document.kind in INBOUND else "pick"


def _held_back(document, act, seq):
    """How many words of this device about the document were refused for want of a quiz, and wait to be said again.

    They are no shortage: the goods are in somebody's hands, and the phone still has what was said.
    """
    said = [msgspec.json.decode(raw) for raw in refused_before(act.device_id, act.person_id, seq, QuizRequired.code)]
    return sum(one["data"].get("document") in (document.id, document.number) for one in said)


def _first_seq(warehouse_id, document_id, device_id):
    (row,) = fetch(
        "SELECT MIN(e.seq) AS seq FROM statements s JOIN events e ON e.warehouse_id = s.warehouse_id AND e.id = s.id"
        " WHERE s.warehouse_id = :w AND s.document_id = :d AND s.device_id = :device",
        w=warehouse_id,
        d=document_id,
        device=device_id,
    )
    return row.seq
