"""A chart as lines of text, drawn by plotext: the only module that knows it."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import plotext

from backprop_tui.core.curve import extremes
from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import CURVE, MUTED, PLAIN, Line

DOTS_ACROSS, DOTS_DOWN = 2, 4  # in one braille cell
AXIS_LINES = 2  # the axis and its labels
BLOCKS = "hd"  # the marker of quarter blocks: two dots across and two down in a cell
LARGE = 10_000  # a loss that is written as a power of ten
LOW = 9  # lines, below which the row of 0.25 would be that of another label

Points = tuple[tuple[float, ...], tuple[float, ...]]
Limits = tuple[float, float]
Ticks = tuple[list[float], list[str]]


class Series(NamedTuple):
    """The x and y of a line, its marker (a character, or "braille"), whether its points are joined."""

    x: Sequence[float]
    y: Sequence[float]
    marker: str
    is_joined: bool = True


def chart(
    width: int, height: int, limits: tuple[Limits, Limits], ticks: tuple[Ticks, Ticks], series: Sequence[Series]
) -> list[str]:
    """The series, one over the other, on axes with these limits and ticks of x and y; without colours."""
    plotext.clear_figure()
    plotext.limitsize(False, False)
    plotext.plotsize(width, height)
    plotext.theme("clear")
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*limits[0])
    plotext.ylim(*limits[1])
    plotext.xticks(*ticks[0])
    plotext.yticks(*ticks[1])
    for x, y, marker, is_joined in series:
        (plotext.plot if is_joined else plotext.scatter)(x, y, marker=marker)
    drawn: list[str] = plotext.uncolorize(plotext.build()).splitlines()
    return drawn[:height]


def reduced(x: Array, y: Array, limits: tuple[Limits, Limits], width: int, height: int) -> Points:
    """What a chart of that size can show of a line: each dot column's lowest and highest y; x ascends."""
    x = _rounded(x, limits[0], width * DOTS_ACROSS)
    low, high = limits[1]
    y = np.clip(y, 2 * low - high, 2 * high - low)  # plotext walks along a line far beyond its chart dot by dot
    y = _rounded(y, limits[1], height * DOTS_DOWN)
    kept = extremes(x, y)
    return tuple(x[kept]), tuple(y[kept])


def _rounded(values: Array, limits: Limits, count: int) -> Array:
    low, high = limits
    return low + np.round((values - low) / (high - low) * count) * ((high - low) / count)


def step_ticks(high: float, width: int, log_steps: bool) -> Ticks:
    """Far enough apart: where two labels meet, plotext leaves out one or the other by the hash seed."""
    widest = len(f"{10 ** math.floor(high) if log_steps else int(high):,}")
    least_apart = high * (1.5 * widest + 2) / (width - 8)
    if log_steps:
        exponents = range(0, math.floor(high) + 1, min(math.ceil(least_apart), math.floor(high)))
        return [float(exponent) for exponent in exponents], [f"{10**exponent:,}" for exponent in exponents]
    apart = math.ceil(round_number(least_apart))
    steps = range(0, int(high) + 1, min(apart, int(high)))
    return [float(step) for step in steps], [f"{step:,}" for step in steps]


def loss_ticks(low: float, high: float, height: int, log_loss: bool) -> Ticks:
    """Losses in round numbers, a label in every second line at most."""
    most = max(height // 2, 2)
    if log_loss:
        factors = (1, 2, 5) if high - low < most / 3 else (1,)
        losses = [
            factor * 10.0**exponent
            for exponent in range(math.floor(low), math.ceil(high))
            for factor in factors
            if low <= exponent + math.log10(factor) <= high
        ]
        losses = losses[:: math.ceil(len(losses) / most)]
        return [math.log10(loss) for loss in losses], [f"{loss:g}" for loss in losses]
    steps = (0.25, 0.5, 1.0) if height < LOW else (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
    apart = next((apart for apart in steps if high / apart <= most), round_number(high / most))
    ticks = [apart * count for count in range(math.floor(high / apart + 0.001) + 1)]
    return ticks, [f"{tick:.2f}" if tick < LARGE else f"{tick:.0e}" for tick in ticks]


def round_number(value: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= value * 0.999)


def styled(text: str, markers: Mapping[str, str] = MappingProxyType({})) -> Line:
    """A line of a chart with its colours; those of characters other than braille and axes are given."""
    line: Line = []
    for character in text:
        is_curve = "\u2800" <= character <= "\u28ff" or "\u2580" <= character <= "\u259f"
        style = CURVE if is_curve else PLAIN if character == " " else markers.get(character, MUTED)
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + character, style)
        else:
            line.append((character, style))
    return line
