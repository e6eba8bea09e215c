"""The lines of a step against the step itself, and every opened value against plain arithmetic."""

import math
from itertools import islice, product

import numpy as np
import pytest

from backprop_tui.core.derivation import derivation
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.formulas import FORMULAS
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import problem
from backprop_tui.core.training import following, start, train, under
from tests import tutorial

SHAPES = [
    Experiment(hidden_sizes=hidden_sizes, bias=bias, momentum=momentum)
    for hidden_sizes, bias, momentum in product([(), (4,), (4, 3)], [False, True], [0.0, 0.9])
]
TWO_OUTPUTS = problem("two", "Two", [[0, 0.5, 1], [1, 0, 0.2], [0.3, 0.3, 0.9]], [[0, 1], [1, 0], [1, 1]])
SOUND_MISTAKES = [mistake for name, mistake in MISTAKES.items() if name != "shape"]


def after(experiment, steps):
    first = start(experiment)
    return [first, *islice(train(first), steps)][-1]


def results(equations):
    return {equation.result.name: equation.result.values for equation in equations}


def is_the_next_snapshot(snapshot):
    """Whether the last lines are the next snapshot's parameters and changes, to the bit."""
    found, next_one = results(derivation(snapshot)), following(snapshot)
    for prefix, parameters in (("", next_one.parameters), ("Δ", next_one.changes or ([], []))):
        for letter, arrays in zip("Wb", parameters, strict=True):
            for layer, array in enumerate(arrays, 1):
                assert (found[f"{prefix}{letter}{layer}"] == array).all()
    return True


@pytest.mark.parametrize("steps", [0, 1, 1_000])
@pytest.mark.parametrize("experiment", SHAPES, ids=lambda e: f"{e.hidden_sizes} {e.bias} {e.momentum}")
def test_the_last_lines_are_the_next_snapshot_to_the_bit(experiment, steps):
    assert is_the_next_snapshot(after(experiment, steps))


@pytest.mark.parametrize("mistake", SOUND_MISTAKES, ids=lambda mistake: mistake.name)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_under_a_mistake_too(mistake, momentum):
    assert is_the_next_snapshot(after(Experiment(mistake=mistake, momentum=momentum, bias=True), 5))


def test_the_lines_in_the_tutorials_order_and_notation():
    equations = derivation(start(Experiment()))
    assert [equation.written for equation in equations] == [
        "z1 = X·W1",
        "a1 = σ(z1)",
        "z2 = a1·W2",
        "ŷ = σ(z2)",
        "L = mean((y − ŷ)²)",
        "E = ½·Σ(y − ŷ)²",
        "δ_out = (ŷ − y) ⊙ ŷ ⊙ (1 − ŷ)",
        "dW2 = a1ᵀ·δ_out",
        "δ_hid = (δ_out·W2ᵀ) ⊙ a1 ⊙ (1 − a1)",
        "dW1 = Xᵀ·δ_hid",
        "W2 ← W2 − ε·dW2",
        "W1 ← W1 − ε·dW1",
    ]
    assert equations[0].shapes == "(4,2)×(2,4) → (4,4)"
    assert equations[7].shapes == "(4,4)×(4,1) → (4,1)"
    assert equations[8].shapes == "(4,1)×(1,4) ⊙ (4,4) → (4,4)"
    assert equations[0].result.row_labels == ("0,0", "0,1", "1,0", "1,1")


def test_more_layers_momentum_and_biases_are_lines_of_their_own():
    names = [
        equation.result.name
        for equation in derivation(start(Experiment(hidden_sizes=(4, 3), bias=True, momentum=0.5)))
    ]
    assert " ".join(names) == (
        "z1 a1 z2 a2 z3 ŷ L E δ_out dW3 db3 δ_hid2 dW2 db2 δ_hid1 dW1 db1 "
        "ΔW3 W3 Δb3 b3 ΔW2 W2 Δb2 b2 ΔW1 W1 Δb1 b1"
    )


