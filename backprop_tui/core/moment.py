"""A moment of a run: all there is to know of one step; and the stretch of steps from one to another."""

import math
from dataclasses import dataclass, field

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import Array, Parameters
from backprop_tui.core.training import Snapshot, is_right, snapshot_of

NOT_RIGHT = -1
KEY_STEPS = 32  # between two snapshots that a stretch keeps


@dataclass(frozen=True, eq=False)
class Moment:
    """All there is to know of one step of a run.

    loss_change: its loss minus the one a step before, NaN at the first step and where the targets were
    changed. right_since: for each row the step since which it has been right without a break, or NOT_RIGHT.
    """

    snapshot: Snapshot
    loss_change: float
    right_since: Steps


@dataclass
class Stretch:
    """Steps made one after the other: the loss and the outputs of each, the latest snapshot, those to keep."""

    snapshot: Snapshot
    losses: list[float] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)
    keys: list[Snapshot] = field(default_factory=list)

    def add(self, snapshot: Snapshot) -> None:
        """One step more."""
        self.snapshot = snapshot
        self.losses.append(snapshot.loss)
        self.outputs.append(snapshot.outputs)
        if snapshot.step % KEY_STEPS == 0:
            self.keys.append(snapshot)


def first_moment(snapshot: Snapshot) -> Moment:
    """The moment a run begins with at this snapshot; of what was before it nothing is known."""
    return Moment(snapshot, np.nan, np.where(snapshot.right, snapshot.step, NOT_RIGHT))


def right_since(moment: Moment, stretch: Stretch) -> Steps:
    """Moment.right_since at every step of a stretch that begins after the moment, (steps, N)."""
    first = moment.snapshot.step + 1
    right = is_right(np.array(stretch.outputs), moment.snapshot.experiment.problem.targets)
    right[-1] = stretch.snapshot.right  # where a change is made the new targets hold
    at = np.arange(len(right))[:, np.newaxis]
    last_wrong = np.maximum.accumulate(np.where(right, -1, at))
    unbroken = np.where(moment.right_since == NOT_RIGHT, first, moment.right_since)
    since = np.where(last_wrong == -1, unbroken, first + last_wrong + 1)
    return np.where(right, since, NOT_RIGHT)


def packed(snapshot: Snapshot, right_since: Steps) -> Array:
    """A moment as one row of numbers: parameters, last changes (zero if there are none), right_since."""
    parameters = [*snapshot.parameters.weights, *snapshot.parameters.biases]
    changes = snapshot.changes and [*snapshot.changes.weights, *snapshot.changes.biases]
    last = changes or [np.zeros_like(array) for array in parameters]
    return np.concatenate([array.ravel() for array in (*parameters, *last)] + [right_since.astype(np.float64)])


@np.errstate(all="ignore")
def unpacked(experiment: Experiment, step: int, row: Array) -> Moment:
    """The moment that was packed into this row, but for its loss_change."""
    sizes = experiment.layer_sizes
    shapes: list[tuple[int, ...]] = list(zip(sizes, sizes[1:]))
    shapes += [(units,) for units in sizes[1:]] if experiment.bias else []
    ends = np.cumsum([math.prod(shape) for shape in shapes] * 2)
    pieces = [piece.reshape(shape) for piece, shape in zip(np.split(row, ends), shapes * 2)]
    layers = len(sizes) - 1
    parameters, last = (
        Parameters(arrays[:layers], arrays[layers:])
        for arrays in (pieces[: len(shapes)], pieces[len(shapes) :])
    )
    snapshot = snapshot_of(experiment, step, parameters, last if experiment.momentum else None)
    return Moment(snapshot, np.nan, row[ends[-1] :].astype(np.int64))
