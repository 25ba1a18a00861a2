"""The live camera as a scanner, in a Chromium whose camera shows films of labels and real photos."""

import pytest
from playwright.sync_api import expect

from tests.e2e.film import film, label, scene
from tests.e2e.phone import Phone

NOTHING = scene()


@pytest.fixture
def camera(browser_type, browser_type_launch_args, browser_context_args, shared_server, built, tmp_path):
    """Hand out phones with a camera before which a film runs: `camera((scene, seconds), …)`."""
    browsers = []

    def hand_out(*parts, allowed=True, **words):
        flags = ["--use-fake-device-for-media-stream"]
        if parts:
            flags.append(f"--use-file-for-fake-video-capture={film(tmp_path / 'film.mjpeg', *parts)}")
        args = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]}
        browsers.append(browser_type.launch(**args))
        still = {"locale": "en-US", "reduced_motion": "reduce", **browser_context_args, **words}
        context = browsers[-1].new_context(**still, permissions=["camera"] if allowed else [])
        context.set_default_timeout(15_000)
        return Phone(context, shared_server.url)

    yield hand_out
    for browser in browsers:
        browser.close()


def looks(phone):
    """Open the camera; waits for its picture."""
    phone.press("camera-open")
    expect(phone.see("camera-pane")).to_have_attribute("data-state", "live")


def test_a_code_before_the_camera_is_looked_up(hall, camera):
    li = camera((scene(label("A-01")), 1)).sign_in(hall.of("li"))
    li.press("tile-look-up")
    looks(li)
    expect(li.see("look-up-place")).to_contain_text("A-01")
    assert li.complaints == []
