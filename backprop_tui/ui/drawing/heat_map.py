"""Matrices as coloured cells with their signed numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import MUTED, PLAIN, SHADES, STRONG, WEIGHT_STYLES, Line, signed, width_of

BESIDE = 6  # cells that a matrix beside another takes for its row labels and the gap
NARROWEST, WIDEST = 5, 16  # cells, without the gap of one between them


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


@dataclass(frozen=True)
class Layout:
    """How much room the cells take; which matrices stand beside each other on which shelf."""

    cell_width: int
    cell_rows: int
    gap: int
    lying_down: bool
    shelves: tuple[tuple[int, ...], ...]


ROOMIEST_FIRST = (  # rows of a cell, lines between shelves, whether a column lies down
    *((rows, 1, False) for rows in (5, 4, 3, 2, 1)),
    (1, 0, False),
    (1, 0, True),
)


def largest_of(matrices: Sequence[Matrix]) -> float:
    """The largest size of any value: the end of the colour scale."""
    return max(float(abs(matrix.values).max()) for matrix in matrices)


def heat_map(matrices: Sequence[Matrix], width: int, height: int) -> list[Line]:
    """The matrices from left to right and top to bottom, in at most width × height cells."""
    label_width = 1 + max(
        len(label) for matrix in matrices for label in (" x1", matrix.name, *matrix.row_labels)
    )
    layout = _layout(tuple(matrix.values.shape for matrix in matrices), width - label_width, height)
    shown = [matrix.lying_down if layout.lying_down else matrix for matrix in matrices]
    largest = largest_of(matrices)
    columns = (width - label_width) // (layout.cell_width + 1)
    lines: list[Line] = []
    for shelf in layout.shelves:
        blocks = [_block(shown[at], largest, layout, label_width, columns) for at in shelf]
        lines += [[]] * (layout.gap if lines else 0) + _beside(blocks)
    if len(lines) <= height:
        return lines
    hidden = len(lines) - height + 1
    return [*lines[: height - 1], [(f"… {hidden} more rows below", MUTED)]]


@cache
def _layout(shapes: tuple[tuple[int, int], ...], width: int, height: int) -> Layout:
    """The roomiest layout that fits matrices of these shapes, or else the last; width is the cells'."""
    for cell_rows, gap, lying_down in ROOMIEST_FIRST:
        sizes = [(1, rows) if lying_down and columns == 1 else (rows, columns) for rows, columns in shapes]
        most_columns = max(columns for _, columns in sizes)
        cell_width = min(max(width // most_columns - 1, NARROWEST), WIDEST)
        shelves: list[list[int]] = []
        used = width
        for at, (_, columns) in enumerate(sizes):
            needed = columns * (cell_width + 1)
            if used + BESIDE + needed > width:
                shelves.append([])
                used = -BESIDE
            shelves[-1].append(at)
            used += BESIDE + needed
        heights = [1 + cell_rows * max(sizes[at][0] for at in shelf) for shelf in shelves]
        if sum(heights) + gap * (len(shelves) - 1) <= height:
            break
    return Layout(cell_width, cell_rows, gap, lying_down, tuple(map(tuple, shelves)))


def _beside(blocks: list[list[Line]]) -> list[Line]:
    """Blocks of lines next to each other, the shorter ones filled up with blanks."""
    height = max(map(len, blocks))
    filled = [block + [[(" " * width_of(block[0]), PLAIN)]] * (height - len(block)) for block in blocks]
    gap: Line = [(" ", PLAIN)]
    return [sum((gap + line for line in row[1:]), row[0]) for row in zip(*filled)]


def _block(matrix: Matrix, largest: float, layout: Layout, label_width: int, columns: int) -> list[Line]:
    """The named cells of a matrix; of more columns than there is room for, the first, and … for the rest."""
    cell_width, rows = layout.cell_width, layout.cell_rows
    cut = len(matrix.column_labels) > columns
    shown = columns - 1 if cut else len(matrix.column_labels)
    ellipsis: Line = [("…".center(cell_width), MUTED)] if cut else []
    header: Line = [(matrix.name.ljust(label_width), STRONG)]
    header += [(label.center(cell_width) + " ", MUTED) for label in matrix.column_labels[:shown]]
    lines = [header + ellipsis]
    for label, values in zip(matrix.row_labels, matrix.values):
        for row in range(rows):
            middle = row == rows // 2
            line: Line = [((label if middle else "").rjust(label_width - 1) + " ", MUTED)]
            for value in values[:shown]:
                text = signed(value, min(cell_width, 6)) if middle else ""
                line += [(text.center(cell_width), style_of(value, largest)), (" ", PLAIN)]
            lines.append(line + (ellipsis if middle else []))
    return lines


def style_of(value: float, largest: float) -> str:
    """The colour of a value on a scale that ends at ±largest."""
    return WEIGHT_STYLES[SHADES + round(SHADES * (value / largest)) if largest > 0 else SHADES]
