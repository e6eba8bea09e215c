"""The loss curve, drawn by plotext: the only module that knows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import plotext

from backprop_tui.core.curve import Curve, extremes
from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import CURVE, MUTED, PLAIN, Line

ALWAYS_HALF = 0.25  # the loss of a network that answers ½ to everything: mean((y − ½)²) for targets 0 and 1
FIRST_SPAN = 10_001  # the x axis of a longer run doubles from here as the run grows
DOTS_ACROSS, DOTS_DOWN = 2, 4  # in one braille cell
LEAST_LOSS = 1e-300  # a loss of 0 has no logarithm
AXIS_LINES = 2  # the axis and its labels
LOW = 9  # lines, below which the row of 0.25 would be that of another label
GHOST_DOT = "·"
REFERENCE, REFERENCE_LABEL = "┈", " always answers ½ "


@dataclass(frozen=True)
class Axes:
    """How the chart is scaled: log_loss plots log10 of the loss, log_steps log10 of the step."""

    steps: int
    log_loss: bool = False
    log_steps: bool = False


@dataclass(frozen=True)
class Frame:
    """Where a chart's axes end, and how many cells it has."""

    axes: Axes
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    width: int
    height: int

    @property
    def rows(self) -> int:
        """How many lines are above the x axis."""
        return self.height - AXIS_LINES

    @cached_property
    def left(self) -> int:
        """The column in which the curves begin, right of the y axis and its labels."""
        return max(len(label) for label in _y_ticks(self)[1]) + 1

    def column(self, step: int) -> int:
        """The column that this step stands in."""
        low, high = self.x_limits
        x = math.log10(max(step, 1)) if self.axes.log_steps else step
        return self.left + round((x - low) / (high - low) * (self.width - self.left - 1))

    def step_at(self, column: int) -> int:
        """A step that stands in this column."""
        low, high = self.x_limits
        share = min(max((column - self.left) / max(self.width - self.left - 1, 1), 0.0), 1.0)
        x = low + share * (high - low)
        return round(10**x) if self.axes.log_steps and column > self.left else round(x)


def frame(axes: Axes, curves: Sequence[Curve], width: int, height: int) -> Frame:
    """The frame that holds these curves; a longer run's x axis is doubled as the run grows."""
    latest = max(curve.latest for curve in curves)
    losses = np.concatenate([curve.losses for curve in curves])
    y = np.log10(np.maximum(losses, LEAST_LOSS)) if axes.log_loss else losses
    return Frame(axes, _x_limits(axes, latest), _y_limits(axes, y), width, height)


Points = tuple[tuple[float, ...], tuple[float, ...]]


def points(curve: Curve, within: Frame) -> Points:
    """The x and y of a curve reduced to what the frame can show: each dot column's lowest and highest loss."""
    axes = within.axes
    x = np.log10(np.maximum(curve.steps, 1)) if axes.log_steps else curve.steps.astype(float)
    y = np.log10(np.maximum(curve.losses, LEAST_LOSS)) if axes.log_loss else curve.losses
    x = _rounded(x, within.x_limits, within.width * DOTS_ACROSS)
    y = _rounded(y, within.y_limits, within.height * DOTS_DOWN)
    kept = extremes(np.searchsorted(np.unique(x), x), y)
    return tuple(x[kept]), tuple(y[kept])


def latest_column(step: int, axes: Axes, width: int) -> tuple[float, float]:
    """Where this step's dots stand, and the end of the x axis: until it changes a running chart can wait."""
    low, high = _x_limits(axes, step)
    x = math.log10(max(step, 1)) if axes.log_steps else step
    return round(x / (high - low) * width * DOTS_ACROSS), high


