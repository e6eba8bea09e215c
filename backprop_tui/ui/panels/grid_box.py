"""The boxes of the grid's screen: what is the same in all cells, and the cells."""

from backprop_tui.core.experiment import in_short
from backprop_tui.ui.drawing.grid_lines import grid_lines
from backprop_tui.ui.drawing.lines import MUTED, STRONG, Line, clock, counted_steps, ended
from backprop_tui.ui.panels.lines_box import LinesBox
from backprop_tui.ui.sweeping import Sweeping


class GridBox(LinesBox):
    """The cells, one of them marked."""

    def __init__(self, sweeping: Sweeping) -> None:
        self.sweeping, self.cursor = sweeping, 0
        super().__init__()

    def show(self, sweeping: Sweeping, cursor: int) -> None:
        """Show how far the sweeps have come."""
        self.sweeping, self.cursor = sweeping, cursor
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        """See grid_lines."""
        sweeping = self.sweeping
        return grid_lines(sweeping.experiments, sweeping.sweeps, self.cursor, width, height)


class WhatIsGridded(GridBox):
    """What all cells share, and how long it takes."""

    def draw(self, width: int, height: int) -> list[Line]:
        """One line."""
        sweeping = self.sweeping
        experiment = sweeping.experiments[0]
        _, *shared = in_short(experiment).split(" · ")[1:]
        first = experiment.seed
        text = f" {experiment.problem.title} · seeds {first:,} to {first + sweeping.starts - 1:,}"
        left = sweeping.seconds_left
        time = f"{clock(left)} left" if left else "done" if sweeping.finished else ""
        rest = " · ".join(filter(None, (time, *shared, counted_steps(experiment.steps))))
        return [[(text, STRONG), (ended(f" · {rest}", max(width - len(text), 0)), MUTED)]]
