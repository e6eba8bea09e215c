import re
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.problems import PROBLEMS, problem
from backprop_tui.core.training import start
from backprop_tui.ui.drawing.given import number
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map
from backprop_tui.ui.drawing.lines import text_of, width_of
from backprop_tui.ui.drawing.prediction_table import prediction_table
from backprop_tui.ui.drawing.window import columns_in_view

SIZES = [(28, 5), (41, 8), (41, 10), (58, 20)]


def csv_like(rows, inputs, outputs):
    """Names of 12 characters, inputs of every magnitude, one target of 1 in each row."""
    x = np.random.RandomState(1).standard_normal((rows, inputs)) * 10.0 ** (np.arange(inputs) % 9 - 4)
    y = np.eye(outputs)[np.arange(rows) % outputs] if outputs > 1 else np.arange(rows)[:, np.newaxis] % 2
    made = problem("", "csv", x, y)
    return replace(
        made,
        input_labels=tuple(f"x_measure_{column:02}" for column in range(inputs)),
        output_labels=tuple(f"ŷ_species_{column:02}" for column in range(outputs)) if outputs > 1 else ("ŷ",),
    )


CSV, LONG = csv_like(1_000, 64, 64), csv_like(10_000, 3, 3)
TWO_TARGETS = problem("", "", np.eye(3), [[0.25, 1.0], [0.5, 0.125], [1.0, 0.0]])
PROBLEM_SHAPES = {
    **{name: PROBLEMS[name] for name in ("xor", "parity-5", "symmetry", "encoder-8-3-8", "spirals")},
    "csv": CSV,
    "long csv": LONG,
    "csv of one target": csv_like(500, 64, 1),
    "two targets": TWO_TARGETS,
}


def texts(lines):
    return [text_of(line).rstrip() for line in lines]


started = cache(lambda of, hidden_sizes: start(Experiment(of, hidden_sizes)))


def window(of, width, height, first_row=0, first_column=0, hidden_sizes=(4,), show_hidden=False):
    """The table at step 0; every second row is right since step 7."""
    since = np.where(np.arange(of.rows) % 2, NOT_RIGHT, 7)
    return prediction_table(
        started(of, hidden_sizes), since, show_hidden, width, height, first_row, first_column
    )


def encoder_window(first_row, first_column):
    """The encoder where the outputs to row 3 are .31 .32 .33 …"""
    snapshot = start(Experiment(PROBLEMS["encoder-8-3-8"]))
    outputs = (10 * np.arange(1, 9)[:, np.newaxis] + np.arange(1, 9)) / 100
    snapshot = snapshot._replace(activations=[*snapshot.activations[:-1], outputs])
    return prediction_table(snapshot, np.array([NOT_RIGHT] * 7 + [5]), False, 28, 5, first_row, first_column)


def test_an_encoders_rows_are_told_by_a_word():
    assert texts(encoder_window(0, 0).lines) == [
        "  x  y  ŷ1  ŷ2  ŷ3  ŷ4  ŷ5…",
        " x1 y1 .11 .12 .13 .14 .15 ·",
        " x2 y2 .21 .22 .23 .24 .25 ·",
        " x3 y3 .31 .32 .33 .34 .35 ·",
        "… 5 more rows below",
    ]


def test_a_table_scrolls_both_ways_between_what_stays():
    scrolled = encoder_window(4, 2)
    assert texts(scrolled.lines) == [
        "  x  y… ŷ3  ŷ4  ŷ5  ŷ6  ŷ7…",
        "… 4 rows above",
        " x5 y5 .53 .54 .55 .56 .57 ·",
        " x6 y6 .63 .64 .65 .66 .67 ·",
        "… 2 more rows below",
    ]
    assert scrolled[1:] == (4, 2, 2, 1)


def test_the_last_page_is_full():
    scrolled = encoder_window(99, 99)
    assert texts(scrolled.lines) == [
        "  x  y… ŷ4  ŷ5  ŷ6  ŷ7  ŷ8",
        "… 5 rows above",
        " x6 y6 .64 .65 .66 .67 .68 ·",
        " x7 y7 .74 .75 .76 .77 .78 ·",
        " x8 y8 .84 .85 .86 .87 .88 ✓",
    ]
    assert scrolled[1:] == (5, 0, 3, 0)


