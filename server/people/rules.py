"""Which role may do what: one table. And how long a name waits after wrong tries."""

from enum import StrEnum
from functools import lru_cache

from server.clock import DAY, MINUTE, SECOND


class Permission(StrEnum):
    """What somebody may do in a warehouse."""

    READ_CATALOGUE = "read_catalogue"
    EDIT_CATALOGUE = "edit_catalogue"
    WORK = "work"  # send floor events
    READ_TASKS = "read_tasks"
    READ_STOCK = "read_stock"  # positions; the quantity only outside open counts, or with READ_BOOK
    READ_BOOK = "read_book"  # quantities always, moves, variances
    POST_MOVES = "post_moves"
    REQUEST_COUNT = "request_count"
    OPEN_COUNT = "open_count"  # 明盘: a count that shows the book
    DECIDE = "decide"  # approve, reject, recount up to the supervisor's limit
    DECIDE_MANAGER = "decide_manager"
    DECIDE_FINANCE = "decide_finance"
    TAKE_OVER = "take_over"
    READ_DOCUMENTS = "read_documents"  # expected quantities only with READ_BOOK, or as the one who picks
    REQUEST_DOCUMENTS = "request_documents"  # ask for a transfer, a scrap, …: others approve
    PLAN_DOCUMENTS = "plan_documents"  # receipts, picks, orders; settle what two people disagree about; hold stock
    APPROVE_DOCUMENTS = "approve_documents"
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"
    NAME_RESPONSIBLE = "name_responsible"  # say who answers for what in a warehouse
    IMPORT = "import"
    EXPORT = "export"
    READ_POLICY = "read_policy"
    EDIT_POLICY = "edit_policy"
    READ_PEOPLE = "read_people"
    EDIT_PEOPLE = "edit_people"
    EDIT_DEVICES = "edit_devices"
    CHECK_LEDGER = "check_ledger"


P = Permission
_FLOOR = {
    P.READ_CATALOGUE,
    P.WORK,
    P.READ_TASKS,
    P.READ_STOCK,
    P.READ_DOCUMENTS,
    P.REQUEST_DOCUMENTS,
    P.READ_CASES,
}
_SUPERVISION = _FLOOR | {
    P.READ_BOOK,
    P.POST_MOVES,
    P.REQUEST_COUNT,
    P.OPEN_COUNT,
    P.DECIDE,
    P.TAKE_OVER,
    P.PLAN_DOCUMENTS,
    P.APPROVE_DOCUMENTS,
    P.WORK_CASES,
    P.NAME_RESPONSIBLE,
    P.IMPORT,
    P.EXPORT,
    P.READ_POLICY,
    P.READ_PEOPLE,
    P.EDIT_CATALOGUE,
    P.CHECK_LEDGER,
}
_READING = {
    P.READ_CATALOGUE,
    P.READ_TASKS,
    P.READ_STOCK,
    P.READ_BOOK,
    P.READ_DOCUMENTS,
    P.READ_CASES,
    P.EXPORT,
    P.READ_POLICY,
    P.READ_PEOPLE,
    P.CHECK_LEDGER,
}

ROLES: dict[str, frozenset[Permission]] = {
    "staff": frozenset(_FLOOR),
    "supervisor": frozenset(_SUPERVISION),
    "manager": frozenset(_SUPERVISION | {P.DECIDE_MANAGER, P.EDIT_POLICY}),
    "finance": frozenset(_READING | {P.DECIDE_FINANCE, P.WORK_CASES}),
    "auditor": frozenset(_READING),
    "admin": frozenset(_SUPERVISION | {P.DECIDE_MANAGER, P.EDIT_POLICY, P.EDIT_PEOPLE, P.EDIT_DEVICES}),
    "gateway": frozenset({P.READ_CATALOGUE, P.WORK}),
}
ROLE_WORDS = {
    "staff": ("Staff", "作业员"),
    "supervisor": ("Supervisor", "主管"),
    "manager": ("Manager", "经理"),
    "finance": ("Finance", "财务"),
    "auditor": ("Auditor", "审计"),
    "admin": ("Administrator", "管理员"),
    "gateway": ("Gateway", "网关"),
}


def permissions_of(roles):
    """The union of what the roles allow."""
    return _union(frozenset(roles))


@lru_cache(maxsize=1024)
def _union(roles):
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


TRIES_FREE = 4  # wrong tries in a row that cost nothing: gloves and small keypads
FIRST_WAIT = 30 * SECOND
LONGEST_WAIT = 15 * MINUTE  # so that somebody else's guessing never keeps a worker out for long
FORGOTTEN_AFTER = DAY


def wait_after(failures):
    """Microseconds to wait after so many wrong tries in a row: 30 s after the fifth, doubling up to 15 min."""
    if failures <= TRIES_FREE:
        return 0
    return min(FIRST_WAIT * 2 ** min(failures - TRIES_FREE - 1, 10), LONGEST_WAIT)


def failures_now(failures, last_at, now):
    """Wrong tries that still count: a day without one forgets them. `last_at`: the last one, or the end of its wait."""
    return 0 if now - last_at > FORGOTTEN_AFTER else failures
