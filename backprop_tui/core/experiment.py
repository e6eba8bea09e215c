"""An experiment: everything that determines a run, checked once, where it is made."""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from backprop_tui.core.files import shown
from backprop_tui.core.mistakes import MISTAKES, Mistake
from backprop_tui.core.network import INITIAL
from backprop_tui.core.problems import XOR, Problem
from backprop_tui.core.settings import WIDEST_WHOLE, option, sizes_text


class InvalidSetting(ValueError):
    """A setting that an experiment cannot have: which one, what is allowed, what was given."""

    def __init__(self, setting: str, allowed: str, given: object) -> None:
        super().__init__(f"{setting} must be {allowed}, not {given}")
        self.setting, self.allowed, self.given = setting, allowed, given


@dataclass(frozen=True)
class Experiment:
    """A problem, a network, its start and how it is trained; the defaults are the classic tutorial's.

    hidden_sizes: units in each hidden layer, () for none. learning_rate: ε, per step on E.
    momentum: α of Δw(t) = −ε ∂E/∂w(t) + α Δw(t−1). init, init_scale: how the first weights are drawn
    and what they are multiplied by. steps: how many updates the run makes. mistake: a line of the
    algorithm written wrong on purpose, if any.
    Raises InvalidSetting (a ValueError) naming the first setting that is out of range.
    """

    problem: Problem = XOR
    hidden_sizes: tuple[int, ...] = (4,)
    bias: bool = False
    learning_rate: float = 0.5
    momentum: float = 0.0
    init: str = "normal"
    init_scale: float = 0.5
    seed: int = 42
    steps: int = 10_001
    mistake: Mistake | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed, is_allowed = RULES[field.name]
            value = getattr(self, field.name)
            if not is_allowed(value):
                raise InvalidSetting(field.name, allowed, value)
        if self.mistake and self.mistake.needs_hidden and not self.hidden_sizes:
            raise InvalidSetting("mistake", "one that can be made without a hidden layer", self.mistake.name)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units in every layer, inputs and outputs included: (2, 4, 1) for the default."""
        return (self.problem.inputs.shape[1], *self.hidden_sizes, self.problem.targets.shape[1])

    @property
    def layer_labels(self) -> tuple[tuple[str, ...], ...]:
        """The names of the units in every layer: x1 x2, then h1 … h4, then ŷ.

        With more than one hidden layer a hidden unit's name starts with its layer: h1.1, h2.3.
        """
        deep = len(self.hidden_sizes) > 1
        hidden = (
            tuple(f"h{layer}.{unit}" if deep else f"h{unit}" for unit in range(1, size + 1))
            for layer, size in enumerate(self.hidden_sizes, 1)
        )
        return (self.problem.input_labels, *hidden, self.problem.output_labels)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= LARGEST and (isinstance(value, float) or value.bit_length() < WIDEST_WHOLE)


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


LARGEST = sys.float_info.max
MAX_LAYERS, MAX_UNITS, MAX_SCALE, MAX_STEPS, MAX_SEED = 8, 64, 1_000, 1_000_000_000, 2**32 - 1

RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "problem": ("one of those that `backprop-tui problems` lists", lambda value: isinstance(value, Problem)),
    "hidden_sizes": (
        f"0 for no hidden layer, or 1 to {MAX_UNITS} units in each of up to {MAX_LAYERS} layers, as in 4,3",
        lambda value: (
            isinstance(value, tuple)
            and len(value) <= MAX_LAYERS
            and all(_is_whole(size, 1, MAX_UNITS) for size in value)
        ),
    ),
    "bias": ("true or false", lambda value: isinstance(value, bool)),
    "learning_rate": ("a finite number above 0", lambda value: _is_number(value) and value > 0),
    "momentum": (
        "a number from 0 up to, but not including, 1",
        lambda value: _is_number(value) and 0 <= value < 1,
    ),
    "init": (
        f"one of {', '.join(INITIAL)}",
        lambda value: isinstance(value, str) and value in INITIAL,
    ),
    "init_scale": (
        f"a number from 0 to {MAX_SCALE:,}",
        lambda value: _is_number(value) and 0 <= value <= MAX_SCALE,
    ),
    "seed": (f"a whole number from 0 to {MAX_SEED}", lambda value: _is_whole(value, 0, MAX_SEED)),
    "steps": (f"a whole number from 1 to {MAX_STEPS}", lambda value: _is_whole(value, 1, MAX_STEPS)),
    "mistake": (
        f"one of {', '.join(MISTAKES)}",
        lambda value: value is None or isinstance(value, Mistake),
    ),
}


def fitting(problem: Problem, **settings: Any) -> Experiment:
    """The problem's own defaults as an experiment, but for the settings that are given."""
    return Experiment(problem, **{**problem.defaults, **settings})


def in_short(experiment: Experiment, rate: str = "") -> str:
    """The network and how it is trained: 6-2-1 · biases · rate 0.1 · momentum 0.9 · uniform × 0.3.

    rate: the learning rate in other words.
    """
    is_usual_start = (experiment.init, experiment.init_scale) == (Experiment.init, Experiment.init_scale)
    parts = [
        "-".join(map(str, experiment.layer_sizes)),
        "biases" if experiment.bias else "no biases",
        rate or f"rate {experiment.learning_rate:g}",
        *([f"momentum {experiment.momentum:g}"] if experiment.momentum else []),
        *([] if is_usual_start else [f"{experiment.init} × {experiment.init_scale:g}"]),
    ]
    return " · ".join(parts)


def command_line(experiment: Experiment) -> str:
    """The command that repeats this experiment: its seed, and what differs from its problem's defaults."""
    problem = experiment.problem
    words = ["backprop-tui"]
    if problem.source:
        words += ["--data", shlex.quote(shown(problem.source, None))]
    elif problem is not Experiment.problem:
        words += ["--problem", problem.name]
    return " ".join(words + option_words(experiment, fitting(problem), always=("seed",)))


def option_words(experiment: Experiment, default: Experiment, always: Sequence[str] = ()) -> list[str]:
    """The options that make this experiment out of another one of the same problem."""
    words = []
    for name in (field.name for field in fields(experiment) if field.name != "problem"):
        value = getattr(experiment, name)
        flag = option(name)
        if value == getattr(default, name) and name not in always:
            continue
        if name == "bias":
            words.append(flag if value else flag.replace("--", "--no-"))
        elif name == "mistake":
            words += [flag, value.name]
        elif name == "hidden_sizes":
            words += [flag, sizes_text(value)]
        else:
            words += [flag, str(value)]
    return words


def difference(before: Experiment, now: Experiment) -> str:
    """The settings that were changed, in words: rate 0.5→1, targets 0 1 1 1."""
    parts = []
    for word, setting in (("rate", "learning_rate"), ("momentum", "momentum")):
        old, new = getattr(before, setting), getattr(now, setting)
        if old != new:
            parts.append(f"{word} {old:.12g}→{new:.12g}")
    if before.problem is not now.problem:
        parts.append(now.problem.title if now.problem.name else f"targets {now.problem.targets_text}")
    if before.mistake is not now.mistake:
        parts.append(now.mistake.title if now.mistake else "no mistake")
    return ", ".join(parts)
