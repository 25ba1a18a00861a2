"""The phone: the page as a browser gets it and as somebody uses it, on a machine made slower.

The browser runs here, so its times are those of this machine; where a row says ×4, its processor is slowed down four
times by the browser itself, which is about a cheap phone. Needs Chromium, and Node for Lighthouse.
"""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import expect, sync_playwright

from bench.house import COUNT, Sizes, house_id, item_code, place_code
from bench.table import Row
from server.clock import now
from server.db import put, transaction
from server.ids import new_id
from server.people.passwords import prepare
from tests.chromium import FLAGS, chromium
from tests.e2e.phone import Phone
from tests.given import PASSWORD
from tests.servers import over_http
from tests.worker import Worker

SIZES = Sizes(items=5_000, count_lines=5_000, task_positions=100, positions=100, moves=1_000)
HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "pwa" / "dist" / "index.html"
LIGHTHOUSE = HERE / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
POCKET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US"}
SLOWER = 4
RUNS = 3  # of Lighthouse: single runs differ by several points
STARTS = 5
LINES = 20
ON_EACH = SIZES.count_lines // 50  # lines on a shelf

# Wanted of Lighthouse: name, where it stands in the report, times what, unit, target, more is better.
WANTED = (
    ("performance", ("categories", "performance", "score"), 100, "points", 90, True),
    ("accessibility", ("categories", "accessibility", "score"), 100, "points", 100, True),
    ("best practices", ("categories", "best-practices", "score"), 100, "points", 100, True),
    ("largest contentful paint", ("audits", "largest-contentful-paint", "numericValue"), 0.001, "s", 2.5, False),
    ("cumulative layout shift", ("audits", "cumulative-layout-shift", "numericValue"), 1, "", 0.1, False),
    ("total blocking time", ("audits", "total-blocking-time", "numericValue"), 1, "ms", 300, False),
)

# Do something, and give the milliseconds until the screen shows what follows, painted.
TIMED = """async ({ scan, press, until, text, count }) => {
  const shown = () => [...document.querySelectorAll(`[data-testid=${until}]`)].filter((one) => one.innerText.includes(text))
  const type = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  for (const key of scan ?? '') type(key)
  const begun = performance.now()
  if (scan) type('Enter')
  if (press) document.querySelector(`[data-testid=${press}]`).click()
  while (shown().length < count) await new Promise(requestAnimationFrame)
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))
  return performance.now() - begun
}"""  # noqa: E501
BURST = """async ({ code, times, every }) => {
  for (let n = 0; n < times; n++) {
    const due = performance.now() + every
    for (const key of [...code, 'Enter']) {
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
    await new Promise((next) => setTimeout(next, due - performance.now()))
  }
}"""
USABLE = """new MutationObserver((_, watch) => {
  if (!document.querySelector('[data-testid=task-card]')) return
  watch.disconnect()
  requestAnimationFrame(() => setTimeout(() => (window.usableAt = performance.now())))
}).observe(document, { childList: true, subtree: true })"""
KEPT = """() => new Promise((found) => {
  const opening = indexedDB.open('tallyloop')
  opening.onsuccess = () => {
    const asked = opening.result.transaction('items').objectStore('items').count()
    asked.onsuccess = () => { opening.result.close(); found(asked.result) }
  }
})"""


