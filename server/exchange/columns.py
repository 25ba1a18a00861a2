"""The columns of each kind of spreadsheet: names, their Chinese headers, what a cell must be, and what blank means."""

from collections.abc import Callable
from dataclasses import dataclass

from server.exchange import rules


@dataclass(frozen=True)
class Column:
    """One column. `needed`: the column and every cell of it must be there."""

    name: str
    zh: tuple[str, ...]
    read: Callable = rules.text()
    needed: bool = False


_WAREHOUSE = Column("warehouse", ("仓库", "仓库编码"), needed=True)
_HERE = Column("warehouse", ("仓库", "仓库编码"))  # else of the question, or the only one where the asker works
_DOCUMENT = Column("document", ("单号", "单据号", "单据"), needed=True)
_PIECES = Column("quantity", ("数量",), rules.pack, needed=True)
_LOT = Column("lot", ("批次", "批号"))
_SKU = Column("sku", ("物料", "物料编码", "sku编码", "商品编码"), needed=True)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "items": (
        _SKU,
        Column("name", ("名称", "物料名称", "商品名称"), rules.text(400), needed=True),
        Column("category", ("类别", "分类")),
        Column("unit", ("单位", "基本单位"), rules.text(20)),
        Column("unit_cost", ("单价", "成本", "单位成本"), rules.money),
        Column("lot_tracked", ("批次管理",), rules.yes_no),
        Column("serial_tracked", ("序列号管理",), rules.yes_no),
        Column("shelf_life_days", ("保质期天数", "保质期"), rules.whole(1, 36_500)),
        Column("abc", ("盘点分类", "abc分类"), rules.choice("A", "B", "C")),
        Column("weighed", ("称重",), rules.yes_no),
    ),
    "codes": (
        _SKU,
        Column("code", ("条码",), needed=True),
        Column("pack_quantity", ("包装数量", "装箱数"), rules.pack),
    ),
    "locations": (
        _WAREHOUSE,
        Column("code", ("库位", "库位编码", "货位"), needed=True),
        Column("zone", ("库区",)),
        Column("kind", ("类型", "库位类型"), rules.text(40)),
        Column("path_order", ("路径顺序", "走位顺序"), rules.whole(0, 2**31 - 1)),
        Column("capacity", ("容量", "库位容量"), rules.pack),
    ),
    "opening": (
        _WAREHOUSE,
        Column("location", ("库位", "库位编码", "货位"), needed=True),
        _SKU,
        Column("lot", ("批次", "批号")),
        Column("expiry", ("有效期至", "有效期"), rules.day),
        Column("quantity", ("数量",), rules.quantity, needed=True),
    ),
    "receipts": (
        _DOCUMENT,
        Column("supplier", ("供应商",)),
        _SKU,
        _PIECES,
        Column("expected_on", ("预计到货日期", "预计到货"), rules.day),
        _LOT,
        _HERE,
    ),
    "picks": (
        _DOCUMENT,
        Column("customer", ("客户",)),
        _SKU,
        _PIECES,
        Column("ship_by", ("发货期限", "最晚发货日期"), rules.day),
        _LOT,
        _HERE,
    ),
    "orders": (
        _DOCUMENT,
        _SKU,
        Column("role", ("用途",), rules.choice("output", "input"), needed=True),
        _PIECES,
        Column("due_on", ("交期", "完工日期"), rules.day),
        Column("line", ("产线", "生产线")),
        _LOT,
        _HERE,
    ),
    "reasons": (
        Column("code", ("原因代码", "代码"), rules.text(60), needed=True),
        Column("kind", ("类型",), rules.choice("reason", "cause")),
        Column("loss_type", ("损耗类型",), rules.choice("physical", "management", "human", "system")),
        Column("en", ("英文",), needed=True),
        Column("zh", ("中文",), needed=True),
    ),
    "people": (
        Column("username", ("用户名",), rules.text(80), needed=True),
        Column("name", ("姓名",), needed=True),
        Column("roles", ("角色",), rules.text(4000), needed=True),
        Column("badge", ("工牌", "工牌号"), rules.text(80)),
        Column("password", ("密码",), rules.text(1000)),
        Column("pin", ("pin码",), rules.text(12)),
        Column("language", ("语言",), rules.choice("en", "zh")),
    ),
    "tags": (
        Column("epc", ("标签", "EPC"), rules.text(120)),
        Column("tid", ("芯片号", "TID"), rules.text(120)),
        Column("sku", ("物料", "物料编码", "sku编码", "商品编码")),
        _LOT,
        Column("serial", ("序列号",)),
        Column("quantity", ("数量",), rules.pack),
        _HERE,
        Column("location", ("库位", "库位编码", "货位")),
        Column("container", ("容器", "容器号")),
        Column("document", ("单号", "单据号", "单据")),
    ),
}

KINDS = tuple(COLUMNS)
SECRET = {"password", "pin"}  # read, never written out
RARE = {"weighed"}  # the last column, written out only where something is weighed


def columns_by_header(kind, header):
    """`({position: Column}, headers that nobody knows)` of a header row, in English or Chinese, in any case."""
    known = {name: column for column in COLUMNS[kind] for name in (column.name, *column.zh)}
    found, strange = {}, []
    for n, said in enumerate(header):
        column = known.get(said.strip().lower().replace(" ", "_"))
        if column and column not in found.values():
            found[n] = column
        elif said.strip():
            strange.append(said.strip())
    return found, strange
