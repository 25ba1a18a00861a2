"""The phone's app and the papers, as a browser meets them."""

import gzip
from dataclasses import replace

import pytest

from server import create_app, errors
from tests.conftest import settings_for


@pytest.fixture
def dist(tmp_path):
    """What a build leaves."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>shell</title>")
    (folder / "sw.js").write_text("// worker")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "main-1a2b.js").write_text("let a")
    (folder / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"let a"))
    (folder / "assets" / "en-3c4d.js").write_text("let words")
    (folder / "assets" / "zh-CN-5e6f.js").write_text("let words")
    (folder / "assets" / "zxing-9.wasm").write_bytes(b"\0asm")
    return folder


@pytest.fixture
def browser(tmp_path, dist):
    """A client of an app that has a build, and no database."""
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")
    return create_app(replace(settings, pwa_dir=dist)).test_client()


def opened(browser, path, **headers):
    return browser.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", **headers})


@pytest.mark.parametrize("path", ["/", "/tasks", "/count/0190-77/A-01", "/login?next=/tasks"])
def test_an_address_that_a_person_opens_is_the_app(browser, path):
    assert opened(browser, path).text == "<title>shell</title>"


@pytest.mark.parametrize("path", ["/assets/main-old.js", "/api/v1/nothing", "/epcis/v2/nothing", "/docs/nothing"])
def test_what_is_missing_elsewhere_is_never_the_shell(browser, path):
    reply = opened(browser, path)

    assert (reply.status_code, reply.json["code"]) == (404, "no_such_address")


def test_a_script_that_asks_for_an_unknown_address_gets_a_problem(browser):
    reply = browser.get("/nothing", headers={"Accept": "*/*"})

    assert (reply.status_code, reply.json["code"]) == (404, "no_such_address")


def test_a_wrong_method_stays_a_wrong_method(browser):
    assert opened(browser, "/api/v1/auth/login").status_code == 405


@pytest.mark.parametrize("path", ["/", "/tasks", "/sw.js", "/manifest.webmanifest"])
def test_what_keeps_its_name_is_asked_for_each_time(browser, path):
    reply = opened(browser, path)

    assert reply.headers["Cache-Control"] == "no-cache"
    assert opened(browser, path, **{"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_assets_are_kept_for_ever(browser):
    assert "immutable" in browser.get("/assets/zxing-9.wasm").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("reader", "words"), [("zh-CN,zh;q=0.9", "zh-CN-5e6f.js"), ("en-GB", "en-3c4d.js"), ("", "en-3c4d.js")]
)
def test_the_shell_brings_the_readers_words_and_no_others(browser, reader, words):
    shell = browser.get("/", headers={"Accept-Language": reader})
    assert shell.headers.getlist("Link") == [f"</assets/{words}>; rel=modulepreload; crossorigin"]
    assert "Accept-Language" in shell.vary


def test_files_are_what_they_are(browser):
    kinds = {path: browser.get(path).mimetype for path in ("/sw.js", "/manifest.webmanifest", "/assets/zxing-9.wasm")}

    assert list(kinds.values()) == ["text/javascript", "application/manifest+json", "application/wasm"]


def test_a_packed_file_is_sent_packed_to_who_unpacks_it(browser):
    packed = browser.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip, br"})
    plain = browser.get("/assets/main-1a2b.js")

    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == b"let a"
    assert plain.data == b"let a" and "Content-Encoding" not in plain.headers
    assert packed.mimetype == plain.mimetype == "text/javascript"
    assert packed.vary == plain.vary and "accept-encoding" in packed.vary
    assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/../secret_key", "/assets/../../secret_key", "/%2e%2e/secret_key", "/..%2fsecret_key"]
)
def test_nothing_outside_the_build_is_served(browser, dist, path):
    (dist.parent / "secret_key").write_text("geheim")

    assert "geheim" not in browser.get(path).text


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v1/openapi.json", "/api/v1/nothing", "/assets/none"])
def test_every_answer_ties_the_browsers_hands(browser, path):
    said = opened(browser, path).headers

    assert "default-src 'self'" in said["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in said["Content-Security-Policy"]
    assert said["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in said["Permissions-Policy"]


@pytest.mark.parametrize(("language", "words"), [("en", "not built yet"), ("zh-CN", "尚未构建")])
def test_without_a_build_the_page_says_how_to_make_one(browser, dist, language, words):
    (dist / "index.html").unlink()

    reply = opened(browser, "/", **{"Accept-Language": language})

    assert reply.status_code == 503
    assert words in reply.text and "make pwa" in reply.text


def test_docs_take_nothing_from_outside(browser):
    page = browser.get("/docs").text

    assert "http:" not in page and "https:" not in page and "//cdn" not in page
    for address in [part.split('"')[0] for part in page.split('src="')[1:] + page.split('href="')[1:]]:
        assert browser.get(address).status_code == 200, address


def test_every_refusal_stands_in_the_list_with_words_in_both_languages(browser):
    page = browser.get("/docs/problems").text

    for refusal in errors.every_refusal():
        assert f'id="{refusal.code}"' in page
    assert 'id="field-too_many_decimals"' in page
    assert "Your role does not allow this" in page and "您的角色无此权限" in page


def test_openapi_says_how_to_sign_in(browser):
    document = browser.get("/api/v1/openapi.json").json

    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "/api/v1/auth/login" in document["paths"]
