"""What is drawn of a sweep, as text."""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.sweep import sweep
from backprop_tui.ui.drawing.fan import FAILED, MOST_FAILED, fan
from backprop_tui.ui.drawing.grid_lines import grid_lines
from backprop_tui.ui.drawing.histogram import histogram
from backprop_tui.ui.drawing.lines import ALERT, CURVE, text_of, width_of
from backprop_tui.ui.drawing.sweep_lines import (
    columns,
    headline,
    starts_lines,
    starts_title,
    starts_to_watch,
    what_is_swept,
)

STEPS = 1_000


def swept(since, losses=None, steps=STEPS, made=None, **settings):
    """A sweep of networks of which this is known; all finished, if not said."""
    experiment = Experiment(steps=steps, **settings)
    now = next(sweep(experiment, len(since)))
    made = steps if made is None else made
    losses = np.where(np.array(since) == NOT_RIGHT, 0.25, 0.001) if losses is None else np.array(losses)
    curves = np.where(now.looks <= made, losses[now.drawn, np.newaxis], np.nan)
    return replace(now, steps=np.full(len(since), made), since=np.array(since), losses=losses, curves=curves)


def texts(lines):
    return [text_of(line) for line in lines]


def test_bars_are_as_high_as_many_starts_learned_it():
    drawn = texts(histogram(swept([10] * 8 + [510] * 4 + [900] * 2), 24, 11))
    top = [line[3:] for line in drawn[:8]]
    heights = [sum(line[column] == "█" for line in top) for column in range(21)]
    assert {height: heights.count(height) for height in set(heights)} == {0: 18, 8: 1, 4: 1, 2: 1}
    assert drawn[0].startswith(" 8┤") and drawn[8].startswith(" 0└")


def test_a_single_start_is_seen_beside_a_thousand():
    bars = "".join(texts(histogram(swept([10] * 999 + [900]), 40, 8))[:5])
    assert "▁" in bars


@pytest.mark.parametrize(
    ("since", "made", "words"),
    [
        ([100, 200, 300], STEPS, " ▲ half by 200"),
        ([100, 200, NOT_RIGHT], STEPS, " ▲ half by 150 · never: 1"),
        ([100, NOT_RIGHT, NOT_RIGHT], 500, " ▲ half by 100 · not yet: 2"),
        ([NOT_RIGHT, NOT_RIGHT], STEPS, " never: 2"),
    ],
)
def test_the_median_and_those_that_did_not_learn_it_are_in_words(since, made, words):
    assert texts(histogram(swept(since, made=made), 30, 8))[-1] == words
    assert texts(histogram(swept(since, made=made), 30, 1)) == [words]


def test_where_there_is_little_room_no_number_is_cut():
    narrow = swept([1_341] * 261 + [NOT_RIGHT] * 739, steps=10_001)
    assert texts(histogram(narrow, 24, 1)) == [" ▲ 1,341 · never: 739"]
    assert texts(histogram(narrow, 18, 1)) == [" never: 739"]


def test_the_mark_of_the_median_stands_at_its_step():
    axis, labels = texts(histogram(swept([500] * 9 + [1_000]), 43, 8))[-3:-1]
    assert axis.index("▲") == 3 + 20  # half of 40 columns behind the label
    assert labels.split() == ["0", "500", "1,000"]


def test_failures_are_crosses_over_the_curves():
    drawn = fan(swept([100] * 20 + [NOT_RIGHT] * 5), 40, 12)
    crosses = [text for line in drawn for text, style in line if style == ALERT and FAILED in text]
    assert crosses[-1].endswith("did not learn it") and len(crosses[0]) > 20
    assert any(style == CURVE for line in drawn for _, style in line)
    assert FAILED not in "".join(texts(fan(swept([100] * 20), 40, 12)))


def test_a_sweep_of_failures_leaves_room_for_others():
    drawn = fan(swept([NOT_RIGHT] * 50, losses=np.linspace(0.1, 0.3, 50)), 60, 20, log_loss=False)
    rows = [text for text in texts(drawn)[:-1] if FAILED in text]
    assert 1 < len(rows) <= MOST_FAILED


def test_what_has_not_been_reached_or_is_infinite_is_not_drawn():
    diverged = swept([100, NOT_RIGHT], losses=[0.001, np.inf])
    assert "0.01" in "".join(texts(fan(diverged, 40, 12)))
    nothing = next(sweep(Experiment(steps=STEPS), 3))
    assert all(style != CURVE for line in fan(nothing, 40, 12) for _, style in line)


