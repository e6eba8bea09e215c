"""The boxes of the line-by-line screen: where it is, all lines of the step, the one that is read."""

from typing import cast

from textual.reactive import reactive

from backprop_tui.ui.drawing.derivation_lines import equation_lines, list_lines
from backprop_tui.ui.drawing.gradient_check_lines import gradient_check_lines
from backprop_tui.ui.drawing.lines import ALERT, CURVE, MUTED, PLAIN, STRONG, Line
from backprop_tui.ui.panels.lines_box import LinesBox
from backprop_tui.ui.reading import Reading


class ReadingBox(LinesBox):
    """A box of lines that show the reading."""

    reading: reactive[Reading] = reactive(cast("Reading", None), repaint=False, init=False)  # never None

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.set_reactive(ReadingBox.reading, reading)

    def watch_reading(self) -> None:
        """Show the new reading."""
        self.redraw()


class WhereItIs(ReadingBox):
    """Which step and which line of it; in its place, what went wrong."""

    def draw(self, width: int, height: int) -> list[Line]:
        """One line."""
        reading = self.reading
        if reading.notice:
            return [[(f" {reading.notice}", ALERT)]]
        mistake = reading.snapshot.experiment.mistake
        mark = f" BROKEN: {mistake.title} " if mistake else ""
        line = f" · line {reading.at + 1} of {len(reading.equations)}: {reading.equation.part}"
        if reading.checking:
            line = " · is the gradient right?"
        state = " · playing" if reading.playing else ""
        return [
            [
                (mark, ALERT),
                (f" Step {reading.snapshot.step:,} → {reading.snapshot.step + 1:,}", STRONG),
                (line, MUTED),
                (state, CURVE),
            ]
        ]


class AllLines(ReadingBox):
    """The lines of the step in their order."""

    def draw(self, width: int, height: int) -> list[Line]:
        """See list_lines."""
        return list_lines(self.reading.equations, self.reading.at, self.reading.cursor, width, height)


class OneLine(ReadingBox):
    """The line that is read, with its numbers."""

    def draw(self, width: int, height: int) -> list[Line]:
        """See equation_lines."""
        reading = self.reading
        return equation_lines(reading.equations, reading.at, reading.cursor, width, height)


class Check(ReadingBox):
    """Every gradient beside its central difference."""

    def draw(self, width: int, height: int) -> list[Line]:
        """See gradient_check_lines."""
        reading = self.reading
        if not reading.checking:
            return []
        if not reading.checks:
            why = next(equation.error for equation in reading.equations if equation.error)
            return [[("There is no gradient to check: ", ALERT), (why, PLAIN)]]
        return gradient_check_lines(reading.checks, reading.dial, reading.first, width, height)
