"""How each step is done, in both languages, and who has shown that they know it.

An instruction belongs to a step (receive, check, put away, pick, ship, count, …), has a short text, maybe a picture,
and three questions. The company's own stands before the one that comes with the house, a warehouse's own before the
company's; none is edited, a new one follows, and a quiz result keeps which one it was about.

A supervisor *calls* for a quiz: of everybody, of one colleague, or before one count. It is passed by a quiz that was
answered after the call; the policy may ask everybody for it once. Phones carry instructions and questions along and
judge at once; the server judges again.

Decided: work without its quiz is refused and not lost. What was done before the call is taken, for nobody could know;
what was done after it is kept by the phone and said again, with its own time, once the quiz is passed. So the book is
late by a minute's quiz, and never wrong: the floor is right, also about what a beginner did.
"""
