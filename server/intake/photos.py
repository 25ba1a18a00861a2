"""Photos in the book of photos: who took which, where, and what was read on it. Their bytes are the store's matter."""

import msgspec

from server.clock import now
from server.db import NIL, fetch, put, run
from server.errors import IdReused, NotFound, Refusal


class PhotoUnknown(NotFound):
    """No such photo, or not for this person."""

    code = "photo_unknown"
    en = "There is no such photo, or you may not see it. It may still be on the phone that took it."
    zh = "没有此照片，或您无权查看。照片可能仍在拍摄的手机上。"


class PhotoDamaged(Refusal):
    """What arrived is not what was sent."""

    code = "photo_damaged"
    status = 422
    en = "The photo was damaged on its way. Nothing was kept; send it again from the beginning."
    zh = "照片在传输中损坏，未保存。请从头重新发送。"


def find_photo(photo_id):
    """The row of a photo with the name of who took it (`taken_by`), or None."""
    rows = fetch(
        "SELECT f.id, f.warehouse_id, f.person_id, f.sha256, f.sent_sha256, f.kind, f.width, f.height, f.size,"
        " f.posted_at, f.symbols, p.name AS taken_by FROM photos f LEFT JOIN persons p ON p.id = f.person_id"
        " WHERE f.id = :id",
        id=photo_id,
    )
    return rows[0] if rows else None


def seen_photo(photo_id, asker_id, reads_book):
    """The row of a photo that this person may see: their own, else where they may read the book.

    Counters never see another counter's shelf. `reads_book`: a function of a warehouse id, None for any. Raises
    `PhotoUnknown`.
    """
    row = find_photo(photo_id)
    if (
        row is None
        or row.person_id != asker_id
        and not reads_book(None if row.warehouse_id == NIL else row.warehouse_id)
    ):
        raise PhotoUnknown()
    return row


def same_photo(row, sent_sha256):
    """The row if it was this content that came under the id. Raises `IdReused`."""
    if row.sent_sha256 != sent_sha256:
        raise IdReused(fields={"id": ["already_used"]})
    return row


def keep_photo(photo_id, warehouse_id, person_id, made):
    """Write a developed photo down; gives `(row, is_new)`. Raises `IdReused`."""
    found = find_photo(photo_id)
    if found is not None:
        return same_photo(found, made.sent_sha256), False
    said = (made.sha256, made.sent_sha256, made.kind, made.width, made.height, made.size)
    put(
        "photos",
        [(photo_id, warehouse_id or NIL, person_id, *said, now(), _written(made.symbols))],
        "id warehouse_id person_id sha256 sent_sha256 kind width height size posted_at symbols".split(),
    )
    return find_photo(photo_id), True


def add_symbols(photo_id, symbols):
    """Write down what was read on a photo that was kept unread before; gives its row."""
    run("UPDATE photos SET symbols = :symbols WHERE id = :id", symbols=_written(symbols), id=photo_id)
    return find_photo(photo_id)


def _written(symbols):
    return None if symbols is None else msgspec.json.encode(symbols).decode()
