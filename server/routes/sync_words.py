"""The words of `/sync`: typed shapes decoded by msgspec (0.4 µs an event; a form library takes 20), each by itself."""

import msgspec

from server.clock import NotAnInstant, read_instant
from server.errors import Refusal
from server.routes import sync_handling_words
from server.routes.body import misfit
from server.routes.shapes import UUID_TEXT
from server.routes.words import InvalidEvent, Label, Note, Number, Raw, Text, qty_of
from server.sop.rules import STEPS as SOP_STEPS

MOST_EVENTS = 1000
_NUL = b"\\u0000"


class EventTypeUnknown(Refusal):
    """No such type of event."""

    code = "event_type_unknown"
    status = 422
    en = "This server does not know events of the type {type}. Update the app or the server."
    zh = "服务器不支持事件类型 {type}。请更新应用或服务器。"


class TimeWithoutZone(Refusal):
    """A time without a zone is refused."""

    code = "time_without_zone"
    status = 422
    en = "The time has no zone. Send it with Z or an offset such as +08:00."
    zh = "时间缺少时区。请带上 Z 或 +08:00 之类的偏移。"


class InTheFuture(Refusal):
    """It has not happened yet."""

    code = "in_the_future"
    status = 422
    en = "This event lies in the future. Check the clock of the device and send again."
    zh = "事件时间在未来。请检查设备时间后重新提交。"


class Heard(msgspec.Struct):
    """The outside of an event; `data` is read by its type."""

    id: str
    type: str
    at: str
    data: msgspec.Raw
    seq: int | None = None


class Envelope(msgspec.Struct):
    """One delivery. `on_behalf_of`: whose events they are, when somebody else brings them."""

    device_id: str
    sent_at: str
    events: list[msgspec.Raw]
    on_behalf_of: str | None = None


class TaskData(msgspec.Struct):
    """`count.claim`, `count.release`, `count.submit`."""

    task: Text
    reason: Label | None = None


class EntryData(msgspec.Struct):
    """`count.entry`."""

    task: Text
    location: Text
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    quantity: Number | None = None
    method: Text | None = None
    raw: Raw | None = None
    photo: Text | None = None


class VoidData(msgspec.Struct):
    """`count.void`."""

    entry: Text


class EmptyData(msgspec.Struct):
    """`count.empty`."""

    task: Text
    location: Text
    sku: Text | None = None
    lot: Text | None = None
    photo: Text | None = None


class MoveData(msgspec.Struct, rename={"from_": "from"}):
    """`move`."""

    quantity: Number
    from_: Text
    to: Text
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    container: Label | None = None
    out_of: Label | None = None
    warehouse: Text | None = None


class ContainerMoveData(msgspec.Struct):
    """`container.move`: a container with all that is on it."""

    container: Label
    to: Text
    warehouse: Text | None = None


class CaseData(msgspec.Struct):
    """`case.report`."""

    kind: Text
    location: Text | None = None
    sku: Text | None = None
    lot: Text | None = None
    quantity: Number | None = None
    note: Note | None = None
    photos: list[str] | None = None
    code: Label | None = None
    warehouse: Text | None = None


class TagData(msgspec.Struct):
    """`tag.bind`: what an RFID tag is stuck to."""

    tag: Text | None = None
    tid: Text | None = None
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    quantity: Number | None = None
    location: Text | None = None
    container: Text | None = None
    document: Text | None = None
    warehouse: Text | None = None


class ActionData(msgspec.Struct):
    """`action.done`: a corrective action of a case, by its owner."""

    case: Text
    action: Text
    note: Note | None = None
    photos: list[str] | None = None
    warehouse: Text | None = None


class QuizData(msgspec.Struct):
    """`quiz.answer`: the places of the choices taken, in the questions' order, of the instruction `sop`."""

    step: Text
    answers: list[int]
    sop: Text | None = None
    warehouse: Text | None = None


SHAPES = {
    "count.claim": TaskData,
    "count.release": TaskData,
    "count.submit": TaskData,
    "count.entry": EntryData,
    "count.void": VoidData,
    "count.empty": EmptyData,
    "move": MoveData,
    "container.move": ContainerMoveData,
    "case.report": CaseData,
    "tag.bind": TagData,
    "quiz.answer": QuizData,
    "action.done": ActionData,
    **sync_handling_words.SHAPES,
}
METHODS = ("camera", "wedge", "keypad", "photo", "rfid")
_IDS = {
    kind: tuple(
        name
        for name in ("task", "entry", "statement", "photo", "sop", "case", "action")
        if name in shape.__struct_fields__
    )
    for kind, shape in SHAPES.items()
}
_heard = msgspec.json.Decoder(Heard)
_data = {name: msgspec.json.Decoder(shape) for name, shape in SHAPES.items()}
envelope = msgspec.json.Decoder(Envelope)


