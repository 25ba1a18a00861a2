"""The trail of a case: every word and every change, by whom and when."""

import msgspec

from server import clock
from server.db import fetch, put
from server.errors import IdReused
from server.ids import new_id


def write_note(warehouse_id, case_id, person_id, act, text=None, photos=(), note_id=None):
    """Add a line to the trail; the same id again changes nothing. Raises `IdReused`."""
    if note_id:
        before = fetch("SELECT * FROM case_notes WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=note_id)
        if before:
            if (before[0].case_id, before[0].act, before[0].text) != (case_id, act, text):
                raise IdReused()
            return False
    write_notes([(warehouse_id, note_id or new_id(), case_id, person_id, act, text, photos)])
    return True


def write_notes(notes):
    """Add lines to the trails of many cases: `[(warehouse, id, case, person, act, text, photos)]`, in their order."""
    now = clock.now()
    put(
        "case_notes",
        [
            (
                warehouse_id,
                id_,
                case_id,
                now + n,  # a microsecond apart, so that a trail is read in the order in which it was written
                person_id,
                act,
                text,
                msgspec.json.encode(photos).decode() if photos else None,
            )
            for n, (warehouse_id, id_, case_id, person_id, act, text, photos) in enumerate(notes)
        ],
        ["warehouse_id", "id", "case_id", "at", "person_id", "act", "text", "photos"],
    )


def notes_of(warehouse_id, case_id):
    """The trail in time order. `about`: whose id stands in the text."""
    return fetch(
        "SELECT n.*, p.name AS person, o.name AS about FROM case_notes n LEFT JOIN persons p ON p.id = n.person_id"
        " LEFT JOIN persons o ON n.act IN ('owner', 'routed', 'escalated', 'responsible')"
        " AND CAST(o.id AS VARCHAR(36)) = n.text"
        " WHERE n.warehouse_id = :w AND n.case_id = :id ORDER BY n.at, n.id",
        w=warehouse_id,
        id=case_id,
    )


def photos_in(notes):
    """The ids of all photos of a trail, each once, in the order in which they came."""
    return list(dict.fromkeys(photo for note in notes if note.photos for photo in msgspec.json.decode(note.photos)))
