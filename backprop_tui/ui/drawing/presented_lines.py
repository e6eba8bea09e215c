"""Step, loss and rows right, as large as there is room for."""

from backprop_tui.ui.drawing.large import ROWS, blocks, large, width_of_blocks
from backprop_tui.ui.drawing.lines import CURVE, GOOD, MUTED, STRONG, Line
from backprop_tui.ui.view import View

LABEL = 6  # cells, left of a number
BETWEEN = 3  # cells
SMALL = 3  # cells of a figure where there is no room for blocks
HIGHEST = 4  # of the scales: larger figures would leave no room beside them

Part = tuple[str, str, str]  # the label, the number, its style


def presented_lines(view: View, width: int, height: int) -> list[Line]:
    """Two lines of numbers: step and rows right, then the loss; of each figure as many cells as fit.

    Where not even small figures do, the numbers as text.
    """
    snapshot = view.snapshot
    rows, right = snapshot.experiment.problem.rows, int(snapshot.right.sum())
    parts: list[list[Part]] = [
        [
            ("step", f"{snapshot.step:,}", STRONG),
            ("right", f"{right}/{rows}", GOOD if right == rows else STRONG),
        ],
        [("loss", _loss(snapshot.loss), CURVE)],
    ]
    wide = max(_widths(line) for line in parts)
    room = min((width - _besides(parts[0])) // wide, (height - 1) // (2 * ROWS), HIGHEST)
    narrowest = max(sum(SMALL * len(number) for _, number, _ in line) + _besides(line) for line in parts)
    if room < 1 and narrowest > width:
        return [[(f" {label} {number}", style)] for line in parts for label, number, style in line]
    drawn = [_in_line(line, room) for line in parts]
    return [*drawn[0], [], *drawn[1]] if height >= len(drawn[0]) + len(drawn[1]) + 1 else [*drawn[0], *drawn[1]]


def _loss(loss: float) -> str:
    """Four figures behind the point, or where all of them are 0 a power of ten."""
    return f"{loss:.4f}" if 5e-5 <= loss < 1_000 or not loss else f"{loss:.0e}"


def _widths(line: list[Part]) -> int:
    return sum(width_of_blocks(number) for _, number, _ in line)


def _besides(line: list[Part]) -> int:
    return len(line) * LABEL + (len(line) - 1) * BETWEEN


def _in_line(line: list[Part], scale: int) -> list[Line]:
    """The numbers beside each other, their labels at the height of their middle."""
    drawn: list[Line] = []
    for at, (label, number, style) in enumerate(line):
        figures = blocks(number, scale) if scale else large(number)
        for row, text in enumerate(figures):
            if at == 0:
                drawn.append([])
            else:
                drawn[row].append((" " * BETWEEN, MUTED))
            word = label if row == len(figures) // 2 else ""
            drawn[row] += [(word.rjust(LABEL - 1) + " ", MUTED), (text, style)]
    return drawn
