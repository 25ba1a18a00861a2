"""What the words of a delivery name: items, places, containers, as the catalogue has them.

Read before anything is locked: others wait for the lock, not for our reading.
"""

from functools import cached_property
from uuid import UUID

from server.catalog.identify import identify_here, identify_many
from server.catalog.lookup import items_by_id, items_by_sku, locations_by_code
from server.db import among, fetch


class Words:
    """What statements in one warehouse name."""

    def __init__(self, warehouse_id, said):
        self.warehouse_id, self.said = warehouse_id, said

    def read(self):
        """Look up what nearly every statement names; the rest is looked up when it is asked for."""
        return self.labels, self.items, self.places

    @cached_property
    def labels(self):
        """{code: Named} of the codes that were scanned."""
        codes = {one.code for one in self.said if one.code is not None}
        return identify_many(codes) if codes else {}

    @cached_property
    def items(self):
        """({sku: item row}, {id: item row}) of all that is named."""
        skus = {one.sku for one in self.said if one.code is None and one.sku is not None}
        ids = {label.item_id for label in self.labels.values() if label.item_id}
        by_sku = items_by_sku(skus) if skus else {}
        by_id = items_by_id(ids) if ids else {}
        return by_sku, by_id | {row.id: row for row in by_sku.values()}

    @cached_property
    def places(self):
        """{code: location row}."""
        codes = {code for one in self.said for code in (one.location, one.to) if code is not None}
        return locations_by_code(self.warehouse_id, codes) if codes else {}

    @cached_property
    def carriers(self):
        """{text: Named} of what was scanned as a container."""
        texts = {text for one in self.said for text in (one.container, one.out_of) if text is not None}
        return identify_here(self.warehouse_id, texts) if texts else {}

    @cached_property
    def lots(self):
        """{(item id, lot): expiry date or None} of the lots that are known already."""
        lots = {one.lot for one in self.said} | {label.lot for label in self.labels.values()}
        lots -= {None, ""}
        if not lots:
            return {}
        sql = f"SELECT item_id, lot, expiry FROM lots WHERE {among('lot', 'lots')}"
        return {(row.item_id, row.lot): row.expiry for row in fetch(sql, lots=sorted(lots))}


def is_id(text):
    """Is it an id as we write them?"""
    try:
        return text is not None and len(text) == 36 and str(UUID(text)) == text
    except ValueError:
        return False
