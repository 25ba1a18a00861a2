"""Photos: taken as evidence, and read for the codes on them. They come whole, or a megabyte after the other."""

from io import BytesIO

import marshmallow as ma
import msgspec
from flask import Response, current_app, request, send_file
from flask_smorest import Blueprint
from marshmallow import fields
from werkzeug.exceptions import RequestEntityTooLarge

from server.catalog.identify import identify_here
from server.db import NIL, transaction
from server.decode import gs1
from server.errors import NotAllowed, NotUnderstood, Refusal
from server.ids import new_id
from server.intake.bucket import PhotoStoreAway
from server.intake.darkroom import MOST_BYTES, PhotosWaiting, PhotoTooLarge, darkroom, develop, read_kept, sha256_of
from server.intake.parts import add_part, all_parts, forget_parts
from server.intake.photos import PhotoDamaged, PhotoUnknown, add_symbols, find_photo, keep_photo, same_photo, seen_photo
from server.intake.store import SUFFIXES, photo_name, thumb_name
from server.people.rules import Permission as P
from server.routes.door import current_person, may, signed_in, warehouse
from server.routes.identify import shown as identified
from server.routes.on_behalf import spoken_for
from server.routes.problems import TooLarge, flat
from server.routes.shapes import Id, Instant, Query, Shape, Whole, choice, text
from server.sop.write import shows_photo

routes = Blueprint("photos", __name__, description="Photos: evidence, and codes to read.")
MOST_PART = 1024 * 1024
SENDERS = (P.WORK, P.DECIDE, P.DECIDE_MANAGER, P.DECIDE_FINANCE)


def _sha256(**how):
    return fields.String(validate=Whole("^[0-9a-fA-F]{64}$", error="invalid"), **how)


class PhotoWords(Query):
    """What may stand beside the file. `id` is made where the photo was taken, so that sending twice keeps one."""

    id = Id(load_default=None)
    warehouse = text(load_default=None)
    sha256 = _sha256(load_default=None)


class PhotoQuery(Query):
    """`decode`: read the codes on it too."""

    decode = fields.Boolean(load_default=True)


class PartQuery(Query):
    """Which part of which whole: `total` bytes with this `sha256`."""

    offset = fields.Integer(required=True, validate=ma.validate.Range(0, MOST_BYTES, error="out_of_range"))
    total = fields.Integer(required=True, validate=ma.validate.Range(1, error="out_of_range"))
    sha256 = _sha256(required=True)
    warehouse = text(load_default=None)
    decode = fields.Boolean(load_default=False)
    on_behalf_of = Id(load_default=None, metadata={"description": "id of who took it, when a supervisor brings it"})


class SizeQuery(Query):
    """`size=thumb`: a JPEG of at most 320 pixels."""

    size = choice("full", "thumb", load_default="full")


class SymbolOut(Shape):
    """A code on a photo. `quad`: its corners in pixels of the upright photo."""

    text = fields.String(required=True)
    symbology = fields.String(required=True)
    quad = fields.List(fields.List(fields.Integer()), required=True)
    gs1 = fields.Dict(keys=fields.String(), values=fields.String())
    identified = fields.Dict(keys=fields.String())


class PhotoOut(Shape):
    """A photo as it is kept: `sha256` and `bytes` are of what `GET` gives, without metadata."""

    id = Id(required=True)
    sha256 = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    kind = fields.String(required=True)
    bytes = fields.Integer(required=True)
    symbols = fields.List(fields.Nested(SymbolOut), required=True)


class PhotoAboutOut(PhotoOut):
    """And who took it when it came."""

    taken_by = fields.String(allow_none=True)
    at = Instant()


class ReceivedOut(Shape):
    """How many bytes of a photo have arrived."""

    received = fields.Integer(required=True)


_BINARY = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": _BINARY,
        "id": {"type": "string", "format": "uuid"},
        "warehouse": {"type": "string", "maxLength": 120},
        "sha256": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
    },
}
_BYTES = {"description": "The photo", "content": {kind: {"schema": _BINARY} for kind in SUFFIXES}}
_SOME = {
    "description": "How much has arrived, or the photo",
    "content": {"application/json": {"schema": {"oneOf": [ReceivedOut, PhotoOut]}}},
}
_WHOLE = {"description": "All of it: the photo", "content": {"application/json": {"schema": PhotoOut}}}


@routes.post("/photos")
@may(*SENDERS)
@routes.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": _FORM}}})
@routes.arguments(PhotoQuery, location="query")
@routes.response(201, PhotoOut)
def take(query):
    """Take a photo in."""
    content, said = _file_and_words()
    house_id = _house_id(said["warehouse"])
    if said["sha256"] and said["sha256"].lower() != sha256_of(content):
        raise PhotoDamaged(fields={"sha256": ["invalid"]})
    row, is_new = _kept(said["id"] or new_id(), house_id, current_person().id, content, query["decode"])
    return shown(row), 201 if is_new else 200


