"""One line of a step: its formula, what it means, and its numbers with those they come from."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backprop_tui.core.derivation import Equation
from backprop_tui.ui.drawing.figures import FIGURES, Figures, figures, operand_figures
from backprop_tui.ui.drawing.lines import ALERT, CURVE, MUTED, PLAIN, STRONG, Line, width_of
from backprop_tui.ui.drawing.matrix_blocks import beside, block, crossed, flowed, part_of_block, transposed

PRODUCT = re.compile(r"(\w+?)(ᵀ?)×(\w+?)(ᵀ?)(?![^\W\d_])")
ROOM_FOR_NEIGHBOURS = 30  # lines
WIDTH_FOR_VALUES, PARTS = 36, 4  # cells; the headings of forward, loss, backward, update


@dataclass(frozen=True)
class Cursor:
    """The value looked at, and whether it is opened as what it comes from."""

    row: int = 0
    column: int = 0
    opened: bool = False

    def within(self, equation: Equation) -> tuple[int, int]:
        """Its row and column in this result, the last ones where it has fewer."""
        rows, columns = equation.result.values.shape
        return min(self.row, rows - 1), min(self.column, columns - 1)


def list_lines(equations: Sequence[Equation], at: int, cursor: Cursor, width: int, height: int) -> list[Line]:
    """All lines of the step by their parts: ✓ for those done, ▸ for this one, – for those to come.

    Where there is room, each with its values in the cursor's row, which those to come have not yet.
    """
    with_values = width >= WIDTH_FOR_VALUES and height >= 2 * len(equations) + PARTS
    lines: list[Line] = []
    here = 0
    for index, equation in enumerate(equations):
        if index == 0 or equation.part != equations[index - 1].part:
            lines.append([(equation.part, MUTED)])
        mark = "✓" if index < at else "▸" if index == at else "–"
        style = STRONG if index == at else PLAIN if index < at else MUTED
        if index == at:
            here = len(lines)
        lines.append(
            [(f"{mark} ", CURVE if index == at else MUTED), (_cut(equation.written, width - 2), style)]
        )
        if with_values:
            values = _row(equation, cursor) if index <= at else "–"
            lines.append([(_cut(f"    {values}", width), PLAIN if index <= at else MUTED)])
    first = min(max(here - height // 2, 0), max(len(lines) - height, 0))
    shown = lines[first : first + height]
    if first > 0:
        shown[0] = [(f"… {first + 1} lines above", MUTED)]
    if first + height < len(lines):
        shown[-1] = [(f"… {len(lines) - first - height + 1} lines below", MUTED)]
    return shown


def _row(equation: Equation, cursor: Cursor) -> str:
    """The result's values in the cursor's row, as its matrix writes them."""
    row, _ = cursor.within(equation)
    written = figures(equation.result.values, FIGURES)
    texts = [written.spelled_out(float(value)) for value in equation.result.values[row]]
    label = equation.result.row_labels[row]
    return f"{label}: {' '.join(texts)}" if label else " ".join(texts)


def equation_lines(
    equations: Sequence[Equation], at: int, cursor: Cursor, width: int, height: int
) -> list[Line]:
    """This line with its matrix whole, and as much of what it comes from as there is room for."""
    equation = equations[at]
    written = operand_figures(equation)
    parts = [_head(equation, width)]
    foot = _opened(equation, written, cursor, width) if cursor.opened else []
    parts.append(_matrices(equation, written, cursor, width, height - len(parts[0]) - len(foot)))
    parts.append(foot)
    if height >= ROOM_FOR_NEIGHBOURS:
        parts.append(_neighbours(equations, at, width, height - sum(map(len, parts)) - len(parts)))
    lines: list[Line] = []
    spare = height - sum(map(len, parts))
    for part in filter(None, parts):
        if lines and spare > 0:
            lines, spare = [*lines, []], spare - 1
        lines += part
    return lines[:height]


def _head(equation: Equation, width: int) -> list[Line]:
    lines: list[Line] = [[(equation.written, STRONG)], [(equation.shapes, MUTED)]]
    if len(equation.written) + len(equation.shapes) + 3 <= width:
        lines = [[(equation.written, STRONG), (f"   {equation.shapes}", MUTED)]]
    lines += [[(text, PLAIN)] for text in textwrap.wrap(equation.formula.meaning, width)]
    if equation.error:
        lines += [[(text, ALERT)] for text in textwrap.wrap(equation.error, width)]
    return lines


def _opened(equation: Equation, shown: Mapping[str, Figures], cursor: Cursor, width: int) -> list[Line]:
    """The value under the cursor as what it is computed from, with the figures its operands are shown with."""
    row, column = cursor.within(equation)
    result = equation.result

    def number(role: str, value: float) -> str:
        text = shown[role].spelled_out(value)
        return f"({text})" if text.startswith("−") else text

    column_name = result.column_labels[column] if len(result.column_labels) > 1 else ""
    names = " ".join(name for name in (result.row_labels[row], column_name) if name)
    place = f"{_title(equation)} at {names}: " if names else f"{result.name}: "
    value = figures(result.values, FIGURES).spelled_out(float(result.values[row, column]))
    if value == "–":
        return [[(f"{place}cannot be computed", MUTED)]]
    text = f"{place}{equation.opened(row, column, number)} = {value}"
    return [[(line.rstrip(), PLAIN)] for line in _wrapped(text, width)]


def _wrapped(text: str, width: int) -> list[str]:
    """Broken after a space or a ·, so that no number is."""
    lines = [""]
    for piece in re.findall(r"[^ ·]+[ ·]*", text):
        if len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def _title(equation: Equation) -> str:
    """The result's name; what is updated is there twice, old and new."""
    is_twice = any(operand.name == equation.result.name for operand in equation.operands.values())
    return f"new {equation.result.name}" if is_twice else equation.result.name


