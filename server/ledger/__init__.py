"""The book: every stock move, written once, and what follows from them.

A move takes a quantity from one location to another; outside parties and losses are locations too, so for each item the
sum over all locations is zero. Balances are a projection, kept in the transaction that posts the move. A confirmed
count is an *anchor*: at that instant that position held exactly that; a move that arrives late, but happened before it,
is answered by a restatement, so that the anchor stays true whatever the order of arrival.

One door: `post.py`. Nothing else writes moves or balances.
"""
