"""Read only: what the moves, counts, documents and cases of all floors tell together.

Tracing says of an item, a lot, a serial or a container where it came from, everywhere it was, who touched it and where
it went; a recall says of a lot where it is now and which customers got it. Nothing here writes, and nothing here knows
a quantity that the asker may not: whoever is blind anywhere that the subject has been is told no quantity of it at all,
since what is missing in one place can be worked out from the others.
"""
