"""Who acts: persons, the roles they hold in each warehouse, their tokens, and the devices they carry.

One table says which role may do what (`rules.py`). A person's roles are read with each request, so that what a
supervisor takes away is gone at once, not when a token runs out.
"""
