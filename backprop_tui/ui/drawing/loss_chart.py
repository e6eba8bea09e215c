"""The loss curve, drawn by plotext: the only module that knows it."""

import math
from dataclasses import dataclass

import numpy as np
import plotext

from backprop_tui.core.network import Array
from backprop_tui.core.timeline import Steps, extremes
from backprop_tui.ui.drawing.lines import CURVE, MUTED, PLAIN, Line

ALWAYS_HALF = 0.25  # the loss of a network that answers ½ to everything: mean((y − ½)²) for targets 0 and 1
FIRST_SPAN = 10_001  # the x axis of a longer run doubles from here as the run grows
DOTS_ACROSS, DOTS_DOWN = 2, 4  # in one braille cell
REFERENCE, REFERENCE_LABEL = "┈", " always answers ½ "


@dataclass(frozen=True)
class Axes:
    """How the chart is scaled: log_loss plots log10 of the loss, log_steps log10 of the step."""

    steps: int
    log_loss: bool = False
    log_steps: bool = False


@dataclass(frozen=True)
class Dots:
    """What a chart shows: the points that set its dots, and the frame they stand in."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    axes: Axes
    width: int
    height: int


def dots(steps: Steps, losses: Array, axes: Axes, width: int, height: int) -> Dots:
    """Reduce a curve to what width × height cells can show: each dot column's lowest and highest loss."""
    x = np.log10(np.maximum(steps, 1)) if axes.log_steps else steps.astype(float)
    y = np.log10(np.maximum(losses, 1e-300)) if axes.log_loss else losses
    x_limits = _x_limits(axes, int(steps[-1]))
    y_limits = _y_limits(axes, y)
    x = _rounded(x, x_limits, width * DOTS_ACROSS)
    y = _rounded(y, y_limits, height * DOTS_DOWN)
    kept = extremes(np.searchsorted(np.unique(x), x), y)
    return Dots(tuple(x[kept]), tuple(y[kept]), x_limits, y_limits, axes, width, height)


def latest_column(step: int, axes: Axes, width: int) -> tuple[float, float]:
    """Where this step's dots stand, and the end of the x axis: until it changes a running chart can wait."""
    low, high = _x_limits(axes, step)
    x = math.log10(max(step, 1)) if axes.log_steps else step
    return round(x / (high - low) * width * DOTS_ACROSS), high


def loss_chart(shown: Dots) -> list[Line]:
    """The chart as exactly `height` lines of at most `width` cells."""
    plotext.clear_figure()
    plotext.limitsize(False, False)
    plotext.plotsize(shown.width, shown.height)
    plotext.theme("clear")
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*shown.x_limits)
    plotext.ylim(*shown.y_limits)
    plotext.xticks(*_x_ticks(shown))
    plotext.yticks(*_y_ticks(shown))
    half = math.log10(ALWAYS_HALF) if shown.axes.log_loss else ALWAYS_HALF
    plotext.plot(shown.x_limits, [half, half], marker=REFERENCE)
    plotext.plot(shown.x, shown.y, marker="braille")
    drawn = plotext.uncolorize(plotext.build()).splitlines()
    return [_styled(_labelled(line)) for line in drawn[: shown.height]]


def _x_limits(axes: Axes, latest: int) -> tuple[float, float]:
    span = min(axes.steps, FIRST_SPAN)
    while span < latest:
        span = min(2 * span, axes.steps)
    return (0.0, max(math.log10(span), 1.0)) if axes.log_steps else (0.0, float(span))


def _y_limits(axes: Axes, y: Array) -> tuple[float, float]:
    if axes.log_loss:
        return (float(math.floor(min(y.min(), -1.0))), max(float(y.max()), math.log10(ALWAYS_HALF)) + 0.1)
    return (0.0, math.ceil(20 * max(float(y.max()), ALWAYS_HALF) + 0.1) / 20)


def _rounded(values: Array, limits: tuple[float, float], count: int) -> Array:
    low, high = limits
    return low + np.round((values - low) / (high - low) * count) * ((high - low) / count)


def _x_ticks(shown: Dots) -> tuple[list[float], list[str]]:
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


def _y_ticks(shown: Dots) -> tuple[list[float], list[str]]:
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
    apart = next(apart for apart in (0.05, 0.1, 0.2, 0.25, 0.5, 1.0) if high / apart <= most or apart == 1.0)
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
