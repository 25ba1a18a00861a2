"""Did it help? A person who mended nothing looks, or the next count of the position tells."""

from dataclasses import dataclass

from server import clock
from server.cases.note import write_note, write_notes
from server.cases.refusals import ActionsOpen, CaseClosed, NotCountable, OwnVerification
from server.cases.work import put_down
from server.db import fetch, given, run
from server.ids import new_id


@dataclass(frozen=True, slots=True)
class Counted:
    """A count line that is settled: whether the shelf agreed with the book, as of when."""

    location_id: str
    item_id: str
    lot: str
    as_of: int
    agrees: bool
    line_id: str


def ask_count(case, person_id, note_id):
    """Let the next count of the position tell. Raises `NotCountable`, `ActionsOpen`, `CaseClosed`."""
    if case.location_id is None or case.item_id is None:
        raise NotCountable()
    if not write_note(case.warehouse_id, case.id, person_id, "verify_asked", "count", note_id=note_id):
        return
    _ready(case)
    put_down(case, state="verifying", verify_by="count", verify_state="waiting", verify_asked_at=clock.now())


def looked(case, person_id, note_id, passed, note=None, photos=()):
    """Somebody looked: it helped, or it did not. Raises `OwnVerification`, `ActionsOpen`, `CaseClosed`."""
    act = "verified" if passed else "verification_failed"
    if not write_note(case.warehouse_id, case.id, person_id, act, note, photos, note_id=note_id):
        return
    _ready(case)
    done_by_them = fetch(
        "SELECT 1 FROM case_actions WHERE warehouse_id = :w AND case_id = :id AND :who IN (owner_id, done_by)",
        w=case.warehouse_id,
        id=case.id,
        who=person_id,
    )
    if done_by_them:
        raise OwnVerification()
    state = "passed" if passed else "failed"
    put_down(
        case,
        state="working",
        verify_by="person",
        verify_state=state,
        verified_at=clock.now(),
        verified_by=person_id,
        verified_line_id=None,
    )


def _ready(case):
    if case.state == "closed":
        raise CaseClosed()
    waiting = fetch(
        "SELECT COUNT(*) AS n FROM case_actions WHERE warehouse_id = :w AND case_id = :id AND done_at IS NULL",
        w=case.warehouse_id,
        id=case.id,
    )[0].n
    if waiting:
        raise ActionsOpen(n=waiting)


def counted(warehouse_id, lines):
    """Count lines (`Counted`) were settled: cases that waited for one of these positions hear whether it agrees.

    Only a count of an instant after it was asked for tells. A case without a lot is about every lot of the item, and
    one lot that does not agree is enough to fail.
    """
    if not lines:
        return
    rows = fetch(
        "SELECT c.id, v.line, v.agrees FROM "
        + given("rows", l="id", i="id", lot="text", at="int", agrees="int", line="id")
        + " v JOIN cases c ON c.warehouse_id = :w AND c.verify_state = 'waiting' AND c.verify_by = 'count'"
        " AND c.state = 'verifying' AND c.location_id = v.l AND c.item_id = v.i AND c.lot IN ('', v.lot)"
        " AND c.verify_asked_at <= v.at",
        rows=[(one.location_id, one.item_id, one.lot, one.as_of, int(one.agrees), one.line_id) for one in lines],
        w=warehouse_id,
    )
    said = {}
    for row in sorted(rows, key=lambda row: -row.agrees):
        said[row.id] = row  # what does not agree comes last and stays
    for passed in (1, 0):
        ids = [(row.id, row.line) for row in said.values() if row.agrees == passed]
        if ids:
            _told(warehouse_id, ids, bool(passed))


def _told(warehouse_id, pairs, passed):
    run(
        "UPDATE cases SET state = 'working', verify_state = :state, verified_at = :now, verified_line_id ="
        " (SELECT v.line FROM " + given("rows", id="id", line="id") + " v WHERE v.id = cases.id)"
        " WHERE warehouse_id = :w AND id IN (SELECT k.id FROM " + given("rows", id="id", line="id") + " k)",
        state="passed" if passed else "failed",
        now=clock.now(),
        w=warehouse_id,
        rows=pairs,
    )
    act = "verified" if passed else "verification_failed"
    write_notes([(warehouse_id, new_id(), case_id, None, act, "count", ()) for case_id, _ in pairs])
