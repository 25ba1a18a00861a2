"""A phone in somebody's hand: what they see, press and scan. Every answer that reached it is remembered."""

import contextlib
import re
from pathlib import Path

from playwright.sync_api import Error, expect

from tests.given import PASSWORD

expect.set_options(timeout=15_000)

SCREENS = Path(__file__).resolve().parents[2] / "artefacts" / "screens"
# What Chromium itself says of an answer that a test cut, refused or held back on purpose.
EXPECTED = re.compile(r"Failed to load resource|net::ERR_")

# A handheld types faster than a test can over its wire, and the page takes 80 ms of silence for the end of a scan.
TRIGGER = """code => {
  for (const key of [...code, 'Enter']) {
    const target = document.activeElement ?? document.body
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }
}"""


_SHELL_KEPT = """() => Promise.race([
  navigator.serviceWorker.ready.then(() => true),
  new Promise((_, no) => setTimeout(() => no(new Error('The service worker kept no shell within a minute.')), 60_000)),
])"""  # `ready` never says no: without a limit a broken build would hold the whole run


class Phone:
    """One browser context with one page. `heard`: what the server said, `shown`: what was on the screens."""

    def __init__(self, context, url, album=None):
        self.context, self.url, self.album = context, url, album
        self.heard, self.shown, self.complaints = [], [], []
        context.on("response", self._hear)
        context.on("console", self._note)
        context.on("weberror", lambda wrong: self.complaints.append(str(wrong.error)))
        self.page = context.new_page()

    def _hear(self, response):
        if "/api/" not in response.url or response.from_service_worker:
            return
        with contextlib.suppress(Error):  # the answer was cut, or is a redirect
            self.heard.append((response.url, response.body()))

    def _note(self, message):
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def last_words(self):
        """Where it is, what it shows and what the server said last: for who has to find out why a test failed."""
        with contextlib.suppress(Error):
            shown = self.page.locator("body").inner_text(timeout=2_000)
            heard = "\n".join(f"{url} {body[:300]!r}" for url, body in self.heard[-6:])
            return f"--- {self.page.url}\n{shown}\n{heard}\n{self.complaints}"
        return f"--- {self.page.url}, which is gone"

    def see(self, name):
        """The part of the screen that is called so."""
        return self.page.get_by_test_id(name)

    def press(self, *names):
        """Touch one thing after the other."""
        for name in names:
            self.see(name).first.click()

    def keys(self, text):
        """Press the keys of the pad: digits, `+` and `.`."""
        named = {"+": "plus", ".": "point"}
        self.press(*(f"key-{named.get(one, one)}" for one in text))

    def scan(self, code):
        """Pull the trigger of a handheld, once the screen listens: it types into the page, and ends with Enter."""
        expect(self.see("scan-input").first).to_be_attached()
        self.page.evaluate(TRIGGER, code)

    def type_code(self, code):
        """Type a code that no scanner can read."""
        self.press("type-code")
        self.see("type-input").fill(code)
        self.press("type-submit")

    def sign_in(self, username, password=PASSWORD):
        """By password, on the page; gives itself when the tasks are there."""
        self.page.goto(self.url + "/sign-in")
        return self.say_who(username, password)

    def say_who(self, username, password=PASSWORD):
        """Fill in the sign-in screen that is open."""
        self.see("login-username").fill(username)
        self.see("login-password").fill(password)
        self.press("login-submit")
        expect(self.see("sync-chip")).to_be_visible()
        return self

    def home(self):
        """The tasks; waits until they were fetched."""
        self.page.goto(self.url + "/")
        expect(self.see("tile-look-up")).to_be_visible()
        return self

    def go(self, where):
        """By the menu; waits until the screen has changed."""
        before = self.page.url
        self.press("menu", f"menu-{where}")
        self.page.wait_for_url(lambda url: url != before, wait_until="commit")

    def take(self, task=None):
        """Open a task of the list, the first one if not said which, and start."""
        cards = self.see("task-card")
        (cards.and_(self.page.locator(f'[data-task="{task}"]')) if task else cards.first).click()
        self.press("start-task")
        expect(self.see("go-to")).to_be_visible()
        return self

    def goes_to(self, place):
        """Scan a bin; waits until the phone is there."""
        self.scan(place)
        expect(self.see("page-title")).to_have_text(place)

    def counts(self, code, keys):
        """Scan an item and say how many."""
        self.scan(code)
        self.says(keys)

    def says(self, keys):
        """The keypad is open: press it, and OK."""
        expect(self.see("quantity")).to_be_visible()
        self.keys(keys)
        self.press("key-ok")
        expect(self.see("quantity")).to_be_hidden()

    def hands_in(self):
        """Finish and submit; waits until that is kept on the phone and sent."""
        self.press("finish-count", "submit-count")
        expect(self.see("back-to-tasks")).to_be_visible()
        return self.all_sent()

    def all_sent(self):
        """Waits until nothing is only on this phone."""
        expect(self.see("sync-chip")).to_have_attribute("data-state", "sent", timeout=15_000)
        return self

    def waits(self, count, state="offline"):
        """Waits until this many events are only on this phone."""
        expect(self.see("sync-chip")).to_have_attribute("data-state", state)
        expect(self.see("sync-chip")).to_contain_text(str(count))
        return self

    def offline(self, yes=True):
        """Into the cold hall, and out of it."""
        self.context.set_offline(yes)

    def has_shell(self):
        """Waits until the service worker could start the page without a network."""
        self.page.evaluate(_SHELL_KEPT)
        return self

    def keep_picture(self, name):
        """A screenshot for the eyes of people."""
        if self.album is None:
            return
        expect(self.page.get_by_text(re.compile("^(Loading …|加载中|正在加载)"))).to_have_count(0)
        self.shown.append((name, self.page.locator("body").inner_text().encode()))
        folder = SCREENS / self.album.language
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{self.album.next():02}-{name}.png", animations="disabled")


class Album:
    """Numbers the pictures of one story through all its phones."""

    def __init__(self, language):
        self.language, self.pages = language, 0

    def next(self):
        """The next number."""
        self.pages += 1
        return self.pages
