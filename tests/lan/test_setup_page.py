"""The page that a phone opens first: for each kind of device, in both languages, and never a silent way elsewhere."""

import json
import plistlib
import re

import pytest

from server.lan.doors import Doors
from server.lan.setup_page import answer, device_of, language_of
from server.lan.setup_words import INSTALL, STEPS

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "desktop": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "wechat": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile MicroMessenger/8.0.49 WeChat/arm64",
}
FINGERPRINT = ":".join(f"{number:02X}" for number in range(32))
DOORS = Doors(
    shown="192.168.1.9",
    hosts=("192.168.1.9", "10.0.0.4", "fd00::2", "halle.local"),
    setup_port=8000,
    tls_port=8443,
    authority_der=b"a certificate",
    authority_name="Tallyloop hall",
    fingerprint=FINGERPRINT,
)
ZH, EN = "zh-CN,zh;q=0.9,en;q=0.8", "en-US,en;q=0.9"


def visit(path="/setup", agent="android", language=EN, host="192.168.1.9:8000"):
    """(status, headers, text)."""
    headers = {"Accept-Language": language, "User-Agent": AGENTS[agent], "Host": host}
    status, said, body = answer(DOORS, path, headers)
    return status, said, body.decode("utf-8", "replace")


@pytest.mark.parametrize("agent", ["ios", "android", "desktop"])
@pytest.mark.parametrize(("language", "at"), [(EN, 1), (ZH, 2)])
def test_each_device_is_told_its_own_steps_in_its_own_language(agent, language, at):
    _, _, page = visit(agent=agent, language=language)
    plain = page.replace("&amp;", "&")

    for step in [*STEPS[agent], INSTALL[agent]]:
        assert step[at] in plain
        assert step[3 - at] not in plain
    assert ("/setup/ca.mobileconfig" in page) == (agent == "ios")
    assert page.count("<svg") >= len(STEPS[agent])


def test_an_iphone_is_told_of_the_switch_that_everybody_forgets():
    assert "Certificate Trust Settings" in visit(agent="ios")[2]
    assert "证书信任设置" in visit(agent="ios", language=ZH)[2]


def test_a_desktop_shows_the_code_for_phones():
    _, _, page = visit(agent="desktop")

    assert '<div class="qr"><svg' in page
    assert "http://192.168.1.9:8000/setup" in page


@pytest.mark.parametrize(("language", "words"), [(EN, "Open in browser"), (ZH, "在浏览器打开")])
def test_wechat_is_shown_the_way_out_and_nothing_else(language, words):
    for path in ("/setup", "/setup?device=ios", "/"):
        _, _, page = visit(path, agent="wechat", language=language)

        assert 'class="overlay"' in page
        assert words in page
        assert "/setup/ca." not in page


def test_everybody_may_switch_language_and_device():
    _, _, page = visit("/setup?device=ios&lang=zh", agent="android", language=EN)

    assert "证书信任设置" in page
    assert 'href="?device=ios&amp;lang=en"' in page
    assert 'href="?device=android&amp;lang=zh"' in page


def test_the_page_shows_the_fingerprint_in_groups_and_tests_the_new_origin():
    _, said, page = visit()

    assert "00:01:02:03  04:05:06:07" in page
    assert 'data-origin="https://192.168.1.9:8443"' in page
    assert 'href="https://192.168.1.9:8443/"' in page
    assert "connect-src https://192.168.1.9:8443" in said["Content-Security-Policy"]
    assert re.search(r"nonce-([\w-]+)", said["Content-Security-Policy"])[1] in page


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("10.0.0.4:8000", "https://10.0.0.4:8443"),
        ("[fd00::2]:8000", "https://[fd00::2]:8443"),
        ("halle.local:8000", "https://halle.local:8443"),
        ("evil.example.com:8000", "https://192.168.1.9:8443"),
        ("10.0.0.4<script>", "https://192.168.1.9:8443"),
        ("[", "https://192.168.1.9:8443"),
        ("", "https://192.168.1.9:8443"),
    ],
)
def test_a_phone_stays_with_the_address_by_which_it_came_if_that_is_ours(host, origin):
    assert f'data-origin="{origin}"' in visit(host=host)[2]


@pytest.mark.parametrize("path", ["/", "/tasks/7", "/setup/nothing"])
def test_other_pages_say_the_new_address_and_send_nobody_there(path):
    status, said, page = visit(path)

    assert (status, said.get("Location"), 'http-equiv="refresh"' in page) == (200, None, False)
    assert "<code>https://192.168.1.9:8443</code>" in page
    assert 'href="/setup"' in page
    assert 'id="kept" hidden' in page  # shown by the script if scans wait under the old address


def test_a_phone_that_sends_to_the_old_address_keeps_its_scans_and_tries_again():
    status, said, body = visit("/api/v1/sync")

    assert (status, said["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(body)["code"] == "moved_to_https"


def test_certificate_and_profile_come_as_phones_expect_them():
    status, said, body = answer(DOORS, "/setup/ca.crt", {})
    assert (status, said["Content-Type"], body) == (200, "application/x-x509-ca-cert", b"a certificate")

    status, said, body = answer(DOORS, "/setup/ca.mobileconfig", {})
    assert (status, said["Content-Type"]) == (200, "application/x-apple-aspen-config")
    assert plistlib.loads(body)["PayloadContent"][0]["PayloadContent"] == b"a certificate"


@pytest.mark.parametrize(
    ("asked", "accepted", "found"),
    [
        (None, "zh-TW,en;q=0.5", "zh"),
        (None, "en-GB,zh;q=0.5", "en"),
        (None, "fr,de", "en"),
        (None, None, "en"),
        ("zh", EN, "zh"),
        ("<b>", ZH, "zh"),
    ],
)
def test_the_language_is_the_switch_or_the_first_that_both_know(asked, accepted, found):
    assert language_of(asked, accepted) == found


@pytest.mark.parametrize("agent", AGENTS)
def test_a_device_is_known_by_what_it_calls_itself(agent):
    assert device_of(None, AGENTS[agent]) == agent
