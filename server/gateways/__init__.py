"""Readers' and handhelds' words in: what Impinj, Zebra, Keonn and others send becomes one kind of read.

*reader* 读写器: whatever sees tags and posts by itself. *read* 读取: one tag seen by one antenna at an instant, so
strongly. *sight* 标签踪迹: all reads of one tag by one reader within ten seconds, kept as one row. *set aside* 暂存:
a row that nobody could understand; it is kept, counted, listed, and can be taken in again. *gap* 数据缺口: a stretch of
time of which a reader said, or we noticed, that reads are missing.

Decided: an authenticated reader is never told no for what it says. Readers send the next batch only after the last one
went through, so one bad row that is refused blocks all that comes behind it. And a sight is a set: the same read again,
in another batch or out of order, adds nothing, so at-least-once delivery is harmless.

One file per maker; each is a pure function from bytes to reads. `shapes.py` tells them apart, `take.py` keeps them.
"""
