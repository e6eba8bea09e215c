"""Where the run stands: the state word, step, loss, rows right, speed and time."""

import math
import textwrap

from backprop_tui.core.diagnosis import Verdict, diagnosis
from backprop_tui.ui.drawing.large import large
from backprop_tui.ui.drawing.lines import ALERT, CURVE, GOOD, MUTED, PLAIN, STRONG, Line, bar, width_of
from backprop_tui.ui.view import View

LABEL_WIDTH, NUMBER_WIDTH, LARGE_NUMBER_WIDTH = 7, 11, 24
LEAST_IN_FULL = 1e-6  # a smaller change of the loss would show hardly a figure
WIDTH_FOR_SENTENCE, HEIGHT_FOR_SENTENCE = 46, 16
LARGE_FROM = (46, 12)  # width and height from which step and loss are in figures three lines tall
STATE_STYLES = {"running": CURVE, "paused": ALERT, "finished": GOOD}


def progress_lines(view: View, width: int, height: int) -> list[Line]:
    """At most `height` lines of at most `width` cells; where room is short the least important are left out."""
    snapshot, pace = view.snapshot, view.pace
    steps, rows = snapshot.experiment.steps, snapshot.experiment.problem.rows
    right = int(snapshot.right.sum())
    share = snapshot.step / steps
    verdict = diagnosis(view.moment, view.timeline, view.halted)
    seconds = int(pace.seconds)
    large = width >= LARGE_FROM[0] and height >= LARGE_FROM[1]
    figures = _large_line if large else _line
    parts: list[tuple[int, list[Line]]] = [  # with their importance, 1 the highest
        (1, [_state_line(view, width)]),
        (5, [[(" ", PLAIN), (bar(share, width - 8), CURVE), (f"{int(100 * share):4d} %", MUTED)]]),
        (1, figures("step", f"{snapshot.step:,}", f"of {steps:,}", STRONG, width)),
        (1, figures("loss", f"{snapshot.loss:.6f}", "", STRONG, width)),
        (2, _verdict_lines(verdict, view.running, width, height)),
        (4, _line("change", _change(view.moment.loss_change), "a step", PLAIN, width)),
        (1, _line("right", f"{right}/{rows}", "rows", GOOD if right == rows else STRONG, width)),
        (
            3,
            _line(
                "time",
                f"{seconds // 60}:{seconds % 60:02d}",
                _rate(pace.rate),
                PLAIN,
                width,
            ),
        ),
    ]
    lines = sum(len(part[1]) for part in parts)
    dropped = sorted(parts, key=lambda part: -part[0])[: max(lines - height, 0)]
    return [line for part in parts if part not in dropped for line in part[1]]


def _state_line(view: View, width: int) -> Line:
    speed = "full speed" if view.pace.speed is None else f"speed {view.pace.speed:,}"
    if view.running and view.pace.fewer:
        speed += f" · {view.pace.fewer:.2g} fps"
    return [
        (f" {view.state}".ljust(LABEL_WIDTH + 4), STATE_STYLES[view.state]),
        (speed.rjust(width - 12), MUTED),
    ]


def _verdict_lines(verdict: Verdict, running: bool, width: int, height: int) -> list[Line]:
    """What is going on: a few words, or where there is room for it the whole sentence.

    That space has to be pressed is said only where it would not pause.
    """
    if running and "press space" in verdict.short:
        return [[(f" {verdict.short.partition(':')[0]}", CURVE)]]
    if width < WIDTH_FOR_SENTENCE or height < HEIGHT_FOR_SENTENCE:
        words = verdict.short if len(verdict.short) < width else verdict.short.partition(":")[0]
        return [[(f" {words}", CURVE)]]
    wrapped = textwrap.wrap(verdict.sentence, width - 2)
    return [[], *([(f" {text}", CURVE)] for text in wrapped), []]


def _line(label: str, number: str, unit: str, style: str, width: int) -> list[Line]:
    line: Line = [(f" {label}".ljust(LABEL_WIDTH), MUTED), (number.rjust(NUMBER_WIDTH), style)]
    return [[*line, (f" {unit}", MUTED)] if width_of(line) + 1 + len(unit) <= width else line]


def _large_line(label: str, number: str, unit: str, style: str, width: int) -> list[Line]:
    return [
        [
            (beside.ljust(LABEL_WIDTH), MUTED),
            (figures.rjust(LARGE_NUMBER_WIDTH), style),
            (f" {after}", MUTED),
        ]
        for figures, beside, after in zip(large(number), ("", f" {label}", ""), ("", "", unit))
    ]


def _change(change: float) -> str:
    if math.isnan(change):
        return "–"
    text = f"{change:+.7f}" if abs(change) >= LEAST_IN_FULL else f"{change:+.1e}" if change else "0"
    return text.replace("-", "−")


def _rate(rate: float) -> str:
    """To two figures, so that it does not flicker."""
    return f"{int(float(f'{rate:.1e}')):,} steps/s" if rate else ""
