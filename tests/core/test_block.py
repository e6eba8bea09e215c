import tracemalloc
from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from backprop_tui.core import block as blocks
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.problems import PROBLEMS, XOR, problem, with_targets
from backprop_tui.core.training import start, train

NETWORKS = 3
NUMPYS_BUFFERS = 3 * np.getbufsize() * 8  # bytes, whatever the shapes, and only while a call runs
SHAPES = [(), (1,), (2,), (4,), (4, 3), (3, 3, 2)]
BETWEEN = with_targets(XOR, np.array([[0.25], [1.0], [0.7], [0.0]]))
NUMBERS = np.random.RandomState(0)
MANY_ROWS = problem("many", "Many", NUMBERS.uniform(-1, 1, (400, 2)), NUMBERS.uniform(0, 1, (400, 1)))
ONE_ROW = problem("one", "One", [[0.5]], [[0.9]])


def trained(experiment, seeds):
    """The block of these seeds after the experiment's steps, and what it sees then."""
    block = blocks.block(experiment, seeds)
    with np.errstate(all="ignore"):
        for _ in range(experiment.steps):
            blocks.step(block, 0)
        blocks.see(block, 0)
    return block


def assert_each_is_as_if_trained_alone(experiment, row_sets=1):
    block = trained(experiment, range(experiment.seed, experiment.seed + NETWORKS))
    assert len(block.row_sets) == row_sets
    losses = (block.errors[0] ** 2).mean(axis=(0, 1))
    for network in range(NETWORKS):
        alone = replace(experiment, seed=experiment.seed + network)
        last = deque(train(start(alone)), maxlen=1).pop()
        arrays = [*last.parameters.weights, *last.parameters.biases]
        parameters = np.concatenate([array.ravel() for array in arrays])
        assert -block.parameters[:, network] == pytest.approx(parameters, rel=0, abs=1e-9)
        assert losses[network] == pytest.approx(last.loss, rel=0, abs=1e-9)


@pytest.mark.parametrize("hidden_sizes", SHAPES)
@pytest.mark.parametrize(("bias", "momentum"), [(False, 0.0), (True, 0.9)])
def test_every_network_is_as_if_trained_alone(hidden_sizes, bias, momentum):
    experiment = Experiment(hidden_sizes=hidden_sizes, bias=bias, momentum=momentum, steps=2_000)
    assert_each_is_as_if_trained_alone(experiment)


@pytest.mark.parametrize(
    ("experiment", "row_sets"),
    [
        (Experiment(BETWEEN, bias=True), 1),
        (Experiment(momentum=0.9), 1),
        (fitting(PROBLEMS["parity-3"]), 1),
        (fitting(PROBLEMS["encoder-4-2-4"]), 1),
        (fitting(PROBLEMS["circles"]), 2),
    ],
    ids=["targets between 0 and 1", "momentum", "parity", "several outputs", "two sets of rows"],
)
def test_on_every_kind_of_problem(experiment, row_sets):
    assert_each_is_as_if_trained_alone(replace(experiment, steps=2_000), row_sets)


@pytest.mark.parametrize(
    ("experiment", "row_sets"),
    [
        (fitting(PROBLEMS["spirals"], steps=200), 4),
        (Experiment(MANY_ROWS, (3, 3, 2), bias=True, learning_rate=0.01, steps=200), 4),
        (Experiment(MANY_ROWS, (4,), learning_rate=0.01, momentum=0.9, steps=200), 3),
    ],
    ids=["spirals", "no momentum", "momentum"],
)
def test_rows_that_are_gone_through_in_sets_add_up_to_one_step(experiment, row_sets):
    """Fewer steps, only because several sets of so many rows take longer."""
    assert_each_is_as_if_trained_alone(experiment, row_sets)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_how_the_rows_are_cut_hardly_matters(monkeypatch, rows):
    experiment = Experiment(hidden_sizes=(3,), bias=True, momentum=0.9, steps=500)
    monkeypatch.setattr(blocks, "rows_at_once", lambda experiment: rows)
    assert_each_is_as_if_trained_alone(experiment, row_sets=-(-4 // rows))


@pytest.mark.parametrize("examples", [XOR, ONE_ROW, PROBLEMS["encoder-4-2-4"], MANY_ROWS])
@pytest.mark.parametrize(("hidden_sizes", "bias"), [((), True), ((1,), False), ((1, 1), True), ((3, 2), True)])
def test_networks_are_the_same_bits_in_blocks_of_any_size(examples, hidden_sizes, bias):
    experiment = Experiment(examples, hidden_sizes, bias=bias, learning_rate=0.1, steps=20)
    together = trained(experiment, range(17)).parameters
    for most in (1, 2, 3, 7, 16):
        cut = [range(first, min(first + most, 17)) for first in range(0, 17, most)]
        parts = [trained(experiment, seeds).parameters[:, : len(seeds)] for seeds in cut]
        assert (np.concatenate(parts, axis=1) == together).all()


def test_a_network_that_diverges_leaves_the_others_their_bits():
    experiment = Experiment(init_scale=0.5, steps=100)
    block = blocks.block(experiment, range(5))
    block.parameters[:, 2] = np.nan
    with np.errstate(all="ignore"):
        for _ in range(experiment.steps):
            blocks.step(block, 0)
    others = [0, 1, 3, 4]
    assert np.isnan(block.parameters[:, 2]).all()
    assert (block.parameters[:, others] == trained(experiment, range(5)).parameters[:, others]).all()


def test_the_start_is_the_one_train_begins_with_to_the_bit():
    experiment = Experiment(hidden_sizes=(3, 2), bias=True, init="uniform", init_scale=2.0)
    block = blocks.block(experiment, [7, 42])
    for network, seed in enumerate((7, 42)):
        weights, biases = start(replace(experiment, seed=seed)).parameters
        flat = np.concatenate([array.ravel() for array in (*weights, *biases)])
        assert (-block.parameters[:, network] == flat).all()


@pytest.mark.parametrize(
    ("experiment", "networks"),
    [(Experiment(), 8_000), (fitting(PROBLEMS["circles"], momentum=0.9), 2_000)],
    ids=["one set of rows", "two, with momentum"],
)
def test_a_step_makes_no_array_and_leaves_nothing_behind(experiment, networks):
    """So many networks that the outputs alone, or the parameters, would be more than NumPy's own buffers."""
    block = blocks.block(experiment, range(networks))
    blocks.step(block, 0)
    peaks = []
    for steps in (2, 10):
        tracemalloc.start()
        for _ in range(steps):
            blocks.step(block, 0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < NUMPYS_BUFFERS + 10_000
    assert peaks[1] < peaks[0] + 1_000


def test_a_block_never_has_more_networks_than_fit_and_never_fewer_than_einsum_needs():
    for each in PROBLEMS.values():
        experiment = fitting(each)
        most = blocks.most_networks(experiment)
        assert most >= blocks.FEWEST
        assert most * blocks.numbers_a_network(experiment) <= blocks.IN_CACHE
        assert 1 <= blocks.rows_at_once(experiment) <= each.rows
