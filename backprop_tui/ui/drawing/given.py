"""What is given of each example, its inputs and targets, as texts: number by number, or the row as one word."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from backprop_tui.core.network import Array
from backprop_tui.core.problems import Problem

LONGEST_WORD = 12  # zeros and ones; a row of more is not read at a glance
WRITTEN_WHOLE = (999.5, 999_999.5)  # from the first to the second, instead of with a power of ten
MOST_DECIMALS = 3  # that all numbers of a column have for the sake of one


@dataclass(frozen=True)
class Given:
    """What is told of each example under one name: its text by the row, and the widest text's cells."""

    name: str
    width: int
    text: Callable[[int], str]


class Side(NamedTuple):
    """The inputs of a problem, or its targets.

    numbers: each under its column's name. shortest: a word under x or y; the numbers where there is none.
    """

    numbers: tuple[Given, ...]
    shortest: tuple[Given, ...]


@lru_cache(maxsize=8)
def given(problem: Problem) -> tuple[Side, Side]:
    """The inputs and the targets; looked through only once, so that the rows in view need not be."""
    targets = tuple(label.replace("ŷ", "y") for label in problem.output_labels)
    return _side("x", problem.inputs, problem.input_labels), _side("y", problem.targets, targets)


def _side(name: str, values: Array, names: tuple[str, ...]) -> Side:
    numbers = tuple(map(_numbers, names, values.T))
    words = _words(values, names)
    return Side(numbers, (Given(name, max(map(len, words)), words.__getitem__),) if words else numbers)


def _numbers(name: str, column: Array) -> Given:
    """All with the same decimals, where that takes not too many."""
    # To three digits there are few different ones, also in thousands of rows.
    distinct = list(map(float, {f"{value:.3g}" for value in column.tolist()}))
    texts = [number(value) for value in distinct]
    decimals = max(len(text.partition(".")[2]) for text in texts)
    if decimals > MOST_DECIMALS or any("e" in text for text in texts):
        return Given(name, max(map(len, texts)), lambda row: number(column[row]))
    width = max(len(_decimal(value, decimals)) for value in distinct)
    return Given(name, width, lambda row: _decimal(column[row], decimals))


def _words(values: Array, names: tuple[str, ...]) -> list[str]:
    """The name of each row's only 1, where all else is 0; or zeros and ones, as in 0110; or nothing."""
    if len(names) == 1 or not np.isin(values, (0, 1)).all():
        return []
    if (values.sum(axis=1) == 1).all():
        return [names[column] for column in values.argmax(axis=1)]
    if len(names) > LONGEST_WORD:
        return []
    return ["".join(f"{value:g}" for value in row) for row in values]


def number(value: float) -> str:
    """To three digits, but a whole number of up to six in full: −0.532, 1986, 1.23e−5."""
    low, high = WRITTEN_WHOLE
    if low <= abs(value) < high:
        return _decimal(value, 0)
    text = f"{value + 0.0:.3g}"  # −0 and 0 make 0
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-").replace("-", "−")


def _decimal(value: float, decimals: int) -> str:
    return f"{value + 0.0:.{decimals}f}".replace("-", "−")
