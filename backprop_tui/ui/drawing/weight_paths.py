"""The path of every weight and bias: its value over the steps of a run, as curves on one scale."""

from dataclasses import dataclass

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import Array
from backprop_tui.core.timeline import Timeline
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.braille import (
    DOTS_ACROSS,
    DOTS_DOWN,
    NO_DOTS,
    Bools,
    Canvas,
    Cells,
    blank,
    braille,
    cells_at,
    cut,
    framed,
    margin,
)
from backprop_tui.ui.drawing.lines import CURVE, MUTED, PLAIN, Line, Span, signed

ZERO_LINE, HERE_LINE = "┈", "│"
NUMBER_WIDTH, LONGEST_NAME = 5, 12
LONGEST_SOURCE = 6
LEAST_COLUMNS = 10  # of the curves; rather than be narrower they go without names
FARTHEST = 1  # lines that a name may stand away from its curve's end


@dataclass(frozen=True, eq=False)
class Paths:
    """Every weight's values at some ascending steps, and how they are scaled.

    values: (steps, weights), as multiples of the largest. low, high: of these, the ends of the scale.
    layers: (weights,), from 1. within: the first step and the latest of the run.
    """

    steps: Steps
    values: Array
    largest: float
    low: float
    high: float
    layers: Cells
    within: tuple[int, int]

    def across(self, steps: Steps) -> Array:
        """How far these steps are from the first step to the latest, 0 … 1."""
        first, latest = self.within
        return (steps - first) / max(latest - first, 1)

    def down(self, values: Array) -> Array:
        """How far these values are from the upper end of the scale to the lower."""
        return (self.high - values) / (self.high - self.low)


def weight_paths(timeline: Timeline, snapshot: Snapshot, width: int, height: int) -> list[Line]:
    """The curves, with the names of as many as have room beside their ends, in at most width × height cells.

    Where the moment is not the latest step known, an upright line stands at its step.
    """
    paths = _paths(timeline, snapshot, DOTS_ACROSS * width)
    rows = max(height - 1, 1)
    zero = int(cells_at(paths.down(np.zeros(1)), DOTS_DOWN * rows)[0]) // DOTS_DOWN
    beside = {0: _number(paths, paths.high), rows - 1: _number(paths, paths.low), zero: "0"}
    names = [cut(name, LONGEST_NAME) for name in _names(snapshot.experiment)]
    columns = width - margin(beside)
    number_width = max(NUMBER_WIDTH, margin(beside) - 1)
    right = max(map(len, names)) + number_width + 2
    is_named = columns - right >= LEAST_COLUMNS
    canvas = blank(rows, columns - right if is_named else columns)
    _draw_curves(canvas, paths)
    _draw_lines(canvas, paths, zero, snapshot.step)
    first, latest = (f"{step:,}" for step in paths.within)
    here = f"{HERE_LINE} step {snapshot.step:,}" if snapshot.step < paths.within[1] else "step"
    lines = framed(canvas.lines(), beside, first, here, latest)
    ends = _ends(paths, names, rows, number_width) if is_named else {}
    return [[*line, ends[row]] if row in ends else line for row, line in enumerate(lines)]


def _paths(timeline: Timeline, snapshot: Snapshot, most: int) -> Paths:
    """So many of the run's key snapshots at most, evenly spread, and the present one."""
    sizes, parameters = snapshot.experiment.layer_sizes, snapshot.parameters
    arrays = [*parameters.weights, *parameters.biases]
    now = np.concatenate([array.ravel() for array in arrays])
    keys = len(timeline.key_steps)
    kept = np.linspace(0, keys - 1, min(keys, most)).astype(np.int64)
    kept = kept[timeline.key_steps[kept] != snapshot.step]
    steps = np.append(timeline.key_steps[kept], snapshot.step)
    values = np.nan_to_num(np.vstack((timeline.keys[kept, : len(now)], now)))
    order = np.argsort(steps)
    largest = float(np.abs(values).max()) or 1.0
    values = values[order] / largest
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    layers = [*range(1, len(sizes)), *(range(1, len(sizes)) if parameters.biases else ())]
    return Paths(
        steps[order],
        values,
        largest,
        *((low, high) if high > low else (-1.0, 1.0)),
        np.repeat(layers, [array.size for array in arrays]),
        (int(timeline.curve.steps[0]), timeline.latest),
    )


