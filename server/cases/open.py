"""Open a case: by a person, or by a rule. One open case for one subject."""

from dataclasses import dataclass

from server import clock
from server.cases.note import write_notes
from server.cases.rules import KINDS, CaseKindUnknown, deadline_of, severity_of
from server.catalog.policy import policy_for
from server.db import fetch, given, put, run
from server.errors import IdReused
from server.ids import new_id


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about. `subject` keeps a rule from opening the same matter twice."""

    id: str
    warehouse_id: str
    kind: str
    location_id: str | None = None
    item_id: str | None = None
    lot: str = ""
    qty: int | None = None
    value: int | None = None
    line_id: str | None = None
    move_id: str | None = None
    subject: str | None = None
    severity: str | None = None
    note: str | None = None
    photos: tuple[str, ...] = ()
    owner_id: str | None = None


def open_case(matter, person_id):
    """Open one; gives (id, is it new). The same id with the same content again changes nothing. Raises `IdReused`."""
    if matter.kind not in KINDS:
        raise CaseKindUnknown(kinds=", ".join(KINDS))
    before = fetch("SELECT * FROM cases WHERE warehouse_id = :w AND id = :id", w=matter.warehouse_id, id=matter.id)
    if before:
        if _content(before[0]) != _content(matter):
            raise IdReused()
        return matter.id, False
    _write([matter], person_id)
    return matter.id, True


def open_many(matters):
    """Open what rules found, each subject once: those with an open case already are passed over. Gives the new ones."""
    if not matters:
        return []
    fresh = []
    for warehouse_id in {matter.warehouse_id for matter in matters}:
        here = [matter for matter in matters if matter.warehouse_id == warehouse_id]
        known = {
            row.subject
            for row in fetch(
                "SELECT c.subject FROM cases c JOIN " + given("rows", s="text") + " v ON v.s = c.subject"
                " WHERE c.warehouse_id = :w AND c.state <> 'closed'",
                rows=[(matter.subject,) for matter in here],
                w=warehouse_id,
            )
        }
        fresh += list({matter.subject: matter for matter in here if matter.subject not in known}.values())
    _write(fresh, None)
    return fresh


def close_subjects(warehouse_id, subjects, note):
    """What a rule opened ends when the rule no longer finds it."""
    rows = fetch(
        "SELECT c.id FROM cases c JOIN " + given("rows", s="text") + " v ON v.s = c.subject"
        " WHERE c.warehouse_id = :w AND c.state <> 'closed'",
        rows=[(subject,) for subject in subjects],
        w=warehouse_id,
    )
    if rows:
        run(
            "UPDATE cases SET state = 'closed', closed_at = :now WHERE warehouse_id = :w AND id IN (SELECT v.id FROM "
            + given("ids", id="id")
            + " v)",
            now=clock.now(),
            w=warehouse_id,
            ids=[(row.id,) for row in rows],
        )
        write_notes([(warehouse_id, new_id(), row.id, None, "closed", note, ()) for row in rows])
    return len(rows)


def _content(one):
    return one.kind, one.location_id, one.item_id, one.lot, one.qty


def _write(matters, person_id):
    now = clock.now()
    policies = {
        warehouse_id: policy_for(warehouse_id, now)[1] for warehouse_id in {one.warehouse_id for one in matters}
    }
    rows = []
    for matter in matters:
        severity = severity_of(matter.kind, matter.severity)
        policy = policies[matter.warehouse_id]
        rows.append(
            (
                *(matter.warehouse_id, matter.id, matter.kind, severity, "open", matter.location_id, matter.item_id),
                *(
                    matter.lot,
                    matter.qty,
                    matter.value,
                    matter.line_id,
                    matter.move_id,
                    matter.subject,
                    matter.owner_id,
                ),
                *(person_id, now, deadline_of(now, severity, policy.cause_hours)),
            )
        )
    put(
        "cases",
        rows,
        [
            "warehouse_id",
            "id",
            "kind",
            "severity",
            "state",
            "location_id",
            "item_id",
            "lot",
            "qty",
            "value",
            "line_id",
            "move_id",
            "subject",
            "owner_id",
            "opened_by",
            "opened_at",
            "deadline",
        ],
    )
    write_notes([(one.warehouse_id, new_id(), one.id, person_id, "opened", one.note, one.photos) for one in matters])


def new_matter(**about):
    """A matter that a rule found, under an id of its own."""
    return Matter(id=new_id(), **about)
