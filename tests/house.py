"""A house that many tests share: one app and its people, for files whose tests only look, or keep to a warehouse each.

Passwords are slow to check on purpose, so everybody signs in once.
"""

from contextlib import contextmanager

from server import create_app
from server.db import db
from tests.conftest import new_database, settings_for
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, in_process
from tests.worker import Worker, at, new_id

WHY = {"reason": "damage", "cause": "physical.packaging_damage", "stage": "storage"}


@contextmanager
def a_house(kind, folder, request):
    """`(app, Given)` on a fresh database of that kind."""
    url, remove = new_database(kind, folder, request)
    app = create_app(settings_for(folder, url, TALLYLOOP_ACCESS_MINUTES="100000"))  # stories move the clock by days
    yield app, Given(in_process(app.test_client()), ADMIN_PASSWORD)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    remove()


def again(worker, warehouse=None):
    """The same person with a fresh phone."""
    twin = Worker(worker.send, warehouse or worker.warehouse, worker.token)
    twin.person = worker.person
    return twin


class Crew:
    """People of every trade who work in all warehouses of the house."""

    ROLES = {
        "li": "staff",
        "wang": "staff",
        "zhao": "staff",
        "sun": "staff",
        "chen": "supervisor",
        "ma": "supervisor",
        "zhou": "manager",
        "fang": "finance",
    }

    def __init__(self, given, app=None):
        self.given, self.app, self.floors = given, app, 0
        for name, role in self.ROLES.items():
            given.person(name, role, warehouse="*")
        self.signed_in = {name: given.sign_in(name) for name in self.ROLES}

    def floor(self):
        """A warehouse of its own for one story."""
        self.floors += 1
        return Floor(self, f"F{self.floors}")


class Floor:
    """One warehouse and the crew in it, each with a fresh phone: `floor.li`, `floor.chen`, …"""

    def __init__(self, crew, code):
        self.given, self.code = crew.given, code
        self.given.warehouse(code)
        for name, worker in crew.signed_in.items():
            setattr(self, name, again(worker, code))

    def shelf(self, place, at_=None, lot=None, **stock):
        """Goods on a shelf of this warehouse."""
        return self.given.shelf(place, self.code, at_, lot, **stock)

    def post(self, sku, quantity, from_, to, kind="move", **words):
        """A move in the book, by the administrator; gives its id."""
        move = self.given.a_move(sku, quantity, from_, to, self.code, kind=kind, **words)
        self.given.admin.post_moves(move).ok()
        return move["id"]

    def policy(self, **body):
        """Standing rules of this warehouse, from now on."""
        return self.given.policy(self.code, **body)

    def start(self, form="list", by="chen", **words):
        """A count; gives the ids of its tasks."""
        count = getattr(self, by).start_count(form, **words).ok()
        return [task["id"] for task in count["tasks"]]

    def task(self, worker):
        """The only task that this person may take."""
        (task,) = worker.tasks()
        return task["id"]

    def line(self, sku="TEA", **query):
        """The only count line of an item."""
        (line,) = self.chen.variances(sku=sku, **query)
        return line

    def state(self, sku="TEA", **query):
        """Its state."""
        return self.line(sku, **query)["state"]

    def qty(self, place, sku="TEA"):
        """What the book holds there, or None."""
        found = {key[:2]: qty for key, qty in self.zhou.stock(location=place).items()}
        return found.get((place, sku))

    def losses(self, sku="TEA"):
        """What sits in LOSS, `"0.000"` if nothing."""
        return self.qty("LOSS", sku) or "0.000"

    def pending(self, place="A-01", sku="TEA", found=38, workers=("li", "wang")):
        """Two equal counts that differ from the book: a line that waits for a decision."""
        (task,) = self.start(locations=[place], skus=[sku])
        for worker in (getattr(self, name) for name in workers):
            worker.count_all(task, {(place, sku): found})
            if worker is not getattr(self, workers[-1]):
                task = self.task(getattr(self, workers[1]))
        return self.line(sku, location=place)

    def differences(self):
        """Where moves and balances disagree: nothing."""
        return self.chen.get("/ledger/check", warehouse=self.code).ok().items


__all__ = ["WHY", "Crew", "Floor", "a_house", "again", "at", "new_id"]
