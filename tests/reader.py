"""Something that posts by itself, under its name and key: `Reader(given, "dock 1").reads("3034…", "3035…")`."""

import base64
import gzip
import json

from tests.worker import Worker, at, new_id

EPCIS = {
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-11-22T02:15:22Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventID": "urn:uuid:0192f5a1-0c1e-7b4e-8f7e-2a6cfa1d2b02",
                "eventTime": "2026-11-22T02:15:22Z",
                "eventTimeZoneOffset": "+00:00",
                "action": "OBSERVE",
                "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
            }
        ]
    },
}


class Reader:
    """A reader of a warehouse. Everything goes through HTTP."""

    def __init__(self, given, name="dock 1", warehouse="WH1", kind="reader", **words):
        given.warehouse(warehouse)
        self.given, self.name, self.id, self.warehouse = given, name, new_id(), warehouse
        said = {"id": self.id, "name": name, "kind": kind, "warehouse": warehouse, **words}
        self.key = given.admin.post("/devices", said).ok()["key"]
        self.worker = Worker(given.send, warehouse)

    def post(self, path, body, packed=False, headers=None, **query):
        """Post bytes, or a value as JSON; gives the reply."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        raw = gzip.compress(raw) if packed else raw
        word = base64.b64encode(f"{self.name}:{self.key}".encode()).decode()
        sent = {"Authorization": f"Basic {word}"} | ({"Content-Encoding": "gzip"} if packed else {}) | (headers or {})
        return self.worker.ask("POST", path, raw, headers=sent, **query)

    def ingest(self, body, **words):
        """What its maker makes it send; gives (accepted, duplicate, quarantined)."""
        return counts(self.post("/readers/ingest", body, **words))

    def batch(self, *reads, **words):
        """A batch of ours; gives the same."""
        said = {"batch_id": new_id(), "sent_at": at(), "reads": [*reads]} | words
        return counts(self.post("/readers/reads", said))

    def sees(self, *epcs, seconds=0, times=3, dbm=-50, antenna=1, **words):
        """Read these tags, each so many times at once."""
        when = at(seconds)
        reads = [
            {"epc": epc, "first": when, "last": when, "count": times, "rssi_dbm": dbm, "antenna": antenna}
            for epc in epcs
        ]
        return self.batch(*reads, **words)


def counts(reply):
    """(accepted, duplicate, quarantined) of an answer that is never a no."""
    assert reply.status == 200, (reply.status, reply.body)
    assert reply.body.keys() == {"accepted", "duplicate", "quarantined"}
    return reply["accepted"], reply["duplicate"], reply["quarantined"]


def things_of_readers(given, boss):
    """A capture, and a tag that went through a door."""
    captured = boss.post("/epcis/v2/capture", EPCIS).headers["Location"]
    door = Reader(given, "dock 1")
    sides = [{"antenna": 1, "side": "out"}, {"antenna": 2, "side": "in"}]
    given.admin.patch(f"/readers/{door.id}", {"use": "portal", "antennas": sides}).ok()
    for n, antenna in enumerate((1, 1, 2, 2)):
        door.sees("E28011606000020A6681F23F", seconds=n - 30, times=1, antenna=antenna)
    (group,) = given.admin.get("/readers/passes", warehouse="WH1").ok().items
    (event,) = EPCIS["epcisBody"]["eventList"]
    return {
        "job_id": captured.rpartition("/")[2],
        "pass_id": group["id"],
        "maker": "zebra",
        "event_id": event["eventID"],
        "epc": event["epcList"][0],
        "event_type": "ObjectEvent",
        "step": "shipping",
        "disposition": "in_transit",
        "place": "urn:tallyloop:location:WH1:A-01",
    }
