"""Hidden representation: the examples as the output sees them, points in the plane of two hidden units."""

from textual.content import Content

from backprop_tui.ui.drawing.hidden_plane import facets, hidden_plane
from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.panels.turn_panel import TurnPanel


class HiddenPlane(TurnPanel):
    """The last hidden layer's activations, two of them at a time, and where the output is ½."""

    TITLE = "Hidden representation"
    HELP = (
        "Each example where two hidden units put it, ● for a target of 1 and ○ for 0, and the line where "
        "the output is ½; of more than two units that is a cut, the others at their mean, and D takes other "
        "two. Look for the points to move apart until one line parts them."
    )

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The keys."""
        snapshot = self.view.snapshot
        several = snapshot.experiment.hidden_sizes and facets(snapshot) > 1
        return self.TITLE, self.keys("D other units" if several else "")

    def draw(self, width: int, height: int) -> list[Line]:
        """See hidden_plane."""
        return hidden_plane(self.view.snapshot, self.view.facet, width, height)
