"""Zebra RFD40 and RFD90 sleds: `dataEVT` messages, many tags in each, bar codes riding along.

Only EPC and event number are sure to be there; times are epoch milliseconds. What comes is "a statistical view of the
tag population", so a tag that is not there is not proof of anything. Source: techdocs.zebra.com/dcs/rfid/rfd40-90-mqtt.
"""

import msgspec

from server.gateways.rules import Read, Rows, barcode_of, count_of, instant_of, seq_of, strength_of, tag_of


class Tag(msgspec.Struct):
    EPCid: str | None = None
    tid: str | None = None
    eventNum: int | None = None
    peakRssi: int | float | str | None = None
    seenCount: int | str | None = None
    firstSeenTime: int | float | str | None = None
    lastSeenTime: int | float | str | None = None


class Scan(msgspec.Struct):
    decodedBarcode: str | None = None
    timestamp: int | float | str | None = None


class Lists(msgspec.Struct):
    tagData: msgspec.Raw = msgspec.Raw(b"[]")
    barcodeData: msgspec.Raw = msgspec.Raw(b"[]")


class Message(msgspec.Struct):
    data: Lists
    type: str = ""
    timestamp: str | int | float | None = None


def hear_tag(tag, heard, at):
    """One tag of a message."""
    name, own = tag_of(tag.EPCid, tag.tid)
    first = instant_of(tag.firstSeenTime) or at
    last = instant_of(tag.lastSeenTime) or first
    peak, seen = strength_of(tag.peakRssi), count_of(tag.seenCount)
    heard.reads.append(Read(name, first, last, own, 0, peak, seen, seq_of(tag.eventNum)))


def hear_scan(scan, heard, at):
    """One bar code of a message: where it is a location, the tags that follow belong there."""
    at = instant_of(scan.timestamp) or at
    heard.reads.append(Read(barcode_of(scan.decodedBarcode), at, at))


def hear(message, heard, _at):
    """One message."""
    at = instant_of(message.timestamp)
    scans.each(message.data.barcodeData, heard, at)
    tags.each(message.data.tagData, heard, at)


tags = Rows("sled.tag", Tag, hear_tag)
scans = Rows("sled.scan", Scan, hear_scan)
rows = Rows("sled", Message, hear)
