"""The screens for readers, doors and tags, both languages, light and dark, on a phone and on a wide screen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.e2e.phone import SCREENS
from tests.e2e.test_shop_window import look_of, window  # noqa: F401
from tests.reader import Reader
from tests.servers import ADMIN_PASSWORD
from tests.worker import at, new_id

SIZES = {"phone": (390, 844), "wide": (1280, 800)}
TAGS = [f"E2801160600002A6681F{n:04X}" for n in range(12)]
DOOR = [{"antenna": 1, "side": "out", "zone": "Yard"}, {"antenna": 2, "side": "in", "location": "DOCK", "zone": "Dock"}]


@pytest.fixture(scope="module")
def hall(given_all):
    """A door with a clock that is off, a sled that nobody has heard yet, a shelf that fell silent; goods with tags."""
    hall = Hall(given_all, "RFID")
    given_all.warehouse("RFID2", "The other hall")  # so that an administrator has to choose
    hall.item("tea", "Oolong tea", unit_cost="8.5")
    given_all.code(hall.sku("tea"), "TEA-RFID")
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02")
    given_all.place("DOCK", hall.code, kind="dock")
    given_all.policy(hall.code, control_share="0")
    hall.door = Reader(given_all, "Dock door 1", hall.code)
    setup = {"use": "portal", "model": "zebra_fx", "antennas": DOOR, "every_seconds": 3600}
    given_all.admin.patch(f"/readers/{hall.door.id}", setup).ok()
    hall.sled = Reader(given_all, "Sled 7", hall.code, "handheld")
    hall.shelf_reader = Reader(given_all, "Shelf A", hall.code)
    given_all.admin.patch(f"/readers/{hall.shelf_reader.id}", {"use": "shelf", "every_seconds": 1}).ok()
    hall.shelf_reader.ingest([{"type": "heartbeat", "timestamp": at(), "data": {"numDataMessagesDropped": 12}}])
    for tag in TAGS[:8]:
        said = {"id": new_id(), "warehouse": hall.code, "tag": tag, "sku": hall.sku("tea")}
        given_all.admin.post("/tags", said).ok()
    return hall


@pytest.fixture(params=SIZES, ids=list(SIZES))
def size(request):
    """How wide the screen is."""
    return request.param


@pytest.fixture
def shown(window, size):  # noqa: F811
    """Hand out windows of that size, that keep pictures too: `shown()`. `shown.faults`: of all of them."""
    width, height = SIZES[size]
    held = {"viewport": {"width": width, "height": height}, "is_mobile": width < 900, "has_touch": width < 900}

    def hand_out():
        opened = window(**held)
        opened.faults = hand_out.faults
        seen = opened.look
        opened.look = lambda name: (seen(name), keep(opened, f"{size}-{name.replace(' ', '-')}"))
        return opened

    hand_out.faults = Faults()
    return hand_out


class Faults(list):
    """One list for all windows of a test: what each adds is added here."""

    def __add__(self, more):
        self.extend(more)
        return self


def keep(opened, name):
    """A picture for the eyes of people."""
    folder = SCREENS / f"readers-{opened.language}"
    folder.mkdir(parents=True, exist_ok=True)
    opened.phone.page.screenshot(path=folder / f"{name}.png", animations="disabled")


def goes_through(hall, *tags):
    """Tags pass the door, from the yard to the dock, a minute ago."""
    for n, antenna in enumerate((1, 1, 2, 2)):
        hall.door.sees(*tags, seconds=n - 60, times=1, antenna=antenna, dbm=-48)


def test_readers_are_watched_added_and_told_what_to_say(hall, shown, size):
    hall.door.batch({"epc": TAGS[0], "first": at(-91), "antenna": 2, "rssi_dbm": -51}, sent_at=at(-90))
    hall.door.sees(*TAGS[:5], times=6, antenna=2)
    hall.door.batch({"epc": "no tag at all"})
    opened = shown()
    admin = opened.phone
    admin.sign_in("admin", ADMIN_PASSWORD)
    admin.page.evaluate("async () => { await navigator.serviceWorker.ready }")
    choose(admin, hall.code)
    admin.page.goto(f"{admin.url}/readers")
    expect(admin.see("reader-card").first).to_be_visible()
    expect(admin.page.locator("[data-testid=reader-card][data-state=silent]").first).to_be_visible()
    opened.look("readers")
    admin.see("reader-card").filter(has_text="Dock door 1").click()
    expect(admin.see("last-reads").locator("li").first).to_be_visible()
    admin.see("reader-setup").locator("summary").click()
    expect(admin.see("setup-step").first).to_be_visible()
    opened.look("a reader")

    name = f"Gate {new_id()[-6:]}"
    admin.page.goto(f"{admin.url}/readers")
    admin.press("reader-add")
    admin.see("reader-name").fill(name)
    admin.see("reader-model").select_option("impinj_r700")
    admin.press("use-portal", "antenna-add", "antenna-add", "posts-never")
    admin.see("antenna-location").nth(1).fill("NOWHERE")
    admin.see("antenna-side").nth(0).select_option("out")
    admin.see("antenna-side").nth(1).select_option("in")
    opened.look("add a reader")
    admin.press("reader-save")
    expect(admin.see("reader-form").get_by_role("alert")).to_be_visible()
    admin.see("antenna-location").nth(1).fill("DOCK")
    admin.press("reader-save")
    expect(admin.see("fresh-key")).to_be_visible()
    key = admin.see("key-text").inner_text()
    opened.look("key once")
    admin.see("setup-qr").first.click()
    expect(admin.see("qr")).to_be_visible()
    opened.look("qr")
    admin.press("sheet-close", "setup-agent")
    expect(admin.see("qr")).to_be_visible()
    admin.press("sheet-close")

    (made,) = [one for one in hall.given.admin.get("/readers", warehouse=hall.code).ok().items if one["name"] == name]
    assert (made["model"], made["use"], made["state"]) == ("impinj_r700", "portal", "pending")
    assert made["auto_post"] == "never"
    told = admin.see("setup-step").filter(has_text="webhooks").inner_text()
    assert f'"password":"{key}"' in told and "<key>" not in told
    gate = Reader.__new__(Reader)
    gate.name, gate.key, gate.worker = name, key, hall.door.worker
    assert gate.post("/readers/heartbeat", []).status == 200
    expect(admin.page.locator("[data-testid=reader-detail][data-state=live]")).to_be_visible()

    admin.press("key-new")
    expect(admin.see("two-keys")).to_be_visible()
    admin.press("key-retire")
    expect(admin.see("two-keys")).to_have_count(0)
    assert gate.post("/readers/heartbeat", []).status == 401
    admin.press("key-revoke", "key-revoke")
    expect(admin.page.locator("[data-testid=reader-detail][data-state=revoked]")).to_be_visible()

    admin.page.goto(f"{admin.url}/set-aside")
    expect(admin.see("aside-row").first).to_be_visible()
    opened.look("set aside")
    admin.see("aside-again").first.click()
    expect(admin.see("aside-heard")).to_be_visible()

    assert shown.faults == []


def test_a_door_is_calibrated_by_walking(hall, shown):
    admin_sees = shown()
    admin = admin_sees.phone
    admin.sign_in("admin", ADMIN_PASSWORD)
    choose(admin, hall.code)
    admin.page.goto(f"{admin.url}/door-walk/{hall.door.id}")
    expect(admin.see("walk-uses")).to_be_visible()
    admin_sees.look("calibrate")
    admin.press("walk-begin")
    expect(admin.see("walk-judge")).to_be_disabled()
    tags = [f"E28011609{new_id().replace('-', '')[-15:].upper()}" for _ in range(2)]
    for seconds, antenna in ((0.02, 1), (0.06, 1), (0.3, 2), (0.34, 2)):  # all of it before anybody can judge
        hall.door.sees(*tags, seconds=seconds, times=1, antenna=antenna, dbm=-52 if antenna == 1 else -61)
    expect(admin.see("walk-tag")).to_have_count(2)
    admin.see("walk-tag").filter(has_text=tags[0][-4:]).get_by_test_id("went-in").click()
    admin.see("walk-tag").filter(has_text=tags[1][-4:]).get_by_test_id("went-in").click()
    admin_sees.look("walking")
    admin.press("walk-judge")
    expect(admin.see("walk-scores")).to_be_visible()
    expect(admin.page.locator("[data-testid=walk-range].best")).to_have_count(1)
    admin_sees.look("scores")
    (walk, *_) = hall.given.admin.get(f"/readers/{hall.door.id}/walks").ok()["items"]
    assert (walk["tags"], walk["best_dbm"] <= -61) == (2, True)
    hall.given.admin.patch(f"/readers/{hall.door.id}", {"threshold_dbm": -56}).ok()

    assert shown.faults == []


def choose(phone, code):
    """An administrator sees all warehouses: work in this one."""
    phone.page.goto(f"{phone.url}/settings")
    select = phone.see("warehouse-select")
    expect(select).to_be_visible()
    select.select_option(code)
    expect(phone.see("rail-where")).to_contain_text(code)


def test_what_went_through_a_door_is_confirmed_beside_its_document(hall, shown):
    number, tail = f"PO-{new_id()[-6:]}", new_id().replace("-", "")[-12:].upper()
    tags = [f"E2801160{tail}{n:04X}" for n in range(4)]
    for tag in tags[:3]:
        said = {"id": new_id(), "warehouse": hall.code, "tag": tag, "sku": hall.sku("tea")}
        hall.given.admin.post("/tags", said).ok()
    hall.worker("chen").open_document("receipt", {hall.sku("tea"): 3}, number=number, partner="Tea Trading").ok()
    goes_through(hall, *tags)
    opened = shown()
    chen = opened.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/doors")
    card = chen.see("pass-card").first
    expect(card).to_be_visible()
    card.click()
    expect(chen.see("pass-detail")).to_be_visible()
    chen.see("pass-tags").locator("summary").click()
    expect(chen.see("pass-tag")).to_have_count(4)
    expect(chen.see("pass-tag").first.get_by_role("img")).to_be_visible()
    opened.look("a pass")
    chen.press("back") if chen.see("back").is_visible() else None
    chen.page.goto(f"{chen.url}/doors")
    expect(card).to_be_visible()
    opened.look("doors")
    card.click()
    chen.press("pass-confirm")
    expect(chen.see("pass-detail")).to_have_count(0)
    chen.press("passes-confirmed")
    expect(chen.see("pass-card").first).to_be_visible()

    assert shown.faults == []


def test_tags_are_bound_by_reading_the_tag_and_scanning_the_label(hall, shown, tmp_path):
    tag = f"E28011606{new_id().replace('-', '')[-15:].upper()}"
    opened = shown()
    chen = opened.phone
    chen.sign_in(hall.of("chen"))
    chen.page.goto(f"{chen.url}/tags")
    expect(chen.see("tag-import")).to_be_visible()
    opened.look("tags")
    chen.scan("TEA-RFID")
    expect(chen.see("wrong-scan")).to_be_visible()
    chen.scan("A-02")
    expect(chen.see("tag-home")).to_contain_text("A-02")
    for _ in range(2):
        chen.scan(tag)
        expect(chen.see("tag-number")).to_be_visible()
        chen.scan("TEA-RFID")
        expect(chen.see("tag-in-hand")).to_have_count(0)
    chen.scan(tag)
    expect(chen.see("tag-now")).to_contain_text("Oolong tea")
    expect(chen.see("tag-history").locator("li")).to_have_count(1)  # the same again is no change
    opened.look("a tag")
    assert [one["location"] for one in hall.given.admin.get("/tags", tag=tag).ok().items] == ["A-02"]
    chen.press("tag-other")
    chen.see("tag-unbind").first.click()
    expect(chen.see("tag-bound")).to_have_count(0)

    sheet = tmp_path / "tags.csv"
    sheet.write_text(f"epc,sku,warehouse,location\n{tag},NO-SUCH,{hall.code},A-02\n")
    chen.see("tag-import").locator("summary").click()
    chen.see("tag-file").set_input_files(sheet)
    expect(chen.see("tag-errors")).to_be_visible()
    opened.look("import with a mistake")
    sheet.write_text(f"epc,sku,warehouse,location\n{tag},{hall.sku('tea')},{hall.code},A-02\n")
    chen.see("tag-file").set_input_files(sheet)
    chen.press("tags-take")
    expect(chen.see("tags-taken")).to_be_visible()

    assert shown.faults == []


def test_a_sweep_and_what_it_found(hall, shown):
    tail = new_id().replace("-", "")[-10:].upper()
    here, extra, strange = (
        [f"E2801160{tail}00{n:04X}" for n in range(40)],
        f"E2801160{tail}00F000",
        f"E2801160{tail}00F001",
    )
    place, said = f"B-{tail[-4:]}", {"warehouse": hall.code, "sku": hall.sku("tea")}
    hall.shelf(place, tea=40)
    for tag in (*here, extra):
        home = {"location": "A-02" if tag == extra else place}
        hall.given.admin.post("/tags", said | home | {"id": new_id(), "tag": tag}).ok()
    task = hall.start(place, readers=[hall.sled.name])
    opened = shown()
    li = opened.phone
    li.sign_in(hall.of("li"))
    li.page.goto(f"{li.url}/tasks/{task}")
    li.press("start-task")
    expect(li.see("sweep-reader")).to_be_enabled()
    opened.look("which reader")
    li.press("sweep-reader")
    expect(li.see("sweep-tags")).to_have_text("0")
    for n, tag in enumerate(here[:37]):
        hall.sled.sees(tag, dbm=-50 - n % 20, times=1 + n % 5)
    hall.sled.sees(extra, dbm=-44, times=9)
    hall.sled.sees(strange, dbm=-47, times=5)
    lost = {"firstEventTimestamp": at(-30), "lastEventTimestamp": at(30), "eventsPurged": 20}
    hall.sled.ingest([{"eventType": "overflow", "timestamp": at(), "overflowEvent": lost}])
    expect(li.see("sweep-gap")).to_be_visible()
    opened.look("sweeping")
    li.press("sweep-end")
    expect(li.see("swept-unknown")).to_be_visible()
    opened.look("what was swept")
    li.press("swept-bind")
    li.scan("TEA-RFID")
    expect(li.see("swept-unknown")).to_have_count(0)
    li.press("submit-count")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()

    opened = shown()
    zhou = opened.phone
    zhou.sign_in(hall.of("zhou"))
    zhou.page.goto(f"{zhou.url}/swept/{task}")
    expect(zhou.see("sum-missing")).to_have_text("3")
    expect(zhou.see("found-gap")).to_be_visible()
    opened.look("what was found")
    zhou.see("tag-there").first.click()
    zhou.press("found-send")
    expect(zhou.see("found-said")).to_be_visible()
    (line,) = hall.worker("zhou").variances(state="held", location=place)
    zhou.page.goto(f"{zhou.url}/approvals/{line['id']}")
    expect(zhou.see("tag-evidence")).to_be_visible()
    zhou.see("tag-evidence").scroll_into_view_if_needed()
    opened.look("evidence")

    assert shown.faults == []
