"""A row per example: inputs, target, prediction, a bar, and since when it has been right."""

from collections.abc import Sequence

import numpy as np

from backprop_tui.core.curve import Steps
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.lines import (
    GOOD,
    MUTED,
    PLAIN,
    PROBABILITY_STYLES,
    STRONG,
    Line,
    Span,
    bar,
    ramp,
    width_of,
)

NUMBER_WIDTH = 6
VERDICT_WIDTH, SHORT_VERDICT_WIDTH = 13, 9
WIDEST_BAR, NARROWEST_BAR = 48, 4
MOST_ROW_LINES = 2


def prediction_table(
    snapshot: Snapshot, right_since: Steps, show_hidden: bool, width: int, height: int
) -> list[Line]:
    """The table in at most width × height cells; with show_hidden the hidden activations of each row."""
    problem = snapshot.experiment.problem
    if show_hidden and len(snapshot.activations) > 2:
        header, rows = _with_activations(snapshot, right_since, *_inputs_and_targets(snapshot, "y"), width)
    else:
        header, rows = _with_predictions(snapshot, right_since, *_inputs_and_targets(snapshot, "target"), width)
    lines_each = min(max((height - 1) // problem.rows, 1), MOST_ROW_LINES)
    lines = [header]
    for row in rows:
        lines += [row, *([[]] * (lines_each - 1))]
    if len(lines) - lines_each + 1 > height:
        hidden = problem.rows - (height - 2)
        return [*lines[: height - 1], [(f"… {hidden} more rows below", MUTED)]]
    return lines[:height]


def _inputs_and_targets(snapshot: Snapshot, heading: str) -> tuple[Line, list[Line]]:
    problem = snapshot.experiment.problem
    target_width = max(2 * len(problem.output_labels), len(heading)) + 1
    header: Line = [
        ("".join(label.rjust(3) for label in problem.input_labels), MUTED),
        (heading.rjust(target_width), MUTED),
    ]
    rows: list[Line] = []
    for inputs, targets, right in zip(problem.inputs, problem.targets, snapshot.right):
        style = STRONG if right else PLAIN
        answer = " ".join(f"{value:g}" for value in targets)
        rows.append([("".join(f"{value:3g}" for value in inputs), style), (answer.rjust(target_width), style)])
    return header, rows


def _with_activations(
    snapshot: Snapshot, right_since: Steps, header: Line, rows: list[Line], width: int
) -> tuple[Line, list[Line]]:
    """The hidden activations, as many as there is room for, the predictions, and a mark for a right row."""
    hidden = np.concatenate(snapshot.activations[1:-1], axis=1)
    labels = [label for layer in snapshot.experiment.layer_labels[1:-1] for label in layer]
    outputs = snapshot.experiment.problem.output_labels
    columns = (width - width_of(header) - len(" ✓")) // NUMBER_WIDTH - len(outputs)
    cut: Line = []
    if len(labels) > columns:
        columns, cut = max(columns - 1, 0), [("…".rjust(NUMBER_WIDTH), MUTED)]
    names = [(label.rjust(NUMBER_WIDTH), MUTED) for label in (*labels[:columns], *outputs)]
    header = [*header, *names[:columns], *cut, *names[columns:]]
    marks = [(" ·", MUTED) if since == NOT_RIGHT else (" ✓", GOOD) for since in right_since]
    return header, [
        [*row, *_shaded(activations[:columns]), *cut, *_shaded(answers), mark]
        for row, activations, answers, mark in zip(rows, hidden, snapshot.outputs, marks)
    ]


def _with_predictions(
    snapshot: Snapshot, right_since: Steps, header: Line, rows: list[Line], width: int
) -> tuple[Line, list[Line]]:
    room = width - width_of(header) - NUMBER_WIDTH * snapshot.outputs.shape[1]
    verdict_width = VERDICT_WIDTH if room >= VERDICT_WIDTH else SHORT_VERDICT_WIDTH
    bar_width = min(room - verdict_width - 1, WIDEST_BAR)
    if snapshot.outputs.shape[1] > 1 or bar_width < NARROWEST_BAR:
        bar_width = 0
    labels = snapshot.experiment.problem.output_labels
    heading = "prediction" if bar_width else "".join(label.rjust(NUMBER_WIDTH) for label in labels)
    across = NUMBER_WIDTH * len(labels) + (bar_width + 1 if bar_width else 0)
    header = [*header, (f" {heading}".ljust(across) if bar_width else heading, MUTED)]
    header.append((("right since" if verdict_width == VERDICT_WIDTH else "").rjust(verdict_width), MUTED))
    finished: list[Line] = []
    for row, outputs, since in zip(rows, snapshot.outputs, right_since):
        style = STRONG if since != NOT_RIGHT else PLAIN
        row = [*row, ("".join(f"{value:{NUMBER_WIDTH}.3f}" for value in outputs), style)]
        if bar_width:
            row += [(" ", PLAIN), *_bar(float(outputs[0]), bar_width)]
        finished.append([*row, _verdict(int(since), verdict_width)])
    return header, finished


def _bar(output: float, width: int) -> list[Span]:
    """The prediction's bar, with ½ marked where the bar does not reach it."""
    drawn = bar(output, width)
    half = width // 2
    if drawn[half] == " ":
        drawn = drawn[:half] + "┊" + drawn[half + 1 :]
    return [(drawn, ramp(PROBABILITY_STYLES, output))]


def _verdict(since: int, width: int) -> Span:
    if since == NOT_RIGHT:
        return ("not yet".rjust(width), MUTED)
    if width < VERDICT_WIDTH:
        return ("✓ right".rjust(width), GOOD)
    return (f"✓ {since:,}".rjust(width), GOOD)


def _shaded(values: Sequence[float]) -> list[Span]:
    return [(f"{value:{NUMBER_WIDTH}.3f}", ramp(PROBABILITY_STYLES, value)) for value in values]
