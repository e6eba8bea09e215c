"""The screen of a run: its panels and its keys."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Footer

from backprop_tui.core.training import Snapshot
from backprop_tui.ui.keys import KEYS, RUN_BINDINGS
from backprop_tui.ui.ladders import SPEEDS, SPEEDS_IN_BROWSER, along
from backprop_tui.ui.panels.decision_map import DecisionMap
from backprop_tui.ui.panels.experiment_line import ExperimentLine
from backprop_tui.ui.panels.hidden_plane import HiddenPlane
from backprop_tui.ui.panels.lesson_line import LessonLine
from backprop_tui.ui.panels.loss_curve import LossCurve
from backprop_tui.ui.panels.predictions import Predictions
from backprop_tui.ui.panels.presented import Presented
from backprop_tui.ui.panels.progress import Progress
from backprop_tui.ui.panels.scrolling_panel import ScrollingPanel
from backprop_tui.ui.panels.weight_paths import WeightPaths
from backprop_tui.ui.panels.weights import Weights
from backprop_tui.ui.screens.handing_on import HandingOnScreen
from backprop_tui.ui.screens.help import LETTERS, Help

if TYPE_CHECKING:
    from backprop_tui.core.lessons import Lesson
    from backprop_tui.ui.presenting import PresentingApp

PANELS = (Progress, Predictions, LossCurve, Weights, HiddenPlane, DecisionMap, WeightPaths)
A_STEP = (
    "A step",
    "A step sends all examples through the network, finds the gradient by backpropagation, and updates "
    "every weight once; m shows its lines. The loss shown is the mean of (y − ŷ)²; the gradient followed is "
    "that of E = ½·Σ(y − ŷ)², which is the same but for a constant factor.",
)
MARKS = (
    "Marks",
    "┊ in a prediction's bar is ½. W2ᵀ is W2 lying on its side, where the panel is too low for it. ◐ is where "
    "examples of both kinds lie, ×3 how many. A dotted loss curve is that of the run, or the future, before.",
)


TURNS = 4  # panels that take turns in one place where there is no room for all


class RunScreen(HandingOnScreen):
    """The panels over one run."""

    KEYS = KEYS
    BINDINGS = RUN_BINDINGS

    def __init__(
        self,
        first: Snapshot,
        speed: int | None,
        fps: int,
        running: bool,
        lessons: "tuple[Lesson, ...] | None" = None,
        typed: str = "",
    ) -> None:
        super().__init__(first, speed, fps, typed)
        self.starts_running, self.lessons = running, lessons
        self.turn = self.turn_in_hand = 0

    def compose(self) -> ComposeResult:
        """The experiment, the panels, the keys."""
        self.panels = [panel(self.view) for panel in PANELS]
        yield ExperimentLine(self.view).data_bind(RunScreen.view)
        with Grid():
            yield Presented(self.view).data_bind(RunScreen.view)
            for panel in self.panels:
                yield panel.data_bind(RunScreen.view)
        self._take_turn(0)
        yield LessonLine(self.view).data_bind(RunScreen.view)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin, if it is to begin by itself."""
        if self.starts_running:
            self.run_on()

    def action_go(self, steps: int) -> None:
        """Pause, and go so many steps on or back; steps not made yet are made."""
        self.go(steps)

    def action_first(self) -> None:
        """Pause, and go to the first step."""
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
        speeds = SPEEDS_IN_BROWSER if self.app.is_web else SPEEDS
        speed = along(speeds, pace.speed or math.inf, direction)
        self.view = replace(self.view, pace=replace(pace, speed=None if speed == math.inf else int(speed)))

    def action_turn(self) -> None:
        """The next of the panels that take turns, where they do."""
        if self.panels[-1].display and self.panels[-2].display:
            self.tell("All panels are on the screen; they take turns where it is smaller than 120 × 40.")
        else:
            self._take_turn((self.turn + 1) % TURNS)

    def _take_turn(self, turn: int) -> None:
        self.turn = turn
        for at, panel in enumerate(self.panels[-TURNS:]):
            panel.set_class(at == turn, "-its-turn")
        self.on_scrolling_panel_cut_changed()

    def action_facet(self) -> None:
        """Look at the next two hidden units, or the next output."""
        self.view = replace(self.view, facet=self.view.facet + 1)

    def action_scroll(self, rows: int, columns: int) -> None:
        """Scroll the panel in hand, one of those that have more to show than there is room for."""
        cut = self._cut_panels()
        if cut:
            cut[self.turn_in_hand % len(cut)].scroll_by(rows, columns)

    def action_next_in_hand(self) -> None:
        """Take the next of these panels in hand."""
        self.turn_in_hand += 1
        self.on_scrolling_panel_cut_changed()

    def on_scrolling_panel_cut_changed(self) -> None:
        """Mark the one that is in hand."""
        cut = self._cut_panels()
        for at, panel in enumerate(cut):
            panel.in_hand = at == self.turn_in_hand % len(cut)

    def _cut_panels(self) -> list[ScrollingPanel]:
        scrolling = (panel for panel in self.panels if isinstance(panel, ScrollingPanel))
        return [panel for panel in scrolling if panel.display and panel.is_cut]

    def action_present(self) -> None:
        """Step, loss and the chart in large figures and a bar for an audience, or all panels again."""
        presented = not self.view.presented
        self.view = replace(self.view, presented=presented)
        self.set_class(presented, "-presented")
        cast("PresentingApp", self.app).show_bar(presented)

    def action_switch(self, what: str) -> None:
        """Turn one of the view's switches."""
        self.view = replace(self.view, **cast("Any", {what: not getattr(self.view, what)}))

    def action_help(self) -> None:
        """Show the help over the panels."""
        sections = [*((panel.TITLE, panel.HELP) for panel in self.panels), A_STEP, MARKS, LETTERS]
        self.app.push_screen(Help(sections, KEYS))

    def action_lines(self) -> None:
        """Read the step about to be made line by line."""
        from backprop_tui.ui.screens.line_by_line import LineByLine

        self.pause()
        self.app.push_screen(LineByLine(self.view, self.go, self.use_mistake))
