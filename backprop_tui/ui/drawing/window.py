"""A drawing larger than its panel: which of its rows and columns are in view, and how many are not."""

from collections.abc import Sequence
from typing import NamedTuple

from backprop_tui.ui.drawing.lines import MUTED, Line

LEAST_FOR_COUNTS = 4  # lines: a header, a row, and above and below it how many more there are


class Scrolled(NamedTuple):
    """A drawing's lines, and how many of its rows and columns are out of view on each side.

    above and left are also the first row and the first column in view: those asked for, or fewer where
    the last page would not have been full.
    """

    lines: list[Line]
    above: int = 0
    below: int = 0
    left: int = 0
    right: int = 0


def rows_in_view(blocks: Sequence[int], first: int, height: int) -> range:
    """The rows in view from this one on, where blocks of so many rows, each under a header, have height lines.

    The header counts as a line wherever any row of its block is in view, as do the counts of `counted`.
    """
    total = sum(blocks)
    if _fitting(blocks, 0, height) == total:
        return range(total)
    count_line = int(height >= LEAST_FOR_COUNTS)
    first = max(min(first, total - _fitting(blocks[::-1], 0, height - count_line)), 0)
    room = height - (count_line if first else 0)
    shown = _fitting(blocks, first, room)
    if first + shown < total:
        shown = _fitting(blocks, first, room - count_line)
    return range(first, first + shown)


def _fitting(blocks: Sequence[int], first: int, room: int) -> int:
    """How many rows from this one on fit, each block's under its header."""
    shown = 0
    for rows in blocks:
        if first < rows:
            here = min(rows - first, max(room - 1, 0))
            shown += here
            room -= 1 + here
        first = max(first - rows, 0)
    return shown


def counted(lines: list[Line], rows: range, total: int, height: int) -> list[Line]:
    """The lines between how many rows there are above and how many below, where there is room to say so."""
    if height < LEAST_FOR_COUNTS:
        return lines
    above, below = rows.start, total - rows.stop
    before: list[Line] = [[(f"… {above:,} {_rows(above)} above", MUTED)]] if above else []
    after: list[Line] = [[(f"… {below:,} more {_rows(below)} below", MUTED)]] if below else []
    return [*before, *lines, *after]


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def columns_in_view(widths: Sequence[int], first: int, room: int) -> range:
    """The columns in view from this one on, at least one; the last page is full."""
    first = max(min(first, len(widths) - _leading(widths[::-1], room)), 0)
    return range(first, first + _leading(widths[first:], room))


def _leading(widths: Sequence[int], room: int) -> int:
    """How many of the first columns fit, and at least one if there are any."""
    used = 0
    for shown, width in enumerate(widths):
        used += width
        if used > room:
            return max(shown, 1)
    return len(widths)
