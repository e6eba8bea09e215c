"""One step as the ordered list of its lines, each with its formula, its shapes and its numbers.

The lines call the very functions that train, on the numbers the lines before them left, so the last
of them are the next snapshot's weights to the bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from backprop_tui.core.formulas import Formula, mismatch, shape_text
from backprop_tui.core.network import Array, Parameters
from backprop_tui.core.plan import formula_of, names_on, plan
from backprop_tui.core.problems import Problem

if TYPE_CHECKING:
    from backprop_tui.core.training import Snapshot

Labels = tuple[str, ...]

WIDEST_EXAMPLE_LABEL = 5


class BrokenStep(ArithmeticError):
    """A step that a mistake keeps from being made; the text says why."""


@dataclass(frozen=True, eq=False)
class Named:
    """Values (rows, columns) with their name and a label for each row and column."""

    name: str
    values: Array
    row_labels: Labels
    column_labels: Labels


@dataclass(frozen=True, eq=False)
class Equation:
    """A line with its numbers: how it is written here, the shapes it joins, its operands by role, its result.

    part: forward, loss, backward or update. error: what is wrong with the result, if anything; the
    lines after such a one have NaN for every value.
    """

    part: str
    formula: Formula
    written: str
    shapes: str
    operands: dict[str, Named]
    result: Named
    error: str = ""

    def opened(self, row: int, column: int, number: Callable[[str, float], str]) -> str:
        """How the value in this row and column comes about; see Formula.filled."""
        values = {role: operand.values for role, operand in self.operands.items()}
        return self.formula.filled(row, column, values, number)


@np.errstate(all="ignore")
def derivation(snapshot: "Snapshot") -> list[Equation]:
    """Every line of the step that follows the snapshot, in the order in which they are computed."""
    layers = len(snapshot.parameters.weights)
    values = _given(snapshot)
    equations: list[Equation] = []
    for line in plan(layers, snapshot.experiment.bias, snapshot.changes is not None):
        names = names_on(line, layers)
        formula = formula_of(line, snapshot.experiment)
        operands = {role: values[names[role]] for role in formula.operands}
        labels = _labels(snapshot, line.result, line.layer, line.of_biases)
        broken = any(equation.error for equation in equations)
        equation = _computed(line.part, formula, names, operands, names[line.result], labels, broken)
        values = values | {equation.result.name: equation.result}
        equations.append(equation)
    return equations


@np.errstate(all="ignore")
def gradients(snapshot: "Snapshot") -> Parameters:
    """The gradient of E as the step's lines have it, in the parameters' shapes: what a mistake takes for it.

    Raises BrokenStep where a line cannot be computed.
    """
    experiment, (weights, biases) = snapshot.experiment, snapshot.parameters
    layers = len(weights)
    values = {
        "y": experiment.problem.targets,
        "ε": np.array(experiment.learning_rate),
        "X": snapshot.activations[0],
    }
    values |= {f"a{layer}": snapshot.activations[layer] for layer in range(1, layers)}
    values |= {"ŷ": snapshot.outputs} | {f"W{layer}": array for layer, array in enumerate(weights, 1)}
    for line in plan(layers, experiment.bias, momentum=False):
        if line.part == "backward":
            names = names_on(line, layers)
            formula = formula_of(line, experiment)
            meant = snapshot.activations[line.layer] if line.result == "δ" else weights[line.layer - 1]
            shape = meant.shape[1:] if line.of_biases else meant.shape
            name, operands = names[line.result], [values[names[role]] for role in formula.operands]
            values[name], error = _value(formula.compute, operands, name, shape)
            if error:
                raise BrokenStep(error)
    return Parameters(
        [values[f"dW{layer}"] for layer in range(1, layers + 1)],
        [values[f"db{layer}"] for layer in range(1, layers + 1)] if biases else [],
    )


def _labels(snapshot: "Snapshot", role: str, layer: int, of_biases: bool) -> tuple[Labels, Labels]:
    units = snapshot.experiment.layer_labels
    if role in ("L", "E"):
        return ("",), ("",)
    if role in ("z", "a", "δ"):
        return _example_labels(snapshot.experiment.problem), units[layer]
    return ("b",) if of_biases else units[layer - 1], units[layer]


@lru_cache(maxsize=8)
def _example_labels(problem: Problem) -> Labels:
    """Each example by its inputs where they are short, else by its number."""
    labels = tuple(",".join(f"{value:g}" for value in row) for row in problem.inputs)
    return labels if max(map(len, labels)) <= WIDEST_EXAMPLE_LABEL else _numbered(problem.rows)


def _given(snapshot: "Snapshot") -> dict[str, Named]:
    """What the step begins with: the problem, the parameters, the last change, ε and α; biases as one row."""
    experiment, problem = snapshot.experiment, snapshot.experiment.problem
    examples = _example_labels(problem)
    given = [
        Named("X", problem.inputs, examples, problem.input_labels),
        Named("y", problem.targets, examples, tuple(f"y{label[1:]}" for label in problem.output_labels)),
        Named("ε", np.array([[experiment.learning_rate]]), ("",), ("",)),
        Named("α", np.array([[experiment.momentum]]), ("",), ("",)),
    ]
    for prefix, parameters in (("", snapshot.parameters), ("Δ", snapshot.changes)):
        if parameters:
            for of_biases, arrays in enumerate(parameters):
                for layer, array in enumerate(arrays, 1):
                    labels = _labels(snapshot, "W", layer, bool(of_biases))
                    given.append(Named(f"{prefix}{'Wb'[of_biases]}{layer}", np.atleast_2d(array), *labels))
    return {each.name: each for each in given}


def _value(
    compute: Callable[..., Array], operands: Sequence[Array], name: str, meant: tuple[int, ...]
) -> tuple[Array, str]:
    """What a line comes to, and what is wrong with it: NaN where NumPy itself refuses."""
    try:
        values = compute(*operands)
    except ValueError as refused:
        return np.full(meant, np.nan), f"{name} cannot be computed: {str(refused).strip()}."
    return values, "" if np.shape(values) == meant else mismatch(name, np.shape(values), meant)


def _computed(
    part: str,
    formula: Formula,
    names: dict[str, str],
    operands: dict[str, Named],
    name: str,
    labels: tuple[Labels, Labels],
    broken: bool,
) -> Equation:
    meant, error = (len(labels[0]), len(labels[1])), ""
    values = np.full(meant, np.nan)
    if not broken:
        arrays = [operand.values for operand in operands.values()]
        values, error = _value(lambda *each: np.atleast_2d(formula.compute(*each)), arrays, name, meant)
    if values.shape != meant:
        labels = _numbered(values.shape[0]), _numbered(values.shape[1])
    joined = formula.shapes_of({role: operand.values.shape for role, operand in operands.items()})
    shapes = f"{joined} → {shape_text(values.shape)}"
    written = formula.written.format(**names)
    return Equation(part, formula, written, shapes, operands, Named(name, values, *labels), error)


def _numbered(count: int) -> Labels:
    return tuple(str(number + 1) for number in range(count))
