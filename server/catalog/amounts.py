"""How much one scan amounts to, in the item's base unit, and why not. Pure; all floor work asks it."""

from server.errors import NotUnderstood, Refusal

MOST = 10**12  # a thousand million units in one entry is a slip of the thumb


class NotAnItem(Refusal):
    """The code names something else."""

    code = "not_an_item"
    en = "{code} names a {kind}, not an item. Scan the label of the item."
    zh = "{code} 不是物料条码。请扫描物料标签。"


class LotRequired(NotUnderstood):
    """The item is kept by lot."""

    code = "lot_required"
    en = "{sku} is kept by lot. Scan or type the lot on the label."
    zh = "{sku} 按批次管理。请扫描或输入标签上的批次。"


class SerialQuantity(NotUnderstood):
    """A serial is one thing."""

    code = "serial_quantity"
    en = "A serial number is one piece. Scan each piece by itself."
    zh = "一个序列号只代表一件。请逐件扫描。"


class QuantityMissing(NotUnderstood):
    """How many?"""

    code = "quantity_missing"
    en = "Say how many there are."
    zh = "请输入数量。"


class QuantityNegative(NotUnderstood):
    """A shelf holds nothing or something. Corrections withdraw an entry."""

    code = "quantity_negative"
    en = "A counted quantity cannot be below zero. To correct an entry, withdraw it."
    zh = "实盘数量不能为负。如需更正，请撤回原记录。"


class QuantityOutOfRange(NotUnderstood):
    """More than any shelf holds, or finer than three places."""

    code = "quantity_out_of_range"
    en = "This quantity is not plausible. Check it and enter it again."
    zh = "数量不合理。请核对后重新输入。"


def counted_qty(quantity, scan_qty):
    """Thousandths of the base unit that one entry amounts to.

    `quantity`: how many of the scanned thing, in thousandths (None: one); `scan_qty`: what one of it is (a case of 12:
    12000). Raises a refusal if the product is negative, absurd, or finer than three places.
    """
    if quantity is not None and quantity < 0:
        raise QuantityNegative()
    total, rest = divmod((1000 if quantity is None else quantity) * scan_qty, 1000)
    if rest or total > MOST:
        raise QuantityOutOfRange()
    return total
