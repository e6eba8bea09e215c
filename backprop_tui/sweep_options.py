"""The options of a sweep: which experiments it is made of, and how many starts of each."""

import argparse
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from backprop_tui.core.settings import number, sizes
from backprop_tui.options import whole_number
from backprop_tui.run_options import UsageError, given_of, in_a_line, problem_of, settings_of

if TYPE_CHECKING:
    from backprop_tui.core.experiment import Experiment
    from backprop_tui.core.problems import Problem

THREADS_LIMIT = 1_000
BIASES = {"no": [False], "yes": [True], "both": [False, True]}
OR_SEVERAL = {
    "hidden_sizes": ", or a range of units, as in 0-8",
    "learning_rate": ", or several, as in 0.1,0.5,2",
}


class Asked(NamedTuple):
    """A sweep: of which experiments, how many starts of each, on how many threads; what to say of it."""

    experiments: "list[Experiment]"
    seeds: int
    threads: int | None
    note: str


def sweep_of(options: argparse.Namespace) -> Asked:
    """The sweep these options ask for. UsageError names the option, or the file, it cannot be made with."""
    given = given_of(options)
    if "load" in given:
        raise UsageError("--load cannot stand beside sweep: a saved run is one start, a sweep draws its own")
    with in_a_line(given):
        problem, note = problem_of(given)
        experiments = _experiments(problem, given)
    seeds, threads = _seeds(options.seeds, experiments[0].seed), None
    if options.threads is not None:
        threads = whole_number(options.threads, "--threads", THREADS_LIMIT)
    return Asked(experiments, seeds, threads, note)


def _experiments(problem: "Problem", given: Mapping[str, Any]) -> "list[Experiment]":
    """An experiment for every combination of what several values were given of."""
    readers = {"hidden_sizes": _shapes, "bias": _biases, "learning_rate": _rates}
    several = {name: dict.fromkeys(read(given[name])) for name, read in readers.items() if name in given}
    alike = settings_of({name: value for name, value in given.items() if name not in readers})
    return [_fitting(problem, {**alike, **dict(zip(several, values))}) for values in product(*several.values())]


def _fitting(problem: "Problem", settings: Mapping[str, Any]) -> "Experiment":
    from backprop_tui.core.experiment import InvalidSetting, fitting

    try:
        return fitting(problem, **settings)
    except InvalidSetting as wrong:
        allowed = wrong.allowed + OR_SEVERAL.get(wrong.setting, "")
        raise InvalidSetting(wrong.setting, allowed, wrong.given) from None


def _shapes(text: str) -> list[object]:
    """Hidden layers: those of a range such as 0-8, or the one."""
    from backprop_tui.core.experiment import MAX_UNITS, RULES, InvalidSetting

    if "-" not in text:
        return [sizes(text)]
    least, most = map(number, text.split("-", 1))
    if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most <= MAX_UNITS):
        raise InvalidSetting("hidden_sizes", RULES["hidden_sizes"][0] + OR_SEVERAL["hidden_sizes"], text)
    return [(units,) if units else () for units in range(least, most + 1)]


def _biases(given: str | bool) -> list[object]:
    """Without biases, with them, or both; before the word sweep --bias is a flag, which is set or not."""
    from backprop_tui.core.experiment import InvalidSetting

    if isinstance(given, bool):
        return [given]
    if given not in BIASES:
        raise InvalidSetting("bias", "no, yes or both", given)
    return [*BIASES[given]]


def _rates(text: str) -> list[object]:
    return [number(rate) for rate in text.split(",")]


def _seeds(text: str, first: int) -> int:
    """How many seeds, if there are so many from the first on, and memory for what becomes of their starts."""
    from backprop_tui.core.experiment import MAX_SEED
    from backprop_tui.core.sweep import MOST_MEMORY, memory

    seeds = whole_number(text, "--seeds", MAX_SEED + 1)
    if memory(seeds) > MOST_MEMORY:
        raise UsageError(
            f"--seeds {seeds} would take {memory(seeds) / 1e9:,.1f} GB of memory; "
            f"{MOST_MEMORY // memory(1)} fit into the {MOST_MEMORY / 1e9:g} GB that are allowed"
        )
    if first + seeds - 1 > MAX_SEED:
        raise UsageError(f"--seeds {seeds} from --seed {first} on go beyond the last seed, {MAX_SEED}")
    return seeds
