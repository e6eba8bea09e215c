"""Predictions: the answer to every example, turning right one by one."""

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.prediction_table import prediction_table
from backprop_tui.ui.panels.panel import Panel


class Predictions(Panel):
    """A row per example; right since is the step from which it has been right without a break."""

    BORDER_TITLE = "Predictions"
    BORDER_SUBTITLE = "h hidden units"
    HELP = (
        "What the network answers to each example, and since which step it has been on the target's side of ½. "
        "Look for the rows to turn one after the other; h shows what the hidden units answer."
    )

    def draw(self, width: int, height: int) -> list[Line]:
        """See prediction_table."""
        view = self.view
        return prediction_table(view.snapshot, view.timeline.right_since, view.show_hidden, width, height)
