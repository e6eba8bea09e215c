"""The screen of a run: its panels and its keys."""

import math
from dataclasses import replace
from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Footer, Static

from backprop_tui.core.experiment import Experiment
from backprop_tui.ui.keys import KEYS, RUN_BINDINGS
from backprop_tui.ui.ladders import RATES, SPEEDS, along
from backprop_tui.ui.panels.experiment_line import ExperimentLine
from backprop_tui.ui.panels.loss_curve import LossCurve
from backprop_tui.ui.panels.predictions import Predictions
from backprop_tui.ui.panels.progress import Progress
from backprop_tui.ui.panels.weights import Weights
from backprop_tui.ui.screens.help import Help
from backprop_tui.ui.screens.training import FINISHED, TrainingScreen

A_STEP = (
    "A step",
    "A step sends all examples through the network, finds the gradient by backpropagation, and updates "
    "every weight once; m shows its lines. The loss shown is the mean of (y − ŷ)²; the gradient followed is "
    "that of E = ½·Σ(y − ŷ)², which is the same but for a constant factor.",
)
MARKS = (
    "Marks",
    "┊ in a prediction's bar is ½. W2ᵀ is W2 lying on its side, where the panel is too low for it.",
)


class RunScreen(TrainingScreen):
    """The four panels over one run."""

    KEYS = KEYS
    BINDINGS = RUN_BINDINGS

    def __init__(self, experiment: Experiment, speed: int | None, fps: int, running: bool) -> None:
        super().__init__(experiment, speed, fps)
        self.starts_running = running

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
        self.go(steps)

    def action_first(self) -> None:
        """Pause, and go to step 0."""
        self.go_to(0)

    def action_last(self) -> None:
        """Pause, and go to the last step made."""
        self.go_to(self.view.timeline.latest)

    def on_loss_curve_sought(self, sought: LossCurve.Sought) -> None:
        """Pause, and go to the step that was pointed at, or as near as steps have been made."""
        self.go_to(sought.step)

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
        from backprop_tui.ui.screens.change import Change  # here and below: no part of the start-up

        self.app.push_screen(Change(self.view.experiment, step, known), self.use)

    def action_reset(self) -> None:
        """Back to the start as it was, but without a mistake; running goes on."""
        self.begin(replace(self.view.timeline.changes[0], mistake=None))

    def action_next_seed(self) -> None:
        """The same experiment from the next seed's weights; running goes on."""
        experiment = self.view.experiment
        self.begin(replace(experiment, seed=(experiment.seed + 1) % 2**32))

    def action_switch(self, what: str) -> None:
        """Turn one of the view's switches."""
        self.view = replace(self.view, **cast("Any", {what: not getattr(self.view, what)}))

    def action_help(self) -> None:
        """Show the help over the panels."""
        sections = [*((panel.TITLE, panel.HELP) for panel in self.panels), A_STEP, MARKS]
        self.app.push_screen(Help(sections, KEYS))

    def action_lines(self) -> None:
        """Read the step about to be made line by line."""
        from backprop_tui.ui.screens.line_by_line import LineByLine

        self.pause()
        self.app.push_screen(LineByLine(self.view, self.go, self.use_mistake))

    def action_mistakes(self) -> None:
        """Choose a line of the algorithm to write wrong."""
        from backprop_tui.ui.screens.mistakes import Mistakes

        self.app.push_screen(Mistakes(self.view.experiment), self._mistaken)

    def _mistaken(self, name: str | None) -> None:
        if name is not None:
            self.use_mistake(name)
