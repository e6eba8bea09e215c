"""What a run has been through, in bounded memory: the whole loss curve, and since when each row is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot, is_right

Steps = NDArray[np.int64]

LINEAR_BUCKETS = 640  # at most; their width in steps doubles when the run outgrows them
BUCKETS_PER_DECADE = 30  # a second, logarithmic set, so that a log axis finds the first steps too
NOT_RIGHT = -1


@dataclass(frozen=True, eq=False)
class Timeline:
    """A run from step 0 to its latest step. It never changes: `extended` makes the next one.

    steps, losses: points of the loss curve, at most 2,000 however long the run: the exact lowest and
    highest loss of every bucket of steps, the first point and the latest.
    loss_change: the latest loss minus the one a step before it, NaN at the start.
    right_since: for each row the step since which it has been right without a break, or NOT_RIGHT.
    """

    steps: Steps
    losses: Array
    loss_change: float
    right_since: Steps


def begin(snapshot: Snapshot) -> Timeline:
    """The timeline of a run that has made no step yet."""
    return Timeline(
        np.array([snapshot.step]),
        np.array([snapshot.loss]),
        np.nan,
        np.where(snapshot.right, snapshot.step, NOT_RIGHT),
    )


def extended(timeline: Timeline, losses: Sequence[float], outputs: Sequence[Array], targets: Array) -> Timeline:
    """The timeline after the next steps, one at least, given the loss and the outputs (N, n_out) of each."""
    first = int(timeline.steps[-1]) + 1
    latest = first + len(losses) - 1
    steps = np.concatenate((timeline.steps, np.arange(first, latest + 1)))
    curve = np.concatenate((timeline.losses, losses))
    width = _width(latest)
    # The buckets before the one that was being filled are full and reduced, unless they are joined now.
    done = 0 if width > _width(first - 1) else int(np.searchsorted(steps, _open_since(first - 1, width)))
    new_steps, new_losses = steps[done:], curve[done:]
    kept = np.ones(len(steps), dtype=bool)
    kept[done:] = extremes(new_steps // width, new_losses) | extremes(_decade_bucket(new_steps), new_losses)
    right = is_right(np.concatenate(outputs).reshape(len(losses), *targets.shape), targets)
    return Timeline(
        steps[kept],
        curve[kept],
        float(curve[-1] - curve[-2]),
        _right_since(timeline.right_since, right, first),
    )


def extremes(buckets: Steps, values: Array) -> NDArray[np.bool_]:
    """Which values to keep: each bucket's lowest and highest, and the last of all; buckets ascend.

    A spike of one step is kept, which a stride would lose.
    """
    by_value = np.lexsort((values, buckets))
    starts = np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1))
    kept = np.zeros(len(values), dtype=bool)
    kept[by_value[starts]] = kept[by_value[np.append(starts[1:], len(values)) - 1]] = True
    kept[-1] = True
    return kept


def _width(latest: int) -> int:
    """How many steps a linear bucket holds when the run has come so far: 1, 2, 4, …"""
    return 1 << (latest // LINEAR_BUCKETS).bit_length()


def _decade_bucket(steps: Steps) -> Steps:
    return (BUCKETS_PER_DECADE * np.log10(steps + 1)).astype(np.int64)


def _open_since(step: int, width: int) -> int:
    """The first step of the buckets, linear and logarithmic, that this step lies in."""
    bucket = int(_decade_bucket(np.array([step]))[0])
    return min(step // width * width, math.floor(10 ** (bucket / BUCKETS_PER_DECADE)) - 1)


def _right_since(before: Steps, right: NDArray[np.bool_], first: int) -> Steps:
    """right: (steps, N), whether each row was right at the steps from `first` on."""
    wrong_at = np.where(right, -1, np.arange(len(right))[:, np.newaxis]).max(axis=0)
    unbroken = np.where(before == NOT_RIGHT, first, before)
    since = np.where(wrong_at == -1, unbroken, first + wrong_at + 1)
    return np.where(right[-1], since, NOT_RIGHT)
