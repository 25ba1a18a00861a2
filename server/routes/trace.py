"""Tracing and recall: where something came from, everywhere it was, who touched it, where it went."""

from flask import Response
from flask_smorest import Blueprint

from server.cases.queries import cases_in
from server.catalog.lookup import items_by_id
from server.clock import show_instant
from server.counting.blind import blind_places
from server.insights.recall import recall
from server.insights.subject import subject_of
from server.insights.trace import trace
from server.people.rules import Permission
from server.quantity import show_qty
from server.routes.door import current_person, may, warehouses
from server.routes.exports import FORMS
from server.routes.problems import NoSuchAddress
from server.routes.shapes import Instant, Query, text
from server.routes.trace_shapes import RecallOut, TraceOut

routes = Blueprint("trace", __name__, description="Where something came from, was, and went; recall of a lot")
_COLUMNS = (
    "at posted_at step warehouse from to sku lot serials quantity container person device document partner reason"
).split()
_GONE = "what warehouse place sku lot quantity document partner first last".split()


class TraceQuery(Query):
    """What to trace: a scanned `code`, or words. Without a warehouse through all that the asker may read."""

    warehouse = text(load_default=None)
    code = text(2000, load_default=None)
    sku = text(load_default=None)
    lot = text(load_default=None)
    serial = text(load_default=None)
    container = text(load_default=None)
    since = Instant(load_default=None, data_key="from")
    until = Instant(load_default=None, data_key="to")


@routes.get("/trace")
@may(Permission.READ_BOOK)
@routes.arguments(TraceQuery, location="query")
@routes.response(200, TraceOut)
def show_trace(asked):
    """Trace an item, a lot, a serial or a container. Who counts any of it hears no quantity."""
    found, houses, blind = _traced(asked)
    return {
        "subject": found.subject,
        "hidden": found.hidden,
        "more": found.more,
        "origins": [_sum(key, one, found.hidden) for key, one in found.entered.items()],
        "destinations": [_sum(key, one, found.hidden) for key, one in found.left.items()],
        "places": [_place(key, one, found.hidden) for key, one in found.been.items()],
        "people": [_person(name, one) for name, one in sorted(found.people.items(), key=lambda pair: pair[1].first)],
        "documents": [row._mapping for row in found.documents],
        "counts": [row._mapping for row in found.counts],
        "made_from": [_relative(one, found.hidden) for one in found.made_from],
        "made_into": [_relative(one, found.hidden) for one in found.made_into],
        "containers": [row._mapping for row in found.containers],
        "cases": _cases(found.subject, houses, blind),
        "steps": [_step(step, found.hidden) for step in found.steps],
    }


@routes.get("/trace.<form>")
@may(Permission.EXPORT)
@routes.arguments(TraceQuery, location="query")
@routes.response(200, description="The file")
def give_trace(asked, form):
    """The steps of a trace as a CSV or XLSX file."""
    found, _, _ = _traced(asked)
    rows = [
        (
            *(show_instant(step.at), show_instant(step.posted_at), step.kind, step.warehouse, step.source, step.target),
            *(step.sku, step.lot, " ".join(step.serials), "" if step.qty is None else show_qty(step.qty)),
            *(step.container, step.person, step.device, step.document, step.partner, step.reason),
        )
        for step in found.steps
    ]
    return _file("trace", form, _COLUMNS, rows)


@routes.get("/recall")
@may(Permission.READ_BOOK)
@routes.arguments(TraceQuery, location="query")
@routes.response(200, RecallOut)
def show_recall(asked):
    """Recall a lot: where it is now, which customers got it, by which documents; and what was made from it."""
    found = _recalled(asked)
    named = items_by_id({row.item_id for row in (*found.now, *found.came, *found.went)})
    return {
        "subject": found.subject,
        "hidden": found.hidden,
        "now": [_row(row, named, found.hidden) for row in found.now],
        "came": [_row(row, named, found.hidden) for row in found.came],
        "went": [_row(row, named, found.hidden) for row in found.went],
        "customers": _customers(found),
        "products": [_relative(one, found.hidden) for one in found.products],
        "documents": [row._mapping for row in found.documents],
        "containers": [row._mapping for row in found.containers],
    }


