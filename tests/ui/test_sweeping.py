"""Sweeps on the screen: in the background, looked at, left, and opened in the trainer."""

import threading
from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.sweep import sweep
from backprop_tui.core.tally import tally
from backprop_tui.ui import sweeping
from backprop_tui.ui.background import NAME
from backprop_tui.ui.drawing.sweep_lines import interval, share
from backprop_tui.ui.screens.grid import GridScreen
from backprop_tui.ui.screens.run import RunScreen
from backprop_tui.ui.screens.sweep import SweepScreen
from tests.ui.test_app import opened, screen_text, words

SHORT = Experiment(hidden_sizes=(2,), steps=600, learning_rate=2.0)


def result(experiment, count=1_000):
    return deque(sweep(experiment, count), maxlen=1).pop()


def in_words(experiment):
    counted = tally(result(experiment))
    return f"of {counted.networks:,} learned it ({share(counted)}, {interval(counted)})"


@pytest.fixture
def held(monkeypatch):
    """A sweep that stands still after its first look, until it is let go."""
    go = threading.Event()

    def slow(experiment, count):
        progress = sweep(experiment, count)
        yield next(progress)
        while not go.wait(0.01):
            yield next(sweep(experiment, count))
        yield deque(progress, maxlen=1).pop()

    monkeypatch.setattr(sweeping, "sweep", slow)
    yield go
    go.set()


async def until(pilot, condition):
    for _ in range(500):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError(screen_text(pilot.app))


async def test_s_tells_how_many_of_a_thousand_starts_learn_it():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "learned it" in words(app))
        shown = words(app)
    assert in_words(SHORT) in shown
    assert "XOR 2-2-1 · no biases · rate 2 · seeds 42 to 1,041 · 600 steps" in shown
    counted = tally(result(SHORT))
    assert f"half of them by step {counted.median_step:,.0f} · loss below 0.01: {counted.strictly:,}" in shown
    assert f"{1_000 - counted.solved:,} did not learn it" in shown


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_its_boxes_and_keys_fit(size):
    async with opened(SHORT, size=size) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "learned it" in words(app))
        shown = screen_text(app)
    assert in_words(SHORT) in shown
    for piece in ("All rows right since", "Some of the losses", "did not learn it", "▸", "enter", "esc back"):
        assert piece in shown
    assert all(len(line) <= size[0] for line in shown.splitlines())


async def test_esc_leaves_it_running_and_a_mark_says_how_far_it_is_and_that_it_is_done(held):
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        assert isinstance(app.screen, SweepScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, RunScreen)
        await until(pilot, lambda: "sweep 0 %" in screen_text(app).splitlines()[0])
        held.set()
        solved = tally(result(SHORT)).solved
        await until(pilot, lambda: f"sweep done: {solved}/1,000" in screen_text(app).splitlines()[0])
        await pilot.press("s", "escape")
        assert "sweep" not in screen_text(app).splitlines()[0]


async def test_the_run_goes_on_meanwhile(held):
    async with opened(Experiment(), running=True) as (app, pilot):
        await pilot.pause(0.2)
        app.run_screen.action_sweep()
        before = app.run_screen.snapshot.step
        await until(pilot, lambda: app.run_screen.snapshot.step > before)
        assert isinstance(app.screen, SweepScreen)


async def test_enter_runs_the_start_that_is_marked():
    failed = np.flatnonzero(~result(SHORT).solved)
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "learned it" in words(app))
        await pilot.press("right", "enter", "enter")
        assert app.screen is app.run_screen
        await until(pilot, lambda: app.run_screen.view.finished)
        assert app.run_screen.view.experiment == replace(SHORT, seed=42 + int(failed[1]))
        assert not app.run_screen.snapshot.right.all()
        await pilot.press("s")
        assert f"▸{42 + failed[0]} " in screen_text(app)


async def test_the_arrows_stay_within_the_list():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "learned it" in words(app))
        await pilot.press("left", "up")
        first = 42 + int(np.flatnonzero(~result(SHORT).solved)[0])
        assert f"▸{first} " in screen_text(app)


async def test_a_sweep_is_kept_for_its_experiment_and_swept_anew_for_another(held):
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        held.set()
        await until(pilot, lambda: "learned it" in words(app))
        there = app.run_screen.sweeps["sweep"].now
        await pilot.press("escape", "n", "space", "s")
        assert app.run_screen.sweeps["sweep"].now is there
        await pilot.press("escape", "b", "s")
        await until(pilot, lambda: "2-2-1 · biases" in words(app) and "learned it" in words(app))
        assert app.run_screen.sweeps["sweep"].now is not there


async def test_plus_and_minus_sweep_more_starts_and_fewer():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "of 1,000 learned" in words(app))
        await pilot.press("minus")
        await until(pilot, lambda: "of 100 learned" in words(app))
        assert "seeds 42 to 141" in words(app)
        await pilot.press("minus")
        assert "of 100 learned" in words(app)
        await pilot.press("plus", "plus")
        await until(pilot, lambda: "seeds 42 to 10,041" in words(app))


async def test_where_all_learn_it_the_slowest_are_listed():
    gate = Experiment(steps=2_000, hidden_sizes=(8,), bias=True, learning_rate=1.0)
    since = result(gate, 100).since
    async with opened(gate) as (app, pilot):
        await pilot.press("s", "minus")
        await until(pilot, lambda: "of 100 learned it (100.0 %" in words(app))
        shown = words(app)
    assert "All learned it; the slowest" in shown
    assert f"▸{42 + int(since.argmax())} {since.max():,}" in shown


