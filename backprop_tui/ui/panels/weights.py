"""Weights: every weight of every layer, or its gradient, as a coloured cell."""

import math

import numpy as np
from textual.content import Content

from backprop_tui.core.derivation import BrokenStep
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map, largest_of
from backprop_tui.ui.drawing.lines import WEIGHT_STYLES, Line
from backprop_tui.ui.panels.panel import Panel

WIDTH_FOR_KEY = 40
LEAST_EXPONENT = -300
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Weights(Panel):
    """The weight matrices as a heat map, biases as their last row, on one scale of colour."""

    TITLE = "Weights"
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
            title, other = "Weights (there is no gradient)", "weights"
        if self.view.show_gradients and not self._broken:
            title, other = f"Gradients of E, ×10{str(exponent).translate(SUPERSCRIPTS)}", "weights"
        key = f"v {other} · " if width >= WIDTH_FOR_KEY else ""
        return title, self._legend(key, f"{largest_of(shown):.2g}")

    def _legend(self, key: str, end: str) -> Content:
        """The colours between the two ends of their scale; made anew only when a word of it changes."""
        if self.legend is None or self.legend[0] != (key, end):
            colours = (self.get_component_styles(style).background.css for style in WEIGHT_STYLES)
            swatches = [(" ", f"on {colour}") for colour in colours]
            self.legend = (key, end), Content.assemble(f"{key}−{end} ", *swatches, f" +{end}")
        return self.legend[1]

    def draw(self, width: int, height: int) -> list[Line]:
        """See heat_map."""
        return heat_map(self._shown()[0], width, height)

    @property
    def _broken(self) -> bool:
        """Whether a mistake leaves no gradient to show."""
        try:
            return not self.view.snapshot.gradients
        except BrokenStep:
            return True

    def _shown(self) -> tuple[list[Matrix], int]:
        """Weights as they are, gradients as multiples of a power of ten, and its exponent."""
        if not self.view.show_gradients or self._broken:
            return matrices(self.view.snapshot, False), 0
        shown = matrices(self.view.snapshot, True)
        # Below the last exponent, 10 to its opposite would be no number.
        exponent = max(math.floor(math.log10(largest_of(shown) or 1.0)), LEAST_EXPONENT)
        return [matrix.times(10.0**-exponent) for matrix in shown], exponent


def matrices(snapshot: Snapshot, gradients: bool) -> list[Matrix]:
    """W1, W2, … or dW1, dW2, …, each with its biases as a last row named b."""
    values = snapshot.gradients if gradients else snapshot.parameters
    labels = snapshot.experiment.layer_labels
    shown = []
    for layer, weights in enumerate(values.weights):
        rows = [weights, values.biases[layer][np.newaxis]] if values.biases else [weights]
        row_labels = (*labels[layer], "b") if values.biases else labels[layer]
        name = f"{'dW' if gradients else 'W'}{layer + 1}"
        shown.append(Matrix(name, np.concatenate(rows), row_labels, labels[layer + 1]))
    return shown
