"""A snapshot on disk, from which training goes on to the same bits."""

import json
import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from backprop_tui.core.experiment import Experiment, InvalidSetting, fitting
from backprop_tui.core.files import BadFile, opened, shown, written_whole
from backprop_tui.core.mistakes import MISTAKES, Mistake
from backprop_tui.core.network import Parameters
from backprop_tui.core.npz import DAMAGED, NUMBER, TEXT, WHOLE, archive_in, values
from backprop_tui.core.problems import LONGEST_NAME, MOST_ROWS, MOST_UNITS, PROBLEMS, Problem, problem
from backprop_tui.core.training import Snapshot, snapshot_of

FORMAT = 1
SETTINGS = {field.name for field in fields(Experiment)}
DESCRIPTION = {  # of a problem that is not in the table, its examples apart
    "title": str,
    "about": str,
    "source": str,
    "input_labels": list,
    "output_labels": list,
    "defaults": dict,
}
LONGEST_TITLE, LONGEST_ABOUT, LONGEST_SOURCE = 60, 200, 4_096  # characters
ROWS = range(1, MOST_ROWS + 1)
NOT_ONE = "not a weights file of backprop-tui"


def save(snapshot: Snapshot, path: Path) -> None:
    """Write W1, b1, vW1, … with the step and the experiment as an .npz, whole or not at all.

    A problem that is not in the table goes with them, as X and y. Raises OSError when it cannot be written.
    """
    members: dict[str, Any] = {
        "format": np.int64(FORMAT),
        "step": np.int64(snapshot.step),
        "experiment": experiment_text(snapshot.experiment),
    }
    examples = snapshot.experiment.problem
    if not _in_table(examples):
        members |= {"X": examples.inputs, "y": examples.targets}
    for prefix, parameters in (("", snapshot.parameters), ("v", snapshot.changes or Parameters([]))):
        members |= {f"{prefix}W{layer}": array for layer, array in enumerate(parameters.weights, 1)}
        members |= {f"{prefix}b{layer}": array for layer, array in enumerate(parameters.biases, 1)}
    with written_whole(path) as file:
        np.savez(file, **members)


def experiment_text(experiment: Experiment) -> str:
    """The experiment as JSON text: its mistake by name, its problem too if the table has it."""
    return json.dumps(vars(experiment), default=_described)


def _described(part: Problem | Mistake) -> object:
    if isinstance(part, Mistake) or _in_table(part):
        return part.name
    return {name: getattr(part, name) for name in DESCRIPTION} | {"defaults": dict(part.defaults)}


def _in_table(examples: Problem) -> bool:
    return PROBLEMS.get(examples.name) is examples


def load(path: Path) -> Snapshot:
    """The snapshot in this file. Raises BadFile, one line that says what is wrong with it."""
    with opened(path) as file:
        try:
            with archive_in(file) as archive:
                return _snapshot(archive)
        except BadFile as bad:
            raise BadFile(f"{shown(path.name)}: {bad}") from None
        except DAMAGED:
            raise BadFile(f"{shown(path.name)}: damaged, or {NOT_ONE}") from None


@np.errstate(all="ignore")
def _snapshot(archive: zipfile.ZipFile) -> Snapshot:
    version = int(values(archive, "format", WHOLE)) if "format.npy" in archive.namelist() else 0
    if version < 1:
        raise BadFile(NOT_ONE)
    if version > FORMAT:
        raise BadFile(f"made by a newer version (format {version}; this one reads {FORMAT})")
    experiment = _experiment(archive)
    shapes = _shapes(experiment)
    _check_names(archive, experiment, shapes)
    step = int(values(archive, "step", WHOLE))
    if not 0 <= step <= experiment.steps:
        raise BadFile(f"step must be from 0 to the experiment's {experiment.steps}, not {step}")
    arrays = [values(archive, name, NUMBER, shape) for name, shape in shapes.items()]
    layers = len(experiment.layer_sizes) - 1
    count = layers * (1 + experiment.bias)
    parameters, changes = (
        Parameters(each[:layers], each[layers:]) for each in (arrays[:count], arrays[count:])
    )
    snapshot = snapshot_of(experiment, step, parameters, changes if experiment.momentum else None)
    if not math.isfinite(snapshot.loss):
        raise BadFile("its loss is not a finite number")
    return snapshot


