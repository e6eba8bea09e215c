"""The lines of the algorithm as data: each as it is written, what it means, and the function that computes it.

A line is written for any layer, its operands by their roles: `below` and `a` are the activations
under and of the layer, `z`, `W`, `b`, `δ` its own; `above` and `V` the δ and W of the layer above it.
"""

import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backprop_tui.core import network
from backprop_tui.core.network import Array

CELL = re.compile(r"([^\W\d_]+)\[(\w),(\w)\]|([εα])")
ROLE = re.compile(r"([^\W\d_]+?)(ᵀ?)(?![^\W\d_])")


@dataclass(frozen=True)
class Formula:
    """One line of the algorithm.

    written: in the tutorial's notation, roles in braces. meaning: a sentence. operands: the roles,
    in the order `compute` takes them. shapes: the roles whose shapes are told, joined as they are.
    opened: how the value in row i, column j comes about, Σ standing for the sum of `term` over every
    other index; n is how many terms that are. code: the line as the tutorial writes it in Python, for a script;
    E, which is only looked at, has none.
    """

    written: str
    meaning: str
    operands: tuple[str, ...]
    shapes: str
    opened: str
    compute: Callable[..., Any]
    term: str = ""
    code: str = ""

    def filled(
        self, row: int, column: int, operands: Mapping[str, Array], number: Callable[[str, float], str]
    ) -> str:
        """The value in this row and column as what it is computed from, nothing left out.

        operands: their values by role, each with two axes. number writes one of them, given its role;
        a negative one belongs in brackets.
        """
        here = {"i": row, "j": column, "0": 0}

        def fill(template: str, index: dict[str, int]) -> str:
            def cell(found: re.Match[str]) -> str:
                role, at = found[1] or found[4], (index.get(found[2], 0), index.get(found[3], 0))
                return number(role, float(operands[role][at]))

            return CELL.sub(cell, template)

        terms = [fill(self.term, index) for index in self._summed(here, operands)]
        return fill(self.opened, here).replace("/n", f"/{len(terms)}").replace("Σ", " + ".join(terms))

    def _summed(self, here: dict[str, int], operands: Mapping[str, Array]) -> Iterator[dict[str, int]]:
        """The indices of every term of the sum: here, with the others running over their axes."""
        lengths: dict[str, int] = {}
        for role, row, column, _ in CELL.findall(self.term):
            if role:
                lengths |= zip((row, column), operands[role].shape)
        free = [index for index in lengths if index not in here]
        for at in itertools.product(*(range(lengths[index]) for index in free)):
            yield here | dict(zip(free, at))

    def shapes_of(self, shapes: Mapping[str, tuple[int, ...]]) -> str:
        """(4,2)×(2,4): the operands' shapes, joined as the operands are."""
        return ROLE.sub(
            lambda found: shape_text(shapes[found[1]][::-1] if found[2] else shapes[found[1]]), self.shapes
        )


FORMULAS = {
    "z": Formula(
        "{z} = {below}·{W}",
        "Each unit adds up what comes in, each value times its weight.",
        ("below", "W"),
        "below×W",
        "Σ",
        network.weighted_sum,
        "below[i,k]·W[k,j]",
        code="{z} = {below} @ {W}",
    ),
    "z with bias": Formula(
        "{z} = {below}·{W} + {b}",
        "Each unit adds up what comes in, each value times its weight, and its bias.",
        ("below", "W", "b"),
        "below×W + b",
        "Σ + b[0,j]",
        network.weighted_sum,
        "below[i,k]·W[k,j]",
        code="{z} = {below} @ {W} + {b}",
    ),
    "a": Formula(
        "{a} = σ({z})",
        "σ(z) = 1/(1 + e^−z) squeezes any sum to between 0 and 1.",
        ("z",),
        "z",
        "1/(1 + e^(−z[i,j]))",
        network.sigmoid,
        code="{a} = sigmoid({z})",
    ),
    "loss": Formula(
        "L = mean(({y} − {a})²)",
        "The loss shown: how far off the predictions are, squared, on average.",
        ("a", "y"),
        "y − a",
        "(Σ)/n",
        network.loss,
        "(y[k,l] − a[k,l])²",
        code="loss = np.mean(({y} - {a}) ** 2)",
    ),
    "E": Formula(
        "E = ½·Σ({y} − {a})²",
        "What is lowered: the ½ cancels the square's 2 when the slope is taken. L is E times a constant.",
        ("a", "y"),
        "y − a",
        "½·(Σ)",
        network.total_error,
        "(y[k,l] − a[k,l])²",
    ),
    "output δ": Formula(
        "{δ} = ({a} − {y}) ⊙ {a} ⊙ (1 − {a})",
        "How E grows with each output's sum: the miss, times the slope of σ.",
        ("a", "y"),
        "a − y",
        "(a[i,j] − y[i,j])·a[i,j]·(1 − a[i,j])",
        network.output_delta,
        code="{δ} = -({y} - {a}) * sigmoid_slope({z})",
    ),
    "δ": Formula(
        "{δ} = ({above}·{V}ᵀ) ⊙ {a} ⊙ (1 − {a})",
        "The blame goes back through the same weights the signal came by, times the slope of σ.",
        ("above", "V", "a"),
        "above×Vᵀ ⊙ a",
        "(Σ)·a[i,j]·(1 − a[i,j])",
        network.hidden_delta,
        "above[i,k]·V[j,k]",
        code="{δ} = ({above} @ {V}.T) * sigmoid_slope({z})",
    ),
    "dW": Formula(
        "{dW} = {below}ᵀ·{δ}",
        "How E grows with each weight: what came in times the blame, over all examples.",
        ("below", "δ"),
        "belowᵀ×δ",
        "Σ",
        network.weight_gradient,
        "below[k,i]·δ[k,j]",
        code="{dW} = {below}.T @ {δ}",
    ),
    "db": Formula(
        "{dW} = Σ rows of {δ}",
        "How E grows with each bias: the blame, over all examples.",
        ("δ",),
        "δ",
        "Σ",
        network.bias_gradient,
        "δ[k,j]",
        code="{dW} = {δ}.sum(axis=0)",
    ),
    "update": Formula(
        "{W} ← {W} − ε·{dW}",
        "A small step against the slope, ε the learning rate.",
        ("W", "dW", "ε"),
        "W − dW",
        "W[i,j] − ε·dW[i,j]",
        network.descended,
        code="{W} -= lr * {dW}",
    ),
    "change": Formula(
        "{ΔW} ← −ε·{dW} + α·{ΔW}",
        "Against the slope, and a part α of the last change made again: momentum.",
        ("dW", "ε", "α", "ΔW"),
        "dW + ΔW",
        "(−ε)·dW[i,j] + α·ΔW[i,j]",
        network.change,
        code="{ΔW} = momentum * {ΔW} - lr * {dW}",
    ),
    "changed": Formula(
        "{W} ← {W} + {ΔW}",
        "The change is made.",
        ("W", "ΔW"),
        "W + ΔW",
        "W[i,j] + ΔW[i,j]",
        operator.add,
        code="{W} += {ΔW}",
    ),
}


def shape_text(shape: tuple[int, ...]) -> str:
    """(4, 2) as it is written beside a formula: (4,2)."""
    return f"({','.join(map(str, shape))})"


def mismatch(result: str, shape: tuple[int, ...], meant: tuple[int, ...]) -> str:
    """What is wrong with a result of this shape."""
    return f"{result} came out {shape_text(shape)}, {shape_text(meant)} was meant: the step cannot be made."
