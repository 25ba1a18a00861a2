"""Somebody with a phone: what they do is what their phone would send. Everything goes through HTTP."""

import hashlib
import io
import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

API = "/api/v1"


def new_id():
    """A UUIDv7, as phones make them (RFC 9562 §5.7)."""
    millis = time.time_ns() // 1_000_000
    number = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) & ~(0x3 << 62) | (7 << 76) | (2 << 62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def at(seconds=0, **ago):
    """An instant as a phone writes it: now, plus `seconds`; or `at(minutes=-5)`."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds, **ago)
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"  # as the server writes it back
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    body: object
    headers: dict = field(repr=False, default_factory=dict)

    @property
    def code(self):
        """The refusal's code, or None."""
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def items(self):
        """The entries of a list."""
        return self.body["items"]

    def __getitem__(self, key):
        return self.body[key]

    def ok(self):
        """Itself, if it is no refusal; the test stops here otherwise."""
        assert self.status < 400, f"{self.status}: {self.body}"
        return self


class Worker:
    """A person who is signed in. `send(method, path, body, headers, files)` gives status, headers and bytes."""

    def __init__(self, send, warehouse="WH1", token=None, device=None):
        self.send, self.warehouse, self.token = send, warehouse, token
        self.device = device or new_id()
        self.seq = 0
        self.person = None
        self.last_entry = self.photo_id = None
        self._known_as = self._until = None

    def ask(self, method, path, body=None, files=None, headers=None, **query):
        """One request. Query words that are None are left out."""
        if self._until is not None and time.monotonic() > self._until:
            self.sign_in(*self._known_as)
        asked = {name.rstrip("_"): value for name, value in query.items() if value is not None}
        address = (path if path.startswith(("/api/", "/epcis/", "/healthz", "/readyz", "/metrics")) else API + path) + (
            "?" + urlencode(asked) if asked else ""
        )
        sent = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        status, answered, raw = self.send(method, address, body, sent, files)
        is_json = "json" in answered.get("Content-Type", "")
        return Reply(status, json.loads(raw) if raw and is_json else raw, answered)

    def get(self, path, **query):
        """Read."""
        return self.ask("GET", path, **query)

    def post(self, path, body=None, **query):
        """Say something."""
        return self.ask("POST", path, body, **query)

    def patch(self, path, body):
        """Change something that may be changed."""
        return self.ask("PATCH", path, body)

    def sign_in(self, username, password):
        """Sign in by password; gives itself. Whoever outlives a token signs in again, as a phone would."""
        self._known_as, self._until = (username, password), None
        reply = self.post("/auth/login", {"username": username, "password": password}).ok()
        self.token, self.person = reply["access_token"], reply["person"]
        self._until = time.monotonic() + reply["expires_in"] * 2 / 3
        return self

    def take_photo(self, content, decode="false", **words):
        """Send a photo; `warehouse=`, `id=` and `sha256=` go along. Gives the reply, refusal or not."""
        said = {name: value for name, value in words.items() if value is not None}
        return self.ask("POST", "/photos", files={"file": (io.BytesIO(content), "photo.jpg"), **said}, decode=decode)

    def send_part(self, photo_id, body, at_, whole, **asked):
        """Send a part of a photo; gives the reply. `at_`: its offset in `whole`, all the bytes."""
        query = {"offset": at_, "total": len(whole), "sha256": hashlib.sha256(whole).hexdigest(), **asked}
        return self.ask("PUT", f"/photos/{photo_id}/parts", body, **query)

    # The floor: one door.

    def event(self, kind, /, at_=None, id_=None, **words):
        """An event as the phone keeps it. `at_`: when it happened there; words that are None are left out."""
        self.seq += 1
        said = {name.rstrip("_"): value for name, value in words.items() if value is not None}
        return {"id": id_ or new_id(), "type": kind, "at": at_ or at(), "seq": self.seq, "data": said}

    def sync(self, *events, sent_at=None, **more):
        """Deliver events; gives their receipts."""
        batch = {"device_id": self.device, "sent_at": sent_at or at(), "events": list(events), **more}
        return self.post("/sync", batch).ok()["receipts"]

    def tell(self, kind, /, at_=None, id_=None, **words):
        """Deliver one event; gives its receipt."""
        return self.sync(self.event(kind, at_, id_, **words))[0]

    def claim(self, task, **words):
        """Take a task."""
        return self.tell("count.claim", task=task, **words)

    def release(self, task):
        """Give a task back."""
        return self.tell("count.release", task=task)

    def count(self, task, location, sku=None, quantity=1, method="keypad", **words):
        """Say how many. `code=` in place of the sku for a scan; `lot=`, `serial=`, `at_=` as needed."""
        self.last_entry = words.pop("id_", None) or new_id()
        said = {"task": task, "location": location, "sku": sku, "quantity": str(quantity), "method": method}
        return self.tell("count.entry", id_=self.last_entry, **said, **words)

    def void(self, entry):
        """Take an entry back by a negating one."""
        return self.tell("count.void", entry=entry)

    def empty(self, task, location, sku=None, **words):
        """I looked: there is none."""
        return self.tell("count.empty", task=task, location=location, sku=sku, **words)

    def submit(self, task, **words):
        """Done with it."""
        return self.tell("count.submit", task=task, **words)

    def count_all(self, task, counted, **words):
        """Claim, count `{("A-01", "TEA"): 38, …}` and submit in one delivery; gives the receipts."""
        events = [self.event("count.claim", task=task)]
        for (location, sku), quantity in counted.items():
            said = {"task": task, "location": location, "sku": sku, "quantity": str(quantity), "method": "keypad"}
            events.append(self.event("count.entry", **said, **words))
        return self.sync(*events, self.event("count.submit", task=task))

    def move(self, sku, quantity, from_, to, **words):
        """Shelf to shelf."""
        return self.tell("move", sku=sku, quantity=str(quantity), from_=from_, to=to, **words)

    # Documents and goods.

    def open_document(self, kind, lines, id_=None, **words):
        """Open a document: `{"TEA": 10}` or `[{"sku": …, "quantity": …}]`; gives the reply."""
        if isinstance(lines, dict):
            lines = [{"sku": sku, "quantity": str(quantity)} for sku, quantity in lines.items()]
        said = {"id": id_ or new_id(), "warehouse": self.warehouse, "kind": kind, "lines": lines}
        return self.post("/documents", said | words)

    def receive(self, document, sku=None, quantity=1, **words):
        """So many arrived."""
        return self.tell("receive.line", document=document, sku=sku, quantity=str(quantity), **words)

    def receive_check(self, document, sku=None, quantity=1, **words):
        """I find so many of what arrived."""
        return self.tell("receive.check", document=document, sku=sku, quantity=str(quantity), **words)

    def put_away(self, sku, quantity, to, **words):
        """From the dock to a shelf."""
        return self.tell("putaway", sku=sku, quantity=str(quantity), to=to, **words)

    def pick(self, document, sku, quantity, location, **words):
        """From the shelf to the staging area."""
        return self.tell("pick.line", document=document, sku=sku, quantity=str(quantity), location=location, **words)

    def pick_check(self, document, sku, quantity=1, **words):
        """I find so many of what was picked."""
        return self.tell("pick.check", document=document, sku=sku, quantity=str(quantity), **words)

    def pick_short(self, document, sku, found, location, **words):
        """There is not enough here."""
        return self.tell("pick.short", document=document, sku=sku, found=str(found), location=location, **words)

    def ship(self, document, **words):
        """It leaves."""
        return self.tell("ship", document=document, **words)

    def document(self, document_id):
        """A document as this person may see it."""
        return self.get(f"/documents/{document_id}").ok().body

    def report(self, kind, /, **words):
        """Something is out of order."""
        return self.tell("case.report", kind=kind, **words)

    def tasks(self, **query):
        """What this person has to do."""
        return self.get("/tasks", **{"mine": "true", "warehouse": self.warehouse, **query}).ok().items

    # Supervision: commands.

    def start_count(self, form="list", id_=None, mode="independent", assign_to=None, due_at=None, open_=None, **scope):
        """Order a count, e.g. `start_count(locations=["A-01"])`; gives the reply, with its tasks."""
        wanted = {"id": id_ or new_id(), "warehouse": self.warehouse, "form": form, "mode": mode, "scope": scope}
        extra = {"assign_to": assign_to, "due_at": due_at, "open": open_, "lock": scope.pop("lock", None)}
        extra["readers"] = scope.pop("readers", None)
        return self.post("/counts", wanted | {name: value for name, value in extra.items() if value is not None})

    def variances(self, **query):
        """Lines as judged, those of this warehouse."""
        return self.get("/variances", warehouse=self.warehouse, **query).ok().items

    def approve(self, variance, reason="miscount", cause="management.count_error", stage="counting", id_=None, **words):
        """Accept a variance. Takes the line or its id; gives the reply, refusal or not."""
        said = {"id": id_ or new_id(), "reason": reason, "cause": cause, "stage": stage, **words}
        return self.post(f"/variances/{_id_of(variance)}/approve", said)

    def reject(self, variance, id_=None, **words):
        """Refuse a variance: the book stays."""
        return self.post(f"/variances/{_id_of(variance)}/reject", {"id": id_ or new_id(), **words})

    def recount(self, variance, id_=None, **words):
        """Send somebody else to look again."""
        return self.post(f"/variances/{_id_of(variance)}/recount", {"id": id_ or new_id(), **words})

    def decide(self, act, variances, id_=None, **words):
        """Many at once, all or none."""
        ids = [_id_of(variance) for variance in variances]
        return self.post("/variances/decide", {"id": id_ or new_id(), "act": act, "variances": ids, **words})

    def post_moves(self, *moves):
        """Post to the book, as an ERP or a supervisor does: all or none."""
        return self.post("/moves", {"moves": list(moves)})

    def stock(self, **query):
        """Positions and their quantities, `{("A-01", "TEA", ""): "40.000"}`."""
        rows = self.get("/stock", warehouse=self.warehouse, limit=500, **query).ok().items
        return {(row["location"], row["sku"], row["lot"] or ""): row.get("qty") for row in rows}

    def ledger(self, **query):
        """The moves of this warehouse."""
        return self.get("/moves", warehouse=self.warehouse, limit=500, **query).ok().items


def _id_of(variance):
    return variance["id"] if isinstance(variance, dict) else variance
