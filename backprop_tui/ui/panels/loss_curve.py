"""Loss: the whole run's curve."""

from textual.content import Content

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.loss_chart import Axes, Dots, dots, loss_chart
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
        self.shown: Dots | None = None
        self.chart: list[Line] = []
        super().__init__(view)

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The keys that change the axes, by what they would change them to."""
        y = "linear" if self.view.log_loss else "log"
        x = "linear" if self.view.log_steps else "log"
        return self.TITLE, f"y {y} loss · x {x} steps"

    def draw(self, width: int, height: int) -> list[Line]:
        """See loss_chart."""
        view = self.view
        axes = Axes(view.snapshot.experiment.steps, view.log_loss, view.log_steps)
        now = dots(view.timeline.steps, view.timeline.losses, axes, width, height)
        if now != self.shown and not (view.running and self.shown and self.shown.waits_for(now)):
            self.shown, self.chart = now, loss_chart(now)
        return self.chart
