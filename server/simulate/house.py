"""Make a floor ready over HTTP: readers with keys, tags on the goods of the book, a delivery on its way.

Names follow from what they name, so that making ready twice changes nothing.
"""

import hashlib
import time
from collections import defaultdict

from server import clock
from server.clock import show_instant
from server.ids import new_id
from server.simulate.deliver import Unwilling, path_of
from server.simulate.words import MODELS

MOST = 60  # tags on one position; of more goods a tag stands for several
_EDGE = "tallyloop-simulated"


def tag_of(*names):
    """A factory-like EPC that follows from a name."""
    return "E2801160" + hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()[:16].upper()


class House:
    """A warehouse behind a line, by somebody who may set up devices and edit the catalogue."""

    def __init__(self, line, warehouse):
        self.line, self.warehouse = line, warehouse
        self._bound: dict[str, set] = {}

    def key_of(self, name, maker, kind="reader", **setup):
        """The key of a reader of that name: registered if it is not, else given a new key. `setup`: use, antennas, …"""
        known = {row["name"]: row["id"] for row in self.line.all("/devices", warehouse=self.warehouse)}
        if name in known:
            device = known[name]
            key = self.line.ok("POST", f"/devices/{device}/keys")["key"]
        else:
            device = new_id()
            said = {"id": device, "name": name, "kind": kind, "warehouse": self.warehouse}
            key = self.line.ok("POST", "/devices", said)["key"]
        self.line.ok("PATCH", f"/readers/{device}", {"model": MODELS[maker], **setup})
        return key

    def stocked(self):
        """{place: [rows of stock whose goods may carry tags]}, in walking order; pieces in whole numbers only."""
        plain = {row["sku"] for row in self.line.all("/items") if not row["serial_tracked"]}
        found = defaultdict(list)
        for row in self.line.all("/stock", warehouse=self.warehouse):
            quantity = row.get("qty")
            if row["sku"] in plain and quantity and float(quantity) > 0 and float(quantity) % 1 == 0:
                found[row["location"]].append(row)
        shelves = {row["code"]: row for row in self.line.all("/locations", warehouse=self.warehouse)}
        walk = sorted(found, key=lambda code: (shelves[code].get("path_order") or 0, code))
        return {code: found[code] for code in walk if not shelves[code].get("role")}

    def tagged(self, place, rows):
        """Stick tags to all goods of a place; gives {tag: (sku, lot, pieces)}. Ours that are too many come off."""
        wanted = {}
        for row in rows:
            pieces, lot = int(float(row["qty"])), row["lot"] or ""
            n = min(pieces, MOST)
            for k in range(n):
                share = pieces // n + (k < pieces % n)
                wanted[tag_of(self.warehouse, place, row["sku"], lot, k)] = (row["sku"], lot, share)
        for row in rows:
            for k in range(MOST):
                tag = tag_of(self.warehouse, place, row["sku"], row["lot"] or "", k)
                if tag not in wanted and self._is_bound(tag, row["sku"]):
                    self.line.ok("DELETE", f"/tags/{tag}")
        self.bind([(tag, *facts, place) for tag, facts in wanted.items()])
        return wanted

    def bind(self, rows):
        """Bind `(tag, sku, lot, pieces, place or "")`."""
        lines = ["epc,sku,lot,quantity,warehouse,location"]
        for tag, sku, lot, pieces, place in rows:
            home = f"{self.warehouse},{_quoted(place)}" if place else ","
            lines.append(f"{tag},{_quoted(sku)},{_quoted(lot)},{pieces},{home}")
        head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="tags.csv"\r\n\r\n'
        body = head + "\n".join(lines) + f"\n\r\n--{_EDGE}--\r\n"
        said = self.line.ok("POST", "/imports/tags", body.encode(), kind=f"multipart/form-data; boundary={_EDGE}")
        if said["errors"]:
            raise Unwilling(f"tags were not bound: {said['errors'][:3]}")

    def places_of(self, count):
        """Places of a count, or of a task of it."""
        said = self.line.ok("GET", f"/counts/{path_of(count)}")
        return sorted({code for task in said["tasks"] for code in task["locations"]})

    def expect(self, number, goods):
        """A delivery of `{sku: pieces}` is on its way, under this number."""
        lines = [{"sku": sku, "quantity": str(n)} for sku, n in sorted(goods.items())]
        said = {"id": new_id(), "warehouse": self.warehouse, "kind": "receipt", "number": number, "lines": lines}
        status, _, answer = self.line.ask("POST", "/documents", said)
        if status >= 400 and status != 409:  # this number was announced before
            raise Unwilling(f"no delivery: {status} {answer}")

    def plain_items(self):
        """SKUs of goods without lots and serials."""
        rows = self.line.all("/items")
        return sorted(row["sku"] for row in rows if not (row["lot_tracked"] or row["serial_tracked"]))

    def place(self, code, kind):
        """A place of that kind: the first there is, else one that is made."""
        for row in self.line.all("/locations", warehouse=self.warehouse):
            if row["kind"] == kind or row["code"] == code:
                return row["code"]
        said = {"id": new_id(), "warehouse": self.warehouse, "code": code, "kind": kind}
        return self.line.ok("POST", "/locations", said)["code"]

    def _is_bound(self, tag, sku):
        if sku not in self._bound:
            rows = self.line.all("/tags", warehouse=self.warehouse, sku=sku)
            self._bound[sku] = {row["tag"] for row in rows}
        return tag in self._bound[sku]


class Counter:
    """Somebody who counts with the sled: claims the task, hands the sled over, submits."""

    def __init__(self, line):
        self.line, self._device, self._seq = line, new_id(), 0

    def claim(self, task, reader):
        """Take the task, and let the reader read for it."""
        self._tell("count.claim", task=task)
        self.line.ok("POST", "/readers/sessions", {"task": task, "reader": reader})

    def wait(self, task, reads):
        """Wait until so many reads have arrived for a task, or none for ten seconds."""
        before, since = -1, time.monotonic()
        while before < reads and time.monotonic() - since < 10:
            now = self.line.ok("GET", f"/readers/sessions/{task}")["reads"]
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(0.2)

    def submit(self, task):
        """Done with it."""
        self._tell("count.submit", task=task)

    def _tell(self, kind, **words):
        self._seq += 1
        at = show_instant(clock.now())
        event = {"id": new_id(), "type": kind, "at": at, "seq": self._seq, "data": words}
        said = self.line.ok("POST", "/sync", {"device_id": self._device, "sent_at": at, "events": [event]})
        (receipt,) = said["receipts"]
        if receipt["result"] == "refused":
            raise Unwilling(f"{kind}: {receipt['code']} {receipt['detail']}")


def _quoted(text):
    return '"' + text.replace('"', '""') + '"'
