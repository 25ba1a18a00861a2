"""Work on documents as a phone needs it: what to receive, check, put away, pick and ship, also without a network.

A checker hears which goods, and nothing else; how much is to be picked only those hear who took the picking.
"""

from server.clock import show_instant
from server.counting.blind import blind_places
from server.counting.queries import codes_of_items
from server.handling import queries
from server.handling.blind import hears_expected
from server.handling.carry import containers_of
from server.handling.reserve import for_others, reserved
from server.handling.rules import PRIORITIES
from server.handling.suggest import BEST, pick_places, putaway_places
from server.handling.todo import checked_by, task_id
from server.quantity import show_qty
from server.routes.document_views import receive_blind


def shown(tasks, who):
    """Tasks `[(document row, step)]` as plain values."""
    documents = list({row.id: row for row, _ in tasks}.values())
    if not documents:
        return []
    facts = _Facts(documents, tasks, who)
    return [_task(row, step, facts, who) for row, step in tasks]


def begun(tasks, who):
    """The ids of tasks on whose side of the document this person is already: a quiz does not come before those."""
    hands = queries.hands_of(list({row.id: row for row, _ in tasks}.values()))
    return {task_id(row.id, step) for row, step in tasks if _on_side(hands.get(row.id, []), step, who)}


def _on_side(hands, step, who):
    side = {"receive": "first", "pick": "first", "check": "check"}.get(step)
    return any(hand.side == side and hand.person_id == who.id for hand in hands)


class _Facts:
    """What all tasks together need, by one statement of each kind (of suggestions: one a warehouse)."""

    def __init__(self, documents, tasks, who):
        self.lines, self.goods = queries.lines_of(documents), queries.goods_of(documents)
        self.hands, self.checked = queries.hands_of(documents), checked_by(who.id, documents)
        self.blind = receive_blind(documents)
        ids = {row.item_id for rows in (*self.lines.values(), *self.goods.values()) for row in rows}
        self.codes = {
            item_id: [{"code": row.code, "pack_quantity": show_qty(row.pack_qty)} for row in rows]
            for item_id, rows in codes_of_items(ids).items()
        }
        self.picks, self.putaways, self.reserved, self.packed = {}, {}, {}, {}
        for house in {row.warehouse_id for row in documents}:
            picked = [row.id for row, step in tasks if step == "pick" and row.warehouse_id == house]
            items = {line.item_id for id_ in picked for line in self.lines.get(id_, [])}
            self.picks[house] = pick_places(house, items)
            self.reserved[house] = reserved(house, items, self.picks[house])
            checked = [row.id for row, step in tasks if step == "check" and row.warehouse_id == house]
            self.packed |= containers_of(house, checked) if checked else {}
            stored = [row.id for row, step in tasks if step == "putaway" and row.warehouse_id == house]
            goods = [
                (one.item_id, one.lot, one.agreed_qty - one.done_qty)
                for id_ in stored
                for one in self.goods.get(id_, [])
                if to_put_away(one)
            ]
            avoid = blind_places([house], who)[house] if goods else ()
            self.putaways[house] = putaway_places(house, goods, avoid)


def _task(row, step, facts, who):
    hands = facts.hands.get(row.id, [])
    side = "check" if step == "check" else "first"
    holders = [hand for hand in hands if hand.side == side] if step in ("receive", "check", "pick") else []
    lines, done, of = _LINES[step](row, facts, who, hands)
    places = list({bin_["location"]: bin_ for line in lines for bin_ in line.get("bins", [])}.values())
    return {
        "id": task_id(row.id, step),
        "kind": step,
        "document": row.id,
        "document_kind": row.kind,
        "number": row.number,
        "partner": row.partner,
        "warehouse": row.warehouse,
        "state": row.state,
        "mine": any(hand.person_id == who.id for hand in holders) or row.assignee == who.username,
        "claimed_by": ", ".join(hand.name for hand in holders) or None,
        "assignee": row.assignee,
        "assignee_name": row.assignee_name,
        "priority": PRIORITIES[row.priority],
        "due_at": show_instant(row.due_at),
        "location": row.place,
        "locations": [bin_["location"] for bin_ in places] or ([row.place] if row.place else []),
        "lines": lines,
        "done": {"lines": done, "of": of},
        **({"containers": facts.packed[row.id]} if step == "check" and row.id in facts.packed else {}),
    }


