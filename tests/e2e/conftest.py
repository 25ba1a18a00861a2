"""Halls and phones. One server with the embedded database serves all; each story has a warehouse of its own in it."""

import itertools
from pathlib import Path

import pytest

from tests.e2e.phone import Phone
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, over_http

PWA = Path(__file__).resolve().parents[2] / "pwa"
ROLES = {"li": "staff", "wang": "staff", "chen": "supervisor", "zhou": "manager"}
_numbers = itertools.count(1)


class Hall:
    """A warehouse and its people, each known by a name of their own: `hall.of("li")` is what Li types to sign in."""

    def __init__(self, given, code):
        self.given, self.code = given, code
        given.warehouse(code, f"Hall {code}")

    def of(self, name):
        """The user name of somebody here; they are hired when first asked for."""
        username = f"{name}-{self.code.lower()}"
        self.given.person(username, ROLES[name], self.code, name=name.title())
        return username

    def worker(self, name):
        """The same person over HTTP, for what the story does not show."""
        return self.given.sign_in(self.of(name), warehouse=self.code)

    def sku(self, name):
        """Items belong to all warehouses, so each hall has its own."""
        return f"{name.upper()}-{self.code}"

    def item(self, name, words=None, **more):
        """Something that is stocked; gives its sku."""
        self.given.item(self.sku(name), words or name.title(), **more)
        return self.sku(name)

    def shelf(self, place, **stock):
        """Goods on a shelf."""
        self.given.place(place, self.code)
        moves = [self.given.receipt(self.sku(name), place, held, self.code) for name, held in stock.items()]
        if moves:
            self.given.admin.post_moves(*moves).ok()

    def start(self, *places, form="full", by="chen", **words):
        """A count of some bins; gives the id of its task."""
        count = self.worker(by).start_count(form, locations=list(places), **words).ok()
        return count["tasks"][0]["id"]

    def entries(self, name, task):
        """What the server has of somebody's statements about a task, oldest first."""
        return self.worker(name).get(f"/tasks/{task}").ok()["my_entries"]

    def qty(self, place, name):
        """What the book holds, or None."""
        return self.worker("zhou").stock(location=place).get((place, self.sku(name), ""))

    def differences(self):
        """Where moves and balances disagree."""
        return self.given.admin.get("/ledger/check", warehouse=self.code).ok().items


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


@pytest.fixture
def phones(browser, browser_context_args, shared_server, built):
    """Hand out phones: `phones()`; another language or address if said."""
    contexts = []

    def hand_out(url=None, album=None, **words):
        locale = album.language if album else "en-US"
        context = browser.new_context(**{"locale": locale, **browser_context_args, **words})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Phone(context, url or shared_server.url, album)

    yield hand_out
    for context in contexts:
        context.close()


