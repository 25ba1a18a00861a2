"""Bring a case to its end: owner, deadline, closing, reopening, archive. Each step leaves a note."""

from server import clock
from server.cases.note import write_note
from server.cases.rules import CaseClosed, CaseOpen, CaseUnknown, NoteRequired
from server.db import fetch, is_embedded, run


def find_case(warehouse_ids, case_id):
    """The case row, locked, if it is in one of these warehouses. Raises `CaseUnknown`."""
    locked = "" if is_embedded() else " FOR UPDATE"
    for warehouse_id in warehouse_ids:
        rows = fetch("SELECT * FROM cases WHERE warehouse_id = :w AND id = :id" + locked, w=warehouse_id, id=case_id)
        if rows:
            return rows[0]
    raise CaseUnknown()


def change(case, person_id, owner_id=None, deadline=None, severity=None, state=None):
    """Hand it to somebody, move its deadline, begin work on it. Raises `CaseClosed`."""
    if case.state == "closed":
        raise CaseClosed()
    changed = {"owner_id": owner_id, "deadline": deadline, "severity": severity, "state": state}
    changed = {name: value for name, value in changed.items() if value is not None and value != getattr(case, name)}
    for name, value in changed.items():
        run(
            f"UPDATE cases SET {name} = :value WHERE warehouse_id = :w AND id = :id",
            value=value,
            w=case.warehouse_id,
            id=case.id,
        )
        shown = clock.show_instant(value) if name == "deadline" else str(value)
        write_note(case.warehouse_id, case.id, person_id, name.removesuffix("_id"), shown)


def close(case, person_id, note_id, note, cause=None):
    """End it with a word about how. Raises `NoteRequired`, `CaseClosed`."""
    if not note or not note.strip():
        raise NoteRequired()
    if not write_note(case.warehouse_id, case.id, person_id, "closed", note, note_id=note_id):
        return
    if case.state == "closed":
        raise CaseClosed()
    run(
        "UPDATE cases SET state = 'closed', closed_at = :now, cause = :cause WHERE warehouse_id = :w AND id = :id",
        now=clock.now(),
        cause=cause,
        w=case.warehouse_id,
        id=case.id,
    )


def reopen(case, person_id, note_id, note):
    """It was not the end after all. Raises `NoteRequired`, `CaseOpen`."""
    if not note or not note.strip():
        raise NoteRequired()
    if not write_note(case.warehouse_id, case.id, person_id, "reopened", note, note_id=note_id):
        return
    if case.state != "closed":
        raise CaseOpen()
    run(
        "UPDATE cases SET state = 'working', closed_at = NULL, archived_at = NULL WHERE warehouse_id = :w AND id = :id",
        w=case.warehouse_id,
        id=case.id,
    )


def archive(case, person_id, note_id):
    """Put a closed case away; its trail stays. Raises `CaseOpen`."""
    if not write_note(case.warehouse_id, case.id, person_id, "archived", note_id=note_id):
        return
    if case.state != "closed":
        raise CaseOpen()
    run(
        "UPDATE cases SET archived_at = :now WHERE warehouse_id = :w AND id = :id",
        now=clock.now(),
        w=case.warehouse_id,
        id=case.id,
    )
