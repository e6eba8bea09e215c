"""What a screen that trains is made of: the one view, the one worker, and the ways to another moment."""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import cast

from textual.reactive import reactive
from textual.screen import Screen

from backprop_tui.core.experiment import MAX_SEED, Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import CannotStep, Snapshot, start, train
from backprop_tui.ui.background import in_background
from backprop_tui.ui.pacing import Frames, adapted, follow
from backprop_tui.ui.terminal.changed_lines import LineCompositor
from backprop_tui.ui.terminal.driver import is_behind
from backprop_tui.ui.view import Pace, View, changed, first_view, gone_to, restarted, taken

FINISHED = "This run is finished: r runs it again, n the next seed."


def next_seed(experiment: Experiment) -> Experiment:
    """The experiment with the seed after its own; after the last the first."""
    return replace(experiment, seed=(experiment.seed + 1) % (MAX_SEED + 1))


class TrainingScreen(Screen[None]):
    """A run, its moment on the screen, and the thread that trains on from there."""

    view: reactive[View] = reactive(cast("View", None), repaint=False, init=False)  # never None: see __init__

    def __init__(self, first: Snapshot, speed: int | None, fps: int) -> None:
        super().__init__()
        self._compositor = LineCompositor()
        self.frames = Frames(fps, fps)
        self.stop = threading.Event()
        self.set_reactive(TrainingScreen.view, first_view(first, speed))

    @property
    def snapshot(self) -> Snapshot:
        """The moment of the run that is shown."""
        return self.view.snapshot

    def run_on(self) -> None:
        """Train on from the snapshot shown, in the worker, if any step is left."""
        if self.view.finished:
            return
        self.stop = threading.Event()
        self.view = replace(self.view, running=True, notice="")
        self.train_on()

    def train_on(self) -> None:
        """Begin the worker."""
        work = partial(self._train, self.snapshot, self.view.timeline.changes, self.stop)
        in_background(self, work, partial(self.halt, self.stop))

    def action_run_or_pause(self) -> None:
        """Run, or pause; a finished run stays as it is."""
        if self.view.running:
            self.pause()
        elif self.view.finished:
            self.view = replace(self.view, notice=FINISHED)
        else:
            self.run_on()

    def pause(self) -> None:
        """Stop the worker; what it has not handed over yet is forgotten, for it can be made again."""
        self.stop.set()
        self.view = replace(self.view, running=False)

    def _train(self, snapshot: Snapshot, changes: Mapping[int, Experiment], stop: threading.Event) -> None:
        """The worker, in its thread."""
        try:
            follow(
                snapshot,
                changes,
                lambda: self.view.pace.speed,
                lambda: self.frames.now,
                stop,
                lambda *steps: self.app.call_from_thread(self.show_timed, time.monotonic(), stop, *steps),
            )
        except CannotStep as why:
            self.app.call_from_thread(self.halt, stop, str(why))

    def show_timed(
        self, handed_over: float, stop: threading.Event, stretch: Stretch, seconds: float, rate: float
    ) -> None:
        """See show; and adapt the frames to how long this one takes to reach the terminal."""
        # A terminal that has not got the last one yet is slower than any.
        started = -math.inf if is_behind(self.app) else handed_over
        self.call_after_refresh(self._adapt_frames, started)
        self.show(stop, stretch, seconds, rate)

    def _adapt_frames(self, started: float) -> None:
        self.frames = adapted(self.frames, time.monotonic() - started)

    def show(self, stop: threading.Event, stretch: Stretch, seconds: float, rate: float) -> None:
        """Take the steps a worker hands over, unless it has been stopped meanwhile."""
        if not stop.is_set():
            fewer = self.frames.now if self.frames.now < self.frames.asked else None
            pace = Pace(self.view.pace.speed, rate, self.view.pace.seconds + seconds, fewer)
            view = replace(taken(self.view, stretch), pace=pace)
            self.view = replace(view, running=not view.finished)

    def halt(self, stop: threading.Event, notice: str) -> None:
        """Pause and say why, unless the worker that asks has been stopped meanwhile."""
        if not stop.is_set():
            self.pause()
            self.view = replace(self.view, notice=notice, halted=True)

    def go(self, steps: int) -> View:
        """Pause, and go so many steps on or back; steps not made yet are made. Returns the view there."""
        self.pause()
        if steps > 0 and self.view.finished:
            self.view = replace(self.view, notice=FINISHED)
            return self.view
        goal = self.snapshot.step + steps
        self.view = gone_to(self.view, goal)
        stretch = Stretch(self.snapshot)
        notice = ""
        try:
            for snapshot in islice(train(self.snapshot), max(goal - self.snapshot.step, 0)):
                stretch.add(snapshot)
        except CannotStep as why:
            notice = str(why)
        view = taken(self.view, stretch) if stretch.losses else self.view
        self.view = replace(view, notice=notice, halted=bool(notice))
        return self.view

    def go_to(self, step: int) -> None:
        """Pause, and go to this step, or to the nearest that has been made."""
        self.pause()
        self.view = gone_to(self.view, step)

    def use_mistake(self, name: str) -> View:
        """Write a line wrong from this step on, or all right if there is no such mistake; returns the view."""
        return self.change(replace(self.view.experiment, mistake=MISTAKES.get(name)))

    def use(self, experiment: Experiment | None) -> None:
        """What a screen that asks for another experiment was answered with."""
        if experiment is not None:
            self.change(experiment)

    def change(self, experiment: Experiment) -> View:
        """Use this experiment from this step on; running goes on. Returns the view there."""
        if experiment != self.view.experiment:
            runs_on = self.view.running
            self.pause()
            self.view = changed(self.view, experiment)
            if runs_on:
                self.run_on()
        return self.view

    def begin(self, first: Snapshot) -> None:
        """A run from this snapshot on; running goes on, and a finished run runs again."""
        runs_on = self.view.running or self.view.finished
        self.pause()
        self.view = restarted(self.view, first)
        if runs_on:
            self.run_on()

    @property
    def in_words(self) -> str:
        """The state, step, loss and rows right as the panels write them."""
        snapshot, rows = self.snapshot, self.snapshot.experiment.problem.rows
        return f"{self.view.state} {snapshot.step:,} {snapshot.loss:.6f} {snapshot.right.sum()}/{rows} rows"

    @property
    def is_over(self) -> bool:
        """Whether a run that nobody has paused has learned all rows, or is at its end."""
        view = self.view
        return view.finished or view.halted or (view.running and bool(view.snapshot.right.all()))

    def begin_next(self) -> None:
        """Run the next seed."""
        self.pause()
        self.begin(start(next_seed(self.view.timeline.changes[self.view.timeline.first])))
        if not self.view.running:
            self.run_on()

    def begin_with(self, experiment: Experiment | None) -> None:
        """Step 0 of this experiment; what a screen that asks for one was answered with."""
        if experiment is not None:
            self.begin(start(experiment))

    def tell(self, text: str, seconds: float | None = None) -> None:
        """A line that stays for so long, by default as long as any, whether it runs or not."""
        self.notify(text, timeout=seconds, markup=False)

    def on_unmount(self) -> None:
        """Let the worker go."""
        self.stop.set()
