"""Weights over time: the way every weight has come."""

from textual.content import Content

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.weight_paths import weight_paths
from backprop_tui.ui.panels.turn_panel import TurnPanel


class WeightPaths(TurnPanel):
    """Every weight and bias over the steps of the run."""

    TITLE = "Weights over time"
    REDRAWS_A_SECOND = 1  # all of it moves as the run grows
    HELP = (
        "Every weight over the run, named at the right where it ends, from every 32nd step or fewer of them. "
        "Look for weights that start together and part: there the hidden units take on different jobs."
    )

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The key."""
        return self.TITLE, self.keys()

    def draw(self, width: int, height: int) -> list[Line]:
        """See weight_paths."""
        return weight_paths(self.view.timeline, self.view.snapshot, width, height)
