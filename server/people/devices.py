"""Devices: people act under their own token; a device that acts by itself, such as a reader, has a key for that.

A key is 32 random bytes, kept as SHA-256. A slow hash protects what people can remember; nobody guesses 256 random
bits, and a reader that posts two hundred times a second must not wait for argon2 each time.
"""

import hashlib
import hmac
import secrets

from server import clock
from server.db import fetch, session
from server.errors import IdReused, NotFound, Refusal
from server.people.tables import Device
from server.people.who import Actor


class DeviceTaken(Refusal):
    """Another device has this name."""

    code = "device_taken"
    en = "There is already a device {name}. Choose another name."
    zh = "设备 {name} 已存在，请换一个名称。"


class DeviceRevoked(Refusal):
    """The device was reported lost or taken out of service."""

    code = "device_revoked"
    status = 403
    en = "This device was taken out of service. Give it to a supervisor."
    zh = "此设备已停用，请交给主管。"


def register_device(id, name, kind, warehouse_id, location=None):
    """Add a device; gives (device, its key, whether it is new). The key is never seen again.

    Raises `IdReused`, `DeviceTaken`.
    """
    before = session().get(Device, id)
    if before is not None:
        if (before.name, before.kind, before.warehouse_id, before.location) != (name, kind, warehouse_id, location):
            raise IdReused()
        return before, None, False
    if session().query(Device.id).filter_by(name=name).first():
        raise DeviceTaken(name=name)

    key = secrets.token_urlsafe(32)
    device = Device(
        id=id,
        name=name,
        kind=kind,
        warehouse_id=warehouse_id,
        location=location,
        key_hash=_hash(key),
        made_at=clock.now(),
    )
    session().add(device)
    session().flush()
    return device, key, True


def revoke_device(device_id, warehouse_ids):
    """Take a device of one of these warehouses out of service, for good: its key opens nothing any more."""
    device = session().get(Device, device_id)
    if device is None or device.warehouse_id not in warehouse_ids:
        raise NotFound()
    device.revoked_at = device.revoked_at or clock.now()
    session().flush()
    return device


def device_with(name, key):
    """The row (id, name, warehouse_id, location) of the device that this name and key open, or None."""
    rows = fetch(
        "SELECT id, name, warehouse_id, location, key_hash, old_key_hash FROM devices"
        " WHERE name = :name AND revoked_at IS NULL",
        name=name,
    )
    said, kept = _hash(key), (rows[0].key_hash, rows[0].old_key_hash) if rows else (None, None)
    fits = [hmac.compare_digest(one or _NOBODYS, said) for one in kept]
    return rows[0] if any(fits) and key else None


def new_key(device_id, warehouse_ids):
    """A further key for a device; gives `(device, key)`. The one it had opens it too, until `retire_key`.

    Raises `NotFound`, `DeviceRevoked`.
    """
    device = _in_service(device_id, warehouse_ids)
    key = secrets.token_urlsafe(32)
    device.old_key_hash, device.key_hash = device.key_hash, _hash(key)
    session().flush()
    return device, key


def retire_key(device_id, warehouse_ids):
    """The device has changed to its new key: the one before opens nothing any more. Raises `NotFound`."""
    device = _in_service(device_id, warehouse_ids)
    device.old_key_hash = None
    session().flush()
    return device


def _in_service(device_id, warehouse_ids):
    device = session().get(Device, device_id)
    if device is None or device.warehouse_id not in warehouse_ids:
        raise NotFound()
    if device.revoked_at is not None:
        raise DeviceRevoked()
    return device


def speaker(name, key):
    """The device of this name and key as an `Actor`: a gateway in its warehouse. None if they do not fit."""
    device = device_with(name, key)
    if device is None:
        return None
    return Actor(device.id, device.name, device.name, "en", {device.warehouse_id: frozenset({"gateway"})})


def refuse_revoked(device_id):
    """Raises `DeviceRevoked` for a device known to be out of service. Devices that nobody registered are welcome."""
    if fetch("SELECT 1 FROM devices WHERE CAST(id AS text) = :id AND revoked_at IS NOT NULL", id=device_id):
        raise DeviceRevoked()


def devices_of(warehouse_ids, limit, after=None):
    """Devices by name, of these warehouses."""
    asked = session().query(Device).filter(Device.warehouse_id.in_(warehouse_ids))
    if after is not None:
        asked = asked.filter(Device.name > after)
    return asked.order_by(Device.name).limit(limit).all()


def _hash(key):
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


_NOBODYS = _hash(secrets.token_urlsafe(32))
