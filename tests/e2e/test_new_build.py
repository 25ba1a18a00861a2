"""A new build comes while somebody works: it waits to be let in, and the open page misses no part of itself."""

import os
import shutil
import subprocess
import urllib.request
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import PWA, Hall
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, Server, over_http

BEFORE, AFTER = "'Hello, {name}'", "'Welcome back, {name}'"
NEVER_LOADED = {
    "queue": "queue-waiting",
    "look-up": "scan-input",
    "report": "report-submit",
    "settings": "setting-sound",
}
COMES_BACK = """async () => {
  const registration = await navigator.serviceWorker.getRegistration()
  const found = new Promise((heard) => registration.addEventListener('updatefound', heard, { once: true }))
  document.dispatchEvent(new Event('visibilitychange'))
  await found
  const coming = registration.installing
  while (coming.state === 'installing') await new Promise((later) => setTimeout(later, 50))
  return coming.state
}"""


@pytest.fixture(scope="module")
def new_build(built, tmp_path_factory):
    """The same sources with one sentence changed, built as ours are."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(PWA, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist", "tests"))
    (folder / "node_modules").symlink_to(PWA / "node_modules")
    (words,) = [file for file in (folder / "src" / "i18n").glob("*.ts") if BEFORE in file.read_text()]
    words.write_text(words.read_text().replace(BEFORE, AFTER))
    path = f"{PWA.parent / '.venv' / 'node'}{os.pathsep}{os.environ['PATH']}"
    vite = [shutil.which("node", path=path), "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"]
    subprocess.run(vite, cwd=folder, check=True)
    return folder / "dist"


@pytest.fixture
def deployed(built, tmp_path):
    """The folder that the server serves, with today's build in it."""
    return shutil.copytree(PWA / "dist", tmp_path / "page")


@pytest.fixture
def hall(deployed, tmp_path):
    """A warehouse on a server of its own."""
    server = Server(tmp_path, TALLYLOOP_PWA_DIR=str(deployed))
    hall = Hall(Given(over_http(server.url), ADMIN_PASSWORD), "NEW")
    hall.url = server.url
    hall.item("tea", "Oolong tea")
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02")
    yield hall
    server.kill()


@pytest.fixture
def li(hall, phones):
    """Li stands at a bin; the worker has the page."""
    hall.task = hall.start("A-01", "A-02")
    li = phones(url=hall.url).sign_in(hall.of("li")).take().has_shell()
    li.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    li.goes_to("A-01")
    return li


def deploy(build, folder):
    """The new files in place of the old ones; gives the names of those that are gone."""
    gone = {path.name for path in (folder / "assets").iterdir()} - {path.name for path in (build / "assets").iterdir()}
    shutil.rmtree(folder)
    shutil.copytree(build, folder)
    return [name for name in gone if not name.endswith(".gz")]


def status_of(address):
    """What the server answers now, past any browser's cache."""
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except HTTPError as answer:
        return answer.code


def test_a_new_build_waits_until_it_is_let_in(hall, deployed, new_build, li):
    li.all_sent()
    li.context.route("**/api/v1/sync", lambda route: route.abort())
    li.counts(hall.sku("tea"), "12")
    li.scan(hall.sku("tea"))
    expect(li.see("quantity")).to_be_visible()
    li.keys("7+3")
    li.page.evaluate("() => { window.openedBefore = true }")

    gone = deploy(new_build, deployed)
    assert len(gone) > 10 and {status_of(f"{hall.url}/assets/{name}") for name in gone} == {404}
    assert li.page.evaluate(COMES_BACK) == "installed"

    expect(li.see("quantity-sum")).to_contain_text("10")
    expect(li.see("update-now")).to_be_hidden()
    for where, known in NEVER_LOADED.items():
        li.go(where)
        expect(li.see(known).first).to_be_visible()
        expect(li.see("update-now")).to_be_hidden()
    expect(li.see("part-lost")).to_be_hidden()

    li.go("home")
    expect(li.page.get_by_text("Hello, Li")).to_be_visible()
    expect(li.see("update-now")).to_be_hidden()  # seven and three stand on the keypad yet
    li.see("task-card").click()
    expect(li.see("quantity-sum")).to_contain_text("10")
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(2)
    li.go("home")
    expect(li.see("update-now")).to_be_visible()
    assert li.page.evaluate("() => window.openedBefore")

    li.page.reload()
    expect(li.page.get_by_text("Hello, Li")).to_be_visible()
    li.press("update-now")
    expect(li.page.get_by_text("Welcome back, Li")).to_be_visible()
    expect(li.see("update-now")).to_be_hidden()
    li.go("queue")
    expect(li.see("waiting-event")).to_have_count(2)
    li.context.unroute("**/api/v1/sync")
    li.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    li.all_sent()

    assert [entry["quantity"] for entry in hall.entries("li", hall.task)] == ["12.000", "10.000"]
    assert len(li.page.evaluate("() => caches.keys()")) == 1
    assert li.complaints == []


def test_a_build_that_is_half_deployed_changes_nothing(hall, deployed, new_build, li):
    deploy(new_build, deployed)
    missing = next((deployed / "assets").glob("StartCount-*.js"))
    for path in (missing, missing.with_name(missing.name + ".gz")):
        path.unlink()
    assert li.page.evaluate(COMES_BACK) == "redundant"

    li.go("settings")
    expect(li.see("setting-sound")).to_be_visible()
    li.go("home")
    li.page.reload()
    expect(li.page.get_by_text("Hello, Li")).to_be_visible()
    expect(li.see("update-now")).to_be_hidden()
    li.offline()
    li.page.reload()
    expect(li.page.get_by_text("Hello, Li")).to_be_visible()


def test_a_build_that_another_tab_let_in_is_one_tap_away(hall, deployed, new_build, li):
    other = li.context.new_page()
    other.goto(li.url + "/")
    li.go("home")
    deploy(new_build, deployed)
    assert li.page.evaluate(COMES_BACK) == "installed"
    for page in (li.page, other):
        expect(page.get_by_test_id("update-now")).to_be_visible()
        page.get_by_test_id("update-now").click()
        expect(page.get_by_text("Welcome back, Li")).to_be_visible()
