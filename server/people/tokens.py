"""Sessions: a short access token, and refresh tokens that rotate.

A refresh token is good for one use. One that comes twice was copied, and nobody can tell by whom: its family ends.
As in `sign_in.py`, a refusal that must leave a trace is given back, not raised.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from server.clock import DAY, MINUTE, SECOND
from server.db import fetch, run
from server.errors import NotSignedIn
from server.ids import new_id


class TokenReused(NotSignedIn):
    """This refresh token was used before, so it may have been copied: the session is over on every device."""

    code = "token_reused"
    en = "This session was continued somewhere else and has been ended. Sign in again; nothing on this device is lost."
    zh = "此登录已在别处续用，现已结束。请重新登录；本机数据不会丢失。"


class SessionOver(NotSignedIn):
    """The session ran out, was signed out, or ended with a new password."""

    code = "session_over"
    en = "Your session is over. Sign in again; nothing on this device is lost."
    zh = "登录已结束，请重新登录；本机数据不会丢失。"


@dataclass(frozen=True)
class Session:
    """A pair of tokens. `expires_in`: seconds that the access token lives."""

    person_id: str
    access_token: str
    refresh_token: str
    expires_in: int


def begin(person_id, now):
    """Start a session: the first tokens of a new family. Tokens of this person that ran out are swept away."""
    run("DELETE FROM refresh_tokens WHERE person_id = :person AND expires_at <= :now", person=person_id, now=now)
    return _next(person_id, new_id(), now)


def read_refresh(token):
    """The claims of a refresh token that we signed. Raises `NotSignedIn`."""
    claims = _read(token)
    if claims.get("type") != "refresh":
        raise NotSignedIn()
    return claims


def family_of(token):
    """The session to which a token of ours belongs, whether it refreshes or gives access. Raises `NotSignedIn`."""
    family = _read(token).get("family")
    if family is None:
        raise NotSignedIn()
    return family


def _read(token):
    try:
        return decode_token(token, allow_expired=True)
    except (PyJWTError, JWTExtendedException, ValueError, KeyError) as error:
        raise NotSignedIn() from error


def rotate(claims, now):
    """Trade a refresh token for the next pair: `(session, None)`, or `(None, refusal)` to raise once committed.

    One statement takes it, so of two that race exactly one wins.
    """
    taken = fetch(
        "UPDATE refresh_tokens SET used_at = :now WHERE id = :id AND used_at IS NULL AND revoked_at IS NULL"
        " AND expires_at > :now AND EXISTS (SELECT 1 FROM persons p WHERE p.id = person_id AND p.active = :yes)"
        " RETURNING person_id, family",
        id=claims["jti"],
        now=now,
        yes=True,
    )
    if taken:
        return _next(taken[0].person_id, taken[0].family, now), None
    if fetch("SELECT 1 FROM refresh_tokens WHERE id = :id AND used_at IS NOT NULL", id=claims["jti"]):
        end_family(claims["family"], now)
        return None, TokenReused()
    return None, SessionOver()


def end_family(family, now):
    """Sign out: no token of this family is good any more."""
    run("UPDATE refresh_tokens SET revoked_at = :now WHERE family = :id AND revoked_at IS NULL", id=family, now=now)


def end_sessions(person_id, now):
    """End all sessions of a person at once, access tokens too: they were deactivated, or have a new password."""
    run(
        "UPDATE refresh_tokens SET revoked_at = :now WHERE person_id = :id AND revoked_at IS NULL",
        id=person_id,
        now=now,
    )
    run("UPDATE persons SET sessions_from = :now WHERE id = :id", id=person_id, now=now)


def _next(person_id, family, now):
    settings = current_app.config["SETTINGS"]
    made = {"made_at": now, "iat": now // SECOND, "family": family}
    token_id = new_id()
    lives = settings.access_minutes * MINUTE
    keeps = settings.refresh_days * DAY
    run(
        "INSERT INTO refresh_tokens (id, family, person_id, made_at, expires_at)"
        " VALUES (:id, :family, :person, :now, :until)",
        id=token_id,
        family=family,
        person=person_id,
        now=now,
        until=now + keeps,
    )
    return Session(
        person_id,
        create_access_token(person_id, expires_delta=_delta(lives), additional_claims=made),
        create_refresh_token(person_id, expires_delta=_delta(keeps), additional_claims={**made, "jti": token_id}),
        lives // SECOND,
    )


def _delta(micros):
    return timedelta(microseconds=micros)
