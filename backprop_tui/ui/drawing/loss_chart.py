"""The loss curve, with its older self and what a network that always answers ½ loses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backprop_tui.core.curve import Curve
from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.chart import (
    AXIS_LINES,
    BLOCKS,
    DOTS_ACROSS,
    Points,
    Series,
    Ticks,
    chart,
    loss_ticks,
    reduced,
    step_ticks,
    styled,
)
from backprop_tui.ui.drawing.lines import Line

ALWAYS_HALF = 0.25  # the loss of a network that answers ½ to everything: mean((y − ½)²) for targets 0 and 1
FIRST_SPAN = 10_001  # the x axis of a longer run doubles from here as the run grows
LARGEST = 1e99  # a loss that a scale can be made of
LEAST_LOSS = 1e-300  # a loss of 0 has no logarithm
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
    y = np.concatenate([_heights(axes, curve) for curve in curves])
    return Frame(axes, _x_limits(axes, latest), _y_limits(axes, y), width, height)


def _heights(axes: Axes, curve: Curve) -> Array:
    """Where the losses of a curve stand on the y axis."""
    losses = np.clip(np.nan_to_num(curve.losses), 0, LARGEST)
    return np.log10(np.maximum(losses, LEAST_LOSS)) if axes.log_loss else losses


def points(curve: Curve, within: Frame) -> Points:
    """The x and y of a curve reduced to what the frame can show."""
    axes = within.axes
    x = np.log10(np.maximum(curve.steps, 1)) if axes.log_steps else curve.steps.astype(float)
    y = _heights(axes, curve)
    return reduced(x, y, (within.x_limits, within.y_limits), within.width, within.height)


def latest_column(step: int, axes: Axes, width: int) -> tuple[float, float]:
    """Where this step's dots stand, and the end of the x axis: until it changes a running chart can wait."""
    low, high = _x_limits(axes, step)
    x = math.log10(max(step, 1)) if axes.log_steps else step
    return round(x / (high - low) * width * DOTS_ACROSS), high


def loss_chart(within: Frame, curve: Curve, ghost: Curve | None = None, is_bold: bool = False) -> list[Line]:
    """The chart as at most `height` lines of at most `width` cells; the ghost, an older curve, is dotted.

    is_bold: in blocks, to be seen from the back row.
    """
    half = math.log10(ALWAYS_HALF) if within.axes.log_loss else ALWAYS_HALF
    series = [Series(within.x_limits, [half, half], REFERENCE)]
    if ghost:
        series.append(Series(*points(ghost, within), GHOST_DOT))
    series.append(Series(*points(curve, within), BLOCKS if is_bold else "braille"))
    limits = within.x_limits, within.y_limits
    x_ticks = step_ticks(within.x_limits[1], within.width, within.axes.log_steps)
    drawn = chart(within.width, within.height, limits, (x_ticks, _y_ticks(within)), series)
    return [styled(_labelled(line)) for line in drawn]


def _y_ticks(shown: Frame) -> Ticks:
    return loss_ticks(*shown.y_limits, shown.height, shown.axes.log_loss)


def _x_limits(axes: Axes, latest: int) -> tuple[float, float]:
    span = min(axes.steps, FIRST_SPAN)
    while span < latest:
        span = min(2 * span, max(axes.steps, latest))  # an older curve may be longer than this run
    return (0.0, max(math.log10(span), 1.0)) if axes.log_steps else (0.0, float(span))


def _y_limits(axes: Axes, y: Array) -> tuple[float, float]:
    if axes.log_loss:
        return (float(math.floor(min(y.min(), -1.0))), max(float(y.max()), math.log10(ALWAYS_HALF)) + 0.1)
    return (0.0, math.ceil(20 * max(float(y.max()), ALWAYS_HALF) + 0.1) / 20)


def _labelled(text: str) -> str:
    """The reference line with its label near its right end, where the curve has left it room."""
    room = REFERENCE * (len(REFERENCE_LABEL) + 1)
    before, found, after = text.rpartition(room)
    return before + REFERENCE_LABEL + REFERENCE + after if found else text
