"""Reasons and causes: the words for why. A company may add its own and retire what it does not use."""

from server.catalog.tables import Reason
from server.catalog.words import LOSS_TYPES
from server.db import session
from server.errors import NotFound, NotUnderstood, Refusal


class ReasonNotFound(NotFound):
    """No such reason or cause."""

    code = "reason_not_found"
    en = "There is no reason or cause {reason}. Choose one from the list."
    zh = "没有原因代码 {reason}。请从列表中选择。"


class ReasonTaken(Refusal):
    """The code stands for something else."""

    code = "reason_taken"
    en = "The code {taken} already means “{owner}”. Choose another code."
    zh = "代码 {taken} 已表示“{owner}”。请换一个代码。"


def add_reason(code, kind, en, zh, loss_type=None):
    """Add a reason, or a cause below one of the four loss types. Gives (reason, whether it is new).

    Raises `NotUnderstood` for a cause without loss type, `ReasonTaken`.
    """
    if kind == "cause" and loss_type is None:
        raise NotUnderstood(fields={"loss_type": ["required"]})
    said = {"kind": kind, "en": en, "zh": zh, "loss_type": loss_type if kind == "cause" else None}
    known = session().get(Reason, code)
    if known:
        if any(getattr(known, name) != value for name, value in said.items()):
            raise ReasonTaken(taken=code, owner=known.en)
        return known, False

    reason = Reason(code=code, active=True, position=_after_its_like(said["loss_type"]), **said)
    session().add(reason)
    session().flush()
    return reason, True


def change_reason(code, **changes):
    """Change the words of a reason, or retire it (`active`). Raises `ReasonNotFound`."""
    reason = reason_of(code)
    for name, value in changes.items():
        setattr(reason, name, value)
    session().flush()
    return reason


def reason_of(code):
    """The reason or cause of that code, active or not. Raises `ReasonNotFound`."""
    reason = session().get(Reason, code)
    if reason is None:
        raise ReasonNotFound(reason=code)
    return reason


def reasons_of(kind=None):
    """The active reasons and causes in the order of the list."""
    found = session().query(Reason).filter_by(active=True)
    if kind:
        found = found.filter_by(kind=kind)
    return found.order_by(Reason.position, Reason.code).all()


def _after_its_like(loss_type):
    """Custom reasons stand after ours, custom causes after those of their loss type."""
    if loss_type is None:
        return 900
    alike = session().query(Reason.position).filter_by(loss_type=loss_type).order_by(Reason.position.desc()).first()
    return alike[0] if alike else 1000 + [code for code, _, _ in LOSS_TYPES].index(loss_type)
