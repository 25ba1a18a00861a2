"""Give documents to somebody, or to whoever is free; say when they are due and what comes first.

It says who is to begin or go on, not who may: the phone that has a document in hand, also without a network, loses
nothing by it. What its holder did is true, whoever the document belongs to by the time we hear of it.
"""

from dataclasses import dataclass

import msgspec

from server import clock
from server.db import among, fetch, given, put, run
from server.errors import IdReused
from server.handling.desk import documents_named
from server.handling.refusals import CheckedIt, DocumentClosed, DocumentUnknown
from server.handling.rules import CLOSED

_GIVEN = "warehouse_id document_id id from_id to_id due_at priority note asked person_id at".split()


@dataclass(frozen=True, slots=True)
class Giving:
    """What is said of documents. What is None stays as it was, but for `anybody`: they are given to nobody, and for
    `undated`: they are due at no time any more.

    `to`: a person id, `to_name`: how they were called; `asked`: the request as it came.
    """

    id: str
    documents: tuple[str, ...]
    asked: dict
    to: str | None = None
    to_name: str | None = None
    anybody: bool = False
    due_at: int | None = None
    undated: bool = False
    priority: int | None = None
    note: str | None = None


def give(warehouse_id, giving, person_id):
    """All of them or none. Gives True if it is new, False if the same was said before.

    Raises `IdReused`, `DocumentUnknown`, `DocumentClosed`, `CheckedIt`.
    """
    rows = {row.id: row for row in documents_named(warehouse_id, set(giving.documents), set())}
    if _said_before(warehouse_id, giving):
        return False
    _refuse(warehouse_id, giving, rows)
    now, asked = clock.now(), msgspec.json.encode(giving.asked).decode()
    new = [(row, *_said(row, giving)) for row in rows.values()]
    run(
        "UPDATE documents SET assignee_id = v.p, due_at = v.due, priority = v.priority FROM "
        + given("rows", d="id", p="id", due="int", priority="int")
        + " v WHERE documents.warehouse_id = :w AND documents.id = v.d",
        rows=[(row.id, *said) for row, *said in new],
        w=warehouse_id,
    )
    put(
        "document_given",
        [
            (warehouse_id, row.id, giving.id, row.assignee_id, to, due, priority, giving.note, asked, person_id, now)
            for row, to, due, priority in new
        ],
        _GIVEN,
    )
    return True


def _said(row, giving):
    """(whose it is, when it is due, its priority) from now on."""
    to = None if giving.anybody else giving.to or row.assignee_id
    due_at = row.due_at if giving.due_at is None and not giving.undated else giving.due_at
    return to, due_at, row.priority if giving.priority is None else giving.priority


def _said_before(warehouse_id, giving):
    before = fetch(
        "SELECT asked FROM document_given WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=giving.id
    )
    if not before:
        return False
    said = before[0].asked if isinstance(before[0].asked, dict) else msgspec.json.decode(before[0].asked)
    if said != giving.asked:
        raise IdReused()
    return True


def _refuse(warehouse_id, giving, rows):
    fields = {}
    for n, id_ in enumerate(giving.documents):
        if id_ not in rows:
            fields[f"documents[{n}]"] = ["unknown"]
    if fields:
        raise DocumentUnknown(document=giving.documents[0], fields=fields)
    closed = [row for row in rows.values() if row.state in CLOSED]
    if closed:
        raise DocumentClosed(document=closed[0].number)
    checked = _checked(warehouse_id, giving)
    if checked:
        raise CheckedIt(person=giving.to_name, document=rows[checked[0].document_id].number)


def _checked(warehouse_id, giving):
    if giving.to is None:
        return []
    return fetch(
        "SELECT document_id FROM document_hands WHERE warehouse_id = :w AND side = 'check' AND person_id = :p AND "
        + among("document_id", "ids", "id"),
        w=warehouse_id,
        p=giving.to,
        ids=list(giving.documents),
    )
