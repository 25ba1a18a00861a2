"""A warehouse for one story of the browser tests, and the people in it."""

from pathlib import Path

from tests.given import PASSWORD

PWA = Path(__file__).resolve().parents[2] / "pwa"
ROLES = {"li": "staff", "wang": "staff", "zhao": "staff", "sun": "staff", "chen": "supervisor", "zhou": "manager"}


class Hall:
    """A warehouse and its people, each known by a name of their own: `hall.of("li")` is what Li types to sign in."""

    def __init__(self, given, code):
        self.given, self.code, self._workers = given, code, {}
        given.warehouse(code, f"Hall {code}")

    def of(self, name):
        """The user name of somebody here; they are hired when first asked for."""
        username = f"{name}-{self.code.lower()}"
        self.given.person(username, ROLES[name], self.code, name=name.title())
        return username

    def worker(self, name):
        """The same person over HTTP, for what the story does not show."""
        if name not in self._workers:
            self._workers[name] = self.given.sign_in(self.of(name), warehouse=self.code)
        return self._workers[name]

    def end_sessions(self, name):
        """A new password ends every session of a person at once."""
        person = self.worker(name).person
        del self._workers[name]
        self.given.admin.patch(f"/people/{person['id']}", {"password": PASSWORD}).ok()

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
