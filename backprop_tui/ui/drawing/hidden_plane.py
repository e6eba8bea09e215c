"""The plane of two hidden units: where every example lies in it, and the line the output draws through it."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.braille import (
    BOTH,
    DOTS_ACROSS,
    DOTS_DOWN,
    ONE,
    ZERO,
    Bools,
    Canvas,
    Cells,
    blank,
    braille,
    cells_at,
    contour,
    examples,
    framed,
    margin,
    middles,
)
from backprop_tui.ui.drawing.lines import CURVE, GOOD, MUTED, PLAIN, STRONG, Line, Span, width_of

NO_HIDDEN = "no hidden layer: nothing is hidden"
MOST_NAMED, LONGEST_NAME = 16, 4  # examples that are named by their inputs; of so many digits at most
MOST_OTHERS = 2  # units that are named
LEAST_ROWS = 3  # of the plane; what it does not leave room for is not explained
SIDE = "·"


@dataclass(frozen=True, eq=False)
class Plane:
    """Two hidden units, or one and nothing; the output's z in their plane is weights·(x, y) + rest.

    output: which of the outputs that is, counted from 0.
    points: (N, 2), the units' activations for every example. others: the names of the units left out,
    which stand at their mean. up is empty for a single unit.
    """

    output: int
    across: str
    up: str
    others: tuple[str, ...]
    points: Array
    weights: tuple[float, float]
    rest: float


def pairs(units: int) -> list[tuple[int, int]]:
    """Every two of so many units: (0, 1), (0, 2), …; none of fewer than two."""
    return list(combinations(range(units), 2))


@np.errstate(all="ignore")
@np.errstate(all="ignore")
def hidden_plane(snapshot: Snapshot, facet: int, width: int, height: int) -> list[Line]:
    """The last hidden layer's examples in the plane of a pair of its units.

    facet: counts through the pairs, and through them again for each further output, round and round.
    Dotted is the side where the output is above ½. With two units that is exact; with more it
    is the cut through their space where the others stand at their mean. At most width × height cells.
    """
    if not snapshot.experiment.hidden_sizes:
        return [[(text, MUTED)] for text in textwrap.wrap(NO_HIDDEN, width)][:height]
    plane = _plane(snapshot, facet)
    notes = _notes(snapshot, plane, width)[: max(height - LEAST_ROWS - 2, 0)]
    rows = max(height - len(notes) - 2, 1)
    beside = {0: "1", rows - 1: "0", (rows - 1) // 2: plane.up} if plane.up else {}
    canvas = blank(rows, width - margin(beside))
    _draw_line(canvas, plane)
    _draw_examples(canvas, plane, snapshot)
    return [*framed(canvas.lines(), beside, "0", plane.across, "1"), *notes, _verdict(snapshot, plane, width)]


def facets(snapshot: Snapshot) -> int:
    """How many planes there are to look at: of every output the pairs of units."""
    *_, units, outputs = snapshot.experiment.layer_sizes
    return outputs * max(len(pairs(units)), 1)


def _plane(snapshot: Snapshot, facet: int) -> Plane:
    hidden, labels = snapshot.activations[-2], snapshot.experiment.layer_labels[-2]
    every = pairs(len(labels))
    output, pair = divmod(facet % facets(snapshot), max(len(every), 1))
    weights, biases = snapshot.parameters.weights[-1][:, output], snapshot.parameters.biases
    bias = float(biases[-1][output]) if biases else 0.0
    if not every:
        points = np.column_stack((hidden[:, 0], np.full(len(hidden), 0.5)))
        return Plane(output, labels[0], "", (), points, (float(weights[0]), 0.0), bias)
    x, y = every[pair]
    others = [unit for unit in range(len(labels)) if unit not in (x, y)]
    return Plane(
        output,
        labels[x],
        labels[y],
        tuple(labels[unit] for unit in others),
        hidden[:, (x, y)],
        (float(weights[x]), float(weights[y])),
        bias + float(hidden[:, others].mean(axis=0).dot(weights[others])),
    )


def _draw_line(canvas: Canvas, plane: Plane) -> None:
    """The line, and every second cell of the side where the output is above ½."""
    parts = middles(canvas.columns, DOTS_ACROSS), middles(canvas.rows, DOTS_DOWN)
    cells = middles(canvas.columns, 1), middles(canvas.rows, 1)
    rows, columns = np.indices(canvas.characters.shape)
    is_dotted = (_z(plane, *cells) > 0) & ((rows + columns) % 2 == 0)
    canvas.lay(np.where(is_dotted, SIDE, ""), MUTED)
    canvas.lay(braille(contour(_z(plane, *parts))), CURVE)


def _z(plane: Plane, x: Array, y: Array) -> Array:
    """The output's z over the plane, the first row the uppermost."""
    across, up = plane.weights
    return across * x + up * y[::-1, np.newaxis] + plane.rest


