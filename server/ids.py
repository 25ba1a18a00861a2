"""UUIDv7 for what the server itself makes: the time first, so that new rows land at the end of an index (RFC 9562)."""

import os
import time
import uuid


def new_id():
    """A UUIDv7 as text."""
    millis = time.time_ns() // 1_000_000
    bits = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    bits &= ~(0xF << 76) & ~(0x3 << 62)
    return str(uuid.UUID(int=bits | (0x7 << 76) | (0x2 << 62)))
