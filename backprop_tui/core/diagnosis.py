"""What is going on, in plain words: the first of a table of rules that holds, and what to try.

The thresholds were set by watching 400 random starts each of 2-1-1 to 2-4-1, with and without
biases, for 20,000 steps: at a loss near that of a constant answer most runs that seem to stand
still learn later, so that is never called a failure; below it hardly any does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backprop_tui.core.moment import Moment
from backprop_tui.core.problems import linearly_separable
from backprop_tui.core.timeline import Timeline
from backprop_tui.core.training import Snapshot

LEARNED_LOSS = 0.01
FALLING = 0.01  # of the loss, over the second half of the steps made under these settings
RISING = 0.05  # likewise
PLATEAU = 0.03  # how far, as a share, from the loss of the best constant answer
PATIENCE = 2_500  # steps at a learning rate of 1, without momentum; twice as many at half of it
ALIKE = 1e-3  # between the activations of two units, for every example
FLAT = 0.02  # the slope σ′ = a·(1 − a); at most ¼
SAME = 1e-9  # between the weights of two units


@dataclass(frozen=True)
class Verdict:
    """name: the rule's. short: at most 34 characters. sentence: what it means and what to try."""

    name: str
    short: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the rules look at.

    fall: the share of the loss that was lost over the second half of the steps under the present
    settings. patient: whether fewer than PATIENCE of them have been made.
    """

    snapshot: Snapshot
    halted: bool
    fall: float
    patient: bool

    @property
    def right(self) -> bool:
        """Whether every row is right."""
        return bool(self.snapshot.right.all())

    @property
    def on_plateau(self) -> bool:
        """Whether the loss is about that of the best constant answer."""
        targets = self.snapshot.experiment.problem.targets
        constant = float(((targets - targets.mean(axis=0)) ** 2).mean())
        return abs(self.snapshot.loss - constant) <= PLATEAU * constant


def _cannot_represent(seen: Evidence) -> bool:
    """With at most one unit a layer the network draws one straight line, without biases not even that."""
    experiment = seen.snapshot.experiment
    if any(size > 1 for size in experiment.hidden_sizes):
        return False
    if experiment.hidden_sizes and not experiment.bias:
        # Every activation is positive, so the output is on the side that its weight's sign says.
        targets = experiment.problem.targets
        return bool(((targets.max(axis=0) > 0.5) & (targets.min(axis=0) < 0.5)).any())
    return linearly_separable(experiment.problem, experiment.bias) is False


def _symmetric(seen: Evidence) -> bool:
    """All units of a hidden layer have the same weights in and out, so they get the same gradients."""
    weights = seen.snapshot.parameters.weights
    return any(
        below.shape[1] > 1 and np.ptp(below, axis=1).max() < SAME and np.ptp(above, axis=0).max() < SAME
        for below, above in pairwise(weights)
    )


def _standing(seen: Evidence) -> bool:
    return abs(seen.fall) < FALLING and not seen.patient


def _saturated(seen: Evidence) -> bool:
    """Every wrong row's output is so certain that σ is flat there."""
    wrong = seen.snapshot.outputs[~seen.snapshot.right]
    return abs(seen.fall) < FALLING and bool((wrong * (1 - wrong) < FLAT).all())


def _alike(seen: Evidence) -> bool:
    return any(
        a.shape[1] > 1 and float(np.ptp(a, axis=1).max()) < ALIKE for a in seen.snapshot.activations[1:-1]
    )