def value_of(text: str) -> float:
    """What a line of arithmetic on the screen comes to."""
    for symbol, python in (("·", "*"), ("−", "-"), ("e^", "e**"), ("²", "**2"), ("½", "0.5")):
        text = text.replace(symbol, python)
    return eval(text, {"e": math.e})


def exact(role: str, value: float) -> str:
    return f"({value!r})"


@pytest.mark.parametrize(
    "experiment",
    [
        *SHAPES,
        Experiment(problem=TWO_OUTPUTS, hidden_sizes=(3,), bias=True),
        *(Experiment(mistake=mistake, hidden_sizes=(4, 3), bias=True) for mistake in SOUND_MISTAKES),
    ],
)
def test_every_value_is_the_sum_it_opens_as(experiment):
    for equation in derivation(after(experiment, 3)):
        for (row, column), value in np.ndenumerate(equation.result.values):
            assert value_of(equation.opened(row, column, exact)) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_the_loss_lines_are_the_loss_and_the_error_the_gradient_follows():
    snapshot = after(Experiment(), 20)
    found = results(derivation(snapshot))
    assert found["L"].item() == snapshot.loss
    assert found["E"].item() == 0.5 * np.sum((tutorial.y - snapshot.outputs) ** 2)


def test_a_transposed_target_breaks_the_step_where_it_stands():
    snapshot = start(Experiment(mistake=MISTAKES["shape"]))
    equations = derivation(snapshot)
    broken = next(equation for equation in equations if equation.error)
    assert broken.error == "δ_out came out (4,4), (4,1) was meant: the step cannot be made."
    assert broken.result.values.shape == (4, 4) and np.isfinite(broken.result.values).all()
    assert all(np.isnan(line.result.values).all() for line in equations[equations.index(broken) + 1 :])
    with pytest.raises(ArithmeticError, match=r"δ_out came out \(4,4\)"):
        following(snapshot)


def test_the_mistakes_gradients_by_hand():
    """As they would be written in the tutorial's own loop."""
    X, y = tutorial.X, tutorial.y
    snapshot = after(Experiment(), 10)
    W1, W2 = snapshot.parameters.weights
    a1 = tutorial.sigmoid(X @ W1)
    yhat = tutorial.sigmoid(a1 @ W2)
    slope_out, slope_hid = yhat * (1 - yhat), a1 * (1 - a1)
    right = (yhat - y) * slope_out
    dW2 = a1.T @ right
    by_hand = {
        "slope": (X.T @ ((yhat - y) @ W2.T), a1.T @ (yhat - y)),
        "order": (X.T @ ((right @ (W2 - 0.5 * dW2).T) * slope_hid), dW2),
        "sign": (-X.T @ ((right @ W2.T) * slope_hid), -dW2),
        "detached": (np.zeros((2, 4)), dW2),
    }
    for name, (dW1, dW2) in by_hand.items():
        mistaken = under(snapshot, Experiment(mistake=MISTAKES[name]))
        assert mistaken.gradients.weights[0] == pytest.approx(dW1)
        assert mistaken.gradients.weights[1] == pytest.approx(dW2)


def test_every_mistake_replaces_lines_that_there_are():
    for mistake in MISTAKES.values():
        assert {name.rstrip("0123456789") for name in mistake.formulas} <= set(FORMULAS)


def test_a_transposed_target_of_two_outputs_is_an_error_too_though_numpy_refuses_it():
    four_rows = problem("four", "", [[0, 0], [0, 1], [1, 0], [1, 1]], [[0, 1], [1, 0], [1, 1], [0, 0]])
    snapshot = start(Experiment(problem=four_rows, mistake=MISTAKES["shape"]))
    with pytest.raises(ArithmeticError, match="δ_out cannot be computed: operands could not be broadcast"):
        following(snapshot)
    broken = next(equation for equation in derivation(snapshot) if equation.error)
    assert broken.result.name == "δ_out" and np.isnan(broken.result.values).all()


def test_a_mistake_in_a_line_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="that can be made without a hidden layer, not order"):
        Experiment(hidden_sizes=(), mistake=MISTAKES["order"])
