"""The sweeps of a run's screen: they go on in the background, whichever screen is looked at."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from backprop_tui.core.experiment import MAX_SEED, Experiment
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.background import in_background
from backprop_tui.ui.screens.learning import LearningScreen

if TYPE_CHECKING:
    from backprop_tui.ui.sweeping import Background, Sweeping

SWEEP, GRID = "sweep", "grid"
LARGEST_HIDDEN = 8  # units, of the grid
MARKS_A_SECOND = 2
MOST_IN_BROWSER = 1_000  # starts: many sessions share one machine


class SweepingScreen(LearningScreen):
    """A run, and how other starts of its experiment fare."""

    marks: Timer
    looking = ""  # at which of the sweeps, since the run was seen

    def __init__(self, first: Snapshot, speed: int | None, fps: int) -> None:
        super().__init__(first, speed, fps)
        self.sweeps: dict[str, Background] = {}  # by SWEEP and GRID
        self.seen: list[Sweeping] = []  # those that were looked at when they were done

    def on_mount(self) -> None:
        """Wind up the clock that looks how far the sweeps are; it stands still until there is one."""
        self.marks = self.set_interval(1 / MARKS_A_SECOND, self._mark, pause=True)

    def action_sweep(self) -> None:
        """How many starts of the experiment learn it: the sweep that is there, or a new one."""
        from backprop_tui.ui.screens.sweep import SweepScreen

        self._look_at(SWEEP, [self.view.experiment])
        again = partial(self.sweep, SWEEP, self.sweeps[SWEEP].now.experiments)
        self.app.push_screen(SweepScreen(lambda: self.sweeps[SWEEP].now, 0, self.watch_start, again))
        if self.view.experiment.mistake and not self.sweeps[SWEEP].now.finished:
            self.tell("Under a mistake one network is trained after the other: this takes longer.")

    def action_grid(self) -> None:
        """The same for the networks around this one."""
        from backprop_tui.ui.screens.grid import GridScreen

        self._look_at(GRID, _around(self.view.experiment))
        again = partial(self.sweep, GRID, self.sweeps[GRID].now.experiments)
        self.app.push_screen(GridScreen(lambda: self.sweeps[GRID].now, self.watch_start, again))
        if self.view.experiment.mistake:
            self.tell("The grid is of the right lines, without the mistake.")

    def _look_at(self, kind: str, experiments: Sequence[Experiment]) -> None:
        from backprop_tui.ui.sweeping import USUAL_STARTS

        self.looking, first = kind, experiments[0].seed
        if kind in self.sweeps:
            before = self.sweeps[kind].now
            if _is_of(before, experiments):
                return
            # A start that was watched is no reason to begin with it: a failure picked by hand.
            seeds = range(before.experiments[0].seed, before.experiments[0].seed + before.starts)
            first = seeds.start if first in seeds else first
        self.sweep(kind, [replace(each, seed=first) for each in experiments], USUAL_STARTS)

    def sweep(self, kind: str, experiments: Sequence[Experiment], starts: int) -> None:
        """Sweep these experiments in the background, in place of the last sweep of this kind."""
        from backprop_tui.ui.sweeping import Background, Sweeping, follow

        if self.app.is_web and starts > MOST_IN_BROWSER:
            self.tell(f"In a browser a sweep has {MOST_IN_BROWSER:,} starts at most.")
            return
        if kind in self.sweeps:
            self.sweeps[kind].stop.set()
        starts = min(starts, MAX_SEED - experiments[0].seed + 1)
        background = self.sweeps[kind] = Background(Sweeping(tuple(experiments), starts))
        in_background(self, partial(follow, background), self.tell)
        self.marks.resume()

    def watch_start(self, experiment: Experiment) -> None:
        """Run this start from step 0, on this screen."""
        while self.app.screen is not self:
            self.app.pop_screen()
        self.begin_with(experiment)
        if not self.view.running:
            self.run_on()

    def on_screen_resume(self) -> None:
        """Remember which sweep has been looked at; what it has come to need not be told again."""
        if self.looking:
            now, self.looking = self.sweeps[self.looking].now, ""
            self.seen = [*self.seen[-1:], now] if now.finished else self.seen
            self._mark()

    def _mark(self) -> None:
        """Say how far the sweeps are that go on, or are done and were not looked at since."""
        from backprop_tui.ui.sweeping import mark

        here = {SWEEP: [self.view.experiment], GRID: _around(self.view.experiment)}
        marks = " · ".join(
            mark(each.now)
            for kind, each in self.sweeps.items()
            if not each.now.finished or (each.now not in self.seen and _is_of(each.now, here[kind]))
        )
        if marks != self.view.sweeps:
            self.view = replace(self.view, sweeps=marks)

    def on_unmount(self) -> None:
        """Let the sweeps go."""
        for each in self.sweeps.values():
            each.stop.set()


def _is_of(sweeping: "Sweeping", experiments: Sequence[Experiment]) -> bool:
    """Whether it is of these experiments, from whichever of its seeds."""
    first = sweeping.experiments[0].seed
    return [replace(each, seed=0) for each in sweeping.experiments] == [
        replace(each, seed=0) for each in experiments
    ] and first <= experiments[0].seed < first + sweeping.starts


def _around(experiment: Experiment) -> list[Experiment]:
    """0 to 8 units in the last hidden layer, each without and with biases, of the right lines."""
    below = experiment.hidden_sizes[:-1]
    return [
        replace(experiment, hidden_sizes=(*below, units) if units else below, bias=bias, mistake=None)
        for units in range(LARGEST_HIDDEN + 1)
        for bias in (False, True)
    ]
