"""Tests are sentences: given, when, then. `given.py` builds, `worker.py` acts, both through HTTP only."""
