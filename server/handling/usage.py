"""What orders used against what they ought to have used (报工): by the bill of materials, for what was really made."""

from collections import defaultdict
from dataclasses import dataclass, field

from server.cases.open import new_matter, open_many
from server.handling import queries
from server.handling.rules import usage_of
from server.quantity import value_of


@dataclass(frozen=True, slots=True)
class Used:
    """One material of one order. Quantities: thousandths; `over`: used beyond what the output explains."""

    document: object
    sku: str
    name: str
    unit: str
    item_id: str
    planned: int
    expected: int
    used: int
    over: int
    value: int
    state: str
    unit_cost: int = 0


@dataclass(slots=True)
class LineUsed:
    """What one production line used against what it ought to have used. Values: ten-thousandths; `loss`: of what was
    used beyond it, without netting what was saved elsewhere; `states`: how many materials of orders are in each."""

    warehouse: str
    line: str | None
    orders: int = 0
    expected: int = 0
    used: int = 0
    loss: int = 0
    states: dict = field(default_factory=dict)


def by_line(documents):
    """`LineUsed` of these orders, what lost most first."""
    found: dict[tuple, LineUsed] = {}
    for document in documents:
        key = document.warehouse, document.partner
        found.setdefault(key, LineUsed(*key)).orders += 1
    for one in usage(documents):
        line = found[one.document.warehouse, one.document.partner]
        line.expected += value_of(one.expected, one.unit_cost)
        line.used += value_of(one.used, one.unit_cost)
        line.loss += max(0, one.value)
        line.states[one.state] = line.states.get(one.state, 0) + 1
    return sorted(found.values(), key=lambda line: (-line.loss, line.warehouse, line.line or ""))


def usage(documents):
    """`Used` of these orders, by material. `state`: ok, overuse, underuse, not_issued, not_reported, not_planned."""
    lines, goods = queries.lines_of(documents), queries.goods_of(documents)
    return [one for document in documents for one in _of(document, lines, goods)]


def open_overuse(document):
    """An order ends: what it used too much of becomes a case."""
    open_many(
        [
            new_matter(
                warehouse_id=document.warehouse_id,
                kind="overuse",
                item_id=one.item_id,
                qty=one.over,
                value=one.value,
                subject=f"overuse:{document.id}:{one.item_id}",
                note=" · ".join(text for text in (document.number, document.partner) if text),
                owner_id=document.requested_by,
            )
            for one in usage([document])
            if one.over > 0
        ]
    )


def _of(document, lines, goods):
    facts, planned, used = {}, defaultdict(int), defaultdict(int)
    to_make = made = 0
    for line in lines.get(document.id, []):
        facts[line.item_id] = line
        if line.role == "output":
            to_make += line.qty
        else:
            planned[line.item_id] += line.qty
    for row in goods.get(document.id, []):
        facts.setdefault(row.item_id, row)
        if row.condition == "output":
            made += row.done_qty
        else:
            used[row.item_id] += row.done_qty
    for item_id in sorted({**planned, **used}, key=lambda one: facts[one].sku):
        expected, over, state = usage_of(planned[item_id], used[item_id], made, to_make)
        item = facts[item_id]
        value = value_of(over, item.unit_cost)
        facts_of = (item.sku, item.name, item.unit, item_id)
        amounts = planned[item_id], expected, used[item_id], over, value
        yield Used(document, *facts_of, *amounts, state, item.unit_cost)
