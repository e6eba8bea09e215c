"""The sweeps of a run's screen: they go on in the background, whichever screen is looked at."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Event

from textual.timer import Timer

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.screens.learning import LearningScreen
from backprop_tui.ui.sweeping import USUAL_STARTS, Sweeping, follow, mark

SWEEP, GRID = "sweep", "grid"
LARGEST_HIDDEN = 8  # units, of the grid
MARKS_A_SECOND = 2


class SweepingScreen(LearningScreen):
    """A run, and how other starts of its experiment fare."""

    marks: Timer

    def __init__(self, first: Snapshot, speed: int | None, fps: int) -> None:
        super().__init__(first, speed, fps)
        self.sweepings: dict[str, Sweeping] = {}  # by SWEEP and GRID
        self.stops: dict[str, Event] = {}
        self.seen = False  # whether the sweeps were looked at since the run was

    def on_mount(self) -> None:
        """Wind up the clock that looks how far the sweeps are; it stands still while there is none."""
        self.marks = self.set_interval(1 / MARKS_A_SECOND, self._look, pause=True)

    def action_sweep(self) -> None:
        """How many starts of the experiment learn it: the sweep that is there, or a new one."""
        from backprop_tui.ui.screens.sweep import SweepScreen

        experiment = self.view.experiment
        there = self.sweepings.get(SWEEP)
        if there is None or not _is_of(there, experiment):
            self.sweep(SWEEP, [experiment])
        again = partial(self.sweep, SWEEP, self.sweepings[SWEEP].experiments)
        screen = SweepScreen(lambda: self.sweepings[SWEEP], 0, self.watch_start, again)
        self.seen = True
        self.app.push_screen(screen)

    def action_grid(self) -> None:
        """The same for the networks around this one."""
        from backprop_tui.ui.screens.grid import GridScreen

        experiments = _around(self.view.experiment)
        there = self.sweepings.get(GRID)
        if there is None or not all(map(_same_but_for_seed, there.experiments, experiments)):
            self.sweep(GRID, experiments)
        again = partial(self.sweep, GRID, self.sweepings[GRID].experiments)
        self.seen = True
        self.app.push_screen(GridScreen(lambda: self.sweepings[GRID], self.watch_start, again))

    def sweep(self, kind: str, experiments: Sequence[Experiment], starts: int = USUAL_STARTS) -> None:
        """Sweep these experiments in the background, in place of the last sweep of this kind."""
        if kind in self.stops:
            self.stops[kind].set()
        stop = self.stops[kind] = Event()
        sweeping = self.sweepings[kind] = Sweeping(tuple(experiments), starts)

        def keep(now: Sweeping) -> None:
            if not stop.is_set():
                self.sweepings[kind] = now

        self.run_worker(partial(follow, sweeping, keep, stop), thread=True, group=kind)
        self.marks.resume()

    def watch_start(self, experiment: Experiment) -> None:
        """Run this start from step 0, on this screen."""
        while self.app.screen is not self:
            self.app.pop_screen()
        self.begin_with(experiment)
        if not self.view.running:
            self.run_on()

    def on_screen_resume(self) -> None:
        """Take away the marks of what is done and has been looked at."""
        if self.seen:
            self.seen = False
            going_on = [each for each in self.sweepings.values() if not each.finished]
            self._mark(going_on)

    def _look(self) -> None:
        sweepings = list(self.sweepings.values())
        self._mark(sweepings)
        if all(each.finished for each in sweepings):
            self.marks.pause()

    def _mark(self, sweepings: list[Sweeping]) -> None:
        marks = " · ".join(map(mark, sweepings))
        if marks != self.view.sweeps:
            self.view = replace(self.view, sweeps=marks)

    def on_unmount(self) -> None:
        """Let the sweeps go."""
        for stop in self.stops.values():
            stop.set()


def _is_of(sweeping: Sweeping, experiment: Experiment) -> bool:
    (swept,) = sweeping.experiments
    return _same_but_for_seed(swept, experiment) and (
        swept.seed <= experiment.seed < swept.seed + sweeping.starts
    )


def _same_but_for_seed(one: Experiment, other: Experiment) -> bool:
    return replace(one, seed=0) == replace(other, seed=0)


def _around(experiment: Experiment) -> list[Experiment]:
    """0 to 8 units in the last hidden layer, each without and with biases."""
    below = experiment.hidden_sizes[:-1]
    return [
        replace(experiment, hidden_sizes=(*below, units) if units else below, bias=bias, mistake=None)
        for units in range(LARGEST_HIDDEN + 1)
        for bias in (False, True)
    ]
