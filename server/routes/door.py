"""At the door: who speaks, may they, and in which warehouse.

`@may(PERMISSION)` stands on every endpoint but the few public ones; `warehouse(code, PERMISSION)` turns a warehouse
code into a row and refuses with 404 one that the person may not see, with 403 one that they see without the right.
"""

import base64
from functools import lru_cache, wraps

from flask import current_app, g, request
from flask_jwt_extended import decode_token
from jwt.exceptions import PyJWTError

from server import clock
from server.db import fetch
from server.errors import NotAllowed, NotFound, NotSignedIn
from server.people.devices import speaker
from server.people.rules import Permission
from server.people.who import EVERYWHERE, Actor, actor_and_house, warehouses_for


class TokenExpired(NotSignedIn):
    """The access token is over: refresh it."""

    code = "token_expired"
    en = "Your session needs to be renewed. Sign in again; nothing on this device is lost."
    zh = "登录已过期，请重新登录；本机数据不会丢失。"


class WarehouseUnknown(NotFound):
    """No such warehouse, or not for this person."""

    code = "warehouse_unknown"
    en = "There is no warehouse {warehouse}, or you do not work there. Check the code."
    zh = "没有仓库 {warehouse}，或您不在该仓库工作。请核对编码。"


def may(*permissions: Permission):
    """Only for people who hold one of these in some warehouse; the verb or `warehouse()` asks for the one meant."""

    def guard(endpoint):
        @wraps(endpoint)
        def guarded(*args, **kwargs):
            if not any(current_person().may(permission) for permission in permissions):
                raise NotAllowed()
            return endpoint(*args, **kwargs)

        return guarded

    return guard


def signed_in(endpoint):
    """For anybody who is signed in, whatever the role."""

    @wraps(endpoint)
    def guarded(*args, **kwargs):
        current_person()
        return endpoint(*args, **kwargs)

    return guarded


def current_person() -> Actor:
    """Who asks, from the bearer token. Raises `NotSignedIn`."""
    if "person" not in g:
        g.person, g.house = _person_of(request.headers.get("Authorization", ""))
    return g.person


def language():
    """ "zh" or "en": what the request asks for, else what the person is used to."""
    wanted = request.accept_languages.best_match(["en", "zh", "zh-CN"]) if request.accept_languages else None
    if wanted is None and "person" in g:
        wanted = g.person.language
    return "zh" if (wanted or "en").startswith("zh") else "en"


def warehouse(code, permission, field="warehouse"):
    """The warehouse row (id, code, name, timezone) of that code. Raises `WarehouseUnknown`, `NotAllowed`.

    `field`: where in the request it stands.
    """
    who, house = current_person(), g.house
    if house is None or house.code != code:
        rows = fetch("SELECT id, code, name, timezone FROM warehouses WHERE code = :code", code=code)
        house = rows[0] if rows else None
    if house is None or not who.roles_in(house.id):
        raise WarehouseUnknown(warehouse=code, fields={field: ["unknown"]})
    if not who.may(permission, house.id):
        raise NotAllowed()
    return house


def warehouses(permission, code=None):
    """The warehouses of a reading question: the one named, or all in which the person holds the permission."""
    if code:
        return [warehouse(code, permission)]
    return warehouses_for(current_person(), permission)


def everywhere(permission):
    """For master data that all warehouses share: the permission must be held somewhere; editing people needs `*`."""
    if EVERYWHERE not in current_person().scopes(permission):
        raise NotAllowed()


def _person_of(header):
    """`(Actor, the warehouse that the address names or None)`."""
    kind, _, token = header.partition(" ")
    if kind.lower() == "basic":
        return _device_of(token), None
    if kind.lower() != "bearer" or not token:
        raise NotSignedIn()
    person_id, signed_in_at, expires = _token_says(token.strip())
    if expires * clock.SECOND <= clock.now():
        raise TokenExpired()
    code = request.args.get("warehouse")  # what is asked for here is nearly always in one
    person, house = actor_and_house(person_id, signed_in_at, code if code and "\x00" not in code else None)
    if person is None:
        raise NotSignedIn()
    return person, house


def _device_of(words):
    """HTTP Basic: the name and key of a device, since that is what readers can do."""
    try:
        name, _, key = base64.b64decode(words, validate=True).decode().partition(":")
    except ValueError:
        raise NotSignedIn() from None
    device = speaker(name, key) if "\x00" not in name else None
    if device is None:
        raise NotSignedIn()
    return device


def _token_says(token):
    """Subject, making and expiry of an access token. Cached: a signature costs more than the rest of a scan."""
    return _checked(token, current_app.config["JWT_SECRET_KEY"])


@lru_cache(maxsize=4096)
def _checked(token, _secret):
    try:
        claims = decode_token(token, allow_expired=True)
    except PyJWTError as error:
        raise NotSignedIn() from error
    except Exception as error:
        raise NotSignedIn() from error
    if claims.get("type") != "access":
        raise NotSignedIn()
    return claims["sub"], claims.get("made_at", claims["iat"] * clock.SECOND), claims["exp"]
