"""Builders in floor words: they say only what matters to the test, and fill in the rest.

`given.shelf("A-01", tea=40)` makes the warehouse, the location and the item if they are not there, and posts what is on
the shelf as an opening move, an hour old. Everything goes through HTTP as the administrator.
"""

from tests.worker import Worker, at, new_id

PASSWORD = "a-long-password"
# What a policy's `handling` says where a story is of something else: nobody checks what is received, and nothing is to
# be counted because something was picked.
ALONE = {"receive_check_over": None, "receive_check_share": "0", "receive_check_first_lot": False}
QUIET = {"short_count": False, "zero_count": False, "low_quantity": None}


class Given:
    """What there is before the story begins."""

    def __init__(self, send, admin_password):
        self.send = send
        self.admin = Worker(send).sign_in("admin", admin_password)
        self._there = set()

    def warehouse(self, code="WH1", name=None):
        """A building."""
        return self._once("/warehouses", code, {"code": code, "name": name or code})

    def person(self, username, role="staff", warehouse="WH1", password=PASSWORD, **words):
        """Somebody with one role (or a list of them) in one warehouse; `"*"` is every warehouse."""
        if warehouse != "*":
            self.warehouse(warehouse)
        held = [{"warehouse": warehouse, "role": each} for each in ([role] if isinstance(role, str) else role)]
        said = {"username": username, "name": username.title(), "password": password, "roles": held, **words}
        return self._once("/people", username, said)

    def sign_in(self, username, password=PASSWORD, warehouse="WH1"):
        """A worker with a phone of their own."""
        return Worker(self.send, warehouse).sign_in(username, password)

    def staff(self, username="li", **words):
        """Somebody from the floor, signed in."""
        self.person(username, "staff", **words)
        return self.sign_in(username, warehouse=words.get("warehouse", "WH1"))

    def supervisor(self, username="chen", role="supervisor", **words):
        """Somebody who orders and decides, signed in."""
        self.person(username, role, **words)
        return self.sign_in(username, warehouse=words.get("warehouse", "WH1"))

    def item(self, sku, name=None, **words):
        """Something that is stocked. `unit_cost="2.5"`, `lot_tracked=True`, `abc="A"`, … as the API has them."""
        return self._once("/items", sku, {"sku": sku, "name": name or sku.title(), "unit": "ea", **words})

    def code(self, sku, code, pack=None):
        """A barcode of an item; `pack`: how many base units one scan of it is."""
        self.item(sku)
        packed = {} if pack is None else {"pack_quantity": str(pack)}
        return self._once("/codes", code, {"sku": sku, "code": code, **packed})

    def lot(self, sku, lot, expiry=None):
        """A lot of a lot-tracked item; `expiry` is a date."""
        self.item(sku, lot_tracked=True)
        dated = {"expiry": expiry} if expiry else {}
        return self._once("/lots", f"{sku}/{lot}", {"sku": sku, "lot": lot, **dated})

    def place(self, code, warehouse="WH1", **words):
        """A location. `zone` is the part before the first hyphen unless told."""
        self.warehouse(warehouse)
        said = {"warehouse": warehouse, "code": code, "zone": code.split("-")[0], **words}
        return self._once("/locations", f"{warehouse}/{code}", said)

    def shelf(self, place, warehouse="WH1", at_=None, lot=None, **stock):
        """Goods on a shelf: `given.shelf("A-01", tea=40, rice="2.5")`; names are SKUs in small letters."""
        self.place(place, warehouse)
        moves = [self.receipt(sku.upper(), place, quantity, warehouse, at_, lot) for sku, quantity in stock.items()]
        return self.admin.post_moves(*moves).ok() if moves else None

    def receipt(self, sku, place, quantity, warehouse="WH1", at_=None, lot=None):
        """A move from the supplier to a shelf, not yet posted."""
        if lot is None:
            self.item(sku)
        else:
            self.lot(sku, lot)
        return self.a_move(sku, quantity, "SUPPLIER", place, warehouse, at_ or at(hours=-1), "opening", lot)

    def a_move(self, sku, quantity, from_, to, warehouse="WH1", at_=None, kind="move", lot=None, id_=None, **more):
        """A move as `POST /moves` takes it; `document=`, `serials=` and the like go along."""
        said = {"id": id_ or new_id(), "warehouse": warehouse, "sku": sku, "quantity": str(quantity), "from": from_}
        said |= {"to": to, "kind": kind, "effective_at": at_ or at()}
        return said | ({"lot": lot} if lot else {}) | more

    def policy(self, warehouse=None, **body):
        """Standing rules from now on, e.g. `given.policy(auto_post=False)`."""
        said = {"id": new_id(), "body": body} | ({"warehouse": warehouse} if warehouse else {})
        return self.admin.post("/policies", said).ok()

    def ledger(self, **query):
        """What the book says, oldest last."""
        return self.admin.ledger(**query)

    def differences(self):
        """Where moves and balances disagree: must be nothing at the end of every story."""
        return self.admin.get("/ledger/check").ok().items

    def _once(self, path, key, said):
        """Make it, unless this test did before."""
        if (path, key) in self._there:
            return None
        self._there.add((path, key))
        return self.admin.post(path, {"id": new_id(), **said}).ok()
