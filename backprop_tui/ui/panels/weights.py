"""Weights: every weight of every layer, or its gradient, as a coloured cell."""

import math

import numpy as np
from textual.content import Content

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
        shown = self._shown()
        title, other = self.TITLE, "gradients"
        if self.view.show_gradients:
            power = str(_exponent(matrices(self.view.snapshot, gradients=True))).translate(SUPERSCRIPTS)
            title, other = f"Gradients of E, ×10{power}", "weights"
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
        return heat_map(self._shown(), width, height)

    def _shown(self) -> list[Matrix]:
        """Weights as they are, gradients as multiples of a power of ten, for they shrink by orders."""
        shown = matrices(self.view.snapshot, self.view.show_gradients)
        if self.view.show_gradients:
            return [matrix.times(10.0 ** -_exponent(shown)) for matrix in shown]
        return shown


def _exponent(matrices: list[Matrix]) -> int:
    """The power of ten of the largest value; below the last one, 10 to its opposite would be no number."""
    return max(math.floor(math.log10(largest_of(matrices) or 1.0)), LEAST_EXPONENT)


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
