"""Keep what people say they did, many statements at once, and let follow what follows: moves, agreement, cases."""

from server import clock
from server.db import put
from server.errors import Refusal
from server.handling.agree import come_to
from server.handling.carry import carried, carry, tell_of
from server.handling.desk import Desk
from server.handling.finish import finish_inbound, finish_leaving
from server.handling.follow import follow, tend_returns
from server.handling.inspect import brought, look, to_inspect, with_documents
from server.handling.meaning import mean
from server.handling.open import Asked, write_documents
from server.handling.rules import LEAVING
from server.handling.short import taken_along
from server.handling.unknown import open_unknown
from server.ids import new_id

COLUMNS = (
    "warehouse_id id document_id step item_id lot serial expiry condition qty place_id to_id more voids_id code photo"
    " reason note person_id device_id device_at effective_at earliest_at latest_at posted_at"
).split()


def say(warehouse_id, act, said, words=None):
    """Keep statements of one person and device; gives for each, in order, None, a hint, or the Refusal.

    `words`: what they name (`Words`), where that was read already.
    """
    desk = Desk(warehouse_id, act, said, words)
    taken, outcomes = [], []
    for one in said:
        try:
            meant, hint = mean(desk, one)
            taken.append(meant)
            outcomes.append(hint)
        except Refusal as refusal:
            outcomes.append(refusal)
    taken = with_documents(desk, taken + taken_along(desk, taken))
    keep(desk, taken)
    _ask(desk, [meant for meant in taken if meant.waits])
    open_unknown(warehouse_id, [meant for meant in taken if meant.item is None])
    known = [meant for meant in taken if meant.item is not None and not meant.waits]
    seen = to_inspect(warehouse_id, known)
    returned = [meant for meant in known if meant.document is not None and meant.key[:3] in seen]
    judged = [meant for meant in known if meant.document is None or meant.key[:3] not in seen]
    follow(desk, known, come_to(desk, judged))
    _inspect(desk, returned, seen)
    finish_inbound(warehouse_id, _ending(known))
    finish_leaving(warehouse_id, {meant.document.id for meant in known if _leaves(meant)})
    _tell(warehouse_id, [meant for meant in taken if not meant.said.whole])
    return outcomes


def _tell(warehouse_id, taken):
    carrying = [meant for meant in taken if meant.container or meant.out_of]
    if carrying:
        codes = [code for meant in carrying for code in (meant.container, meant.out_of)]
        tell_of(warehouse_id, codes, min(meant.said.when.at for meant in carrying))


def _inspect(desk, returned, keys):
    if not keys:
        return
    documents = {meant.document.id: meant.document for meant in returned}
    items = {meant.item.id: meant.item for meant in returned}
    tend_returns(desk.warehouse_id, look(desk.warehouse_id, documents, items, keys, brought(returned)))


def _leaves(meant):
    return meant.document is not None and meant.document.kind in LEAVING


def _ask(desk, waiting):
    """What is too valuable to leave on one person's word becomes a document that waits for approval."""
    write_documents(
        [
            Asked(
                id=meant.said.id,
                warehouse_id=desk.warehouse_id,
                kind=meant.said.step,
                asked={"statement": meant.said.id},
                lines=(("goods", meant.item.id, meant.lot, meant.qty),),
                place_id=meant.place_id,
                reason=meant.said.reason,
                note=meant.said.note,
                photo=meant.said.photo,
                state="requested",
            )
            for meant in waiting
        ],
        desk.act.person_id,
    )


def _ending(taken):
    """Documents that this may have brought to their end: the first side is done, or goods are being put away."""
    about = [meant for meant in taken if meant.document is not None]
    ending = [meant for meant in about if meant.document.state == "submitted" or meant.said.step == "putaway"]
    return list({meant.document.id: meant.document for meant in ending}.values())


def keep(desk, taken):
    """Write statements, the lots that they name, and who had a hand in which document."""
    now = clock.now()
    put("statements", [_row(desk, meant, now) for meant in taken], COLUMNS)
    put(
        "lots",
        [
            (meant.item.id, meant.lot, new_id(), meant.expiry, now)
            for meant in {(m.item.id, m.lot): m for m in taken if m.item is not None and _names_lot(desk, m)}.values()
        ],
        ["item_id", "lot", "id", "expiry", "made_at"],
        on_conflict="ON CONFLICT (item_id, lot) DO UPDATE SET expiry = COALESCE(lots.expiry, excluded.expiry)",
    )
    aboard = [meant for meant in taken if (meant.container or meant.out_of) and not meant.waits]
    # Who checks looks at what lies there: the container carried it already.
    carry(desk.warehouse_id, desk.act, [carried(meant) for meant in aboard])
    put(
        "document_hands",
        [(desk.warehouse_id, *joined, now) for joined in sorted(desk.joined)],
        ["warehouse_id", "document_id", "side", "person_id", "device_id", "since"],
        on_conflict="ON CONFLICT DO NOTHING",
    )


def _names_lot(desk, meant):
    if meant.said.step not in ("receive", "output", "return") or not meant.lot:
        return False
    return desk.words.lots.get((meant.item.id, meant.lot)) is None


def _row(desk, meant, now):
    one = meant.said
    return (
        *(desk.warehouse_id, one.id, _document_id(meant), one.step),
        *(meant.item.id if meant.item else None, meant.lot, meant.serial, meant.expiry, meant.condition, meant.qty),
        *(meant.place_id, meant.to_id, one.more, None, one.code if one.code is not None else one.sku, one.photo),
        *(one.reason, one.note, desk.act.person_id, desk.act.device_id, one.device_at, one.when.at),
        *(one.when.earliest, one.when.latest, now),
    )


def _document_id(meant):
    if meant.waits:
        return meant.said.id
    return meant.document.id if meant.document else None
