"""Ids of the demo: each follows from a name and an instant, so that building again changes nothing."""

import hashlib
import uuid

from server import clock


def named_id(name, at):
    """A UUIDv7 of an instant and a name, in place of chance (RFC 9562 §5.7)."""
    chance = int.from_bytes(hashlib.sha256(name.encode()).digest()[:10], "big")
    bits = ((at // clock.MILLISECOND) << 80) | (chance & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62)
    return str(uuid.UUID(int=bits))
