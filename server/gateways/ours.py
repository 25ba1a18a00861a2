"""Our own batches: `{batch_id, seq, sent_at, count?, reads: [{epc|tid|barcode, antenna?, rssi_dbm?, first, last,
count?}]}`, as one JSON object, or as lines of which each is a batch or a read."""

import msgspec

from server.gateways.rules import (
    Bad,
    Read,
    Rows,
    antenna_of,
    barcode_of,
    count_of,
    instant_of,
    seq_of,
    strength_of,
    tag_of,
    whole,
)


class Row(msgspec.Struct):
    epc: str | None = None
    tid: str | None = None
    barcode: str | None = None
    antenna: int | str | None = None
    rssi_dbm: int | float | str | None = None
    first: str | int | float | None = None
    last: str | int | float | None = None
    at: str | int | float | None = None
    count: int | str | None = None
    seq: int | None = None


class Batch(msgspec.Struct):
    reads: msgspec.Raw = msgspec.Raw(b"[]")
    batch_id: str | int | None = None
    seq: int | str | None = None
    sent_at: str | int | float | None = None
    count: str | None = None


def hear_row(row, heard, at):
    """One read, or one bar code."""
    first = instant_of(row.first)
    if first is None:
        first = instant_of(row.at) or at
    last = instant_of(row.last) or first
    first, last = (first, last) if first is None or first <= last else (last, first)
    seq, seen = seq_of(row.seq), count_of(row.count)
    if row.barcode is not None and not (row.epc or row.tid):
        heard.reads.append(Read(barcode_of(row.barcode), first, last, "", 0, None, seen, seq))
        return
    name, own = tag_of(row.epc, row.tid)
    read = Read(name, first, last, own, antenna_of(row.antenna), strength_of(row.rssi_dbm), seen, seq)
    heard.reads.append(read)


def hear(batch, heard, _at):
    """One batch. Where what it says of itself is wrong its reads are still good."""
    sent_at = seq = None
    try:
        sent_at, seq = instant_of(batch.sent_at), whole(batch.seq, 2**62, default=None)
    except Bad as bad:
        said = {"batch_id": batch.batch_id, "seq": batch.seq, "sent_at": batch.sent_at, "count": batch.count}
        heard.aside.append(("ours", msgspec.json.encode(said), bad.why))
    heard.batch_id = str(batch.batch_id)[:120] if batch.batch_id is not None else heard.batch_id
    heard.seq, heard.sent_at = heard.seq if seq is None else seq, sent_at or heard.sent_at
    heard.count = batch.count or heard.count
    reads.each(batch.reads, heard, sent_at)


reads = Rows("ours.read", Row, hear_row)
rows = Rows("ours", Batch, hear)
