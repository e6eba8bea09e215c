"""Whether a straight cut is enough: what a network without a hidden layer can learn."""

from functools import lru_cache

import numpy as np

from backprop_tui.core.network import Array
from backprop_tui.core.problems import Problem

MOST_VISITS = 50_000  # of rows, a tenth of a second: the numbers of real measurements hardly come round


@lru_cache(maxsize=64)
def linearly_separable(problem: Problem, bias: bool) -> bool | None:
    """Whether one straight cut (through the origin without a bias) has each output's rows on their sides of ½.

    A row whose target is ½ may be on either; on the cut itself the output is ½, which reads as 0.
    The perceptron finds a cut if there is one; if there is none its weights come round to what they
    were before (Minsky & Papert, "Perceptrons", 1969, chapter 11). None: it did neither for long.
    """
    rows = np.hstack([problem.inputs, np.ones((problem.rows, int(bias)))])
    answers = [_has_cut(rows[targets != 0.5], targets[targets != 0.5] > 0.5) for targets in problem.targets.T]
    if False in answers:
        return False
    return None if None in answers else True


def _has_cut(rows: Array, is_above: Array) -> bool | None:
    weights = np.zeros(rows.shape[1])
    seen = set()
    for _ in range(max(MOST_VISITS // len(rows), 1)):
        seen.add(weights.tobytes())
        for row, above in zip(rows, is_above):
            if (row.dot(weights) > 0) != above:
                weights = weights + (row if above else -row)
        if ((rows.dot(weights) > 0) == is_above).all():
            return True
        if weights.tobytes() in seen:
            return False
    return None
