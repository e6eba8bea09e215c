"""Backpropagation on one page.

A network is a stack of layers. Row n of ``inputs`` is one example; every layer turns the
activations below it into its own, and the activations of the last layer are the outputs ŷ:

    a0 = inputs     zl = a(l-1)·Wl + bl     al = σ(zl)     σ(z) = 1 / (1 + e^-z)

Training lowers E = ½·Σ(y − ŷ)², summed over all examples and outputs, by moving every weight
against its slope ∂E/∂w. Only the chain rule is needed to find the slopes. Call δl = ∂E/∂zl.

    At the outputs   ∂E/∂ŷ = ŷ − y and σ′(z) = σ(z)·(1 − σ(z)), so     δ_out = (ŷ − y) ⊙ ŷ ⊙ (1 − ŷ)
    One layer down   a unit acts on E through every unit above it, so   δl = (δ(l+1)·W(l+1)ᵀ) ⊙ al ⊙ (1 − al)
    At a weight      zl grows by a(l-1) when the weight grows by 1, so  dWl = a(l-1)ᵀ·δl
    At a bias        zl grows by 1 when the bias grows by 1, so         dbl = the sum of δl over the examples

The deltas run backwards through the same weights the activations came forward through: hence the
name. One forward and one backward pass over all examples and one update is a *step*.

The loss shown is the mean of (y − ŷ)², as in the classic tutorials. It is E times 2/(N·n_out): the
same valley on another scale, so following E's slope lowers both.

Shapes: N examples; layer l has n_l units; n_0 inputs; the last layer has the n_out outputs.
Source: Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", Nature
323 (1986) 533-536, equations (1)-(9); their x is z here, their y is a, their d is the target.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# NumPy takes an array without axes at two thirds of a Python number's cost, to the same bits.
ONE: Array = np.ones(())


class Parameters(NamedTuple):
    """What training changes, and anything of the same shapes: gradients of E, changes of weights.

    weights: W1, W2, … of shape (n_(l-1), n_l).
    biases:  b1, b2, … of shape (n_l,), or nothing for a network without biases.
    """

    weights: Sequence[Array]
    biases: Sequence[Array] = ()


INITIAL_WEIGHTS: dict[str, Callable[[np.random.RandomState, tuple[int, int]], Array]] = {
    "normal": lambda random, shape: random.standard_normal(shape),
    "uniform": lambda random, shape: random.uniform(-1.0, 1.0, shape),
    "zeros": lambda random, shape: np.zeros(shape),
}


def initialise(layer_sizes: Sequence[int], bias: bool, init: str, init_scale: float, seed: int) -> Parameters:
    """Weights drawn in the order W1, W2, …, times init_scale; biases start at zero.

    The old RandomState generator is used because its numbers are promised never to change, so a
    seed is the same start on every machine, with and without biases.
    """
    random = np.random.RandomState(seed)
    shapes = list(zip(layer_sizes, layer_sizes[1:]))
    weights = [INITIAL_WEIGHTS[init](random, shape) * init_scale for shape in shapes]
    return Parameters(weights, [np.zeros(units) for _, units in shapes] if bias else [])


def zeros_like(parameters: Parameters) -> Parameters:
    """The same shapes, all zero."""
    return Parameters(*([np.zeros_like(array) for array in arrays] for arrays in parameters))


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^-z), element by element, same shape. Eq. (2)."""
    return ONE / (ONE + np.exp(-z))


def forward(parameters: Parameters, inputs: Array) -> list[Array]:
    """The activations of every layer, from a0 = inputs to the outputs ŷ; al is (N, n_l). Eqs. (1), (2).

    `.dot` makes the same BLAS call as `@` at half its overhead on matrices this small.
    """
    activation = inputs
    activations = [activation]
    for layer, weights in enumerate(parameters.weights):
        z = activation.dot(weights)
        if parameters.biases:
            z = z + parameters.biases[layer]
        activation = sigmoid(z)
        activations.append(activation)
    return activations


def loss(outputs: Array, targets: Array) -> float:
    """mean((y − ŷ)²) over all N·n_out values: E of eq. (3) times 2 / (N·n_out)."""
    error = targets - outputs
    return float((error * error).sum()) / error.size


def backward(parameters: Parameters, activations: Sequence[Array], targets: Array) -> Parameters:
    """The gradient of E = ½·Σ(y − ŷ)² at every weight and bias, in the parameters' shapes. Eqs. (4)-(7).

    σ′(z) is taken as a·(1 − a): the activations hold σ(z) already.
    """
    weight_gradients: list[Array] = []
    bias_gradients: list[Array] = []
    outputs = activations[-1]
    delta = (outputs - targets) * (outputs * (ONE - outputs))
    for layer in reversed(range(len(parameters.weights))):
        below = activations[layer]
        weight_gradients.insert(0, below.T.dot(delta))
        if parameters.biases:
            bias_gradients.insert(0, delta.sum(axis=0))
        if layer > 0:
            delta = delta.dot(parameters.weights[layer].T) * (below * (ONE - below))
    return Parameters(weight_gradients, bias_gradients)


def update(parameters: Parameters, gradients: Parameters, learning_rate: float) -> Parameters:
    """w − ε·∂E/∂w for every weight and bias, ε the learning rate. Eq. (8)."""
    return Parameters(
        [w - learning_rate * dw for w, dw in zip(parameters.weights, gradients.weights)],
        [b - learning_rate * db for b, db in zip(parameters.biases, gradients.biases)],
    )


def change_with_momentum(
    gradients: Parameters, learning_rate: float, momentum: float, last: Parameters
) -> Parameters:
    """Δw(t) = −ε·∂E/∂w(t) + α·Δw(t−1), with α the momentum and last the Δw(t−1). Eq. (9)."""
    return Parameters(
        *(
            [-learning_rate * dw + momentum * before for dw, before in zip(slopes, befores)]
            for slopes, befores in zip(gradients, last)
        )
    )


def changed(parameters: Parameters, changes: Parameters) -> Parameters:
    """w + Δw for every weight and bias."""
    return Parameters(
        *([w + dw for w, dw in zip(arrays, deltas)] for arrays, deltas in zip(parameters, changes))
    )


def is_finite(parameters: Parameters) -> bool:
    """Whether no weight or bias is infinite or not a number.

    Zero times a finite number is zero and zero times any other is not, so one dot product with
    zeros answers for a whole array: a third of the cost of asking each number.
    """
    for arrays in parameters:
        for array in arrays:
            if not math.isfinite(array.ravel().dot(np.zeros(array.size))):
                return False
    return True
