"""What left one warehouse and never reached the other: lost on the way, or (below zero) more came than was sent.

Somebody who may, by its value, and had no hand in either side says why; the book moves it between TRANSIT and LOSS of
the warehouse where it was missed, and nothing of the transfer is on the way any more.
"""

from uuid import UUID, uuid5

from server import clock
from server.cases.open import close_subjects
from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.catalog.rules import tier_for
from server.db import fetch, put
from server.errors import NotAllowed
from server.handling.decide import once
from server.handling.finish import finish_inbound
from server.handling.on_the_way import on_the_way
from server.handling.places import outside
from server.handling.refusals import NoteRequired, NotWaiting, OwnDocument, PhotoRequired, ReasonUnknown, TierTooHigh
from server.ledger.post import post
from server.ledger.rules import NewMove
from server.people.rules import Permission
from server.quantity import value_of

_TIERS = (
    (Permission.DECIDE, "supervisor"),
    (Permission.DECIDE_MANAGER, "manager"),
    (Permission.DECIDE_FINANCE, "finance"),
)
_WANTED = {"supervisor": ("supervisor",), "manager": ("manager",), "finance": ("manager", "finance")}


def settle_transit(document, who, word):
    """Settle all that is left on the way of an arrival. `word`: id, reason, cause, stage, note, photos.

    Above the manager's limit two people say so, a manager and finance. Raises `NotWaiting`, `OwnDocument`,
    `TierTooHigh`, `ReasonUnknown`, `NoteRequired`, `PhotoRequired`.
    """
    way = on_the_way(document) if document.kind == "transfer_in" else None
    if way is None or not way.known or not way.left or document.state != "submitted":
        raise NotWaiting()
    _refuse_own(document, who)
    _known(word)
    items = items_by_id({item_id for item_id, _ in way.left})
    values = [value_of(abs(qty), items[item_id].unit_cost) for (item_id, _), qty in way.left.items()]
    _, policy = policy_for(document.warehouse_id, clock.now())
    _evidence_enough(policy, sum(values), word)
    wanted = _WANTED[str(tier_for(policy, max(values), sum(values)))]
    mine = [tier for right, tier in _TIERS if who.may(right, document.warehouse_id)]
    still = [tier for tier in wanted if tier not in _said(document)]
    if not mine:
        raise NotAllowed()
    if not set(mine) & set(still):
        raise TierTooHigh(tier=" + ".join(still))
    given = next(tier for tier in still if tier in mine)
    once(document, who.id, word["id"], "transit_word", word["note"], given)
    if still == [given]:
        _settle(document, who, word, way, items)


def _settle(document, who, word, way, items):
    now, virtual = clock.now(), outside(document.warehouse_id)
    rows, moves = [], []
    for n, ((item_id, lot), qty) in enumerate(sorted(way.left.items())):
        id_ = str(uuid5(UUID(word["id"]), str(n)))
        photo = next(iter(word["photos"] or ()), None)
        rows.append(
            (
                *(document.warehouse_id, id_, document.id, "transit", item_id, lot, "", qty, None, False, photo),
                *(word["reason"], word["note"], who.id, "desk", now, now, now),
            )
        )
        ways = (virtual["TRANSIT"], virtual["LOSS"])
        from_id, to_id = ways if qty > 0 else ways[::-1]
        moves.append(
            NewMove(
                id=id_,
                warehouse_id=document.warehouse_id,
                item_id=item_id,
                lot=lot,
                from_id=from_id,
                to_id=to_id,
                qty=abs(qty),
                kind="transit",
                effective_at=now,
                unit_cost=items[item_id].unit_cost,
                person_id=who.id,
                document=document.number,
                reason=word["reason"],
            )
        )
    put(
        "statements",
        rows,
        "warehouse_id id document_id step item_id lot condition qty place_id more photo reason note person_id device_id"
        " device_at effective_at posted_at".split(),
    )
    post(moves)
    subjects = {f"transfer_differs:{document.id}:{item_id}" for item_id, _ in way.left}
    close_subjects(
        document.warehouse_id, subjects, word["note"] or word["reason"], word["cause"], word["stage"], who.id
    )
    finish_inbound(document.warehouse_id, [document])


def _said(document):
    """The tiers that have spoken about what is on the way now."""
    rows = fetch(
        "SELECT condition FROM statements s WHERE s.warehouse_id = :w AND s.document_id = :d AND s.step = :word"
        " AND s.posted_at > COALESCE((SELECT MAX(x.posted_at) FROM statements x WHERE x.warehouse_id = :w"
        " AND x.document_id = :d AND x.step = 'transit'), 0)",
        w=document.warehouse_id,
        d=document.id,
        word="transit_word",
    )
    return {row.condition for row in rows}


def _refuse_own(document, who):
    """Nobody decides about what they sent, received or asked for, nor twice."""
    held = fetch(
        "SELECT 1 FROM documents d WHERE (d.warehouse_id = :w AND d.id = :d OR d.warehouse_id = :far"
        " AND d.kind = 'transfer' AND d.number = :number) AND (EXISTS (SELECT 1 FROM document_hands h"
        " WHERE h.warehouse_id = d.warehouse_id AND h.document_id = d.id AND h.person_id = :p)"
        " OR EXISTS (SELECT 1 FROM statements s WHERE s.warehouse_id = d.warehouse_id AND s.document_id = d.id"
        " AND s.person_id = :p AND s.step IN ('load', 'ship', 'transit_word')))",
        p=who.id,
        w=document.warehouse_id,
        d=document.id,
        far=document.far_id,
        number=document.number,
    )
    if held or document.requested_by == who.id:
        raise OwnDocument()


def _known(word):
    rows = fetch("SELECT code, kind FROM reasons WHERE active = :yes", yes=True)
    known = {(row.kind, row.code) for row in rows}
    for kind in ("reason", "cause"):
        if (kind, word[kind]) not in known:
            raise ReasonUnknown(reason=word[kind], fields={kind: ["unknown"]})


def _evidence_enough(policy, value, word):
    if policy.note_over is not None and value > policy.note_over and not word["note"]:
        raise NoteRequired(fields={"note": ["required"]})
    if policy.photo_over is not None and value > policy.photo_over and not word["photos"]:
        raise PhotoRequired(fields={"photos": ["required"]})
