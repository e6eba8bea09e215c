"""A sweep in words and large figures, and the starts that can be watched."""

from dataclasses import dataclass

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import in_short
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.sweep import STRICT, Sweep
from backprop_tui.core.tally import Tally, percent, tally
from backprop_tui.ui.drawing.large import large
from backprop_tui.ui.drawing.lines import (
    ALERT,
    CURVE,
    GOOD,
    HERE,
    MUTED,
    PLAIN,
    STRONG,
    Line,
    clock,
    counted_steps,
    cut,
    ended,
)

SLOWEST = 100  # of the starts that learned, where all did
GAP = 2  # cells between two of the starts


def what_is_swept(sweep: Sweep, width: int) -> list[Line]:
    """XOR 2-4-1 · no biases · rate 0.5 · seeds 42 to 1,041 · 10,001 steps."""
    experiment, seeds = sweep.experiment, sweep.seeds
    mark = f" BROKEN: {experiment.mistake.title} " if experiment.mistake else ""
    text = f" {experiment.problem.title} {in_short(experiment)} · seeds {seeds[0]:,} to {seeds[-1]:,}"
    long = f"{text} · {counted_steps(experiment.steps)}"
    text = long if len(mark + long) <= width else ended(text, max(width - len(mark), 0))
    return [[(mark, ALERT), (text, STRONG)]]


def headline(sweep: Sweep, width: int, seconds_left: float | None = None) -> list[Line]:
    """How many learned it, large where there is room, with how sure that is; three lines."""
    counted = tally(sweep)
    number = f"{counted.solved if counted.networks else _right_so_far(sweep):,}"
    told = _of_how_many(counted, sweep)
    figures = large(number) if 3 * len(number) + len(told) + 2 <= width else [number, "", ""]
    beside = [[(told, STRONG)], _when_and_how_well(counted), _how_long(counted, sweep, seconds_left)]
    style = GOOD if counted.networks else CURVE
    return [cut([(f" {figure} ", style), *line], width) for figure, line in zip(figures, beside)]


def _right_so_far(sweep: Sweep) -> int:
    return int((sweep.since != NOT_RIGHT).sum())


def _of_how_many(counted: Tally, sweep: Sweep) -> str:
    if not counted.networks:
        return f"of {len(sweep.seeds):,} have all rows right so far"
    finished = "" if counted.networks == len(sweep.seeds) else " finished"
    return f"of {counted.networks:,}{finished} learned it ({share(counted)}, {interval(counted)})"


def share(counted: Tally) -> str:
    """99.5 %, of those that are finished."""
    return f"{percent(counted):.1f} %"


def interval(counted: Tally) -> str:
    """98.8–99.8: the 95 % interval of the share, in percent."""
    return f"{100 * counted.low:.1f}–{100 * counted.high:.1f}"


def _when_and_how_well(counted: Tally) -> Line:
    if not counted.networks:
        return [("learned: all rows on their side of ½ at the last step", MUTED)]
    parts = [f"loss below {STRICT:g}: {counted.strictly:,}"]
    if counted.median_step is not None:
        parts.insert(0, f"half of them by step {counted.median_step:,.0f}")
    if counted.diverged:
        parts.append(f"diverged: {counted.diverged:,}")
    return [(" · ".join(parts), PLAIN)]


def _how_long(counted: Tally, sweep: Sweep, seconds_left: float | None) -> Line:
    if sweep.done == 1.0:
        return [("done · 95 % interval by Wilson", MUTED)]
    left = f" · {clock(seconds_left)} left" if seconds_left else ""
    made = f"step {int(sweep.steps.max()):,}" if not counted.networks else f"{100 * sweep.done:.0f} % done"
    return [(f"{made}{left}", MUTED)]


@dataclass(frozen=True, eq=False)
class Starts:
    """The starts of a sweep that are worth being watched: those that failed, or else the slowest.

    networks: which of the sweep's, (n,). failed: whether they did.
    """

    networks: Steps
    failed: bool


def starts_to_watch(sweep: Sweep) -> Starts:
    """Those that are finished and did not learn it; where there is none, those that took longest."""
    failed = np.flatnonzero(sweep.finished & ~sweep.solved)
    if len(failed):
        return Starts(failed, True)
    solved = np.flatnonzero(sweep.solved)
    if len(solved) > SLOWEST:  # sorting a million would take a tenth of a second
        since = sweep.since[solved]
        solved = solved[since >= np.partition(since, -SLOWEST)[-SLOWEST]]
    return Starts(solved[np.argsort(-sweep.since[solved], kind="stable")][:SLOWEST], False)


def starts_title(starts: Starts) -> str:
    """What the list is."""
    if starts.failed:
        return f"{len(starts.networks):,} did not learn it: seed and last loss"
    return (
        "All learned it; the slowest: seed and step" if len(starts.networks) else "Those that do not learn it"
    )


def columns(sweep: Sweep, width: int) -> int:
    """How many starts stand side by side."""
    return max(1, width // (_cell_width(sweep) + GAP))


def _cell_width(sweep: Sweep) -> int:
    return len(f"▸{sweep.seeds[-1]} ") + max(len("0.1234"), len(f"{sweep.experiment.steps:,}"))


def starts_lines(sweep: Sweep, starts: Starts, cursor: int, width: int, height: int) -> list[Line]:
    """The starts, row by row, the one at the cursor marked; the rows around it where there are too many."""
    across, cell = columns(sweep, width), _cell_width(sweep)
    if not len(starts.networks):
        told = "they will stand here" if sweep.done < 1.0 else "there is none"
        return [[(told, MUTED)]]
    rows = -(-len(starts.networks) // across)
    first = min(max(cursor // across - height // 2, 0), max(rows - height, 0))
    lines: list[Line] = []
    for row in range(first, min(first + height, rows)):
        line: Line = []
        for at in range(row * across, min((row + 1) * across, len(starts.networks))):
            network, here = int(starts.networks[at]), at == cursor
            value = f"{sweep.losses[network]:.4f}" if starts.failed else f"{sweep.since[network]:,}"
            text = f"{'▸' if here else ' '}{sweep.seeds[network]} "
            line += [(text + value.rjust(cell - len(text)), HERE if here else PLAIN), (" " * GAP, PLAIN)]
        lines.append(cut(line, width))
    return lines
