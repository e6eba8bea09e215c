"""The rows of a problem with their targets, one of which can be flipped."""

from backprop_tui.core.problems import Problem
from backprop_tui.ui.drawing.lines import CURVE, HERE, MUTED, PLAIN, Line


def truth_table_lines(problem: Problem, cursor: int, width: int, height: int) -> list[Line]:
    """A line a row, as many as there is room for; the target under the cursor in brackets."""
    outputs = problem.targets.shape[1]
    at_row, at_column = divmod(cursor, outputs)
    names = "".join(label.rjust(3) for label in problem.input_labels)
    targets = "".join(label.replace("ŷ", "y").rjust(4) for label in problem.output_labels)
    lines: list[Line] = [[(f"  {names}  {targets}", MUTED)]]
    room = height - 1
    first = min(max(at_row - room // 2, 0), max(problem.rows - room, 0))
    for row in range(first, min(first + room, problem.rows)):
        here = row == at_row
        inputs = "".join(f"{value:3g}" for value in problem.inputs[row])
        line: Line = [("▸ " if here else "  ", CURVE), (f"{inputs}  ", PLAIN)]
        for column, target in enumerate(problem.targets[row]):
            chosen = here and column == at_column
            line.append((f" [{target:g}]" if chosen else f"  {target:g} ", HERE if chosen else PLAIN))
        lines.append(line)
    return lines
