"""Passwords and PINs: argon2id, slow by design, so never hashed or checked while a transaction holds the writers up.

Parameters: OWASP Password Storage Cheat Sheet, argon2id with 19 MiB, two passes, one lane. They stand in each hash, so
raising them later leaves the hashes that exist good.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


@dataclass(frozen=True)
class Secrets:
    """A new password and PIN, as said and as kept. None: not given."""

    password: str | None = field(default=None, repr=False)
    password_hash: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    pin_hash: str | None = field(default=None, repr=False)


def prepare(password=None, pin=None):
    """Hash what is given. Call it before the transaction begins."""
    return Secrets(password, password and _hash(password), pin, pin and _hash(pin))


def fits(kept, said):
    """Is `said` what was hashed into `kept`? Costs the same when there is no hash, so that nobody learns who exists."""
    try:
        return _hasher.verify(kept or _nobodys(), _bytes(said)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _hash(said):
    return _hasher.hash(_bytes(said))


def _bytes(said):
    """A password may be any text, even broken Unicode, which must be wrong rather than crash."""
    return said.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _nobodys():
    return _hasher.hash(b"nobody has this password")
