"""How to come to a run again: the command that begins it, and what was changed on the way."""

from collections.abc import Mapping
from itertools import pairwise

from backprop_tui.core.experiment import Experiment, command_line, difference
from backprop_tui.core.problems import PROBLEMS


def again(
    changes: Mapping[int, Experiment], last: int, loaded: tuple[str, Experiment] | None = None
) -> tuple[str, list[str]]:
    """The command, empty where there is none, and after it the changes in words: at step 1,100 rate 0.5→1.

    changes: the run's experiments by the step from which each was used; those after the last are left
    out. loaded: what to type to go on from a file as this run did, and the experiment that makes.
    """
    made = sorted(step for step in changes if step <= last)
    began, command, on_the_way = changes[made[0]], "", []
    if loaded:
        typed, experiment = loaded
        command = f"backprop-tui {typed}"
        at_once = difference(experiment, began)
        on_the_way = [f"at step {made[0]:,} {at_once}"] if at_once else []
    elif began.problem.source or began.problem in PROBLEMS.values():
        command = command_line(began)
    on_the_way += [f"at step {now:,} {difference(changes[was], changes[now])}" for was, now in pairwise(made)]
    return command, on_the_way
