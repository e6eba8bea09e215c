import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.timeline import NOT_RIGHT, begin, extended
from backprop_tui.core.training import start, train

FIRST = start(Experiment())
TARGETS = FIRST.experiment.problem.targets


def grown(losses, outputs=None, stretches=(1,)):
    """A timeline that was handed these losses in stretches of the given lengths, over and over."""
    outputs = [FIRST.outputs] * len(losses) if outputs is None else outputs
    timeline, at, turn = begin(FIRST), 0, 0
    while at < len(losses):
        end = at + stretches[turn % len(stretches)]
        timeline = extended(timeline, losses[at:end], outputs[at:end], TARGETS)
        at, turn = end, turn + 1
    return timeline


def test_a_short_curve_is_kept_whole():
    losses = [0.3, 0.2, 0.25]
    timeline = grown(losses)
    assert timeline.steps.tolist() == [0, 1, 2, 3]
    assert timeline.losses.tolist() == [FIRST.loss, *losses]


@pytest.mark.parametrize("count", [5_000, 100_000, 1_000_000])
def test_a_long_curve_keeps_its_spikes_in_bounded_memory(count):
    losses = 0.2 + 0.01 * np.random.RandomState(0).rand(count)
    losses[count // 3], losses[count // 2] = 0.9, 0.001
    timeline = grown(losses.tolist(), stretches=(100_000,))
    assert len(timeline.steps) <= 2_000
    kept = dict(zip(timeline.steps.tolist(), timeline.losses.tolist(), strict=True))
    assert kept[count // 3 + 1] == 0.9 and kept[count // 2 + 1] == 0.001
    assert kept[0] == FIRST.loss and kept[count] == losses[-1]
    assert (np.diff(timeline.steps) > 0).all()


def test_the_curve_does_not_depend_on_how_the_steps_were_handed_over():
    losses = np.round(np.random.RandomState(1).rand(3_000), 2).tolist()
    whole = grown(losses, stretches=(3_000,))
    pieces = grown(losses, stretches=(1, 50, 7, 333))
    assert whole.steps.tolist() == pieces.steps.tolist()
    assert whole.losses.tolist() == pieces.losses.tolist()


def test_the_last_change_of_the_loss():
    assert np.isnan(begin(FIRST).loss_change)
    assert grown([0.5, 0.75, 0.5], stretches=(3,)).loss_change == -0.25
    assert grown([0.5, 0.75, 0.5], stretches=(1,)).loss_change == -0.25


@pytest.mark.parametrize("stretches", [(1,), (2, 3), (40,)])
def test_right_since_is_the_first_step_of_the_unbroken_end(stretches):
    right = np.random.RandomState(2).rand(40, 4) < 0.7
    outputs = [np.where(row[:, np.newaxis], TARGETS, 1 - TARGETS) for row in right]
    timeline = grown([0.1] * 40, outputs, stretches)
    for row in range(4):
        since = NOT_RIGHT
        for step in range(40, 0, -1):
            if not right[step - 1, row]:
                break
            since = step
        else:
            since = 0 if FIRST.right[row] else 1
        assert timeline.right_since[row] == since


def test_since_when_the_rows_of_seed_42_are_right():
    right = [FIRST.right]
    losses, outputs = [], []
    for snapshot in train(FIRST):
        losses.append(snapshot.loss)
        outputs.append(snapshot.outputs)
        right.append(snapshot.right)
    timeline = extended(begin(FIRST), losses, outputs, TARGETS)
    since = [10_002 - next(back for back in range(1, 10_003) if not right[-back][row]) + 1 for row in range(4)]
    assert timeline.right_since.tolist() == since == [397, 19, 556, 1_141]
