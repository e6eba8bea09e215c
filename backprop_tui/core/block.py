"""Backpropagation for many networks at once: the lines of `network`, with the network as the last axis.

One small network leaves NumPy waiting for Python. A block of thousands, of the same shape and on the same
examples, makes a step in as many calls: each line is one elementwise operation, or one einsum, over all
of them, into an array that is there already. No number of one network meets one of another's.

Two signs are turned, to spend no call on them: a block holds −w for every weight and bias w, because
σ(z) = 1 / (1 + e^-z) wants −z; and it takes −σ′ = a ⊙ (a − 1). The δ are the right ones: in
δ_out = (y − ŷ) ⊙ −σ′ and in δl = (δ(l+1)·−W(l+1)ᵀ) ⊙ −σ′ the two turned signs cancel.

Shapes: as in `network`, and B networks behind; R rows, which are all examples or as many of them as leave
room for a useful B in the processor's cache. Source: equations (1)-(9) of the paper named in `network`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from backprop_tui.core import network
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import ONE, Array

FEWEST = 2  # networks in a block: of a single one einsum would sum in another order
USEFUL = 256  # networks in a block, below which NumPy's calls cost more than their arithmetic
IN_CACHE = 800_000  # numbers that a step goes through, at most
MOST_ERRORS = 4_000_000  # numbers, of the errors of all examples
STEPS_KEPT, NUMBERS_KEPT = 8, 64  # of so many steps the errors are kept, of long problems those of one


class Layer(NamedTuple):
    """What a step reads and writes at layer l, each a view into the block's arrays.

    weights, biases: −Wl (n_(l-1), n_l, B), −bl (n_l, B). weight_steps, bias_steps: ε·dWl and ε·dbl.
    activations, deltas, blame: al, ε·δl and δ(l+1)·−W(l+1)ᵀ, (R, n_l, B).
    """

    weights: Array
    biases: Array | None
    weight_steps: Array
    bias_steps: Array | None
    activations: Array
    deltas: Array
    blame: Array


class Rows(NamedTuple):
    """R examples that are gone through at once, a0 (R, n_0) and y (R, n_out, 1), and what is made of them.

    errors: y − ŷ of the last steps, (steps, R, n_out, B).
    """

    inputs: Array
    targets: Array
    errors: Array
    layers: Sequence[Layer]


@dataclass(frozen=True, eq=False)
class Block:
    """B networks that are trained together; everything but the experiment changes in place.

    parameters: −w of every weight and bias, in the order of `initialise`, (P, B). steps: ε·∂E/∂w of the last
    rows. changes: what a step adds to the parameters, where that is not `steps` alone: with momentum, or with
    several sets of rows. errors: y − ŷ of the last steps, each in its turn, (steps, N, n_out, B).
    """

    experiment: Experiment
    row_sets: Sequence[Rows]
    parameters: Array
    steps: Array
    changes: Array | None
    errors: Array
    learning_rate: Array
    momentum: Array


def steps_kept(experiment: Experiment) -> int:
    """Of how many steps the errors are kept, so that they can be looked at together."""
    return STEPS_KEPT if experiment.problem.targets.size <= NUMBERS_KEPT else 1


def rows_at_once(experiment: Experiment) -> int:
    """How many examples are gone through at once: all, if a useful number of networks has room beside them."""
    return max(1, min(experiment.problem.rows, IN_CACHE // USEFUL // _numbers_a_row(experiment)))


def numbers_a_network(experiment: Experiment) -> int:
    """How many numbers of each network a step goes through."""
    parameters = sum((below + experiment.bias) * above for below, above in _pairs(experiment))
    return 3 * parameters + rows_at_once(experiment) * _numbers_a_row(experiment)


def most_networks(experiment: Experiment) -> int:
    """How many networks have room in one block."""
    errors = experiment.problem.targets.size * steps_kept(experiment)
    return max(FEWEST, min(IN_CACHE // numbers_a_network(experiment), MOST_ERRORS // errors))


def products_a_step(experiment: Experiment) -> int:
    """How many products of an activation and a weight a network's forward pass sums up."""
    return experiment.problem.rows * sum(below * above for below, above in _pairs(experiment))


def _numbers_a_row(experiment: Experiment) -> int:
    sizes = experiment.layer_sizes[1:]
    return 3 * sum(sizes) + sizes[-1]


def _pairs(experiment: Experiment) -> list[tuple[int, int]]:
    sizes = experiment.layer_sizes
    return list(zip(sizes, sizes[1:]))


