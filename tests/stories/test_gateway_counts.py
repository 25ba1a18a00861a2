"""A gateway may count a task itself: by the floor's one door, with its key, and ids that it made."""

from base64 import b64encode

from tests.house import WHY, at, new_id
from tests.worker import Worker


def test_a_gateway_counts_a_task_by_events_with_ids_of_its_own(hall):
    hall.policy(rounds_max=1, auto_post=False)
    hall.shelf("A-01", tea=4)
    said = {"id": new_id(), "name": f"sled-{hall.code}", "kind": "handheld", "warehouse": hall.code}
    key = hall.given.admin.post("/devices", said).ok()["key"]
    header = {"Authorization": "Basic " + b64encode(f"{said['name']}:{key}".encode()).decode()}
    device, (task,) = Worker(hall.given.send, hall.code), hall.start("list", locations=["A-01"])
    entry = {"task": task, "location": "A-01", "sku": "TEA", "quantity": "3", "method": "rfid"}
    events = [
        device.event("count.claim", task=task),
        device.event("count.entry", **entry),
        device.event("count.submit", task=task),
    ]
    batch = {"device_id": said["id"], "sent_at": at(), "events": events}

    first, again = (device.ask("POST", "/sync", batch, headers=header).ok()["receipts"] for _ in range(2))

    assert [(one["result"], one["code"]) for one in first] == [("accepted", None)] * 3
    assert [one["result"] for one in again] == ["duplicate"] * 3
    assert hall.line()["counted_qty"] == "3.000"
    hall.zhou.decide("approve", [hall.line()], **WHY).ok()
    assert hall.qty("A-01") == "3.000" and hall.differences() == []