RULES: tuple[tuple[Callable[[Evidence], bool], Verdict], ...] = (
    (
        lambda seen: seen.halted,
        Verdict(
            "diverged",
            "diverged: lower the rate with (",
            "The numbers grew past all bounds. Go back and lower the learning rate with (.",
        ),
    ),
    (
        lambda seen: seen.right and seen.snapshot.loss < LEARNED_LOSS,
        Verdict(
            "learned",
            "learned: every row is right",
            "Learned: every row is right, and the loss only creeps on towards 0.",
        ),
    ),
    (
        lambda seen: seen.right,
        Verdict(
            "right",
            "all right: now growing certain",
            "Every row is right; from here on the answers grow more certain.",
        ),
    ),
    (
        lambda seen: seen.snapshot.experiment.mistake is not None,
        Verdict(
            "mistake",
            "a mistake is on: r takes it back",
            "A line of backpropagation is written wrong on purpose, and this is what comes of it; "
            "c on the screen of the lines (m) shows the wrong gradients, r takes the mistake back.",
        ),
    ),
    (
        _cannot_represent,
        Verdict(
            "cannot",
            "cannot: more hidden units needed",
            "No weights of this network answer every row rightly: it can only draw one straight line, "
            "or none. Try --hidden 4.",
        ),
    ),
    (
        _symmetric,
        Verdict(
            "symmetric",
            "equal units stay equal: start anew",
            "All hidden units have the same weights, so they get the same gradients and stay the same: they "
            "count as one. Start from random weights, --init normal.",
        ),
    ),
    (
        lambda seen: seen.snapshot.step == 0,
        Verdict(
            "start", "not trained yet: press space", "Not trained yet: the weights are random. Press space."
        ),
    ),
    (
        lambda seen: seen.fall < -RISING,
        Verdict(
            "rising",
            "rising: try a lower rate, (",
            "The loss is rising: the steps overshoot. Lower the learning rate with (.",
        ),
    ),
    (
        _saturated,
        Verdict(
            "saturated",
            "stuck: units saturated, try n",
            "Stuck: the wrong answers are so certain that σ is flat there and hardly any gradient gets "
            "through. Try n, or a smaller --init-scale.",
        ),
    ),
    (
        lambda seen: _standing(seen) and _alike(seen),
        Verdict(
            "alike",
            "stuck: hidden units alike, try n",
            "Stuck: the hidden units answer alike, so they count as one. Try n, another start.",
        ),
    ),
    (
        lambda seen: _standing(seen) and not seen.on_plateau,
        Verdict(
            "stuck",
            "stuck: a row stays wrong, try n",
            "Stuck: the loss hardly falls any more and a row stays wrong. Try n, another start, or more "
            "hidden units, --hidden.",
        ),
    ),
    (
        lambda seen: seen.fall >= FALLING,
        Verdict("learning", "learning: the loss is falling", "Learning: the loss is falling."),
    ),
    (
        lambda seen: seen.on_plateau and seen.patient,
        Verdict(
            "plateau",
            "plateau: usual early on, wait",
            "A plateau: the answers are still about the same to every row, while the hidden units grow apart. "
            "That is usual early on; wait.",
        ),
    ),
    (
        lambda seen: seen.on_plateau,
        Verdict(
            "long plateau",
            "a long plateau: wait, or try n",
            "A long plateau: many starts still leave it; wait, or try n, another start.",
        ),
    ),
    (
        lambda seen: True,
        Verdict(
            "slow",
            "learning slowly",
            "Learning slowly: the loss hardly falls. Wait, or raise the learning rate with ).",
        ),
    ),
)


def diagnosis(moment: Moment, timeline: Timeline, halted: bool = False) -> Verdict:
    """The verdict on a moment of a run; halted says that its next step cannot be made."""
    snapshot, curve = moment.snapshot, timeline.curve
    experiment = snapshot.experiment
    since = max((step for step in timeline.changes if step <= snapshot.step), default=0)
    made = snapshot.step - since
    half = int(np.searchsorted(curve.steps, since + made // 2, side="right")) - 1
    fall = 1 - snapshot.loss / float(curve.losses[half]) if curve.losses[half] else 0.0
    patient = made * experiment.learning_rate / (1 - experiment.momentum) < PATIENCE
    seen = Evidence(snapshot, halted, fall, patient)
    return next(verdict for holds, verdict in RULES if holds(seen))
