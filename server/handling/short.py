"""A pick that came up short, and names how much was wanted there: what was found has been taken along.

Who says it in one word need not say the pick in another. Where picks from that place told already, `found` is what is
left on the shelf, as it is without `quantity`.
"""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID, uuid5

from server.db import among, fetch
from server.handling.goods import expected_of
from server.handling.meaning import hold_on


def taken_with(short_id):
    """The id of the pick that a short one stands for."""
    return str(uuid5(UUID(short_id), "taken"))


def taken_along(desk, taken):
    """The picks for which the short ones among these statements stand too, never more than was ordered."""
    shorts = [meant for meant in taken if meant.said.step == "short" and _may_have_taken(desk, meant)]
    if not shorts:
        return []
    documents, items = {meant.document.id: meant.document for meant in shorts}, {meant.item.id for meant in shorts}
    expected = expected_of(desk.warehouse_id, documents, items)
    picks, told = _picked(desk, taken, documents, items)
    found = []
    for meant in shorts:
        here = meant.document.id, meant.item.id
        ordered = expected[here[0]].get(here[1])
        room = meant.qty if ordered is None else ordered.qty - picks[here]
        qty = min(meant.qty, room)
        if qty <= 0 or (*here, meant.lot, meant.place_id) in told:
            continue
        picks[here] += qty
        said = replace(meant.said, id=taken_with(meant.said.id), step="pick", photo=None)
        found.append(replace(meant, said=said, qty=qty, to_id=meant.document.place_id))
    return found


def _may_have_taken(desk, meant):
    """What is on hold nobody may take, and single things have to be told one by one."""
    if meant.said.wanted is None or not meant.qty or (meant.item.serial_tracked and meant.serial is None):
        return False
    return hold_on(desk, meant.item, meant.lot, meant.place_id, meant.said.when.at) is None


def _picked(desk, taken, documents, items):
    """({(document, item): thousandths picked}, {(document, item, lot, place) of which picks told})."""
    which = f"{among('document_id', 'documents', 'id')} AND {among('item_id', 'items', 'id')}"
    rows = fetch(
        "SELECT s.document_id, s.item_id, s.lot, s.place_id, s.qty FROM statements s WHERE s.warehouse_id = :w"
        f" AND s.step = 'pick' AND {which} AND NOT EXISTS"
        " (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)",
        w=desk.warehouse_id,
        documents=sorted(documents),
        items=sorted(items),
    )
    said = [(row.document_id, row.item_id, row.lot, row.place_id, row.qty) for row in rows]
    said += [(m.document.id, m.item.id, m.lot, m.place_id, m.qty) for m in taken if m.said.step == "pick"]
    picks: dict[tuple, int] = defaultdict(int)
    for document, item, _, _, qty in said:
        picks[document, item] += qty
    return picks, {(document, item, lot, place) for document, item, lot, place, _ in said}
