"""A snapshot on disk."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.network import Parameters
from backprop_tui.core.training import Snapshot

FORMAT = 1


def save(snapshot: Snapshot, path: Path) -> None:
    """Write W1, b1, vW1, … with the step and the experiment as an .npz, whole or not at all.

    It is written beside its place and then renamed, so a crash leaves the old file as it was.
    Raises OSError when it cannot be written.
    """
    members: dict[str, Any] = {
        "format": FORMAT,
        "step": snapshot.step,
        "experiment": experiment_text(snapshot.experiment),
    }
    for prefix, parameters in (("", snapshot.parameters), ("v", snapshot.changes or Parameters([]))):
        members |= {f"{prefix}W{layer}": array for layer, array in enumerate(parameters.weights, 1)}
        members |= {f"{prefix}b{layer}": array for layer, array in enumerate(parameters.biases, 1)}
    place = Path(os.path.realpath(path))
    beside = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        with beside.open("xb") as file:
            np.savez(file, **members)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def experiment_text(experiment: Experiment) -> str:
    """The experiment as JSON text, its problem and its mistake by name."""
    return json.dumps(vars(experiment), default=lambda named: named.name)
