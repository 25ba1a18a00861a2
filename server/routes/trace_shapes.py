"""Traces and recalls on the wire. `quantity` is absent throughout where the asker counts any of it."""

from marshmallow import fields

from server.routes.shapes import Instant, Qty, Shape


class SubjectOut(Shape):
    """What is traced."""

    kind = fields.String()
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    lot = fields.String(allow_none=True)
    serial = fields.String(allow_none=True)
    container = fields.String(allow_none=True)
    expiry = fields.String(allow_none=True)


class StoodOut(Shape):
    """A place, from when to when; `quantity`: what these steps leave there."""

    warehouse = fields.String()
    place = fields.String()
    quantity = Qty(allow_none=True)
    first = Instant(allow_none=True)
    last = Instant(allow_none=True)


class FarOut(StoodOut):
    """An outside party: where it came from, or went."""

    document = fields.String(allow_none=True)
    partner = fields.String(allow_none=True)


class PersonTouchedOut(Shape):
    """Who had it in their hands, how often, and what they did."""

    person = fields.String()
    times = fields.Integer()
    did = fields.List(fields.String())
    first = Instant()
    last = Instant()


class DocumentTouchedOut(Shape):
    """A document that names it."""

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    number = fields.String()
    partner = fields.String(allow_none=True)
    state = fields.String()


class CountTouchedOut(Shape):
    """Somebody counted it; not what they found."""

    warehouse = fields.String()
    location = fields.String()
    lot = fields.String()
    person = fields.String()
    at = Instant(attribute="as_of")


class RelativeOut(Shape):
    """A lot that it was made from, or into; by which order."""

    warehouse = fields.String()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    document = fields.String(allow_none=True)
    quantity = Qty(allow_none=True)
    at = Instant()


class ContainerStandsOut(Shape):
    """Where a container stands."""

    warehouse = fields.String()
    code = fields.String()
    kind = fields.String()
    location = fields.String(allow_none=True)
    made_at = Instant()
    first = Instant(allow_none=True)
    last = Instant(allow_none=True)


class CaseTouchedOut(Shape):
    """A case about it."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    location = fields.String(allow_none=True)
    opened_at = Instant()


class StepOut(Shape):
    """One move, in words."""

    id = fields.UUID()
    at = Instant()
    posted_at = Instant()
    kind = fields.String()
    warehouse = fields.String()
    source = fields.String(data_key="from")
    target = fields.String(data_key="to")
    sku = fields.String()
    lot = fields.String()
    serials = fields.List(fields.String())
    quantity = Qty(allow_none=True)
    person = fields.String(allow_none=True)
    device = fields.String(allow_none=True)
    document = fields.String(allow_none=True)
    partner = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    container = fields.String(allow_none=True)


class TraceOut(Shape):
    """Where it came from, everywhere it was, who touched it, where it went; the steps oldest first.

    `hidden`: the asker counts some of it, so no quantity is said. `more`: there are older steps than these.
    """

    subject = fields.Nested(SubjectOut)
    hidden = fields.Boolean()
    more = fields.Boolean()
    origins = fields.List(fields.Nested(FarOut))
    destinations = fields.List(fields.Nested(FarOut))
    places = fields.List(fields.Nested(StoodOut))
    people = fields.List(fields.Nested(PersonTouchedOut))
    documents = fields.List(fields.Nested(DocumentTouchedOut))
    counts = fields.List(fields.Nested(CountTouchedOut))
    made_from = fields.List(fields.Nested(RelativeOut))
    made_into = fields.List(fields.Nested(RelativeOut))
    containers = fields.List(fields.Nested(ContainerStandsOut))
    cases = fields.List(fields.Nested(CaseTouchedOut))
    steps = fields.List(fields.Nested(StepOut))


class RecallRowOut(FarOut):
    """So much of one lot, in one place or to one party."""

    sku = fields.String()
    name = fields.String()
    lot = fields.String()


class CustomerOut(Shape):
    """A customer who got some of it, less what came back."""

    warehouse = fields.String()
    partner = fields.String(allow_none=True)
    quantity = Qty(allow_none=True)
    documents = fields.List(fields.String())
    last = Instant()


class RecallOut(Shape):
    """Where a lot is now, where it came from, where it went, and what was made from it."""

    subject = fields.Nested(SubjectOut)
    hidden = fields.Boolean()
    now = fields.List(fields.Nested(RecallRowOut))
    came = fields.List(fields.Nested(RecallRowOut))
    went = fields.List(fields.Nested(RecallRowOut))
    customers = fields.List(fields.Nested(CustomerOut))
    products = fields.List(fields.Nested(RelativeOut))
    documents = fields.List(fields.Nested(DocumentTouchedOut))
    containers = fields.List(fields.Nested(ContainerStandsOut))
