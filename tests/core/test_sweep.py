import threading
import time
from collections import deque
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from backprop_tui.core import block as blocks
from backprop_tui.core import sweep as sweeps
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.sweep import STRICT, sweep
from backprop_tui.core.tally import tally
from backprop_tui.core.training import CannotStep, start, train

AND = PROBLEMS["and"]


def result(*arguments, **options):
    return deque(sweep(*arguments, **options), maxlen=1).pop()


def alone(experiment):
    """The step since which all rows are right, and the loss of every step, as a loop finds them."""
    since, losses = NOT_RIGHT, np.full(experiment.steps + 1, np.nan)
    first = start(experiment)
    try:
        for snapshot in chain([first], train(first)):
            losses[snapshot.step] = snapshot.loss
            if not snapshot.right.all():
                since = NOT_RIGHT
            elif since == NOT_RIGHT:
                since = snapshot.step
    except CannotStep:
        since, losses[-1] = NOT_RIGHT, np.inf
    return since, losses


def assert_each_fares_as_alone(experiment, count):
    swept = result(experiment, count)
    one_by_one = [alone(replace(experiment, seed=seed)) for seed in swept.seeds]
    since = np.array([since for since, _ in one_by_one])
    losses = np.array([losses for _, losses in one_by_one])
    assert swept.finished.all()
    assert swept.since.tolist() == since.tolist()
    assert swept.losses == pytest.approx(losses[:, -1], rel=0, abs=1e-9)
    assert swept.drawn.tolist() == list(range(count))
    counted = tally(swept)
    assert counted.solved == (since != NOT_RIGHT).sum()
    assert counted.strictly == ((since != NOT_RIGHT) & (losses[:, -1] < STRICT)).sum()
    return swept, losses


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(steps=2_000),
        Experiment(hidden_sizes=(2,), bias=True, learning_rate=5, steps=1_000),
        Experiment(AND, (), bias=True, steps=200),
        fitting(PROBLEMS["parity-3"], steps=1_500),
        fitting(PROBLEMS["encoder-4-2-4"], learning_rate=2.0, steps=500),
        fitting(PROBLEMS["moons"], steps=150),
    ],
    ids=["tutorial", "large rate", "no hidden layer", "parity", "several outputs", "several sets of rows"],
)
def test_since_losses_and_counts_are_those_of_each_network_trained_alone(experiment):
    swept, losses = assert_each_fares_as_alone(experiment, 6)
    assert swept.curves == pytest.approx(losses[:, swept.looks], rel=0, abs=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 7, 8, 9, 121, 250])
def test_whatever_the_number_of_steps_the_first_and_the_last_are_looked_at(steps):
    swept, losses = assert_each_fares_as_alone(Experiment(bias=True, learning_rate=2, steps=steps), 3)
    assert swept.looks[[0, -1]].tolist() == [0, steps]
    assert swept.curves == pytest.approx(losses[:, swept.looks], rel=0, abs=1e-9)


@pytest.mark.parametrize("mistake", ["slope", "sign", "detached", "order", "shape"])
def test_with_a_mistake_too(mistake):
    experiment = Experiment(bias=True, steps=150, mistake=MISTAKES[mistake])
    swept, _ = assert_each_fares_as_alone(experiment, 3)
    assert tally(swept).diverged == (3 if mistake == "shape" else 0)


def test_networks_too_large_for_a_block_are_trained_one_by_one_to_the_bit(monkeypatch):
    monkeypatch.setattr(sweeps, "LARGE", 1)
    experiment = Experiment(bias=True, steps=300)
    swept, losses = assert_each_fares_as_alone(experiment, 3)
    assert (swept.losses == losses[:, -1]).all()


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(steps=130),
        Experiment(hidden_sizes=(1,), steps=20),
        Experiment(AND, (), bias=True, steps=20),
        Experiment(hidden_sizes=(3, 2), bias=True, momentum=0.9, steps=20),
        fitting(PROBLEMS["encoder-4-2-4"], steps=20),
    ],
    ids=["tutorial", "one unit", "no hidden layer", "two layers", "several outputs"],
)
def test_neither_threads_nor_the_size_of_a_block_change_a_bit(monkeypatch, experiment, count):
    monkeypatch.setattr(sweeps, "WORTH_A_THREAD", 1)
    expected = result(experiment, count, threads=1, networks_at_once=count)
    for threads in (1, 2, 3):
        for networks_at_once in (1, 2, 3, 7, None):
            got = result(experiment, count, threads, networks_at_once)
            for name in ("steps", "since", "losses", "looks", "drawn", "curves"):
                assert (getattr(got, name) == getattr(expected, name)).all()


