"""What a sweep comes to in a line: how many solved it, how sure that is, when, and how near the others came."""

import math
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from backprop_tui.core.network import Array
from backprop_tui.core.sweep import Sweep

Z_95 = 1.959963984540054  # of the normal distribution: 95 % lie within so many standard deviations


class Tally(NamedTuple):
    """The finished networks of a sweep, counted.

    solved: every row on its side of ½ at the last step. strictly: and a loss below sweep.STRICT.
    diverged: weights or loss infinite or not a number (or, under a mistake, no step to make), so not solved.
    low, high: the 95 % Wilson interval of the share that solves it. median_step: of those that solved it, the
    step since which all their rows were right; quartiles: the final losses a quarter, a half and three
    quarters of all are below. Both are None where there is nothing to take them of; a diverged loss counts
    as infinite.
    """

    networks: int
    solved: int
    strictly: int
    diverged: int
    low: float
    high: float
    median_step: float | None
    quartiles: tuple[float, float, float] | None


_counted: WeakKeyDictionary[Sweep, Tally] = WeakKeyDictionary()


def tally(sweep: Sweep) -> Tally:
    """The finished networks of this sweep, counted; once, for a sweep never changes."""
    if sweep not in _counted:
        _counted[sweep] = _tally(sweep)
    return _counted[sweep]


def _tally(sweep: Sweep) -> Tally:
    finished, solved = sweep.finished, sweep.solved
    count, right = int(finished.sum()), int(solved.sum())
    losses = sweep.losses[finished]
    return Tally(
        count,
        right,
        int(sweep.solved_strictly.sum()),
        int(np.isinf(losses).sum()),
        *wilson(right, count),
        float(np.median(sweep.since[solved])) if right else None,
        _quartiles(losses) if count else None,
    )


def percent(counted: Tally) -> float:
    """The share that solved it in percent, to one decimal; 0 and 100 only for none and for all."""
    if not counted.solved or counted.solved == counted.networks:
        return 100.0 if counted.solved else 0.0
    return min(max(round(100 * counted.solved / counted.networks, 1), 0.1), 99.9)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, from 0 to 1; all of it while nothing was tried.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
    """
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z_95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z_95 / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    # At the ends it is 0 and 1, but for the rounding of the sums.
    return (middle - half if successes else 0.0), (middle + half if successes < trials else 1.0)


def _quartiles(losses: Array) -> tuple[float, float, float]:
    """By the nearest value below, for between a number and an infinite one there is no mean."""
    low, middle, high = np.quantile(losses, (0.25, 0.5, 0.75), method="inverted_cdf").tolist()
    return low, middle, high
