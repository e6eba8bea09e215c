"""A moment of a run: all there is to know of one step; and the stretch of steps from one to another."""

from dataclasses import dataclass, field

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot, is_right, start

NOT_RIGHT = -1
KEY_STEPS = 32  # between two snapshots that a stretch keeps


@dataclass(frozen=True, eq=False)
class Moment:
    """All there is to know of one step of a run.

    loss_change: its loss minus the one a step before, NaN at step 0 and where the targets were changed.
    right_since: for each row the step since which it has been right without a break, or NOT_RIGHT.
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


def first_moment(experiment: Experiment) -> Moment:
    """Step 0."""
    first = start(experiment)
    return Moment(first, np.nan, np.where(first.right, 0, NOT_RIGHT))


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
