"""One step as the ordered list of its lines, each with its formula, its shapes and its numbers.

The lines call the very functions that train, on the numbers the lines before them left, so the last
of them are the next snapshot's weights to the bit.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from backprop_tui.core.formulas import FORMULAS, Formula, mismatch, shape_text
from backprop_tui.core.network import Array, Parameters

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


class _Line(NamedTuple):
    """kind: of the formula; result: the role it computes; of_biases: whether W stands for the biases."""

    part: str
    kind: str
    result: str
    layer: int
    of_biases: bool = False


@np.errstate(all="ignore")
def derivation(snapshot: "Snapshot") -> list[Equation]:
    """Every line of the step that follows the snapshot, in the order in which they are computed."""
    experiment = snapshot.experiment
    layers = len(snapshot.parameters.weights)
    values = _given(snapshot)
    equations: list[Equation] = []
    for line in _plan(layers, experiment.bias, snapshot.changes is not None):
        names = _names(line, layers)
        labels = _labels(line.result, line, snapshot)
        formula = _formula(line, experiment.mistake.formulas if experiment.mistake else {})
        operands = {role: values[names[role]] for role in formula.operands}
        broken = any(equation.error for equation in equations)
        equation = _computed(line, formula, names, operands, labels, broken)
        values = values | {equation.result.name: equation.result}
        equations.append(equation)
    return equations


def gradients(equations: list[Equation]) -> Parameters:
    """The gradient of E as the lines have it, in the parameters' shapes.

    Raises BrokenStep where a line has an error.
    """
    for equation in equations:
        if equation.error:
            raise BrokenStep(equation.error)
    found = {equation.result.name: equation.result.values for equation in equations}
    layers = range(1, sum(name.startswith("dW") for name in found) + 1)
    return Parameters(
        [found[f"dW{layer}"] for layer in layers],
        [found[f"db{layer}"][0] for layer in layers if f"db{layer}" in found],
    )


def _plan(layers: int, bias: bool, momentum: bool) -> Iterator[_Line]:
    upwards, downwards = range(1, layers + 1), range(layers, 0, -1)
    for layer in upwards:
        yield _Line("forward", "z with bias" if bias else "z", "z", layer)
        yield _Line("forward", "a", "a", layer)
    yield _Line("loss", "loss", "L", layers)
    yield _Line("loss", "E", "E", layers)
    for layer in downwards:
        yield _Line("backward", "output δ" if layer == layers else "δ", "δ", layer)
        yield _Line("backward", "dW", "dW", layer)
        if bias:
            yield _Line("backward", "db", "dW", layer, of_biases=True)
    for layer in downwards:
        for of_biases in (False, True) if bias else (False,):
            if momentum:
                yield _Line("update", "change", "ΔW", layer, of_biases)
            yield _Line("update", "changed" if momentum else "update", "W", layer, of_biases)


def _names(line: _Line, layers: int) -> dict[str, str]:
    """What every role is called on this line."""

    def activation(layer: int) -> str:
        return "X" if layer == 0 else "ŷ" if layer == layers else f"a{layer}"

    def delta(layer: int) -> str:
        return "δ_out" if layer == layers else "δ_hid" if layers == 2 else f"δ_hid{layer}"

    layer, above = line.layer, line.layer + 1
    names = {role: f"{role}{layer}" for role in ("z", "W", "b", "dW", "ΔW")}
    if line.of_biases:
        names |= {"W": f"b{layer}", "dW": f"db{layer}", "ΔW": f"Δb{layer}"}
    names |= {"below": activation(layer - 1), "a": activation(layer), "δ": delta(layer), "above": delta(above)}
    return names | {"V": f"W{above}", "dV": f"dW{above}"} | {name: name for name in "yLEεα"}


def _labels(role: str, line: _Line, snapshot: "Snapshot") -> tuple[Labels, Labels]:
    units = snapshot.experiment.layer_labels
    if role in ("L", "E"):
        return ("",), ("",)
    if role in ("z", "a", "δ"):
        return _example_labels(snapshot), units[line.layer]
    return ("b",) if line.of_biases else units[line.layer - 1], units[line.layer]


def _example_labels(snapshot: "Snapshot") -> Labels:
    """Each example by its inputs where they are short, else by its number."""
    inputs = snapshot.experiment.problem.inputs
    labels = tuple(" ".join(f"{value:g}" for value in row) for row in inputs)
    if max(map(len, labels)) <= WIDEST_EXAMPLE_LABEL:
        return labels
    return tuple(str(number) for number in range(1, len(inputs) + 1))


def _given(snapshot: "Snapshot") -> dict[str, Named]:
    """What the step begins with: the problem, the parameters, the last change, ε and α; biases as one row."""
    experiment, problem = snapshot.experiment, snapshot.experiment.problem
    examples = _example_labels(snapshot)
    given = [
        Named("X", problem.inputs, examples, problem.input_labels),
        Named("y", problem.targets, examples, problem.output_labels),
        Named("ε", np.array([[experiment.learning_rate]]), ("",), ("",)),
        Named("α", np.array([[experiment.momentum]]), ("",), ("",)),
    ]
    for prefix, parameters in (("", snapshot.parameters), ("Δ", snapshot.changes)):
        if parameters:
            for of_biases, arrays in enumerate(parameters):
                for layer, array in enumerate(arrays, 1):
                    labels = _labels("W", _Line("", "", "", layer, bool(of_biases)), snapshot)
                    given.append(Named(f"{prefix}{'Wb'[of_biases]}{layer}", np.atleast_2d(array), *labels))
    return {each.name: each for each in given}


def _formula(line: _Line, mistaken: Mapping[str, Formula]) -> Formula:
    return mistaken.get(f"{line.kind}{line.layer}") or mistaken.get(line.kind) or FORMULAS[line.kind]


def _computed(
    line: _Line,
    formula: Formula,
    names: dict[str, str],
    operands: dict[str, Named],
    labels: tuple[Labels, Labels],
    broken: bool,
) -> Equation:
    meant, error = (len(labels[0]), len(labels[1])), ""
    if broken:
        values = np.full(meant, np.nan)
    else:
        values = np.atleast_2d(formula.compute(*(operand.values for operand in operands.values())))
    if values.shape != meant:
        error = mismatch(names[line.result], values.shape, meant)
        labels = (
            tuple(str(row + 1) for row in range(len(values))),
            tuple(map(str, range(1, values.shape[1] + 1))),
        )
    result = Named(names[line.result], values, *labels)
    joined = formula.shapes_of({role: operand.values.shape for role, operand in operands.items()})
    shapes = f"{joined} → {shape_text(values.shape)}"
    return Equation(line.part, formula, formula.written.format(**names), shapes, operands, result, error)
