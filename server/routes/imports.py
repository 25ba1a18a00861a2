"""Spreadsheets in."""

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from server.counting.blind import refuse_who_counts
from server.db import transaction
from server.errors import NotUnderstood
from server.exchange.columns import KINDS
from server.exchange.sheets import read_sheet
from server.exchange.take import known_kind, read_rows, take
from server.exchange.take_documents import OF_ONE_WAREHOUSE, in_warehouse
from server.exchange.take_people import hashed
from server.handling.blind import refuse_who_checks
from server.people.rules import Permission
from server.reconcile.bind import codes_bound
from server.routes.door import current_person, language, may, warehouses
from server.routes.shapes import Query, Shape, text

routes = Blueprint("imports", __name__, description="Spreadsheets in: all mistakes at once, nothing half done.")


class ImportQuery(Query):
    """`dry_run`: only say what would happen. `partial`: write the good rows though others are bad."""

    warehouse = text(load_default=None, metadata={"description": "of documents, where the sheet has no such column"})
    dry_run = fields.Boolean(load_default=False)
    partial = fields.Boolean(load_default=False)


class RowProblemOut(Shape):
    """What is wrong with a cell. `row` as the spreadsheet counts; the header is 1."""

    row = fields.Integer()
    column = fields.String()
    code = fields.String()
    detail = fields.String()


class ImportOut(Shape):
    """What became of a file. `ignored`: columns that nobody knows."""

    rows = fields.Integer()
    accepted = fields.Integer()
    errors = fields.List(fields.Nested(RowProblemOut))
    ignored = fields.List(fields.String())


def _content(file):
    file.seek(0)  # a request that lost a race runs again, and the file was read once
    return file.read()


_FILE = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}


@routes.post("/imports/<kind>")
@may(Permission.IMPORT)
@routes.doc(
    parameters=[{"in": "path", "name": "kind", "required": True, "schema": {"type": "string", "enum": list(KINDS)}}],
    requestBody={"required": True, "content": {"multipart/form-data": {"schema": _FILE}}},
)
@routes.arguments(ImportQuery, location="query")
@routes.response(200, ImportOut)
def take_in(query, kind):
    """Take a CSV or XLSX file in."""
    known_kind(kind)
    if kind == "opening":  # its refusals say what a position was opened with
        refuse_who_counts(warehouses(Permission.IMPORT), current_person())
    if kind in OF_ONE_WAREHOUSE:  # and these, whether a document is as somebody guesses
        refuse_who_checks(warehouses(Permission.IMPORT), current_person())
    file = request.files.get("file")
    if file is None:
        raise NotUnderstood(fields={"file": ["required"]})
    rows, problems, ignored = read_rows(kind, read_sheet(_content(file)))
    in_warehouse(kind, rows, query["warehouse"])
    if kind == "people" and not query["dry_run"]:
        hashed(rows)
    with transaction():
        report = take(kind, rows, problems, current_person(), query["dry_run"], query["partial"])
        if kind in ("items", "codes") and report.accepted and not query["dry_run"]:
            codes_bound()
    speech = language()
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "errors": [problem.said(speech) for problem in report.problems],
        "ignored": ignored,
    }
