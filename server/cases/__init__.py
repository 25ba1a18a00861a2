"""Anything that needs an owner, a deadline, a cause and an end.

A case is opened by a person (`case.report`) or by a rule (a negative book, a held line), and is closed with a note; its
whole trail stays. One open case for one subject: a book that stays negative does not fill the list.
"""
