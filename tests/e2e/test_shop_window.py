"""Every screen, in both languages, light and dark: nothing in the console, no raw key, nothing that axe-core finds."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import PWA, Hall

AXE = PWA / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
  const say = (id) => (node) => `${id}: ${node.target.join(' ')} ${node.html}`
  return found.violations.flatMap(({ id, nodes }) => nodes.map(say(id)))
}"""
SAID = """() => {
  const words = [...document.querySelectorAll('[aria-label], [placeholder], [title]')]
    .flatMap((each) => ['aria-label', 'placeholder', 'title'].map((name) => each.getAttribute(name)))
  return [document.body.innerText, ...words].filter(Boolean).join('\\n')
}"""
RAW_KEY = re.compile(r"\b[a-z]+(?:[A-Z]\w*)?(?:\.[a-z]\w*)+\b|\b[a-z]+(?:_[a-z]+)+\b|\bundefined\b|\bNaN\b|\[object")


def phrases(language):
    """Key → words of one catalogue, those with nothing to fill in."""
    text = "".join(path.read_text() for path in sorted((PWA / "src" / "i18n").glob(f"*{language}.ts")))
    pairs = re.findall(r"^\s+'?([\w.]+)'?: (['\"])(.+)\2,$", text, re.MULTILINE)
    return {key: words for key, _, words in pairs if "{" not in words}


ENGLISH, CHINESE = phrases("en"), phrases("zh-CN")
# What only an English page says. Short words may stand inside names and codes.
ONLY_ENGLISH = {words for key, words in ENGLISH.items() if CHINESE.get(key) != words and len(words) > 6}


class Window:
    """Looks at one screen after the other, and remembers what is wrong with each."""

    def __init__(self, phone, language):
        self.phone, self.language, self.faults = phone, language, []

    def look(self, name):
        """At what is on the screen now."""
        page = self.phone.page
        expect(page.locator(".van-pull-refresh__track").filter(has_text="…")).to_have_count(0)
        said = page.evaluate(SAID)
        raw = [each for each in RAW_KEY.findall(said) if each not in codes_shown(page)]
        english = [
            words for words in ONLY_ENGLISH if self.language == "zh-CN" and re.search(rf"\b{re.escape(words)}", said)
        ]
        complaints = self.phone.complaints[:]
        self.phone.complaints.clear()
        self.faults += [f"{name}: {each}" for each in [*raw, *english, *complaints, *page.evaluate(LOOK)]]


def codes_shown(page):
    """Codes that are meant to be read as codes."""
    return " ".join(page.locator(".mono").all_inner_texts())


@pytest.fixture(scope="module")
def hall(given_all):
    """A hall with a line to decide, a count under way and a case."""
    hall = Hall(given_all, "SHOP")
    hall.item("tea", "Oolong tea", unit_cost="8.5")
    given_all.code(hall.sku("tea"), "TEACASE-SHOP", pack=12)
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02")
    hall.shelf("B-01", tea=25)
    given_all.policy(hall.code, control_share="0")
    for name, place in (("li", "A-01"), ("wang", "A-01")):
        task = hall.start(place, form="list") if name == "li" else hall.worker(name).tasks()[0]["id"]
        hall.worker(name).count_all(task, {(place, hall.sku("tea")): 28})
    hall.worker("wang").report("damaged", location="B-01", sku=hall.sku("tea"), note="wet", warehouse=hall.code)
    return hall


@pytest.fixture(params=[("en", "light"), ("zh-CN", "dark")], ids=["en-light", "zh-dark"])
def look_of(request):
    """A language and a colour scheme."""
    return request.param


@pytest.fixture
def window(phones, look_of):
    """Hand out a phone with axe-core in it: `window()`."""

    def hand_out(**words):
        language, scheme = look_of
        phone = phones(locale=language, color_scheme=scheme, **words)
        phone.context.add_init_script(path=Path(AXE))
        return Window(phone, language)

    return hand_out


