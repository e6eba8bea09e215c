"""The line that the app leaves in the terminal."""

from collections.abc import Mapping

from backprop_tui.core.experiment import Experiment, command_line, difference
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import Snapshot


def summary(
    snapshot: Snapshot, changes: Mapping[int, Experiment], loaded: tuple[str, Experiment] | None = None
) -> str:
    """One line for the terminal after the app: the experiment, how far it came, how to come there again.

    changes: the run's experiments by the step from which each was used. loaded: what to type to go on
    from a file as this run did, and the experiment that makes.
    """
    experiment = snapshot.experiment
    made = sorted(step for step in changes if step <= snapshot.step)
    began = changes[made[0]]
    again = []
    if loaded:
        command, experiment_loaded = loaded
        at_once = difference(experiment_loaded, began)
        again = [f"backprop-tui {command}", *([f"at step {made[0]:,} {at_once}"] if at_once else [])]
    elif began.problem.source or began.problem in PROBLEMS.values():
        again = [command_line(began)]
    again += [f"at step {now:,} {difference(changes[was], changes[now])}" for was, now in zip(made, made[1:])]
    layers = "-".join(map(str, experiment.layer_sizes))
    reached = f"loss {snapshot.loss:.6f}, {snapshot.right.sum()}/{experiment.problem.rows} right."
    told = f"{experiment.problem.title} {layers}, step {snapshot.step:,}: {reached}"
    return f"{told} Again: {', '.join(again)}" if again else told
