"""The problems a network can be asked to learn, as one table."""

from dataclasses import dataclass, replace

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

    Raises ValueError for targets outside 0 … 1.
    """
    if not ((targets >= 0) & (targets <= 1)).all():
        raise ValueError("targets must be from 0 to 1")
    for each in PROBLEMS.values():
        if np.array_equal(each.inputs, problem.inputs) and np.array_equal(each.targets, targets):
            return each
    targets = targets.copy()
    targets.flags.writeable = False
    title = f"{problem.title.partition(' with ')[0]} with targets changed"
    return replace(problem, title=title, targets=targets)