def _matrices(
    equation: Equation, shown: Mapping[str, Figures], cursor: Cursor, width: int, height: int
) -> list[Line]:
    """The first arrangement that fits: with all operands, with those that are multiplied, the result alone."""
    scalars = {role: operand for role, operand in equation.operands.items() if operand.row_labels == ("",)}
    matrices = {role: operand for role, operand in equation.operands.items() if role not in scalars}
    numbers = [f"{each.name} = {shown[role].spelled_out(each.values[0, 0])}" for role, each in scalars.items()]
    known: list[Line] = [[("   ".join(numbers), PLAIN)]] if scalars else []
    titled = replace(equation.result, name=_title(equation))
    result = (titled, figures(titled.values, FIGURES), cursor.within(equation))
    if sum(named.values.size for named in (equation.result, *matrices.values())) > width * height:
        return part_of_block(*result, width, max(height, 3))
    product = PRODUCT.search(equation.formula.shapes)
    if product:
        turned = {product[1]: product[2], product[3]: product[4]}
        left, right = (
            (transposed(matrices[role]) if turned[role] else matrices[role], shown[role], None)
            for role in turned
        )
        others = [(operand, shown[role], None) for role, operand in matrices.items() if role not in turned]
        arrangements = [
            arranged
            for column in ([right, *others, result], [right, result])
            for arranged in (crossed(left, column), flowed([block(*drawn) for drawn in (left, *column)], width))
        ]
    else:
        blocks = [block(operand, shown[role]) for role, operand in matrices.items()]
        arrangements = [flowed([*blocks, block(*result)], width)]
    left_out: Line = [("(no room here for what it comes from)", MUTED)]
    for lines in (*arrangements, [*block(*result), left_out], block(*result)):
        if len(known + lines) <= height and max(map(width_of, lines)) <= width:
            return known + lines
    return part_of_block(*result, width, max(height, 3))


def _neighbours(equations: Sequence[Equation], at: int, width: int, height: int) -> list[Line]:
    """The matrix before this one and the one to come, which has no values yet."""
    blocks = []
    if at > 0:
        before = equations[at - 1].result
        blocks.append([[("before", MUTED)], *block(before, figures(before.values, FIGURES))])
    if at + 1 < len(equations):
        to_come = equations[at + 1].result
        empty = replace(to_come, values=np.full(to_come.values.shape, np.nan))
        blocks.append([[("to come", MUTED)], *block(empty, Figures(FIGURES))])
    lines = beside(blocks)
    return lines if len(lines) <= height and max(map(width_of, lines), default=0) <= width else []


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
