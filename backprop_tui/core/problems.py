"""The problems a network can be asked to learn, as one table."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from backprop_tui.core.network import Array


@dataclass(frozen=True, eq=False)
class Problem:
    """Examples with their answers: a row of inputs and a row of targets for each.

    inputs: (N, n_0); targets: (N, n_out), each in 0 … 1. Both read-only. Labels name the columns.
    """

    name: str
    title: str
    inputs: Array
    targets: Array
    input_labels: tuple[str, ...]
    output_labels: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many examples there are, N."""
        return len(self.inputs)

    @property
    def targets_text(self) -> str:
        """All targets in a row: 0 1 1 0."""
        return " ".join(f"{value:g}" for value in self.targets.ravel())


def problem(name: str, title: str, inputs: object, targets: object) -> Problem:
    """A problem from two tables of numbers, its columns named x1, x2, … and ŷ (or ŷ1, ŷ2, …)."""
    x, y = (np.array(table, dtype=np.float64) for table in (inputs, targets))
    x.flags.writeable = y.flags.writeable = False
    outputs = y.shape[1]
    return Problem(
        name,
        title,
        x,
        y,
        tuple(f"x{column}" for column in range(1, x.shape[1] + 1)),
        ("ŷ",) if outputs == 1 else tuple(f"ŷ{column}" for column in range(1, outputs + 1)),
    )


XOR = problem("xor", "XOR", [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])

PROBLEMS = {each.name: each for each in (XOR,)}


def with_targets(problem: Problem, targets: Array) -> Problem:
    """The problem with other targets, of the same shape; one of the table where it has these very targets.

    The same targets make the same problem. Raises ValueError for targets outside 0 … 1.
    """
    if not ((targets >= 0) & (targets <= 1)).all():
        raise ValueError("targets must be from 0 to 1")
    return _with_targets(problem, tuple(targets.ravel().tolist()))


@lru_cache(maxsize=64)
def _with_targets(problem: Problem, values: tuple[float, ...]) -> Problem:
    targets = np.array(values).reshape(problem.targets.shape)
    targets.flags.writeable = False
    for each in PROBLEMS.values():
        if np.array_equal(each.inputs, problem.inputs) and np.array_equal(each.targets, targets):
            return each
    title = f"{problem.title.partition(' with ')[0]} with targets changed"
    return replace(problem, title=title, targets=targets)


MOST_SWEEPS = 2_000


@lru_cache(maxsize=64)
def linearly_separable(problem: Problem, bias: bool) -> bool | None:
    """Whether one straight cut (through the origin without a bias) has each output's rows on their sides of ½.

    A row whose target is ½ may be on either.
    The perceptron finds a cut if there is one; if there is none its weights come round to what they
    were before (Minsky & Papert, "Perceptrons", 1969, chapter 11). None: it did neither for long.
    """
    rows = np.hstack([problem.inputs, np.ones((problem.rows, int(bias)))])
    answers = [
        _has_cut(rows[targets != 0.5], np.sign(targets[targets != 0.5] - 0.5)) for targets in problem.targets.T
    ]
    return None if None in answers else all(answers)


def _has_cut(rows: Array, signs: Array) -> bool | None:
    weights = np.zeros(rows.shape[1])
    seen = set()
    for _ in range(MOST_SWEEPS):
        seen.add(weights.tobytes())
        for row, sign in zip(rows, signs):
            if sign * row.dot(weights) <= 0:
                weights = weights + sign * row
        if (signs * rows.dot(weights) > 0).all():
            return True
        if weights.tobytes() in seen:
            return False
    return None
