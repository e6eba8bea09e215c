"""The problems a network can be asked to learn, as one table."""

from dataclasses import dataclass

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
