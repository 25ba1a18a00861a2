"""What a difference means, and who may settle it.

A submitted round is compared with the book as of the instant of each line. What must agree between rounds is the
variance, not the quantity, for stock may have moved between them. Whoever counted, or asked for the count, never
decides about it: the domain says so, and a primary key keeps it.
"""
