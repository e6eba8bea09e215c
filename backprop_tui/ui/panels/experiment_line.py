"""The experiment, on one line at the top; in its place, what went wrong."""

from backprop_tui.core.experiment import Experiment
from backprop_tui.ui.drawing.lines import ALERT, MUTED, STRONG, Line
from backprop_tui.ui.panels.panel import Panel

NAME = "backprop-tui"


class ExperimentLine(Panel):
    """What is being trained, so that every picture of the screen can be repeated."""

    def draw(self, width: int, height: int) -> list[Line]:
        """The notice if there is one, else the experiment and the program's name."""
        if self.view.notice:
            return [[(f" {self.view.notice}", ALERT)]]
        text = f" {in_words(self.view.snapshot.experiment)}"
        name = NAME.rjust(width - len(text) - 1)
        return [[(text, STRONG), *([(name, MUTED)] if name.startswith(" ") else [])]]


def in_words(experiment: Experiment) -> str:
    """XOR 2-4-1 · no biases · learning rate 0.5 · seed 42."""
    layers = "-".join(map(str, experiment.layer_sizes))
    start_differs = (experiment.init, experiment.init_scale) != (Experiment.init, Experiment.init_scale)
    parts = [
        f"{experiment.problem.title} {layers}",
        "biases" if experiment.bias else "no biases",
        f"learning rate {experiment.learning_rate:g}",
        *([f"{experiment.init} start × {experiment.init_scale:g}"] if start_differs else []),
        *([f"momentum {experiment.momentum:g}"] if experiment.momentum else []),
        f"seed {experiment.seed}",
    ]
    return " · ".join(parts)
