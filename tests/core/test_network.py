import math

import numpy as np
import pytest

from backprop_tui.core import network
from backprop_tui.core.network import Parameters
from backprop_tui.core.problems import XOR, problem


def test_one_step_of_a_2_2_1_network_worked_by_hand():
    """One example (1, 0) with target 1, every number worked out on paper from the 1986 equations."""
    parameters = Parameters([np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([[0.5], [0.6]])])
    inputs, targets = np.array([[1.0, 0.0]]), np.array([[1.0]])

    _, hidden, outputs = network.forward(parameters, inputs)
    # z1 = (0.1, 0.2); σ(0.1) = 0.524979, σ(0.2) = 0.549834
    assert hidden == pytest.approx(np.array([[0.524979, 0.549834]]), abs=5e-7)
    # z2 = 0.5·0.524979 + 0.6·0.549834 = 0.592390; σ(0.592390) = 0.643913
    assert outputs == pytest.approx(np.array([[0.643913]]), abs=5e-7)
    # (1 − 0.643913)² = 0.126798
    assert network.loss(outputs, targets) == pytest.approx(0.126798, abs=5e-7)

    gradients = network.backward(parameters, [inputs, hidden, outputs], targets)
    # δ_out = −0.356087 · 0.643913 · 0.356087 = −0.0816474; times a1 is dW2
    assert gradients.weights[1] == pytest.approx(np.array([[-0.0428632], [-0.0448925]]), abs=5e-7)
    # δ_hid = −0.0816474 · (0.5 · 0.524979 · 0.475021, 0.6 · 0.549834 · 0.450166); x2 = 0 leaves no slope
    assert gradients.weights[0] == pytest.approx(np.array([[-0.0101804, -0.0121254], [0, 0]]), abs=5e-7)

    moved = network.update(parameters, gradients, learning_rate=0.5)
    assert moved.weights[0] == pytest.approx(np.array([[0.1050902, 0.2060627], [0.3, 0.4]]), abs=5e-7)
    assert moved.weights[1] == pytest.approx(np.array([[0.5214316], [0.6224463]]), abs=5e-7)


def energy(parameters: Parameters, inputs: np.ndarray, targets: np.ndarray) -> float:
    """E = ½·Σ(y − ŷ)² in plain Python, unit by unit, to share nothing with the code under test."""
    total = 0.0
    for row, target in zip(inputs.tolist(), targets.tolist(), strict=True):
        activations = row
        for layer, weights in enumerate(parameters.weights):
            biases = parameters.biases[layer].tolist() if parameters.biases else [0.0] * weights.shape[1]
            activations = [
                1 / (1 + math.exp(-sum(a * w for a, w in zip(activations, column, strict=True)) - bias))
                for column, bias in zip(weights.T.tolist(), biases, strict=True)
            ]
        total += 0.5 * sum((y - a) ** 2 for y, a in zip(target, activations, strict=True))
    return total


TWO_OUTPUTS = problem("two", "Two", [[0, 0.5, 1], [1, 0, 0.2], [0.3, 0.3, 0.9]], [[0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("hidden_sizes", [(), (1,), (4,), (4, 3), (2, 3, 2)])
@pytest.mark.parametrize("examples", [XOR, TWO_OUTPUTS], ids=["xor", "two outputs"])
def test_gradient_is_the_central_difference_of_e(examples, hidden_sizes, bias):
    sizes = (examples.inputs.shape[1], *hidden_sizes, examples.targets.shape[1])
    parameters = network.initialise(sizes, bias, "normal", 1.0, seed=3)
    activations = network.forward(parameters, examples.inputs)
    gradients = network.backward(parameters, activations, examples.targets)
    step = 1e-5
    for arrays, slopes in zip(parameters, gradients, strict=True):
        for array, slope in zip(arrays, slopes, strict=True):
            assert array.shape == slope.shape
            for index in np.ndindex(array.shape):
                there = array[index]
                array[index] = there + step
                above = energy(parameters, examples.inputs, examples.targets)
                array[index] = there - step
                below = energy(parameters, examples.inputs, examples.targets)
                array[index] = there
                assert slope[index] == pytest.approx((above - below) / (2 * step), abs=1e-9)


def test_sigmoid_at_its_ends_and_middle():
    with np.errstate(over="ignore"):
        values = network.sigmoid(np.array([-1e4, 0.0, 1e4]))
    assert values.tolist() == [0.0, 0.5, 1.0]


def test_momentum_adds_the_last_change():
    gradients = Parameters([np.array([[2.0]])], [np.array([4.0])])
    last = Parameters([np.array([[10.0]])], [np.array([-10.0])])
    change = network.change_with_momentum(gradients, 0.5, 0.9, last)
    assert change.weights[0].tolist() == [[-0.5 * 2 + 0.9 * 10]]
    assert change.biases[0].tolist() == [-0.5 * 4 + 0.9 * -10]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_is_finite_finds_the_one_value_that_is_not(value):
    parameters = network.initialise((2, 3, 1), True, "normal", 1.0, seed=0)
    assert network.is_finite(parameters)
    parameters.biases[1][0] = value
    with np.errstate(invalid="ignore"):
        assert not network.is_finite(parameters)


def test_initialise_draws_the_same_weights_with_and_without_biases():
    without = network.initialise((2, 4, 1), False, "normal", 0.5, seed=42)
    with_biases = network.initialise((2, 4, 1), True, "normal", 0.5, seed=42)
    assert all(map(np.array_equal, without.weights, with_biases.weights))
    assert [biases.tolist() for biases in with_biases.biases] == [[0.0] * 4, [0.0]]


def test_uniform_and_zero_starts():
    uniform = network.initialise((2, 50, 1), False, "uniform", 0.3, seed=1).weights[0]
    assert -0.3 <= uniform.min() < -0.2 and 0.2 < uniform.max() <= 0.3
    assert not network.initialise((2, 4, 1), False, "zeros", 0.5, seed=1).weights[0].any()


def test_finite_is_asked_of_each_number_where_their_squares_overflow():
    with np.errstate(all="ignore"):
        assert network.is_finite(Parameters([np.array([[1e200, -1e300]])], [np.zeros(2)]))
        for wrong in (np.inf, -np.inf, np.nan):
            assert not network.is_finite(Parameters([np.ones((2, 2))], [np.array([0.0, wrong])]))