def _shapes(experiment: Experiment) -> Mapping[str, tuple[int, ...]]:
    """The members that hold what is trained: W1, W2, …, b1, …, vW1, …, vb1, …"""
    sizes = experiment.layer_sizes
    shapes: dict[str, tuple[int, ...]] = {}
    for prefix in ("", "v") if experiment.momentum else ("",):
        shapes |= {f"{prefix}W{layer}": shape for layer, shape in enumerate(zip(sizes, sizes[1:]), 1)}
        if experiment.bias:
            shapes |= {f"{prefix}b{layer}": (units,) for layer, units in enumerate(sizes[1:], 1)}
    return shapes


def _check_names(archive: zipfile.ZipFile, experiment: Experiment, trained: Iterable[str]) -> None:
    expected = {"format", "step", "experiment", *trained}
    if not _in_table(experiment.problem):
        expected |= {"X", "y"}
    names = [name.removesuffix(".npy") for name in archive.namelist()]
    wrong = (expected ^ set(names)) or {name for name in names if names.count(name) > 1}
    if wrong:
        raise BadFile(f"{shown(min(wrong))} is missing, is there twice, or is not of its experiment")


def _experiment(archive: zipfile.ZipFile) -> Experiment:
    # NumPy would make a text of any numbers, also of those that are no characters, which Python trips over.
    given = json.loads(values(archive, "experiment", TEXT).tobytes().decode("utf-32"))
    if not isinstance(given, dict) or given.keys() != SETTINGS:
        raise BadFile("its experiment is not described as this version does it")
    try:
        return Experiment(**_settings(given) | {"problem": _problem(archive, given["problem"])})
    except InvalidSetting as wrong:
        raise BadFile(f"{wrong.setting} must be {wrong.allowed}, not {shown(str(wrong.given))}") from None


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as an experiment has them, out of JSON; what is not allowed is left for it to refuse."""
    settings = dict(given)
    if isinstance(given.get("hidden_sizes"), list):
        settings["hidden_sizes"] = tuple(given["hidden_sizes"])
    if isinstance(given.get("mistake"), str):
        settings["mistake"] = MISTAKES.get(given["mistake"], given["mistake"])
    return settings


def _problem(archive: zipfile.ZipFile, given: Any) -> Problem:
    """The problem of this name, or the one so described, its examples in the archive."""
    if isinstance(given, str) and given in PROBLEMS:
        return PROBLEMS[given]
    if not isinstance(given, dict) or {name: type(value) for name, value in given.items()} != DESCRIPTION:
        raise BadFile("its problem is none that this version knows")
    inputs, outputs = given["input_labels"], given["output_labels"]
    defaults = _settings(given["defaults"])
    if not (_are_labels(inputs) and _are_labels(outputs) and defaults.keys() <= SETTINGS - {"problem"}):
        raise BadFile("its problem is described wrongly")
    y = values(archive, "y", NUMBER, (ROWS, len(outputs)))
    x = values(archive, "X", NUMBER, (len(y), len(inputs)))
    if not ((y >= 0) & (y <= 1)).all():
        raise BadFile("y has a target that is not from 0 to 1")
    made = replace(
        problem("", shown(given["title"], LONGEST_TITLE), x, y, shown(given["about"], LONGEST_ABOUT), defaults),
        input_labels=tuple(shown(label, LONGEST_NAME) for label in inputs),
        output_labels=tuple(shown(label, LONGEST_NAME) for label in outputs),
        source=shown(given["source"], LONGEST_SOURCE),
    )
    fitting(made)  # raises InvalidSetting for defaults that are none
    return made


def _are_labels(labels: list[Any]) -> bool:
    return 1 <= len(labels) <= MOST_UNITS and all(isinstance(label, str) for label in labels)
