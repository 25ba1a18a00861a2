"""Open a case: by a person, or by a rule. One open case for one subject.

Whoever opens it, it goes to the person who answers for its kind, place and stage; else to whoever planned the document,
else to the least busy supervisor of the warehouse. Its deadline is the policy's.
"""

from dataclasses import dataclass

from server import clock
from server.cases.note import write_notes
from server.cases.refusals import CaseKindUnknown
from server.cases.responsible import keeper_of, keepers, lines_for
from server.cases.rules import KINDS, deadline_of, severity_of, stage_of, who_answers
from server.catalog.policy import policy_for
from server.db import among, fetch, given, put, run
from server.errors import IdReused
from server.ids import new_id
from server.people.who import EVERYWHERE
from server.quantity import value_of


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
    quiet_until: int | None = None


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


def close_subjects(warehouse_id, subjects, note, cause=None, stage=None, person_id=None):
    """What a rule opened ends when the rule no longer finds it, or when somebody decided: then by their cause."""
    rows = fetch(
        "SELECT c.id FROM cases c JOIN " + given("rows", s="text") + " v ON v.s = c.subject"
        " WHERE c.warehouse_id = :w AND c.state <> 'closed'",
        rows=[(subject,) for subject in subjects],
        w=warehouse_id,
    )
    if rows:
        run(
            "UPDATE cases SET state = 'closed', closed_at = :now, cause = COALESCE(:cause, cause),"
            " stage = COALESCE(:stage, stage) WHERE warehouse_id = :w AND id IN (SELECT v.id FROM "
            + given("ids", id="id")
            + " v)",
            now=clock.now(),
            cause=cause,
            stage=stage,
            w=warehouse_id,
            ids=[(row.id,) for row in rows],
        )
        write_notes([(warehouse_id, new_id(), row.id, person_id, "closed", note, ()) for row in rows])
    return len(rows)


def keep_quiet(warehouse_id, subjects, until):
    """Of these open cases nobody is told before `until`, unless somebody was told already."""
    _hush(warehouse_id, subjects, "AND quiet_until > :now", until=until, now=clock.now())


def say_aloud(warehouse_id, subjects):
    """Of these open cases people are told from now on."""
    _hush(warehouse_id, subjects, "AND quiet_until IS NOT NULL", until=None)


def _hush(warehouse_id, subjects, which, **params):
    if subjects:
        run(
            "UPDATE cases SET quiet_until = :until WHERE warehouse_id = :w AND state <> 'closed' AND "
            + among("subject", "subjects")
            + f" {which}",
            w=warehouse_id,
            subjects=sorted(subjects),
            **params,
        )


def _content(one):
    return one.kind, one.location_id, one.item_id, one.lot, one.qty


_COLUMNS = (
    "warehouse_id id kind severity state location_id item_id lot qty value line_id move_id subject stage owner_id"
    " responsible_id opened_by opened_at deadline quiet_until"
).split()


def _write(matters, person_id):
    if not matters:
        return
    now = clock.now()
    rows, notes = [], []
    for warehouse_id in {one.warehouse_id for one in matters}:
        here = [one for one in matters if one.warehouse_id == warehouse_id]
        terms = policy_for(warehouse_id, now)[1].cases
        routed = _routed(warehouse_id, here)
        for matter, (owner_id, answering) in zip(here, routed, strict=True):
            rows.append(_row(matter, owner_id, answering, person_id, now, terms))
            notes.append((warehouse_id, new_id(), matter.id, person_id, "opened", matter.note, matter.photos))
            if owner_id:
                notes.append((warehouse_id, new_id(), matter.id, None, "routed", owner_id, ()))
    put("cases", rows, _COLUMNS)
    write_notes(notes)


def _row(matter, owner_id, answering, person_id, now, terms):
    severity = severity_of(matter.kind, matter.severity, matter.value, terms.high_over)
    return (
        *(matter.warehouse_id, matter.id, matter.kind, severity, "open", matter.location_id, matter.item_id),
        *(matter.lot, matter.qty, matter.value, matter.line_id, matter.move_id, matter.subject),
        *(stage_of(matter.kind), owner_id, answering, person_id, now),
        deadline_of(now, matter.kind, severity, terms),
        matter.quiet_until,
    )


def _routed(warehouse_id, matters):
    """`[(owner, who answers for it by the table)]` of matters of one warehouse."""
    lines = lines_for(warehouse_id)
    zones = _zones(warehouse_id, matters) if any(line.zone for line in lines) else {}
    answering = [
        who_answers(lines, warehouse_id, one.kind, zones.get(one.location_id), stage_of(one.kind)) for one in matters
    ]
    here = _people_here(warehouse_id, {one.owner_id for one in matters if one.owner_id})
    planners = [one.owner_id if one.owner_id in here else None for one in matters]
    owners = [found or planner for planner, found in zip(planners, answering, strict=True)]
    if None in owners:
        keeper, _ = keeper_of(keepers(warehouse_id))
        owners = [owner or keeper for owner in owners]
    return list(zip(owners, answering, strict=True))


def _people_here(warehouse_id, person_ids):
    """Those of them who work here: who planned a transfer may be of the other house, and would see no case of this."""
    if not person_ids:
        return set()
    rows = fetch(
        "SELECT DISTINCT person_id FROM person_roles WHERE scope IN (:everywhere, :w) AND "
        + among("person_id", "ids", "id"),
        everywhere=EVERYWHERE,
        w=str(warehouse_id),
        ids=sorted(person_ids),
    )
    return {row.person_id for row in rows}


def _zones(warehouse_id, matters):
    rows = fetch(
        "SELECT l.id, l.zone FROM locations l WHERE l.warehouse_id = :w AND " + among("l.id", "ids", "id"),
        w=warehouse_id,
        ids=sorted({one.location_id for one in matters if one.location_id}),
    )
    return {row.id: row.zone for row in rows}


def worth(qty, item):
    """What so much of an item is worth, ten-thousandths, for who reports it; None if either is not said."""
    return None if qty is None or item is None else value_of(abs(qty), item.unit_cost)


def new_matter(**about):
    """A matter that a rule found, under an id of its own."""
    return Matter(id=new_id(), **about)
