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
from backprop_tui.core.network import Array
from backprop_tui.core.separability import linearly_separable
from backprop_tui.core.timeline import Timeline
from backprop_tui.core.training import Snapshot

LEARNED_LOSS = 0.01
FALLING = 0.01  # of the loss, over the second half of the steps made under these settings
RISING = 0.05  # likewise
PLATEAU = 0.03  # how far, as a share, from the loss of the best constant answer
PATIENCE = (
    2_500  # steps at a learning rate of 1 for 4 rows, which add up, without momentum; twice at half of it
)
LEAST_PATIENCE = 2_000  # steps, whatever the learning rate
ALIKE = 1e-3  # between the activations of two units, for every example
FLAT, FLAT_AT_ONCE = 1e-3, 1e-6  # the slope σ′ = a·(1 − a), at most ¼; and what no patience helps against
SAME = 1e-12  # between the weights of two units, as a share of the largest: round-off


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
    settings. patient: whether fewer than PATIENCE of them have been made. begun: whether any step has.
    """

    snapshot: Snapshot
    halted: bool
    fall: float
    patient: bool
    begun: bool

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
    """With one unit in every hidden layer, or none, the network draws one straight line.

    Without biases a single unit under the output does not even that: its activation is positive, so
    the output is on the side of ½ that its weight's sign says.
    """
    experiment = seen.snapshot.experiment
    targets = experiment.problem.targets
    if experiment.hidden_sizes and experiment.hidden_sizes[-1] == 1 and not experiment.bias:
        return bool(((targets.max(axis=0) > 0.5) & (targets.min(axis=0) < 0.5)).any())
    if any(size > 1 for size in experiment.hidden_sizes):
        return False
    return linearly_separable(experiment.problem, experiment.bias) is False


def _symmetric(seen: Evidence) -> bool:
    """All units of a hidden layer have the same weights in and out, so they get the same gradients."""
    return any(
        below.shape[1] > 1 and _all_same(below, axis=1) and _all_same(above, axis=0)
        for below, above in pairwise(seen.snapshot.parameters.weights)
    )


def _all_same(weights: Array, axis: int) -> bool:
    return bool((np.ptp(weights, axis=axis) <= SAME * np.abs(weights).max()).all())


def _standing(seen: Evidence) -> bool:
    return abs(seen.fall) < FALLING and not seen.patient


def _saturated(seen: Evidence) -> bool:
    """Every wrong row's output is so certain that σ is flat there."""
    wrong = seen.snapshot.outputs[~seen.snapshot.right]
    flat = FLAT_AT_ONCE if seen.patient else FLAT
    return abs(seen.fall) < FALLING and bool((wrong * (1 - wrong) < flat).all())


def _alike(seen: Evidence) -> bool:
    return any(
        a.shape[1] > 1 and float(np.ptp(a, axis=1).max()) < ALIKE for a in seen.snapshot.activations[1:-1]
    )


TEXTS = {
    "mistake": (
        "a mistake is on: r takes it back",
        "A line of backpropagation is written wrong on purpose, and this is what comes of it; c on the "
        "screen of the lines (m) shows the wrong gradients, r takes the mistake back.",
    ),
    "diverged": (
        "diverged: lower the rate with (",
        "The numbers grew past all bounds. Go back and lower the learning rate with (.",
    ),
    "learned": (
        "learned: every row is right",
        "Learned: every row is right, and the loss only creeps on towards 0.",
    ),
    "right": (
        "all right: now growing certain",
        "Every row is right; from here on the answers grow more certain.",
    ),
    "cannot": (
        "cannot: more hidden units needed",
        "No weights of this network answer every row rightly: it can only draw one straight line, or "
        "none. Try more hidden units with >, or biases with b.",
    ),
    "symmetric": (
        "equal units stay equal: start anew",
        "All hidden units have the same weights, so they get the same gradients and stay the same: they "
        "count as one. Type a random start with i, normal or uniform.",
    ),
    "start": (
        "not trained yet: press space",
        "Not trained yet: the weights are random. Press space.",
    ),
    "loaded": (
        "loaded: press space to go on",
        "Loaded as it was saved: press space to go on from here.",
    ),
    "loaded whole": (
        "loaded: finished, give --steps",
        "Loaded as it was saved, with all its steps made: give it more with --steps.",
    ),
    "rising": (
        "rising: try a lower rate, (",
        "The loss is rising: the steps overshoot. Lower the learning rate with (.",
    ),
    "saturated": (
        "stuck: units saturated, try n",
        "Stuck: the wrong answers are so certain that σ is flat there and hardly any gradient gets "
        "through. Try n, or a smaller scale with i.",
    ),
    "alike": (
        "stuck: hidden units alike, try n",
        "Stuck: the hidden units answer alike, so they count as one. Try n, another start.",
    ),
    "stuck": (
        "stuck: a row stays wrong, try n",
        "Stuck, as it seems: the loss hardly falls any more and a row stays wrong. Try n, another start, "
        "or more hidden units with >.",
    ),
    "learning": (
        "learning: the loss is falling",
        "Learning: the loss is falling.",
    ),
    "plateau": (
        "plateau: usual early on, wait",
        "A plateau: the answers are still about the same to every row, while the hidden units grow "
        "apart. That is usual early on; wait.",
    ),
    "long plateau": (
        "a long plateau: wait, or try n",
        "A long plateau: many starts still leave it; wait, or try n, another start.",
    ),
    "slow": (
        "learning slowly",
        "Learning slowly: the loss hardly falls. Wait, or raise the learning rate with ).",
    ),
}

# The first that holds is the verdict.
RULES: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("mistake", lambda seen: seen.snapshot.experiment.mistake is not None),
    ("diverged", lambda seen: seen.halted),
    ("learned", lambda seen: seen.right and seen.snapshot.loss < LEARNED_LOSS),
    ("right", lambda seen: seen.right),
    ("cannot", _cannot_represent),
    ("symmetric", _symmetric),
    ("start", lambda seen: seen.snapshot.step == 0),
    ("loaded", lambda seen: not seen.begun and seen.snapshot.step < seen.snapshot.experiment.steps),
    ("loaded whole", lambda seen: not seen.begun),
    ("rising", lambda seen: seen.fall < -RISING),
    ("saturated", _saturated),
    ("alike", lambda seen: _standing(seen) and _alike(seen)),
    ("stuck", lambda seen: _standing(seen) and not seen.on_plateau),
    ("learning", lambda seen: seen.fall >= FALLING),
    ("plateau", lambda seen: seen.on_plateau and seen.patient),
    ("long plateau", lambda seen: seen.on_plateau),
    ("slow", lambda seen: True),
)


def diagnosis(moment: Moment, timeline: Timeline, halted: bool = False) -> Verdict:
    """The verdict on a moment of a run; halted says that its next step cannot be made."""
    snapshot, curve = moment.snapshot, timeline.curve
    experiment = snapshot.experiment
    since = max((step for step in timeline.changes if step <= snapshot.step), default=0)
    made = snapshot.step - since
    half = int(np.searchsorted(curve.steps, since + made // 2, side="right")) - 1
    fall = 1 - snapshot.loss / float(curve.losses[half]) if curve.losses[half] else 0.0
    pace = experiment.learning_rate * experiment.problem.rows / 4 / (1 - experiment.momentum)
    patient = made < max(PATIENCE / pace, LEAST_PATIENCE)
    seen = Evidence(snapshot, halted, fall, patient, snapshot.step > timeline.first)
    name = next(name for name, holds in RULES if holds(seen))
    return Verdict(name, *TEXTS[name])
