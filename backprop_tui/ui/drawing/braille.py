"""A canvas of character cells, of which each holds 2 × 4 braille dots, and the axes round it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import MUTED, PLAIN, Line, width_of

DOTS_ACROSS, DOTS_DOWN = 2, 4  # in one cell
NO_DOTS = "\u2800"
DOT_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
ONE, ZERO, BOTH = "●", "○", "◐"  # an example whose target is above ½, one whose target is not, some of each

Bools = NDArray[np.bool_]
Cells = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Canvas:
    """Cells to draw on: their characters and the names of their styles, both (rows, columns)."""

    characters: NDArray[np.str_]
    styles: NDArray[Any]

    @property
    def rows(self) -> int:
        """How many lines it makes."""
        return len(self.characters)

    @property
    def columns(self) -> int:
        """How wide its lines are."""
        return len(self.characters[0])

    def lay(self, characters: NDArray[np.str_], styles: str | NDArray[Any]) -> None:
        """Put the characters on it, but for those that are "" or a braille cell without dots."""
        where = (characters != "") & (characters != NO_DOTS)
        self.characters[where] = characters[where]
        self.styles[where] = styles if isinstance(styles, str) else styles[where]

    def write(self, row: int, column: int, text: str, style: str) -> None:
        """Put a text into a row, from this column on; there has to be room for it."""
        self.characters[row, column : column + len(text)] = list(text)
        self.styles[row, column : column + len(text)] = style

    def lines(self) -> list[Line]:
        """The canvas as lines, neighbours of one style in one span."""
        return [_line("".join(texts), styles) for texts, styles in zip(self.characters, self.styles)]


def blank(rows: int, columns: int) -> Canvas:
    """A canvas with nothing on it."""
    shape = (max(rows, 1), max(columns, 1))
    return Canvas(np.full(shape, " "), np.full(shape, PLAIN, dtype=object))


def _line(text: str, styles: NDArray[Any]) -> Line:
    edges = [0, *(np.flatnonzero(styles[1:] != styles[:-1]) + 1).tolist(), len(text)]
    return [(text[start:end], styles[start]) for start, end in zip(edges, edges[1:])]


def braille(dots: Bools) -> NDArray[np.str_]:
    """The braille character of every cell, (rows, columns), of dots (4 · rows, 2 · columns)."""
    rows, columns = dots.shape[0] // DOTS_DOWN, dots.shape[1] // DOTS_ACROSS
    cells = dots.reshape(rows, DOTS_DOWN, columns, DOTS_ACROSS)
    codes = ord(NO_DOTS) + np.einsum("rdca,da->rc", cells, DOT_BITS)
    characters: NDArray[np.str_] = codes.astype(np.uint32).view(np.dtype("U1"))
    return characters


def contour(field: Array) -> Bools:
    """The dots where the field changes sign: of two neighbours with different signs the one nearer to zero.

    Zero is no sign of its own but counts as below, so a flat field has no contour.
    """
    above, size = field > 0, np.abs(field)
    marked = np.zeros(field.shape, dtype=bool)
    for first, second in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        changes = above[first] != above[second]
        nearer = size[first] <= size[second]
        marked[first] |= changes & nearer
        marked[second] |= changes & ~nearer
    return marked


def middles(cells: int, parts: int) -> Array:
    """Where the middles of so many parts of every cell are, if the first cell's is at 0 and the last's at 1.

    What the outermost cells have beyond their middles is at 0 and at 1 too.
    """
    outside = ((np.arange(cells * parts) + 0.5) / parts - 0.5) / max(cells - 1, 1)
    return np.clip(outside, 0.0, 1.0)


def cells_at(shares: Array, cells: int) -> Cells:
    """The cell, counted from 0, that each of these shares (0 … 1) of the way lies in.

    NaN, which numbers near the largest there are can lead to, lies in the first.
    """
    return np.rint(np.nan_to_num(shares) * (cells - 1)).astype(np.int64)


def examples(places: Cells, is_one: Bools, canvas: Canvas) -> NDArray[np.str_]:
    """The mark of every cell of the canvas in which examples lie, and "" elsewhere.

    places: (N, 2), the row and the column of each. is_one: (N,), whether its target is above ½.
    """
    flat = places[:, 0] * canvas.columns + places[:, 1]
    ones, zeros = (
        np.bincount(flat[kind], minlength=canvas.characters.size).reshape(canvas.characters.shape) > 0
        for kind in (is_one, ~is_one)
    )
    return np.select([ones & zeros, ones, zeros], [BOTH, ONE, ZERO], "")


def framed(lines: list[Line], beside: Mapping[int, str], low: str, name: str, high: str) -> list[Line]:
    """The lines with labels at their left, by row, and under them an axis with its name and its ends."""
    left = margin(beside)
    columns = max(map(width_of, lines), default=0)
    room = columns - len(low) - len(high)
    named = f" {cut(name, room - 2)} " if room > 2 else ""
    under = f"{low}{named.center(room, '─')}{high}" if room >= 0 else ""
    labels = (f"{beside.get(row, ''):>{left - 1}}{'┤' if row in beside else '│'}" for row in range(len(lines)))
    rows: list[Line] = [[(label, MUTED), *line] for label, line in zip(labels, lines)]
    return [*rows, [(" " * left + under, MUTED)]]


def margin(beside: Mapping[int, str]) -> int:
    """How many cells the labels at the left take."""
    return max(map(len, beside.values()), default=0) + 1


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, one at least, … for what is left out."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