def _draw_examples(canvas: Canvas, plane: Plane, snapshot: Snapshot) -> None:
    """A mark for every example; beside it which they are, or how many in one cell, where there is room."""
    places = np.column_stack(
        (cells_at(1 - plane.points[:, 1], canvas.rows), cells_at(plane.points[:, 0], canvas.columns))
    )
    marks = examples(places, snapshot.experiment.problem.targets[:, plane.output] > 0.5, canvas)
    canvas.lay(marks, STRONG)
    taken = marks != ""
    names = _names(snapshot.experiment.problem.inputs)
    for row, column in np.argwhere(taken):
        crowded = taken[row, max(column - 1, 0) : column + 2].sum() > 1
        for text in _texts(places, names, int(row), int(column)) if names or not crowded else ():
            start = _free(taken[row], int(column), len(text))
            if start is not None:
                canvas.write(row, start, text, PLAIN)
                taken[row, start : start + len(text)] = True
                break


def _names(inputs: Array) -> list[str]:
    """What few examples are called, by their inputs: 01; none where that is long."""
    is_short = len(inputs) <= MOST_NAMED and inputs.shape[1] <= LONGEST_NAME
    is_digits = is_short and bool(np.isin(inputs, range(10)).all())
    return ["".join(f"{value:g}" for value in row) for row in inputs] if is_digits else []


def _texts(places: Cells, names: Sequence[str], row: int, column: int) -> list[str]:
    """What may stand beside the mark in this cell, the first that fits: 01,10 or ×2."""
    here = np.flatnonzero((places[:, 0] == row) & (places[:, 1] == column))
    named = [",".join(names[example] for example in here.tolist())] if names else []
    return [*named, *([f"×{len(here)}"] if len(here) > 1 else [])]


def _free(taken: Bools, column: int, length: int) -> int | None:
    """Where so long a text can stand beside this column, right or left, apart from what is there already."""
    right, left = column + 1, column - length
    if right + length <= len(taken) and not taken[right : right + length + 1].any():
        return right
    return left if left >= 0 and not taken[max(left - 1, 0) : column].any() else None


def _notes(snapshot: Snapshot, plane: Plane, width: int) -> list[Line]:
    """Where the other units stand, and what the marks mean: in one line if that is wide enough."""
    sides = {bool(z > 0) for z in _z(plane, np.arange(2.0), np.arange(2.0)).ravel()}  # at the corners
    above = f"{snapshot.experiment.problem.output_labels[plane.output]} > ½"
    side = f"{SIDE} {above}" if len(sides) == 2 else f"{above} {'everywhere' if True in sides else 'nowhere'}"
    which = " ".join(plane.others) if len(plane.others) <= MOST_OTHERS else "others"
    cut = [f"{which} at their mean"] if plane.others else []
    legends = (f"{ONE} 1  {ZERO} 0  {BOTH} both  {side}", f"{ONE} 1  {ZERO} 0  {side}")
    joined = ["  ".join([*cut, legend]) for legend in legends]
    shown = next(([line] for line in joined if len(line) <= width), [*cut, legends[-1][:width]])
    return [[(text, MUTED)] for text in shown]


def _verdict(snapshot: Snapshot, plane: Plane, width: int) -> Line:
    """How many examples lie on their side of the line; of a mere cut, also how many do with all units."""
    above = snapshot.experiment.problem.targets[:, plane.output] > 0.5
    here = int(((plane.points @ plane.weights + plane.rest > 0) == above).sum())
    with_all = int(((snapshot.outputs[:, plane.output] > 0.5) == above).sum())
    counted = f"{here} of {len(above)}"
    endings: tuple[str, ...] = (" on their side of the line", " on their side", " right", "")
    if plane.others:
        endings = (f" on their side, {with_all} with all units", f" here, {with_all} with all units", " here")
    mark: list[Span] = [(" ✓", GOOD)] if here == len(above) else []
    said: list[Line] = [[(counted + ending, PLAIN), *mark] for ending in endings]
    return next((line for line in said if width_of(line) <= width), said[-1])
