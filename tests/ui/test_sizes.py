"""Any size, any theme, any numbers."""

import os
import random
import time

import pytest

from backprop_tui.core.experiment import Experiment
from tests.terminal.emulator import Terminal
from tests.ui.test_app import opened, screen_text, words

NOTICE = "backprop-tui needs a terminal of at least 60 × 16."
TINY = [(1, 1), (2, 2), (10, 3), (20, 5), (59, 16), (60, 15)]
ROOMY = [(60, 16), (80, 24), (400, 120), (1000, 300)]


@pytest.mark.parametrize("size", TINY)
async def test_where_there_is_no_room_it_says_so_and_no_key_changes_what_is_not_seen(size):
    async with opened(size=size) as (app, pilot):
        if size[0] >= 20:
            assert words(app) == NOTICE
        await pilot.press("full_stop", "greater_than_sign", "ctrl+p", "l", "m", "escape")
        assert app.snapshot.step == 0 and app.snapshot.experiment.hidden_sizes == (4,)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen is app.run_screen and "not trained yet" in screen_text(app)


@pytest.mark.parametrize("key", ["question_mark", "m", "i", "p", "t", "e", "s", "ctrl+p"])
async def test_the_notice_covers_every_screen_and_goes_when_there_is_room_again(key):
    async with opened(Experiment(steps=50)) as (app, pilot):
        await pilot.press(key)
        covered = app.screen
        for tiny in ((59, 24), (10, 3)):
            await pilot.resize_terminal(*tiny)
            await pilot.pause(0.05)
            assert words(app).replace(" ", "").startswith("backprop-tuineeds")
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.05)
        assert app.screen is covered and "needs a terminal" not in screen_text(app)
        await pilot.press("escape")
        assert app.screen is app.run_screen


@pytest.mark.parametrize("size", [(60, 16), (400, 120)])
async def test_a_run_at_the_least_and_at_a_large_size(size):
    async with opened(size=size) as (app, pilot):
        await pilot.press("pagedown")
        assert app.screen is app.run_screen and app.snapshot.step == 100
        assert "learning rate 0.5" in screen_text(app)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_theme_hides_a_text():
    async with opened() as (app, pilot):
        await pilot.press("pagedown")
        for key in ("space", "m", "p", "question_mark", "t", "i"):
            if key != "space":
                await pilot.press(key)
            for theme in app.available_themes:
                app.theme = theme
                await pilot.pause(0)
                assert hidden(app) == [], theme
            await pilot.press("escape")


def hidden(app) -> list[str]:
    """The texts in the colour of their ground."""
    return [
        segment.text
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style and segment.style.color and not segment.style.color.is_default
        if segment.style.color == segment.style.bgcolor and segment.text.strip(" █")
    ]


def is_still(terminal: Terminal, seconds: float = 0.4) -> None:
    """Read until nothing has come for so long."""
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        before = len(terminal.received)
        terminal.read(seconds)
        if len(terminal.received) == before:
            return
    raise AssertionError("it never stood still")


@pytest.mark.slow
@pytest.mark.parametrize("size", [*TINY, *ROOMY])
def test_it_runs_at_this_size_and_leaves(size):
    terminal = Terminal(size=size)
    terminal.read(3)
    if size in ROOMY:
        terminal.wait_for("running", 30)
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_sizes_in_a_second(seed):
    sizes = random.Random(seed)
    terminal = Terminal("--paused", size=(120, 40))
    terminal.wait_for("0.248")
    for _ in range(100):
        columns, rows = sizes.randint(1, 200), sizes.randint(1, 60)
        terminal.process.setwinsize(rows, columns)
        terminal.read(0.01)
    columns, rows = sizes.randint(80, 130), sizes.randint(24, 50)
    terminal.screen.resize(rows, columns)
    terminal.process.setwinsize(rows, columns)
    is_still(terminal)
    pieced_together = terminal.screen.display[:]
    terminal.screen.reset()
    terminal.process.kill(28)  # SIGWINCH: the whole screen is sent anew
    is_still(terminal)
    assert terminal.screen.display == pieced_together
    assert "Step and loss" in terminal.text and "v gradients" in terminal.text
    started = time.perf_counter()
    terminal.send(".")
    terminal.wait_for(" 1 of 10,001")
    assert time.perf_counter() - started < 0.3 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))
    terminal.send("q")
    assert terminal.finish() == 0
