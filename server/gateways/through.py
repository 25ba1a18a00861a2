"""What went through a door moves in the book: by a person's word, or by itself where all of one document went through.

Handling's own verbs say it: a receipt's goods are received, a transfer is shipped or taken in, what was picked and
checked is shipped once all of it is through. Goods of no document move between the places on the two sides of the door,
if it has two. So a door is a pair of hands like others: what needs a second pair of eyes still does.
"""

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.catalog.tags import bound_by_id, brought_home
from server.clock import SECOND
from server.db import among, attempt, fetch, run
from server.errors import NotFound, Refusal
from server.gateways.epcis_store import publish_pass
from server.gateways.fleet import CLOCK_STOP
from server.gateways.match import Fit, how_it_fits, rests_of
from server.handling.rules import INBOUND, OUTBOUND
from server.handling.said import Act, Said
from server.handling.say import say
from server.handling.ship import ship
from server.handling.transfer import receive_transfer, ship_transfer
from server.intake.rules import When
from server.ledger.post import post
from server.ledger.rules import NewMove

QUIET = 16 * SECOND  # after the last of a group nothing more joins it


class PassDecided(Refusal):
    """Somebody said before whether it went through."""

    code = "pass_decided"
    en = "These goods were decided about before. Refresh the list."
    zh = "该批次已处理。请刷新列表。"


