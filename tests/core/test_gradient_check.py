import numpy as np
import pytest

from backprop_tui.core.derivation import BrokenStep
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.gradient_check import ALLOWED, MOST_CHECKED, WIDTHS, gradient_check
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.training import start, train
from tests.core.test_network import energy


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("hidden_sizes", [(), (2,), (4,), (4, 3)])
def test_the_right_lines_pass_and_each_mistake_fails(hidden_sizes, bias):
    settings = {"hidden_sizes": hidden_sizes, "bias": bias}
    assert gradient_check(start(Experiment(**settings))).passed
    for name in ("slope", "order", "sign", "detached"):
        if MISTAKES[name].needs_hidden and not hidden_sizes:
            continue
        checked = gradient_check(start(Experiment(**settings, mistake=MISTAKES[name])))
        assert checked.verdict == "wrong" and checked.largest_error > 1_000 * ALLOWED


def test_the_differences_are_those_of_e():
    snapshot = start(Experiment(bias=True))
    checked = gradient_check(snapshot, 1e-3)
    problem, (weights, biases) = snapshot.experiment.problem, snapshot.parameters
    moved = []
    for by in (1e-3, -1e-3):
        first = weights[0].copy()
        first[1, 2] += by
        moved.append(
            energy(type(snapshot.parameters)([first, weights[1]], biases), problem.inputs, problem.targets)
        )
    at = checked.names.index("W1 x2→h3")
    assert checked.differences[at] == pytest.approx((moved[0] - moved[1]) / 2e-3, rel=1e-9)
    assert checked.gradients[at] == snapshot.gradients.weights[0][1, 2]
    assert checked.names[-1] == "b2 ŷ" and checked.gradients[-1] == snapshot.gradients.biases[1][0]
    assert len(checked.names) == checked.parameters == 17


def test_the_error_falls_and_rises_again_along_the_dial():
    errors = [gradient_check(start(Experiment()), width).largest_error for width in WIDTHS]
    best = int(np.argmin(errors))
    assert 2 < best < 8
    assert errors[: best + 1] == sorted(errors[: best + 1], reverse=True)
    assert errors[-1] > 1_000 * errors[best] and errors[0] > 1_000 * errors[best]


def test_slopes_below_the_differences_round_off_are_no_verdict():
    flat = Experiment(hidden_sizes=(), bias=True, learning_rate=5.0, steps=3_000)
    *_, at_the_bottom = train(start(flat))
    assert gradient_check(at_the_bottom).verdict == "too small to tell"


def test_a_broken_step_has_no_gradient_to_check():
    with pytest.raises(BrokenStep, match=r"δ_out came out \(4,4\)"):
        gradient_check(start(Experiment(mistake=MISTAKES["shape"])))


def test_of_very_many_parameters_some_are_checked():
    checked = gradient_check(start(Experiment(hidden_sizes=(64, 64))))
    assert checked.parameters == 2 * 64 + 64 * 64 + 64 and len(checked.names) == MOST_CHECKED
    assert checked.passed


def test_gradients_that_are_no_numbers_are_not_right():
    experiment = Experiment(hidden_sizes=(3, 3, 3), learning_rate=1e300, mistake=MISTAKES["order"])
    checked = gradient_check(start(experiment))
    assert checked.verdict == "wrong" and checked.largest_error == np.inf
