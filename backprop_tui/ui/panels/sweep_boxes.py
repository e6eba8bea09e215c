"""The boxes of the sweep's screen: what is swept, how many learned it, when, how, and which to watch."""

import numpy as np
from textual.content import Content

from backprop_tui.core.sweep import Sweep
from backprop_tui.ui.drawing.fan import fan
from backprop_tui.ui.drawing.histogram import histogram
from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.sweep_lines import (
    Starts,
    headline,
    starts_lines,
    starts_title,
    starts_to_watch,
    what_is_swept,
)
from backprop_tui.ui.panels.lines_box import LinesBox
from backprop_tui.ui.sweeping import Sweeping

FEWEST_SECONDS = 0.5  # between two drawings of the curves while they grow


class SweepBox(LinesBox):
    """A box of lines that show a sweep as far as it has come; nothing before the first look."""

    sweeping: Sweeping | None = None
    sweep: Sweep | None = None

    def show(self, sweeping: Sweeping, at: int) -> None:
        """Show that one of the sweeps."""
        self.sweeping, self.sweep = sweeping, sweeping.sweeps[at]
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:
        """What there is to see of it."""
        return self.drawn(self.sweep, width, height) if self.sweep else []

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """The lines of this box."""
        return what_is_swept(sweep, width)


class WhatIsSwept(SweepBox):
    """The experiment, its seeds and steps."""


class Headline(SweepBox):
    """How many learned it."""

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """See headline."""
        assert self.sweeping
        is_alone = len(self.sweeping.experiments) == 1  # else the time is that of the whole grid
        return headline(sweep, width, self.sweeping.seconds_left if is_alone else None)


class Histogram(SweepBox):
    """At which step they learned it."""

    def titles(self, width: int) -> tuple[str, Content | str]:
        """What it is."""
        return "All rows right since step …", ""

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """See histogram."""
        return histogram(sweep, width, height)


class Fan(SweepBox):
    """Some of the loss curves, drawn anew twice a second while they grow."""

    log_loss = True
    last_drawn = 0.0

    def titles(self, width: int) -> tuple[str, Content | str]:
        """What it is, and the key that changes the axis."""
        return "Some of the losses", f"y {'linear' if self.log_loss else 'log'} loss"

    def show(self, sweeping: Sweeping, at: int) -> None:
        """Show that one of the sweeps, where it is time to."""
        soon = 0 <= sweeping.seconds - self.last_drawn < FEWEST_SECONDS
        if self.sweep is None or sweeping.sweeps[at].done == 1.0 or not soon:
            self.last_drawn = sweeping.seconds
            super().show(sweeping, at)

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """See fan."""
        return fan(sweep, width, height, self.log_loss)


class WatchList(SweepBox):
    """The starts that can be watched, one of them marked."""

    cursor = 0
    starts = Starts(np.empty(0, np.int64), False)

    def titles(self, width: int) -> tuple[str, Content | str]:
        """Whether they are those that failed."""
        return starts_title(self.starts), "enter watches it from step 0"

    def show(self, sweeping: Sweeping, at: int) -> None:
        """Show the starts of that one of the sweeps; the mark stays with its start."""
        marked = self.marked
        self.starts = starts_to_watch(sweeping.sweeps[at])
        places = np.flatnonzero(self.starts.networks == marked)
        self.cursor = int(places[0]) if len(places) else 0
        super().show(sweeping, at)

    @property
    def marked(self) -> int | None:
        """Which network of the sweep is marked, if any is."""
        return int(self.starts.networks[self.cursor]) if len(self.starts.networks) else None

    def move(self, places: int) -> None:
        """Mark the start so many places on, if there is one."""
        if 0 <= self.cursor + places < len(self.starts.networks):
            self.cursor += places
            self.redraw()

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """See starts_lines."""
        return starts_lines(sweep, self.starts, self.cursor, width, height)
