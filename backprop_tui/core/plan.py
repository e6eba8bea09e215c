"""Which lines a step has, in which order, and what their operands are called."""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.formulas import FORMULAS, Formula


class Line(NamedTuple):
    """kind: of the formula; result: the role it computes; of_biases: whether W stands for the biases."""

    part: str
    kind: str
    result: str
    layer: int
    of_biases: bool = False


def plan(layers: int, bias: bool, momentum: bool) -> Iterator[Line]:
    """The lines of a step of a network of so many layers, in the order in which they are computed."""
    upwards, downwards = range(1, layers + 1), range(layers, 0, -1)
    for layer in upwards:
        yield Line("forward", "z with bias" if bias else "z", "z", layer)
        yield Line("forward", "a", "a", layer)
    yield Line("loss", "loss", "L", layers)
    yield Line("loss", "E", "E", layers)
    for layer in downwards:
        yield Line("backward", "output δ" if layer == layers else "δ", "δ", layer)
        yield Line("backward", "dW", "dW", layer)
        if bias:
            yield Line("backward", "db", "dW", layer, of_biases=True)
    for layer in downwards:
        for of_biases in (False, True) if bias else (False,):
            if momentum:
                yield Line("update", "change", "ΔW", layer, of_biases)
            yield Line("update", "changed" if momentum else "update", "W", layer, of_biases)


def names_on(line: Line, layers: int) -> dict[str, str]:
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


def formula_of(line: Line, experiment: Experiment) -> Formula:
    """The line's formula, or what the experiment's mistake has in its place."""
    mistaken = experiment.mistake.formulas if experiment.mistake else {}
    return mistaken.get(f"{line.kind}{line.layer}") or mistaken.get(line.kind) or FORMULAS[line.kind]
