"""A row per example: inputs, target, prediction, a bar, and since when it has been right.

What there is no room for is written shorter first, and scrolled then. Whether a row is right always stays
in view, and so do its inputs and its target or, where these are too wide, its number.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from backprop_tui.core.curve import Steps
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.example_columns import (
    NUMBER_WIDTH,
    SHORT_NUMBER_WIDTH,
    VERDICT_WIDTH,
    Column,
    Columns,
    Examples,
    width_of_columns,
)
from backprop_tui.ui.drawing.given import Given, given
from backprop_tui.ui.drawing.lines import MUTED, PLAIN, Line
from backprop_tui.ui.drawing.window import Scrolled, columns_in_view, counted, rows_in_view

SHORT_VERDICT_WIDTH = 9
WIDEST_BAR, NARROWEST_BAR = 48, 4
MOST_ROW_LINES = 2


def prediction_table(
    snapshot: Snapshot,
    right_since: Steps,
    show_hidden: bool,
    width: int,
    height: int,
    first_row: int = 0,
    first_column: int = 0,
) -> Scrolled:
    """The table in at most width × height cells; with show_hidden the hidden activations of each row.

    Rows that do not fit are seen from first_row on. Columns that do not fit even in their shortest form
    are seen from first_column on, between those that stay. Only what is in view is written.
    """
    examples = Examples(snapshot, right_since)
    first, between, last = _columns(examples, show_hidden and bool(snapshot.experiment.hidden_sizes), width)
    room = width - width_of_columns([*first, last])
    columns = columns_in_view([len(column.heading) for column in between], first_column, room)
    right = len(between) - columns.stop
    shown = between[columns.start : columns.stop]
    blank: Line = [(" " * (room - width_of_columns(shown)), PLAIN)] if between else []
    header: Line = [(column.heading, MUTED) for column in (*first, *shown)]
    if columns.start:
        header[len(first)] = ("…" + shown[0].heading[1:], MUTED)
    heading = "…" if right else last.heading
    header += [*blank, *([(heading, MUTED)] if heading.strip() else [])]
    total = snapshot.experiment.problem.rows
    rows = rows_in_view([total], first_row, height)
    lines: list[Line] = []
    for row in rows:
        cells = [column.cell(row) for column in (*first, *shown)]
        lines.append([*(span for cell in cells for span in cell), *blank, *last.cell(row)])
        lines += [[]] * (min((height - 1) // total, MOST_ROW_LINES) - 1)
    lines = [header, *counted(lines, rows, total, height)][:height]
    return Scrolled(lines, rows.start, total - rows.stop, columns.start, right)


def _columns(examples: Examples, show_hidden: bool, width: int) -> tuple[Columns, Columns, Column]:
    """The first columns, those that scroll between them and the last, and the last: the longest form that fits.

    In the shorter ones a row's inputs are one word: encoder's x3, to which y3 is the answer, leaves room
    for all 8 outputs, where 00100000 twice would leave it for 4.
    """
    inputs, targets = given(examples.snapshot.experiment.problem)
    mark = Column("  ", examples.mark)
    hidden, outputs = slice(1, -1) if show_hidden else slice(0), slice(-1, None)
    if show_hidden:
        columns = [examples.told(inputs.numbers), examples.told(targets.numbers)]
        columns += [*examples.activations(hidden, NUMBER_WIDTH), *examples.activations(outputs, NUMBER_WIDTH)]
        last = mark
    else:
        columns, last = _with_predictions(examples, inputs.numbers, targets.numbers, width)
    if width_of_columns([*columns, last]) <= width:
        return columns, [], last
    x, y = ([examples.told([each]) for each in side.shortest] for side in (inputs, targets))
    for number_width in (NUMBER_WIDTH, SHORT_NUMBER_WIDTH):
        units, answers = (examples.activations(layers, number_width) for layers in (hidden, outputs))
        columns = [*x, *y, *units, *answers]
        if width_of_columns([*columns, mark]) <= width:
            return columns, [], mark
    rows = len(examples.right_since)
    number = examples.told([Given("row", len(str(rows)), lambda row: str(row + 1))])
    return *_scrolling(number, x, y, units, answers, width - len(mark.heading)), mark


def _with_predictions(
    examples: Examples, inputs: Sequence[Given], targets: Sequence[Given], width: int
) -> tuple[Columns, Column]:
    """Every number, a bar where there is room, and the verdict."""
    labels = examples.snapshot.experiment.problem.output_labels
    one = len(labels) == 1
    targets = [replace(targets[0], name="target")] if one else targets
    columns = [examples.told(inputs), examples.told(targets)]
    widths = [max(NUMBER_WIDTH, len(label) + 1) for label in labels]
    heading = "".join(label.rjust(each) for label, each in zip(labels, widths))
    room = width - width_of_columns(columns) - sum(widths)
    verdict_width = VERDICT_WIDTH if room >= VERDICT_WIDTH else SHORT_VERDICT_WIDTH
    bar_width = min(room - verdict_width - 1, WIDEST_BAR)
    if one and bar_width >= NARROWEST_BAR:
        heading = " prediction".ljust(NUMBER_WIDTH + 1 + bar_width)
    else:
        bar_width = 0
    columns.append(Column(heading, partial(examples.predictions, widths=widths, bar_width=bar_width)))
    since = "right since" if verdict_width == VERDICT_WIDTH else ""
    return columns, Column(since.rjust(verdict_width), partial(examples.verdict, width=verdict_width))


def _scrolling(
    number: Column, x: Columns, y: Columns, hidden: Columns, outputs: Columns, room: int
) -> tuple[Columns, Columns]:
    """The columns that stay and those that scroll beside them, of all that do not fit.

    Inputs too wide to stay make room for the row's number and go behind the predictions, which the table is
    about. Of several targets each stands before its prediction.
    """
    pairs = [*y, *outputs] if len(y) == 1 else [column for pair in zip(y, outputs) for column in pair]
    stay, scroll = ([*x, *y], [*hidden, *outputs]) if len(y) == 1 else (x, [*hidden, *pairs])
    if room - width_of_columns(stay) >= max(room // 2, *(len(column.heading) for column in scroll)):
        return stay, scroll
    return [number], [*hidden, *pairs, *x]
