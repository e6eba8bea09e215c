"""The run as one line under the chart: what is known of it, where the moment is, and what happened when."""

from backprop_tui.core.experiment import difference
from backprop_tui.core.timeline import Timeline
from backprop_tui.ui.drawing.lines import ALERT, CURVE, GOOD, MUTED, PLAIN, Line
from backprop_tui.ui.drawing.loss_chart import Frame

KNOWN, UNKNOWN, HERE = "━", "┄", "◆"
ALL_RIGHT, CHANGE, FORK = "✓", "Δ", "Y"


def events(timeline: Timeline) -> dict[int, tuple[str, str]]:
    """What happened at which step: its mark, and in words."""
    found = dict.fromkeys(timeline.all_right.values(), (ALL_RIGHT, "all right"))
    changes = timeline.changes
    for before, step in zip(sorted(changes), sorted(changes)[1:]):
        mark = FORK if step in timeline.forks else CHANGE
        found[step] = (mark, difference(changes[before], changes[step]))
    if 0 in timeline.forks:
        found[0] = (FORK, "start")
    return found


def timeline_line(timeline: Timeline, step: int, within: Frame) -> Line:
    """The line, its columns those of the chart above it; words stand after their mark where there is room."""
    start, end = within.left, within.column(timeline.latest)
    cells = {column: (KNOWN if column <= end else UNKNOWN, MUTED) for column in range(start, within.width)}
    here = within.column(step)
    marks: dict[int, tuple[str, str]] = {}
    for at, event in sorted(events(timeline).items()):
        column = within.column(at)
        while column in marks and column + 1 < within.width:
            column += 1
        hidden = column == here and at != step  # the moment stands on the mark, so its words would tell a lie
        marks[column] = (event[0], "" if hidden else event[1])
    for column, (mark, words) in marks.items():
        after = f"{words} "
        taken = [other for other in (*marks, here, within.width) if other > column]
        if words and column + len(after) < min(taken):
            cells |= {column + 1 + at: (letter, PLAIN) for at, letter in enumerate(after)}
        cells[column] = (mark, GOOD if mark == ALL_RIGHT else ALERT)
    cells[here] = (HERE, CURVE)
    return [(" " * start, PLAIN), *(cells[column] for column in sorted(cells))]
