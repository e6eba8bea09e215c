"""Matrices as coloured cells with their signed numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import MUTED, PLAIN, SHADES, STRONG, WEIGHT_STYLES, Line, signed, width_of

LABEL_WIDTH = 4
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
    """How much room the cells take: the roomiest layout that fits is the one drawn."""

    cell_rows: int = 1
    gap: int = 0
    lying_down: bool = False


ROOMIEST_FIRST = (*(Layout(rows, gap=1) for rows in (5, 4, 3, 2, 1)), Layout(), Layout(lying_down=True))


def largest_of(matrices: Sequence[Matrix]) -> float:
    """The largest size of any value: the end of the colour scale."""
    return max(float(abs(matrix.values).max()) for matrix in matrices)


def heat_map(matrices: Sequence[Matrix], width: int, height: int) -> list[Line]:
    """The matrices from left to right and top to bottom, in at most width × height cells."""
    for layout in ROOMIEST_FIRST:
        lines = _laid_out(matrices, width, layout)
        if len(lines) <= height:
            return lines
    hidden = len(lines) - height + 1
    return [*lines[: height - 1], [(f"… {hidden} more rows in a taller window", MUTED)]]


def _laid_out(matrices: Sequence[Matrix], width: int, layout: Layout) -> list[Line]:
    shown = [matrix.lying_down if layout.lying_down else matrix for matrix in matrices]
    columns = max(len(matrix.column_labels) for matrix in shown)
    cell_width = min(max((width - LABEL_WIDTH) // columns - 1, NARROWEST), WIDEST)
    largest = largest_of(matrices)
    lines: list[Line] = []
    shelf: list[Line] = []
    for matrix in shown:
        block = _block(matrix, largest, cell_width, layout.cell_rows)
        if shelf and width_of(shelf[0]) + 1 + width_of(block[0]) <= width:
            shelf = _beside(shelf, block)
        else:
            lines += shelf + [[]] * (layout.gap if shelf else 0)
            shelf = block
    return lines + shelf


def _beside(left: list[Line], right: list[Line]) -> list[Line]:
    blank: tuple[Line, Line] = ([(" " * width_of(left[0]), PLAIN)], [(" " * width_of(right[0]), PLAIN)])
    return [
        (left[row] if row < len(left) else blank[0])
        + [(" ", PLAIN)]
        + (right[row] if row < len(right) else blank[1])
        for row in range(max(len(left), len(right)))
    ]


def _block(matrix: Matrix, largest: float, cell_width: int, cell_rows: int) -> list[Line]:
    header: Line = [(matrix.name.ljust(LABEL_WIDTH), STRONG)]
    header += [(label.center(cell_width) + " ", MUTED) for label in matrix.column_labels]
    lines = [header]
    for label, values in zip(matrix.row_labels, matrix.values):
        for row in range(cell_rows):
            middle = row == cell_rows // 2
            line: Line = [((label if middle else "").rjust(LABEL_WIDTH - 1) + " ", MUTED)]
            for value in values:
                text = signed(value, min(cell_width, 6)) if middle else ""
                line += [(text.center(cell_width), style_of(value, largest)), (" ", PLAIN)]
            lines.append(line)
    return lines


def style_of(value: float, largest: float) -> str:
    """The colour of a value on a scale that ends at ±largest."""
    return WEIGHT_STYLES[SHADES + round(SHADES * (value / largest)) if largest > 0 else SHADES]
