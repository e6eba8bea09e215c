"""Which of the 16 gates of two inputs a network learns."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from backprop_tui.core import problems
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.problems import PROBLEMS, Problem
from backprop_tui.core.training import CannotStep, start, train

GATES = tuple(PROBLEMS[name] for name, _, _ in problems.GATES)


def learned_gates(
    experiment: Experiment, most_steps: int, is_wanted: Callable[[], bool] = lambda: True
) -> Iterator[tuple[Problem, int | None]]:
    """Every gate with the step since which all its rows are right, None where one is wrong at the end.

    Each is learned by the experiment's network from the experiment's start, in at most so many steps. It ends
    early once it is no longer wanted.
    """
    for gate in GATES:
        first = start(replace(experiment, problem=gate, mistake=None))
        since = 0 if first.right.all() else None
        try:
            for snapshot in train(first):
                if not snapshot.right.all():
                    since = None
                elif since is None:
                    since = snapshot.step
                if not is_wanted():
                    return
                if snapshot.step >= most_steps:
                    break
        except CannotStep:
            since = None
        yield gate, since
