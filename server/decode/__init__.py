"""From text and pixels to fields. No database, no catalogue: what a label says, not what it means here.

A label that does not hold together (a wrong check digit, a month 13, an unknown identifier) is not half believed: it is
plain text, and the catalogue will say that it does not know it. A false read counts the wrong thing.
"""
