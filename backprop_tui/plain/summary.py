"""The line that the app leaves in the terminal."""

from collections.abc import Mapping

from backprop_tui.core.again import again
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import Snapshot


def summary(
    snapshot: Snapshot, changes: Mapping[int, Experiment], loaded: tuple[str, Experiment] | None = None
) -> str:
    """One line for the terminal after the app: the experiment, how far it came, how to come there again.

    changes, loaded: see again.
    """
    experiment = snapshot.experiment
    command, on_the_way = again(changes, snapshot.step, loaded)
    layers = "-".join(map(str, experiment.layer_sizes))
    reached = f"loss {snapshot.loss:.6f}, {snapshot.right.sum()}/{experiment.problem.rows} right."
    told = f"{experiment.problem.title} {layers}, step {snapshot.step:,}: {reached}"
    how = ", ".join(filter(None, [command, *on_the_way]))
    return f"{told} Again: {how}" if how else told
