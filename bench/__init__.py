"""Our figures beside the machine's limits, in the same run: `make bench`, or `python -m bench --quick`.

A rate says little on another machine; a ratio travels. So each figure stands next to a small program that does nothing
else (`limits.py`, on the same gunicorn settings and the same database), and nothing here asserts: a noisy neighbour is
not a bug. What must never get worse is guarded by `tests/test_statements.py`.
"""
