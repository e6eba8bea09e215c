"""Training: a snapshot is the whole state after some number of steps, and it never changes.

`train` is a pure generator of the snapshots that follow one. So pausing is stopping, a single step
is `next`, a reset is the first snapshot, and any snapshot can be trained on again, to the same bits.
"""

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core import derivation, network
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import Array, Parameters

NO_CHANGES: Mapping[int, Experiment] = MappingProxyType({})


class Diverged(ArithmeticError):
    """The step that cannot be made: its weights or its loss would be infinite or not a number."""

    def __init__(self, step: int) -> None:
        super().__init__(
            f"diverged at step {step:,} (infinite or NaN); step {step - 1:,} is kept. Try a lower rate."
        )
        self.step = step


CannotStep = (Diverged, derivation.BrokenStep)  # what keeps the next step from being made


class Snapshot(NamedTuple):
    """Training after `step` updates; a tuple, which is made in half a frozen dataclass's time.

    changes are the last update's Δw, which only momentum needs: zero at the start, and none at all
    without momentum. Activations, outputs and loss are those of these parameters, so everything in
    a snapshot belongs to one instant.
    """

    experiment: Experiment
    step: int
    parameters: Parameters
    changes: Parameters | None
    activations: list[Array]
    loss: float

    @property
    def outputs(self) -> Array:
        """ŷ for every example, (N, n_out)."""
        return self.activations[-1]

    @property
    def gradients(self) -> Parameters:
        """∂E/∂w for every weight and bias, E = ½·Σ(y − ŷ)²; under a mistake, what it takes for that.

        Raises BrokenStep where the mistake leaves no gradient at all.
        """
        if self.experiment.mistake:
            return derivation.gradients(self)
        return network.backward(self.parameters, self.activations, self.experiment.problem.targets)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which examples are right, (N,): every output on its target's side of ½."""
        return is_right(self.outputs, self.experiment.problem.targets)


def is_right(outputs: Array, targets: Array) -> NDArray[np.bool_]:
    """Which rows are right: outputs (…, N, n_out) less than ½ away from their targets.

    An output of exactly ½ reads as 0, as it does to np.round and to ŷ > ½: without biases and hidden
    layer that is what the inputs (0, 0) always answer.
    """
    error = targets - outputs
    right: NDArray[np.bool_] = np.all((error < 0.5) & (error >= -0.5), axis=-1)
    return right


@np.errstate(all="ignore")
def start(experiment: Experiment) -> Snapshot:
    """The snapshot at step 0: the first weights, before any update."""
    parameters = network.initialise(
        experiment.layer_sizes, experiment.bias, experiment.init, experiment.init_scale, experiment.seed
    )
    changes = network.zeros_like(parameters) if experiment.momentum else None
    return snapshot_of(experiment, 0, parameters, changes)


@np.errstate(all="ignore")
def following(snapshot: Snapshot) -> Snapshot:
    """The snapshot one update later.

    Raises Diverged when a weight or the loss would be infinite or not a number, BrokenStep when a
    mistake leaves no step to make; both are ArithmeticErrors that say so in a line. NumPy's own
    warnings are off: e^-z may overflow, rightly to an activation of 0.
    """
    experiment, parameters, changes = snapshot.experiment, snapshot.parameters, snapshot.changes
    gradients = snapshot.gradients
    if changes is None:
        parameters = network.update(parameters, gradients, experiment.learning_rate)
    else:
        changes = network.change_with_momentum(
            gradients, experiment.learning_rate, experiment.momentum, changes
        )
        parameters = network.changed(parameters, changes)
    after = snapshot_of(experiment, snapshot.step + 1, parameters, changes)
    if not (math.isfinite(after.loss) and network.is_finite(parameters)):
        raise Diverged(after.step)
    return after


def train(snapshot: Snapshot, changes: Mapping[int, Experiment] = NO_CHANGES) -> Iterator[Snapshot]:
    """The snapshots after this one, up to the experiment's last step; raises as `following` does.

    changes: the experiment from some later step on, by that step.
    """
    while snapshot.step < snapshot.experiment.steps:
        snapshot = following(snapshot)
        if snapshot.step in changes:
            snapshot = under(snapshot, changes[snapshot.step])
        yield snapshot


@np.errstate(all="ignore")
def under(snapshot: Snapshot, experiment: Experiment) -> Snapshot:
    """The same weights at the same step, to be trained on under another experiment of the same layer sizes.

    A momentum that was not there before begins with no last change.
    """
    changes = (snapshot.changes or network.zeros_like(snapshot.parameters)) if experiment.momentum else None
    return snapshot_of(experiment, snapshot.step, snapshot.parameters, changes)


def snapshot_of(
    experiment: Experiment, step: int, parameters: Parameters, changes: Parameters | None
) -> Snapshot:
    """The snapshot with these parameters, its activations and its loss computed from them."""
    activations = network.forward(parameters, experiment.problem.inputs)
    loss = network.loss(activations[-1], experiment.problem.targets)
    return Snapshot(experiment, step, parameters, changes, activations, loss)
