"""Open documents: one by a person, many from a spreadsheet or another system."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from server import clock
from server.catalog.policy import policy_for
from server.db import among, fetch, given, put, run
from server.errors import IdReused
from server.handling.places import standing_place
from server.handling.refusals import DocumentTaken, LinesRequired
from server.handling.rules import ASKED_FOR, INBOUND, NORMAL, OUTBOUND
from server.handling.swap import two_sides

_PREFIX = {
    "receipt": "R",
    "pick": "P",
    "production": "MO",
    "transfer": "T",
    "return": "CR",
    "supplier_return": "SR",
    "exchange": "EX",
}
_COLUMNS = (
    "warehouse_id id kind number state partner announced place_id far_id expected_on due_at assignee_id priority"
    " device_id about_id asked reason note photo submitted_at requested_by requested_at"
).split()
_LINE = "warehouse_id document_id line role item_id lot qty reserves".split()


@dataclass(frozen=True, slots=True)
class Asked:
    """A document as somebody asks for it. `lines`: `(role, item id, lot, thousandths)`."""

    id: str
    warehouse_id: str
    kind: str
    asked: dict
    lines: tuple[tuple[str, str, str, int], ...]
    number: str | None = None
    partner: str | None = None
    announced: bool = True
    place_id: str | None = None
    far_id: str | None = None
    expected_on: str | None = None
    due_at: int | None = None
    assignee_id: str | None = None
    priority: int = NORMAL
    reason: str | None = None
    note: str | None = None
    photo: str | None = None
    state: str | None = None
    device_id: str | None = None
    about_id: str | None = None
    submitted_at: int | None = None


def open_document(asked, person_id):
    """Open one; gives True if it is new, False if the same request came before.

    A transfer, a scrap, a return to the supplier and their like wait for somebody else's approval. Raises `IdReused`,
    `DocumentTaken`, `LinesRequired`.
    """
    before = fetch(
        "SELECT asked FROM documents WHERE warehouse_id = :w AND id = :id", w=asked.warehouse_id, id=asked.id
    )
    if before:
        said = before[0].asked if isinstance(before[0].asked, dict) else msgspec.json.decode(before[0].asked)
        if said != asked.asked:
            raise IdReused()
        return False
    if not asked.lines and asked.announced:
        raise LinesRequired(fields={"lines": ["required"]})
    asked = replace(asked, number=asked.number or default_number(asked.kind, asked.id))
    many = (asked,)
    if asked.kind == "exchange":
        many = two_sides(asked, policy_for(asked.warehouse_id, clock.now())[1].handling.exchange_days)
        if not many[0].lines:
            raise LinesRequired(fields={"lines": ["required"]})
    _refuse_taken(asked, [one.kind for one in many])
    write_documents(many, person_id)
    return True


def _refuse_taken(asked, kinds):
    """Of each kind there is one document of a number."""
    if fetch(
        f"SELECT 1 FROM documents WHERE warehouse_id = :w AND number = :number AND {among('kind', 'kinds')}",
        w=asked.warehouse_id,
        number=asked.number,
        kinds=kinds,
    ):
        raise DocumentTaken(document=asked.number, fields={"number": ["already_used"]})


def default_number(kind, id_):
    """A number for a document that came without: its kind and the end of its id."""
    return f"{_PREFIX.get(kind, kind[:2].upper())}-{id_[-8:].upper()}"


def write_documents(many, person_id):
    """Write documents and their lines, whatever their number, by two statements."""
    now = clock.now()
    standing = {
        (one.warehouse_id, one.kind): standing_place(one.warehouse_id, one.kind)
        for one in many
        if one.place_id is None and one.kind in (*INBOUND, *OUTBOUND)
    }
    put("documents", [_row(one, standing, person_id, now) for one in many], _COLUMNS)
    put(
        "document_lines",
        [
            (one.warehouse_id, one.id, n, *line, one.kind in OUTBOUND)
            for one in many
            for n, line in enumerate(one.lines, 1)
        ],
        _LINE,
    )


def rewrite_lines(warehouse_id, lines_by_document):
    """Other lines for documents that nobody has begun to work on: `{document id: lines}`."""
    which = among("id", "ids", "id")
    kinds = fetch(
        f"SELECT id FROM documents WHERE warehouse_id = :w AND kind IN {tuple(OUTBOUND)} AND {which}",
        w=warehouse_id,
        ids=list(lines_by_document),
    )
    out = {row.id for row in kinds}
    run(
        "DELETE FROM document_lines WHERE warehouse_id = :w AND document_id IN (SELECT v.id FROM "
        + given("ids", id="id")
        + " v)",
        w=warehouse_id,
        ids=[(one,) for one in lines_by_document],
    )
    put(
        "document_lines",
        [
            (warehouse_id, id_, n, *line, id_ in out)
            for id_, lines in lines_by_document.items()
            for n, line in enumerate(lines, 1)
        ],
        _LINE,
    )


def end_of_day(day, timezone):
    """The last instant of a date (`YYYY-MM-DD`) where the warehouse stands."""
    midnight = datetime.combine(datetime.fromisoformat(day).date() + timedelta(days=1), time(), ZoneInfo(timezone))
    return clock.of_datetime(midnight) - clock.MILLISECOND


def day_of(due, timezone):
    """The date, where the warehouse stands, on which something is due; a date stays as it is."""
    if due is None or isinstance(due, str):
        return due
    return datetime.fromtimestamp(due / clock.SECOND, ZoneInfo(timezone)).date().isoformat()


def _row(one, standing, person_id, now):
    state = one.state or ("requested" if one.kind in ASKED_FOR else "open")
    return (
        *(one.warehouse_id, one.id, one.kind, one.number or default_number(one.kind, one.id), state, one.partner),
        *(one.announced, one.place_id or standing.get((one.warehouse_id, one.kind)), one.far_id, one.expected_on),
        *(one.due_at, one.assignee_id, one.priority, one.device_id, one.about_id),
        *(msgspec.json.encode(one.asked).decode(), one.reason, one.note, one.photo, one.submitted_at, person_id, now),
    )
