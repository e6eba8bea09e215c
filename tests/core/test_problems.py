from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.gates import learned_gates
from backprop_tui.core.network import initialise
from backprop_tui.core.problems import PROBLEMS, XOR, with_targets
from backprop_tui.core.training import is_right, start, train


def at_the_end(name, seed=42):
    *_, last = train(start(fitting(PROBLEMS[name], seed=seed)))
    return last


def test_all_sixteen_gates_are_there_once():
    gates = [each for each in PROBLEMS.values() if each.is_gate and each.name != "parity-2"]
    assert len(gates) == 16
    assert {tuple(gate.targets.ravel()) for gate in gates} == set(product((0.0, 1.0), repeat=4))
    by_title = {gate.title: [bool(target) for target in gate.targets.ravel()] for gate in gates}
    for x1, x2, row in ((False, False, 0), (False, True, 1), (True, False, 2), (True, True, 3)):
        names = {"x1": x1, "x2": x2}
        assert by_title["x1 OR NOT x2"][row] == eval("x1 or not x2", names)
        assert by_title["NOT x1 AND x2"][row] == eval("not x1 and x2", names)
        assert by_title["NAND"][row] == (not (x1 and x2)) and by_title["NOR"][row] == (not (x1 or x2))


@pytest.mark.parametrize(("bias", "learned"), [(False, 6), (True, 14)])
def test_without_a_hidden_layer_the_linearly_separable_gates_are_learned_and_no_other(bias, learned):
    experiment = Experiment(hidden_sizes=(), bias=bias)
    found = {gate.name for gate, since in learned_gates(experiment, 400) if since is not None}
    assert len(found) == learned
    assert "xor" not in found and "xnor" not in found and ("and" in found) == bias


def test_a_gate_is_learned_since_its_rows_were_last_wrong():
    experiment = Experiment(hidden_sizes=(1,), bias=True, learning_rate=20.0, seed=5, steps=200)
    flickered = 0
    for gate, since in learned_gates(experiment, 200):
        first = start(replace(experiment, problem=gate))
        right = [bool(first.right.all()), *(bool(snapshot.right.all()) for snapshot in train(first))]
        wrong = [step for step, all_right in enumerate(right) if not all_right]
        assert since == (None if wrong and wrong[-1] == 200 else wrong[-1] + 1 if wrong else 0), gate.name
        flickered += bool(wrong) and True in right[: wrong[-1]]
    assert flickered > 0


def test_an_output_of_exactly_a_half_reads_as_0():
    half = np.array([[0.5], [0.5]])
    assert is_right(half, np.array([[0.0], [1.0]])).tolist() == [True, False]


def test_parity_and_symmetry_against_counting_and_reversing():
    for bits in (2, 3, 4, 5):
        problem = PROBLEMS[f"parity-{bits}"]
        assert problem.inputs.shape == (2**bits, bits)
        assert (problem.targets[:, 0] == problem.inputs.sum(axis=1) % 2).all()
    symmetry = PROBLEMS["symmetry"]
    mirrored = (symmetry.inputs == symmetry.inputs[:, ::-1]).all(axis=1)
    assert symmetry.rows == 64 and (symmetry.targets[:, 0] == mirrored).all() and mirrored.sum() == 8


@pytest.mark.parametrize("name", ["circles", "moons", "spirals"])
def test_point_sets_are_balanced_within_reach_and_never_change(name):
    problem = PROBLEMS[name]
    assert problem.inputs.shape == (200, 2) and problem.targets.sum() == 100
    assert np.abs(problem.inputs).max() < 1.2 and len(np.unique(problem.inputs, axis=0)) == 200


def test_the_circles_are_two_rings():
    radius = np.hypot(*PROBLEMS["circles"].inputs.T)
    inner = PROBLEMS["circles"].targets[:, 0] == 1
    assert radius[inner].max() < radius[~inner].min()


BEYOND_GATES = [name for name, problem in PROBLEMS.items() if not problem.is_gate]


@pytest.mark.parametrize("name", BEYOND_GATES)
def test_a_problem_is_learned_with_its_own_settings(name):
    assert at_the_end(name).right.all()


def test_every_problem_of_the_table_makes_an_experiment():
    for name, problem in PROBLEMS.items():
        assert problem.name == name and len(problem.about) <= 66
        snapshot = start(fitting(problem, steps=1))
        assert snapshot.outputs.shape == problem.targets.shape
        assert not problem.inputs.flags.writeable and not problem.targets.flags.writeable


def test_symmetry_is_the_papers_network_and_its_weights_mirror():
    experiment = fitting(PROBLEMS["symmetry"])
    assert experiment.layer_sizes == (6, 2, 1) and experiment.bias
    assert (experiment.learning_rate, experiment.momentum) == (0.1, 0.9)
    assert (experiment.init, experiment.init_scale) == ("uniform", 0.3)
    below = at_the_end("symmetry").parameters.weights[0]
    assert np.abs(below[:3] + below[:2:-1]).max() < 0.05 * np.abs(below).min()


def test_the_uniform_start_draws_biases_too_and_after_the_weights():
    without = initialise((6, 2, 1), False, "uniform", 0.3, seed=3)
    drawn = initialise((6, 2, 1), True, "uniform", 0.3, seed=3)
    assert all(map(np.array_equal, without.weights, drawn.weights))
    random = np.random.RandomState(3)
    numbers = random.uniform(-1, 1, 6 * 2 + 2 + 2 + 1) * 0.3
    assert np.concatenate(drawn.biases).tolist() == numbers[14:].tolist()
    assert np.abs(numbers).max() <= 0.3


def test_targets_that_are_a_gates_make_that_gate():
    flipped = XOR.targets.copy()
    flipped[3] = 1
    assert with_targets(XOR, flipped) is PROBLEMS["or"]
    assert with_targets(PROBLEMS["or"], XOR.targets) is XOR
    own = replace(
        PROBLEMS["circles"], name="", title="own", source="own.csv", inputs=2 * PROBLEMS["circles"].inputs
    )
    changed = with_targets(with_targets(own, 1 - own.targets), own.targets / 2)
    assert changed.title == "own with targets changed" and changed.source == ""
    assert with_targets(changed, own.targets) is own
    odd = with_targets(XOR, np.full((4, 1), 0.25))
    assert odd.title == "XOR with targets changed" and odd.name == "" and not odd.is_gate
