"""What a quiz comes to, and that the house's own instructions are whole in both languages."""

import re

import pytest

from server.sop.rules import QUESTIONS, STEPS, AnswersMissing, NoQuiz, grade
from server.sop.words import DEFAULTS

QUIZ = [{"right": 1}, {"right": 0}, {"right": 2}]


@pytest.mark.parametrize(
    ("answers", "right", "passed"),
    [([1, 0, 2], 3, True), ([1, 0, 0], 2, False), ([0, 1, 0], 0, False), ([9, -1, 2], 1, False)],
)
def test_a_quiz_is_passed_when_all_is_right(answers, right, passed):
    assert (grade(QUIZ, answers).right, grade(QUIZ, answers).passed) == (right, passed)


@pytest.mark.parametrize("answers", [[], [1, 0], [1, 0, 2, 2]])
def test_every_question_takes_one_answer(answers):
    with pytest.raises(AnswersMissing):
        grade(QUIZ, answers)


def test_without_questions_there_is_no_quiz():
    with pytest.raises(NoQuiz):
        grade([], [])


def test_each_step_has_an_instruction_in_both_languages():
    assert tuple(DEFAULTS) == ("receive", "check", "putaway", "pick", "ship", "count", *STEPS[6:]) == STEPS
    for one in DEFAULTS.values():
        assert one["en"].startswith("1. ") and re.match(r"1\. .*[\u4e00-\u9fff]", one["zh"])
        assert one["en"].count("\n") == one["zh"].count("\n")
        assert len(one["questions"]) in (0, QUESTIONS)
        for question in one["questions"]:
            assert question["right"] < len(question["choices"])
            assert all(choice["en"] and choice["zh"] for choice in question["choices"])
