"""The boxes of the sweep's screen: what is swept, how many learned it, when, how, and which to watch."""

from textual.content import Content

from backprop_tui.core.sweep import Sweep
from backprop_tui.ui.drawing.fan import fan
from backprop_tui.ui.drawing.histogram import histogram
from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.sweep_lines import (
    headline,
    starts_lines,
    starts_title,
    starts_to_watch,
    what_is_swept,
)
from backprop_tui.ui.panels.panel import LinesBox
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
        return headline(sweep, self.sweeping.seconds_left if is_alone else None)


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
    """The starts that can be watched."""

    cursor = 0

    def titles(self, width: int) -> tuple[str, Content | str]:
        """Whether they are those that failed."""
        return (starts_title(starts_to_watch(self.sweep)) if self.sweep else ""), "enter watches it from step 0"

    @property
    def marked(self) -> int | None:
        """Which network of the sweep is marked, if any is."""
        networks = starts_to_watch(self.sweep).networks if self.sweep else ()
        return int(networks[self.cursor]) if self.cursor < len(networks) else None

    def move(self, places: int) -> None:
        """Mark a start so many places on, if there is one."""
        if self.sweep:
            place, count = self.cursor + places, len(starts_to_watch(self.sweep).networks)
            self.cursor = place if 0 <= place < count else self.cursor
            self.redraw()

    def drawn(self, sweep: Sweep, width: int, height: int) -> list[Line]:
        """See starts_lines."""
        starts = starts_to_watch(sweep)
        self.cursor = min(self.cursor, max(len(starts.networks) - 1, 0))
        return starts_lines(sweep, starts, self.cursor, width, height)
