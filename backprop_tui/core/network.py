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


Draw = Callable[[np.random.RandomState, tuple[int, ...]], Array]


def _normal(random: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    return random.standard_normal(shape)


def _uniform(random: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    return random.uniform(-1.0, 1.0, shape)


def _zeros(random: np.random.RandomState, shape: tuple[int, ...]) -> Array:
    return np.zeros(shape)


# How weights and how biases are drawn. Today's custom is to start biases at zero; to the 1986 papers, which
# draw uniformly, a bias is a weight like any other, from a unit that is always on.
INITIAL: dict[str, tuple[Draw, Draw]] = {
    "normal": (_normal, _zeros),
    "uniform": (_uniform, _uniform),
    "zeros": (_zeros, _zeros),
}


def initialise(layer_sizes: Sequence[int], bias: bool, init: str, init_scale: float, seed: int) -> Parameters:
    """Weights drawn in the order W1, W2, …, then biases b1, b2, …, each times init_scale; see INITIAL.

    The old RandomState generator is used because its numbers are promised never to change, so a
    seed is the same start on every machine, with and without biases.
    """
    return drawn(np.random.RandomState(seed), layer_sizes, bias, init, init_scale)


def drawn(
    random: np.random.RandomState, layer_sizes: Sequence[int], bias: bool, init: str, init_scale: float
) -> Parameters:
    """What `initialise` draws, from a generator that is there: making one takes longer than seeding it."""
    shapes = list(zip(layer_sizes, layer_sizes[1:]))
    draw_weights, draw_biases = INITIAL[init]
    weights = [draw_weights(random, shape) * init_scale for shape in shapes]
    biases = [draw_biases(random, (units,)) * init_scale for _, units in shapes] if bias else []
    return Parameters(weights, biases)


def zeros_like(parameters: Parameters) -> Parameters:
    """The same shapes, all zero."""
    return Parameters(*([np.zeros_like(array) for array in arrays] for arrays in parameters))


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^-z), element by element, same shape. Eq. (2)."""
    return ONE / (ONE + np.exp(-z))


def weighted_sum(activation: Array, weights: Array, biases: Array | None = None) -> Array:
    """zl = a(l-1)·Wl + bl, (N, n_l). Eq. (1).

    `.dot` makes the same BLAS call as `@` at half its overhead on matrices this small.
    """
    z: Array = activation.dot(weights)
    return z if biases is None else z + biases


def forward(parameters: Parameters, inputs: Array) -> list[Array]:
    """The activations of every layer, from a0 = inputs to the outputs ŷ; al is (N, n_l). Eqs. (1), (2)."""
    activations = [inputs]
    for layer, weights in enumerate(parameters.weights):
        biases = parameters.biases[layer] if parameters.biases else None
        activations.append(sigmoid(weighted_sum(activations[-1], weights, biases)))
    return activations


def loss(outputs: Array, targets: Array) -> float:
    """mean((y − ŷ)²) over all N·n_out values: E of eq. (3) times 2 / (N·n_out)."""
    error = targets - outputs
    return float((error * error).sum()) / error.size


def total_error(outputs: Array, targets: Array) -> float:
    """E = ½·Σ(y − ŷ)² over all N·n_out values, what the gradients are the slopes of. Eq. (3)."""
    error = targets - outputs
    return 0.5 * float((error * error).sum())


def output_delta(outputs: Array, targets: Array) -> Array:
    """δ_out = (ŷ − y) ⊙ ŷ ⊙ (1 − ŷ), (N, n_out). Eqs. (4), (5), with σ′(z) taken as a·(1 − a)."""
    return (outputs - targets) * (outputs * (ONE - outputs))


def hidden_delta(delta_above: Array, weights_above: Array, activation: Array) -> Array:
    """δl = (δ(l+1)·W(l+1)ᵀ) ⊙ al ⊙ (1 − al), (N, n_l). Eqs. (7), (5)."""
    delta: Array = delta_above.dot(weights_above.T) * (activation * (ONE - activation))
    return delta


def weight_gradient(activation_below: Array, delta: Array) -> Array:
    """dWl = a(l-1)ᵀ·δl, (n_(l-1), n_l). Eq. (6)."""
    gradient: Array = activation_below.T.dot(delta)
    return gradient


def bias_gradient(delta: Array) -> Array:
    """dbl = the sum of δl over the examples, (n_l,)."""
    gradient: Array = delta.sum(axis=0)
    return gradient


def backward(parameters: Parameters, activations: Sequence[Array], targets: Array) -> Parameters:
    """The gradient of E = ½·Σ(y − ŷ)² at every weight and bias, in the parameters' shapes. Eqs. (4)-(7)."""
    delta = output_delta(activations[-1], targets)
    deltas = [delta]
    for layer in range(len(parameters.weights) - 1, 0, -1):
        delta = hidden_delta(delta, parameters.weights[layer], activations[layer])
        deltas.insert(0, delta)
    return Parameters(
        [weight_gradient(below, delta) for below, delta in zip(activations, deltas)],
        [bias_gradient(delta) for delta in deltas] if parameters.biases else [],
    )


def descended(values: Array, gradient: Array, learning_rate: Array) -> Array:
    """w − ε·∂E/∂w, ε the learning rate, an array without axes. Eq. (8)."""
    return values - learning_rate * gradient


def change(gradient: Array, learning_rate: float, momentum: float, last: Array) -> Array:
    """Δw(t) = −ε·∂E/∂w(t) + α·Δw(t−1), with α the momentum and last the Δw(t−1). Eq. (9)."""
    return -learning_rate * gradient + momentum * last


def update(parameters: Parameters, gradients: Parameters, learning_rate: float) -> Parameters:
    """Every weight and bias descended along its gradient."""
    rate = np.array(learning_rate)  # as with ONE
    return Parameters(
        [descended(w, dw, rate) for w, dw in zip(parameters.weights, gradients.weights)],
        [descended(b, db, rate) for b, db in zip(parameters.biases, gradients.biases)],
    )


def change_with_momentum(
    gradients: Parameters, learning_rate: float, momentum: float, last: Parameters
) -> Parameters:
    """The change Δw(t) of every weight and bias."""
    return Parameters(
        *(
            [change(slope, learning_rate, momentum, before) for slope, before in zip(slopes, befores)]
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

    If the sum of squares is finite so is every number: a quarter of the cost of asking each. Squares
    of finite numbers may overflow, though, and then each is asked.
    """
    for arrays in parameters:
        for array in arrays:
            flat = array.ravel()
            if not math.isfinite(flat.dot(flat)) and not np.isfinite(flat).all():
                return False
    return True
