"""Devices: the phones, handhelds and readers that are in service."""

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import fields

from server.catalog.places import location_of
from server.db import transaction
from server.errors import NotUnderstood
from server.people.devices import devices_of, new_key, register_device, retire_key, revoke_device
from server.people.rules import Permission
from server.routes import door
from server.routes.door import may
from server.routes.shapes import Id, Instant, PageQuery, Shape, Words, choice, page_of, paged, read_cursor, text

routes = Blueprint("devices", __name__, description="Phones, handhelds and readers")


class DeviceIn(Words):
    id = Id(required=True)
    name = text(80, required=True, metadata={"description": "no colon: it is the user name of HTTP Basic"})
    kind = choice("phone", "handheld", "reader", required=True)
    warehouse = text(required=True)
    location = text(load_default=None, allow_none=True)


class DeviceChange(Shape):
    revoked = fields.Boolean(truthy={True}, falsy=set(), required=True)


class DeviceOut(ma.Schema):
    id = fields.String()
    name = fields.String()
    kind = fields.String()
    warehouse = fields.String()
    location = fields.String(allow_none=True)
    revoked_at = Instant(allow_none=True)


class NewDeviceOut(DeviceOut):
    key = fields.String(metadata={"description": "shown this once"})


class DeviceQuery(PageQuery):
    warehouse = text(load_default=None)


@routes.get("/devices")
@may(Permission.READ_PEOPLE)
@routes.arguments(DeviceQuery, location="query")
@routes.response(200, page_of("Device", DeviceOut))
def list_devices(asked):
    """Devices by name. Keys are never shown."""
    after = read_cursor(asked["cursor"], str)
    within = door.warehouses(Permission.READ_PEOPLE, asked["warehouse"])
    rows = devices_of([each.id for each in within], asked["limit"] + 1, after and after[0])
    codes = {each.id: each.code for each in within}
    return paged([_said(row, codes) for row in rows], asked["limit"], lambda row: (row["name"],))


@routes.post("/devices")
@may(Permission.EDIT_DEVICES)
@routes.arguments(DeviceIn)
@routes.response(201, NewDeviceOut)
@routes.alt_response(200, schema=DeviceOut, description="Posted before, with the same content: without the key")
def add_device(words):
    """Register a device. The answer has its `key` for HTTP Basic, which is never shown again."""
    home = door.warehouse(words.pop("warehouse"), Permission.EDIT_DEVICES)
    if ":" in words["name"]:
        raise NotUnderstood(fields={"name": ["wrong_characters"]})
    if words["location"]:
        location_of(home.id, words["location"], {"location": ["unknown"]})
    with transaction():
        device, key, new = register_device(warehouse_id=home.id, **words)
        said = _said(device, {home.id: home.code}) | ({"key": key} if key else {})
    return said, 201 if new else 200


@routes.patch("/devices/<uuid:device_id>")
@may(Permission.EDIT_DEVICES)
@routes.arguments(DeviceChange)
@routes.response(200, DeviceOut)
def revoke(words, device_id):
    """Take a device out of service for good, by `{"revoked": true}`: lost, stolen or scrapped."""
    within = door.warehouses(Permission.EDIT_DEVICES)
    with transaction():
        return _said(
            revoke_device(str(device_id), [each.id for each in within]), {each.id: each.code for each in within}
        )


@routes.post("/devices/<uuid:device_id>/keys")
@may(Permission.EDIT_DEVICES)
@routes.response(201, NewDeviceOut)
def add_key(device_id):
    """A new key, shown this once. The one before opens the device too, until it is retired."""
    within = door.warehouses(Permission.EDIT_DEVICES)
    with transaction():
        device, key = new_key(str(device_id), [each.id for each in within])
        return _said(device, {each.id: each.code for each in within}) | {"key": key}


@routes.delete("/devices/<uuid:device_id>/keys/old")
@may(Permission.EDIT_DEVICES)
@routes.response(200, DeviceOut)
def retire_old_key(device_id):
    """The device has changed to its new key: the one before opens nothing any more."""
    within = door.warehouses(Permission.EDIT_DEVICES)
    with transaction():
        device = retire_key(str(device_id), [each.id for each in within])
        return _said(device, {each.id: each.code for each in within})


def _said(device, codes):
    return {
        "id": device.id,
        "name": device.name,
        "kind": device.kind,
        "warehouse": codes[device.warehouse_id],
        "location": device.location,
        "revoked_at": device.revoked_at,
    }
