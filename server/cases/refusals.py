"""Why something cannot be done about a case."""

from server.errors import NotFound, NotUnderstood, Refusal


class CaseUnknown(NotFound):
    """No such case, or not for this person."""

    code = "case_unknown"
    en = "This case does not exist, or you may not see it. Refresh the list."
    zh = "异常单不存在或您无权查看。请刷新列表。"


class CaseClosed(Refusal):
    """It has an end already."""

    code = "case_closed"
    en = "This case is closed. Reopen it first."
    zh = "该异常单已关闭。请先重新打开。"


class CaseOpen(Refusal):
    """It has no end yet."""

    code = "case_open"
    en = "This case is still open. Close it first."
    zh = "该异常单尚未关闭。请先关闭。"


class CaseKindUnknown(NotUnderstood):
    """Not a kind of case."""

    code = "case_kind_unknown"
    en = "This kind of case is not known. Choose one of: {kinds}."
    zh = "异常类型不存在。可选：{kinds}。"


class NoteRequired(NotUnderstood):
    """A case ends with a word about how."""

    code = "note_required"
    en = "Write a short note: what was found, what was done."
    zh = "请填写简短说明：发现了什么、如何处理。"


class CauseRequired(NotUnderstood):
    """What is urgent does not end without a cause and the stage where it arose."""

    code = "cause_required"
    en = "Say first what the cause was and at which stage it arose. Then the case can be closed."
    zh = "请先填写原因及发生环节，然后再关闭异常单。"


class CauseUnknown(NotUnderstood):
    """Not one of the causes or stages."""

    code = "cause_unknown"
    en = "This cause or stage is not known. Choose from the list."
    zh = "原因或环节不存在。请从列表选择。"


class ActionsOpen(Refusal):
    """What was to be done is not done yet."""

    code = "actions_open"
    en = "{n} corrective actions are not done yet. Finish them, then close the case."
    zh = "还有 {n} 项整改措施未完成。请完成后再关闭异常单。"


class NotVerified(Refusal):
    """Nobody has seen yet whether it helped."""

    code = "not_verified"
    en = "Nobody has verified yet that the corrective action helped. Let somebody look, or ask for a count."
    zh = "尚未验证整改措施是否有效。请安排人员核查或盘点。"


class EvidenceRequired(NotUnderstood):
    """By policy this kind of case ends with a photo, or by a count."""

    code = "evidence_required"
    en = "A case like this needs a photo of how it ended. Take one and try again."
    zh = "此类异常单关闭时需附照片。请拍照后重试。"


class ActionUnknown(NotFound):
    """No such corrective action on this case."""

    code = "action_unknown"
    en = "This corrective action does not exist. Refresh the case."
    zh = "整改措施不存在。请刷新异常单。"


class NotYourAction(Refusal):
    """Somebody else was to do it."""

    code = "not_your_action"
    en = "This corrective action belongs to somebody else. They or a supervisor can mark it as done."
    zh = "该整改措施由他人负责，只能由本人或主管标记完成。"


class OwnVerification(Refusal):
    """Whoever mended it does not say whether it is mended."""

    code = "own_verification"
    en = "You carried out a corrective action of this case. Somebody else must verify it."
    zh = "您执行了该异常单的整改措施，须由他人验证。"


class NotCountable(Refusal):
    """Only a place and an item together can be counted."""

    code = "not_countable"
    en = "A count can verify only a case with a location and an item. Let a person verify it."
    zh = "只有同时注明库位和物料的异常单才能通过盘点验证。请由人员验证。"


class ResponsibilityUnknown(NotFound):
    """No such line of the table."""

    code = "responsibility_unknown"
    en = "This line does not exist, or you may not see it. Refresh the table."
    zh = "该行不存在或您无权查看。请刷新。"
