"""The screen of a run: owns the one view and the one training worker."""

import threading
from dataclasses import replace
from functools import partial
from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import Grid
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.timeline import begin, extended
from backprop_tui.core.training import Diverged, Snapshot, following, start
from backprop_tui.ui.keys import RUN_BINDINGS
from backprop_tui.ui.pacing import Stretch, follow
from backprop_tui.ui.panels.experiment_line import ExperimentLine
from backprop_tui.ui.panels.loss_curve import LossCurve
from backprop_tui.ui.panels.predictions import Predictions
from backprop_tui.ui.panels.progress import Progress
from backprop_tui.ui.panels.weights import Weights
from backprop_tui.ui.screens.help import Help
from backprop_tui.ui.view import Pace, View

# + and - walk along these steps a second; None is as many as can be made.
SPEEDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 3_000, None)


FINISHED = "This run is finished: r runs it again, n the next seed."


class RunScreen(Screen[None]):
    """The four panels over one run."""

    BINDINGS = RUN_BINDINGS

    view: reactive[View] = reactive(cast("View", None), repaint=False, init=False)  # never None: see __init__

    def __init__(self, experiment: Experiment, speed: int | None, fps: int, running: bool) -> None:
        super().__init__()
        self.fps, self.starts_running = fps, running
        self.stop = threading.Event()
        self.set_reactive(RunScreen.view, _first_view(experiment, Pace(speed)))

    @property
    def snapshot(self) -> Snapshot:
        """The moment of the run that is shown."""
        return self.view.snapshot

    def compose(self) -> ComposeResult:
        """The experiment, the panels, the keys; and what to say where they do not fit."""
        self.panels = [panel(self.view) for panel in (Progress, Predictions, LossCurve, Weights)]
        yield ExperimentLine(self.view).data_bind(RunScreen.view)
        with Grid():
            for panel in self.panels:
                yield panel.data_bind(RunScreen.view)
        yield Footer(compact=True, show_command_palette=False)
        yield Static("backprop-tui needs a terminal of at least 60 × 16.", id="too-small")

    def on_mount(self) -> None:
        """Begin, if it is to begin by itself."""
        if self.starts_running:
            self.run_on()

    def run_on(self) -> None:
        """Train on from the snapshot shown, in the worker."""
        self.stop = threading.Event()
        self.view = replace(self.view, running=True, notice="")
        self.run_worker(partial(self._train, self.snapshot, self.stop), thread=True)

    def pause(self) -> None:
        """Stop the worker; what it has not handed over yet is forgotten, for it can be made again."""
        self.stop.set()
        self.view = replace(self.view, running=False)

    def _train(self, snapshot: Snapshot, stop: threading.Event) -> None:
        """The worker, in its thread."""
        try:
            follow(
                snapshot,
                lambda: self.view.pace.speed,
                self.fps,
                stop,
                lambda stretch: self.app.call_from_thread(self.show, stop, stretch),
            )
        except Diverged as diverged:
            self.app.call_from_thread(self.halt, stop, str(diverged))

    def show(self, stop: threading.Event, stretch: Stretch) -> None:
        """Take the steps a worker hands over, unless it has been stopped meanwhile."""
        if not stop.is_set():
            self._take(stretch, running=stretch.snapshot.step < stretch.snapshot.experiment.steps)

    def _take(self, stretch: Stretch, running: bool) -> None:
        view, snapshot = self.view, stretch.snapshot
        timeline = extended(view.timeline, stretch.losses, stretch.outputs, snapshot.experiment.problem.targets)
        pace = Pace(view.pace.speed, stretch.rate, view.pace.seconds + stretch.seconds)
        self.view = replace(view, snapshot=snapshot, timeline=timeline, pace=pace, running=running, notice="")

    def halt(self, stop: threading.Event, notice: str) -> None:
        """Pause and say why, unless the worker that asks has been stopped meanwhile."""
        if not stop.is_set():
            self.pause()
            self.view = replace(self.view, notice=notice)

    def action_run_or_pause(self) -> None:
        """Run, or pause; a finished run stays as it is."""
        if self.view.running:
            self.pause()
        elif self.view.finished:
            self.view = replace(self.view, notice=FINISHED)
        else:
            self.run_on()

    def action_one_step(self) -> None:
        """Pause, and make one step."""
        self.pause()
        if self.view.finished:
            self.view = replace(self.view, notice=FINISHED)
            return
        try:
            snapshot = following(self.snapshot)
        except Diverged as diverged:
            self.view = replace(self.view, notice=str(diverged))
        else:
            self._take(Stretch(snapshot, [snapshot.loss], [snapshot.outputs]), running=False)

    def action_faster(self) -> None:
        """The next speed up."""
        speed = self.view.pace.speed
        if speed is not None:
            self._set_speed(next(faster for faster in SPEEDS if faster is None or faster > speed))

    def action_slower(self) -> None:
        """The next speed down."""
        speed = self.view.pace.speed
        slower = [slow for slow in SPEEDS if slow is not None and (speed is None or slow < speed)]
        if slower:
            self._set_speed(slower[-1])

    def _set_speed(self, speed: int | None) -> None:
        self.view = replace(self.view, pace=replace(self.view.pace, speed=speed))

    def action_reset(self) -> None:
        """Back to the first snapshot of the same experiment; running goes on."""
        self._begin(self.snapshot.experiment)

    def action_next_seed(self) -> None:
        """The same experiment from the next seed's weights; running goes on."""
        experiment = self.snapshot.experiment
        self._begin(replace(experiment, seed=(experiment.seed + 1) % 2**32))

    def _begin(self, experiment: Experiment) -> None:
        runs_on = self.view.running or self.view.finished
        self.pause()
        fresh = _first_view(experiment, Pace(self.view.pace.speed))
        self.view = replace(
            self.view, snapshot=fresh.snapshot, timeline=fresh.timeline, pace=fresh.pace, notice=""
        )
        if runs_on:
            self.run_on()

    def action_switch(self, what: str) -> None:
        """Turn one of the view's switches."""
        self.view = replace(self.view, **cast("Any", {what: not getattr(self.view, what)}))

    def action_help(self) -> None:
        """Show the help over the panels."""
        self.app.push_screen(Help(self.panels))

    def on_unmount(self) -> None:
        """Let the worker go."""
        self.stop.set()


def _first_view(experiment: Experiment, pace: Pace) -> View:
    snapshot = start(experiment)
    return View(snapshot, begin(snapshot), pace)
