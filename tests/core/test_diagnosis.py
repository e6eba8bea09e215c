"""Each verdict on a run that is known to deserve it, and none on one that does not."""

from itertools import islice

import numpy as np
import pytest

from backprop_tui.core.diagnosis import RULES, TEXTS, diagnosis
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.moment import Stretch
from backprop_tui.core.problems import XOR, problem, with_targets
from backprop_tui.core.separability import linearly_separable
from backprop_tui.core.timeline import after, begin, begin_at
from backprop_tui.core.training import following, start, train

AND = with_targets(XOR, np.array([[0.0], [0.0], [0.0], [1.0]]))
HALF = with_targets(XOR, np.array([[0.0], [1.0], [1.0], [0.5]]))


def verdict(step, **settings):
    timeline, moment = begin(Experiment(**settings))
    stretch = Stretch(moment.snapshot)
    for snapshot in islice(train(moment.snapshot), step):
        stretch.add(snapshot)
    if step:
        timeline, moment = after(timeline, moment, stretch)
    return diagnosis(moment, timeline).name


@pytest.mark.parametrize(
    ("name", "step", "settings"),
    [
        ("start", 0, {}),
        ("plateau", 300, {}),
        ("learning", 1_000, {}),
        ("right", 1_300, {}),
        ("learned", 5_000, {}),
        ("cannot", 0, {"hidden_sizes": ()}),
        ("cannot", 500, {"hidden_sizes": (), "bias": True}),
        ("cannot", 500, {"hidden_sizes": (1,), "bias": True}),
        ("cannot", 500, {"hidden_sizes": (1,)}),
        ("cannot", 0, {"hidden_sizes": (), "problem": AND}),
        ("cannot", 0, {"hidden_sizes": (4, 1)}),
        ("start", 0, {"hidden_sizes": (), "bias": True, "problem": HALF}),
        ("start", 0, {"init_scale": 1e-10, "bias": True}),
        ("learned", 9_000, {"hidden_sizes": (), "problem": AND, "bias": True}),
        ("symmetric", 0, {"init": "zeros"}),
        ("symmetric", 5_000, {"init": "zeros", "bias": True, "hidden_sizes": (4, 3)}),
        ("mistake", 30, {"mistake": MISTAKES["sign"]}),
        ("rising", 1, {"learning_rate": 30.0}),
        ("saturated", 50, {"init_scale": 100}),
        ("alike", 3_000, {"learning_rate": 100.0}),
        ("stuck", 10_001, {"hidden_sizes": (2,), "seed": 3}),
        ("slow", 20, {"init_scale": 3.0, "learning_rate": 0.001}),
    ],
)
def test_a_run_that_deserves_it(name, step, settings):
    assert verdict(step, **settings) == name


def test_a_run_that_cannot_go_on_has_diverged():
    timeline, moment = begin(Experiment())
    assert diagnosis(moment, timeline, halted=True).name == "diverged"


def test_a_plateau_is_never_called_a_failure():
    """A start that stands at 0.25 for 8,000 steps and learns by 10,001: no verdict on the way says stuck."""
    timeline, moment = begin(Experiment(hidden_sizes=(2,), bias=True, seed=297))
    seen = []
    stretch = Stretch(moment.snapshot)
    for snapshot in train(moment.snapshot):
        stretch.add(snapshot)
        if snapshot.step % 100 == 0:
            timeline, moment = after(timeline, moment, stretch)
            stretch = Stretch(snapshot)
            seen.append(diagnosis(moment, timeline).name)
    assert set(seen) == {"plateau", "long plateau", "learning", "right", "learned"}
    assert seen.count("plateau") > 40


def test_every_verdict_fits_its_line_and_says_what_it_means():
    assert [name for name, _ in RULES] == list(TEXTS)
    for short, sentence in TEXTS.values():
        assert len(short) <= 34 and sentence.endswith(".")


@pytest.mark.parametrize("bias", [False, True])
def test_the_gates_that_one_line_can_cut(bias):
    """14 of the 16 with a bias; without one 6, for at (0, 0) the output is ½ for ever, which reads as 0."""
    gates = [problem("gate", "gate", XOR.inputs, [[gate >> row & 1] for row in range(4)]) for gate in range(16)]
    assert sum(linearly_separable(gate, bias) for gate in gates) == (14 if bias else 6)


def test_patience_goes_by_the_pull_of_all_rows():
    """64 rows pull as 4 of them at 16 times the rate do, and are judged alike."""
    many = problem("", "xor", np.tile(XOR.inputs, (16, 1)), np.tile(XOR.targets, (16, 1)))
    settings = {"hidden_sizes": (2,), "seed": 3}
    seen = [verdict(step, learning_rate=0.5, **settings) for step in (2_000, 9_999)]
    assert [verdict(step, problem=many, learning_rate=0.5 / 16, **settings) for step in (2_000, 9_999)] == seen
    assert seen[-1] == "stuck"


def test_separable_or_not_with_more_inputs():
    rows = [[row >> bit & 1 for bit in range(4)] for row in range(16)]
    parity = problem("parity", "", rows, [[sum(row) % 2] for row in rows])
    majority = problem("majority", "", rows, [[int(sum(row) > 2)] for row in rows])
    assert linearly_separable(parity, True) is False and linearly_separable(majority, True) is True


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden_sizes": (4,), "bias": True, "seed": 694, "learning_rate": 10.0, "momentum": 0.9},
        {"hidden_sizes": (3,), "bias": True, "seed": 321, "init_scale": 5.0},
    ],
)
def test_a_run_is_not_called_stuck_early(settings):
    """Both learn all rows later."""
    for step in (150, 1_000):
        assert verdict(step, **settings) not in ("stuck", "alike", "saturated")
    assert verdict(8_000, **settings) in ("right", "learned")


def test_a_run_just_loaded_is_neither_untrained_nor_slow():
    *_, saved = islice(train(start(Experiment())), 300)
    timeline, moment = begin_at(saved)
    assert diagnosis(moment, timeline).name == "loaded"
    *_, whole = train(start(Experiment(steps=300)))
    assert diagnosis(*reversed(begin_at(whole))).name == "loaded whole"
    stretch = Stretch(saved)
    stretch.add(following(saved))
    timeline, moment = after(timeline, moment, stretch)
    assert diagnosis(moment, timeline).name == "plateau"
