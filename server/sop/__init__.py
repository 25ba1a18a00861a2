"""How each step is done, in both languages, and who has shown that they know it.

An instruction belongs to a step (receive, check, put away, pick, ship, count, …), has a short text, maybe a picture,
and three questions. The company's own stands before the one that comes with the house, a warehouse's own before the
company's; none is edited, a new one follows, and a quiz result keeps which one it was about.

A supervisor *calls* for a quiz: of everybody, of one colleague, or before one count. It is passed by a quiz that was
answered after the call. Phones carry instructions and questions along and judge at once; the server judges again.
"""
