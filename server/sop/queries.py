"""What people ask of instructions and quizzes."""

from dataclasses import dataclass, field

import msgspec

from server.db import fetch, given
from server.sop.rules import STEPS, SopUnknown
from server.sop.words import DEFAULTS


@dataclass(frozen=True, slots=True)
class Instruction:
    """The instruction of a step as it holds in a warehouse. `id` is None for the one that comes with the house."""

    step: str
    en: str
    zh: str
    id: str | None = None
    warehouse: str | None = None
    photo: str | None = None
    questions: list = field(default_factory=list)
    made_at: int | None = None


def instructions(warehouse_id):
    """{step: Instruction} as they hold in a warehouse now: its own, else the company's, else the house's."""
    found = {step: Instruction(step, **DEFAULTS[step]) for step in STEPS}
    rows = fetch(
        "SELECT s.*, w.code AS warehouse FROM sops s LEFT JOIN warehouses w ON w.id = s.warehouse_id"
        " WHERE s.warehouse_id = :w OR s.warehouse_id IS NULL"
        " ORDER BY CASE WHEN s.warehouse_id IS NULL THEN 0 ELSE 1 END, s.made_at, s.id",
        w=warehouse_id,
    )
    for row in rows:
        found[row.step] = _read(row)
    return found


def instruction(sop_id, step, warehouse_id):
    """The very instruction that somebody answered about; without an id the house's own. Raises `SopUnknown`."""
    if sop_id is None:
        return Instruction(step, **DEFAULTS[step])
    rows = fetch(
        "SELECT s.*, w.code AS warehouse FROM sops s LEFT JOIN warehouses w ON w.id = s.warehouse_id"
        " WHERE s.id = :id AND s.step = :step AND (s.warehouse_id = :w OR s.warehouse_id IS NULL)",
        id=sop_id,
        step=step,
        w=warehouse_id,
    )
    if not rows:
        raise SopUnknown()
    return _read(rows[0])


def _read(row):
    questions = msgspec.json.decode(row.questions) if isinstance(row.questions, str | bytes) else row.questions
    return Instruction(row.step, row.en, row.zh, row.id, row.warehouse, row.photo, questions, row.made_at)


def calls_in(houses, limit, after=None):
    """Open calls for a quiz, the newest first, one more than `limit`. `after`: (made_at, id)."""
    where, params = "", {}
    if after:
        where = " AND (q.made_at < :at OR (q.made_at = :at AND q.id < :last))"
        params = {"at": after[0], "last": after[1]}
    return fetch(
        "SELECT q.*, w.code AS warehouse, p.username AS person, p.name, m.name AS maker FROM "
        + given("houses", w="id")
        + " h JOIN quiz_calls q ON q.warehouse_id = h.w JOIN warehouses w ON w.id = q.warehouse_id"
        " LEFT JOIN persons p ON p.id = q.person_id LEFT JOIN persons m ON m.id = q.made_by"
        " WHERE q.lifted_at IS NULL" + where + " ORDER BY q.made_at DESC, q.id DESC LIMIT :limit",
        houses=[(one,) for one in houses],
        limit=limit + 1,
        **params,
    )


def results_in(houses, limit, after=None, person_id=None):
    """Quizzes that were answered, the newest first, one more than `limit`. `after`: (effective_at, id)."""
    where, params = "", {}
    if after:
        where = " AND (r.effective_at < :at OR (r.effective_at = :at AND r.id < :last))"
        params = {"at": after[0], "last": after[1]}
    if person_id:
        where += " AND r.person_id = :person"
        params["person"] = person_id
    return fetch(
        "SELECT r.*, w.code AS warehouse, p.username AS person, p.name FROM "
        + given("houses", w="id")
        + " h JOIN quiz_results r ON r.warehouse_id = h.w JOIN warehouses w ON w.id = r.warehouse_id"
        " JOIN persons p ON p.id = r.person_id WHERE 1 = 1" + where + " ORDER BY r.effective_at DESC, r.id DESC"
        " LIMIT :limit",
        houses=[(one,) for one in houses],
        limit=limit + 1,
        **params,
    )
