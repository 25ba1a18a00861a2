"""What the demo warehouse is: 600 shelves, 2,200 real items, 300 real foods by lot. Pure: files in, values out."""

import csv
import gzip
import hashlib
import io
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "demo"
ZONES = {
    "A": ("jewellery", "stationery_party"),
    "B": ("kitchen_ceramic",),
    "C": ("candles_lights", "wall_metal", "boxes_storage"),
    "D": ("bags", "textiles", "toys_kids", "garden", "christmas"),
    "E": ("other",),
    "F": ("food",),
}
AISLES, BINS = 5, 20  # a zone: five aisles of twenty bins
COST_SHARE = 0.55  # what a gift costs of what it sells for; the real costs are not public


@dataclass(frozen=True, slots=True)
class Goods:
    """An item and where it lives. `unit_cost`: ten-thousandths; `codes`: (text, base units of one scan)."""

    sku: str
    name: str
    category: str
    unit_cost: int
    abc: str
    home: str
    reserve: str
    codes: tuple[tuple[str, int], ...]
    shelf_life_days: int | None = None

    @property
    def lot_tracked(self):
        return self.shelf_life_days is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One real line of an order: units sold, or below zero returned."""

    ts: str
    document: str
    sku: str
    units: int


def rows(name):
    """The rows of one file of the sample."""
    raw = (SAMPLE / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    return csv.DictReader(io.StringIO(text, newline=""))


def draw(text, most):
    """A number from 0 to `most` − 1 that is the same on every machine and in every run."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) % most


def shelves():
    """(code, zone, walking order) of every shelf: up one aisle and down the next."""
    found = []
    for z, zone in enumerate(ZONES):
        for aisle in range(AISLES):
            numbers = range(BINS) if aisle % 2 == 0 else range(BINS - 1, -1, -1)
            found += [
                (f"{zone}-{aisle + 1:02d}-{bin_ + 1:02d}", zone, 1000 * (z + 1) + aisle * BINS + step)
                for step, bin_ in enumerate(numbers)
            ]
    return found


def lines():
    """Every order line of the sample, in order of time."""
    read = [Line(row["ts"], row["document"], row["sku"], int(row["qty"])) for row in rows("lines.csv.gz")]
    return sorted(read, key=lambda line: (line.ts, line.document, line.sku))


def goods(sold):
    """Every item of the warehouse. `sold`: lines, from which the ABC class follows."""
    gifts = list(rows("items.csv"))
    classes = _classes(gifts, sold)
    found = [_gift(row, classes[row["sku"]]) for row in gifts]
    return found + [_food(n, row) for n, row in enumerate(rows("foods.csv"), 1)]


def _gift(row, abc):
    sku, category, pack = row["sku"], row["category"], int(row["pack"] or 1)
    zone = next(zone for zone, categories in ZONES.items() if category in categories)
    codes = [(row["gtin"], 1)]
    if pack >= 6 and draw(f"case {sku}", 10) < 4:
        codes.append((case_code(row["gtin"]), pack))
    cost = max(1000, round(float(row["price"]) * COST_SHARE * 10_000))
    return Goods(sku, row["name"].title(), category, cost, abc, *_places(zone, sku), tuple(codes))


def _food(number, row):
    sku = f"FOOD-{number:03d}"
    name = f"{row['brand']} {row['name']}, {row['size']}"
    life = (60, 120, 180, 365)[draw(f"life {sku}", 4)]
    cost = 8_000 + draw(f"cost {sku}", 420) * 100
    abc = "ABC"[min(2, draw(f"abc {sku}", 10) // 3)]
    return Goods(sku, name[:120], "food", cost, abc, *_places("F", sku), ((row["gtin"], 1),), life)


def _places(zone, sku):
    """A home in the aisles where people pick, and a reserve in the last one."""
    home, reserve = draw(f"home {sku}", (AISLES - 1) * BINS), draw(f"reserve {sku}", BINS)
    return f"{zone}-{home // BINS + 1:02d}-{home % BINS + 1:02d}", f"{zone}-{AISLES:02d}-{reserve + 1:02d}"


def case_code(gtin):
    """The GTIN-14 of a case of these: indicator 1, the same number, a new check digit (GS1 GenSpecs §7.9)."""
    body = "1" + gtin.zfill(13)[:12]
    total = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(body))
    return body + str(-total % 10)


def _classes(gifts, sold):
    """A: the items that make 80 % of the value sold; B: up to 95 %; C: the rest."""
    price = {row["sku"]: float(row["price"]) for row in gifts}
    value = dict.fromkeys(price, 0.0)
    for line in sold:
        value[line.sku] += max(0, line.units) * price[line.sku]
    ranked = sorted(value, key=lambda sku: (-value[sku], sku))
    whole = sum(value.values())
    shares = [reached / whole for reached in accumulate(value[sku] for sku in ranked)]
    return {
        sku: "A" if share <= 0.8 else "B" if share <= 0.95 else "C" for sku, share in zip(ranked, shares, strict=True)
    }
