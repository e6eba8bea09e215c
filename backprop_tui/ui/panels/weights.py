"""Weights: every weight of every layer, or its gradient, as a coloured cell."""

import math

import numpy as np
from textual.content import Content

from backprop_tui.core.derivation import BrokenStep
from backprop_tui.core.network import Parameters
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map, largest_of
from backprop_tui.ui.drawing.lines import WEIGHT_STYLES, times_ten
from backprop_tui.ui.drawing.window import Scrolled
from backprop_tui.ui.panels.scrolling_panel import ScrollingPanel

WIDTH_FOR_KEY = 32  # and the ends of the scale
LEAST_EXPONENT = -300


class Weights(ScrollingPanel):
    """The weight matrices as a heat map, biases as their last row, on one scale of colour."""

    TITLE = "Weights"
    REDRAWS_A_SECOND = 5
    HELP = (
        "A cell is the weight from the unit named beside it to the unit named above it: orange is positive, "
        "blue negative, dark near zero, and v shows the gradients instead. "
        "Look for the hidden units h1, h2, … to grow apart: each takes on a job of its own."
    )

    legend: tuple[tuple[str, str], Content] | None = None

    def titles(self, width: int) -> tuple[str, Content | str]:
        """The power of ten gradients are multiples of; the key, and the ends of the scale of colours."""
        shown, exponent = self._shown()
        title, other = self.TITLE, "gradients"
        if self.view.show_gradients:
            other = "weights"
            title = f"{self.TITLE} (there is no gradient)"
            if exponent is not None:
                title = f"Gradients of E, {times_ten(exponent)}"
        end = f"{largest_of(shown):.2g}"
        key = f"v {other} · " if width >= WIDTH_FOR_KEY + 2 * len(end) else ""
        return title + self.hint, self._legend(key, end)

    def _legend(self, key: str, end: str) -> Content:
        """The colours between the two ends of their scale; made anew only when a word of it changes."""
        if self.legend is None or self.legend[0] != (key, end):
            colours = (self.get_component_styles(style).background.css for style in WEIGHT_STYLES)
            swatches = [(" ", f"on {colour}") for colour in colours]
            self.legend = (key, end), Content.assemble(f"{key}−{end} ", *swatches, f" +{end}")
        return self.legend[1]

    def window(self, width: int, height: int) -> Scrolled:
        """See heat_map."""
        return heat_map(self._shown()[0], width, height, self.first_row, self.first_column)

    def _shown(self) -> tuple[list[Matrix], int | None]:
        """Gradients as multiples of a power of ten, and its exponent; or else the weights, and None."""
        snapshot = self.view.snapshot
        shown = matrices(snapshot, snapshot.parameters, "W")
        if not self.view.show_gradients:
            return shown, None
        try:
            gradients = matrices(snapshot, snapshot.gradients, "dW")
        except BrokenStep:
            return shown, None
        largest = largest_of(gradients)
        if not math.isfinite(largest):
            return shown, None
        # Below the last exponent, 10 to its opposite would be no number.
        exponent = max(math.floor(math.log10(largest or 1.0)), LEAST_EXPONENT)
        return [matrix.times(10.0**-exponent) for matrix in gradients], exponent


def matrices(snapshot: Snapshot, values: Parameters, name: str) -> list[Matrix]:
    """W1, W2, … or dW1, dW2, …, each with its biases as a last row named b."""
    labels = snapshot.experiment.layer_labels
    shown = []
    for layer, weights in enumerate(values.weights):
        rows = [weights, values.biases[layer][np.newaxis]] if values.biases else [weights]
        row_labels = (*labels[layer], "b") if values.biases else labels[layer]
        shown.append(Matrix(f"{name}{layer + 1}", np.concatenate(rows), row_labels, labels[layer + 1]))
    return shown
