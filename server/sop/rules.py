"""What a quiz comes to. Pure."""

from dataclasses import dataclass

from server.errors import NotFound, NotUnderstood, Refusal

STEPS = ("receive", "check", "putaway", "pick", "ship", "count", "move", "transfer", "scrap", "return", "produce")
QUESTIONS = 3
MOST_CHOICES = 5


class QuizRequired(Refusal):
    """A supervisor wants a quiz to be passed before this is done."""

    code = "quiz_required"
    en = "Answer the short quiz of this step first. It takes a minute; your supervisor asked for it."
    zh = "请先完成本步骤的小测验（约一分钟），主管要求先测验后作业。"


class NoQuiz(NotUnderstood):
    """The instruction of this step has no questions."""

    code = "no_quiz"
    en = "The instruction of this step has no questions, so there is no quiz. Write some first."
    zh = "该步骤的作业指导没有题目，无法测验。请先编写题目。"


class AnswersMissing(NotUnderstood):
    """One answer to each question."""

    code = "answers_missing"
    en = "A quiz takes one answer to each of its {n} questions."
    zh = "测验共 {n} 题，每题须作答。"


class QuizCallUnknown(NotFound):
    """No such call for a quiz."""

    code = "quiz_call_unknown"
    en = "This quiz was not asked for, or you may not see it. Refresh the list."
    zh = "没有该测验要求或您无权查看。请刷新列表。"


class SopUnknown(NotFound):
    """No such instruction."""

    code = "sop_unknown"
    en = "This instruction does not exist, or is not of this step. Refresh and answer again."
    zh = "作业指导不存在或不属于该步骤。请刷新后重新作答。"


@dataclass(frozen=True, slots=True)
class Grade:
    """How many of how many were right."""

    right: int
    asked: int

    @property
    def passed(self):
        """All of them: they are three, and each is about what goes wrong most."""
        return self.right == self.asked


def grade(questions, answers):
    """Judge answers (places of choices, in the questions' order). Raises `NoQuiz`, `AnswersMissing`."""
    if not questions:
        raise NoQuiz()
    if len(answers) != len(questions):
        raise AnswersMissing(n=len(questions))
    right = sum(answer == question["right"] for question, answer in zip(questions, answers, strict=True))
    return Grade(right, len(questions))