def _receive(row, facts, who, hands):
    told = hears_expected(row, who, hands, facts.blind[row.warehouse_id])
    stated = {one.item_id for one in facts.goods.get(row.id, []) if one.first_qty}
    lines = facts.lines.get(row.id, [])
    shown_ = [_line(line, facts) | ({"quantity": show_qty(line.qty)} if told else {}) for line in lines]
    return shown_, len(stated & {line.item_id for line in lines}), len(lines)


def _check(row, facts, _who, _hands):
    """Whoever checked already is not told what came of it, so that nobody tries until it fits."""
    goods = {(one.item_id, one.lot): one for one in facts.goods.get(row.id, []) if one.state != "agreed"}
    left = [one for key, one in goods.items() if (row.id, *key) not in facts.checked]
    mine = sum(id_ == row.id for id_, _, _ in facts.checked)
    return [_line(one, facts) for one in left], mine, mine + len(left)


def to_put_away(goods):
    """Are there goods at the dock that two agree on and nobody has put away?"""
    return goods.state == "agreed" and goods.condition != "damaged" and goods.agreed_qty > goods.done_qty


def _putaway(row, facts, _who, _hands):
    goods = facts.goods.get(row.id, [])
    waiting = [one for one in goods if to_put_away(one)]
    lines = [
        _line(one, facts)
        | {"quantity": show_qty(one.agreed_qty - one.done_qty), "bins": putaway_bins(facts.putaways, row, one)}
        for one in waiting
    ]
    return sorted(lines, key=_way), len(goods) - len(waiting), len(goods)


def putaway_bins(places, row, goods):
    """The suggested bins of goods, the best first."""
    found = places[row.warehouse_id].get((goods.item_id, goods.lot), [])
    return [{"location": one.location, "zone": one.zone, "path_order": one.path_order} for one in found]


def _pick(row, facts, who, hands):
    told = hears_expected(row, who, hands, facts.blind[row.warehouse_id])
    picked: dict[tuple, int] = {}
    for one in facts.goods.get(row.id, []):
        picked[one.item_id, ""] = picked.get((one.item_id, ""), 0) + one.first_qty
        picked[one.item_id, one.lot] = picked.get((one.item_id, one.lot), 0) + (one.first_qty if one.lot else 0)
    lines, done = [], 0
    for line in facts.lines.get(row.id, []):
        left = line.qty - min(line.qty, picked.get((line.item_id, line.lot), 0))
        picked[line.item_id, line.lot] = picked.get((line.item_id, line.lot), 0) - (line.qty - left)
        if left == 0 and told:
            done += 1
            continue
        found = [one for one in facts.picks[row.warehouse_id].get(line.item_id, []) if line.lot in ("", one.lot)]
        found.sort(key=lambda one: not _free(facts.reserved[row.warehouse_id], one, row))  # round what others will take
        bins = [
            {"location": one.location, "zone": one.zone, "path_order": one.path_order, "lot": one.lot}
            | ({"expiry": one.expiry} if one.expiry else {})
            for one in found[:BEST]
        ]
        lines.append(_line(line, facts) | {"bins": bins} | ({"quantity": show_qty(left)} if told else {}))
    return sorted(lines, key=_way), done, len(facts.lines.get(row.id, []))


def _free(taken, place, document):
    """Does a position hold more than others will take of it?"""
    key = place.item_id, place.location_id, place.lot
    return place.qty > for_others(taken, key, document.id)


def _ship(row, facts, _who, _hands):
    goods = facts.goods.get(row.id, [])
    ready = [one for one in goods if one.state == "agreed" and one.agreed_qty > one.done_qty]
    return [_line(one, facts) for one in ready], len(goods) - len(ready), len(goods)


_LINES = {"receive": _receive, "check": _check, "putaway": _putaway, "pick": _pick, "ship": _ship}


def _way(line):
    first = line["bins"][0] if line["bins"] else None
    return (first is None, first["path_order"] if first else 0, first["location"] if first else "", line["sku"])


def _line(row, facts):
    return {
        "sku": row.sku,
        "name": row.name,
        "unit": row.unit,
        "lot": row.lot,
        "lot_tracked": bool(row.lot_tracked),
        "serial_tracked": bool(row.serial_tracked),
        "codes": facts.codes.get(row.item_id, []),
    }