async def test_keys_before_the_first_look_do_nothing(held):
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s", "enter", "down", "y", "right")
        assert isinstance(app.screen, SweepScreen)


async def test_a_broken_line_is_swept_and_told():
    broken = Experiment(hidden_sizes=(2,), steps=3, mistake=MISTAKES["sign"])
    async with opened(broken) as (app, pilot):
        await pilot.press("s", "minus")
        await until(pilot, lambda: "of 100 learned it" in words(app))
        assert "BROKEN: sign flipped" in screen_text(app)


async def test_the_grid_fills_in_and_a_cell_can_be_opened():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("S", "minus")
        await until(pilot, lambda: app.run_screen.sweeps["grid"].now.finished)
        await until(pilot, lambda: "seeds 42 to 141 · done" in words(app))
        shown = screen_text(app)
        for units, bias in ((0, False), (2, True), (8, True)):
            sizes = (units,) if units else ()
            cell = tally(result(replace(SHORT, hidden_sizes=sizes, bias=bias), 100))
            row = next(line for line in shown.splitlines() if line.strip().startswith(f"{units} "))
            assert f"{cell.solved}/100" in row and share(cell) in row
        await pilot.press("down", "down", "right", "enter")
        assert isinstance(app.screen, SweepScreen)
        await until(pilot, lambda: "XOR 2-2-1 · biases" in words(app))
        await pilot.press("plus")
        await until(pilot, lambda: "+ and - change those there" in words(app))
        await pilot.press("enter")
        assert app.screen is app.run_screen
        assert app.run_screen.view.experiment.bias


async def test_esc_goes_back_from_a_cell_to_the_grid_and_from_there_to_the_run():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("S", "minus")
        await until(pilot, lambda: len(app.run_screen.sweeps["grid"].now.sweeps) > 0)
        await pilot.press("enter")
        assert isinstance(app.screen, SweepScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, GridScreen)
        await pilot.press("q")
        assert app.screen is app.run_screen


async def test_the_marked_cell_of_the_grid_stays_within_it():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("S", "up", "left", *["down"] * 12, "right", "right")
        assert app.screen.cursor == 17


async def test_both_screens_explain_themselves():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s", "question_mark")
        assert "every row is on its side of ½" in words(app)
        await pilot.press("escape", "escape", "S", "question_mark")
        assert "A sweep in every cell" in words(app)


async def test_the_threads_end_with_the_app():
    before = set(threading.enumerate())  # others may be ending still
    async with opened(Experiment(steps=1_000_000)) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: len(app.run_screen.sweeps["sweep"].now.sweeps) > 0)
        begun = set(threading.enumerate()) - before
        assert NAME in {thread.name for thread in begun}
    for _ in range(100):
        left = [thread for thread in begun if thread.is_alive()]
        if not left or [thread.name for thread in left] == ["asyncio_0"]:  # asyncio's own pool may keep one
            return
        threading.Event().wait(0.02)
    raise AssertionError(left)


async def test_there_are_no_seeds_beyond_the_last():
    async with opened(replace(SHORT, seed=2**32 - 3)) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "of 3 learned it" in words(app))
        await pilot.press("plus")
        await until(pilot, lambda: "of 3 learned it" in words(app))


async def test_a_mark_is_of_the_experiment_on_the_screen_and_gone_once_it_was_looked_at(held):
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s", "escape")
        held.set()
        await until(pilot, lambda: "sweep done" in screen_text(app).splitlines()[0])
        await pilot.press("b")
        await until(pilot, lambda: "sweep" not in screen_text(app).splitlines()[0])
        await pilot.press("b")
        await until(pilot, lambda: "sweep done" in screen_text(app).splitlines()[0])
        await pilot.press("s", "escape")
        await pilot.pause(1.2)  # the clock of the marks has been round twice
        assert "sweep" not in screen_text(app).splitlines()[0]


@pytest.mark.parametrize("name", MISTAKES)
async def test_marks_have_room_beside_a_mistake_on_a_narrow_screen(name, held):
    broken = Experiment(hidden_sizes=(2,), steps=3, mistake=MISTAKES[name])
    async with opened(broken, size=(60, 24)) as (app, pilot):
        await pilot.press("s", "escape", "S", "escape")
        await until(pilot, lambda: "BROKEN" in screen_text(app) and app.run_screen.view.sweeps)
        assert "BROKEN" in screen_text(app).splitlines()[0]


async def test_a_failure_that_was_watched_is_no_reason_to_begin_the_next_sweep_with_it():
    async with opened(SHORT) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "learned it" in words(app))
        await pilot.press("down", "enter")
        assert app.run_screen.view.experiment.seed > 42
        await pilot.press("b", "s")
        await until(pilot, lambda: "2-2-1 · biases · rate 2 · seeds 42 to 1,041" in words(app))


@pytest.mark.parametrize("key", ["s", "S"])
@pytest.mark.parametrize("size", [(40, 30), (100, 10)])
async def test_a_terminal_that_is_too_small_is_told_so(key, size, held):
    async with opened(SHORT, size=size) as (app, pilot):
        await pilot.press(key)
        assert words(app) == "backprop-tui needs a terminal of at least 60 × 16."


async def test_a_cell_that_has_not_begun_says_so(held):
    async with opened(SHORT) as (app, pilot):
        await pilot.press("S", *["down"] * 8, "enter")
        await until(pilot, lambda: "This cell has not begun yet." in words(app))
