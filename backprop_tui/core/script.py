"""The run as a program of its own: the tutorial's loop, NumPy alone, the same bits.

Nothing from outside stands in it but numbers and the problem's title: see literals.py.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.literals import array_lines, commented, quoted
from backprop_tui.core.network import Array, Parameters
from backprop_tui.core.script_loop import Run, loop, names, no_last_changes
from backprop_tui.core.training import NO_CHANGES, Snapshot, start

MOST_NUMBERS = 100_000  # that are written in: some two megabytes
MOST_NAMED = 3  # inputs that the table at the end names one by one
FUNCTIONS = """\
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
NUMBERS = """

def numbers(values, form):
    return " ".join(format(value, form) for value in values)
"""


class NoScript(ValueError):
    """A run of which no script is written; the text is a line that says why."""


def script(first: Snapshot, changes: Mapping[int, Experiment] = NO_CHANGES) -> str:
    """A Python program that does what train(first, changes) does and prints what `backprop-tui train` does.

    Its `losses` are those of the steps before the last, to the bit. Where that run ends because it cannot
    go on, this one goes on with NaN or ends with NumPy's own error. Raises NoScript where no step is left to
    make, or with more than MOST_NUMBERS numbers to write in.
    """
    later = {step: changes[step] for step in sorted(changes) if step > first.step}
    run = Run(first, {first.step: first.experiment} | later)
    if first.step >= run.last.steps:
        raise NoScript("the run ends where it begins: there is no step to write")
    numbers = sum(array.size for array in _written_in(run))
    if numbers > MOST_NUMBERS:
        raise NoScript(f"a script has room for {MOST_NUMBERS:,} numbers, and this run begins with {numbers:,}")
    layers = "-".join(map(str, first.experiment.layer_sizes))
    # Python looks for the name of a charset in a first line that is a comment, and in such a second one.
    parts = [
        [f'"""Backpropagation with NumPy alone: a network of {layers} sigmoid units. By backprop-tui."""'],
        [(FUNCTIONS if _is_simple(run) else FUNCTIONS + NUMBERS).removesuffix("\n"), ""],
        _examples(first.experiment),
        _start(run),
        loop(run),
        _table(run),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _written_in(run: Run) -> Iterator[Array]:
    """The tables of numbers that the script has to have."""
    yield run.first.experiment.problem.inputs
    yield from (each.problem.targets for each in run.experiments.values())
    if not _is_drawn(run.first):
        for parameters in filter(None, (run.first.parameters, run.first.changes)):
            yield from (*parameters.weights, *parameters.biases)


def _examples(experiment: Experiment) -> Iterator[str]:
    problem = experiment.problem
    yield f"# {commented(problem.title)}: each row of X is an example, the same row of y its answer."
    yield from array_lines("X", problem.inputs)
    yield from array_lines("y", problem.targets, are_floats=False)


def _start(run: Run) -> Iterator[str]:
    """The first weights, and the settings."""
    first, is_drawn = run.first, _is_drawn(run.first)
    if is_drawn:
        yield from _drawn(first.experiment)
    else:
        yield f"# The weights of a saved run, after {first.step:,} steps."
        yield from _parameters("", first.parameters)
    yield f"lr = {float(first.experiment.learning_rate)!r}  # learning rate"
    if run.has_momentum:
        yield f"momentum = {float(first.experiment.momentum)!r}  # of the last change, made again"
        if first.changes and not is_drawn:
            yield from _parameters("v", first.changes)
        else:
            yield no_last_changes(run)
    yield "losses = []"


def _is_drawn(first: Snapshot) -> bool:
    """Whether its weights and last changes are those that its experiment's seed begins with."""
    drawn = start(first.experiment)
    pairs = [(drawn.parameters, first.parameters), (drawn.changes, first.changes)]
    return all(
        np.array_equal(one, other)
        for each, another in pairs
        for ones, others in zip(each or Parameters([]), another or Parameters([]))
        for one, other in zip(ones, others)
    )


def _drawn(experiment: Experiment) -> Iterator[str]:
    """The weights, then the biases, as `network.initialise` draws them."""
    sizes, init = experiment.layer_sizes, experiment.init
    scale = "" if experiment.init_scale == 1 else f" * {float(experiment.init_scale)!r}"
    if init != "zeros":
        yield f"np.random.seed({experiment.seed})"
    for layer, (below, units) in enumerate(zip(sizes, sizes[1:]), 1):
        yield (
            f"W{layer} = "
            + {
                "normal": f"np.random.randn({below}, {units}){scale}",
                "uniform": f"np.random.uniform(-1, 1, ({below}, {units})){scale}",
                "zeros": f"np.zeros(({below}, {units}))",
            }[init]
        )
    for layer, units in enumerate(sizes[1:] if experiment.bias else (), 1):
        yield f"b{layer} = " + (
            f"np.random.uniform(-1, 1, {units}){scale}" if init == "uniform" else f"np.zeros({units})"
        )


def _parameters(prefix: str, parameters: Parameters) -> Iterator[str]:
    for letter, arrays in zip("Wb", parameters):
        for layer, array in enumerate(arrays, 1):
            yield from array_lines(f"{prefix}{letter}{layer}", array)


def _table(run: Run) -> Iterator[str]:
    """The trained network's predictions, as `backprop-tui train` prints them."""
    if run.last.steps in run.experiments:  # the loop does not come to that step
        yield from array_lines("y", run.last.problem.targets, are_floats=False)
    yield "# Forward once more, with the weights after the last update."
    for line in run.plan:
        if line.result == "a":
            bias = f" + b{line.layer}" if run.last.bias else ""
            yield "{a} = sigmoid({below} @ {W}{bias})".format(**names(run, line), bias=bias)
    yield f"print({quoted(f'Trained predictions vs correct {run.last.problem.title}:')})"
    yield "for x, predicted, correct in zip(X, yhat, y):"
    if _is_simple(run):
        row = " ".join(f"{{x[{at}]:g}}" for at in range(run.last.problem.inputs.shape[1]))
        outputs, targets = "{predicted[0]:.3f}", "{correct[0]:g}"
    else:
        row, outputs, targets = "{numbers(x, 'g')}", "{numbers(predicted, '.3f')}", "{numbers(correct, 'g')}"
    yield f'    print(f" Input [{row}] → Predicted: {outputs} | Correct: {targets}")'


def _is_simple(run: Run) -> bool:
    """Whether the columns of the table can be named one by one."""
    inputs, *_, outputs = run.last.layer_sizes
    return inputs <= MOST_NAMED and outputs == 1