class Event:
    """One event as understood; or, with `refusal`, as far as it was."""

    __slots__ = ("at", "called", "data", "id", "raw", "refusal", "seq", "type", "warehouse_id", "when")

    def __init__(self, raw):
        self.raw = raw
        self.id = self.type = self.at = self.seq = self.data = self.refusal = self.warehouse_id = self.when = None
        self.called = None  # the id as it came, where it is none

    @property
    def content(self):
        """What makes two sendings of one id the same statement."""
        return said(self.raw)


def said(raw):
    """Type, time and data of an event's text, whatever its spacing or order."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return None
    return (body.get("type"), body.get("at"), body.get("data")) if isinstance(body, dict) else None


def read_event(raw):
    """Bytes of one event → `Event`. What is wrong with it stands in `refusal`; nothing is raised."""
    event = Event(bytes(raw))
    try:
        heard = _heard.decode(event.raw)
        _read_outside(event, heard)
        shape = _data.get(heard.type)
        if shape is None:
            raise EventTypeUnknown(type=heard.type[:60])
        event.data = shape.decode(heard.data)
        if _NUL in event.raw:
            raise InvalidEvent(fields={"data": ["wrong_characters"]})
        _check(event.type, event.data)
    except Refusal as refusal:
        event.refusal = refusal
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        event.refusal = InvalidEvent(fields=misfit(str(error), "data" if event.type else ""))
        _rescue(event)
    return event


def _read_outside(event, heard):
    event.type, event.seq = _type(heard.type), _seq(heard.seq)
    found = heard.id.lower()
    if not UUID_TEXT.fullmatch(found):
        event.called = heard.id[:120]
        raise InvalidEvent(fields={"id": ["not_id"]})
    event.id = found
    if heard.seq != event.seq:
        raise InvalidEvent(fields={"seq": ["out_of_range"]})
    try:
        event.at = read_instant(heard.at)
    except NotAnInstant as error:
        refusal = TimeWithoutZone if error.code == "time_without_zone" else InvalidEvent
        raise refusal(fields={"at": [error.code]}) from None


def _rescue(event):
    """Id and number of an event that cannot be read as a whole: its receipt finds its way, and no submission waits."""
    try:
        body = msgspec.json.decode(event.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if event.type is None and isinstance(body, dict):
        found = str(body.get("id")).lower()
        event.id = found if UUID_TEXT.fullmatch(found) else None
        event.type, event.seq = _type(str(body.get("type"))), _seq(body.get("seq"))


def _type(said):
    return said[:60].replace("\x00", "")


def _seq(said):
    return said if type(said) is int and 0 <= said < 2**53 else None


def _check(kind, data):
    """Ids and numbers: what a type alone does not say."""
    for name in _IDS[kind]:
        value = getattr(data, name)
        if value is not None:
            setattr(data, name, _id(name, value))
    if kind == "count.entry":
        if data.code is None and data.sku is None:
            raise InvalidEvent(fields={"data.code": ["required"]})
        if data.method is not None and data.method not in METHODS:
            raise InvalidEvent(fields={"data.method": ["not_a_choice"]})
        data.quantity = qty_of(data.quantity)
    elif kind in sync_handling_words.SHAPES:
        sync_handling_words.check_handling(kind, data)
    elif kind == "quiz.answer":
        if data.step not in SOP_STEPS:
            raise InvalidEvent(fields={"data.step": ["not_a_choice"]})
        if len(data.answers) > 20 or any(abs(one) > 100 for one in data.answers):
            raise InvalidEvent(fields={"data.answers": ["out_of_range"]})
    elif kind in ("move", "case.report", "tag.bind"):
        data.quantity = qty_of(data.quantity)
        if kind == "move" and data.code is None and data.sku is None:
            raise InvalidEvent(fields={"data.code": ["required"]})
        if kind == "case.report":
            _few_photos(data)
    elif kind == "action.done":
        _few_photos(data)


def _few_photos(data):
    if len(data.photos or ()) > 20 or any(len(photo) > 36 for photo in data.photos or ()):
        raise InvalidEvent(fields={"data.photos": ["too_many"]})


def _id(name, value):
    found = value.lower()
    if not UUID_TEXT.fullmatch(found):
        raise InvalidEvent(fields={f"data.{name}": ["not_id"]})
    return found
