"""The whole loss curve of a run, in at most 2,000 points, its one-step spikes kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core.network import Array

Steps = NDArray[np.int64]

LINEAR_BUCKETS = 640  # at most; their width in steps doubles when the run outgrows them
BUCKETS_PER_DECADE = 30  # a second, logarithmic set, so that a log axis finds the first steps too


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a loss curve, the first and the latest among them.

    They are the exact lowest and highest loss of every bucket of steps, counted from the first; up to a
    cut, of the buckets that were as wide as the longer run's.
    """

    steps: Steps
    losses: Array

    @property
    def first(self) -> int:
        """The first step on it."""
        return int(self.steps[0])

    @property
    def latest(self) -> int:
        """The last step on it."""
        return int(self.steps[-1])


def extended(curve: Curve, losses: Sequence[float]) -> Curve:
    """The curve after the next steps, one at least, given the loss of each."""
    last = curve.latest
    steps = np.concatenate((curve.steps, np.arange(last + 1, last + len(losses) + 1)))
    values = np.concatenate((curve.losses, losses))
    width = bucket_width(len(losses) + last - curve.first)
    # The buckets before the one that was being filled are full and reduced, unless they are joined now.
    joined = width > bucket_width(last - curve.first)
    open_since = min(bucket_start(curve.first, last, width), _decade_start(last))
    done = 0 if joined else int(np.searchsorted(steps, open_since))
    new_steps, new_values = steps[done:], values[done:]
    buckets = (new_steps - curve.first) // width
    kept = np.ones(len(steps), dtype=bool)
    kept[done:] = extremes(buckets, new_values) | extremes(_decade_bucket(new_steps), new_values)
    kept[0] = True
    return Curve(steps[kept], values[kept])


def before(curve: Curve, step: int) -> Curve:
    """The points at earlier steps."""
    count = int(np.searchsorted(curve.steps, step))
    return Curve(curve.steps[:count], curve.losses[:count])


def extremes(buckets: Steps | Array, values: Array) -> NDArray[np.bool_]:
    """Which values to keep: each bucket's lowest and highest, and the last of all; buckets ascend.

    A spike of one step is kept, which a stride would lose.
    """
    by_value = np.lexsort((values, buckets))
    starts = np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1))
    kept = np.zeros(len(values), dtype=bool)
    kept[by_value[starts]] = kept[by_value[np.append(starts[1:], len(values)) - 1]] = True
    kept[-1] = True
    return kept


def bucket_width(made: int) -> int:
    """How many steps a linear bucket holds when the run has made so many: 1, 2, 4, …"""
    return 1 << (made // LINEAR_BUCKETS).bit_length()


def bucket_start(first: int, step: int, width: int) -> int:
    """The first step of the linear bucket that this step lies in, in a run that began at the first."""
    return step - (step - first) % width


def _decade_bucket(steps: Steps) -> Steps:
    return (BUCKETS_PER_DECADE * np.log10(steps + 1)).astype(np.int64)


def _decade_start(step: int) -> int:
    """The first step of the logarithmic bucket that this step lies in, or one before it."""
    bucket = int(_decade_bucket(np.array([step]))[0])
    return math.floor(10 ** (bucket / BUCKETS_PER_DECADE)) - 1
