"""Warehouses: made, renamed, listed. Their virtual locations are the catalogue's, which the edge adds beside."""

from zoneinfo import available_timezones

from server import clock
from server.db import session
from server.errors import IdReused, NotUnderstood, Refusal
from server.people.tables import Warehouse
from server.people.who import EVERYWHERE


class WarehouseTaken(Refusal):
    """Another warehouse has this code."""

    code = "warehouse_taken"
    en = "There is already a warehouse {warehouse}. Choose another code."
    zh = "仓库 {warehouse} 已存在，请换一个编码。"


def add_warehouse(id, code, name, timezone="UTC"):
    """Add a building with a book of its own; gives (warehouse, whether it is new).

    Raises `IdReused`, `WarehouseTaken`, `NotUnderstood` for a time zone that the tz database does not have.
    """
    if code == EVERYWHERE or "/" in code:  # the one means all warehouses, the other would end the address
        raise NotUnderstood(fields={"code": ["wrong_characters"]})
    _refuse_unknown_zone(timezone)
    before = session().get(Warehouse, id)
    if before is not None:
        if (before.code, before.name, before.timezone) != (code, name, timezone):
            raise IdReused()
        return before, False
    if session().query(Warehouse.id).filter_by(code=code).first():
        raise WarehouseTaken(warehouse=code)

    warehouse = Warehouse(id=id, code=code, name=name, timezone=timezone, made_at=clock.now())
    session().add(warehouse)
    session().flush()
    return warehouse, True


def change_warehouse(warehouse_id, name=None, timezone=None):
    """Give it another name or time zone. The code stays: it stands on labels."""
    if timezone is not None:
        _refuse_unknown_zone(timezone)
    warehouse = session().get(Warehouse, warehouse_id)
    warehouse.name = name or warehouse.name
    warehouse.timezone = timezone or warehouse.timezone
    session().flush()
    return warehouse


def _refuse_unknown_zone(timezone):
    if timezone not in available_timezones():
        raise NotUnderstood(fields={"timezone": ["unknown"]})
