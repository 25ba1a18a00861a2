"""Spreadsheets out."""

from flask import Response
from flask_smorest import Blueprint

from server.counting.blind import refuse_who_counts
from server.exchange.columns import KINDS
from server.exchange.give import header_of, rows_of
from server.exchange.sheets import write_csv, write_xlsx
from server.exchange.take import known_kind
from server.exchange.take_documents import OF_ONE_WAREHOUSE
from server.handling.blind import refuse_who_checks
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouses
from server.routes.problems import NoSuchAddress
from server.routes.shapes import Query, text

routes = Blueprint("exports", __name__, description="Spreadsheets out, in the shapes that imports take.")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"csv": (write_csv, "text/csv"), "xlsx": (write_xlsx, _XLSX)}
# Stock and what documents expect are book knowledge, names are personal: exporting asks for the right to read them too.
_ALSO = dict.fromkeys(("opening", "tags", "items", *OF_ONE_WAREHOUSE), Permission.READ_BOOK)
_ALSO["people"] = Permission.READ_PEOPLE


class ExportQuery(Query):
    """`?warehouse=`: only of one warehouse."""

    warehouse = text(load_default=None)


@routes.get("/exports/<kind>.<form>")
@may(Permission.EXPORT)
@routes.doc(
    parameters=[
        {"in": "path", "name": "kind", "required": True, "schema": {"type": "string", "enum": list(KINDS)}},
        {"in": "path", "name": "form", "required": True, "schema": {"type": "string", "enum": list(FORMS)}},
    ],
    responses={
        "200": {
            "description": "The file",
            "content": {form: {"schema": {"type": "string", "format": "binary"}} for form in ("text/csv", _XLSX)},
        }
    },
)
@routes.arguments(ExportQuery, location="query")
def give_out(query, kind, form):
    """A CSV or XLSX file of one kind."""
    known_kind(kind)
    if form not in FORMS:
        raise NoSuchAddress()
    needed = _ALSO.get(kind, Permission.EXPORT)
    who = current_person()
    here = [row for row in warehouses(needed, query["warehouse"]) if who.may(Permission.EXPORT, row.id)]
    if kind in ("opening", "tags"):  # how many tags are at home in a place is how many things are
        refuse_who_counts(here, who)
    if kind in OF_ONE_WAREHOUSE:
        refuse_who_checks(here, who)
    rows = rows_of(kind, [row.id for row in here], who.scopes(needed))
    write, media = FORMS[form]
    header = header_of(kind, rows)
    answer = Response(write(header, [row[: len(header)] for row in rows]), mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return answer
