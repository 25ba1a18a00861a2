"""The same sightings as each maker's reader says them: bytes to post. Pure."""

import base64
import json

from server.clock import show_instant


def ours(name, number, rows, start, sent_at, count=None, is_whole=True):
    """Our own batch. `is_whole`: it goes under its number; one that was cut anew has none."""
    reads = [_read(one, start) for one in rows if one.pin is None]
    said = {"batch_id": f"{name} {number}", "sent_at": show_instant(sent_at), "reads": reads}
    return _bytes(said | ({"seq": number} if is_whole else {}) | ({"count": count} if count else {}))


def _read(one, start):
    at = show_instant(start + one.at)
    if one.code is not None:
        return {"barcode": one.code, "first": at}
    return {
        "epc": one.tag,
        "antenna": one.antenna,
        "rssi_dbm": one.dbm,
        "first": at,
        "last": at,
        "count": one.count,
    }


def impinj(name, _number, rows, start, _sent_at, _count=None, _is_whole=True):
    """Impinj's webhook out of the box: the EPC in URL-safe base64, hundredths of a dBm, nine decimals."""
    return _bytes([_impinj(one, start) for one in rows if one.code is None and one.pin is None])


def _impinj(one, start):
    epc = base64.urlsafe_b64encode(bytes.fromhex(one.tag)).decode().rstrip("=")
    tag = {"epc": epc, "antennaPort": one.antenna, "peakRssiCdbm": round(one.dbm * 100)}
    at = show_instant(start + one.at).rstrip("Z")
    whole, _, part = at.partition(".")
    return {"timestamp": f"{whole}.{part:0<9}Z", "eventType": "tagInventory", "tagInventoryEvent": tag}


def zebra(name, number, rows, start, _sent_at, _count=None, _is_whole=True):
    """Zebra's IoT Connector: small letters, offsets without colon, inputs as GPI events."""
    return _bytes([_zebra(name, one, start) for one in rows if one.code is None])


def _zebra(name, one, start):
    at = show_instant((start + one.at) // 1000 * 1000).replace("Z", "+0000")
    if one.pin is not None:
        return {"type": "GPI", "pin": one.pin, "state": "HIGH", "timestamp": at}
    data = {"format": "epc", "idHex": one.tag.lower(), "antenna": one.antenna, "peakRssi": round(one.dbm)}
    return {"type": "CUSTOM", "timestamp": at, "data": data | {"reads": one.count, "eventNum": one.at}}


def rfd40(name, number, rows, start, sent_at, _count=None, _is_whole=True):
    """Zebra's sleds: many tags in one message, bar codes riding along, epoch milliseconds."""
    tags = [
        {
            "EPCid": one.tag,
            "eventNum": one.at,
            "peakRssi": round(one.dbm),
            "seenCount": one.count,
            "firstSeenTime": (start + one.at) // 1000,
            "lastSeenTime": (start + one.at) // 1000,
        }
        for one in rows
        if one.code is None and one.pin is None
    ]
    codes = [
        {"symbology": "CODE128", "decodedBarcode": one.code, "timestamp": (start + one.at) // 1000}
        for one in rows
        if one.code is not None
    ]
    said = {"tagData": tags} | ({"barcodeData": codes} if codes else {})
    return _bytes({"type": "CYCLE_COUNT", "timestamp": show_instant(sent_at), "data": said})


def _bytes(said):
    return json.dumps(said, separators=(",", ":")).encode()


MAKERS = {"ours": ours, "impinj": impinj, "zebra": zebra, "rfd40": rfd40}
PATHS = {"ours": "/readers/reads"}  # else /readers/ingest
MODELS = {"ours": "ours", "impinj": "impinj_r700", "zebra": "zebra_fx", "rfd40": "zebra_rfd40"}
TOPICS = {"zebra": "zebra/{}/data", "rfd40": "tallyloop/DATA/clients/data1event/{}"}  # else rfid/{}/events
