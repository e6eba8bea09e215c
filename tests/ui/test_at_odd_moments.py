"""Keys at odd moments: twice at once, while files are written, at the end of a run."""

import asyncio
import time

import pytest

from backprop_tui.core import gates
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import start, train
from backprop_tui.ui import saving
from tests.terminal.emulator import Terminal
from tests.ui.test_app import opened, screen_text


@pytest.mark.parametrize("keys", ["p\x1b[B", "e", "!", "g", "l", "i"])
def test_enter_pressed_twice_at_once_leaves_the_run_on_the_screen(keys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    terminal = Terminal("--paused", "--steps", "300")
    terminal.wait_for("paused")
    terminal.send(keys)
    terminal.read(0.7)
    terminal.send("\r\r")
    terminal.read(0.7)
    terminal.send("\x1b")
    terminal.wait_for("Step and loss")
    terminal.send("\x1b[F.")
    terminal.wait_for(" 1 of ")
    terminal.send("q")
    assert terminal.finish() == 0


async def test_a_run_that_is_finished_when_it_is_loaded_is_finished():
    *_, last = train(start(Experiment(steps=20)))
    async with opened(first=last, running=True) as (app, pilot):
        await pilot.pause(0.1)
        assert app.run_screen.view.state == "finished"
        await pilot.press("r")
        assert app.run_screen.view.state == "finished" and app.snapshot.step == 20


async def test_a_digit_of_another_script_predicts_nothing():
    async with opened() as (app, pilot):
        await pilot.press("e", "enter", "²", "٣")
        await pilot.pause()
        assert app.screen.prediction is None and app.is_running


async def test_the_ghost_outlives_starts_that_made_no_step():
    async with opened() as (app, pilot):
        await pilot.press("pagedown", "less_than_sign", "less_than_sign", "n")
        assert app.run_screen.view.ghost.latest == 100


async def test_a_history_is_written_once_at_a_time_and_not_after_the_app_is_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    go_on = asyncio.Event()

    def slowly(snapshots, is_wanted):
        for snapshot in snapshots:
            while not go_on.is_set() and is_wanted():
                time.sleep(0.01)
            if not is_wanted():
                raise saving.NoLongerWanted
            yield snapshot

    monkeypatch.setattr(saving, "while_wanted", slowly)
    async with opened() as (app, pilot):
        await pilot.press("pagedown")
        app.run_screen.action_save_history()
        app.run_screen.action_save_history()
        await asyncio.sleep(0.1)
        assert "A history is being written still." in screen_text(app)
    while list(tmp_path.iterdir()):  # until the thread has seen that the app is left
        await asyncio.sleep(0.01)


def test_gates_that_are_no_longer_wanted_are_not_trained_to_their_end():
    asked = []

    def is_wanted():
        asked.append(True)
        return len(asked) < 50

    assert list(gates.learned_gates(Experiment(hidden_sizes=()), 10_000, is_wanted)) == []
    assert len(asked) == 50


async def test_a_target_flipped_and_back_is_the_problem_again(tmp_path):
    async with opened() as (app, pilot):
        await pilot.press("t", "enter", "enter", "escape")
        assert app.snapshot.experiment == Experiment()
        assert app.run_screen.view.timeline.changes == {0: Experiment()}


def test_a_file_that_is_no_longer_wanted_is_not_finished():
    wanted = iter([True, False])
    snapshots = saving.while_wanted(train(start(Experiment())), lambda: next(wanted))
    assert next(snapshots).step == 1
    with pytest.raises(saving.NoLongerWanted):
        next(snapshots)
