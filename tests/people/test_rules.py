"""Which role may do what, and how long a name waits."""

import pytest

from server.clock import DAY, MINUTE, SECOND
from server.people.rules import ROLE_WORDS, ROLES, Permission, failures_now, permissions_of, wait_after


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (10_000, 900)],
)
def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour(failures, seconds):
    assert wait_after(failures) == seconds * SECOND


def test_a_day_without_a_wrong_try_forgets_the_earlier_ones():
    assert failures_now(7, last_at=0, now=DAY) == 7
    assert failures_now(7, last_at=0, now=DAY + MINUTE) == 0


def test_an_auditor_changes_nothing():
    changing = {"work", "decide", "post_moves", "request_count", "import", "work_cases"}
    changing |= {each for each in Permission if each.startswith(("edit", "decide"))}
    assert not ROLES["auditor"] & changing


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_administrators_edit_people(role):
    assert Permission.EDIT_PEOPLE not in ROLES[role]


def test_who_may_be_asked_to_count_never_reads_the_book():
    assert Permission.READ_BOOK not in ROLES["staff"]


def test_every_role_has_words_in_both_languages():
    assert ROLE_WORDS.keys() == ROLES.keys()


def test_a_role_that_no_longer_exists_allows_nothing():
    assert permissions_of({"forklift"}) == frozenset()
