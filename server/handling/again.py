"""Judge again what a container carried as a whole, when something arrives that happened before it went.

A whole move says: all that was on it came along. What was on it is asked when it happened, of what is known here by
then. A pick, a receipt, a move or a count of before may arrive later; then it had carried too much, too little, or from
somewhere else. The ledger is not rewritten: moves of the difference, effective when the container went, put it right,
and what went on from there is judged in turn. Where nobody can tell any more from which container something was taken,
nothing is guessed: a person looks.
"""

from dataclasses import replace

from server.cases.open import close_subjects, new_matter, open_many
from server.catalog.lookup import items_by_id, locations_by_id
from server.db import among, fetch
from server.errors import Refusal
from server.handling.aboard import went
from server.handling.carry import NOT_VOIDED, carried, carry
from server.handling.contents import contents_of
from server.handling.moves import told_moves
from server.handling.said import Act, Meant, Said
from server.handling.say import say
from server.handling.whole import put_away, to_put_away, went_along
from server.ids import new_id
from server.intake.rules import When
from server.ledger.post import post
from server.quantity import value_of

# Which whole moves a leg `v` of a posting concerns: it happened before they left from there, with such goods or none.
CONCERNED = (
    "SELECT v.n, g.effective_at AS at, g.container || ' ' || g.whole_id AS about FROM {legs} JOIN container_goods g"
    " ON g.warehouse_id = v.w AND g.from_id = v.l AND g.effective_at >= v.at AND g.whole_id IS NOT NULL"
    " AND g.container IS NOT NULL AND (g.item_id IS NULL OR g.item_id = v.i AND g.lot = v.lot)"
)


def judge_again(warehouse_id, wholes):
    """Judge whole moves `{(at, "container id")}` of one warehouse again, in the order in which they happened."""
    for _, about in sorted(wholes):
        code, whole_id = about.rsplit(" ", 1)
        _judge(warehouse_id, code, whole_id)


def judge_containers(warehouse_id, codes, at):
    """Something was said of containers that happened `at` an instant: judge again what they carried from then on."""
    rows = fetch(
        "SELECT DISTINCT g.effective_at AS at, g.container || ' ' || g.whole_id AS about FROM container_goods g"
        f" WHERE g.warehouse_id = :w AND {among('g.container', 'codes')} AND g.effective_at >= :at"
        f" AND g.whole_id IS NOT NULL AND {NOT_VOIDED}",
        w=warehouse_id,
        codes=codes,
        at=at,
    )
    judge_again(warehouse_id, {(row.at, row.about) for row in rows})


def _judge(warehouse_id, code, whole_id):
    parts = _parts(warehouse_id, code, whole_id)
    here = contents_of(warehouse_id, code, parts[0].effective_at, but=whole_id)
    goal = next(row.to_id for row in parts if row.container == code)
    due: dict[tuple, int] = {}
    for parcel in here.parcels if here.place_id != goal else ():
        key = (parcel.place_id, parcel.item_id, parcel.lot, parcel.serial)
        due[key] = due.get(key, 0) + parcel.qty
    was = {key: qty for key, qty in went(parts, code).items() if key[1] is not None}
    _ask_somebody(warehouse_id, code, goal, was, here.unsure)
    owed = {key: due.get(key, 0) - was.get(key, 0) for key in {**due, **was} if key[:3] not in here.unsure}
    owed = {key: qty for key, qty in owed.items() if qty}
    if owed:
        _put_right(warehouse_id, code, parts, goal, here.parcels, owed)


def _parts(warehouse_id, code, whole_id):
    """All that one act did with a container: the goods that went along, and what put them right before."""
    rows = []
    for name in ("container", "out_of"):
        rows += fetch(
            "SELECT g.*, m.earliest_at, m.latest_at FROM container_goods g LEFT JOIN moves m"
            " ON m.warehouse_id = g.warehouse_id AND m.id = g.id"
            f" WHERE g.warehouse_id = :w AND g.{name} = :code AND g.whole_id = :id ORDER BY g.posted_at, g.id",
            w=warehouse_id,
            code=code,
            id=whole_id,
        )
    return rows


def _put_right(warehouse_id, code, parts, goal, parcels, owed):
    """Moves of the difference, in the name of whoever moved the container, when they moved it."""
    first = parts[0]
    act = Act(first.person_id, first.device_id)
    items = items_by_id({key[1] for key in owed})
    places = locations_by_id(warehouse_id, {goal, *(key[0] for key in owed)})
    when = When(first.effective_at, first.earliest_at, first.latest_at)
    one = Said(first.whole_id, "move", when.at, when, to=places[goal].code, whole=first.whole_id)
    more = [part for key, qty in owed.items() if qty > 0 for part in _of(parcels, key, qty)]
    said = [put_away(replace(one, id=new_id()), code, parcel, items, places) for parcel in more if to_put_away(parcel)]
    outcomes = say(warehouse_id, act, said) if said else []
    waiting = [parcel for parcel in more if to_put_away(parcel)]
    refused = [parcel for parcel, out in zip(waiting, outcomes, strict=True) if isinstance(out, Refusal)]
    along = [parcel for parcel in more if not to_put_away(parcel)] + refused  # the goods are there all the same
    moved = [went_along(replace(one, id=new_id()), code, parcel, items, goal) for parcel in along]
    moved += [_back(one, code, key, -qty, items, goal) for key, qty in owed.items() if qty < 0]
    if moved:
        carry(warehouse_id, act, [carried(meant) for meant in moved])
        post(told_moves(warehouse_id, act, moved))


def _of(parcels, key, qty):
    """The parcels of these goods, as far as the quantity goes; first what waits to be put away."""
    place_id, *goods = key
    for parcel in sorted(parcels, key=lambda parcel: not to_put_away(parcel)):
        if [parcel.place_id, parcel.item_id, parcel.lot, parcel.serial] == [place_id, *goods] and qty > 0:
            yield replace(parcel, qty=min(qty, parcel.qty))
            qty -= parcel.qty


def _back(one, code, key, qty, items, goal):
    """It had not gone along after all."""
    place_id, item_id, lot, serial = key
    goods = (items[item_id], lot, serial, None, qty, "", goal, place_id)
    return Meant(replace(one, id=new_id()), None, *goods, out_of=code)


def _ask_somebody(warehouse_id, code, goal, was, unsure):
    """Where several containers stood and nobody said from which it was taken, the book does not guess: a person looks
    at what went along."""
    subjects = {key: f"aboard:{code}:{':'.join(key[:3])}" for key in was}
    sure = [subject for key, subject in subjects.items() if key[:3] not in unsure]
    close_subjects(warehouse_id, sure, "agreed")
    items = items_by_id({key[1] for key in was if key[:3] in unsure})
    open_many(
        [
            new_matter(
                warehouse_id=warehouse_id,
                kind="wrong_place",
                location_id=goal,
                item_id=key[1],
                lot=key[2],
                qty=qty,
                value=value_of(qty, items[key[1]].unit_cost),
                subject=subjects[key],
                note=code,
            )
            for key, qty in was.items()
            if key[:3] in unsure and qty > 0
        ]
    )
