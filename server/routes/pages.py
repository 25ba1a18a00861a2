"""The phone's app at `/`, and what every answer says to browsers.

An address that a person opens (`Accept: text/html`) and that is no file is the app's own business: it gets the shell. A
missing file under `/assets/` never does: a phone that asks for an old chunk must hear 404, not HTML.
"""

import mimetypes

from flask import Response, current_app, render_template_string, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter
from werkzeug.utils import safe_join

from server.routes import docs
from server.routes.door import language

CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self';"
    " frame-ancestors 'none'"
)
FOREVER = "public, max-age=31536000, immutable"  # the name of an asset changes with its content
ASK_FIRST = "no-cache"  # keep it, but ask with the ETag whether it is still the newest
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("text/javascript", ".js")


class PagePath(PathConverter):
    """Any path but those of the API: there a wrong method must stay 405 and a wrong address a problem."""

    regex = "(?!api/|epcis/|docs/|healthz$|readyz$|metrics$)[^/].*?"


def register(app):
    """Serve the phone's app and the pages for people."""
    app.url_map.converters["page"] = PagePath
    app.add_url_rule("/", "shell", shell)
    app.add_url_rule("/<page:path>", "page", page)
    app.after_request(_speak_to_browsers)
    docs.register(app)


def shell():
    """The app's one page, or how to build it."""
    if not (_folder() / "index.html").is_file():
        return Response(render_template_string(NOT_BUILT, zh=language() == "zh"), 503)
    return _with_the_readers_words(_file("index.html"))


def page(path):
    """A file of the app; for a person who opened an address, the shell."""
    if _is_file(path):
        return _file(path)
    opened_by_a_person = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    if path.startswith("assets/") or not (opened_by_a_person and "text/html" in request.headers.get("Accept", "")):
        raise NotFound()
    return shell()


def _with_the_readers_words(response):
    """The app fetches one language; told here which, the browser need not run the app first to learn it."""
    book = "zh-CN" if language() == "zh" else "en"
    for words in sorted((_folder() / "assets").glob(f"{book}-*.js")):
        response.headers.add("Link", f"</assets/{words.name}>; rel=modulepreload; crossorigin")
    response.vary.add("Accept-Language")
    return response


def _folder():
    return current_app.config["SETTINGS"].pwa_dir


def _is_file(path):
    found = safe_join(str(_folder()), path)
    return found is not None and not path.endswith(".gz") and (_folder() / path).is_file()


def _file(path):
    """The file, packed if the build packed it and the browser unpacks it, with how long it may be kept."""
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    packed = request.accept_encodings["gzip"] > 0 and _is_packed(path)
    response = send_from_directory(_folder(), path + ".gz" if packed else path, mimetype=kind, conditional=True)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if _is_packed(path):
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOREVER if path.startswith("assets/") else ASK_FIRST
    return response


def _is_packed(path):
    return (_folder() / (path + ".gz")).is_file()


def _speak_to_browsers(response):
    said = response.headers
    said.setdefault("Content-Security-Policy", CSP)
    said["X-Content-Type-Options"] = "nosniff"
    said["Referrer-Policy"] = "no-referrer"
    said["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), payment=()"
    if request.path.startswith("/api/"):
        said.setdefault("Cache-Control", "no-store")
    return response


NOT_BUILT = """<!doctype html><html lang="{{ 'zh-CN' if zh else 'en' }}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tallyloop 账实闭环</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}
pre{background:#eee;padding:1em}</style>
<h1>{{ '手机应用尚未构建' if zh else 'The app for phones is not built yet' }}</h1>
<p>{{ '服务器运行正常。请在项目目录执行：' if zh else 'The server itself is fine. In the project folder, run:' }}</p>
<pre>make pwa</pre>
<p>{{ '然后刷新本页。' if zh else 'Then reload this page.' }}
{{ '接口文档：' if zh else 'The API is described at' }} <a href="/docs">/docs</a></p></html>
"""
