"""Anything that needs an owner, a deadline, a cause and an end.

A case is opened by a person (`case.report`) or by a rule (a negative book, a held line, a delivery that is not what was
announced), and each goes the same way: it is routed to the person who answers for its kind, place and stage, gets a
deadline by policy, goes one tier up when it is overdue (`escalate.py`, by the clock), is analysed (cause, stage, five
whys), mended (`mend.py`: corrective actions with owner and date), verified by somebody else or by the next count of the
position (`verify.py`), closed with its evidence, and put away with its whole trail. It can be reopened.

What somebody is to do about cases stands among their tasks (`todo.py`). What they should hear of is told from what
stands (`notices.py`), not sent out and kept: so it is never stale, and only what was seen is remembered.

One open case for one subject: a book that stays negative does not fill the list.
"""
