"""The rows of a problem with their targets, one of which can be flipped."""

from backprop_tui.core.problems import Problem
from backprop_tui.ui.drawing.given import given
from backprop_tui.ui.drawing.lines import CURVE, HERE, MUTED, PLAIN, Line
from backprop_tui.ui.drawing.window import counted, rows_in_view

BRACKETED = 3  # cells of a target of one figure


def truth_table_lines(problem: Problem, cursor: int, width: int, height: int) -> list[Line]:
    """A line a row, as many as there is room for, the one with the cursor among them; its target in brackets.

    cursor: which target, counted from 0 row by row.
    """
    inputs, targets = given(problem)
    widths = [max(len(target.name) + 1, BRACKETED) for target in targets.numbers]
    room = width - sum(widths) - 4
    shown = inputs.numbers if sum(each.width + 1 for each in inputs.numbers) <= room else inputs.shortest
    wide = [max(each.width, len(each.name)) + 1 for each in shown]
    names = "".join(each.name.rjust(cells) for each, cells in zip(shown, wide))
    heads = "".join(each.name.rjust(cells - 1) + " " for each, cells in zip(targets.numbers, widths))
    lines: list[Line] = [[(f"  {names}  {heads}", MUTED)]]
    at_row, at_column = divmod(cursor, len(widths))
    rows = rows_in_view([problem.rows], at_row - (height - 3) // 2, height)
    for row in rows:
        texts = "".join(each.text(row).rjust(cells) for each, cells in zip(shown, wide))
        line: Line = [("▸ " if row == at_row else "  ", CURVE), (f"{texts}  ", PLAIN)]
        for column, cells in enumerate(widths):
            here = row == at_row and column == at_column
            target = f"{problem.targets[row, column]:g}"
            line.append((f"[{target}]".rjust(cells), HERE) if here else (f"{target} ".rjust(cells), PLAIN))
        lines.append(line)
    return counted(lines, rows, problem.rows, height)
