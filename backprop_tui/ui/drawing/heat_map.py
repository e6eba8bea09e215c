"""Matrices as coloured cells with their signed numbers in them; a window onto those too large for the room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import (
    MUTED,
    PLAIN,
    SHADES,
    STRONG,
    WEIGHT_STYLES,
    Line,
    signed,
    width_of,
)
from backprop_tui.ui.drawing.window import Scrolled, columns_in_view, counted, rows_in_view

BESIDE = 6  # cells, at least, that a matrix beside another takes for its row labels and the gap
NARROWEST, WIDEST = 5, 16  # cells, without the gap of one between them; long names need wider ones


@dataclass(frozen=True, eq=False)
class Matrix:
    """Values (rows, columns) with their names; a cell's name is its row's and its column's."""

    name: str
    values: Array
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]

    def times(self, factor: float) -> "Matrix":
        """Every value multiplied."""
        return replace(self, values=self.values * factor)

    @property
    def lying_down(self) -> "Matrix":
        """A matrix of one column as its transpose of one row; any other as it is."""
        if len(self.column_labels) > 1:
            return self
        return Matrix(self.name + "ᵀ", self.values.T, self.column_labels, self.row_labels)

    @property
    def narrowest(self) -> int:
        """The cells its number and its column's name need at least."""
        return max(NARROWEST, *map(len, self.column_labels))


@dataclass(frozen=True)
class Layout:
    """How much room the cells take; which matrices stand beside each other on which shelf."""

    cell_width: int
    cell_rows: int
    gap: int
    lying_down: bool
    shelves: tuple[tuple[int, ...], ...]


Size = tuple[int, int, int]  # rows, columns, and the cells a column needs at least

ROOMIEST_FIRST = (  # rows of a cell, lines between shelves, whether a column lies down
    *((rows, 1, False) for rows in (5, 4, 3, 2, 1)),
    (1, 0, False),
    (1, 0, True),
)


def largest_of(matrices: Sequence[Matrix]) -> float:
    """The largest size of any value: the end of the colour scale."""
    return max(float(abs(np.nan_to_num(matrix.values)).max()) for matrix in matrices)


def heat_map(
    matrices: Sequence[Matrix], width: int, height: int, first_row: int = 0, first_column: int = 0
) -> Scrolled:
    """The matrices from left to right and top to bottom, in at most width × height cells.

    Where they do not fit they stand below each other and are seen from first_row on, counted through
    all of them, and from first_column on in each that is too wide.
    """
    lying = [matrix.lying_down for matrix in matrices]
    label_width = _label_width(matrices)
    sizes, lying_sizes = (tuple(map(_size, each)) for each in (matrices, lying))
    layout = _layout(sizes, lying_sizes, width - label_width, max(BESIDE, label_width + 1), height)
    if layout is None:
        return _in_view(_below_each_other(matrices, lying, width), width, height, first_row, first_column)
    shown, largest = lying if layout.lying_down else matrices, largest_of(matrices)
    lines: list[Line] = []
    for shelf in layout.shelves:
        blocks = []
        for matrix in (shown[at] for at in shelf):
            cell_width = max(layout.cell_width, matrix.narrowest)
            every = range(len(matrix.column_labels))
            blocks.append(_block(matrix, every, cell_width, layout.cell_rows, label_width, largest))
        lines += [[]] * (layout.gap if lines else 0) + _beside(blocks)
    return Scrolled(lines)


def _label_width(matrices: Sequence[Matrix]) -> int:
    return 1 + max(len(label) for matrix in matrices for label in (" x1", matrix.name, *matrix.row_labels))


def _size(matrix: Matrix) -> Size:
    return len(matrix.row_labels), len(matrix.column_labels), matrix.narrowest


