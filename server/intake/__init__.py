"""The event log: what devices said, as they said it, once.

Every event is kept raw under the id that the device made. Its clock is corrected by the offset measured at delivery,
and both times stay. A refused event is kept too and may be sent again: a refusal is an answer for now, not for ever.
"""
