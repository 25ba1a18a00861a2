"""Sign in by password, or by badge and PIN, and make guessing slow.

Two steps, since a hash takes fifty milliseconds and no writer may wait for it: `by_password` and `by_badge` read and
hash with no lock held, `settle` judges again under the row's lock and writes down the outcome. Of many guesses made at
once only the first few are therefore answered. `settle` gives a refusal back instead of raising it: the count of wrong
tries must be kept though the request fails.
"""

from dataclasses import dataclass

from server.clock import SECOND
from server.db import fetch, run
from server.errors import Refusal
from server.people import passwords
from server.people.rules import failures_now, wait_after


class WrongCredentials(Refusal):
    """The name is not known, the secret is wrong, or the person is not active: which one is not said."""

    code = "wrong_credentials"
    status = 401
    en = "That name and password (or badge and PIN) do not fit together. Check both and try again."
    zh = "用户名与密码（或工牌与 PIN）不匹配。请核对后重试。"


class LockedOut(Refusal):
    """Too many wrong tries in a row for this name."""

    code = "locked_out"
    status = 429
    en = "Too many wrong tries. Wait {seconds} seconds, then try again, or ask an administrator for a new password."
    zh = "错误次数过多。请等待 {seconds} 秒后重试，或请管理员重设密码。"


@dataclass(frozen=True)
class Try:
    """One try at a name: whose it is, if anybody's, and whether the secret fits."""

    name: str
    person_id: str | None
    right: bool


def by_password(username, password, now):
    """Try a password. Call it outside a transaction; `settle` says what came of it. Raises `LockedOut`."""
    found = fetch("SELECT id, active, password_hash AS kept FROM persons WHERE username = :name", name=username)
    return _try(f"password:{username}", found, password, now)


def by_badge(badge, pin, now):
    """Try a badge and PIN. Call it outside a transaction; `settle` says what came of it. Raises `LockedOut`."""
    found = fetch("SELECT id, active, pin_hash AS kept FROM persons WHERE badge = :badge", badge=badge)
    return _try(f"badge:{badge}", found, pin, now)


def settle(tried, now):
    """Count a wrong try, or forget the earlier ones. Gives None, or the refusal to raise once this is committed."""
    row = fetch(
        "INSERT INTO sign_in_failures (name, failures, locked_until) VALUES (:name, 0, :now)"
        " ON CONFLICT (name) DO UPDATE SET failures = sign_in_failures.failures RETURNING failures, locked_until",
        name=tried.name,
        now=now,
    )[0]  # the update changes nothing, but holds the row until we commit
    if _waits(row, now):
        return _locked(row.locked_until, now)
    if tried.right:
        run("DELETE FROM sign_in_failures WHERE name = :name", name=tried.name)
        return None

    failures = failures_now(row.failures, row.locked_until, now) + 1
    run(
        "UPDATE sign_in_failures SET failures = :failures, locked_until = :until WHERE name = :name",
        name=tried.name,
        failures=failures,
        until=now + wait_after(failures),
    )
    return WrongCredentials()


def forget_failures(username=None, badge=None):
    """A new password or PIN ends the waiting."""
    for name in (username and f"password:{username}", badge and f"badge:{badge}"):
        if name:
            run("DELETE FROM sign_in_failures WHERE name = :name", name=name)


def _try(name, found, secret, now):
    waiting = fetch("SELECT failures, locked_until FROM sign_in_failures WHERE name = :name", name=name)
    if waiting and _waits(waiting[0], now):
        raise _locked(waiting[0].locked_until, now)
    person = found[0] if found else None
    right = passwords.fits(person.kept if person else None, secret)
    active = person is not None and person.active
    return Try(name, person.id if active else None, bool(right and active))


def _waits(row, now):
    """Of two tries at once, the later one may have read its clock first: that alone is no wait."""
    return wait_after(row.failures) > 0 and row.locked_until > now


def _locked(until, now):
    return LockedOut(seconds=-(-(until - now) // SECOND))
