"""Counting without being told: counts, tasks, claims, entries, submission.

A count becomes tasks, one for each stretch of shelves and for one person. Whoever takes a task holds a claim, a lease
by the server's clock. Entries are statements of that person at that instant; a correction negates, it never edits.
Nothing here knows the book: what a count means is decided one floor above.
"""
