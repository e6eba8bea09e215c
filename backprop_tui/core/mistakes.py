"""Classic mistakes, each a line or two of the algorithm written wrong: to see what they do to a run.

They stand beside the right lines and are never part of them; an experiment names at most one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from backprop_tui.core.formulas import FORMULAS, Formula
from backprop_tui.core.network import ONE, Array, descended, hidden_delta


@dataclass(frozen=True, eq=False)
class Mistake:
    """name: for the command line. title: in a few words. sentence: what it leads to.

    formulas: the wrong lines, by the name of the right one; a name that ends in a layer's number
    is of that layer only. needs_hidden: whether there is such a line in networks with a hidden layer only.
    """

    name: str
    title: str
    sentence: str
    formulas: Mapping[str, Formula]
    needs_hidden: bool = False


def _blame_times_updated_weights(
    above: Array, weights: Array, activation: Array, gradient: Array, learning_rate: Array
) -> Array:
    return hidden_delta(above, descended(weights, gradient, learning_rate), activation)


def _uphill(outputs: Array, targets: Array) -> Array:
    return (targets - outputs) * (outputs * (ONE - outputs))


def _transposed(outputs: Array, targets: Array) -> Array:
    return (outputs - targets.T) * (outputs * (ONE - outputs))


OUTPUT, HIDDEN, GRADIENT = FORMULAS["output δ"], FORMULAS["δ"], FORMULAS["dW"]

MISTAKES = {
    each.name: each
    for each in (
        Mistake(
            "slope",
            "σ′ forgotten",
            "The step keeps only part of the chain rule: it may still learn, but not down E's slope.",
            {
                "output δ": replace(
                    OUTPUT,
                    written="{δ} = {a} − {y}",
                    opened="a[i,j] − y[i,j]",
                    compute=lambda outputs, targets: outputs - targets,
                    code="{δ} = -({y} - {a})",
                ),
                "δ": replace(
                    HIDDEN,
                    written="{δ} = {above}·{V}ᵀ",
                    operands=("above", "V"),
                    shapes="above×Vᵀ",
                    opened="Σ",
                    compute=lambda above, weights: above.dot(weights.T),
                    code="{δ} = {above} @ {V}.T",
                ),
            },
        ),
        Mistake(
            "order",
            "updated W2 used for δ_hid",
            "The blame goes back through weights the signal never came by: nearly right, so hard to find.",
            {
                "δ": replace(
                    HIDDEN,
                    written="{δ} = ({above}·({V} − ε·{dV})ᵀ) ⊙ {a} ⊙ (1 − {a})",
                    operands=("above", "V", "a", "dV", "ε"),
                    term="above[i,k]·(V[j,k] − ε·dV[j,k])",
                    compute=_blame_times_updated_weights,
                    code="{δ} = ({above} @ ({V} - lr * {dV}).T) * sigmoid_slope({z})",
                )
            },
            needs_hidden=True,
        ),
        Mistake(
            "sign",
            "sign flipped",
            "Every step goes up E's slope: the loss rises until every prediction is as wrong as can be.",
            {
                "output δ": replace(
                    OUTPUT,
                    written="{δ} = ({y} − {a}) ⊙ {a} ⊙ (1 − {a})",
                    opened="(y[i,j] − a[i,j])·a[i,j]·(1 − a[i,j])",
                    compute=_uphill,
                    code="{δ} = ({y} - {a}) * sigmoid_slope({z})",
                )
            },
        ),
        Mistake(
            "detached",
            "no gradient to W1",
            "W1 stays at its random start: what can be learned is what the layers above make of it.",
            {
                "dW1": replace(
                    GRADIENT,
                    written="{dW} = 0",
                    opened="0",
                    compute=lambda below, delta: np.zeros((below.shape[1], delta.shape[1])),
                    term="",
                    code="{dW} = np.zeros_like({W})",
                )
            },
        ),
        Mistake(
            "shape",
            "ŷ − y with y transposed",
            "A column minus a row is a whole table: NumPy fills it without a word, and a later line breaks.",
            {
                "output δ": replace(
                    OUTPUT,
                    written="{δ} = ({a} − {y}ᵀ) ⊙ {a} ⊙ (1 − {a})",
                    shapes="a − yᵀ",
                    opened="(a[i,0] − y[j,0])·a[i,0]·(1 − a[i,0])",
                    compute=_transposed,
                    code="{δ} = -({y}.T - {a}) * sigmoid_slope({z})",
                )
            },
        ),
    )
}
