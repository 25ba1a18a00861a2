"""Halls and phones. One server with the embedded database serves all; each story has a warehouse of its own in it."""

import itertools

import pytest

from tests.e2e.halls import PWA, Hall
from tests.e2e.phone import Album, Phone
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, over_http

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def built():
    """The phone's page must be there."""
    assert (PWA / "dist" / "index.html").exists(), "The phone's page is not built: run `make pwa`."


@pytest.fixture(scope="session")
def given_all(shared_server):
    """One set of builders for all browser tests, since items belong to all warehouses."""
    return Given(over_http(shared_server.url), ADMIN_PASSWORD)


@pytest.fixture
def hall(given_all):
    """A warehouse in which only this story happens, with two bins of tea."""
    code = f"E{next(_numbers)}"
    hall = Hall(given_all, code)
    hall.item("tea", "Oolong tea")
    given_all.code(hall.sku("tea"), f"TEA-{code}")
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02")
    return hall


@pytest.fixture(params=["en", "zh-CN"])
def album(request):
    """Where this story's pictures go, in either language."""
    return Album(request.param)


_OUTCOME = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember whether the test itself failed, for whoever tidies up after it."""
    report = yield
    if report.when == "call":
        item.stash[_OUTCOME] = report.failed
    return report


@pytest.fixture
def phones(request, browser, browser_context_args, shared_server, built):
    """Hand out phones: `phones()`; another language or address if said. After a failure each says what it shows."""
    contexts, handed_out = [], []

    def hand_out(url=None, album=None, **words):
        locale = album.language if album else "en-US"
        still = {"locale": locale, "reduced_motion": "reduce"}  # motion is beautiful, and costs half the time here
        context = browser.new_context(**{**still, **browser_context_args, **words})
        context.set_default_timeout(15_000)
        contexts.append(context)
        handed_out.append(Phone(context, url or shared_server.url, album))
        return handed_out[-1]

    yield hand_out
    for phone in handed_out if request.node.stash.get(_OUTCOME, False) else ():
        print(phone.last_words())
    for context in contexts:
        context.close()
