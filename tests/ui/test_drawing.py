from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core.curve import Curve
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT, Stretch
from backprop_tui.core.training import start, train
from backprop_tui.ui.drawing.chart import step_ticks
from backprop_tui.ui.drawing.heat_map import Matrix, heat_map, style_of
from backprop_tui.ui.drawing.lines import (
    ALERT,
    CURVE,
    PLAIN,
    WEIGHT_STYLES,
    bar,
    overlaid,
    signed,
    text_of,
    width_of,
)
from backprop_tui.ui.drawing.loss_chart import Axes, frame, latest_column, loss_chart, points
from backprop_tui.ui.drawing.prediction_table import prediction_table
from backprop_tui.ui.drawing.progress_lines import progress_lines
from backprop_tui.ui.drawing.timeline_line import timeline_line
from backprop_tui.ui.panels.weights import matrices
from backprop_tui.ui.view import Pace, changed, first_view, gone_to, taken

SIZES = [(28, 5), (35, 7), (41, 11), (58, 20), (98, 40)]


def texts(lines):
    return [text_of(line).rstrip() for line in lines]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.2486, "+0.249"),
        (-0.0691, "−0.069"),
        (0.0, " 0.000"),
        (13.389, "+13.39"),
        (-123.4567, "−123.5"),
        (12345.6, "+12346"),
        (-1234567.0, "  −1e6"),
        (9.9996, "+10.00"),
    ],
)
def test_a_signed_number_always_takes_six_cells(value, text):
    assert signed(value, 6) == text


def test_a_bar_is_exact_to_an_eighth_of_a_cell():
    assert bar(0.0, 4) == "    "
    assert bar(0.5, 4) == "██  "
    assert bar(1 / 32, 4) == "▏   "
    assert bar(7.0, 4) == "████"


W1 = Matrix("W1", np.array([[0.5, -1.0], [0.0, 0.25]]), ("x1", "x2"), ("h1", "h2"))
W2 = Matrix("W2", np.array([[2.0], [-0.125]]), ("h1", "h2"), ("ŷ",))


def test_a_heat_map_names_every_weight():
    assert texts(heat_map([W1, W2], 18, 7).lines) == [
        "W1    h1     h2",
        " x1 +0.500 −1.000",
        " x2  0.000 +0.250",
        "",
        "W2    ŷ",
        " h1 +2.000",
        " h2 −0.125",
    ]


def test_matrices_stand_side_by_side_where_there_is_room():
    assert texts(heat_map([W1, W2], 70, 4).lines)[0].split() == ["W1", "h1", "h2", "W2", "ŷ"]


def test_a_column_lies_down_where_the_height_is_short():
    assert texts(heat_map([W1, W2], 18, 5).lines)[3:] == ["W2ᵀ   h1     h2", "  ŷ +2.000 −0.125"]


def test_what_does_not_fit_is_counted():
    assert texts(heat_map([W1, W2], 18, 4).lines)[-1] == "… 1 more row below"


def test_colours_follow_the_largest_weight_and_the_sign():
    assert style_of(-2.0, 2.0) == WEIGHT_STYLES[0]
    assert style_of(0.0, 2.0) == style_of(0.0, 0.0) == WEIGHT_STYLES[4]
    assert style_of(2.0, 2.0) == WEIGHT_STYLES[8]


TO_10_001 = Axes(10_001)
TUTORIAL = Experiment()


def framed(losses, axes=TO_10_001, width=40, height=11, steps=None):
    """A curve in a frame of its own."""
    steps = np.arange(len(losses)) if steps is None else np.array(steps)
    curve = Curve(steps, np.array(losses, dtype=float))
    return frame(axes, [curve], width, height), curve


def test_the_chart_names_real_steps_and_marks_a_quarter():
    drawn = texts(loss_chart(*framed([0.26, 0.2, 0.01], steps=[0, 5_000, 10_001])))
    assert drawn[-1].split() == ["0", "5,000", "10,000"]
    assert any("always answers ½" in line for line in drawn)
    assert drawn[0].startswith("0.30┤")


def test_the_axes_of_powers_of_ten():
    axes = Axes(10_001, log_loss=True, log_steps=True)
    drawn = texts(loss_chart(*framed([0.26, 0.2, 0.001], axes, steps=[0, 100, 10_001])))
    assert drawn[-1].split() == ["1", "100", "10,000"]
    labels = [line.partition("┤")[0].strip() for line in drawn if "┤" in line]
    assert labels == ["0.1", "0.01", "0.001"]


