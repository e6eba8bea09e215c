"""The columns of the table of examples, and what stands in their cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from backprop_tui.core.curve import Steps
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.given import Given
from backprop_tui.ui.drawing.lines import GOOD, MUTED, PLAIN, PROBABILITY_STYLES, STRONG, Line, Span, bar, ramp

LEAST_DIGITS = 2  # so that columns of one digit stand apart
NUMBER_WIDTH, SHORT_NUMBER_WIDTH = 6, 4  # as in 0.973 and .97
VERDICT_WIDTH = 13  # the step since when fits


@dataclass(frozen=True, eq=False)
class Column:
    """A heading that begins with a blank, and what stands under it in a row, as wide."""

    heading: str
    cell: Callable[[int], Line]


Columns = list[Column]


def width_of_columns(columns: Columns) -> int:
    """In cells."""
    return sum(len(column.heading) for column in columns)


@dataclass(frozen=True, eq=False)
class Examples:
    """What the cells of a row tell of: its activations, and since when it has been right."""

    snapshot: Snapshot
    right_since: Steps

    def told(self, givens: Sequence[Given]) -> Column:
        """What is given under each of these names, in one column."""
        widths = [1 + max(LEAST_DIGITS, len(each.name), each.width) for each in givens]

        def cell(row: int) -> Line:
            texts = (each.text(row).rjust(width) for each, width in zip(givens, widths))
            return [("".join(texts), self.style(row))]

        return Column("".join(each.name.rjust(width) for each, width in zip(givens, widths)), cell)

    def style(self, row: int) -> str:
        """Strong for a row that is right."""
        return PLAIN if self.right_since[row] == NOT_RIGHT else STRONG

    def mark(self, row: int) -> Line:
        """Whether the row is right, in the least room."""
        return [(" ·", MUTED) if self.right_since[row] == NOT_RIGHT else (" ✓", GOOD)]

    def verdict(self, row: int, width: int) -> Line:
        """Whether it is right, and where there is room since when."""
        since = self.right_since[row]
        if since == NOT_RIGHT:
            return [("not yet".rjust(width), MUTED)]
        if width < VERDICT_WIDTH:
            return [("✓ right".rjust(width), GOOD)]
        return [(f"✓ {since:,}".rjust(width), GOOD)]

    def predictions(self, row: int, widths: Sequence[int], bar_width: int) -> Line:
        """The outputs, and a bar for the first where it has a width."""
        outputs = self.snapshot.outputs[row]
        texts = (f"{output:{width}.3f}" for output, width in zip(outputs, widths))
        drawn = [(" ", PLAIN), *_bar(float(outputs[0]), bar_width)] if bar_width else []
        return [("".join(texts), self.style(row)), *drawn]

    def activations(self, layers: slice, width: int) -> Columns:
        """A column for each unit of these layers, of this width unless its name is longer."""
        named = zip(self.snapshot.activations[layers], self.snapshot.experiment.layer_labels[layers])
        columns = []
        for values, labels in named:
            for unit, label in enumerate(labels):
                heading = label.rjust(max(width, len(label) + 1))
                columns.append(Column(heading, partial(_shaded, values, unit, len(heading), width)))
        return columns


def _two_digits(value: float) -> str:
    """A number from 0 to 1 as in .97; 1.0 where that is nearer than .99."""
    text = f"{value:.2f}"
    return text[1:] if text.startswith("0") else text[:3]


def _shaded(values: Array, unit: int, width: int, number_width: int, row: int) -> Line:
    value = float(values[row, unit])
    text = f"{value:.3f}" if number_width == NUMBER_WIDTH else _two_digits(value)
    return [(text.rjust(width), ramp(PROBABILITY_STYLES, value))]


def _bar(output: float, width: int) -> list[Span]:
    """The prediction's bar, with ½ marked where the bar does not reach it."""
    drawn = bar(output, width)
    half = width // 2
    if drawn[half] == " ":
        drawn = drawn[:half] + "┊" + drawn[half + 1 :]
    return [(drawn, ramp(PROBABILITY_STYLES, output))]
