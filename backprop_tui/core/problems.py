"""The problems a network can be asked to learn, as one table, each with the settings that fit it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from backprop_tui.core import point_sets
from backprop_tui.core.network import Array

MOST_ROWS, MOST_UNITS, LONGEST_NAME = 10_000, 64, 12  # of a file: examples; inputs, and targets; what is shown


@dataclass(frozen=True, eq=False)
class Problem:
    """Examples with their answers: a row of inputs and a row of targets for each.

    inputs: (N, n_0); targets: (N, n_out), each in 0 … 1. Both read-only. Labels name the columns.
    about: a sentence. defaults: the settings of an experiment that fit it where the tutorial's do not.
    source: the file it was read from, if any. origin: the problem whose targets were changed to make this one.
    """

    name: str
    title: str
    inputs: Array
    targets: Array
    input_labels: tuple[str, ...]
    output_labels: tuple[str, ...]
    about: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    origin: "Problem | None" = None

    @property
    def rows(self) -> int:
        """How many examples there are, N."""
        return len(self.inputs)

    @property
    def targets_text(self) -> str:
        """All targets in a row: 0 1 1 0."""
        return " ".join(f"{value:g}" for value in self.targets.ravel())

    @property
    def is_gate(self) -> bool:
        """Whether it is one of the 16 gates: XOR's inputs, and an answer of 0 or 1 to each."""
        return (
            self.targets.shape == XOR.targets.shape
            and np.array_equal(self.inputs, XOR.inputs)
            and bool(np.isin(self.targets, (0, 1)).all())
        )


def problem(
    name: str,
    title: str,
    inputs: object,
    targets: object,
    about: str = "",
    defaults: Mapping[str, Any] | None = None,
) -> Problem:
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
        about,
        defaults or {},
    )


def _binary(bits: int) -> list[tuple[int, ...]]:
    """Every row of so many bits, counting up."""
    return list(product((0, 1), repeat=bits))


GATES = (  # by their answers to 00, 01, 10 and 11
    ("false", "FALSE", "0000"),
    ("and", "AND", "0001"),
    ("x1-and-not-x2", "x1 AND NOT x2", "0010"),
    ("x1", "x1", "0011"),
    ("not-x1-and-x2", "NOT x1 AND x2", "0100"),
    ("x2", "x2", "0101"),
    ("xor", "XOR", "0110"),
    ("or", "OR", "0111"),
    ("nor", "NOR", "1000"),
    ("xnor", "XNOR", "1001"),
    ("not-x2", "NOT x2", "1010"),
    ("x1-or-not-x2", "x1 OR NOT x2", "1011"),
    ("not-x1", "NOT x1", "1100"),
    ("not-x1-or-x2", "NOT x1 OR x2", "1101"),
    ("nand", "NAND", "1110"),
    ("true", "TRUE", "1111"),
)


def _gate(name: str, title: str, answers: str) -> Problem:
    about = f"The gate that answers {' '.join(answers)} to 00, 01, 10 and 11."
    return problem(name, title, _binary(2), [[int(answer)] for answer in answers], about)


def _parity(bits: int, **defaults: Any) -> Problem:
    rows = _binary(bits)
    about = f"1 where an odd number of the {bits} inputs is 1."
    targets = [[sum(row) % 2] for row in rows]
    return problem(f"parity-{bits}", f"{bits}-bit parity", rows, targets, about, defaults)


def _symmetry(bits: int, **defaults: Any) -> Problem:
    rows = _binary(bits)
    about = f"1 where {bits} inputs mirror each other, as in Nature, 1986."
    targets = [[int(row == row[::-1])] for row in rows]
    return problem("symmetry", "symmetry", rows, targets, about, defaults)


def _encoder(size: int, code: int, **defaults: Any) -> Problem:
    one_hot = np.eye(size)
    about = f"Say which of {size} inputs is 1, through a code of {code} hidden units."
    defaults = {"hidden_sizes": (code,), **defaults}
    return problem(f"encoder-{size}-{code}-{size}", "encoder", one_hot, one_hot, about, defaults)


def _points(name: str, points: tuple[Array, Array], about: str, **defaults: Any) -> Problem:
    return problem(name, name, *points, about, defaults)


BIAS: dict[str, Any] = {"bias": True}
PAPERS = BIAS | {"init": "uniform"}  # the 1986 papers draw weights uniformly, biases too

TABLE = (
    *(_gate(*gate) for gate in GATES if gate[0] == "xor"),
    _parity(2),
    _parity(3, **PAPERS, init_scale=1.0, steps=5_000),
    _parity(4, **PAPERS, init_scale=2.0, momentum=0.9, steps=20_000),
    _parity(5, **PAPERS, init_scale=2.0, hidden_sizes=(8,), learning_rate=0.2, momentum=0.8, steps=5_000),
    _symmetry(6, **PAPERS, init_scale=0.3, hidden_sizes=(2,), learning_rate=0.1, momentum=0.9, steps=10_000),
    _encoder(4, 2, **BIAS, learning_rate=0.2, steps=5_000),
    _encoder(8, 3, **BIAS, steps=5_000),
    _points(
        "circles",
        point_sets.circles(),
        "A ring of points round another.",
        **BIAS,
        learning_rate=0.05,
        steps=3_000,
    ),
    _points(
        "moons",
        point_sets.moons(),
        "Two half circles of points that reach into each other.",
        **PAPERS,
        init_scale=2.0,
        learning_rate=0.02,
        momentum=0.9,
        steps=3_000,
    ),
    _points(
        "spirals",
        point_sets.spirals(),
        "Two arms of points wound round each other.",
        **PAPERS,
        init_scale=2.0,
        hidden_sizes=(8, 8),
        learning_rate=0.02,
        momentum=0.9,
        steps=3_000,
    ),
    *(_gate(*gate) for gate in GATES if gate[0] != "xor"),
)
PROBLEMS = {each.name: each for each in TABLE}
XOR = PROBLEMS["xor"]


def with_targets(problem: Problem, targets: Array) -> Problem:
    """The problem with other targets, of the same shape; one that is known where it has these very targets.

    The same targets make the same problem. Raises ValueError for targets outside 0 … 1.
    """
    if not ((targets >= 0) & (targets <= 1)).all():
        raise ValueError("targets must be from 0 to 1")
    return _with_targets(problem, tuple(targets.ravel().tolist()))


@lru_cache(maxsize=64)
def _with_targets(problem: Problem, values: tuple[float, ...]) -> Problem:
    targets = np.array(values).reshape(problem.targets.shape)
    targets.flags.writeable = False
    origin = problem.origin or problem
    for each in (*PROBLEMS.values(), origin):
        if np.array_equal(each.inputs, problem.inputs) and np.array_equal(each.targets, targets):
            return each
    title = f"{origin.title} with targets changed"
    return replace(origin, name="", title=title, targets=targets, about="", source="", origin=origin)
