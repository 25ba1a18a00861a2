"""How a no is said: RFC 9457 problem+json with a code, words in the reader's language, never a stack and never SQL."""

import logging

import msgspec
from flask import Response, request
from werkzeug.exceptions import HTTPException

from server import errors
from server.routes.door import language

log = logging.getLogger("tallyloop")


class NoSuchAddress(errors.NotFound):
    """There is no such page or endpoint."""

    code = "no_such_address"
    en = "There is nothing at this address. See /docs for what there is."
    zh = "此地址不存在。可用接口见 /docs。"


class MethodNotAllowed(errors.Refusal):
    """The address exists, but not for this method."""

    code = "method_not_allowed"
    status = 405
    en = "This address does not take that method. See /docs."
    zh = "此地址不支持该请求方法。见 /docs。"


class TooLarge(errors.Refusal):
    """The body is larger than the server takes."""

    code = "too_large"
    status = 413
    en = "This is too large. Send it in smaller parts."
    zh = "内容过大，请分批提交。"


class NotJson(errors.NotUnderstood):
    """The body is no JSON."""

    code = "not_json"
    en = "The body is not valid JSON. Nothing was stored; correct it and send again."
    zh = "内容不是有效的 JSON，未保存任何数据。请更正后重新提交。"


class WrongMediaType(errors.Refusal):
    """The body has a media type that this address does not read."""

    code = "wrong_media_type"
    status = 415
    en = "Send this as application/json (imports: multipart/form-data)."
    zh = "请以 application/json 提交（导入用 multipart/form-data）。"


class TooOften(errors.Refusal):
    """Too many tries from one address."""

    code = "too_often"
    status = 429
    en = "Too many tries. Wait a minute, then try again."
    zh = "尝试过于频繁。请一分钟后再试。"


class BadRequest(errors.Refusal):
    """The HTTP request itself is broken."""

    code = "bad_request"
    status = 400
    en = "The request is broken. Send it again."
    zh = "请求格式错误，请重新提交。"


class NotReady(errors.Refusal):
    """The database is out of reach, or its schema is not the one expected."""

    code = "not_ready"
    status = 503
    en = "The server is starting or cannot reach its database. Try again in a minute."
    zh = "服务器正在启动或无法连接数据库。请一分钟后再试。"


_HTTP = {400: BadRequest, 404: NoSuchAddress, 405: MethodNotAllowed, 413: TooLarge, 415: WrongMediaType, 429: TooOften}


def answer(refusal):
    """A Refusal as a response."""
    speech = language()
    body = {
        "type": refusal.problem or f"/docs/problems#{refusal.code}",
        "title": refusal.code.replace("_", " "),
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.words(speech),
    }
    if refusal.fields:
        body["fields"] = refusal.fields
        body["detail"] += " " + field_words(refusal.fields, speech)
    response = Response(msgspec.json.encode(body), refusal.status, mimetype="application/problem+json")
    response.headers["Content-Language"] = speech
    if "seconds" in refusal.context:
        response.headers["Retry-After"] = str(refusal.context["seconds"])
    if refusal.status == 401:
        basic = 'Basic realm="Tallyloop", ' if _may_be_a_device() else ""
        response.headers["WWW-Authenticate"] = basic + "Bearer"
    return response


def _may_be_a_device():
    """Some readers say who they are only when they are asked to. People's browsers must not be: they would ask."""
    is_theirs = request.path.startswith("/epcis/") or request.path.startswith("/api/v1/readers/")
    return is_theirs and not request.headers.get("Authorization", "").lower().startswith("bearer")


def field_words(fields, speech):
    """ "quantity has too many decimals …; lot is missing": the marked fields in words."""
    said = []
    for path, codes in list(fields.items())[:5]:
        for code in codes:
            en, zh = errors.FIELD_WORDS.get(code, (code, code))
            said.append(f"{path} {zh if speech == 'zh' else en}")
    return ("；" if speech == "zh" else "; ").join(said)


def flat(messages, path=""):
    """Marshmallow's nested messages as `{json path: [codes]}`."""
    if isinstance(messages, dict):
        found = {}
        for key, below in messages.items():
            step = f"[{key}]" if isinstance(key, int) else ("" if key == "_schema" else f".{key}")
            found.update(flat(below, path + step))
        return found
    return {path.lstrip(".") or "body": [str(code) for code in messages]}


def register(app):
    """Answer every exception of the app as a problem."""
    app.before_request(_refuse_nul)
    app.register_error_handler(errors.Refusal, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_bug)


def _refuse_nul():
    """No name of ours has a NUL, and PostgreSQL cannot even be asked about one."""
    if "\0" in request.path:
        raise NoSuchAddress()
    if b"%00" in request.query_string:
        raise BadRequest()


def _answer_http(error):
    messages = getattr(error, "data", {}).get("messages") if isinstance(getattr(error, "data", None), dict) else None
    if error.code == 422 and messages is not None:
        # webargs puts the place (json, query, …) first; the path is what the caller wrote.
        merged = {}
        for below in messages.values():
            merged.update(flat(below))
        return answer(errors.NotUnderstood(fields=merged))
    if error.code and error.code < 400:
        return error.get_response()
    return answer(_HTTP.get(error.code, errors.Broken if (error.code or 500) >= 500 else BadRequest)())


def _answer_bug(error):
    log.exception("unexpected error at %s %s", request.method, request.path, exc_info=error)
    return answer(errors.Broken())