@routes.put("/photos/<uuid:photo_id>/parts")
@may(*SENDERS)
@routes.doc(
    requestBody={"content": {"application/octet-stream": {"schema": {**_BINARY, "maxLength": MOST_PART}}}},
    responses={"200": _SOME, "201": _WHOLE},
)
@routes.arguments(PartQuery, location="query")
def take_part(asked, photo_id):
    """Take the next part of a photo in; with the last one, the photo."""
    photo_id, house_id, data_dir, mine = str(photo_id), _house_id(asked["warehouse"]), _data_dir(), _taker_id(asked)
    sha256, total = asked["sha256"].lower(), asked["total"]
    if total > MOST_BYTES:
        raise PhotoTooLarge()
    body = _part()
    if asked["offset"] + len(body) > total:
        raise NotUnderstood(fields={"offset": ["out_of_range"]})
    found = find_photo(photo_id)
    if found is not None:
        return _answer(shown(_read_now(same_photo(found, sha256), asked["decode"])), 200)
    received = add_part(data_dir, photo_id, mine, asked["offset"], total, body)
    if received < total:
        return _answer({"received": received}, 200)
    content = all_parts(data_dir, photo_id, mine)
    if len(content) != total or sha256_of(content) != sha256:
        forget_parts(data_dir, photo_id, mine)
        raise PhotoDamaged(fields={"sha256": ["invalid"]})
    try:
        row, is_new = _kept(photo_id, house_id, mine, content, asked["decode"])
    except (PhotosWaiting, PhotoStoreAway):
        raise
    except Refusal:  # these bytes will not become a photo
        forget_parts(data_dir, photo_id, mine)
        raise
    forget_parts(data_dir, photo_id, mine)
    return _answer(shown(row), 201 if is_new else 200)


@routes.get("/photos/<uuid:photo_id>")
@signed_in
@routes.doc(responses={"200": _BYTES})
@routes.arguments(SizeQuery, location="query")
def photo(asked, photo_id):
    """The photo itself, or its thumbnail."""
    row = _seen(photo_id)
    small = asked["size"] == "thumb"
    try:
        content = _store().get(thumb_name(row.sha256) if small else photo_name(row.sha256, row.kind))
    except FileNotFoundError:
        raise PhotoUnknown() from None
    etag = f"{row.sha256}-thumb" if small else row.sha256
    response = send_file(BytesIO(content), mimetype="image/jpeg" if small else row.kind, etag=etag)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@routes.get("/photos/<uuid:photo_id>/about")
@signed_in
@routes.response(200, PhotoAboutOut)
def about(photo_id):
    """Who took a photo, when it came, and what stands on it."""
    row = _seen(photo_id)
    return shown(row) | {"taken_by": row.taken_by, "at": row.posted_at}


def shown(row):
    """A photo as the wire has it."""
    return {
        "id": row.id,
        "sha256": row.sha256,
        "width": row.width,
        "height": row.height,
        "kind": row.kind,
        "bytes": row.size,
        "symbols": _symbols(row),
    }


def _symbols(row):
    """What was read on it, and what that names today where the photo was taken."""
    symbols = msgspec.json.decode(row.symbols) if row.symbols else []
    here = row.warehouse_id != NIL and symbols
    named = identify_here(row.warehouse_id, [each["meaning"] for each in symbols]) if here else {}
    return [_symbol(each, named.get(each["meaning"])) for each in symbols]


def _symbol(symbol, named):
    label = gs1.read(symbol["meaning"])
    fields = label.fields or ({"01": label.gtin} if label.gtin and symbol["symbology"] == "UPC-E" else {})
    said = {name: symbol[name] for name in ("text", "symbology", "quad")} | ({"gs1": fields} if fields else {})
    return said | {"identified": identified(named, symbol["text"])} if named else said


def _answer(body, status):
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


def _seen(photo_id):
    who = current_person()

    def may_see(house_id):
        return who.may(P.READ_BOOK, house_id) or shows_photo(str(photo_id))  # an instruction's picture is for everybody

    return seen_photo(str(photo_id), who.id, may_see)


def _kept(photo_id, house_id, taker_id, content, decode):
    found = find_photo(photo_id)
    if found is not None:
        return _read_now(same_photo(found, sha256_of(content)), decode), False
    made = darkroom.work(_seats(), develop, content, _store(), decode)
    with transaction():
        return keep_photo(photo_id, house_id, taker_id, made)


def _taker_id(asked):
    """Whose photo it is: the sender's, or of the person in whose stead it is brought."""
    taker, bringer = spoken_for(asked["on_behalf_of"])
    if bringer is not None:
        warehouse(asked["warehouse"] or "", P.TAKE_OVER)
    return taker.id


def _read_now(row, decode):
    """The row, with its codes if they are asked for; evidence may have come unread."""
    if not decode or row.symbols is not None:
        return row
    try:
        symbols = darkroom.work(_seats(), read_kept, row.sha256, row.kind, _store())
    except FileNotFoundError:
        raise PhotoUnknown() from None
    with transaction():
        return add_symbols(row.id, symbols)


def _seats():
    """One thread is always left for scans."""
    return max(1, current_app.config["SETTINGS"].threads - 1)


def _store():
    return current_app.extensions["photos"]


def _data_dir():
    return current_app.config["SETTINGS"].data_dir


def _house_id(code):
    """The warehouse in which the photo is taken, where the sender works or decides."""
    if code is None:
        return NIL
    house = warehouse(code, P.READ_CATALOGUE)
    if not any(current_person().may(permission, house.id) for permission in SENDERS):
        raise NotAllowed()
    return house.id


def _file_and_words():
    try:
        file, words = request.files.get("file"), request.form.to_dict()
    except RequestEntityTooLarge:
        raise PhotoTooLarge() from None
    if file is None:
        raise NotUnderstood(fields={"file": ["required"]})
    try:
        said = PhotoWords().load(words)
    except ma.ValidationError as error:
        raise NotUnderstood(fields=flat(error.messages)) from None
    file.seek(0)  # a request that lost a race runs again, and the file was read once
    return file.read(MOST_BYTES + 1), said


def _part():
    if (request.content_length or 0) > MOST_PART:
        raise TooLarge()
    body = request.get_data()
    if len(body) > MOST_PART:
        raise TooLarge()
    return body
