"""One passage, tag by tag, for whoever decides about it: how strongly each was read, when, and by which side."""

from server.db import among, fetch
from server.errors import NotFound
from server.gateways.portals import reads_since, sides_of

MOST = 200  # tags of one passage that are shown one by one
_GROUP = """
SELECT p.group_id, MIN(p.state) AS state, MAX(p.at) AS at, w.code AS warehouse, d.name AS reader, p.direction,
  MIN(p.document) AS document, MIN(p.fits) AS fits, COUNT(*) AS tags, p.warehouse_id, p.device_id, r.threshold,
  r.clock_offset
FROM portal_passes p JOIN warehouses w ON w.id = p.warehouse_id JOIN devices d ON d.id = p.device_id
JOIN readers r ON r.warehouse_id = p.warehouse_id AND r.device_id = p.device_id
WHERE p.group_id = :g AND {within}
GROUP BY p.group_id, w.code, d.name, p.direction, p.warehouse_id, p.device_id, r.threshold, r.clock_offset
"""


def one_group(warehouse_ids, group_id):
    """(row of a group, [its tags as dicts, the weakest first]). Raises `NotFound`."""
    within = among("p.warehouse_id", "houses", "id")
    rows = fetch(_GROUP.format(within=within), g=group_id, houses=list(warehouse_ids))
    if not rows:
        raise NotFound()
    return rows[0], _tags(rows[0])


def _tags(group):
    passes = fetch(
        "SELECT p.tag, p.first, p.last, p.at, p.reads, p.peak, p.why, p.lot, i.sku FROM portal_passes p"
        " LEFT JOIN items i ON i.id = p.item_id WHERE p.warehouse_id = :w AND p.group_id = :g"
        " ORDER BY COALESCE(p.peak, 0), p.tag, p.first LIMIT :n",
        w=group.warehouse_id,
        g=group.group_id,
        n=MOST,
    )
    since, until = min(one.at for one in passes), max(one.at + one.last - one.first for one in passes)
    reads = reads_since(group.warehouse_id, group.device_id, since - 1, until)
    sides = sides_of(group.warehouse_id, group.device_id)
    return [_tag(one, reads.get(one.tag, ()), sides) for one in passes]


def _tag(one, reads, sides):
    offset = one.at - one.first
    curve = [
        {
            "at": at + offset,
            "antenna": antenna,
            "side": sides.get(antenna),
            "rssi_dbm": None if peak is None else peak / 100,
            "reads": count,
        }
        for at, antenna, peak, count in sorted(reads, key=lambda read: read[0])
        if one.first <= at <= one.last
    ]
    return {
        "tag": one.tag,
        "sku": one.sku,
        "lot": one.lot,
        "reads": one.reads,
        "why": one.why,
        "curve": curve,
        "first_at": one.at,
        "last_at": one.last + offset,
        "peak_dbm": None if one.peak is None else one.peak / 100,
    }
