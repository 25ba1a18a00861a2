"""The smallest words of `/sync`, which all kinds of events share."""

from typing import Annotated

import msgspec

from server.errors import Refusal
from server.quantity import NotANumber, read_qty
from server.routes.problems import field_words

Number = str | int | float
Text = Annotated[str, msgspec.Meta(max_length=120)]
Label = Annotated[str, msgspec.Meta(max_length=500)]
Raw = Annotated[str, msgspec.Meta(max_length=2000)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]


class InvalidEvent(Refusal):
    """The event cannot be read."""

    code = "invalid_event"
    status = 422
    en = "This event could not be read: {what}. Tell your administrator; it is kept on record."
    zh = "无法识别此事件：{what}。请告知管理员，原始内容已留存。"

    def words(self, language):
        """With the fields that are wrong, in the reader's language."""
        self.context["what"] = field_words(self.fields, language)
        return super().words(language)


def bad_field(name, code):
    """A field of an event's data that cannot be read."""
    return InvalidEvent(fields={f"data.{name}": [code]})


def qty_of(value, name="quantity"):
    """Thousandths of a quantity as it was said; None stays None. Raises `InvalidEvent`."""
    if value is None:
        return None
    try:
        return read_qty(value)
    except NotANumber as error:
        raise bad_field(name, error.code) from None
