"""Tables that grew faster than PostgreSQL looks at them.

It plans by what it knows of a table, and learns by itself once a minute at best. A table that went from nothing to ten
thousand rows meanwhile is planned by guesses, and the wrong one of two indexes reads all of a reader's sights for each
tag. So whoever puts rows counts them, and a young table that has doubled since PostgreSQL last looked is looked at
again, right after the transaction. Tables that are no longer young are left to PostgreSQL.
"""

from collections import Counter

FIRST = 500  # rows below which any plan will do
YOUNG = 20_000  # rows from which on what is known stays true; looking at them would cost a request too much


class Growth:
    """How many rows this process has put into each table since it was last looked at."""

    def __init__(self):
        self._put: Counter[str] = Counter()
        self._wanted: dict[str, float] = {}

    def note(self, table, rows):
        """So many rows more."""
        self._put[table] += rows

    def due(self):
        """The tables that have grown enough to be looked at."""
        return [table for table, put in list(self._put.items()) if put >= self._wanted.get(table, FIRST)]

    def looked(self, table, known):
        """It is known to have so many rows: the next look is when as many have come once more."""
        self._put[table] = 0
        self._wanted[table] = max(FIRST, known) if known < YOUNG else float("inf")

    def is_news(self, table, known):
        """Are the rows that came as many as those that PostgreSQL knows of?"""
        return known < YOUNG and self._put[table] >= max(FIRST, known)