def test_inputs_too_wide_to_stay_go_behind_the_predictions():
    at_first, later = (texts(window(CSV, 41, 5, row, column).lines) for row, column in ((0, 0), (900, 65)))
    assert at_first[0] == "  row            y ŷ_species_00        …"
    assert at_first[2].split()[:2] == ["2", "y_species_01"] and at_first[2].endswith("·")
    assert later[0] == "  row…x_measure_00 x_measure_01        …"
    assert later[1] == "… 900 rows above" and later[2].split() == [
        "901",
        *(f"{value:.3g}".replace("e-0", "e-").replace("-", "−") for value in CSV.inputs[900, :2]),
        "✓",
    ]


def test_several_targets_stand_before_their_predictions_where_they_scroll():
    lines = texts(window(TWO_TARGETS, 28, 5, hidden_sizes=(8,), show_hidden=True, first_column=99).lines)
    assert lines[0] == "  x… h8   y1  ŷ1    y2  ŷ2"
    assert re.fullmatch(r" x1 \.\d\d 0\.25 \.\d\d 1\.000 \.\d\d ✓", lines[1])


def test_only_the_rows_in_view_are_looked_at():
    class Asked(list):
        rows = set()

        def __getitem__(self, row):
            self.rows.add(row)
            return super().__getitem__(row)

    since = Asked([NOT_RIGHT] * LONG.rows)
    prediction_table(started(LONG, (4,)), since, False, 41, 8, 5_000)
    assert since.rows == {5_000, 5_001, 5_002, 5_003, 5_004}


def test_columns_stay_where_they_are_while_rows_scroll():
    row = re.compile(r" [ −][01]\.\d{3} [ −][01]\.\d{3}      [01] 0\.\d{3}  (    not yet|        ✓ 7)")
    seen = 0
    for first_row in range(0, 200, 5):
        lines = texts(window(PROBLEMS["spirals"], 41, 8, first_row).lines)
        assert lines[0] == "     x1     x2 target     ŷ  right since"
        seen += sum(row.fullmatch(line) is not None for line in lines)
    assert seen == 6 + 38 * 5 + 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.5321, "−0.532"),
        (-0.0, "0"),
        (1986.0, "1986"),
        (999.6, "1000"),
        (-123456.7, "−123457"),
        (12345678.0, "1.23e7"),
        (0.0000123, "1.23e−5"),
        (-1e-120, "−1e−120"),
    ],
)
def test_inputs_are_written_to_three_digits(value, text):
    assert number(value) == text


def heat_of(hidden_sizes, inputs=2, outputs=1, bias=False, name=1):
    """Matrices in which every weight is another number of four digits; names of so many characters."""
    sizes = (inputs, *hidden_sizes, outputs)
    labels = [[f"{layer}.{unit:0>{name}}" for unit in range(size)] for layer, size in enumerate(sizes)]
    rows = [below + ["b"] * bias for below in labels]
    first, matrices = 1_000, []
    for layer, (below, above) in enumerate(zip(rows, labels[1:]), 1):
        values = first + np.arange(float(len(below) * len(above))).reshape(len(below), len(above))
        matrices.append(Matrix(f"W{layer}", values, tuple(below), tuple(above)))
        first += values.size
    return matrices


def test_matrices_scroll_under_their_names():
    scrolled = heat_map(heat_of((8, 8)), 28, 6, 4, 3)
    assert texts(scrolled.lines) == [
        "… 4 rows above",
        "W2 … 2.3   2.4   2.5   2.6 …",
        "1.2 +1035 +1036 +1037 +1038",
        "1.3 +1043 +1044 +1045 +1046",
        "1.4 +1051 +1052 +1053 +1054",
        "… 4 more rows below",
    ]
    assert scrolled[1:] == (4, 4, 3, 1)


def test_the_last_page_of_matrices_is_full():
    scrolled = heat_map(heat_of((8, 8)), 28, 6, 99, 0)
    assert texts(scrolled.lines) == [
        "… 8 rows above",
        "W2   2.0   2.1   2.2   2.3 …",
        "1.6 +1064 +1065 +1066 +1067",
        "1.7 +1072 +1073 +1074 +1075",
        "W3ᵀ  2.0   2.1   2.2   2.3 …",
        "3.0 +1080 +1081 +1082 +1083",
    ]
    assert scrolled[1:] == (8, 0, 0, 4)


def test_a_unit_scrolls_together_in_the_matrices_below_and_above_it():
    assert texts(heat_map(heat_of((8,)), 28, 5, 0, 99).lines) == [
        "W1 … 1.4   1.5   1.6   1.7",
        "0.0 +1004 +1005 +1006 +1007",
        "0.1 +1012 +1013 +1014 +1015",
        "W2ᵀ… 1.4   1.5   1.6   1.7",
        "2.0 +1020 +1021 +1022 +1023",
    ]