def test_a_seed_fares_the_same_in_any_sweep():
    whole, later = result(Experiment(seed=10, steps=300), 9), result(Experiment(seed=15, steps=300), 2)
    assert list(later.seeds) == [15, 16]
    assert (later.losses == whole.losses[5:7]).all()
    assert (later.curves == whole.curves[5:7]).all()


def test_an_answer_of_exactly_a_half_reads_as_0():
    """Without biases and hidden layer AND's first row always gets ½, which is right; from zeros all do."""
    experiment = Experiment(AND, (), init="zeros", steps=1)
    assert_each_fares_as_alone(experiment, 2)
    never_1 = replace(experiment, problem=PROBLEMS["false"], steps=50)
    swept, _ = assert_each_fares_as_alone(never_1, 2)
    assert swept.since.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("learning_rate", "momentum"), [(1e308, 0.99), (1e300, 0.0), (1e300, 0.9), (1.7e308, 0.0)]
)
@pytest.mark.parametrize("bias", [False, True])
def test_networks_diverge_where_train_says_so_and_are_counted_as_failed(learning_rate, momentum, bias):
    """Warnings are errors here, and infinite numbers give none."""
    experiment = Experiment(learning_rate=learning_rate, momentum=momentum, bias=bias, steps=200)
    swept, losses = assert_each_fares_as_alone(experiment, 8)
    counted = tally(swept)
    assert counted.networks == 8
    assert counted.diverged == np.isinf(losses[:, -1]).sum()
    assert not (swept.solved & np.isinf(swept.losses)).any()
    if momentum == 0.99:  # without it large weights saturate the units, and with them the slope is gone
        assert counted.diverged == 7


def test_progress_goes_from_nothing_to_all_and_never_back(monkeypatch):
    monkeypatch.setattr(sweeps, "WORTH_A_THREAD", 1)
    monkeypatch.setattr(sweeps, "BETWEEN", 0.002)
    seen = list(sweep(Experiment(steps=1_000), 60, threads=2, networks_at_once=20))
    assert len(seen) > 2
    assert (seen[0].done, seen[-1].done) == (0, 1)
    assert np.isnan(seen[0].curves).all() and np.isinf(seen[0].losses).all()
    assert not seen[0].solved.any()
    for before, after in zip(seen, seen[1:]):
        assert (after.steps >= before.steps).all()
        drawn = ~np.isnan(before.curves)
        assert (after.curves[drawn] == before.curves[drawn]).all()


@pytest.mark.parametrize("mistake", [None, MISTAKES["order"]], ids=["together", "one by one"])
def test_closing_it_early_ends_its_threads(monkeypatch, mistake):
    monkeypatch.setattr(sweeps, "WORTH_A_THREAD", 1)
    before = set(threading.enumerate())
    progress = sweep(Experiment(steps=10**9, mistake=mistake), 5_000, threads=2, networks_at_once=500)
    next(progress)
    next(progress)
    assert len(threading.enumerate()) == len(before) + 2
    began = time.perf_counter()
    progress.close()
    assert time.perf_counter() - began < 1
    assert set(threading.enumerate()) == before


def test_what_a_thread_raises_is_raised_and_the_other_threads_end(monkeypatch):
    def fails(block, turn):
        raise MemoryError("no room")

    monkeypatch.setattr(sweeps, "WORTH_A_THREAD", 1)
    before = set(threading.enumerate())
    monkeypatch.setattr(blocks, "step", fails)
    with pytest.raises(MemoryError, match="no room"):
        result(Experiment(), 10, threads=2)
    assert set(threading.enumerate()) == before
