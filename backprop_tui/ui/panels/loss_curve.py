"""Loss: the whole run's curve, and under it the timeline to go along."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from backprop_tui.ui.drawing.lines import ALERT, Line, overlaid
from backprop_tui.ui.drawing.loss_chart import Axes, Frame, frame, latest_column, loss_chart
from backprop_tui.ui.drawing.timeline_line import timeline_line
from backprop_tui.ui.panels.panel import Panel
from backprop_tui.ui.view import View

LEAST_FOR_TIMELINE = 5  # lines
WIDTH_FOR_THE_STEP = 45


class LossCurve(Panel):
    """The loss of every step so far, drawn again only when a column of its dots is complete."""

    TITLE = "Loss"
    REDRAWS_A_SECOND = 2
    HELP = (
        "The loss of every step since the start; ◆ is where you are, ✓ the first step with all rows right, "
        "Δ a change, Y a change that left a known future behind, dotted; click to go to a step. "
        "Look for a flat start near 0.25, a steep fall and a long tail: the flat start is not a failure."
    )

    @dataclass
    class Sought(Message):
        """Someone points at this step."""

        step: int

    def __init__(self, view: View) -> None:
        self.shown: tuple[object, ...] | None = None
        self.chart: list[Line] = []
        self.frame: Frame | None = None
        self.exact: Callable[[float], str] = repr
        super().__init__(view)

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The exact loss of the moment while it stands; the keys that change the axes, by what to."""
        view = self.view
        y = "linear" if view.log_loss else "log"
        x = "linear" if view.log_steps else "log"
        where = f" at step {view.snapshot.step:,}" if width >= WIDTH_FOR_THE_STEP else ""
        title = self.TITLE if view.running else f"{self.TITLE} {self.exact(view.snapshot.loss)}{where}"
        return title, f"y {y} loss · x {x} steps"

    def draw(self, width: int, height: int) -> list[Line]:
        """See loss_chart and timeline_line."""
        view, curve = self.view, self.view.timeline.curve
        under = height >= LEAST_FOR_TIMELINE
        axes = Axes(view.experiment.steps, view.log_loss, view.log_steps)
        column = latest_column(curve.latest, axes, width)
        shown = (column, axes, width, height, view.ghost, view.presented, None if view.running else curve)
        if self.frame is None or shown != self.shown:
            self.shown = shown
            curves = [curve, view.ghost] if view.ghost else [curve]
            self.frame = frame(axes, curves, width, height - under)
            self.chart = loss_chart(self.frame, curve, view.ghost, view.presented)
        lines = self.chart
        if not view.at_latest:
            here, rows = self.frame.column(view.snapshot.step), self.frame.rows
            lines = [overlaid(line, here, "│", ALERT) for line in lines[:rows]] + lines[rows:]
        return [*lines, timeline_line(view.timeline, view.snapshot.step, self.frame)] if under else lines

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to where the mouse points, and follow it until the button is let go."""
        self.capture_mouse()
        self._seek(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while its button is held."""
        if self.app.mouse_captured is self:
            self._seek(event)

    def on_mouse_up(self) -> None:
        """Let the mouse go."""
        self.release_mouse()

    def _seek(self, event: events.MouseEvent) -> None:
        if self.frame is not None:
            self.post_message(self.Sought(self.frame.step_at(event.x - self.gutter.left)))
