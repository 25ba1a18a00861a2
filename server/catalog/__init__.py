"""What is stocked and where: items, units, packs, codes, lots, serials, containers, locations, reasons, policies.

`identify.py` answers every scan. A code is kept as it was given and looked up by its key: GTINs of 8, 12, 13 and 14
digits are one number with leading zeros, so that the same article scanned from a pack, a case or a GS1 string is found
once. Policies live here because every floor above asks them.
"""
