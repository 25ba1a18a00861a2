"""Goods leave: only what two people agree on."""

from server.handling.agree import judge_all
from server.handling.carry import gone_with
from server.handling.desk import Desk
from server.handling.finish import finish_outbound, short_items
from server.handling.follow import tend_cases
from server.handling.meaning import document_for
from server.handling.refusals import NothingAgreed
from server.handling.said import Meant
from server.handling.say import keep
from server.handling.scanned import hear_out
from server.ledger.post import post


def ship(warehouse_id, act, one):
    """Send a document's goods off; gives a hint if not all of it could go. Raises `NothingAgreed`.

    A check that arrives later, but happened before, lets its goods go with this shipment too.
    """
    desk = Desk(warehouse_id, act, [one])
    document = document_for(desk, one)
    desk.refuse_unlearned(one, "ship")
    keep(desk, [Meant(one, document, None, "", None, None, 0, "", document.place_id, None)])
    hear_out(warehouse_id, document, one.when.at)
    came = judge_all(warehouse_id, document, shipping=True)
    if not came.shipped[document.id]:
        raise NothingAgreed(document=document.number)
    post(came.moves)
    tend_cases(warehouse_id, [], came)
    waits = finish_outbound(warehouse_id, document, one.when.at, short_items(warehouse_id, document.id))
    gone_with(warehouse_id, document.id)
    return "partly_shipped" if waits else None
