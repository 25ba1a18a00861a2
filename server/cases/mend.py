"""Find the cause and mend it: analysis (cause, stage, five whys), and corrective actions with owner and date."""

import msgspec

from server import clock
from server.cases.note import write_note
from server.cases.refusals import ActionUnknown, CaseClosed, CauseUnknown, NotYourAction
from server.cases.responsible import lines_for
from server.cases.rules import who_answers
from server.cases.work import put_down
from server.catalog.words import STAGES
from server.db import fetch, put, run
from server.errors import IdReused


def analyse(case, person_id, note_id, cause, stage, whys=(), note=None, photos=()):
    """Say what the cause was, where it arose, and why, why, why. Who answers for it by the table is named beside it.

    Said again it replaces what was said; the trail keeps both. Raises `CauseUnknown`, `CaseClosed`.
    """
    _known(cause, stage)
    said = " · ".join(text for text in (cause, stage, *whys, note) if text)
    if not write_note(case.warehouse_id, case.id, person_id, "analysed", said, photos, note_id=note_id):
        return
    if case.state == "closed":
        raise CaseClosed()
    answering = who_answers(lines_for(case.warehouse_id), case.warehouse_id, case.kind, _zone(case), stage, cause)
    if answering and answering != case.responsible_id:
        write_note(case.warehouse_id, case.id, None, "responsible", answering)
    put_down(
        case,
        cause=cause,
        stage=stage,
        whys=msgspec.json.encode(list(whys)).decode() if whys else None,
        analysed_by=person_id,
        analysed_at=clock.now(),
        responsible_id=answering or case.responsible_id,
        state="working" if case.state == "open" else case.state,
    )


def _known(cause, stage):
    wrong = {}
    if not fetch("SELECT 1 FROM reasons WHERE code = :code AND kind = 'cause'", code=cause):
        wrong["cause"] = ["not_a_choice"]
    if stage not in {code for code, _, _ in STAGES}:
        wrong["stage"] = ["not_a_choice"]
    if wrong:
        raise CauseUnknown(fields=wrong)


def _zone(case):
    rows = fetch(
        "SELECT zone FROM locations WHERE warehouse_id = :w AND id = :id", w=case.warehouse_id, id=case.location_id
    )
    return rows[0].zone if rows else None


def order_action(case, person_id, action_id, text, owner_id, due_at):
    """Order a corrective action. Without an owner it falls to who answers for the case, or looks after it.

    Gives whether it is new. What was verified before is open again. Raises `IdReused`, `CaseClosed`.
    """
    owner_id = owner_id or case.responsible_id or case.owner_id or person_id
    before = fetch("SELECT * FROM case_actions WHERE warehouse_id = :w AND id = :id", w=case.warehouse_id, id=action_id)
    if before:
        if (before[0].case_id, before[0].text, before[0].due_at) != (case.id, text, due_at):
            raise IdReused()
        return False
    if case.state == "closed":
        raise CaseClosed()
    put(
        "case_actions",
        [(case.warehouse_id, action_id, case.id, text, owner_id, due_at, person_id, clock.now())],
        ["warehouse_id", "id", "case_id", "text", "owner_id", "due_at", "made_by", "made_at"],
    )
    write_note(case.warehouse_id, case.id, person_id, "action", text)
    put_down(case, state="working", verify_state=None, verify_by=None)
    return True


def action_done(case, who_id, may_work_cases, action_id, note_id, note=None, photos=(), at=None):
    """It is done, since `at`. By its owner, or by somebody who works on cases.

    Raises `ActionUnknown`, `NotYourAction`.
    """
    rows = fetch(
        "SELECT * FROM case_actions WHERE warehouse_id = :w AND case_id = :case AND id = :id",
        w=case.warehouse_id,
        case=case.id,
        id=action_id,
    )
    if not rows:
        raise ActionUnknown()
    if rows[0].owner_id != who_id and not may_work_cases:
        raise NotYourAction()
    said = " · ".join(text for text in (rows[0].text, note) if text)
    if not write_note(case.warehouse_id, case.id, who_id, "action_done", said, photos, note_id=note_id):
        return
    run(
        "UPDATE case_actions SET done_by = :who, done_at = :now, done_note = :note"
        " WHERE warehouse_id = :w AND id = :id AND done_at IS NULL",
        who=who_id,
        now=clock.now() if at is None else at,
        note=note,
        w=case.warehouse_id,
        id=action_id,
    )
