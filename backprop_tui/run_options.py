"""The options that determine a run: what there is, and the snapshot they describe it to begin with."""

import argparse
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_tui.core.files import shown
from backprop_tui.core.settings import number, option, sizes

if TYPE_CHECKING:
    from backprop_tui.core.problems import Problem
    from backprop_tui.core.training import Snapshot

# The setting, the value's name and its sentence in the help; the tutorial's value in brackets. What is
# allowed is the Experiment's to judge, so a value that is not even a number is handed on as text.
# Shells complete by a value's name (plain/completion.py): FILE.csv is a file, small letters are a value.
RUN_OPTIONS = (
    ("problem", "NAME", "what to learn, with the settings that fit it: see `backprop-tui problems` (xor)"),
    ("data", "FILE.csv", "learn one's own examples: a header, inputs x…, targets y… from 0 to 1"),
    ("load", "FILE.npz", "go on from a saved run"),
    ("hidden_sizes", "UNITS", "units in the hidden layer; 4,3 is two layers, 0 is none (4)"),
    ("learning_rate", "RATE", "size of a step along the gradient (0.5)"),
    ("momentum", "ALPHA", "how much of the last change is made again (0)"),
    ("init", "normal|uniform|zeros", "how the first weights are drawn (normal)"),
    ("init_scale", "SCALE", "what the first weights are multiplied by (0.5)"),
    ("seed", "SEED", "which random start (42)"),
    ("steps", "STEPS", "updates until the run is finished (10001)"),
    ("mistake", "slope|order|sign|detached|shape", "write a line of backpropagation wrong"),
)
FILES = ("data", "load")
ON_THE_WAY = ("learning_rate", "momentum", "steps", "mistake")  # what may differ after a saved step


class UsageError(Exception):
    """Something on the command line is not allowed; the text is the line that says so."""


def as_given(text: str) -> str:
    """A value that is not allowed, safe to print; of one that cannot be seen, that it is empty."""
    return shown(text.strip()) or "empty"


def given_of(options: argparse.Namespace) -> dict[str, Any]:
    """The options of the run that were given, as they were typed; bias, a flag, as it was set."""
    names = [*(name for name, *_ in RUN_OPTIONS), "bias"]
    return {name: getattr(options, name) for name in names if hasattr(options, name)}


def as_typed(options: argparse.Namespace) -> str:
    """The options of the run that were given, as they can be typed again."""
    given = {name: value for name, value in given_of(options).items() if name != "bias"}
    return " ".join(f"{option(name)} {shlex.quote(shown(text, None))}" for name, text in given.items())


def start_of(options: argparse.Namespace) -> tuple["Snapshot", str]:
    """The snapshot the run is to begin with, and what has to be said of it, if anything.

    UsageError names the option, or the file, it cannot be made with.
    """
    given = given_of(options)
    with in_a_line(given):
        return _loaded(given) if "load" in given else _fresh(given)


@contextmanager
def in_a_line(given: Mapping[str, Any]) -> Iterator[None]:
    """What is wrong with a file or with a setting as a UsageError, which has the option as it was given."""
    from backprop_tui.core.experiment import InvalidSetting
    from backprop_tui.core.files import BadFile

    try:
        yield
    except BadFile as wrong:
        raise UsageError(str(wrong)) from None
    except InvalidSetting as wrong:
        value = str(given.get(wrong.setting, wrong.given))
        raise UsageError(f"{option(wrong.setting)} must be {wrong.allowed}, not {as_given(value)}") from None


def _loaded(given: Mapping[str, Any]) -> tuple["Snapshot", str]:
    from dataclasses import replace

    from backprop_tui.core import checkpoint
    from backprop_tui.core.experiment import InvalidSetting
    from backprop_tui.core.training import under

    _refuse_beside("load", given, ON_THE_WAY)
    saved = checkpoint.load(Path(given["load"]))
    experiment = replace(saved.experiment, **settings_of(given))
    if experiment.steps < saved.step:
        raise InvalidSetting("steps", f"at least {saved.step}, the step that was saved", experiment.steps)
    return under(saved, experiment), ""


def _fresh(given: Mapping[str, Any]) -> tuple["Snapshot", str]:
    from backprop_tui.core.experiment import fitting
    from backprop_tui.core.training import start

    problem, note = problem_of(given)
    return start(fitting(problem, **settings_of(given))), note


def problem_of(given: Mapping[str, Any]) -> tuple["Problem", str]:
    """The problem, and what has to be said of it: what was assumed, and which of its settings are taken."""
    from backprop_tui.core.experiment import Experiment, option_words

    problem, assumed = _problem_of(given)
    fitted = {name: value for name, value in problem.defaults.items() if name not in given}
    words = option_words(Experiment(problem, **fitted), Experiment(problem))
    note = f"settings taken for {problem.title}: {' '.join(words)}" if words else ""
    return problem, "; ".join(filter(None, (assumed, note)))


def _problem_of(given: Mapping[str, Any]) -> tuple["Problem", str]:
    """The problem, and what was assumed of its file."""
    from backprop_tui.core.experiment import InvalidSetting
    from backprop_tui.core.problems import PROBLEMS, XOR

    if "data" in given:
        from backprop_tui.core.csv_file import read_problem

        if "problem" in given:
            raise UsageError("--problem cannot stand beside --data, which brings a problem of its own")
        return read_problem(Path(given["data"]))
    name = given.get("problem", XOR.name)
    if name not in PROBLEMS:
        raise InvalidSetting("problem", "one of those that `backprop-tui problems` lists", name)
    return PROBLEMS[name], ""


def _refuse_beside(name: str, given: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for other in given:
        if other not in (name, *allowed):
            raise UsageError(f"{option(other)} cannot stand beside {option(name)}, which brings its own")


def settings_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were given, read; what is no number is left as text."""
    from backprop_tui.core.mistakes import MISTAKES

    readers: dict[str, Callable[[Any], Any]] = {
        "hidden_sizes": sizes,
        "init": str,
        "mistake": lambda text: MISTAKES.get(text, text),
        "bias": bool,
    }
    chosen = {name: text for name, text in given.items() if name not in (*FILES, "problem")}
    return {name: readers.get(name, number)(text) for name, text in chosen.items()}