def block(experiment: Experiment, seeds: Sequence[int]) -> Block:
    """The networks that start from these seeds, before any update."""
    parameters = -_starts(experiment, seeds)
    problem, count, most = experiment.problem, parameters.shape[1], rows_at_once(experiment)
    steps = np.zeros_like(parameters)
    layers = _layers(experiment, parameters, steps, most)
    errors = np.empty((steps_kept(experiment), *problem.targets.shape, count))
    row_sets = []
    for first in range(0, problem.rows, most):
        rows = slice(first, min(first + most, problem.rows))
        targets = problem.targets[rows, :, np.newaxis]
        fewer = [_of_rows(layer, rows.stop - rows.start) for layer in layers]
        row_sets.append(Rows(problem.inputs[rows], targets, errors[:, rows], fewer))
    changes = np.zeros_like(parameters) if experiment.momentum or len(row_sets) > 1 else None
    constants = np.array(experiment.learning_rate), np.array(experiment.momentum)  # as with ONE
    return Block(experiment, row_sets, parameters, steps, changes, errors, *constants)


def _layers(experiment: Experiment, parameters: Array, steps: Array, rows: int) -> list[Layer]:
    count, pairs, layers = parameters.shape[1], _pairs(experiment), []
    weight, bias = 0, sum(below * above for below, above in pairs)
    for below, above in pairs:
        weights = slice(weight, weight := weight + below * above)
        biases = slice(bias, bias := bias + above)
        layers.append(
            Layer(
                parameters[weights].reshape(below, above, count),
                parameters[biases] if experiment.bias else None,
                steps[weights].reshape(below, above, count),
                steps[biases] if experiment.bias else None,
                *np.empty((3, rows, above, count)),
            )
        )
    return layers


def _of_rows(layer: Layer, rows: int) -> Layer:
    """The layer where there are only so many rows."""
    places = layer.activations[:rows], layer.deltas[:rows], layer.blame[:rows]
    return layer._replace(activations=places[0], deltas=places[1], blame=places[2])


def _starts(experiment: Experiment, seeds: Sequence[int]) -> Array:
    """The parameters of each seed's start, (P, B); one that is alone stands there twice."""
    random = np.random.RandomState()
    starts = []
    for seed in seeds:
        random.seed(seed)
        start = network.drawn(
            random, experiment.layer_sizes, experiment.bias, experiment.init, experiment.init_scale
        )
        starts.append(np.concatenate([array.ravel() for arrays in start for array in arrays]))
    starts += starts[-1:] * (FEWEST - len(starts))
    return np.ascontiguousarray(np.array(starts).T)


def step(block: Block, turn: int) -> None:
    """One update of every network; the errors before it are kept at this turn. Eqs. (8), (9)."""
    if block.changes is not None:
        np.multiply(block.changes, block.momentum, block.changes)
    into = block.parameters if block.changes is None else block.changes
    for rows in block.row_sets:
        forward(rows, turn)
        backward(rows, turn, block.learning_rate)
        np.add(into, block.steps, into)
    if block.changes is not None:
        np.add(block.parameters, block.changes, block.parameters)


def see(block: Block, turn: int) -> None:
    """The errors of the networks as they are."""
    for rows in block.row_sets:
        forward(rows, turn)


def forward(rows: Rows, turn: int) -> None:
    """The activations of every layer, and the errors. Eqs. (1), (2)."""
    below, axes = rows.inputs, "ni,ijb->njb"
    for layer in rows.layers:
        activation = layer.activations
        np.einsum(axes, below, layer.weights, out=activation)
        if layer.biases is not None:
            np.add(activation, layer.biases, activation)
        np.exp(activation, activation)
        np.add(activation, ONE, activation)
        np.divide(ONE, activation, activation)
        below, axes = activation, "nib,ijb->njb"
    np.subtract(rows.targets, below, rows.errors[turn])


def backward(rows: Rows, turn: int, learning_rate: Array) -> None:
    """ε times the gradient of E. Eqs. (4)-(7)."""
    above = rows.layers[-1]
    _slope(above)
    np.multiply(above.deltas, rows.errors[turn], above.deltas)
    np.multiply(above.deltas, learning_rate, above.deltas)
    for layer in rows.layers[-2::-1]:
        _gradient(above, layer.activations, "nib,njb->ijb")
        np.einsum("njb,ijb->nib", above.deltas, above.weights, out=layer.blame)
        _slope(layer)
        np.multiply(layer.deltas, layer.blame, layer.deltas)
        above = layer
    _gradient(above, rows.inputs, "ni,njb->ijb")


def _slope(layer: Layer) -> None:
    """−σ′ = a ⊙ (a − 1), where the deltas are to be: the rest is multiplied to it."""
    np.subtract(layer.activations, ONE, layer.deltas)
    np.multiply(layer.deltas, layer.activations, layer.deltas)


def _gradient(layer: Layer, below: Array, axes: str) -> None:
    np.einsum(axes, below, layer.deltas, out=layer.weight_steps)
    if layer.bias_steps is not None:
        np.add.reduce(layer.deltas, axis=0, out=layer.bias_steps)