def _names(experiment: Experiment) -> list[str]:
    """x1→h1 … for every weight, then b→h1 … for every bias, in the order of the key snapshots' rows."""
    labels = experiment.layer_labels
    names = [
        f"{cut(source, LONGEST_SOURCE)}→{unit}"
        for below, layer in zip(labels, labels[1:])
        for source in below
        for unit in layer
    ]
    return names + [f"b→{unit}" for layer in labels[1:] for unit in layer if experiment.bias]


def _number(paths: Paths, value: float) -> str:
    return signed(value * paths.largest, NUMBER_WIDTH).strip()


def _style(paths: Paths, layer: int) -> str:
    """The last layer's curves, the first's, and those between."""
    last = int(paths.layers.max())
    return CURVE if layer == last else PLAIN if layer == 1 else MUTED


def _draw_curves(canvas: Canvas, paths: Paths) -> None:
    width = DOTS_ACROSS * canvas.columns
    first, latest = paths.within
    steps = np.linspace(first, latest, width)[: 1 + int(paths.across(paths.steps[-1]) * (width - 1))]
    values = _values_at(paths, steps)
    heights = cells_at(paths.down(values), DOTS_DOWN * canvas.rows)
    dots = np.zeros((DOTS_DOWN * canvas.rows, width), dtype=bool)
    for layer in range(1, int(paths.layers.max()) + 1):
        curves = _joined(heights[:, paths.layers == layer], len(dots))
        dots[:, : len(steps)] |= curves
        touched = braille(np.pad(curves, ((0, 0), (0, width - len(steps))))) != NO_DOTS
        canvas.styles[touched] = _style(paths, layer)
    canvas.lay(braille(dots), canvas.styles)


def _values_at(paths: Paths, steps: Array) -> Array:
    """The values at other steps, (steps, weights), on straight lines between the known ones."""
    if len(paths.steps) == 1:
        return np.repeat(paths.values, len(steps), axis=0)
    before = np.clip(np.searchsorted(paths.steps, steps, "right") - 1, 0, len(paths.steps) - 2)
    share = (steps - paths.steps[before]) / (paths.steps[before + 1] - paths.steps[before])
    share = np.clip(share, 0.0, 1.0)[:, np.newaxis]
    return paths.values[before] + share * (paths.values[before + 1] - paths.values[before])


def _joined(heights: Cells, rows: int) -> Bools:
    """Dots (rows, columns) of curves at these heights (columns, curves), each column joined to its neighbours.

    A curve adds 1 where it begins in a column, and takes it away below where it ends.
    """
    padded = np.concatenate((heights[:1], heights, heights[-1:]))
    half_way = (padded[1:] + padded[:-1]) // 2
    top = np.minimum(heights, np.minimum(half_way[1:], half_way[:-1]))
    end = np.maximum(heights, np.maximum(half_way[1:], half_way[:-1])) + 1
    columns = np.arange(len(heights))[:, np.newaxis]
    begun, ended = (
        np.bincount((at * len(heights) + columns).ravel(), minlength=(rows + 1) * len(heights))
        for at in (top, end)
    )
    open_curves = np.cumsum((begun - ended).reshape(rows + 1, -1), axis=0)
    return open_curves[:-1] > 0


def _draw_lines(canvas: Canvas, paths: Paths, zero: int, step: int) -> None:
    """The line at zero, and one at the moment's step, both behind the curves."""
    free = canvas.characters == " "
    behind = np.full(free.shape, "")
    behind[zero] = ZERO_LINE
    if step < paths.within[1]:
        behind[:, cells_at(paths.across(np.array([step])), canvas.columns)] = HERE_LINE
    canvas.lay(np.where(free, behind, ""), MUTED)


def _ends(paths: Paths, names: list[str], rows: int, number_width: int) -> dict[int, Span]:
    """A name and a value by row: of the largest weight that ends there, or one row farther from zero."""
    last = paths.values[-1]
    heights = cells_at(paths.down(last), DOTS_DOWN * rows) // DOTS_DOWN
    name_width = max(map(len, names))
    ends: dict[int, Span] = {}
    for at in np.argsort(-np.abs(last), kind="stable").tolist():
        toward_zero = 1 if last[at] > 0 else -1
        nearest = (int(heights[at]) + toward_zero * away for away in range(FARTHEST + 1))
        row = next((row for row in nearest if 0 <= row < rows and row not in ends), None)
        if row is not None:
            number = _number(paths, float(last[at])).rjust(number_width)
            ends[row] = (f" {names[at]:<{name_width}} {number}", _style(paths, int(paths.layers[at])))
        if len(ends) == rows:
            break
    return ends
