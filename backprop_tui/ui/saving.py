"""Files that the app writes, into the folder it was started in."""

from collections.abc import Callable, Iterator
from pathlib import Path

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.files import free_path, shown_path
from backprop_tui.core.training import Snapshot


class NoLongerWanted(Exception):
    """The app is being left while a file is written."""


def run_name(experiment: Experiment) -> str:
    """What a file of this experiment's run is called: xor-2-4-1-seed-42."""
    layers = "-".join(map(str, experiment.layer_sizes))
    return f"{experiment.problem.name or 'own'}-{layers}-seed-{experiment.seed}"


def moment_name(snapshot: Snapshot) -> str:
    """What a file of this moment is called."""
    return f"{run_name(snapshot.experiment)}-step-{snapshot.step}"


def saved(name: str, ending: str, write: Callable[[Path], None]) -> str:
    """Write a file of this name, or the next that is free; what came of it, in words."""
    path = free_path(name, ending)
    try:
        path = path.absolute()  # raises where the folder has been removed
        write(path)
    except OSError as failure:
        return f"{failure.strerror}: {path.name} was not saved in {shown_path(path.parent)}"
    return f"Saved {path.name}\nin {shown_path(path.parent)}"


def while_wanted(snapshots: Iterator[Snapshot], is_wanted: Callable[[], bool]) -> Iterator[Snapshot]:
    """The snapshots; raises NoLongerWanted once they are not."""
    for snapshot in snapshots:
        if not is_wanted():
            raise NoLongerWanted
        yield snapshot
