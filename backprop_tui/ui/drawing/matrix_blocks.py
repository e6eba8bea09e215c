"""Matrices as blocks of text, and how blocks are set beside, under and across each other."""

from collections.abc import Sequence

import numpy as np

from backprop_tui.core.derivation import Named
from backprop_tui.ui.drawing.figures import Figures
from backprop_tui.ui.drawing.lines import HERE, MUTED, PLAIN, STRONG, Line, width_of

GAP: Line = [("   ", PLAIN)]

Drawn = tuple[Named, Figures, tuple[int, int] | None]


def transposed(named: Named) -> Named:
    """The matrix lying on its side, its name with a ᵀ."""
    return Named(f"{named.name}ᵀ", named.values.T, named.column_labels, named.row_labels)


def block(
    named: Named,
    shown: Figures,
    cursor: tuple[int, int] | None = None,
    label_width: int = 0,
    cell: int = 0,
) -> list[Line]:
    """The matrix under its name and its columns' names; the value at the cursor in brackets."""
    texts = [[shown.written(float(value)) for value in row] for row in named.values]
    label_width = label_width or _label_width(named)
    cell = cell or _cell_width(named, shown)
    lines: list[Line] = []
    if shown.factor:
        lines.append([(f"{named.name}{shown.factor}", STRONG)])
    names = "".join(f"{label:>{cell + 1}}" for label in named.column_labels)
    lines.append([(("" if shown.factor else named.name).ljust(label_width), STRONG), (f"{names} ", MUTED)])
    for row, (label, row_texts) in enumerate(zip(named.row_labels, texts)):
        line: Line = [(label.rjust(label_width), MUTED)]
        for column, text in enumerate(row_texts):
            here = cursor == (row, column)
            after = cursor == (row, column - 1)
            line.append(("]" if after else "" if here else " ", HERE if after else PLAIN))
            if here:
                line += [(" " * (cell - len(text)), PLAIN), (f"[{text}", HERE)]
            else:
                line.append((text.rjust(cell), PLAIN))
        line.append(("]", HERE) if cursor == (row, len(row_texts) - 1) else (" ", PLAIN))
        lines.append([span for span in line if span[0]])
    return lines


def _label_width(named: Named) -> int:
    return max(len(named.name), *map(len, named.row_labels))


def _cell_width(named: Named, shown: Figures) -> int:
    finite = named.values[np.isfinite(named.values)]
    widest = (shown.written(float(value)) for value in (finite.min(initial=0.0), finite.max(initial=0.0)))
    return max(*map(len, widest), *map(len, named.column_labels))


def crossed(left: Drawn, column: Sequence[Drawn]) -> list[Line]:
    """The product where its operands cross: each value in the row and under the column it comes from."""
    label_width = max(_label_width(named) for named, _, _ in column)
    cell = max(_cell_width(named, shown) for named, shown, _ in column)
    blocks = [block(*drawn, label_width, cell) for drawn in column]
    first = block(*left)
    indent: Line = [(" " * (max(map(width_of, first)) + 1), PLAIN)]
    above = [indent + line for block in blocks[:-1] for line in block]
    return above + beside([[[]] * (len(blocks[-1]) - len(first)) + first, blocks[-1]], [(" ", PLAIN)])


def flowed(blocks: Sequence[list[Line]], width: int) -> list[Line]:
    """Blocks from left to right and, where the width is used up, from top to bottom."""
    shelves: list[list[list[Line]]] = [[]]
    for block in blocks:
        if shelves[-1] and max(map(width_of, beside([*shelves[-1], block]))) > width:
            shelves.append([])
        shelves[-1].append(block)
    return [line for shelf in shelves for line in beside(shelf)]


def beside(blocks: Sequence[list[Line]], gap: Line = GAP) -> list[Line]:
    """Blocks next to each other, the lower ones filled up with blanks."""
    height = max(map(len, blocks), default=0)
    widths = [max(map(width_of, block)) for block in blocks]
    lines: list[Line] = []
    for y in range(height):
        line: Line = []
        for block, width in zip(blocks, widths):
            part = block[y] if y < len(block) else []
            line += (gap if line else []) + part + [(" " * (width - width_of(part)), PLAIN)]
        lines.append(line)
    return lines


def part_of_block(named: Named, shown: Figures, cursor: tuple[int, int], width: int, height: int) -> list[Line]:
    """As much of a large matrix as fits, the value at the cursor in it, and how much is left out."""
    row, column = cursor
    columns = max((width - _label_width(named) - 1) // (_cell_width(named, shown) + 1), 1)
    rows = max(height - 2 - bool(shown.factor), 1)
    top = min(max(row - rows // 2, 0), max(len(named.row_labels) - rows, 0))
    left = min(max(column - columns // 2, 0), max(len(named.column_labels) - columns, 0))
    part = Named(
        named.name,
        named.values[top : top + rows, left : left + columns],
        named.row_labels[top : top + rows],
        named.column_labels[left : left + columns],
    )
    shape = " × ".join(map(str, named.values.shape))
    lines = block(part, shown, (row - top, column - left))
    return [*lines, [(f"… part of {shape}; ↑ ↓ tab go on", MUTED)]]
