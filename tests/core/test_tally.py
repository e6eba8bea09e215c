from dataclasses import replace

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.sweep import Sweep, sweep
from backprop_tui.core.tally import percent, tally, wilson

STEPS = 100


def swept(since: list[int], losses: list[float], steps: list[int] | None = None) -> Sweep:
    """A sweep that has come to this; finished, if not said."""
    nothing = next(sweep(Experiment(steps=STEPS), len(since)))
    steps = [STEPS] * len(since) if steps is None else steps
    return replace(nothing, steps=np.array(steps), since=np.array(since), losses=np.array(losses))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (995, 1_000, 0.9883, 0.9979),
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_tried_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("trials", [1, 7, 1_000, 1_000_000])
def test_an_interval_is_within_0_and_1_holds_the_share_and_mirrors(trials):
    for successes in {0, 1, trials // 2, trials - 1, trials}:
        low, high = wilson(successes, trials)
        assert 0 <= low <= successes / trials + 1e-15 and successes / trials - 1e-15 <= high <= 1
        assert wilson(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


def test_solved_needs_every_row_and_strictly_a_small_loss_too():
    counted = tally(swept([10, 20, 30, NOT_RIGHT], [0.001, 0.01, 0.0099, 0.001]))
    assert (counted.networks, counted.solved, counted.strictly, counted.diverged) == (4, 3, 2, 0)
    assert (counted.low, counted.high) == wilson(3, 4)


def test_the_median_step_is_of_those_that_solved_it():
    assert tally(swept([10, NOT_RIGHT, 40], [0, 1, 0])).median_step == 25
    assert tally(swept([0, 7, 40], [0, 0, 0])).median_step == 7
    assert tally(swept([NOT_RIGHT], [0.25])).median_step is None


def test_quartiles_are_losses_that_were_reached():
    assert tally(swept([1] * 5, [0.4, 0.1, 0.3, 0.2, 0.5])).quartiles == (0.2, 0.3, 0.4)
    assert tally(swept([1], [0.4])).quartiles == (0.4, 0.4, 0.4)


def test_diverged_networks_stay_in_the_count_and_among_the_quartiles():
    counted = tally(swept([5, NOT_RIGHT, NOT_RIGHT, 6], [0.1, np.inf, np.inf, 0.2]))
    assert (counted.networks, counted.solved, counted.diverged) == (4, 2, 2)
    assert counted.quartiles == (0.1, 0.2, np.inf)
    assert tally(swept([NOT_RIGHT] * 3, [np.inf] * 3)).quartiles == (np.inf, np.inf, np.inf)


def test_only_the_finished_are_counted():
    counted = tally(swept([5, 5, NOT_RIGHT], [0.1, 0.2, np.inf], steps=[STEPS, STEPS - 1, 0]))
    assert (counted.networks, counted.solved, counted.diverged, counted.median_step) == (1, 1, 0, 5)


def test_of_a_sweep_that_has_just_begun_there_is_nothing_to_tell():
    counted = tally(next(sweep(Experiment(), 5)))
    assert counted == (0, 0, 0, 0, 0.0, 1.0, None, None)


@pytest.mark.parametrize(
    ("solved", "of", "told"), [(0, 3, 0.0), (3, 3, 100.0), (1, 3, 33.3), (1, 5_000, 0.1), (9_999, 10_000, 99.9)]
)
def test_only_none_are_0_percent_and_only_all_are_100(solved, of, told):
    counted = tally(swept([10] * solved + [NOT_RIGHT] * (of - solved), [0.1] * of))
    assert percent(counted) == told
