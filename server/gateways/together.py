"""Posts that come at the same time are written together: the disk is waited for once, and acknowledged after that.

Whoever comes while nobody writes writes at once; who comes meanwhile waits, and one of them then writes for all. So a
post that is alone waits for nobody, and a thousand readers that post one read at a time cost a few commits.
"""

import threading
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from server.db import lost_race, transaction
from server.errors import Refusal
from server.gateways import bodies
from server.gateways.take import Post, take_all

MOST, MOST_READS = 64, 4000  # posts, and about how many reads, in one transaction
MOST_WAITING, PATIENCE = 256, 30  # posts, seconds


class ReadersBusy(Refusal):
    """Too many posts wait for the database."""

    code = "readers_busy"
    status = 503
    en = (
        "The server has too much to write just now. Nothing was taken of this post; send it again in {seconds} seconds."
    )
    zh = "服务器写入繁忙，本次提交未被接收。请在 {seconds} 秒后重新提交。"


@dataclass(slots=True, eq=False)
class _Turn:
    """A post that waits, and what came of it. `leads`: it is to write for those that wait."""

    post: Post
    maker: str | None
    body: bytes | None
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    error: BaseException | None = None

    @property
    def kept(self):
        return (self.post.source, self.post.session_id, self.maker, self.post.received_at, self.body)


_lock = threading.Lock()
_waiting: list[_Turn] = []
_writing = False


def take_together(post, maker=None, body=None):
    """Keep a post, with others that came meanwhile; gives `Taken` once it is committed. Raises `ReadersBusy`."""
    turn = _Turn(post, maker, body)
    if not _enter(turn):
        if not turn.woken.wait(PATIENCE) and _left(turn):
            raise ReadersBusy(seconds=5)
        turn.woken.wait()  # it is being written: that ends one way or the other
    if turn.leads:
        _write_next(turn)
    if turn.error is not None:
        raise turn.error
    return turn.post.taken


def _enter(turn):
    """True if nobody writes just now."""
    global _writing
    with _lock:
        if len(_waiting) >= MOST_WAITING:
            raise ReadersBusy(seconds=5)
        _waiting.append(turn)
        if _writing:
            return False
        _writing = turn.leads = True
        return True


def _left(turn):
    """Nobody has begun to write it: it is taken out again."""
    with _lock:
        if turn in _waiting and not turn.leads:
            _waiting.remove(turn)
            return True
        return False


def _write_next(leader):
    turns = _chosen(leader)
    try:
        _write(turns)
    finally:
        _hand_over()
        for turn in turns:
            turn.woken.set()


def _chosen(leader):
    """The leader's post and as many of those that wait as go into one transaction."""
    with _lock:
        _waiting.remove(leader)
        chosen, reads = [leader], len(leader.post.heard.reads)
        while _waiting and len(chosen) < MOST and reads < MOST_READS:
            chosen.append(_waiting.pop(0))
            reads += len(chosen[-1].post.heard.reads)
        return chosen


def _hand_over():
    global _writing
    with _lock:
        _writing = bool(_waiting)
        if _waiting:
            _waiting[0].leads = True
            _waiting[0].woken.set()


def _write(turns):
    """By one transaction; where that fails for another reason than a lost race, one by one: one of them is to blame."""
    try:
        with transaction():
            take_all([turn.post for turn in turns])
            bodies.keep([turn.kept for turn in turns])
    except BaseException as error:
        to_blame = isinstance(error, Exception) and not (isinstance(error, DBAPIError) and lost_race(error))
        if len(turns) > 1 and to_blame:
            for turn in turns:
                turn.post.start_again()
                _write([turn])
            return
        for turn in turns:
            turn.error = error
