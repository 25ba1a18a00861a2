"""Warehouses, persons, roles, tokens, devices."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Word, db


class Warehouse(db.Model):
    """A building with a book of its own."""

    __tablename__ = "warehouses"
    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Word]
    timezone: Mapped[Word] = mapped_column(default="UTC")
    made_at: Mapped[Instant]


class Person(db.Model):
    """Somebody who acts. Hashes are argon2id; a person may sign in by password, by badge and PIN, or by both.

    Access tokens made before `sessions_from` are over: it moves when a password changes or somebody is deactivated.
    """

    __tablename__ = "persons"
    id: Mapped[Id] = mapped_column(primary_key=True)
    username: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Word]
    password_hash: Mapped[Long | None]
    badge: Mapped[Word | None] = mapped_column(unique=True)
    pin_hash: Mapped[Long | None]
    language: Mapped[Word] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(default=True)
    sessions_from: Mapped[Instant] = mapped_column(default=0, server_default="0")
    made_at: Mapped[Instant]


class PersonRole(db.Model):
    """A role in one warehouse (`scope` is its id) or in all of them (`*`)."""

    __tablename__ = "person_roles"
    person_id: Mapped[Id] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    scope: Mapped[Word] = mapped_column(primary_key=True)
    role: Mapped[Word] = mapped_column(primary_key=True)


class RefreshToken(db.Model):
    """One link of a chain of rotating tokens. A link used twice revokes the whole family."""

    __tablename__ = "refresh_tokens"
    id: Mapped[Id] = mapped_column(primary_key=True)
    family: Mapped[Id]
    person_id: Mapped[Id] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    __table_args__ = (Index("refresh_tokens_family", "family"), Index("refresh_tokens_person", "person_id"))


class SignInFailure(db.Model):
    """Wrong passwords and PINs of one name or badge in a row, so that guessing is slow on every worker."""

    __tablename__ = "sign_in_failures"
    name: Mapped[Word] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locked_until: Mapped[Instant]


class Device(db.Model):
    """A phone, handheld or reader. By its key it acts as a gateway; people who hold it act under their own token.

    Two keys open it while it changes from one to the next: `old_key_hash` is the one before."""

    __tablename__ = "devices"
    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[Word] = mapped_column(unique=True)
    kind: Mapped[Word]
    warehouse_id: Mapped[Id | None] = mapped_column(ForeignKey("warehouses.id"))
    location: Mapped[Word | None]
    key_hash: Mapped[Long | None]
    old_key_hash: Mapped[Long | None]
    made_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    __table_args__ = (CheckConstraint("kind IN ('phone','handheld','reader')", name="device_kind"),)
