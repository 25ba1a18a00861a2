"""Where on a large picture codes may be: places so full of edges that print alone does not explain them.

A shelf of sixty labels has codes on an eighth of its pixels. Who knows where can look there twice, larger and in other
light, in the time that one look at everything takes. Text and shelf edges are found too, which costs a little; a code
that is missed here is still seen by the look at the whole.
"""

from PIL import ImageChops

CELL = 20  # pixels: about the height of the lowest code that is worth looking for
DENSE = 0.25  # of the brightness around: how much neighbouring pixels differ, on average, within bars
APART = 2  # pixels between those neighbours: thin bars are hardly wider, and noise is no taller
LEAST = 4  # cells
MARGIN = 24  # pixels: a code needs its quiet zone
DARKEST = 20  # below this brightness noise looks like bars


def places(grey):
    """Boxes (left, top, right, bottom), the largest first."""
    dense, wide = _dense_cells(grey)
    found = [cells for cells in _islands(dense, wide) if len(cells) >= LEAST]
    return [_box(cells, wide, grey.size) for cells in sorted(found, key=len, reverse=True)]


def _dense_cells(grey):
    """(one byte for each cell that is dense, cells in a row)."""
    width, height = grey.size
    if min(width, height) < 2 * CELL:
        return bytearray(), 1
    across = ImageChops.difference(grey.crop((APART, 0, width, height)), grey.crop((0, 0, width - APART, height)))
    down = ImageChops.difference(grey.crop((0, APART, width, height)), grey.crop((0, 0, width, height - APART)))
    wide, high = (width - APART) // CELL, (height - APART) // CELL
    cells = [image.reduce(CELL).crop((0, 0, wide, high)) for image in (across, down, grey)]
    edges, light = ImageChops.lighter(*cells[:2]).tobytes(), cells[2].tobytes()
    return bytearray(edge >= DENSE * max(DARKEST, lit) for edge, lit in zip(edges, light, strict=True)), wide


def _islands(dense, wide):
    """Lists of cells that hang together. Empties `dense`."""
    for start in range(len(dense)):
        if not dense[start]:
            continue
        dense[start], cells = 0, [start]
        for cell in cells:  # grows while it is walked
            for step in (-1, 1, -wide, wide):
                other = cell + step
                aside = abs(step) == 1 and other // wide != cell // wide
                if 0 <= other < len(dense) and dense[other] and not aside:
                    dense[other] = 0
                    cells.append(other)
        yield cells


def _box(cells, wide, size):
    columns, rows = [cell % wide for cell in cells], [cell // wide for cell in cells]
    left, top = min(columns) * CELL - MARGIN, min(rows) * CELL - MARGIN
    right, bottom = (max(columns) + 1) * CELL + MARGIN, (max(rows) + 1) * CELL + MARGIN
    return max(0, left), max(0, top), min(size[0], right), min(size[1], bottom)
