import numpy as np
import pytest

from backprop_tui.core.curve import Curve, before, extended

FIRST = Curve(np.array([0]), np.array([0.25]))


def grown(losses, stretches=(1,)):
    """A curve that was handed these losses in stretches of the given lengths, over and over."""
    curve, at, turn = FIRST, 0, 0
    while at < len(losses):
        end = at + stretches[turn % len(stretches)]
        curve = extended(curve, losses[at:end])
        at, turn = end, turn + 1
    return curve


def test_a_short_curve_is_kept_whole():
    losses = [0.3, 0.2, 0.25]
    curve = grown(losses)
    assert curve.steps.tolist() == [0, 1, 2, 3]
    assert curve.losses.tolist() == [0.25, *losses]
    assert curve.latest == 3


@pytest.mark.parametrize("count", [5_000, 100_000, 1_000_000])
def test_a_long_curve_keeps_its_spikes_in_bounded_memory(count):
    losses = 0.2 + 0.01 * np.random.RandomState(0).rand(count)
    losses[count // 3], losses[count // 2] = 0.9, 0.001
    curve = grown(losses.tolist(), stretches=(100_000,))
    assert len(curve.steps) <= 2_000
    kept = dict(zip(curve.steps.tolist(), curve.losses.tolist(), strict=True))
    assert kept[count // 3 + 1] == 0.9 and kept[count // 2 + 1] == 0.001
    assert kept[0] == 0.25 and kept[count] == losses[-1]
    assert (np.diff(curve.steps) > 0).all()


def test_the_curve_does_not_depend_on_how_the_steps_were_handed_over():
    losses = np.round(np.random.RandomState(1).rand(3_000), 2).tolist()
    whole, pieces = grown(losses, stretches=(3_000,)), grown(losses, stretches=(1, 50, 7, 333))
    assert whole.steps.tolist() == pieces.steps.tolist()
    assert whole.losses.tolist() == pieces.losses.tolist()


def test_what_was_before_a_step():
    curve = grown([0.3, 0.2, 0.1])
    assert before(curve, 2).steps.tolist() == [0, 1] and before(curve, 2).losses.tolist() == [0.25, 0.3]
