"""Say afterwards to which receipt goods belong that came without a document, and take it back if it was the wrong one.

Both sides are judged anew each time: what a case says that only the tie had made true, or that the tie explains, ends
with a note, and what is true now opens. The goods themselves stay where they are; a move is made, or countered, only
where two people need no longer agree, or need to.
"""

from server.cases.open import close_subjects
from server.db import fetch, given, run
from server.handling.agree import judge_all
from server.handling.desk import documents_named
from server.handling.exceptions import what_is_wrong
from server.handling.finish import finish_inbound, standing_of
from server.handling.follow import tend_cases
from server.handling.refusals import AlreadyTied, DocumentClosed, DocumentUnknown, NotADelivery, NotTied, TieSettled
from server.handling.rules import LIVE
from server.ledger.post import post


def tie(delivery, receipt, person_id=None):
    """Tie a delivery that nobody announced to a receipt (id or number) of the same warehouse.

    What it brought counts for the receipt: over, short and wrong items are judged over both. Raises `NotADelivery`,
    `AlreadyTied`, `DocumentUnknown`, `DocumentClosed`.
    """
    if delivery.announced or delivery.kind != "receipt":
        raise NotADelivery(document=delivery.number)
    if delivery.tied_id is not None:
        raise AlreadyTied(document=delivery.number)
    target = _receipt(delivery.warehouse_id, receipt)
    _refuse_closed(delivery, target)
    _hang(delivery, [target], target.id, f"{delivery.number} → {target.number}", person_id)


def untie(delivery, receipt=None, person_id=None):
    """It belongs to nothing, or to another `receipt` (id or number), as long as the one that it hung on has not ended.

    Raises `NotTied`, `TieSettled`, `AlreadyTied` (to that very one), `DocumentUnknown`, `DocumentClosed`.
    """
    if delivery.tied_id is None:
        raise NotTied(document=delivery.number)
    (old,) = documents_named(delivery.warehouse_id, {delivery.tied_id}, set())
    if old.state not in LIVE:
        raise TieSettled(document=old.number)
    if receipt is None:
        return _hang(delivery, [old], None, f"{delivery.number} ↛ {old.number}", person_id)
    target = _receipt(delivery.warehouse_id, receipt)
    if target.id == old.id:
        raise AlreadyTied(document=delivery.number)
    _refuse_closed(delivery, target)
    return _hang(delivery, [old, target], target.id, f"{delivery.number} ↛ {old.number} → {target.number}", person_id)


def _refuse_closed(delivery, target):
    if target.state not in LIVE or delivery.state not in (*LIVE, "done"):
        raise DocumentClosed(document=(target if target.state not in LIVE else delivery).number)


def _hang(delivery, receipts, target_id, note, person_id):
    """From now on it hangs on this receipt, or on none; it and all that it touches are judged anew."""
    warehouse_id = delivery.warehouse_id
    run(
        "UPDATE documents SET tied_id = :target WHERE warehouse_id = :w AND id = :id",
        target=target_id,
        w=warehouse_id,
        id=delivery.id,
    )
    (delivery,) = documents_named(warehouse_id, {delivery.id}, set())
    came = [judge_all(warehouse_id, one) for one in (delivery, *receipts, *_beside(delivery, receipts))]
    true_now = {matter.subject for one in came for matter in what_is_wrong(warehouse_id, [], one)}
    short = _short(warehouse_id, receipts)
    over = (_may_be_said(delivery, receipts, came) - true_now) | short
    close_subjects(warehouse_id, over, note, person_id=person_id)
    for one in came:
        if one.moves:
            post(one.moves)
        tend_cases(warehouse_id, [], one)
    finish_inbound(warehouse_id, [delivery, *receipts])


def _beside(delivery, receipts):
    """What else hangs on these receipts: it is judged with them."""
    rows = fetch(
        "SELECT d.id FROM " + given("ids", id="id") + " v JOIN documents d ON d.warehouse_id = :w AND d.tied_id = v.id",
        w=delivery.warehouse_id,
        ids=[(one.id,) for one in receipts],
    )
    return documents_named(delivery.warehouse_id, {row.id for row in rows} - {delivery.id}, set())


def _may_be_said(delivery, receipts, came):
    """Subjects of cases that a tie can make true or untrue: wrong items and lots, too many, packs taken for pieces."""
    found = set()
    for goods in (one for each in came for one in each.goods):
        _, item, lot, condition = goods.key
        found |= {f"{word}:{delivery.id}:{item}:{lot}:{condition}" for word in ("wrong", "lot")}
        found |= {f"{word}:{one.id}:{item}" for word in ("over", "pack") for one in receipts}
    return found


def _short(warehouse_id, receipts):
    """Subjects of shortages that are told with another quantity than what is missing now."""
    found = set()
    for id_, here in standing_of(warehouse_id, [one.id for one in receipts]).items():
        told = {f"short_receipt:{id_}:{item}": -here.missing.get(item, 0) for item in here.expected}
        rows = fetch(
            "SELECT c.subject, c.qty FROM cases c JOIN " + given("rows", s="text") + " v ON v.s = c.subject"
            " WHERE c.warehouse_id = :w AND c.state <> 'closed'",
            rows=[(subject,) for subject in told],
            w=warehouse_id,
        )
        found |= {row.subject for row in rows if row.qty != told[row.subject]}
    return found


def _receipt(warehouse_id, named):
    rows = fetch(
        "SELECT id FROM documents WHERE warehouse_id = :w AND kind = 'receipt' AND announced = :yes"
        " AND (CAST(id AS VARCHAR(36)) = :lower OR number = :named)",
        w=warehouse_id,
        yes=True,
        lower=named.lower(),
        named=named,
    )
    if not rows:
        raise DocumentUnknown(document=named, fields={"document": ["unknown"]})
    (target,) = documents_named(warehouse_id, {rows[0].id}, set())
    return target
