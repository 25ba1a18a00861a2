"""Cuts the demo's rows out of the full public data sets: `python demo/make_sample.py FOLDER`.

FOLDER holds `retail/{items,sales_lines,adjustments}.csv.gz` (Online Retail, CC BY 4.0) and
`products/products_cc0_datakick.csv` (CC0). The same input gives the same bytes; see README.md for what is changed.
"""

import csv
import gzip
import hashlib
import io
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FROM = "2011-06-01"
ITEMS = 2200  # the items with most order lines since FROM
FOODS = 300
SHARE = 20  # percent of the documents
MOST = 144  # units on one line: the wholesaler's largest orders would need a larger building

FOOD = re.compile(
    r"\b(tea|coffee|rice|soup|sauce|chocolate|yogh?urt|cookies?|juice|beans?|oil|pasta|spaghetti|honey|jam|milk|cheese"
    r"|butter|cereal|crackers?|chips|peanuts?|salsa|tomato(es)?|vinegar|water|bread|tuna|noodles?|sugar|salt|pepper)\b",
    re.IGNORECASE,
)
PACKED = re.compile(r"\d\s?(oz|fl oz|g|kg|ml|l|lb|ct)\b", re.IGNORECASE)


def rows(path):
    """The rows of a CSV file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    yield from csv.DictReader(io.StringIO(text, newline=""))


def drawn(text, percent):
    """A draw that is the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100 < percent


def write(name, header, lines):
    """A CSV beside this script; gzipped without a time stamp, so that the same rows are the same bytes."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(lines)
    raw = text.getvalue().encode()
    (HERE / name).write_bytes(gzip.compress(raw, 9, mtime=0) if name.endswith(".gz") else raw)


def main(folder):
    """Items, foods, lines, corrections."""
    retail, products = Path(folder) / "retail", Path(folder) / "products" / "products_cc0_datakick.csv"
    recent = [row for row in rows(retail / "sales_lines.csv.gz") if row["ts"] >= FROM]
    traded: dict[str, int] = {}
    for row in recent:
        if row["kind"] in ("sale", "return"):
            traded[row["sku"]] = traded.get(row["sku"], 0) + 1
    chosen = set(sorted(traded, key=lambda sku: (-traded[sku], sku))[:ITEMS])

    goods = [row for row in rows(products) if row["kind"] in ("upca", "ean13")]
    foods = [row for row in goods if row["brand"] and FOOD.search(row["name"]) and PACKED.search(row["size"])]
    foods = sorted(foods, key=lambda row: hashlib.sha256(row["gtin14"].encode()).digest())[:FOODS]
    eaten = {row["gtin14"] for row in foods}
    spare = iter(sorted(row["barcode"] for row in goods if row["gtin14"] not in eaten))

    write(
        "items.csv",
        ["sku", "name", "category", "price", "pack", "lines", "gtin"],
        [
            [
                row["sku"],
                row["description"],
                row["category"],
                row["unit_price"],
                row["qty_mode"],
                traded[row["sku"]],
                next(spare),
            ]
            for row in rows(retail / "items.csv.gz")
            if row["sku"] in chosen and row["description"]
        ],
    )
    write(
        "foods.csv",
        ["name", "brand", "size", "gtin"],
        [[row["name"][:100], row["brand"].strip(" -")[:60], row["size"][:40], row["barcode"]] for row in foods],
    )
    write(
        "lines.csv.gz",
        ["ts", "document", "sku", "qty"],
        [
            [row["ts"], row["invoice"], row["sku"], max(-MOST, min(MOST, int(row["qty"])))]
            for row in recent
            if row["kind"] in ("sale", "return") and row["sku"] in chosen and drawn(row["invoice"], SHARE)
        ],
    )
    write(
        "corrections.csv",
        ["ts", "sku", "qty", "reason"],
        [
            [row["ts"], row["sku"], max(-MOST, min(MOST, int(row["qty"]))), row["reason_class"]]
            for row in rows(retail / "adjustments.csv.gz")
            if row["ts"] >= FROM and row["sku"] in chosen
        ],
    )


if __name__ == "__main__":
    main(sys.argv[1])
