"""The screen of a run: owns the one view and the one training worker."""

import math
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import Grid
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import CannotStep, Snapshot, train
from backprop_tui.ui.keys import RUN_BINDINGS
from backprop_tui.ui.ladders import RATES, SPEEDS, along
from backprop_tui.ui.pacing import follow
from backprop_tui.ui.panels.experiment_line import ExperimentLine
from backprop_tui.ui.panels.loss_curve import LossCurve
from backprop_tui.ui.panels.predictions import Predictions
from backprop_tui.ui.panels.progress import Progress
from backprop_tui.ui.panels.weights import Weights
from backprop_tui.ui.screens.change import Change
from backprop_tui.ui.screens.help import Help
from backprop_tui.ui.view import Pace, View, changed, first_view, gone_to, restarted, taken

FINISHED = "This run is finished: r runs it again, n the next seed."


class RunScreen(Screen[None]):
    """The four panels over one run."""

    BINDINGS = RUN_BINDINGS

    view: reactive[View] = reactive(cast("View", None), repaint=False, init=False)  # never None: see __init__

    def __init__(self, experiment: Experiment, speed: int | None, fps: int, running: bool) -> None:
        super().__init__()
        self.fps, self.starts_running = fps, running
        self.stop = threading.Event()
        self.set_reactive(RunScreen.view, first_view(experiment, speed))

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
        self.run_worker(partial(self._train, self.snapshot, self.view.timeline.changes, self.stop), thread=True)

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
                self.fps,
                stop,
                lambda *steps: self.app.call_from_thread(self.show, stop, *steps),
            )
        except CannotStep as why:
            self.app.call_from_thread(self.halt, stop, str(why))

    def show(self, stop: threading.Event, stretch: Stretch, seconds: float, rate: float) -> None:
        """Take the steps a worker hands over, unless it has been stopped meanwhile."""
        if not stop.is_set():
            pace = Pace(self.view.pace.speed, rate, self.view.pace.seconds + seconds)
            view = replace(taken(self.view, stretch), pace=pace)
            self.view = replace(view, running=not view.finished)

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

    def action_go(self, steps: int) -> None:
        """Pause, and go so many steps on or back; steps not made yet are made."""
        self.pause()
        if steps > 0 and self.view.finished:
            self.view = replace(self.view, notice=FINISHED)
            return
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
        self.view = replace(view, notice=notice)

    def action_first(self) -> None:
        """Pause, and go to step 0."""
        self.pause()
        self.view = gone_to(self.view, 0)

    def action_last(self) -> None:
        """Pause, and go to the last step made."""
        self.pause()
        self.view = gone_to(self.view, self.view.timeline.latest)

    def on_loss_curve_sought(self, sought: LossCurve.Sought) -> None:
        """Pause, and go to the step that was pointed at, or as near as steps have been made."""
        self.pause()
        self.view = gone_to(self.view, sought.step)

    def action_speed(self, direction: int) -> None:
        """The next speed up or down."""
        pace = self.view.pace
        speed = along(SPEEDS, pace.speed or math.inf, direction)
        self.view = replace(self.view, pace=replace(pace, speed=None if speed == math.inf else int(speed)))

    def action_rate(self, direction: int) -> None:
        """The next learning rate up or down, from this step on."""
        experiment = self.view.experiment
        self.change(replace(experiment, learning_rate=along(RATES, experiment.learning_rate, direction)))

    def action_change(self) -> None:
        """Type other settings, to be used from this step on."""
        self.pause()
        step, known = self.snapshot.step, self.view.timeline.latest
        self.app.push_screen(Change(self.view.experiment, step, known), self.change)

    def change(self, experiment: Experiment | None) -> None:
        """Use this experiment, if there is one, from this step on; running goes on."""
        if experiment is not None and experiment != self.view.experiment:
            runs_on = self.view.running
            self.pause()
            self.view = changed(self.view, experiment)
            if runs_on:
                self.run_on()

    def action_reset(self) -> None:
        """Back to the same start, without mistakes; running goes on."""
        self._begin(replace(self.view.experiment, mistake=None))

    def action_next_seed(self) -> None:
        """The same experiment from the next seed's weights; running goes on."""
        experiment = self.view.experiment
        self._begin(replace(experiment, seed=(experiment.seed + 1) % 2**32))

    def _begin(self, experiment: Experiment) -> None:
        runs_on = self.view.running or self.view.finished
        self.pause()
        self.view = restarted(self.view, experiment)
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
