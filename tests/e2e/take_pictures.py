"""The pictures of the README, from a fresh demo warehouse: `make pictures`. Look at them before they are committed."""

import os
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from server.demo import LOGINS
from tests.chromium import FLAGS, chromium
from tests.e2e.phone import Phone
from tests.servers import TALLYLOOP, Server, over_http
from tests.worker import Worker

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PASSWORDS = {login[0]: login[1] for login in LOGINS}
MOST_BYTES = 150_000
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}


def main():
    """Fill a demo of its own, unless the address of a running one is given, and take all pictures."""
    if len(sys.argv) > 1:
        return take_all(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([TALLYLOOP, "demo"], env={**os.environ, "TALLYLOOP_DATA_DIR": folder}, check=True)
        server = Server(folder)
        try:
            return take_all(server.url)
        finally:
            server.stop()


def take_all(url):
    """Every picture in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    place, sku = begin_counting(url)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        for language, tail in (("en", ""), ("zh-CN", ".zh")):

            def somebody(name, shape, language=language):
                context = browser.new_context(**shape, locale=language, reduced_motion="reduce")
                return Phone(context, url).sign_in(name, PASSWORDS[name])

            take_tasks(somebody("li", PHONE), f"tasks{tail}")
            take_count(somebody("li", PHONE), f"count{tail}", place, sku)
            take_approval(somebody("chen", PHONE), f"approve{tail}")
            if not tail:
                take_approval(somebody("chen", DESK), "approvals")
        browser.close()


def begin_counting(url):
    """Li has done five of the twelve bins of the blind count; gives the sixth and what lies there."""
    li, zhou = (Worker(over_http(url)).sign_in(name, PASSWORDS[name]) for name in ("li", "zhou"))
    task = next(task for task in li.tasks() if task["form"] == "full")
    li.claim(task["id"])
    for place in task["locations"][:5]:
        for row in lying_at(zhou, place):
            li.count(task["id"], place, row["sku"], 24, lot=row["lot"] or None)
        if not lying_at(zhou, place):
            li.empty(task["id"], place)
    sixth = task["locations"][5]
    return sixth, lying_at(zhou, sixth)[0]["sku"]


def lying_at(worker, place):
    """What the book knows there."""
    return worker.get("/stock", warehouse="WH1", location=place).ok().items


def take_tasks(phone, name):
    """What waits for Li this morning."""
    expect(phone.see("task-card").nth(1)).to_be_visible()
    keep(phone, name)


def take_count(phone, name, place, sku):
    """Three piles of something, and no word of what the book says."""
    phone.see("task-card").filter(has_text="A-01-01").click()
    expect(phone.see("go-to")).to_have_text(place)
    phone.goes_to(place)
    phone.scan(sku)
    expect(phone.see("quantity")).to_be_visible()
    phone.keys("12+12+5")
    keep(phone, name)


def take_approval(phone, name):
    """The largest difference that Chen may decide, with its evidence."""
    phone.page.goto(phone.url + "/approvals")
    phone.press("variances-mine")
    expect(phone.see("variance-card").first).to_be_visible()
    phone.see("variance-card").first.click()
    expect(phone.see("evidence-card")).to_be_visible()
    keep(phone, name)


def keep(phone, name):
    """Few colours are enough for a flat page, and keep the repository small."""
    phone.all_sent()
    shot = Image.open(BytesIO(phone.page.screenshot(animations="disabled"))).convert("RGB")
    path = PICTURES / f"{name}.png"
    shot.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
