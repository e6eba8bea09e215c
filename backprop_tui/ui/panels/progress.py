"""Step and loss: where the run stands."""

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.progress_lines import progress_lines
from backprop_tui.ui.panels.panel import Panel


class Progress(Panel):
    """The state word, the step, the loss and its change, the rows right, speed and time."""

    TITLE = "Step and loss"
    HELP = (
        "How often all weights have been updated, and how far off the predictions are on average (squared). "
        "Look for the loss leaving 0.25, which is what answering ½ to everything costs."
    )

    def draw(self, width: int, height: int) -> list[Line]:
        """See progress_lines."""
        return progress_lines(self.view, width, height)
