"""How many figures a matrix's numbers are written with: so many that the results can be computed from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backprop_tui.core.derivation import Equation
from backprop_tui.core.network import Array
from backprop_tui.ui.drawing.lines import times_ten

FIGURES, MOST_FIGURES = 4, 17
SMALLEST_PLAIN, LARGEST_PLAIN = 0.1, 1e5  # outside of these the largest value is told in a power of ten
LEAST_SPELLED_OUT = -4  # the smallest power of ten that is spelled out: 0.0001234, but 1.234e−5
LARGEST_TRIED = 600  # values; the figures of larger matrices are not searched for but all written
NUDGE = 1e-11  # a result this close to being rounded the other way is none to compute by hand


@dataclass(frozen=True)
class Figures:
    """How all numbers of one matrix are written: in multiples of a power of ten, to so many decimals."""

    decimals: int
    exponent: int = 0

    @property
    def factor(self) -> str:
        """What stands beside the matrix's name: ×10⁻³, or nothing."""
        return f" {times_ten(self.exponent)}" if self.exponent else ""

    def written(self, value: float) -> str:
        """The multiple, with − for its sign; one that rounds to zero has none; NaN is a dash."""
        if not math.isfinite(value):
            return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
        text = f"{self._multiple(value):.{self.decimals}f}"
        return text.replace("-", "−" if float(text) else "")

    def spelled_out(self, value: float) -> str:
        """The same number without the factor: 0.00123, or 1.23e−7 where that is shorter to read."""
        if not self.exponent or not math.isfinite(value):
            return self.written(value)
        if LEAST_SPELLED_OUT <= self.exponent < 0:
            text = f"{self.rounded(value):.{self.decimals - self.exponent}f}"
            return text.replace("-", "−" if float(text) else "")
        return f"{self.written(value)}e{self.exponent}".replace("-", "−") if float(self.rounded(value)) else "0"

    def rounded(self, value: float) -> float:
        """The number that is written."""
        if not math.isfinite(value):
            return value
        return float(f"{self._multiple(value):.{self.decimals}f}e{self.exponent}")

    def _multiple(self, value: float) -> float:
        return value / 10.0**self.exponent if self.exponent > -300 else 0.0


def figures(values: Array, digits: int) -> Figures:
    """So many digits for the largest value, as many decimals for the others; fewer where none gets lost."""
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=0.0))
    magnitude = math.floor(math.log10(largest)) if largest else 0
    exact = next((fewer for fewer in range(digits) if (np.round(finite, fewer) == finite).all()), None)
    if exact is not None and largest < LARGEST_PLAIN:
        return Figures(exact)
    if not SMALLEST_PLAIN <= largest < LARGEST_PLAIN:
        return Figures(digits - 1, magnitude)
    return Figures(max(digits - 1 - magnitude, 0))


@np.errstate(all="ignore")
def operand_figures(equation: Equation) -> dict[str, Figures]:
    """For every operand the fewest figures with which the result, as it is written, can be computed."""
    operands = {role: operand.values for role, operand in equation.operands.items()}
    result = equation.result.values
    shown = figures(result, FIGURES)
    digits = FIGURES
    if sum(values.size for values in operands.values()) > LARGEST_TRIED or not np.isfinite(result).all():
        digits = MOST_FIGURES if np.isfinite(result).all() else FIGURES
    else:
        while digits < MOST_FIGURES and not _can_be_computed(equation, list(operands.values()), shown, digits):
            digits += 1
    return {role: figures(values, digits) for role, values in operands.items()}


def _can_be_computed(equation: Equation, operands: Sequence[Array], shown: Figures, digits: int) -> bool:
    computed = np.atleast_2d(
        equation.formula.compute(*(_as_written(values, figures(values, digits)) for values in operands))
    )
    off = NUDGE * max(float(np.abs(computed).max()), 1e-300)
    wanted = [shown.written(value) for value in equation.result.values.flat]
    return all(
        shown.written(float(value) + nudge) == text
        for nudge in (-off, off)
        for value, text in zip(computed.flat, wanted)
    )


def _as_written(values: Array, shown: Figures) -> Array:
    return np.array([shown.rounded(float(value)) for value in values.flat]).reshape(values.shape)