SWEEPS = {
    "finished": swept([100, 300, NOT_RIGHT, 700]),
    "one": swept([5], steps=7),
    "of one step": swept([0, 1, NOT_RIGHT], steps=1),
    "begun": next(sweep(Experiment(), 1_000)),
    "on its way": swept([100, NOT_RIGHT], made=300),
    "diverged": swept([NOT_RIGHT] * 3, losses=[np.inf] * 3),
    "many": swept([100] * 900 + [NOT_RIGHT] * 1_100),
    "long": swept([10, 2_000_000], steps=1_000_000_000, seed=4_000_000_000),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_no_drawing_is_larger_than_its_room(name):
    drawn_of = SWEEPS[name]
    starts = starts_to_watch(drawn_of)
    for width in (1, 2, 5, 10, 19, 20, 23, 24, 30, 58, 78, 118):
        for height in (1, 2, 3, 4, 5, 8, 12, 30):
            for drawn in (
                fan(drawn_of, width, height),
                fan(drawn_of, width, height, log_loss=False),
                histogram(drawn_of, width, height),
            ):
                assert len(drawn) <= height
                assert width < 20 or all(width_of(line) <= width for line in drawn)
            listed = starts_lines(drawn_of, starts, 0, width, height)
            assert len(listed) <= height and (width < 30 or all(width_of(line) <= width for line in listed))


def test_the_headline_says_how_many_learned_it_and_how_sure_that_is():
    lines = texts(headline(swept([100] * 995 + [NOT_RIGHT] * 5), 80))
    assert len(lines) == 3
    assert lines[0].endswith(" of 1,000 learned it (99.5 %, 98.8–99.8)")
    assert "half of them by step 100 · loss below 0.01: 995" in lines[1]


def test_the_headline_of_a_sweep_on_its_way_counts_those_that_are_right():
    lines = texts(headline(swept([100, NOT_RIGHT, 50], made=400), 80, 65.0))
    assert "of 3 have all rows right so far" in lines[0] and "step 400 · 1:05 left" in lines[2]


def test_the_headline_counts_the_finished_where_some_are():
    some = swept([100, NOT_RIGHT, 50, 70])
    some = replace(some, steps=np.array([STEPS, STEPS, 0, 0]))
    lines = texts(headline(some, 80))
    assert "of 2 finished learned it (50.0 %" in lines[0] and "50 % done" in lines[2]


def test_the_headline_tells_of_those_that_diverged():
    assert "diverged: 1" in texts(headline(swept([100, NOT_RIGHT], losses=[0.001, np.inf]), 80))[1]


def test_what_is_swept_is_cut_where_it_has_no_room():
    assert texts(what_is_swept(swept([1] * 10), 80)) == [
        " XOR 2-4-1 · no biases · rate 0.5 · seeds 42 to 51 · 1,000 steps"
    ]
    assert texts(what_is_swept(swept([1] * 10), 60)) == [" XOR 2-4-1 · no biases · rate 0.5 · seeds 42 to 51"]


def test_failures_are_listed_with_their_losses_and_else_the_slowest_with_their_steps():
    failed = swept([100, NOT_RIGHT, 50, NOT_RIGHT])
    starts = starts_to_watch(failed)
    assert starts_title(starts) == "2 did not learn it: seed and last loss"
    assert texts(starts_lines(failed, starts, 1, 40, 3))[0].split() == ["43", "0.2500", "▸45", "0.2500"]
    learned = swept([100, 300, 50])
    starts = starts_to_watch(learned)
    assert starts_title(starts) == "All learned it; the slowest: seed and step"
    assert texts(starts_lines(learned, starts, 0, 50, 3))[0].split() == ["▸43", "300", "42", "100", "44", "50"]


def test_the_list_scrolls_with_the_mark():
    many = SWEEPS["many"]
    starts = starts_to_watch(many)
    across = columns(many, 40)
    for cursor in (0, 1, across, 500, 1_099):
        lines = texts(starts_lines(many, starts, cursor, 40, 4))
        assert len(lines) == 4
        assert any(f"▸{many.seeds[int(starts.networks[cursor])]} " in line for line in lines)


def test_the_cells_of_the_grid_hold_numbers_and_what_is_not_done_says_so():
    experiments = [
        Experiment(hidden_sizes=(units,) if units else (), bias=bias, steps=20)
        for units in range(9)
        for bias in (False, True)
    ]
    done = [deque(sweep(each, 10), maxlen=1).pop() for each in experiments[:3]]
    lines = texts(grid_lines(experiments, [*done, next(sweep(experiments[3], 10))], 3, 80, 20))
    rows = [line for line in lines if line[:8].strip().isdigit()]
    assert len(rows) == 9 and "0.0 %" in rows[0] and "0/10" in rows[0] and "0.0–27.8" in rows[0]
    assert "▸" in rows[1] and "0 % done" in rows[1] and rows[2].count("·") == 2
    for width in (1, 20, 40, 60, 80, 120, 200):
        for height in (1, 10, 14, 22, 40):
            drawn = grid_lines(experiments, done, 0, width, height)
            assert width < 40 or all(width_of(line) <= width for line in drawn)


def test_the_histogram_and_the_headline_tell_the_same_median():
    halved = swept([1_209, 1_210, 1_000, 1_300])
    assert "half of them by step 1,210 " in texts(headline(halved, 80))[1]
    assert texts(histogram(halved, 30, 8))[-1] == " ▲ half by 1,210"


def test_titles_that_are_cut_say_so_and_one_step_is_one_step():
    assert texts(what_is_swept(swept([1] * 10), 40))[0].endswith("…")
    assert texts(what_is_swept(swept([0], steps=1), 80))[0].endswith("· 1 step")
    assert texts(histogram(swept([0], steps=1), 30, 8))[-2].split() == ["0", "1"]
