"""Look at the doors of a house: find what went through, and post what needs nobody's word."""

from server.gateways import portals
from server.gateways.through import post_by_itself


def look(warehouse_id, now):
    """The same for one warehouse; gives how many passes were judged."""
    judged = portals.look(warehouse_id, now)
    post_by_itself(warehouse_id, now)
    return judged


def look_everywhere(now):
    """In every warehouse that has a door."""
    return sum(look(house, now) for house in portals.houses_with_doors())
