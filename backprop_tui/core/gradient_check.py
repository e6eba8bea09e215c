"""Is the gradient right? Every slope that backpropagation gives beside one measured on E itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop_tui.core import network
from backprop_tui.core.network import Array, Parameters
from backprop_tui.core.training import Snapshot

WIDTHS = tuple(float(f"1e-{power}") for power in range(1, 13))  # the dial's: 1e-1 … 1e-12
WIDTH = 1e-5
ALLOWED = 1e-5  # the largest relative error of a right gradient, round-off included
LEAST_SHARE = 0.1  # of the largest gradient: a smaller one is judged as if it were this large
MOST_CHECKED = 400  # slopes; of more, so many are taken, evenly spread


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """The slopes of E at every weight and bias, or at MOST_CHECKED of them.

    names: of the parameters, as W1 x1→h1. gradients: from the step's own lines. differences:
    (E(w + width) − E(w − width)) / (2·width). errors: how far apart the two are, as a share of the
    larger, or of LEAST_SHARE of the largest gradient of all where both are smaller than that.
    parameters: how many there are in all. energy: E itself.
    """

    names: tuple[str, ...]
    gradients: Array
    differences: Array
    errors: Array
    width: float
    parameters: int
    energy: float

    @property
    def largest_error(self) -> float:
        """The worst of the errors."""
        return float(self.errors.max())

    @property
    def passed(self) -> bool:
        """Whether every gradient agrees with its difference."""
        return bool(self.largest_error <= ALLOWED)

    @property
    def verdict(self) -> str:
        """right, wrong, or too small to tell: when round-off alone makes differences like these slopes."""
        if self.passed:
            return "right"
        largest = float(np.abs([self.gradients, self.differences]).max())
        round_off = float(np.finfo(float).eps) * self.energy / self.width
        return "too small to tell" if largest * LEAST_SHARE * ALLOWED <= round_off else "wrong"


@np.errstate(all="ignore")
def gradient_check(snapshot: Snapshot, width: float = WIDTH) -> GradientCheck:
    """The check at the snapshot's weights; raises BrokenStep where a mistake leaves no gradient at all."""
    problem = snapshot.experiment.problem
    gradients = np.concatenate([array.ravel() for arrays in snapshot.gradients for array in arrays])
    taken = np.unique(np.linspace(0, len(gradients) - 1, MOST_CHECKED).astype(int))

    def energy(parameters: Parameters) -> float:
        return network.total_error(network.forward(parameters, problem.inputs)[-1], problem.targets)

    differences = np.array(
        [
            (energy(_moved(snapshot.parameters, at, width)) - energy(_moved(snapshot.parameters, at, -width)))
            / (2 * width)
            for at in taken
        ]
    )
    gradients = gradients[taken]
    larger = np.maximum(np.abs(gradients), np.abs(differences))
    scale = np.maximum(larger, LEAST_SHARE * larger.max())
    errors = np.where(scale == 0, 0.0, np.abs(gradients - differences) / scale)
    errors[~np.isfinite(errors)] = np.inf
    names = list(_names(snapshot))
    taken_names = tuple(names[at] for at in taken)
    now = energy(snapshot.parameters)
    return GradientCheck(taken_names, gradients, differences, errors, width, len(names), now)


def _moved(parameters: Parameters, at: int, by: float) -> Parameters:
    """The parameters with one of them, counted through all arrays, moved by so much."""
    moved: list[list[Array]] = []
    for arrays in parameters:
        moved.append([])
        for array in arrays:
            if 0 <= at < array.size:
                array = array.copy()
                array.flat[at] += by
                at = -1
            elif at >= 0:
                at -= array.size
            moved[-1].append(array)
    return Parameters(*moved)


def _names(snapshot: Snapshot) -> Iterator[str]:
    """W1 x1→h1, … for the weights, then b1 h1, … for the biases, in the order of Parameters."""
    labels = snapshot.experiment.layer_labels
    for layer, (below, above) in enumerate(zip(labels, labels[1:]), 1):
        yield from (f"W{layer} {source}→{target}" for source in below for target in above)
    if snapshot.experiment.bias:
        for layer, above in enumerate(labels[1:], 1):
            yield from (f"b{layer} {target}" for target in above)
