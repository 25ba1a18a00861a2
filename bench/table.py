"""What was measured, as a table that fits a terminal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure beside its limit. `more`: a larger figure is the better one (a rate), else a smaller one (a time)."""

    work: str
    ours: float
    unit: str
    target: float | None = None
    limit: float | None = None
    limit_is: str = ""
    ratio_target: float | None = None
    note: str = ""
    more: bool = True

    @property
    def ratio(self):
        """Ours over the limit for rates, the limit over ours for times: 1 is all that the machine allows."""
        if not self.limit:
            return None
        return self.ours / self.limit if self.more else self.limit / self.ours

    @property
    def reached(self):
        """Does it reach its targets?"""
        beyond = (lambda found, wanted: found >= wanted) if self.more else (lambda found, wanted: found <= wanted)
        return (self.target is None or beyond(self.ours, self.target)) and (
            self.ratio_target is None or self.ratio is None or self.ratio >= self.ratio_target
        )


HEAD = ("work", "ours", "unit", "target", "limit", "ratio", "wanted", "", "")


def shown(title, rows):
    """The table as text."""
    cells = [HEAD] + [
        (
            *(row.work, _number(row.ours), row.unit, _target(row), _number(row.limit)),
            *(_ratio(row.ratio), _ratio(row.ratio_target), "ok" if row.reached else "below", _remark(row)),
        )
        for row in rows
    ]
    widths = [max(len(line[n]) for line in cells) for n in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join(["", title, "", lines[0], "─" * len(lines[0]), *lines[1:]])


def _target(row):
    if row.target is None:
        return "–"
    return ("≥ " if row.more else "≤ ") + _number(row.target)


def _remark(row):
    return "; ".join(part for part in (f"limit: {row.limit_is}" if row.limit_is else "", row.note) if part)


def _number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(value):
    return "–" if value is None else f"{value:.2f}"
