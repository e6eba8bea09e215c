"""Step, loss and rows right for the back row, in place of the small panels."""

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.presented_lines import presented_lines
from backprop_tui.ui.panels.panel import Panel


class Presented(Panel):
    """See presented_lines."""

    def draw(self, width: int, height: int) -> list[Line]:
        """See presented_lines."""
        return presented_lines(self.view, width, height)