@routes.get("/recall.<form>")
@may(Permission.EXPORT)
@routes.arguments(TraceQuery, location="query")
@routes.response(200, description="The file")
def give_recall(asked, form):
    """A recall as a CSV or XLSX file: what is here, what came and what went."""
    found = _recalled(asked)
    named = items_by_id({row.item_id for row in (*found.now, *found.came, *found.went)})
    rows = [
        (
            *(row.what, row.warehouse, row.place, named[row.item_id].sku, row.lot),
            *("" if found.hidden else show_qty(row.qty), row.document, row.partner),
            *(show_instant(row.first), show_instant(row.last)),
        )
        for row in (*found.now, *found.went, *found.came)
    ]
    rows += [
        (
            "container",
            row.warehouse,
            row.location,
            "",
            "",
            "",
            row.code,
            "",
            show_instant(row.first),
            show_instant(row.last),
        )
        for row in found.containers
    ]
    return _file("recall", form, _GONE, rows)


def _asked(asked, permission):
    who = current_person()
    here = [row for row in warehouses(Permission.READ_BOOK, asked["warehouse"]) if who.may(permission, row.id)]
    houses = [row.id for row in here]
    blind = set().union(*blind_places(houses, who).values())
    words = {name: asked[name] for name in ("sku", "lot", "serial", "container", "code")}
    return subject_of(houses, **words), houses, blind


def _traced(asked):
    subject, houses, blind = _asked(asked, Permission.READ_BOOK)
    return trace(subject, houses, blind, asked["since"], asked["until"]), houses, blind


def _recalled(asked):
    subject, houses, blind = _asked(asked, Permission.READ_BOOK)
    return recall(subject, houses, blind)


def _file(name, form, header, rows):
    if form not in FORMS:
        raise NoSuchAddress()
    write, media = FORMS[form]
    answer = Response(write(header, rows), mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _said(values, hidden):
    return {name: value for name, value in values.items() if not (hidden and name == "quantity")}


def _sum(key, one, hidden):
    names = dict(zip(("warehouse", "place", "document", "partner"), key, strict=True))
    return _said({**names, "quantity": one.qty, "first": one.first, "last": one.last}, hidden)


def _place(key, one, hidden):
    return _said(
        {"warehouse": key[0], "place": key[1], "quantity": one.qty, "first": one.first, "last": one.last}, hidden
    )


def _person(name, one):
    return {"person": name, "times": one.steps, "did": sorted(one.kinds), "first": one.first, "last": one.last}


def _relative(one, hidden):
    return _said(one | {"quantity": one["qty"]}, hidden)


def _step(step, hidden):
    words = (
        "id",
        "at",
        "posted_at",
        "kind",
        "warehouse",
        "sku",
        "lot",
        "person",
        "device",
        "document",
        "partner",
        "reason",
        "container",
    )
    said = {word: getattr(step, word) for word in words} | {"serials": list(step.serials), "quantity": step.qty}
    return _said(said | {"source": step.source, "target": step.target}, hidden)


def _row(row, named, hidden):
    item = named[row.item_id]
    said = {word: getattr(row, word) for word in ("warehouse", "place", "lot", "document", "partner", "first", "last")}
    return _said(said | {"sku": item.sku, "name": item.name, "quantity": row.qty}, hidden)


def _customers(found):
    """Who got it, less what they sent back."""
    totals: dict[tuple, list] = {}
    for rows, sign in ((found.went, 1), (found.came, -1)):
        for row in rows:
            if row.role == "CUSTOMER" and (sign > 0 or row.partner):
                one = totals.setdefault((row.warehouse, row.partner), [0, set(), 0])
                one[0] += sign * int(row.qty)
                one[1] |= {row.document} if row.document else set()
                one[2] = max(one[2], row.last)
    return [
        _said(
            {"warehouse": house, "partner": partner, "quantity": qty, "documents": sorted(numbers), "last": last},
            found.hidden,
        )
        for (house, partner), (qty, numbers, last) in sorted(totals.items(), key=lambda pair: str(pair[0]))
    ]


def _cases(subject, houses, blind):
    if subject.item_id is None:
        return []
    rows = cases_in(houses, 50, item=subject.item_id, lot=subject.lot, archived=True, blind=blind)
    return [{word: getattr(row, word) for word in ("id", "kind", "state", "opened_at", "location")} for row in rows]
