"""What a chain of moves tells. Pure."""

from dataclasses import dataclass, field

from server.errors import NotFound, NotUnderstood


class NotTraceable(NotUnderstood):
    """Only goods and what carries them can be traced."""

    code = "not_traceable"
    en = "{code} is no item, lot, serial or container. Scan one of those."
    zh = "{code} 不是物料、批次、序列号或容器。请扫描其中之一。"


class NothingNamed(NotUnderstood):
    """What is to be traced?"""

    code = "nothing_to_trace"
    en = "Say what to trace: scan a code, or name an item, a lot, a serial or a container."
    zh = "请指定追溯对象：扫码，或填写物料、批次、序列号、容器。"


class SubjectUnknown(NotFound):
    """No such thing, or not for this person."""

    code = "subject_unknown"
    en = "This item, lot, serial or container is not known here. Check it and try again."
    zh = "此处没有该物料、批次、序列号或容器。请核对后重试。"


OUTSIDE = ("SUPPLIER", "CUSTOMER", "PRODUCTION", "LOSS", "SCRAP")  # TRANSIT is a place on the way


@dataclass(frozen=True, slots=True)
class Step:
    """One move in words. `qty` is None where the asker may not hear it; `*_role`: of a virtual location."""

    id: str
    at: int
    posted_at: int
    warehouse: str
    sku: str
    lot: str
    source: str
    source_role: str | None
    target: str
    target_role: str | None
    qty: int | None
    kind: str
    person: str | None
    device: str | None
    document: str | None
    partner: str | None
    reason: str | None
    serials: tuple[str, ...] = ()
    container: str | None = None


@dataclass(slots=True)
class Sum:
    """Something that several steps have in common, from when to when, and how much of it."""

    first: int
    last: int
    qty: int | None = 0
    steps: int = 0
    kinds: set = field(default_factory=set)

    def add(self, step, sign=1):
        """One step more."""
        self.first, self.last = min(self.first, step.at), max(self.last, step.at)
        self.qty = None if self.qty is None or step.qty is None else self.qty + sign * step.qty
        self.steps += 1
        self.kinds.add(step.kind)


def entered(steps):
    """{(warehouse, outside place, document, partner): Sum}: where it came from."""
    return _summed(
        (step, (step.warehouse, step.source, step.document, step.partner)) for step in steps if _enters(step)
    )


def left(steps):
    """{(warehouse, outside place, document, partner): Sum}: where it went."""
    return _summed(
        (step, (step.warehouse, step.target, step.document, step.partner)) for step in steps if _leaves(step)
    )


def been(steps):
    """{(warehouse, place): Sum}: everywhere it was; what entered less what left is what these steps leave there."""
    found: dict[tuple, Sum] = {}
    for step in steps:
        for place, role, sign in ((step.source, step.source_role, -1), (step.target, step.target_role, 1)):
            if role not in OUTSIDE:
                found.setdefault((step.warehouse, place), Sum(step.at, step.at)).add(step, sign)
    return found


def touched(touches):
    """{person: Sum} of `(person, at, what)`: who had it in their hands, and what they did."""
    found: dict[str, Sum] = {}
    for person, at, what in touches:
        if person:
            one = found.setdefault(person, Sum(at, at, None))
            one.first, one.last, one.steps = min(one.first, at), max(one.last, at), one.steps + 1
            one.kinds.add(what)
    return found


def _enters(step):
    return step.source_role in OUTSIDE and step.target_role not in OUTSIDE


def _leaves(step):
    return step.target_role in OUTSIDE and step.source_role not in OUTSIDE


def _summed(pairs):
    found: dict[tuple, Sum] = {}
    for step, key in pairs:
        found.setdefault(key, Sum(step.at, step.at)).add(step)
    return found
