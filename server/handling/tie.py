"""Say afterwards to which receipt goods belong that came without a document; both are judged together from then on."""

from server.db import fetch, run
from server.handling.agree import judge_all
from server.handling.desk import documents_named
from server.handling.finish import finish_inbound
from server.handling.follow import tend_cases
from server.handling.refusals import AlreadyTied, DocumentClosed, DocumentUnknown, NotADelivery
from server.handling.rules import LIVE
from server.ledger.post import post


def tie(delivery, receipt):
    """Tie a delivery that nobody announced to a receipt (id or number) of the same warehouse.

    What it brought counts for the receipt: over, short and wrong items are judged over both. Raises `NotADelivery`,
    `AlreadyTied`, `DocumentUnknown`, `DocumentClosed`.
    """
    if delivery.announced or delivery.kind != "receipt":
        raise NotADelivery(document=delivery.number)
    if delivery.tied_id is not None:
        raise AlreadyTied(document=delivery.number)
    target = _receipt(delivery.warehouse_id, receipt)
    if target.state not in LIVE or delivery.state not in (*LIVE, "done"):
        raise DocumentClosed(document=(target if target.state not in LIVE else delivery).number)
    run(
        "UPDATE documents SET tied_id = :target WHERE warehouse_id = :w AND id = :id",
        target=target.id,
        w=delivery.warehouse_id,
        id=delivery.id,
    )
    (delivery,) = documents_named(delivery.warehouse_id, {delivery.id}, set())
    came = judge_all(delivery.warehouse_id, delivery)
    if came.moves:
        post(came.moves)
    tend_cases(delivery.warehouse_id, [], came)
    finish_inbound(delivery.warehouse_id, [delivery])


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
