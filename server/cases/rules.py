"""How urgent a matter is and when it is due. Pure."""

from server.clock import HOUR
from server.errors import NotFound, NotUnderstood, Refusal

REPORTED = ("damaged", "lost", "found", "label_unreadable", "wrong_place", "unsafe", "other")
RECEIVING = ("over_receipt", "short_receipt", "wrong_item", "wrong_lot", "near_expiry", "pack_suspected")
SHIPPING = ("short_pick", "wrong_pick", "over_pick", "missed_shipment", "late_shipment")
ELSEWHERE = ("check_differs", "transfer_differs", "overuse", "on_hold_moved")
BY_RULE = ("negative_book", "held_line", "unknown_code", "reader_silent", *RECEIVING, *SHIPPING, *ELSEWHERE)
FROM_BOOK = (
    "negative_book",
    "held_line",
    "damaged",
    *RECEIVING,
    *SHIPPING,
    *ELSEWHERE,
)  # a rule compared
KINDS = REPORTED + BY_RULE
SEVERITIES = ("low", "normal", "high")
_HIGH = ("unsafe", "held_line")


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
    zh = "异常类型不存在。可选:{kinds}。"


class NoteRequired(NotUnderstood):
    """A case ends with a word about how."""

    code = "note_required"
    en = "Write a short note: what was found, what was done."
    zh = "请填写简短说明:发现了什么、如何处理。"


def kind_and_note(kind, note=None):
    """What somebody on the floor calls it need not be one of our kinds: then it is "other", and their word is kept."""
    if kind in KINDS:
        return kind, note
    return "other", f"{kind}: {note}" if note else kind


def severity_of(kind, given=None):
    """How urgent, unless somebody said."""
    if given:
        return given
    return "high" if kind in _HIGH else "normal"


def deadline_of(opened_at, severity, cause_hours):
    """When it should have an end; a high one in a fifth of the time."""
    hours = cause_hours / 5 if severity == "high" else cause_hours
    return opened_at + int(hours * HOUR)
