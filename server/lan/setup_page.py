"""The one page that a phone can open before it trusts us: `http://<address>:<port>/setup`, without signing in.

`answer` is the whole site as a plain function; `setup_port.py` puts it on the wire. Everything else on the port is told
the new address, and never sent there silently: a phone keeps its unsent scans for the old one.
"""

import re
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import segno
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from server.lan.pictures import PICTURES
from server.lan.profile import profile
from server.lan.setup_words import DEVICES, say, steps

HERE = Path(__file__).resolve().parent
_templates = Environment(loader=FileSystemLoader(HERE), autoescape=True)

# What a phone that still runs the app from the old address hears; 503 makes its outbox keep everything and try later.
MOVED = b'{"type": "about:blank", "title": "Moved", "status": 503, "code": "moved_to_https", "detail": "%s"}'


def answer(doors, target, headers):
    """(status, headers, body) for a GET. `headers`: a mapping that ignores case, as `http.server` gives it."""
    path, _, query = target.partition("?")
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    if path == "/healthz":
        return 200, {"Content-Type": "application/json"}, b'{"state": "alive"}'
    if path == "/setup/ca.crt":
        return _file("application/x-x509-ca-cert", "tallyloop.crt", doors.authority_der)
    if path == "/setup/ca.mobileconfig":
        filled = profile(doors.authority_der, doors.authority_name)
        return _file("application/x-apple-aspen-config", "tallyloop.mobileconfig", filled)
    if path.startswith(("/api/", "/epcis/")):
        body = MOVED % f"Tallyloop is now at {doors.origin(_host(doors, headers))}".encode()
        return 503, {"Content-Type": "application/problem+json", "Retry-After": "60"}, body
    kind = "steps" if path.rstrip("/") == "/setup" else "moved"
    return _page(doors, kind, asked, headers)


def language_of(asked, accepted):
    """ "zh" or "en": the switch, else the first of both that the browser names."""
    if asked in ("zh", "en"):
        return asked
    found = re.search(r"\b(zh|en)\b", (accepted or "").lower())
    return found[1] if found else "en"


def device_of(asked, agent):
    """ios, android, desktop, or wechat, whose own browser can do none of this."""
    if "MicroMessenger" in agent:
        return "wechat"
    if asked in DEVICES:
        return asked
    if re.search("iPhone|iPad|iPod", agent):
        return "ios"
    return "android" if re.search("Android|HarmonyOS", agent) else "desktop"


def _page(doors, kind, asked, headers):
    language = language_of(asked.get("lang"), headers.get("Accept-Language"))
    device = device_of(asked.get("device"), headers.get("User-Agent") or "")
    host = _host(doors, headers)
    kind = "wechat" if device == "wechat" else kind
    nonce = secrets.token_urlsafe(12)
    todo, install = steps("desktop" if device == "wechat" else device, language)
    html = _templates.get_template("setup.html").render(
        kind=kind,
        language=language,
        device=device,
        devices=DEVICES,
        say=say(language),
        steps=todo,
        install=install,
        pictures={name: Markup(picture) for name, picture in PICTURES.items()},
        here=doors.setup_address(host),
        origin=doors.origin(host),
        fingerprint=doors.grouped_fingerprint,
        qr=Markup(_qr(doors.setup_address())) if kind == "steps" and device == "desktop" else "",
        nonce=nonce,
        script=_script(),
    )
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src {doors.origin(host)}"
    )
    said = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return 200, said, html.encode()


def _host(doors, headers):
    """The host by which this phone came, if it is one of ours, so that it stays with the address it can reach."""
    host = re.sub(r":\d+$", "", headers.get("Host") or "").strip("[]").lower()
    return host if host in doors.hosts else doors.shown


def _file(kind, name, body):
    said = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return 200, said, body


@lru_cache
def _qr(text):
    return segno.make_qr(text).svg_inline(scale=8, border=4)


@lru_cache
def _script():
    return (HERE / "setup.js").read_text()
