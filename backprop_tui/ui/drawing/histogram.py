"""At which step the starts of a sweep learned it, as a histogram, and how many have not."""

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.sweep import Sweep
from backprop_tui.ui.drawing.chart import round_number
from backprop_tui.ui.drawing.lines import ALERT, CURVE, MUTED, STRONG, Line, cut

LEVELS = " ▁▂▃▄▅▆▇█"  # eighths of a cell
UNDER = 3  # lines: the axis, its labels, the words
FIRST_SPAN = 100  # steps, of the shortest axis
NARROWEST = 20  # cells


def histogram(sweep: Sweep, width: int, height: int) -> list[Line]:
    """Bars over bins of steps, the median marked on the axis; a line of words under it."""
    since = sweep.since[sweep.since != NOT_RIGHT]
    words = _words(sweep, since, width)
    rows = height - UNDER
    if rows < 1 or width < NARROWEST:
        return [words][:height]
    span = _span(since, sweep.experiment.steps)
    label = len(f"{len(sweep.seeds):,}") + 1
    columns = width - label
    counts, _ = np.histogram(since, bins=columns, range=(0, span))
    top = max(int(counts.max()), 1)
    lines: list[Line] = []
    for row in range(rows, 0, -1):
        number = f"{top:,}" if row == rows else ""
        bars = "".join(_cell(count / top * rows - (row - 1)) for count in counts.tolist())
        lines.append([(number.rjust(label - 1) + "┤│"[not number], MUTED), (bars, CURVE)])
    return [*lines, _axis(since, span, label, columns), _labels(span, label, columns), words]


def _cell(filled: float) -> str:
    """The part of a bar in one cell; any count at all is seen."""
    eighths = round(8 * min(max(filled, 0.0), 1.0))
    return LEVELS[max(eighths, 1) if 0 < filled < 1 else eighths]


def _span(since: Steps, steps: int) -> float:
    """A round number of steps that all have room in; it grows by doubling, more or less, while the bars do."""
    latest = max(int(since.max(initial=1)), min(FIRST_SPAN, steps))
    return min(round_number(1.05 * latest), max(steps, latest))


def _axis(since: Steps, span: float, label: int, columns: int) -> Line:
    line: Line = [("0".rjust(label - 1) + "└", MUTED)]
    if not len(since):
        return [*line, ("─" * columns, MUTED)]
    at = min(int(float(np.median(since)) / span * columns), columns - 1)
    return [*line, ("─" * at, MUTED), ("▲", STRONG), ("─" * (columns - at - 1), MUTED)]


def _labels(span: float, label: int, columns: int) -> Line:
    """0, the middle and the end, where they have room."""
    end, middle = f"{span:,.0f}", f"{span / 2:,.0f}"
    has_room = columns > 4 * len(end) and span > 1
    text = "0" + (middle.rjust(columns // 2 + len(middle) // 2 - 1) if has_room else "")
    return cut([(" " * label + text + end.rjust(columns - len(text)), MUTED)], label + columns)


def _words(sweep: Sweep, since: Steps, width: int) -> Line:
    """The median, and how many have not learned it: not yet, or never; shorter where there is little room."""
    rest = len(sweep.seeds) - len(since)
    never = f" · {'never' if sweep.finished.all() else 'not yet'}: {rest:,}" if rest else ""
    half = f"{np.median(since):,.0f}" if len(since) else ""
    medians = (f" ▲ half by {half}", f" ▲ {half}") if half else ()
    median = next((text for text in medians if len(text + never) <= width), "")
    return cut([(median, STRONG), (never if median else never.replace(" · ", " "), ALERT)], width)