def lighthouse(house):
    """The page that somebody sees first, as Lighthouse's slow phone on a slow network gets it: the middle of three."""
    runs = [_lighthouse(house.server.url + "/") for _ in range(RUNS)]
    for name, path, times, unit, target, more in WANTED:
        found = sorted(_at(run, path) * times for run in runs)
        note = "of " + " ".join(f"{one:.3g}" for one in found)
        yield Row(f"Lighthouse mobile: {name}", found[RUNS // 2], unit, target, note=note, more=more)


def first_load(house):
    """What crosses the wire until the first screen stands: as the server really sends it."""
    with _browser() as browser:
        page = browser.new_context(**POCKET).new_page()
        page.goto(house.server.url + "/")
        expect(page.get_by_test_id("login-submit")).to_be_visible()
        entries = page.evaluate("() => performance.getEntriesByType('resource').map((one) => one.toJSON())")
    parts = [one for one in entries if one["name"].endswith((".js", ".css"))]
    sent, unpacked = (sum(one[size] for one in parts) / 1000 for size in ("encodedBodySize", "decodedBodySize"))
    note = f"{len(parts)} files, {unpacked:,.0f} KB unpacked"
    yield Row("first load, js and css as sent", sent, "KB", 150, note=note, more=False)


def cold_start(house):
    """The app is opened where there is no network: a new browser process with what the phone has kept."""
    _task_for(hire(house, "cold"), house)
    took = []
    with tempfile.TemporaryDirectory(prefix="tallyloop-phone-") as profile, sync_playwright() as play:
        with _pocket(play, profile) as context:
            phone = Phone(context, house.server.url).sign_in("cold", PASSWORD).home().has_shell()
            expect(phone.see("task-card").first).to_be_visible()
            _until_kept(phone)
        for _ in range(STARTS):
            with _pocket(play, profile, offline=True) as context:
                context.add_init_script(USABLE)
                page = context.new_page()
                _slow_down(context, page)
                page.goto(house.server.url + "/")
                page.wait_for_function("() => window.usableAt")
                took.append(page.evaluate("() => window.usableAt") / 1000)
    note = f"slowest of {STARTS}: {max(took):.2f} s"
    yield Row(f"cold start offline to the tasks, ×{SLOWER}", median(took), "s", 2, note=note, more=False)


def on_the_floor(house):
    """A list of 5,000 lines on the phone, nearly all of them counted: the last shelf."""
    task = _nearly_done(house)
    with _browser() as browser:
        phone = Phone(browser.new_context(**POCKET), house.server.url).sign_in("floor", PASSWORD)
        _until_kept(phone)
        phone.page.goto(f"{phone.url}/tasks/{task}")
        phone.goes_to(place_code(COUNT, 49))
        _slow_down(phone.context, phone.page)
        nexts, saved = zip(*(_count(phone, n) for n in range(LINES)), strict=True)
        phone.all_sent()
        yield _times("scan to the next line, 5,000 lines", nexts, 100)
        yield _times("tap to saved and shown", saved, 150)
        yield _burst(phone, house, task)


def hire(house, username):
    """Somebody who works in the warehouse of the count and nowhere else."""
    person = new_id()
    with house.app.app_context(), transaction():
        row = (person, username, username.title(), prepare(PASSWORD).password_hash, "en", True, 0, now())
        put("persons", [row], "id username name password_hash language active sessions_from made_at".split())
        put("person_roles", [(person, house_id(COUNT), "staff")], ["person_id", "scope", "role"])
    return Worker(over_http(house.server.url), "COUNT").sign_in(username, PASSWORD)


def _task_for(worker, house):
    """A list of all that the warehouse has, for anyone."""
    if not worker.tasks():
        house.asker.warehouse = "COUNT"
        house.asker.start_count("list", locations=[place_code(COUNT, n) for n in range(50)]).ok()
    return worker.tasks()[0]["id"]


def _nearly_done(house):
    worker = hire(house, "floor")
    task = _task_for(worker, house)
    worker.claim(task)
    said = {"task": task, "quantity": "11", "method": "keypad"}
    places = [(place_code(COUNT, n // ON_EACH), f"SKU-{n % ON_EACH:06d}") for n in range(SIZES.count_lines - ON_EACH)]
    events = [worker.event("count.entry", location=place, sku=sku, **said) for place, sku in places]
    for begin in range(0, len(events), 1000):
        assert {receipt["result"] for receipt in worker.sync(*events[begin : begin + 1000])} == {"accepted"}
    return task


def _count(phone, n):
    """Scan the n-th item of the shelf, press 1 1 OK; gives (ms to the line, ms to saved)."""
    until_asked = _timed(phone, scan=item_code(n), until="item-name", text=f"Item {n}", count=1)
    phone.keys("11")
    return until_asked, _timed(phone, press="key-ok", until="my-line", text="", count=min(n + 1, 25))


def _burst(phone, house, task):
    """Ten scans of one thing, each of them one piece."""
    before = len(_entries(house, task))
    phone.go("settings")
    phone.press("setting-scanEach")
    phone.page.goto(f"{phone.url}/tasks/{task}")
    phone.goes_to(place_code(COUNT, 49))
    phone.page.evaluate(BURST, {"code": item_code(50), "times": 10, "every": 100})
    expect(phone.see("my-line").filter(has_text="SKU-000050")).to_have_count(10)
    phone.page.wait_for_timeout(1000)
    phone.all_sent()
    wrong = abs(len(_entries(house, task)) - before - 10)
    return Row(f"lost or doubled of ten scans, 100 ms apart, ×{SLOWER}", wrong, "scans", 0, more=False)


def _entries(house, task):
    worker = Worker(over_http(house.server.url), "COUNT").sign_in("floor", PASSWORD)
    return worker.get(f"/tasks/{task}").ok()["my_entries"]


def _timed(phone, **words):
    return phone.page.evaluate(TIMED, {"scan": None, "press": None, **words})


def _times(work, took, target):
    note = f"slowest of {len(took)}: {max(took):.0f} ms"
    return Row(f"{work}, ×{SLOWER}", median(took), "ms", target, note=note, more=False)


def _until_kept(phone):
    """The catalogue comes in the background, and only once."""
    while phone.page.evaluate(KEPT) < SIZES.items:
        phone.page.wait_for_timeout(200)


def _slow_down(context, page):
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


@contextmanager
def _browser():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def _pocket(play, profile, **words):
    """A browser that keeps things when it ends, as a phone does."""
    context = play.chromium.launch_persistent_context(
        profile, executable_path=chromium(), args=FLAGS, **POCKET, **words
    )
    yield context
    context.close()


WORKS = (lighthouse, first_load, cold_start, on_the_floor)


def missing():
    """What is not there to measure with, in words; "" if nothing is missing."""
    there = {
        "Chromium": chromium(),
        "Node": node(),
        "Lighthouse": LIGHTHOUSE.exists(),
        "the phone's page": PAGE.exists(),
    }
    return ", ".join(name for name, found in there.items() if not found)


def node():
    """The one that `make` put beside Python, else the machine's."""
    return shutil.which("node", path=f"{HERE.parent / '.venv' / 'node'}{os.pathsep}{os.environ['PATH']}")


def _lighthouse(url):
    with tempfile.TemporaryDirectory(prefix="tallyloop-lighthouse-") as profile:
        asked = [node(), LIGHTHOUSE, url, "--quiet", "--output=json", "--output-path=stdout"]
        asked += ["--form-factor=mobile", "--only-categories=performance,accessibility,best-practices"]
        asked += [
            "--no-enable-error-reporting",
            f"--chrome-flags=--headless=new --user-data-dir={profile} {' '.join(FLAGS)}",
        ]
        said = subprocess.run(asked, env={**os.environ, "CHROME_PATH": chromium()}, check=True, capture_output=True)
    return json.loads(said.stdout)


def _at(report, path):
    for part in path:
        report = report[part]
    return report
