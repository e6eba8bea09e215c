"""A row per example: inputs, target, prediction, a bar, and since when it has been right."""

from collections.abc import Sequence

from backprop_tui.core.timeline import NOT_RIGHT, Steps
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
    header, rows = _inputs_and_targets(snapshot)
    if show_hidden and len(snapshot.activations) > 2:
        header, rows = _with_activations(snapshot, header, rows)
        if width_of(header) + VERDICT_WIDTH <= width:
            header = [*header, ("right since".rjust(VERDICT_WIDTH), MUTED)]
            rows = [[*row, _verdict(int(since), VERDICT_WIDTH)] for row, since in zip(rows, right_since)]
    else:
        used = width_of(header) + NUMBER_WIDTH * len(problem.output_labels)
        header, rows = _with_predictions(snapshot, right_since, header, rows, width - used)
    lines_each = min(max((height - 1) // problem.rows, 1), MOST_ROW_LINES)
    lines = [header]
    for row in rows:
        lines += [row, *([[]] * (lines_each - 1))]
    if len(lines) - lines_each + 1 > height:
        hidden = problem.rows - (height - 2)
        return [*lines[: height - 1], [(f"… {hidden} more rows in a taller window", MUTED)]]
    return lines[:height]


def _inputs_and_targets(snapshot: Snapshot) -> tuple[Line, list[Line]]:
    problem = snapshot.experiment.problem
    target_width = max(2 * len(problem.output_labels), len(" target"))
    header: Line = [
        ("".join(label.rjust(3) for label in problem.input_labels), MUTED),
        ("target".rjust(target_width), MUTED),
    ]
    rows: list[Line] = []
    for inputs, targets, right in zip(problem.inputs, problem.targets, snapshot.right):
        style = STRONG if right else PLAIN
        rows.append(
            [
                ("".join(f"{value:3g}" for value in inputs), style),
                (" ".join(f"{value:g}" for value in targets).rjust(target_width), style),
            ]
        )
    return header, rows


def _with_activations(snapshot: Snapshot, header: Line, rows: list[Line]) -> tuple[Line, list[Line]]:
    """The activations of every hidden layer, then the prediction: the network's own order."""
    for labels, values in zip(snapshot.experiment.layer_labels[1:], snapshot.activations[1:]):
        header = [*header, ("".join(label.rjust(NUMBER_WIDTH) for label in labels), MUTED)]
        rows = [[*row, *_shaded(numbers)] for row, numbers in zip(rows, values)]
    return header, rows


def _with_predictions(
    snapshot: Snapshot, right_since: Steps, header: Line, rows: list[Line], room: int
) -> tuple[Line, list[Line]]:
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
