"""What all of this is for: a browser that trusts the authority gives camera and service worker.

Chromium in a home of its own, whose certificate store (NSS, as on every Linux desktop) gets the authority by certutil.
"""

import io
import os
import subprocess

import pytest
from PIL import Image
from playwright.sync_api import expect
from pyzbar import pyzbar

from server.lan.addresses import routed
from tests.e2e.conftest import PWA
from tests.lan.lan_server import LanServer


@pytest.fixture(scope="module")
def in_the_hall(tmp_path_factory):
    """A server on this machine's address in its network, for on loopback plain http would be trusted too."""
    server = LanServer(tmp_path_factory.mktemp("hall"), TALLYLOOP_HOST=routed() or "127.0.0.1")
    yield server
    server.kill()


def phone(browser_type, launch_args, home, server=None):
    """Chromium with a home of its own; with a server, its authority is installed there first."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    subprocess.run(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"], check=True)
    if server:
        words = ["-A", "-d", f"sql:{store}", "-n", "tallyloop", "-t", "C,,", "-i", server.authority]
        subprocess.run(["certutil", *words], check=True)
    return browser_type.launch(**{**launch_args, "env": {**os.environ, "HOME": str(home)}})


def test_a_phone_that_was_set_up_gets_camera_and_service_worker(
    browser_type, browser_type_launch_args, tmp_path, in_the_hall
):
    assert (PWA / "dist" / "index.html").exists(), "The phone's page is not built: run `make pwa`."
    browser = phone(browser_type, browser_type_launch_args, tmp_path, in_the_hall)
    page = browser.new_page(locale="en-US")

    page.goto(in_the_hall.setup_address)
    page.get_by_role("button", name="Test").click()
    expect(page.locator("#good")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Open Tallyloop").click()
    page.wait_for_url(f"{in_the_hall.origin}/**", timeout=15_000)

    assert page.evaluate("window.isSecureContext")
    assert page.evaluate("!!navigator.mediaDevices")
    assert page.evaluate("navigator.serviceWorker.ready.then(found => !!found.active || !!found.waiting)")
    browser.close()


def test_a_phone_that_was_not_set_up_is_told_so(browser_type, browser_type_launch_args, tmp_path, in_the_hall):
    browser = phone(browser_type, browser_type_launch_args, tmp_path)
    page = browser.new_page(locale="zh-CN")

    page.goto(in_the_hall.setup_address)
    assert not page.evaluate("window.isSecureContext")
    page.get_by_role("button", name="测试").click()

    expect(page.locator("#bad")).to_be_visible(timeout=15_000)
    expect(page.locator("#good")).to_be_hidden()
    browser.close()


def test_the_code_on_the_computer_leads_a_phone_to_the_set_up_page(
    browser_type, browser_type_launch_args, tmp_path, in_the_hall
):
    browser = phone(browser_type, browser_type_launch_args, tmp_path)
    page = browser.new_page(locale="en-US")

    page.goto(in_the_hall.setup_address)
    seen = Image.open(io.BytesIO(page.locator(".qr").screenshot()))

    assert [code.data.decode() for code in pyzbar.decode(seen)] == [in_the_hall.setup_address]
    browser.close()


def test_scans_kept_under_the_old_address_are_announced(browser_type, browser_type_launch_args, tmp_path, in_the_hall):
    browser = phone(browser_type, browser_type_launch_args, tmp_path)
    page = browser.new_page(locale="en-US")
    old = in_the_hall.setup_address.removesuffix("setup")

    page.goto(old)
    expect(page.locator("#kept")).to_be_hidden()
    page.evaluate("""() => new Promise(done => {
        const opening = indexedDB.open('tallyloop', 1)
        opening.onupgradeneeded = () =>
            opening.result.createObjectStore('outbox', { keyPath: 'id' }).put({ id: 'scan' })
        opening.onsuccess = () => { opening.result.close(); done() }
    })""")
    page.goto(old)

    expect(page.locator("#kept")).to_contain_text("scans under the old address")
    expect(page.locator("#kept span")).to_have_text("1")
    browser.close()
