"""Goods that came without a document gather in a delivery: one device's, of one day, until it is handed in.

What arrives afterwards on the same day opens the next one. A word that comes late belongs to the delivery that was
open when it was said.
"""

from uuid import UUID, uuid5

from server.db import fetch
from server.handling.open import Asked, day_of, write_documents
from server.handling.rules import delivery_at

_GATHERED = UUID("3c1f0a52-86b0-5e0b-9a76-6c0b6d1f7e19")  # namespace of the ids of deliveries that nobody announced


def gather(warehouse_id, act, said):
    """{statement id: delivery id} of what people say without naming a document; opens the next delivery if need be.

    Handing in (`submit`) never opens one: it has no entry here when nothing is waiting to be handed in.
    """
    without = [one for one in said if one.document is None and one.step in ("receive", "submit")]
    if not without:
        return {}
    (house,) = fetch("SELECT timezone FROM warehouses WHERE id = :w", w=warehouse_id)
    days = {one.id: day_of(one.when.at, house.timezone) for one in without}
    known = _deliveries(warehouse_id, act.device_id)
    fresh, found = {}, {}
    for one in without:
        if one.step == "submit":
            open_ = [row.id for row in known if _end(row) is None or _end(row) > one.when.at]
            found |= {one.id: open_[-1]} if open_ else {}
            continue
        today = [(row.id, _end(row)) for row in known if row.expected_on == days[one.id]]
        delivery = delivery_at(today, one.when.at)
        if delivery is None:
            delivery = _id(warehouse_id, act.device_id, days[one.id], len(today))
            fresh[delivery] = days[one.id]
        found[one.id] = delivery
    write_documents([_asked(warehouse_id, act, id_, day) for id_, day in sorted(fresh.items())], act.person_id)
    return found


def _deliveries(warehouse_id, device_id):
    """The deliveries that gathered on a device, in the order in which they were opened."""
    return fetch(
        "SELECT id, expected_on, submitted_at, closed_at FROM documents WHERE warehouse_id = :w AND device_id = :device"
        " ORDER BY requested_at, id",
        w=warehouse_id,
        device=device_id,
    )


def _end(row):
    """When it was handed in, or ended by a supervisor; None while goods still gather in it."""
    return row.submitted_at if row.submitted_at is not None else row.closed_at


def _id(warehouse_id, device_id, day, before):
    return str(uuid5(_GATHERED, "\n".join((warehouse_id, device_id, day, str(before)))))


def _asked(warehouse_id, act, id_, day):
    return Asked(
        id=id_,
        warehouse_id=warehouse_id,
        kind="receipt",
        asked={"unannounced": True},
        lines=(),
        number=f"R-{day.replace('-', '')}-{id_[:8].upper()}",
        announced=False,
        expected_on=day,
        device_id=act.device_id,
    )