@cache
def _layout(
    standing: tuple[Size, ...], lying: tuple[Size, ...], width: int, beside: int, height: int
) -> Layout | None:
    """The roomiest layout that fits matrices of these sizes, if any does; width is the cells'."""
    for cell_rows, gap, lying_down in ROOMIEST_FIRST:
        sizes = lying if lying_down else standing
        most_columns = max(columns for _, columns, _ in sizes)
        cell_width = min(max(width // most_columns - 1, NARROWEST), WIDEST)
        shelves: list[list[int]] = []
        used = width
        for at, (_, columns, narrowest) in enumerate(sizes):
            needed = columns * (max(cell_width, narrowest) + 1)
            if needed > width:
                break
            if used + beside + needed > width:
                shelves.append([])
                used = -beside
            shelves[-1].append(at)
            used += beside + needed
        else:
            heights = [1 + cell_rows * max(sizes[at][0] for at in shelf) for shelf in shelves]
            if sum(heights) + gap * (len(shelves) - 1) <= height:
                return Layout(cell_width, cell_rows, gap, lying_down, tuple(map(tuple, shelves)))
    return None


def _below_each_other(matrices: Sequence[Matrix], lying: Sequence[Matrix], width: int) -> list[Matrix]:
    """Each matrix as it is shown where there is no room for all: a column lies down where it fits so.

    Behind another matrix it does in any case: what it comes from are that one's columns, so both scroll alike.
    """
    room = width - _label_width([*matrices, *lying])
    return [
        flat if at or len(flat.column_labels) * (flat.narrowest + 1) <= room else matrix
        for at, (matrix, flat) in enumerate(zip(matrices, lying))
    ]


def _in_view(
    matrices: Sequence[Matrix], width: int, height: int, first_row: int, first_column: int
) -> Scrolled:
    """What is in view of matrices below each other, in the narrowest cells."""
    label_width, largest = _label_width(matrices), largest_of(matrices)
    rows = rows_in_view([len(matrix.row_labels) for matrix in matrices], first_row, height)
    lines: list[Line] = []
    left = right = above = 0
    for matrix in matrices:
        here = slice(max(rows.start - above, 0), max(rows.stop - above, 0))
        above += len(matrix.row_labels)
        part = replace(matrix, values=matrix.values[here], row_labels=matrix.row_labels[here])
        if part.row_labels:
            cells = [part.narrowest + 1] * len(part.column_labels)
            columns = columns_in_view(cells, first_column, width - label_width)
            lines += _block(part, columns, part.narrowest, 1, label_width, largest)
            left, right = max(left, columns.start), max(right, len(cells) - columns.stop)
    return Scrolled(counted(lines, rows, above, height), rows.start, above - rows.stop, left, right)


def _beside(blocks: list[list[Line]]) -> list[Line]:
    """Blocks of lines next to each other, the shorter ones filled up with blanks."""
    height = max(map(len, blocks))
    filled = [block + [[(" " * width_of(block[0]), PLAIN)]] * (height - len(block)) for block in blocks]
    gap: Line = [(" ", PLAIN)]
    return [sum((gap + line for line in row[1:]), row[0]) for row in zip(*filled)]


def _block(
    matrix: Matrix, columns: range, cell_width: int, cell_rows: int, label_width: int, largest: float
) -> list[Line]:
    """The named cells of these columns; a … beside their names where there are more columns."""
    shown = slice(columns.start, columns.stop)
    header: Line = [(matrix.name.ljust(label_width), STRONG)]
    if columns.start:
        header = [(matrix.name.ljust(label_width - 1), STRONG), ("…", MUTED)]
    header += [(label.center(cell_width) + " ", MUTED) for label in matrix.column_labels[shown]]
    if columns.stop < len(matrix.column_labels):
        header[-1] = (header[-1][0][:-1] + "…", MUTED)
    lines = [header]
    for label, values in zip(matrix.row_labels, matrix.values):
        for row in range(cell_rows):
            middle = row == cell_rows // 2
            line: Line = [((label if middle else "").rjust(label_width - 1) + " ", MUTED)]
            for value in values[shown]:
                text = signed(value, min(cell_width, 6)) if middle else ""
                line += [(text.center(cell_width), style_of(value, largest)), (" ", PLAIN)]
            lines.append(line)
    return lines


def style_of(value: float, largest: float) -> str:
    """The colour of a value on a scale that ends at ±largest."""
    share = np.clip(np.nan_to_num(value / largest), -1, 1) if largest > 0 else 0.0
    return WEIGHT_STYLES[SHADES + round(SHADES * float(share))]