def test_a_column_of_many_inputs_stands():
    assert texts(heat_map(heat_of((), 5), 28, 5, 1).lines)[1:4] == ["W1   1.0", "0.1 +1001", "0.2 +1002"]


def test_cells_are_as_wide_as_the_names_above_them():
    assert texts(heat_map(heat_of((2,), 2, 2, name=10), 39, 6).lines)[3:5] == [
        "W2           2.0000000000 2.0000000001",
        "1.0000000000     +1004        +1005",
    ]


def test_long_names_take_their_room_beside_another_matrix():
    matrices = heat_of((2,), 2, 2, name=10)
    assert texts(heat_map(matrices, 95, 3).lines)[0].split()[3] == "W2"
    assert_within(heat_map(matrices, 90, 8), 90, 8)


def test_a_column_wider_than_the_room_is_still_in_view():
    assert columns_in_view([13, 13, 13], 1, 8) == range(1, 2)
    assert columns_in_view([13, 13, 13], 9, 8) == range(2, 3)


def pages(drawn):
    """Every page of a drawing: a function from the first row and column to what is in view of it."""
    first_row = 0
    while True:
        first_column = 0
        while True:
            page = drawn(first_row, first_column)
            yield page
            if not page.right:
                break
            first_column = page.left + 1
        if not page.below:
            return
        first_row = page.above + sum("+" in text for text in texts(page.lines))


def assert_within(page, width, height):
    assert len(page.lines) <= height
    assert all(width_of([(text, "")]) <= width for text in texts(page.lines))


SHAPES = [
    *((sizes, 2, 1, bias, 1) for sizes in ((), (1,), (3,), (8,), (4, 3), (8,) * 8) for bias in (False, True)),
    *(((2,), 6, 1, True, 1), ((3,), 8, 8, False, 1), ((8,), 64, 1, True, 10), ((), 64, 1, False, 10)),
    *(((64,), 2, 1, False, 1), ((8,), 9, 64, False, 10)),
]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_weight_can_be_brought_into_view(shape, width, height):
    matrices = heat_of(*shape)
    seen = set()
    for page in pages(lambda row, column: heat_map(matrices, width, height, row, column)):
        assert_within(page, width, height)
        seen |= {int(digits) for text in texts(page.lines) for digits in re.findall(r"\+(\d{4})", text)}
    assert seen == {value for matrix in matrices for value in matrix.values.ravel()}


NETWORKS = [*((name, (4,), False) for name in PROBLEM_SHAPES), *((name, (8,), True) for name in PROBLEM_SHAPES)]


@pytest.mark.parametrize(("name", "hidden_sizes", "show_hidden"), [*NETWORKS, ("xor", (8,) * 8, True)], ids=str)
def test_every_number_can_be_brought_into_view(name, hidden_sizes, show_hidden):
    """Each column, by its name, for some first column; each row is in the test after this one."""
    of = PROBLEM_SHAPES[name]
    for width, height in SIZES:
        pages = [window(of, width, height, 0, 0, hidden_sizes, show_hidden)]
        while pages[-1].right:
            pages.append(window(of, width, height, 0, pages[-1].left + 1, hidden_sizes, show_hidden))
        names = {word for page in pages for word in re.findall(r"[^ …]+", text_of(page.lines[0]))}
        hidden = [f"h{unit}" for unit in range(1, 9)]
        if len(hidden_sizes) > 1:
            hidden = [f"h{layer}.{unit}" for layer in range(1, 9) for unit in range(1, 9)]
        assert not show_hidden or names >= set(hidden)
        assert names >= set(of.output_labels) or "prediction" in names
        assert names >= set(of.input_labels) or "x" in names
        assert names & {"y", "target"} or names >= {label.replace("ŷ", "y") for label in of.output_labels}


@pytest.mark.parametrize("show_hidden", [False, True])
@pytest.mark.parametrize("name", PROBLEM_SHAPES)
def test_a_row_always_tells_whether_it_is_right(name, show_hidden):
    of = PROBLEM_SHAPES[name]
    for (width, height), first_row, first_column in product(SIZES, (0, of.rows // 2, of.rows), (0, 5, 999)):
        page = window(of, width, height, first_row, first_column, (8,), show_hidden)
        assert_within(page, width, height)
        shown = [text for text in texts(page.lines)[1:] if text and not text.startswith("…")]
        in_view = range(page.above, of.rows - page.below)
        assert first_row in in_view or first_row >= in_view.stop == of.rows
        assert [bool(re.search("✓$|✓ right$|✓ 7$", text)) for text in shown] == [
            row % 2 == 0 for row in in_view
        ]
        assert all(re.search("✓|·$|not yet$", text) for text in shown)
