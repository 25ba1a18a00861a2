"""Call for a quiz, answer it, and see to it that what was called for is passed first."""

import msgspec

from server import clock
from server.catalog.policy import policies_for
from server.db import among, fetch, given, put, run
from server.errors import IdReused
from server.sop.queries import instruction, instructions
from server.sop.rules import NoQuiz, QuizCallUnknown, QuizRequired, grade

_OWED = """
SELECT q.warehouse_id, q.step, q.count_id, q.made_at FROM {houses} h
JOIN quiz_calls q ON q.warehouse_id = h.w AND q.lifted_at IS NULL AND (q.person_id IS NULL OR q.person_id = :me)
WHERE q.made_at <= :at AND NOT EXISTS (SELECT 1 FROM quiz_results r WHERE r.person_id = :me
  AND r.warehouse_id = q.warehouse_id AND r.step = q.step AND r.passed = :yes AND r.effective_at >= q.made_at)
"""


def call_quiz(warehouse_id, id_, step, made_by, person_id=None, count_id=None):
    """Ask for a quiz of a step: of one person, before one count, or of everybody. Gives whether it is new.

    Raises `IdReused`, `NoQuiz`.
    """
    before = fetch("SELECT * FROM quiz_calls WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=id_)
    if before:
        if (before[0].step, before[0].person_id, before[0].count_id) != (step, person_id, count_id):
            raise IdReused()
        return False
    if not instructions(warehouse_id)[step].questions:
        raise NoQuiz(fields={"step": ["invalid"]})
    put(
        "quiz_calls",
        [(warehouse_id, id_, step, person_id, count_id, made_by, clock.now())],
        ["warehouse_id", "id", "step", "person_id", "count_id", "made_by", "made_at"],
    )
    return True


def lift(warehouse_ids, id_, person_id):
    """It is no longer asked for. Raises `QuizCallUnknown`."""
    for warehouse_id in warehouse_ids:
        lifted = run(
            "UPDATE quiz_calls SET lifted_by = COALESCE(lifted_by, :who), lifted_at = COALESCE(lifted_at, :now)"
            " WHERE warehouse_id = :w AND id = :id",
            who=person_id,
            now=clock.now(),
            w=warehouse_id,
            id=id_,
        )
        if lifted:
            return
    raise QuizCallUnknown()


def answer_quiz(warehouse_id, id_, who_id, device_id, at, step, answers, sop_id=None):
    """Somebody answered: it is judged by the instruction that they saw, and kept. Gives `Grade`.

    Raises `SopUnknown`, `NoQuiz`, `AnswersMissing`.
    """
    found = grade(instruction(sop_id, step, warehouse_id).questions, answers)
    put(
        "quiz_results",
        [
            (
                *(warehouse_id, id_, who_id, device_id, step, sop_id, msgspec.json.encode(answers).decode()),
                *(found.right, found.asked, found.passed, at, clock.now()),
            )
        ],
        (
            "warehouse_id id person_id device_id step sop_id answers right_count asked passed effective_at posted_at"
        ).split(),
    )
    return found


def owed(person_id, warehouse_ids, at=None):
    """`{(warehouse id, step, count id or None)}`: quizzes that this person has not passed, though somebody called for
    them, or the policy asks everybody for them once."""
    if not warehouse_ids:
        return set()
    at = clock.now() if at is None else at
    rows = _called(person_id, warehouse_ids, at)
    return {(row.warehouse_id, row.step, row.count_id) for row in rows} | {
        (warehouse_id, step, None) for warehouse_id, step in _never_passed(person_id, warehouse_ids, at)
    }


def owed_since(person_id, warehouse_id, at):
    """`{step: since when}` of what this person owes here, whatever the count. By policy: as it stood at `at`."""
    called = _called(person_id, [warehouse_id], clock.now())
    found = {step: at for _, step in _never_passed(person_id, [warehouse_id], at)}
    for row in called:
        if row.count_id is None:
            found[row.step] = min(row.made_at, found.get(row.step, row.made_at))
    return found


def _called(person_id, warehouse_ids, at):
    return fetch(
        _OWED.format(houses=given("houses", w="id")),
        houses=[(one,) for one in warehouse_ids],
        me=person_id,
        at=at,
        yes=True,
    )


def _never_passed(person_id, warehouse_ids, at):
    """{(warehouse id, step)} that the policies of `at` ask everybody for, and that this person has never passed.

    A step without questions has nothing to pass.
    """
    steps = {house: policy.quiz_steps for house, policy in policies_for(warehouse_ids, at).items()}
    wanted = {house: instructions(house) for house, asked in steps.items() if asked}
    asked = {(house, step) for house, one in wanted.items() for step in steps[house] if one[step].questions}
    if not asked:
        return set()
    rows = fetch(
        "SELECT DISTINCT r.warehouse_id, r.step FROM quiz_results r WHERE r.person_id = :me AND r.passed = :yes AND "
        + among("r.warehouse_id", "houses", "id"),
        me=person_id,
        yes=True,
        houses=list(warehouse_ids),
    )
    return asked - {(row.warehouse_id, row.step) for row in rows}


def refuse_unpassed(warehouse_id, person_id, step, count_id=None, at=None):
    """Raises `QuizRequired` if this person owes the quiz of a step. `at`: only what was called for by then."""
    waiting = owed(person_id, [warehouse_id], at)
    if (warehouse_id, step, None) in waiting or (count_id and (warehouse_id, step, count_id) in waiting):
        raise QuizRequired()
