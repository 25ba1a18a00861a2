"""Bring a case to its end: owner, deadline, closing, reopening, archive. Each step leaves a note."""

from server import clock
from server.cases.note import notes_of, photos_in, write_note
from server.cases.refusals import (
    ActionsOpen,
    CaseClosed,
    CaseOpen,
    CaseUnknown,
    CauseRequired,
    EvidenceRequired,
    NoteRequired,
    NotVerified,
)
from server.cases.rules import deadline_of
from server.catalog.policy import policy_for
from server.db import fetch, is_embedded, run


def find_case(warehouse_ids, case_id):
    """The case row, locked, if it is in one of these warehouses. Raises `CaseUnknown`."""
    locked = "" if is_embedded() else " FOR UPDATE"
    for warehouse_id in warehouse_ids:
        rows = fetch("SELECT * FROM cases WHERE warehouse_id = :w AND id = :id" + locked, w=warehouse_id, id=case_id)
        if rows:
            return rows[0]
    raise CaseUnknown()


def put_down(case, **changed):
    """Write columns of one case."""
    said = ", ".join(f"{name} = :{name}" for name in changed)
    run(
        f"UPDATE cases SET {said} WHERE warehouse_id = :w AND id = :case_id",
        w=case.warehouse_id,
        case_id=case.id,
        **changed,
    )


def change(case, person_id, owner_id=None, deadline=None, severity=None, state=None):
    """Hand it to somebody, move its deadline, begin work on it. Raises `CaseClosed`."""
    if case.state == "closed":
        raise CaseClosed()
    changed = {"owner_id": owner_id, "deadline": deadline, "severity": severity, "state": state}
    changed = {name: value for name, value in changed.items() if value is not None and value != getattr(case, name)}
    for name, value in changed.items():
        put_down(case, **{name: value})
        shown = clock.show_instant(value) if name == "deadline" else str(value)
        write_note(case.warehouse_id, case.id, person_id, name.removesuffix("_id"), shown)


def close(case, person_id, note_id, note, cause=None, stage=None, photos=()):
    """End it with a word about how, and with what by policy proves it.

    Raises `NoteRequired`, `CaseClosed`, `ActionsOpen`, `NotVerified`, `CauseRequired`, `EvidenceRequired`.
    """
    if not note or not note.strip():
        raise NoteRequired()
    if not write_note(case.warehouse_id, case.id, person_id, "closed", note, photos, note_id=note_id):
        return
    if case.state == "closed":
        raise CaseClosed()
    _mended(case)
    cause, stage = cause or case.cause, stage or case.stage
    terms = policy_for(case.warehouse_id, clock.now())[1].cases
    if case.severity in terms.cause_for and not (cause and stage):
        raise CauseRequired(fields={"cause": ["required"]})
    if case.severity in terms.photo_for and not _proved(case):
        raise EvidenceRequired(fields={"photos": ["required"]})
    put_down(case, state="closed", closed_at=clock.now(), cause=cause, stage=stage)


def _mended(case):
    """All that was to be done is done, and somebody or a count has seen that it helped."""
    actions = fetch(
        "SELECT done_at FROM case_actions WHERE warehouse_id = :w AND case_id = :id", w=case.warehouse_id, id=case.id
    )
    waiting = sum(action.done_at is None for action in actions)
    if waiting:
        raise ActionsOpen(n=waiting)
    if (actions or case.verify_state) and case.verify_state != "passed":
        raise NotVerified()


def _proved(case):
    """A photo of somebody who worked on it, or the count that verified it. What was reported is no end yet."""
    notes = notes_of(case.warehouse_id, case.id)
    return case.verified_line_id or photos_in([note for note in notes if note.act != "opened"])


def reopen(case, person_id, note_id, note):
    """It was not the end after all: it is due anew, and what was verified is open again.

    Raises `NoteRequired`, `CaseOpen`.
    """
    if not note or not note.strip():
        raise NoteRequired()
    if not write_note(case.warehouse_id, case.id, person_id, "reopened", note, note_id=note_id):
        return
    if case.state != "closed":
        raise CaseOpen()
    now = clock.now()
    due = deadline_of(now, case.kind, case.severity, policy_for(case.warehouse_id, now)[1].cases)
    put_down(case, state="working", closed_at=None, archived_at=None, verify_state=None, verify_by=None, deadline=due)


def archive(case, person_id, note_id):
    """Put a closed case away; its trail stays. Raises `CaseOpen`."""
    if not write_note(case.warehouse_id, case.id, person_id, "archived", note_id=note_id):
        return
    if case.state != "closed":
        raise CaseOpen()
    put_down(case, archived_at=clock.now())
