"""Weights: every weight of every layer, or its gradient, as a coloured cell."""

import math

import numpy as np
from textual.content import Content

from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map, largest_of
from backprop_tui.ui.drawing.lines import WEIGHT_STYLES, Line
from backprop_tui.ui.panels.panel import Panel

WIDTH_FOR_KEY = 40
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Weights(Panel):
    """The weight matrices as a heat map, biases as their last row, on one scale of colour."""

    BORDER_TITLE = "Weights"
    HELP = (
        "A cell is the weight from the unit named beside it to the unit named above it: orange is positive, "
        "blue negative, dark near zero, and v shows the gradients instead. "
        "Look for the hidden units h1, h2, … to grow apart: each takes on a job of its own."
    )

    titles: tuple[str, str, int] | None = None

    def draw(self, width: int, height: int) -> list[Line]:
        """See heat_map; gradients are shown as multiples of a power of ten, for they shrink by orders."""
        shown = matrices(self.view.snapshot, self.view.show_gradients)
        if self.view.show_gradients:
            shown = [matrix.times(10.0 ** -exponent_of(shown)) for matrix in shown]
        return heat_map(shown, width, height)

    def watch_view(self) -> None:
        """Draw the new view, and name its scale."""
        super().watch_view()
        self.on_resize()

    def on_resize(self) -> None:
        """Set the title and the scale of colours, where they are not what they were."""
        shown = matrices(self.view.snapshot, self.view.show_gradients)
        power = f"×10{str(exponent_of(shown)).translate(SUPERSCRIPTS)}"
        title = f"Gradients of E, {power}" if self.view.show_gradients else "Weights"
        titles = title, f"{largest_of(shown):.2g}", self.content_size.width
        if titles != self.titles:
            self.titles = titles
            self.border_title, self.border_subtitle = title, self._legend(*titles[1:])

    def _legend(self, scale: str, width: int) -> Content:
        """The key, and the colour scale between the two numbers at its ends."""
        colours = (self.get_component_styles(style).background.css for style in WEIGHT_STYLES)
        other = "weights" if self.view.show_gradients else "gradients"
        key = f"v {other} · " if width >= WIDTH_FOR_KEY else ""
        return Content.assemble(f"{key}−{scale} ", *((" ", f"on {colour}") for colour in colours), f" +{scale}")


def exponent_of(matrices: list[Matrix]) -> int:
    """The power of ten of the largest value."""
    return math.floor(math.log10(largest_of(matrices) or 1.0))


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
