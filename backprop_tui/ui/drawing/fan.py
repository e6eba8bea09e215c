"""A fan: some of the loss curves of a sweep, those that failed over the others."""

import math

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.network import Array
from backprop_tui.core.sweep import Sweep
from backprop_tui.ui.drawing.chart import (
    AXIS_LINES,
    Limits,
    Series,
    chart,
    loss_ticks,
    reduced,
    step_ticks,
    styled,
)
from backprop_tui.ui.drawing.lines import ALERT, Line

MOST_CURVES, MOST_FAILED = 15, 5
FAILED = "×"
APART = 14  # points of a curve from one cross to the next
LEAST_LOSS = 1e-12  # that is told apart from none
NARROWEST, LOWEST = 24, AXIS_LINES + 2  # cells


def fan(sweep: Sweep, width: int, height: int, log_loss: bool = True) -> list[Line]:
    """The curves over the steps, of failures with crosses; nothing where there is no room for axes."""
    legend = [(f" {FAILED} did not learn it", ALERT)]
    solved, failed = _chosen(sweep)
    under = height > LOWEST and bool(failed)
    height -= under
    if width < NARROWEST or height < LOWEST:
        return []
    x = sweep.looks.astype(float)
    x_limits = (0.0, float(sweep.experiment.steps))
    y_limits = _y_limits(sweep.curves[[*solved, *failed]], log_loss)
    series = [Series([0.0], [y_limits[0]], " ")]  # plotext draws axes round something only
    for network in (*solved, *failed):
        y = sweep.curves[network]
        seen = np.isfinite(y)
        if seen.any():
            values = np.log10(np.maximum(y[seen], LEAST_LOSS)) if log_loss else y[seen]
            steps, losses = reduced(x[seen], values, (x_limits, y_limits), width, height)
            if network in failed:
                first = 3 * failed.index(network)  # a cross now and then, for others to be seen between
                series.append(Series(steps[first::APART], losses[first::APART], FAILED, is_joined=False))
            else:
                series.append(Series(steps, losses, "braille"))
    x_ticks, y_ticks = step_ticks(x_limits[1], width, False), loss_ticks(*y_limits, height, log_loss)
    drawn = chart(width, height, (x_limits, y_limits), (x_ticks, y_ticks), series)
    lines = [styled(text, {FAILED: ALERT}) for text in drawn]
    return [*lines, legend] if under else lines


def _chosen(sweep: Sweep) -> tuple[list[int], list[int]]:
    """Which of the curves that are kept are drawn, evenly spread: of networks that failed, and of others."""
    failed = (sweep.finished & ~sweep.solved)[sweep.drawn]
    fallen = _spread(np.flatnonzero(failed), MOST_FAILED)
    return _spread(np.flatnonzero(~failed), MOST_CURVES - len(fallen)), fallen


def _spread(among: Steps, most: int) -> list[int]:
    places = np.linspace(0, len(among) - 1, min(most, len(among))).round().astype(int)
    return [int(at) for at in among[places]]


def _y_limits(curves: Array, log_loss: bool) -> Limits:
    seen = curves[np.isfinite(curves)]
    most = min(float(seen.max(initial=0.25)), 1.0)  # more than that no answer of σ costs
    if log_loss:
        least = max(float(seen.min(initial=0.1)), LEAST_LOSS)
        return float(math.floor(min(math.log10(least), -1.0))), math.log10(most) + 0.1
    return 0.0, math.ceil(20 * most + 0.1) / 20
