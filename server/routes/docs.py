"""What can be asked and what can be refused, for people: `/docs` and `/docs/problems`. Nothing comes from outside.

`/docs` is Swagger UI (Apache-2.0), whose files the PyPI package flask-swagger-ui carries; only the files are used.
"""

import gzip
from functools import lru_cache
from importlib.resources import files

from flask import Response, render_template_string, request
from werkzeug.exceptions import NotFound

from server import errors
from server.routes.door import language

KINDS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
    "LICENSE": "text/plain",
}


def register(app):
    """Add the pages."""
    app.add_url_rule("/docs", "docs", docs, strict_slashes=False)
    app.add_url_rule("/docs/start.js", "docs_start", start)
    app.add_url_rule("/docs/swagger/<version>/<name>", "docs_file", swagger_file)
    app.add_url_rule("/docs/problems", "docs_problems", problems, strict_slashes=False)


def docs():
    """The generated OpenAPI document, to read and to try."""
    return render_template_string(DOCS, version=_version())


def start():
    """The few lines that start Swagger UI; a file, since our pages run no script that stands in them."""
    return Response(START, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def swagger_file(version, name):
    """A file of Swagger UI, packed."""
    if name not in KINDS or version != _version():
        raise NotFound()
    packed = request.accept_encodings["gzip"] > 0
    response = Response(_packed(name) if packed else _raw(name), mimetype=KINDS[name])
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def problems():
    """Every code that can be refused, with its words. `#code` jumps to one: the `type` of each problem."""
    by_code = {refusal.code: refusal for refusal in reversed(errors.every_refusal())}
    return render_template_string(
        PROBLEMS,
        version=_version(),
        zh=language() == "zh",
        refusals=sorted(by_code.values(), key=lambda refusal: refusal.code),
        fields=sorted(errors.FIELD_WORDS.items()),
    )


def _raw(name):
    return (files("flask_swagger_ui") / "dist" / name).read_bytes()


@lru_cache
def _packed(name):
    return gzip.compress(_raw(name), mtime=0)


@lru_cache(maxsize=1)
def _version():
    return _raw("VERSION").decode().strip()


START = """window.ui = SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  persistAuthorization: false,
  validatorUrl: 'none',
})
"""

DOCS = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tallyloop API</title>
<link rel="icon" href="/docs/swagger/{{ version }}/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger/{{ version }}/swagger-ui.css">
<p style="font:14px system-ui,sans-serif;margin:1em 2em"><a href="/api/v1/openapi.json">openapi.json</a> ·
<a href="/docs/problems">What can be refused · 拒绝代码</a> ·
Sign in by <code>POST /auth/login</code>, then put the access token under “Authorize”.</p>
<div id="docs"></div>
<script src="/docs/swagger/{{ version }}/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></html>
"""

PROBLEMS = """<!doctype html><html lang="{{ 'zh-CN' if zh else 'en' }}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ '拒绝代码' if zh else 'What can be refused' }} · Tallyloop</title>
<link rel="icon" href="/docs/swagger/{{ version }}/favicon-32x32.png">
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ddd;padding:.5em;text-align:left;vertical-align:top}
code{font-size:.95em}:target{background:#fff3c4}
</style>
<h1>{{ '拒绝代码' if zh else 'What can be refused' }}</h1>
<p>{{ '代码永不改变；文字说明下一步该做什么。' if zh else 'A code never changes; its words say what to do next.' }}
<a href="/docs">/docs</a></p>
<table><thead><tr><th>code</th><th>HTTP</th><th>English</th><th>中文</th></tr></thead><tbody>
{% for one in refusals %}<tr id="{{ one.code }}"><td><code>{{ one.code }}</code></td><td>{{ one.status }}</td>
<td lang="en">{{ one.en }}</td><td lang="zh-CN">{{ one.zh }}</td></tr>
{% endfor %}</tbody></table>
<h2 id="fields">{{ '字段代码' if zh else 'Codes of single fields' }}</h2>
<table><thead><tr><th>code</th><th>English</th><th>中文</th></tr></thead><tbody>
{% for code, (en, zh_words) in fields %}<tr id="field-{{ code }}"><td><code>{{ code }}</code></td>
<td lang="en">{{ en }}</td><td lang="zh-CN">{{ zh_words }}</td></tr>
{% endfor %}</tbody></table></html>
"""
