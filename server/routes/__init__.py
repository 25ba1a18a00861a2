"""The street: HTTP in, HTTP out. One file per noun; its In and Out shapes stand above its endpoints.

A route translates and nothing else: who asks comes from the token, what they say from a shape, what happens from a verb
below. `door.py` knows who is there, `shapes.py` how things are written on the wire, `problems.py` how a no is said.
"""
