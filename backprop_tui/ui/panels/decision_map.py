"""Decision map: what the network would answer to every pair of inputs."""

from textual.content import Content

from backprop_tui.ui.drawing.decision_map import decision_map
from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.panels.turn_panel import TurnPanel


class DecisionMap(TurnPanel):
    """The output over the square of the inputs, with the examples on it."""

    TITLE = "Decision map"
    HELP = (
        "The output for every point of the square of two inputs, light for 1 and dark for 0, with the examples "
        "on it. Look for the line where it is ½ to bend until ● and ○ are on different sides."
    )

    def titles(self, width: int) -> tuple[str, Content | str]:
        """Which output, where there are several; the keys."""
        outputs = self.view.experiment.problem.output_labels
        if len(outputs) == 1:
            return self.TITLE, self.keys()
        return f"{self.TITLE} of {outputs[self.view.facet % len(outputs)]}", self.keys("D other output")

    def draw(self, width: int, height: int) -> list[Line]:
        """See decision_map."""
        snapshot = self.view.snapshot
        return decision_map(snapshot, self.view.facet % snapshot.outputs.shape[1], width, height)