def test_a_long_runs_axis_grows_with_it():
    at_first, _ = framed([0.25, 0.25], Axes(2_000_000), steps=[0, 10_001])
    later, _ = framed([0.25, 0.25], Axes(2_000_000), steps=[0, 10_002])
    at_last, _ = framed([0.25, 0.25], Axes(2_000_000), steps=[0, 2_000_000])
    assert [shown.x_limits[1] for shown in (at_first, later, at_last)] == [10_001, 20_002, 2_000_000]


def test_a_spike_of_one_step_is_drawn():
    losses = np.full(10_002, 0.1)
    losses[7_003] = 1.0
    within, curve = framed(losses)
    x, y = points(curve, within)
    assert max(y) == pytest.approx(1.0, abs=0.03) and len(x) <= 2 * 2 * 40 + 2


@pytest.mark.parametrize("axes", [Axes(9), Axes(9, True, True), Axes(1, log_steps=True), Axes(10**9, True)])
@pytest.mark.parametrize("losses", [[0.25], [0.0], [1e-320, 1.0], [0.25, 0.25], [1.0, 0.0]])
@pytest.mark.parametrize("size", [(20, 3), (35, 11), (300, 80)])
def test_every_curve_can_be_drawn_at_every_size(losses, axes, size):
    drawn = loss_chart(*framed(losses, axes, *size))
    assert len(drawn) == size[1] and all(width_of(line) <= size[0] for line in drawn)


@pytest.mark.parametrize("steps", [7, 400, 10_001, 3_000_000, 10**9])
@pytest.mark.parametrize("width", [24, 35, 60, 100])
@pytest.mark.parametrize("log_steps", [False, True])
def test_no_two_labels_of_the_steps_meet(steps, width, log_steps):
    """plotext drops one of them, and which one depends on the hash seed."""
    within, curve = framed([0.25, 0.2], Axes(steps, log_steps=log_steps), width, steps=[0, steps])
    positions, labels = step_ticks(within.x_limits[1], width, log_steps)
    assert text_of(loss_chart(within, curve)[-1]).split() == labels and len(positions) >= 2


def test_a_running_chart_waits_for_its_column_to_be_complete():
    columns = [latest_column(step, TO_10_001, 40) for step in (0, 60, 100, 150, 400)]
    assert columns[0] == columns[1] and columns[2] == columns[3] and len(set(columns)) == 3
    assert latest_column(100, TO_10_001, 80) != columns[2]
    assert latest_column(10_002, Axes(10**6), 40) != latest_column(5_001, TO_10_001, 40)


def view_at(step, experiment=TUTORIAL, **changes):
    view = replace(first_view(start(experiment), 500), pace=Pace(500, 498.6, 2.9), **changes)
    stretch = Stretch(view.snapshot)
    for snapshot in islice(train(view.snapshot), step):
        stretch.add(snapshot)
    return taken(view, stretch) if step else view


def test_step_and_loss_tell_the_state_in_a_word():
    assert texts(progress_lines(view_at(1_250), 35, 8)) == [
        " paused                  speed 500",
        " ███▍                         12 %",
        " step        1,250 of 10,001",
        " loss     0.139670",
        " all right: now growing certain",
        " change −0.0003799 a step",
        " right         4/4 rows",
        " time         0:02 500 steps/s",
    ]
    assert "running" in texts(progress_lines(view_at(1, running=True), 35, 7))[0]
    assert "finished" in texts(progress_lines(view_at(3, Experiment(steps=3)), 35, 7))[0]


def test_the_least_important_lines_go_first():
    shown = " ".join(texts(progress_lines(view_at(10), 28, 5)))
    assert all(word in shown for word in ("paused", "step", "loss", "right"))


def test_predictions_say_right_in_words_and_marks():
    view = view_at(1_100)
    since = np.array([397, 19, 556, NOT_RIGHT])
    assert texts(prediction_table(view.snapshot, since, False, 41, 7).lines) == [
        " x1 x2 target prediction      right since",
        "  0  0      0 0.374 ███ ┊           ✓ 397",
        "  0  1      1 0.580 ████▋            ✓ 19",
        "  1  0      1 0.577 ████▋           ✓ 556",
        "  1  1      0 0.516 ████▏         not yet",
    ]
    assert texts(prediction_table(view.snapshot, since, False, 28, 5).lines)[3:] == [
        "  1  0      1 0.577  ✓ right",
        "  1  1      0 0.516  not yet",
    ]


def test_hidden_activations_of_each_row():
    table = texts(prediction_table(view_at(0).snapshot, np.zeros(4, int), True, 45, 7).lines)
    assert table[0].split() == ["x1", "x2", "y", "h1", "h2", "h3", "h4", "ŷ"]
    assert table[1].split() == ["0", "0", "0", "0.500", "0.500", "0.500", "0.500", "0.447", "✓"]


