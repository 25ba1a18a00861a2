"""Signing in and out, and who one is.

Only wrong tries count against an address: a whole shift behind one router may sign in at six o'clock.
"""

import marshmallow as ma
from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.db import transaction
from server.errors import NotUnderstood
from server.people import devices, queries, sign_in, tokens
from server.people.change import speak
from server.people.who import actor
from server.routes.door import current_person, signed_in
from server.routes.shapes import Shape, Words, choice, text

routes = Blueprint("auth", __name__, description="Sign in, stay signed in, sign out")
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def _limit_only_signing_in(state):
    """flask-limiter looks at every request of an app, for a tenth of the price of a scan: let it look at ours only."""
    limiter.init_app(state.app)
    for hooks in (state.app.before_request_funcs, state.app.after_request_funcs, state.app.teardown_request_funcs):
        hooks.setdefault(routes.name, []).append(hooks[None].pop())


routes.record_once(_limit_only_signing_in)

LANGUAGES = ("en", "zh", "zh-CN")
SECRET = [ma.validate.Length(min=1, error="too_short"), ma.validate.Length(max=1000, error="too_long")]


class LoginIn(Words):
    username = text(80, required=True)
    password = fields.String(required=True, validate=SECRET)


class BadgeIn(Words):
    badge = text(80, required=True)
    pin = fields.String(required=True, validate=SECRET)
    device_id = text(120, load_default=None)


def _refresh_token(**words):
    return fields.String(validate=ma.validate.Length(max=4000, error="too_long"), **words)


class RefreshIn(Words):
    refresh_token = _refresh_token(required=True)


class LogoutIn(Words):
    """Without `refresh_token`, the session of the token by which the request speaks is over."""

    refresh_token = _refresh_token(load_default=None)


class MeIn(Shape):
    language = choice(*LANGUAGES)


class RoleOut(ma.Schema):
    warehouse = fields.String()
    role = fields.String()


class MyselfOut(ma.Schema):
    id = fields.String()
    username = fields.String()
    name = fields.String()
    language = fields.String()
    roles = fields.List(fields.Nested(RoleOut))


class SessionOut(ma.Schema):
    access_token = fields.String()
    refresh_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    person = fields.Nested(MyselfOut)


class WarehouseOut(ma.Schema):
    id = fields.String()
    code = fields.String()
    name = fields.String()
    timezone = fields.String()


class MeOut(ma.Schema):
    person = fields.Nested(MyselfOut)
    roles = fields.List(fields.Nested(RoleOut))
    warehouses = fields.List(fields.Nested(WarehouseOut))
    permissions = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


wrong_tries_only = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].login_limit,
    scope="sign in",
    deduct_when=lambda response: response.status_code in (401, 429),
)


@routes.post("/auth/login")
@routes.doc(security=[])
@wrong_tries_only
@routes.arguments(LoginIn)
@routes.response(200, SessionOut)
def login(words):
    """Sign in by user name and password."""
    return _begin(sign_in.by_password(words["username"], words["password"], clock.now()))


@routes.post("/auth/badge")
@routes.doc(security=[])
@wrong_tries_only
@routes.arguments(BadgeIn)
@routes.response(200, SessionOut)
def sign_in_by_badge(words):
    """Sign in by badge and PIN, on a handheld that people share."""
    devices.refuse_revoked(words["device_id"])
    return _begin(sign_in.by_badge(words["badge"], words["pin"], clock.now()))


@routes.post("/auth/refresh")
@routes.doc(security=[])
@routes.arguments(RefreshIn)
@routes.response(200, SessionOut)
def refresh(words):
    """Trade a refresh token for a new pair. Each is good once; one that comes twice ends the session everywhere."""
    claims = tokens.read_refresh(words["refresh_token"])
    with transaction():
        session, refusal = tokens.rotate(claims, clock.now())
    return _session_out(session, refusal)


@routes.post("/auth/logout")
@routes.doc(security=[])
@routes.arguments(LogoutIn)
@routes.response(204)
def logout(words):
    """Sign out: the refresh tokens of this session are over. What the phone has not sent yet stays on it."""
    family = tokens.family_of(_token(words))
    with transaction():
        tokens.end_family(family, clock.now())


@routes.get("/me")
@signed_in
@routes.response(200, MeOut)
def me():
    """Who is signed in, and what they may do where."""
    return _me(current_person())


@routes.patch("/me")
@signed_in
@routes.arguments(MeIn)
@routes.response(200, MeOut)
def change_me(words):
    """Choose the language of answers."""
    person_id = current_person().id
    if "language" in words:
        with transaction():
            speak(person_id, words["language"])
        return _me(actor(person_id))
    return _me(current_person())


def _token(words):
    """The token that the body says, else the one by which the request speaks."""
    kind, _, spoken = request.headers.get("Authorization", "").partition(" ")
    token = words["refresh_token"] or (spoken.strip() if kind.lower() == "bearer" else "")
    if not token:
        raise NotUnderstood(fields={"refresh_token": ["required"]})
    return token


def _begin(tried):
    with transaction():
        refusal = sign_in.settle(tried, clock.now())
        session = None if refusal else tokens.begin(tried.person_id, clock.now())
    return _session_out(session, refusal)


def _session_out(session, refusal):
    if refusal:
        raise refusal
    return {
        "access_token": session.access_token,
        "refresh_token": session.refresh_token,
        "expires_in": session.expires_in,
        "person": queries.myself(actor(session.person_id)),
    }


def _me(who):
    myself = queries.myself(who)
    return {
        "person": myself,
        "roles": myself["roles"],
        "warehouses": queries.warehouses_of(who),
        "permissions": queries.permissions_by_warehouse(who),
    }
