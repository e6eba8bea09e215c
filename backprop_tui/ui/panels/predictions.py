"""Predictions: the answer to every example, turning right one by one."""

from textual.content import Content

from backprop_tui.ui.drawing.prediction_table import prediction_table
from backprop_tui.ui.drawing.window import Scrolled
from backprop_tui.ui.panels.scrolling_panel import ScrollingPanel


class Predictions(ScrollingPanel):
    """A row per example; right since is the step from which it has been right without a break."""

    TITLE = "Predictions"
    REDRAWS_A_SECOND = 5
    HELP = (
        "What the network answers to each example, and since which step it has been on the target's side of ½. "
        "Look for the rows to turn one after the other; h shows what the hidden units answer."
    )

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The key that shows the hidden units, where there are any, or takes them away."""
        if not self.view.snapshot.experiment.hidden_sizes:
            return self.TITLE + self.hint, ""
        if self.view.show_hidden:
            return "Hidden units and prediction" + self.hint, "h predictions"
        return self.TITLE + self.hint, "h hidden units"

    def window(self, width: int, height: int) -> Scrolled:
        """See prediction_table."""
        view, place = self.view, (self.first_row, self.first_column)
        return prediction_table(view.snapshot, view.moment.right_since, view.show_hidden, width, height, *place)