EXPERIMENTS = [Experiment(), Experiment(hidden_sizes=()), Experiment(hidden_sizes=(8, 8), bias=True)]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_panel_stays_in_its_box(experiment, width, height):
    view = view_at(1, experiment)

    since = view.moment.right_since
    for lines in (
        progress_lines(view, width, height),
        heat_map(matrices(view.snapshot, view.snapshot.parameters, "W"), width, height).lines,
        heat_map(matrices(view.snapshot, view.snapshot.gradients, "dW"), width, height).lines,
        prediction_table(view.snapshot, since, False, width, height).lines,
        prediction_table(view.snapshot, since, True, width, height).lines,
    ):
        assert len(lines) <= height
        assert max(width_of([(text_of(line).rstrip(), "")]) for line in lines) <= width


def test_columns_there_is_no_room_for_are_told():
    wide = Matrix("W1", np.ones((1, 9)), ("x1",), tuple(f"h{unit}" for unit in range(1, 10)))
    assert texts(heat_map([wide], 30, 2).lines) == [
        "W1    h1    h2    h3    h4 …",
        " x1 +1.00 +1.00 +1.00 +1.00",
    ]
    view = view_at(0, Experiment(hidden_sizes=(8,)))
    assert texts(prediction_table(view.snapshot, view.moment.right_since, True, 41, 7).lines)[0].split() == [
        *("x", "y", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "…")
    ]


def test_zero_weights_are_drawn_without_a_scale_to_divide_by():
    view = view_at(0, Experiment(init="zeros"))

    assert " 0.000" in text_of(
        heat_map(matrices(view.snapshot, view.snapshot.parameters, "W"), 41, 11).lines[1]
    )
    assert replace(view, running=True).state == "running"


def test_the_timeline_marks_the_moment_and_what_happened():
    view = gone_to(view_at(4_000), 2_000)
    within = frame(TO_10_001, [view.timeline.curve], 46, 10)
    assert text_of(timeline_line(view.timeline, 2_000, within)) == (
        "     ━━━━━✓━━◆━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄"
    )
    wide = frame(TO_10_001, [view.timeline.curve], 100, 10)
    assert "✓all right ━━◆━━━" in text_of(timeline_line(view.timeline, 2_600, wide))
    view = changed(view, replace(view.experiment, learning_rate=1.0))
    assert text_of(timeline_line(view.timeline, 0, wide)) == ("     ◆━━━━━━━━━━✓━━━━━━━Yrate 0.5→1 " + "┄" * 64)
    view = changed(gone_to(view, 100), replace(view.experiment, momentum=0.5, learning_rate=1.0))
    assert "Yrate 0.5→1, momentum 0→0.5 ┄" in text_of(timeline_line(view.timeline, 0, wide))


def test_a_ghost_is_dotted_and_the_axes_hold_it():
    short = Curve(np.array([0, 100]), np.array([0.25, 0.2]))
    ghost = Curve(np.arange(0, 8_000, 50), np.full(160, 0.4))
    within = frame(Axes(10_001), [short, ghost], 60, 12)
    assert within.y_limits[1] > 0.4
    drawn = texts(loss_chart(within, short, ghost))
    assert any("·····" in line for line in drawn)
    assert not any("·" in line for line in texts(loss_chart(within, short)))


@pytest.mark.parametrize("log_steps", [False, True])
@pytest.mark.parametrize("steps", [10, 10_001, 10**9])
def test_a_column_leads_back_to_a_step_in_it(steps, log_steps):
    curve = Curve(np.array([0, steps]), np.array([0.25, 0.2]))
    within = frame(Axes(steps, log_steps=log_steps), [curve], 50, 10)
    for column in range(within.left, 50):
        step = within.step_at(column)
        assert abs(within.column(step) - column) <= (steps < 50 or log_steps) * 8
    assert within.step_at(-3) == within.step_at(within.left) and within.step_at(99) == pytest.approx(
        steps, rel=0.01
    )
    assert within.column(0) == within.left and within.column(steps) == 49


def test_a_mark_goes_over_a_line_but_not_over_the_curve():
    line = [("ab", PLAIN), ("⠒⠒", CURVE), ("c", PLAIN)]
    assert text_of(overlaid(line, 1, "│", ALERT)) == "a│⠒⠒c"
    assert overlaid(line, 2, "│", ALERT) == line
    assert text_of(overlaid(line, 7, "│", ALERT)) == "ab⠒⠒c  │"