def test_what_people_on_the_floor_see(hall, window):
    hall.start("A-02", "B-01")
    shown = window()
    li = shown.phone
    li.page.goto(li.url + "/sign-in")
    expect(li.see("login-submit")).to_be_visible()
    shown.look("sign-in")
    li.press("login-by-badge")
    shown.look("sign-in by badge")
    li.sign_in(hall.of("li"))
    expect(li.see("task-card")).to_have_count(1)
    shown.look("home")
    li.press("menu")
    expect(li.see("menu-queue")).to_be_visible()
    shown.look("menu")
    li.press("sheet-close")

    li.see("task-card").click()
    expect(li.see("start-task")).to_be_enabled()
    shown.look("task")
    li.press("start-task")
    expect(li.see("go-to")).to_be_visible()
    shown.look("go to a bin")
    li.goes_to("A-02")
    shown.look("bin")
    li.press("bin-empty")
    expect(li.see("empty-hold")).to_be_visible()
    shown.look("zero confirm")
    li.press("not-empty")
    li.scan("TEACASE-SHOP")
    expect(li.see("quantity")).to_be_visible()
    li.keys("2+1")
    shown.look("keypad")
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(1)
    li.scan("299999")
    expect(li.see("unknown-code")).to_be_visible()
    shown.look("unknown code")
    li.press("next-bin", "finish-count")
    expect(li.see("submit-count")).to_be_visible()
    shown.look("finish")
    li.press("submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    shown.look("handed in")

    for where, known in (("queue", "done-event"), ("report", "report-submit"), ("move", "scan-input")):
        li.go(where)
        expect(li.see(known).first).to_be_visible()
        shown.look(where)
    li.go("settings")
    expect(li.see("setting-sound")).to_be_visible()
    shown.look("settings")
    li.go("look-up")
    shown.look("look up")
    li.scan("A-01")
    expect(li.see("stock-row")).to_have_count(1)
    shown.look("look up a bin")

    assert shown.faults == []


def test_what_supervisors_see(hall, window):
    shown = window()
    chen = shown.phone
    chen.sign_in(hall.of("chen"))
    chen.go("counts")
    expect(chen.see("count-card").first).to_be_visible()
    shown.look("counts")
    chen.see("count-card").first.click()
    expect(chen.see("count-detail")).to_be_visible()
    shown.look("count")
    chen.go("counts")
    chen.press("start-count", "scope-zones")
    expect(chen.see("zone-option").first).to_be_visible()
    shown.look("start a count")
    chen.go("cases")
    chen.press("cases-open")
    expect(chen.see("case-card")).to_have_count(1)
    shown.look("cases")
    chen.see("case-card").click()
    expect(chen.see("case-detail")).to_be_visible()
    shown.look("case")

    assert shown.faults == []


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "wide"])
def test_what_approvers_see(hall, window, size):
    width, height = size
    shown = window(viewport={"width": width, "height": height}, is_mobile=width < 900, has_touch=width < 900)
    zhou = shown.phone
    zhou.sign_in(hall.of("zhou"))
    zhou.page.goto(zhou.url + "/approvals")
    expect(zhou.see("variance-card")).to_have_count(1)
    shown.look("approvals")
    zhou.press("variance-card")
    expect(zhou.see("evidence-card")).to_be_visible()
    for summary in zhou.see("evidence-card").locator("summary").all():
        summary.click()
    shown.look("evidence")
    zhou.press("approve")
    expect(zhou.see("reason-select").locator("option").nth(1)).to_be_attached()
    shown.look("decision")

    assert shown.faults == []


COLOURS = "() => [...document.querySelectorAll('#app *')].map((each) => getComputedStyle(each).color)"
TURNED = f"""async () => {{
  const colours = {COLOURS}
  const before = colours()
  document.documentElement.dataset.theme = 'dark'
  const at_once = colours()
  for (let n = 0; n < 8; n++) await new Promise(requestAnimationFrame)
  return [before, at_once, colours()]
}}"""


def test_colours_change_at_once_for_whoever_wants_no_motion(phones):
    phone = phones(color_scheme="light")
    phone.page.goto(phone.url + "/sign-in")
    expect(phone.see("login-submit")).to_be_visible()

    before, at_once, later = phone.page.evaluate(TURNED)

    assert at_once == later != before


def test_a_dark_phone_is_dark_before_the_page_runs(phones):
    phone = phones(color_scheme="dark")
    phone.context.route("**/*.js", lambda route: route.abort())
    phone.page.goto(phone.url + "/sign-in")

    ground = phone.page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert ground == "rgb(13, 20, 21)"


def test_the_phone_can_be_installed(shared_server, built, browser_type, browser_type_launch_args, tmp_path):
    context = browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args)
    page = context.new_page()
    page.goto(shared_server.url + "/sign-in")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    found = context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    context.close()

    assert found == []
