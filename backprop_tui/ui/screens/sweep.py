"""How many random starts of the experiment learn it, when, and which do not."""

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.sweep import Sweep
from backprop_tui.ui.drawing.sweep_lines import columns
from backprop_tui.ui.keys import SWEEP_KEYS, bindings
from backprop_tui.ui.ladders import along
from backprop_tui.ui.panels.sweep_boxes import Fan, Headline, Histogram, SweepBox, WatchList, WhatIsSwept
from backprop_tui.ui.screens.help import Help
from backprop_tui.ui.sweeping import STARTS, Sweeping

LOOKS_A_SECOND, LARGE = 5, 20_000  # of more starts than that, counting takes longer than a look may
HELP = (
    (
        "A sweep",
        "The same experiment from many random starts, all trained to the last step. A start has learned it "
        "when at the last step every row is on its side of ½; a loss below 0.01, which is stricter, is counted "
        "as well. Failures are counted, never dropped; one that diverged has failed. In brackets stand the "
        "share and its 95 % interval (Wilson): of a hundred intervals found like this about 95 hold the share "
        "that endless starts would come to.",
    ),
    (
        "When they learned it",
        "For each start the step since which all its rows have been right; ▲ or │ is the median.",
    ),
    (
        "Their losses",
        "Some of the loss curves, failures first. Look for curves that stay flat: a start that is stuck.",
    ),
    ("The list", "Those that failed, or else the slowest. Enter runs the marked one: watch a failure."),
)


class SweepScreen(Screen[None]):
    """sweeping tells how far the sweeps are, `at` which of them is shown. watch runs a start of it.

    again sweeps anew, with so many starts; None where that is not to be had.
    """

    KEYS = SWEEP_KEYS
    BINDINGS = bindings(SWEEP_KEYS)

    def __init__(
        self,
        sweeping: Callable[[], Sweeping],
        at: int,
        watch: Callable[[Experiment], None],
        again: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self.sweeping, self.at, self.watch_start, self.again = sweeping, at, watch, again
        self.shown: Sweeping | None = None

    @property
    def sweep(self) -> Sweep | None:
        """The one that is shown, as far as it was when last looked at."""
        return self.shown.sweeps[self.at] if self.shown else None

    def compose(self) -> ComposeResult:
        """What is swept, how many learned it, when, how, and which did not; the keys."""
        yield WhatIsSwept()
        yield Headline()
        with Horizontal():
            yield Histogram()
            yield Fan()
        yield WatchList()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Look how far it is, again and again."""
        self.call_after_refresh(self.look)
        self.set_interval(1 / LOOKS_A_SECOND, self.look)

    def look(self) -> None:
        """Show how far the sweep has come, where that is news."""
        now = self.sweeping()
        if len(now.sweeps) <= self.at or now.sweeps[self.at] is self.sweep:
            return
        seconds = self.shown.seconds if self.shown else 0.0
        if now.starts > LARGE and not now.finished and 0 < now.seconds - seconds < 1:
            return
        self.shown = now
        for box in self.query(SweepBox):
            box.show(now, self.at)

    def action_move(self, down: int, right: int) -> None:
        """Mark another start."""
        watch_list = self.query_one(WatchList)
        if self.sweep:
            watch_list.move(right + down * columns(self.sweep, watch_list.content_size.width))

    def action_watch(self) -> None:
        """Run the start that is marked, from step 0."""
        network = self.query_one(WatchList).marked
        if self.is_active and self.sweep and network is not None:
            self.watch_start(replace(self.sweep.experiment, seed=self.sweep.seeds[network]))

    def action_starts(self, direction: int) -> None:
        """Sweep ten times as many starts, or a tenth."""
        starts = int(along(STARTS, self.sweeping().starts, direction))
        if self.again is None:
            self.notify("Here are the starts of the grid; + and - change those there.", markup=False)
        elif starts != self.sweeping().starts:
            self.again(starts)

    def action_switch_loss(self) -> None:
        """The losses in powers of ten, or as they are."""
        fan = self.query_one(Fan)
        fan.log_loss = not fan.log_loss
        fan.redraw()

    def action_leave(self) -> None:
        """Back; the sweep goes on."""
        if self.is_active:
            self.app.pop_screen()

    def action_help(self) -> None:
        """What this screen shows."""
        self.app.push_screen(Help(HELP, SWEEP_KEYS))
