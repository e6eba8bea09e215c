"""What the network answers everywhere between two inputs: a map, its dividing line, and the examples on it."""

import textwrap

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core import network
from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot, is_right
from backprop_tui.ui.drawing.braille import (
    BOTH,
    DOTS_ACROSS,
    DOTS_DOWN,
    ONE,
    ZERO,
    Canvas,
    blank,
    braille,
    cells_at,
    contour,
    cut,
    examples,
    framed,
    margin,
    middles,
)
from backprop_tui.ui.drawing.lines import MUTED, PROBABILITY_STYLES, SHADES, WEIGHT_STYLES, Line, width_of

WRONG, CONTOUR = "✕", "⠒⠒"
LONGEST_NAME = 6  # of the input that goes upwards
LEVELS = len(PROBABILITY_STYLES)
# Of two colours in one cell the first is the character's and the second its background's.
HALVES = np.array([[f"{ink}/{ground}" for ground in PROBABILITY_STYLES] for ink in PROBABILITY_STYLES], object)
# The theme's foreground would vanish on the lighter shades; the heat map has a black and a white of its own.
WHITE, BLACK, FIRST_IN_BLACK = WEIGHT_STYLES[SHADES], WEIGHT_STYLES[-1], 3
INKS = np.array(
    [f"{BLACK if at >= FIRST_IN_BLACK else WHITE}/{each}" for at, each in enumerate(PROBABILITY_STYLES)], object
)


@np.errstate(all="ignore")
def decision_map(snapshot: Snapshot, output: int, width: int, height: int) -> list[Line]:
    """An output, counted round and round, everywhere between the two inputs: x1 to the right, x2 upwards.

    The map's styles are pairs of names, for a character and its background: those of HALVES and INKS.
    At most width × height cells.
    """
    problem = snapshot.experiment.problem
    if problem.inputs.shape[1] != 2:
        sentence = f"only for two inputs: this problem has {problem.inputs.shape[1]}"
        return [[(text, MUTED)] for text in textwrap.wrap(sentence, width)][:height]
    output %= len(problem.output_labels)
    low, high = _region(problem.inputs)
    (x_low, y_low), (x_high, y_high) = ([_figures(value) for value in corner] for corner in (low, high))
    x_name, y_name = problem.input_labels
    rows = max(height - 2, 1)
    beside = {0: y_high, rows - 1: y_low, (rows - 1) // 2: cut(y_name, LONGEST_NAME)}
    canvas = blank(rows, width - margin(beside))
    field = _field(snapshot, output, low, high, canvas)
    _draw_pixels(canvas, field)
    cells = field.reshape(canvas.rows, DOTS_DOWN, canvas.columns, DOTS_ACROSS)
    inks = INKS[_levels(cells.mean(axis=(1, 3)))]
    canvas.lay(braille(contour(field - 0.5)), inks)
    places = (problem.inputs - low) / (high - low)
    marks = _marks(snapshot, output, places, canvas)
    canvas.lay(marks, inks)
    legend = _legend(problem.output_labels[output], field, bool((marks == BOTH).any()), width)
    return [*framed(canvas.lines(), beside, x_low, x_name, x_high), legend][:height]


def _region(inputs: Array) -> tuple[Array, Array]:
    """The lower left and the upper right corner: of the unit square, or else 10 % beyond the examples."""
    if ((inputs >= 0) & (inputs <= 1)).all():
        return np.zeros(2), np.ones(2)
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    beyond = np.where(high > low, 0.1 * (high - low), 1.0)
    return low - beyond, high + beyond


def _figures(value: float) -> str:
    return f"{value:.2g}".replace("e+0", "e").replace("-", "−")


def _field(snapshot: Snapshot, output: int, low: Array, high: Array, canvas: Canvas) -> Array:
    """The output at every braille dot, (4 · rows, 2 · columns): finer than a pixel, for a smooth contour."""
    across, up = middles(canvas.columns, DOTS_ACROSS), middles(canvas.rows, DOTS_DOWN)[::-1]
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    outputs = network.forward(snapshot.parameters, low + grid * (high - low))[-1][:, output]
    return np.nan_to_num(outputs).reshape(len(up), len(across))


def _draw_pixels(canvas: Canvas, field: Array) -> None:
    """Two pixels to a cell, the lighter one drawn on the darker one's ground; below ½ one, which is blank.

    So the two sides of ½ differ without colours too.
    """
    pixels = field.reshape(canvas.rows, 2, DOTS_DOWN // 2, canvas.columns, DOTS_ACROSS)
    shares = pixels.mean(axis=(2, 4))
    upper, lower = _levels(shares).swapaxes(0, 1)
    lighter, darker = np.maximum(upper, lower), np.minimum(upper, lower)
    is_dark = (shares <= 0.5).all(axis=1)
    mean = _levels(pixels.mean(axis=(1, 2, 4)))
    shapes = np.select([is_dark, upper > lower, upper < lower], [" ", "▀", "▄"], "█")
    canvas.lay(shapes, np.where(is_dark, HALVES[mean, mean], HALVES[lighter, darker]))


def _levels(shares: Array) -> NDArray[np.int64]:
    """See lines.ramp."""
    return np.minimum((shares * LEVELS).astype(np.int64), LEVELS - 1)


def _marks(snapshot: Snapshot, output: int, shares: Array, canvas: Canvas) -> NDArray[np.str_]:
    """The examples' marks in their cells, whose inputs are at these shares of the way across and up."""
    outputs, targets = (
        each[:, output : output + 1] for each in (snapshot.outputs, snapshot.experiment.problem.targets)
    )
    places = np.column_stack((cells_at(1 - shares[:, 1], canvas.rows), cells_at(shares[:, 0], canvas.columns)))
    marks = examples(places, targets[:, 0] > 0.5, canvas)
    rows, columns = places[~is_right(outputs, targets)].T
    marks[rows, columns] = WRONG
    return marks


def _legend(label: str, field: Array, has_both: bool, width: int) -> Line:
    """What the marks mean, as far as there is room."""
    above = field > 0.5
    phrases: list[Line] = [[(f"{ZERO} 0  {ONE} 1", MUTED)], [(f"{WRONG} wrong", MUTED)]]
    phrases += [[(f"{BOTH} both", MUTED)]] if has_both else []
    if above.any() == above.all():
        phrases.append([(f"{label} > ½ {'everywhere' if above.any() else 'nowhere'}", MUTED)])
    else:
        phrases.append([(f"{CONTOUR} {label} = ½", MUTED)])
        phrases.append([("█", PROBABILITY_STYLES[-1]), (f" {label} > ½", MUTED)])
    line = phrases[0]
    for phrase in phrases[1:]:
        longer: Line = [*line, ("  ", MUTED), *phrase]
        line = longer if width_of(longer) <= width else line
    return line
