"""Who may hear which quantity: the checker none of the first side's, nor what the document expects.

Who picks is told how much to pick; who took that side, or was told, never checks. Who reads the book hears everything
until they check themselves.
"""

from server.db import fetch, given
from server.errors import Refusal
from server.handling.rules import CLOSED, INBOUND
from server.people.rules import Permission

# From the few documents that are open, the first of its goods that waits: not from all goods that ever waited.
_OPEN = """
SELECT DISTINCT d.warehouse_id, d.place_id FROM {houses} h
JOIN documents d ON d.warehouse_id = h.w AND d.state IN ('requested', 'open', 'working', 'submitted')
WHERE d.place_id IS NOT NULL AND (SELECT 1 FROM document_goods g WHERE g.warehouse_id = d.warehouse_id
  AND g.document_id = d.id AND g.state IN ('waiting', 'differs') LIMIT 1) IS NOT NULL
"""
_CHECKED_BY_ME = """
AND EXISTS (SELECT 1 FROM document_hands k WHERE k.warehouse_id = d.warehouse_id AND k.document_id = d.id
  AND k.side = 'check' AND k.person_id = :me)
"""


def unchecked_places(warehouse_ids, who):
    """{warehouse id: docks and staging places whose stock is hidden from `who` while goods there wait for a check}."""
    found: dict[str, set] = {one: set() for one in warehouse_ids}
    readers = {one for one in found if who.may(Permission.READ_BOOK, one)}
    for houses, more, params in ((readers, _CHECKED_BY_ME, {"me": who.id}), (found.keys() - readers, "", {})):
        if houses:
            sql = _OPEN.format(houses=given("houses", w="id")) + more
            for row in fetch(sql, houses=[(one,) for one in houses], **params):
                found[row.warehouse_id].add(row.place_id)
    return found


class CheckingHere(Refusal):
    """Who checks cannot take home what ought to be there."""

    code = "checking_here"
    en = "You check goods in {warehouse}, so what its documents expect is hidden from you. Finish the check first."
    zh = "您正在 {warehouse} 复核货品，期间不能查看单据的应有数量。请先完成复核。"


def refuse_who_checks(houses, who):
    """For what can only be told as a whole, such as a sheet of all documents. Raises `CheckingHere`."""
    places = unchecked_places([house.id for house in houses if who.may(Permission.READ_BOOK, house.id)], who)
    for house in houses:
        if places.get(house.id):
            raise CheckingHere(warehouse=house.code)


def checks_in(warehouse_ids, who):
    """Those warehouses in which `who` checks a document that has not ended: they hear nothing of what is wanted."""
    if not warehouse_ids:
        return set()
    rows = fetch(
        "SELECT DISTINCT d.warehouse_id FROM " + given("houses", w="id") + " h JOIN document_hands k"
        " ON k.warehouse_id = h.w AND k.person_id = :me AND k.side = 'check' JOIN documents d"
        f" ON d.warehouse_id = k.warehouse_id AND d.id = k.document_id AND d.state NOT IN {CLOSED}",
        houses=[(one,) for one in warehouse_ids],
        me=who.id,
    )
    return {row.warehouse_id for row in rows}


def hears_all(document, who, hands):
    """May `who` hear everything about a document? `hands`: rows (side, person_id) of it."""
    checks = any(hand.side == "check" and hand.person_id == who.id for hand in hands)
    open_check = checks and document.state not in CLOSED
    return who.may(Permission.READ_BOOK, document.warehouse_id) and not open_check


def hears_expected(document, who, hands, receive_blind):
    """May `who` hear how much a document expects? Who picks has to; who receives, if the policy says so."""
    if hears_all(document, who, hands):
        return True
    if document.kind in INBOUND and receive_blind:
        return False
    sides = {hand.side for hand in hands if hand.person_id == who.id}
    return "check" not in sides and ("first" in sides or document.assignee_id == who.id)
