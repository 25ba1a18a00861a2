"""How each step is done (SOP), and the quizzes about it."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.clock import show_instant
from server.counting.queries import count_of
from server.db import transaction
from server.people.named import PersonUnknown, people_by_name
from server.people.rules import Permission
from server.routes.counts import CountUnknown
from server.routes.door import current_person, everywhere, may, warehouse, warehouses
from server.routes.shapes import (
    Id,
    Instant,
    PageQuery,
    Query,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    prose,
    read_cursor,
    text,
)
from server.routes.tagged import tagged
from server.sop import queries, quiz
from server.sop.rules import MOST_CHOICES, QUESTIONS, STEPS
from server.sop.write import write_sop

routes = Blueprint("sops", __name__, description="How each step is done, and who has shown that they know it")


class ChoiceShape(Shape):
    """One answer to choose, in both languages."""

    en = prose(300, required=True)
    zh = prose(300, required=True)


class QuestionShape(ChoiceShape):
    """A question with its choices; `right` is the place of the right one, counted from 0."""

    choices = fields.List(
        fields.Nested(ChoiceShape), required=True, validate=validate.Length(2, MOST_CHOICES, error="out_of_range")
    )
    right = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, MOST_CHOICES - 1, error="out_of_range")
    )

    @validates_schema
    def _one_is_right(self, said, **_):
        if said.get("right", 0) >= len(said.get("choices", ())):
            raise ValidationError({"right": ["out_of_range"]})


class SopIn(Words):
    """The instruction of a step from now on; without `warehouse` for all of them. Three questions, or none."""

    id = Id(required=True)
    warehouse = text(load_default=None)
    step = choice(*STEPS, required=True)
    en = prose(2000, required=True)
    zh = prose(2000, required=True)
    photo = Id(load_default=None)
    questions = fields.List(fields.Nested(QuestionShape), load_default=list)

    @validates_schema
    def _three_or_none(self, said, **_):
        if len(said.get("questions", ())) not in (0, QUESTIONS):
            raise ValidationError({"questions": ["out_of_range"]})
        if not (said["en"].strip() and said["zh"].strip()):
            raise ValidationError({"en": ["required"]})


class SopOut(Shape):
    """An instruction as it holds. `id` is null for the one that comes with the house."""

    id = fields.UUID(allow_none=True)
    warehouse = fields.String(allow_none=True)
    step = fields.String()
    en = fields.String()
    zh = fields.String()
    photo = fields.String(allow_none=True)
    questions = fields.List(fields.Nested(QuestionShape))
    made_at = Instant(allow_none=True)
    quiz = fields.Boolean(metadata={"description": "I am to pass its quiz first"})


class SopsQuery(Query):
    """Of which warehouse."""

    warehouse = text(required=True)


class QuizIn(Words):
    """Ask for the quiz of a step: of one person, before one count, or (neither) of everybody in the warehouse."""

    id = Id(required=True)
    warehouse = text(required=True)
    step = choice(*STEPS, required=True)
    person = text(load_default=None)
    count = Id(load_default=None)

    @validates_schema
    def _of_one_thing(self, said, **_):
        if said.get("person") and said.get("count"):
            raise ValidationError({"count": ["invalid"]})
        if said.get("count") and said.get("step") != "count":
            raise ValidationError({"step": ["invalid"]})


class QuizOut(Shape):
    """A quiz that was asked for."""

    id = fields.UUID()
    warehouse = fields.String()
    step = fields.String()
    person = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    count = fields.UUID(attribute="count_id", allow_none=True)
    made_by = fields.String(attribute="maker")
    made_at = Instant()


class LiftIn(Words):
    """The id of this act."""

    id = Id(required=True)


class QuizzesQuery(PageQuery):
    """Of which warehouse."""

    warehouse = text(load_default=None)


class ResultsQuery(QuizzesQuery):
    """Of which warehouse, and whose."""

    person = text(load_default=None)


class ResultOut(Shape):
    """What came of a quiz."""

    id = fields.UUID()
    warehouse = fields.String()
    step = fields.String()
    person = fields.String()
    name = fields.String()
    right = fields.Integer(attribute="right_count")
    asked = fields.Integer()
    passed = fields.Boolean()
    at = Instant(attribute="effective_at")


@routes.get("/sops")
@may(Permission.READ_TASKS)
@routes.arguments(SopsQuery, location="query")
@routes.response(200, page_of("Sop", SopOut))
@routes.alt_response(304, description="Nothing changed since the ETag that was sent", success=True)
def list_sops(asked):
    """The instructions of all steps with their quizzes, to be carried along. Answers 304 to a known ETag."""
    here, who = warehouse(asked["warehouse"], Permission.READ_TASKS), current_person()
    waiting = {step for _, step, count_id in quiz.owed(who.id, [here.id]) if count_id is None}
    items = [_shown(one, one.step in waiting) for one in queries.instructions(here.id).values()]
    return tagged({"items": items, "next": None})


@routes.post("/sops")
@may(Permission.EDIT_POLICY)
@routes.arguments(SopIn)
@routes.response(201, SopOut)
def add_sop(body):
    """Write the instruction of a step; the one before it stays on record."""
    code = body["warehouse"]
    here = everywhere(Permission.EDIT_POLICY) if code is None else warehouse(code, Permission.EDIT_POLICY)
    said = {name: body[name] for name in ("step", "en", "zh", "photo", "questions")}
    with transaction():
        new = write_sop(body["id"], current_person().id, warehouse_id=here and here.id, **said)
    return {**said, "id": body["id"], "warehouse": code, "quiz": False}, 201 if new else 200


@routes.get("/quizzes")
@may(Permission.READ_PEOPLE)
@routes.arguments(QuizzesQuery, location="query")
@routes.response(200, page_of("Quiz", QuizOut))
def list_quizzes(asked):
    """Quizzes that are asked for, the newest first."""
    houses = [row.id for row in warehouses(Permission.READ_PEOPLE, asked["warehouse"])]
    rows = queries.calls_in(houses, asked["limit"], read_cursor(asked["cursor"], int, str))
    return paged([row._mapping for row in rows], asked["limit"], lambda row: (row["made_at"], row["id"]))


@routes.post("/quizzes")
@may(Permission.REQUEST_COUNT)
@routes.arguments(QuizIn)
@routes.response(201, QuizOut)
def call_quiz(body):
    """Ask for a quiz: before a count, of a new colleague, or of everybody."""
    here, who = warehouse(body["warehouse"], Permission.REQUEST_COUNT), current_person()
    person_id = None
    if body["person"] is not None:
        person_id = people_by_name([body["person"]], here.id).get(body["person"])
        if person_id is None:
            raise PersonUnknown(person=body["person"], fields={"person": ["unknown"]})
    if body["count"] is not None and count_of([here.id], body["count"]) is None:
        raise CountUnknown()
    with transaction():
        new = quiz.call_quiz(here.id, body["id"], body["step"], who.id, person_id, body["count"])
        found = [row for row in queries.calls_in([here.id], 1_000) if row.id == body["id"]]
        return found[0]._mapping if found else {**body, "maker": who.name}, 201 if new else 200


@routes.post("/quizzes/<uuid:quiz_id>/lift")
@may(Permission.REQUEST_COUNT)
@routes.arguments(LiftIn)
@routes.response(204)
def lift_quiz(_body, quiz_id):
    """It is no longer asked for."""
    with transaction():
        quiz.lift([row.id for row in warehouses(Permission.REQUEST_COUNT)], str(quiz_id), current_person().id)


@routes.get("/quizzes/results")
@may(Permission.READ_PEOPLE)
@routes.arguments(ResultsQuery, location="query")
@routes.response(200, page_of("QuizResult", ResultOut))
def list_results(asked):
    """What came of quizzes, the newest first."""
    houses = [row.id for row in warehouses(Permission.READ_PEOPLE, asked["warehouse"])]
    person_id = None
    if asked["person"] is not None:
        found = [people_by_name([asked["person"]], house).get(asked["person"]) for house in houses]
        person_id = next((one for one in found if one), None)
        if person_id is None:
            return {"items": [], "next": None}
    rows = queries.results_in(houses, asked["limit"], read_cursor(asked["cursor"], int, str), person_id)
    return paged([row._mapping for row in rows], asked["limit"], lambda row: (row["effective_at"], row["id"]))


def _shown(one, owed):
    return {
        "id": one.id,
        "warehouse": one.warehouse,
        "step": one.step,
        "en": one.en,
        "zh": one.zh,
        "photo": one.photo,
        "questions": one.questions,
        "made_at": show_instant(one.made_at),
        "quiz": owed,
    }
