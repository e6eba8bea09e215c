import math
import warnings
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.problems import problem
from backprop_tui.core.training import Diverged, is_right, start, train
from tests import tutorial


@pytest.mark.parametrize("hidden", [4, 2, 1])
def test_every_update_is_the_tutorials_to_the_bit(hidden):
    snapshot = start(Experiment(hidden_sizes=(hidden,)))
    steps = 0
    for (loss, W1, W2), following in zip(tutorial.loop(10_001, hidden), train(snapshot), strict=True):
        assert snapshot.loss == loss
        assert (following.parameters.weights[0] == W1).all()
        assert (following.parameters.weights[1] == W2).all()
        snapshot = following
        steps += 1
    assert snapshot.step == steps == 10_001


def test_without_a_hidden_layer_too():
    snapshot = start(Experiment(hidden_sizes=()))
    for (loss, W1), following in zip(tutorial.loop_without_hidden_layer(10_001), train(snapshot), strict=True):
        assert snapshot.loss == loss
        assert (following.parameters.weights[0] == W1).all()
        snapshot = following
    assert snapshot.step == 10_001


SHAPES = [
    Experiment(),
    Experiment(hidden_sizes=()),
    Experiment(hidden_sizes=(4, 3), bias=True, momentum=0.9),
]


@pytest.mark.parametrize("experiment", SHAPES)
def test_nothing_is_changed_in_place(experiment):
    snapshot = start(experiment)
    for _ in range(20):
        arrays = [*snapshot.parameters.weights, *snapshot.parameters.biases, *snapshot.activations]
        if snapshot.changes is not None:
            arrays += [*snapshot.changes.weights, *snapshot.changes.biases]
        for array in arrays:
            array.flags.writeable = False
        snapshot = next(train(snapshot))
    assert snapshot.step == 20


@pytest.mark.parametrize("experiment", SHAPES)
def test_training_on_from_any_snapshot_makes_the_same_bits(experiment):
    straight = list(islice(train(start(experiment)), 200))
    again = list(islice(train(straight[49]), 150))
    assert [snapshot.loss for snapshot in again] == [snapshot.loss for snapshot in straight[50:]]
    assert (again[-1].outputs == straight[-1].outputs).all()


def test_momentum_and_biases_follow_the_papers_equation():
    """Δw(t) = −ε ∂E/∂w(t) + α Δw(t−1), with the gradient taken from each snapshot."""
    experiment = Experiment(bias=True, momentum=0.9, learning_rate=0.1)
    snapshot = start(experiment)
    change = np.zeros((2, 4))
    for following in islice(train(snapshot), 50):
        change = -0.1 * snapshot.gradients.weights[0] + 0.9 * change
        assert following.parameters.weights[0] == pytest.approx(snapshot.parameters.weights[0] + change)
        snapshot = following
    assert all(biases.any() for biases in snapshot.parameters.biases)


def test_the_run_ends_at_the_experiments_last_step():
    assert [snapshot.step for snapshot in train(start(Experiment(steps=3)))] == [1, 2, 3]


def test_a_snapshot_belongs_to_one_instant():
    snapshot = next(train(start(Experiment())))
    hidden = tutorial.sigmoid(tutorial.X @ snapshot.parameters.weights[0])
    outputs = tutorial.sigmoid(hidden @ snapshot.parameters.weights[1])
    assert (snapshot.outputs == outputs).all()
    assert snapshot.loss == np.mean((tutorial.y - outputs) ** 2)


def test_saturation_is_harmless_and_warns_nobody():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        snapshots = list(train(start(Experiment(init_scale=1000, steps=5))))
    assert math.isfinite(snapshots[-1].loss)


def test_a_run_that_diverges_says_at_which_step_and_keeps_the_last_finite_snapshot():
    reached = [start(Experiment(learning_rate=1e308, momentum=0.99))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Diverged, match=r"diverged at step 48 .*step 47 is kept") as stopped:
            reached.extend(train(reached[0]))
    assert stopped.value.step == reached[-1].step + 1
    assert all(np.isfinite(weights).all() for weights in reached[-1].parameters.weights)


def test_infinite_weights_are_found_behind_a_finite_loss():
    """With x1 always 1 an infinite weight only saturates the output, and the loss stays a number."""
    always_one = problem("one", "One", [[1, 0], [1, 1]], [[0], [1]])
    snapshot = start(Experiment(problem=always_one, hidden_sizes=()))
    parameters = snapshot.parameters._replace(weights=[np.array([[np.inf], [1.0]])])
    saturated = snapshot._replace(parameters=parameters, activations=[always_one.inputs, np.ones((2, 1))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Diverged):
            next(train(saturated))


def test_right_is_less_than_a_half_away_and_a_half_itself_is_not():
    targets = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    outputs = np.array([[0.4, 0.6], [0.5, 0.9], [0.1, 0.51]])
    assert is_right(outputs, targets).tolist() == [True, False, False]
