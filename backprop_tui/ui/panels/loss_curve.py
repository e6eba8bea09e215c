"""Loss: the whole run's curve."""

from textual.content import Content

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.loss_chart import Axes, dots, latest_column, loss_chart
from backprop_tui.ui.panels.panel import Panel
from backprop_tui.ui.view import View


class LossCurve(Panel):
    """The loss of every step so far, drawn again only when a column of its dots is complete."""

    TITLE = "Loss"
    HELP = (
        "The loss of every step since the start; y and x change its axes to powers of ten. "
        "Look for a flat start near 0.25, a steep fall and a long tail: the flat start is not a failure."
    )

    def __init__(self, view: View) -> None:
        self.shown: tuple[object, ...] | None = None
        self.chart: list[Line] = []
        super().__init__(view)

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The keys that change the axes, by what they would change them to."""
        y = "linear" if self.view.log_loss else "log"
        x = "linear" if self.view.log_steps else "log"
        return self.TITLE, f"y {y} loss · x {x} steps"

    def draw(self, width: int, height: int) -> list[Line]:
        """See loss_chart."""
        view, timeline = self.view, self.view.timeline
        axes = Axes(view.snapshot.experiment.steps, view.log_loss, view.log_steps)
        column = latest_column(int(timeline.steps[-1]), axes, width)
        shown = (column, axes, width, height, None if view.running else timeline)
        if shown != self.shown:
            self.shown = shown
            self.chart = loss_chart(dots(timeline.steps, timeline.losses, axes, width, height))
        return self.chart
