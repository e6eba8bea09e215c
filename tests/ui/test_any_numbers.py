"""No number breaks a drawing: NaN, infinite, near the largest, subnormal, zero, negative, one alone."""

import math
from dataclasses import replace

import numpy as np
import pytest

from backprop_tui.core import timeline as run
from backprop_tui.core.curve import Curve
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.network import Parameters
from backprop_tui.core.sweep import sweep
from backprop_tui.core.training import snapshot_of
from backprop_tui.ui.drawing.decision_map import decision_map
from backprop_tui.ui.drawing.fan import fan
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map
from backprop_tui.ui.drawing.hidden_plane import hidden_plane
from backprop_tui.ui.drawing.histogram import histogram
from backprop_tui.ui.drawing.lines import width_of
from backprop_tui.ui.drawing.loss_chart import Axes, frame, loss_chart
from backprop_tui.ui.drawing.prediction_table import prediction_table
from backprop_tui.ui.drawing.weight_paths import weight_paths

ODD = [math.nan, math.inf, -math.inf, 1e308, -1e308, 1e-320, 0.0, -1.0]
SERIES = {
    **{f"only {value}": [value] * 9 for value in ODD},
    **{f"{value} among others": [0.25, value, 0.2, value, 0.1, 0.25, 0.2, 0.3, 0.2] for value in ODD},
    "all of them": [*ODD, 0.25],
}
WIDTH, HEIGHT = 40, 11


def fits(lines, width=WIDTH, height=HEIGHT) -> bool:
    return bool(lines) and len(lines) <= height and all(width_of(line) <= width for line in lines)


@pytest.mark.parametrize("losses", [*SERIES.values(), [0.25], [math.nan]], ids=[*SERIES, "one", "one NaN"])
@pytest.mark.parametrize("log_loss", [False, True])
def test_the_loss_chart(losses, log_loss):
    curve = Curve(np.arange(len(losses)), np.array(losses))
    axes = Axes(10_001, log_loss=log_loss)
    assert fits(loss_chart(frame(axes, [curve], WIDTH, HEIGHT), curve, curve))


@pytest.mark.parametrize("values", SERIES.values(), ids=SERIES)
def test_the_heat_map(values):
    names = ("a", "b", "c")
    matrix = Matrix("W1", np.array(values).reshape(3, 3), names, names)
    assert fits(heat_map([matrix], WIDTH, HEIGHT).lines)


@np.errstate(all="ignore")
def snapshot(values, step=0):
    """A 2-3-1 network with biases whose weights are of these values."""
    experiment = Experiment(hidden_sizes=(3,), bias=True)
    cells = np.array(values)
    weights = [cells[:6].reshape(2, 3), cells[6:].reshape(3, 1)]
    return snapshot_of(experiment, step, Parameters(weights, [cells[:3], cells[:1]]), None)


@pytest.mark.parametrize("values", SERIES.values(), ids=SERIES)
def test_the_prediction_table_and_the_planes(values):
    now = snapshot(values)
    since = np.full(4, NOT_RIGHT)
    for show_hidden in (False, True):
        assert fits(prediction_table(now, since, show_hidden, WIDTH, HEIGHT).lines)
    assert fits(hidden_plane(now, 0, WIDTH, HEIGHT))
    assert fits(decision_map(now, 0, WIDTH, HEIGHT))


@pytest.mark.parametrize("values", SERIES.values(), ids=SERIES)
def test_the_weights_over_time(values):
    timeline, moment = run.begin_at(snapshot(values))
    assert fits(weight_paths(timeline, moment.snapshot, WIDTH, HEIGHT))


@pytest.mark.parametrize("losses", SERIES.values(), ids=SERIES)
@pytest.mark.parametrize("log_loss", [False, True])
def test_the_fan_and_the_histogram(losses, log_loss):
    now = next(sweep(Experiment(steps=1_000), len(losses)))
    curves = np.resize(np.array(losses), now.curves.shape)
    made = np.full(len(losses), 1_000)
    since = np.array([NOT_RIGHT, *range(len(losses) - 1)])
    now = replace(now, steps=made, since=since, losses=np.array(losses), curves=curves)
    assert fits(fan(now, WIDTH, HEIGHT, log_loss))
    assert fits(histogram(now, WIDTH, HEIGHT))


def test_a_sweep_of_nothing_yet():
    now = next(sweep(Experiment(), 9))
    assert fits(fan(now, WIDTH, HEIGHT)) and fits(histogram(now, WIDTH, HEIGHT))