def loss_chart(within: Frame, curve: Curve, ghost: Curve | None = None) -> list[Line]:
    """The chart as at most `height` lines of at most `width` cells; the ghost, an older curve, is dotted."""
    plotext.clear_figure()
    plotext.limitsize(False, False)
    plotext.plotsize(within.width, within.height)
    plotext.theme("clear")
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*within.x_limits)
    plotext.ylim(*within.y_limits)
    plotext.xticks(*_x_ticks(within))
    plotext.yticks(*_y_ticks(within))
    half = math.log10(ALWAYS_HALF) if within.axes.log_loss else ALWAYS_HALF
    plotext.plot(within.x_limits, [half, half], marker=REFERENCE)
    if ghost:
        plotext.plot(*points(ghost, within), marker=GHOST_DOT)
    plotext.plot(*points(curve, within), marker="braille")
    drawn = plotext.uncolorize(plotext.build()).splitlines()
    return [_styled(_labelled(line)) for line in drawn[: within.height]]


def _x_limits(axes: Axes, latest: int) -> tuple[float, float]:
    span = min(axes.steps, FIRST_SPAN)
    while span < latest:
        span = min(2 * span, max(axes.steps, latest))  # an older curve may be longer than this run
    return (0.0, max(math.log10(span), 1.0)) if axes.log_steps else (0.0, float(span))


def _y_limits(axes: Axes, y: Array) -> tuple[float, float]:
    if axes.log_loss:
        return (float(math.floor(min(y.min(), -1.0))), max(float(y.max()), math.log10(ALWAYS_HALF)) + 0.1)
    return (0.0, math.ceil(20 * max(float(y.max()), ALWAYS_HALF) + 0.1) / 20)


def _rounded(values: Array, limits: tuple[float, float], count: int) -> Array:
    low, high = limits
    return low + np.round((values - low) / (high - low) * count) * ((high - low) / count)


def _x_ticks(shown: Frame) -> tuple[list[float], list[str]]:
    """Far enough apart: where two labels meet, plotext leaves out one or the other by the hash seed."""
    high = shown.x_limits[1]
    widest = len(f"{10 ** math.floor(high) if shown.axes.log_steps else int(high):,}")
    least_apart = high * (1.5 * widest + 2) / (shown.width - 8)
    if shown.axes.log_steps:
        exponents = range(0, math.floor(high) + 1, min(math.ceil(least_apart), math.floor(high)))
        return [float(exponent) for exponent in exponents], [f"{10**exponent:,}" for exponent in exponents]
    apart = math.ceil(_round_number(least_apart))
    steps = range(0, int(high) + 1, min(apart, int(high)))
    return [float(step) for step in steps], [f"{step:,}" for step in steps]


def _y_ticks(shown: Frame) -> tuple[list[float], list[str]]:
    low, high = shown.y_limits
    most = max(shown.height // 2, 2)
    if shown.axes.log_loss:
        factors = (1, 2, 5) if high - low < most / 3 else (1,)
        losses = [
            factor * 10.0**exponent
            for exponent in range(math.floor(low), math.ceil(high))
            for factor in factors
            if low <= exponent + math.log10(factor) <= high
        ]
        losses = losses[:: math.ceil(len(losses) / most)]
        return [math.log10(loss) for loss in losses], [f"{loss:g}" for loss in losses]
    steps = (0.25, 0.5, 1.0) if shown.height < LOW else (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
    apart = next(apart for apart in steps if high / apart <= most or apart == 1.0)
    ticks = [apart * count for count in range(math.floor(high / apart + 0.001) + 1)]
    return ticks, [f"{tick:.2f}" for tick in ticks]


def _round_number(value: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= value * 0.999)


def _labelled(text: str) -> str:
    """The reference line with its label near its right end, where the curve has left it room."""
    room = REFERENCE * (len(REFERENCE_LABEL) + 1)
    before, found, after = text.rpartition(room)
    return before + REFERENCE_LABEL + REFERENCE + after if found else text


def _styled(text: str) -> Line:
    line: Line = []
    for character in text:
        style = CURVE if "\u2800" <= character <= "\u28ff" else PLAIN if character == " " else MUTED
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + character, style)
        else:
            line.append((character, style))
    return line
