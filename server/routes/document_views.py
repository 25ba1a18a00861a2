"""Documents as `who` may see them: rows to plain values, without what they may not hear."""

import msgspec
from flask import Response

from server import clock
from server.catalog.lookup import items_by_id
from server.catalog.policy import policies_for
from server.clock import show_instant
from server.handling import queries
from server.handling.blind import hears_all, hears_expected
from server.handling.on_the_way import on_the_way
from server.handling.rules import INBOUND, PRIORITIES
from server.quantity import show_money, show_qty, value_of


def answer(body, status=200):
    """Plain values as the answer: msgspec writes thousands of lines in a hundredth of the time."""
    return Response(msgspec.json.encode(body), status=status, mimetype="application/json")


def seen(documents, who):
    """Documents for a list."""
    lines, goods = queries.lines_of(documents), queries.goods_of(documents)
    hands, followers = queries.hands_of(documents), queries.followers_of(documents)
    return [
        _document(one, hears_all(one, who, hands.get(one.id, [])), lines.get(one.id, []), goods.get(one.id, []))
        | {"followed_by": _followers(followers.get(one.id, []))}
        for one in documents
    ]


def seen_whole(document, who):
    """One document with its lines, what it came to, and what was said."""
    lines = queries.lines_of([document]).get(document.id, [])
    goods = queries.goods_of([document]).get(document.id, [])
    hands = queries.hands_of([document]).get(document.id, [])
    all_ = hears_all(document, who, hands)
    expected = hears_expected(document, who, hands, receive_blind([document])[document.warehouse_id])
    said = queries.statements_of(document, None if all_ else who.id)
    way = {"on_the_way": _on_the_way(document)} if all_ and document.kind == "transfer_in" else {}
    goods_lines = [line for line in lines if line.role == "goods"] if all_ else []
    if goods_lines:
        way["value"] = show_money(sum(value_of(line.qty, line.unit_cost) for line in goods_lines))
    return {
        **_document(document, all_, lines, goods),
        **way,
        "followed_by": _followers(queries.followers_of([document]).get(document.id, [])),
        "lines": [_line(line, expected) for line in lines],
        "goods": [_goods(row) for row in goods] if all_ else [],
        "hands": [{"side": hand.side, "person": hand.name} for hand in hands],
        "statements": [_statement(row, who) for row in said],
        "tied": _followers(queries.tied_to(document)),
        "given": [_given(row) for row in queries.given_of(document)],
    }


def _given(row):
    return {
        "at": show_instant(row.at),
        "person": row.person,
        "before": row.from_,
        "to": row.to_,
        "due_at": show_instant(row.due_at),
        "priority": PRIORITIES[row.priority],
        "note": row.note,
    }


def _followers(rows):
    return [{"id": row.id, "kind": row.kind, "number": row.number, "state": row.state} for row in rows]


def _on_the_way(arrival):
    way = on_the_way(arrival)
    items = items_by_id({item_id for item_id, _ in way.left}) if way.known and way.left else {}
    return [
        {"sku": items[item_id].sku, "name": items[item_id].name, "lot": lot, "quantity": show_qty(qty)}
        for (item_id, lot), qty in sorted(way.left.items())
        if item_id in items
    ]


def receive_blind(documents):
    """{warehouse id: is who receives there not told what was announced}."""
    policies = policies_for({one.warehouse_id for one in documents}, clock.now())
    return {house: policy.handling.receive_blind for house, policy in policies.items()}


def _document(row, all_, lines, goods):
    end = row.shipped_at or (row.closed_at if row.kind in INBOUND else None) or clock.now()
    progress = {
        "lines": len(lines),
        "stated": len({(one.item_id, one.lot) for one in goods}),
    }
    if all_:
        progress["waiting"] = sum(one.state == "waiting" for one in goods)
        progress["differs"] = sum(one.state == "differs" for one in goods)
        progress["done"] = sum(one.agreed_qty is not None and one.done_qty >= one.agreed_qty for one in goods)
    return {
        "id": row.id,
        "warehouse": row.warehouse,
        "kind": row.kind,
        "number": row.number,
        "state": row.state,
        "partner": row.partner,
        "announced": bool(row.announced),
        "tied_to": row.tied_to,
        "about": row.about,
        "to_warehouse": row.far,
        "location": row.place,
        "expected_on": row.expected_on,
        "due_at": show_instant(row.due_at),
        "late": row.due_at is not None and end > row.due_at and row.state not in ("cancelled", "rejected"),
        "assignee": row.assignee,
        "priority": PRIORITIES[row.priority],
        "requested_by": row.asker,
        "requested_at": show_instant(row.requested_at),
        "approved_by": row.approver,
        "approved_at": show_instant(row.approved_at),
        "submitted_at": show_instant(row.submitted_at),
        "shipped_at": show_instant(row.shipped_at),
        "closed_at": show_instant(row.closed_at),
        "reason": row.reason,
        "note": row.note,
        "photo": row.photo,
        "progress": progress,
    }


def _line(row, expected):
    shown = {
        "line": row.line,
        "role": row.role,
        "sku": row.sku,
        "name": row.name,
        "unit": row.unit,
        "lot": row.lot,
        "lot_tracked": bool(row.lot_tracked),
        "serial_tracked": bool(row.serial_tracked),
    }
    return shown | ({"quantity": show_qty(row.qty)} if expected else {})


def _goods(row):
    return {
        "sku": row.sku,
        "name": row.name,
        "unit": row.unit,
        "lot": row.lot,
        "expiry": row.expiry,
        "condition": row.condition,
        "state": row.state,
        "first_qty": show_qty(row.first_qty),
        "agreed_qty": show_qty(row.agreed_qty),
        "done_qty": show_qty(row.done_qty),
    }


def _statement(row, who):
    return {
        "id": row.id,
        "step": row.step,
        "sku": row.sku,
        "name": row.name,
        "lot": row.lot,
        "serial": row.serial,
        "code": row.code,
        "condition": row.condition,
        "quantity": show_qty(row.qty),
        "location": row.place,
        "to": row.target,
        "photo": row.photo,
        "reason": row.reason,
        "person": row.person,
        "mine": row.person_id == who.id,
        "at": show_instant(row.effective_at),
        "voided": row.voided_by is not None,
    }