class DocumentFitsNot(Refusal):
    """The document that was named waits for none of these goods."""

    code = "document_fits_not"
    en = "The document {document} is not open here, or waits for none of these goods. Choose another one."
    zh = "单据 {document} 在本仓未开放，或不需要这些货品。请选择其他单据。"


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision. `moved`: goods that were said to have moved, thousandths; `hint`: why fewer."""

    tags: int
    moved: int = 0
    document: str | None = None
    hint: str | None = None


def decide(warehouse_ids, group_id, confirm, act, now, document=None, move=True):
    """Somebody saw it, or says that it was nothing. Confirmed goods move, unless `move` is False, and are at home where
    the inner antennas look. `document`: number of the one that they belong to, in place of the one that was proposed.

    Raises `NotFound`, `PassDecided`, `DocumentFitsNot`, and what handling refuses.
    """
    rows = fetch(
        f"SELECT * FROM portal_passes WHERE group_id = :g AND {among('warehouse_id', 'houses', 'id')}"
        " ORDER BY tag, first",
        g=group_id,
        houses=list(warehouse_ids),
    )
    if not rows:
        raise NotFound()
    house, device, direction = rows[0].warehouse_id, rows[0].device_id, rows[0].direction
    fit = _named(house, rows, document) if document else _proposed(rows)
    came = run(
        "UPDATE portal_passes SET state = :state, decided_by = :by, decided_at = :now, document = :number,"
        " document_id = :document WHERE warehouse_id = :w AND group_id = :g AND state = 'proposed'",
        state="confirmed" if confirm else "rejected",
        by=act.person_id,
        now=now,
        number=fit and fit.number,
        document=fit and fit.id,
        w=house,
        g=group_id,
    )
    if came != len(rows):
        raise PassDecided()
    if not confirm:
        return Decided(len(rows))
    inside, outside = _places(house, device)
    _publish(rows, fit, inside if direction == "in" else outside, now)
    moved, hint = _move(rows, fit, act, inside, outside) if move else (0, None)
    if direction == "in" and inside:
        homes = {row.binding_id: inside.id for row in rows if row.binding_id}
        brought_home(house, homes)
    return Decided(len(rows), moved, fit and fit.number, hint)


def _publish(rows, fit, place, now):
    """Tell it as EPCIS does."""
    first = rows[0]
    (house,) = fetch("SELECT id, code FROM warehouses WHERE id = :w", w=first.warehouse_id)
    (reader,) = fetch("SELECT name FROM devices WHERE id = :d", d=first.device_id)
    tags, at = [row.tag for row in rows], max(row.at for row in rows)
    publish_pass(house, reader.name, first.direction, tags, at, now, place, fit and (fit.kind, fit.number))


def post_by_itself(warehouse_id, now):
    """Decide what needs nobody's word: all of one document, every tag known, and a clock that can be believed; at doors
    that may, by their own setting or by the house's policy.

    Gives how many groups; what handling refuses waits for a person.
    """
    _, policy = policy_for(warehouse_id, now)
    may = "COALESCE(r.auto_post, TRUE)" if policy.readers.auto_post else "r.auto_post"
    rows = fetch(
        "SELECT p.group_id, p.device_id, MAX(p.at + p.last - p.first) AS last, MIN(p.fits) AS fits,"
        " SUM(CASE WHEN p.item_id IS NULL THEN 1 ELSE 0 END) AS strange, MAX(ABS(r.clock_offset)) AS clock"
        " FROM portal_passes p JOIN readers r ON r.warehouse_id = p.warehouse_id AND r.device_id = p.device_id"
        f" WHERE p.warehouse_id = :w AND p.state = 'proposed' AND p.group_id IS NOT NULL AND {may}"
        " GROUP BY p.group_id, p.device_id ORDER BY 3, 1",
        w=warehouse_id,
    )
    done = 0
    for row in rows:
        sure = row.fits == "whole" and not row.strange and row.clock <= CLOCK_STOP and row.last + QUIET < now
        done += sure and _tried(warehouse_id, row, now)
    return done


def _tried(warehouse_id, row, now):
    try:
        with attempt():
            decide([warehouse_id], row.group_id, True, Act(row.device_id, row.device_id), now)
    except Refusal:
        return False
    return True


def _proposed(rows):
    first = rows[0]
    if not first.document_id:
        return None
    found = fetch(
        "SELECT id, number, kind FROM documents WHERE warehouse_id = :w AND id = :d",
        w=first.warehouse_id,
        d=first.document_id,
    )
    return Fit(*found[0], how=first.fits) if found else None


def _named(house, rows, number):
    found = fetch(
        "SELECT id, number, kind FROM documents WHERE warehouse_id = :w AND number = :n ORDER BY requested_at DESC",
        w=house,
        n=number,
    )
    passed: Counter = Counter()
    for row in rows:
        passed[row.item_id] += row.qty if row.item_id else 0
    rests = rests_of(house, [row.id for row in found])
    for row in found:
        how = how_it_fits(passed, rests[row.id])
        if how and (row.kind in INBOUND) == (rows[0].direction == "in"):
            return Fit(row.id, row.number, row.kind, how)
    raise DocumentFitsNot(document=number)


def _places(house, device):
    """(inside, outside) of a door: rows of locations, or None."""
    rows = fetch(
        "SELECT a.side, l.id, l.code FROM reader_antennas a JOIN locations l ON l.warehouse_id = a.warehouse_id"
        " AND l.id = a.location_id WHERE a.warehouse_id = :w AND a.device_id = :d AND a.side IS NOT NULL"
        " ORDER BY a.antenna",
        w=house,
        d=device,
    )
    first = {row.side: row for row in reversed(rows)}
    return first.get("in"), first.get("out")


def _move(rows, fit, act, inside, outside):
    """(thousandths that moved, hint)."""
    house, at = rows[0].warehouse_id, max(row.at for row in rows)
    goods: Counter = Counter()
    target = {"in": inside, "out": outside}[rows[0].direction]
    homes = bound_by_id([row.binding_id for row in rows if row.binding_id])
    for row in rows:
        at_home = target is not None and homes.get(row.binding_id) == (house, target.id)
        if row.item_id and not (fit is None and at_home):
            goods[row.item_id, row.lot] += row.qty
    if not goods:
        return 0, None
    act = replace(act, device_id=rows[0].device_id)
    if fit is not None:
        return _of_document(house, rows, fit, act, goods, at, inside)
    return _between(house, rows, act, goods, at, inside, outside), None


def _of_document(house, rows, fit, act, goods, at, inside):
    group, skus, total = rows[0].group_id, items_by_id({item for item, _ in goods}), sum(goods.values())
    place = inside.code if inside and fit.kind in INBOUND else None
    head = Said(group, "submit", at, When(at), (fit.kind,), document=fit.id, more=fit.how == "part")
    lines = [
        replace(
            head,
            id=str(uuid5(UUID(group), f"{n}")),
            step="receive",
            kinds=(fit.kind,),
            sku=skus[item].sku,
            lot=lot or None,
            quantity=qty,
            location=place,
            more=False,
        )
        for n, ((item, lot), qty) in enumerate(sorted(goods.items()))
    ]
    if fit.kind == "transfer_in":
        return total, receive_transfer(house, act, head, lines)
    if fit.kind in INBOUND:
        return total, _first_hint(say(house, act, lines))
    if fit.kind == "transfer" and not _was_picked(house, fit.id):
        return total, ship_transfer(house, act, replace(head, step="ship"), lines)
    if fit.kind in OUTBOUND and any(rests_of(house, [fit.id])[fit.id].values()):
        return 0, "waits_for_the_rest"
    return total, ship(house, act, replace(head, step="ship", kinds=tuple(OUTBOUND), more=False))


def _first_hint(outcomes):
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    return next((hint for hint in outcomes if hint), None)


def _was_picked(house, document_id):
    return bool(
        fetch(
            "SELECT 1 FROM statements WHERE warehouse_id = :w AND document_id = :d AND step = 'pick' LIMIT 1",
            w=house,
            d=document_id,
        )
    )


def _between(house, rows, act, goods, at, inside, outside):
    """Goods of no document: from one side of the door to the other, if both are places of ours."""
    if inside is None or outside is None or inside.id == outside.id:
        return 0
    from_id, to_id = (outside.id, inside.id) if rows[0].direction == "in" else (inside.id, outside.id)
    items = items_by_id({item for item, _ in goods})
    post(
        [
            NewMove(
                id=str(uuid5(UUID(rows[0].group_id), f"{n}")),
                warehouse_id=house,
                item_id=item,
                lot=lot,
                from_id=from_id,
                to_id=to_id,
                qty=qty,
                kind="move",
                effective_at=at,
                unit_cost=items[item].unit_cost,
                person_id=act.person_id,
                device_id=act.device_id,
            )
            for n, ((item, lot), qty) in enumerate(sorted(goods.items()))
        ]
    )
    return sum(goods.values())
