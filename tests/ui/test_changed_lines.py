"""What is painted bit by bit while it runs must be what a whole paint shows, on the same terminal."""

import threading
from itertools import islice

import pyte
import pytest
from textual._compositor import Compositor
from textual.containers import Grid

from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import train
from backprop_tui.ui.pacing import Frames
from backprop_tui.ui.terminal.changed_cells import ChangedCells, Shown
from tests.ui.test_app import opened


class Terminal:
    """An emulated terminal that shows the updates it is given."""

    def __init__(self, app):
        self.app, self.screen, self.shown = app, pyte.Screen(*app.size), Shown()
        self.show(app.screen, Compositor.render_full_update(app.screen._compositor))

    def show(self, _, update):
        if update is not None:
            text = ChangedCells(update, self.shown).render_segments(self.app.console)
            pyte.Stream(self.screen).feed(text)

    @property
    def cells(self):
        buffer, (width, height) = self.screen.buffer, self.app.size
        return [[buffer[y][x] for x in range(width)] for y in range(height)]


async def run(app, pilot, frames):
    """So many frames of a run, with the time to paint each."""
    screen, stop = app.run_screen, threading.Event()
    for _ in range(frames):
        stretch = Stretch(screen.snapshot)
        for snapshot in islice(train(screen.snapshot), 50):
            stretch.add(snapshot)
        screen.show(stop, stretch, 0.1, 500.0)
        await pilot.pause(0.03)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("options", [{}, {"only_ascii": True}])
async def test_a_run_shows_as_if_the_whole_screen_were_painted(size, options, monkeypatch):
    async with opened(size=size, **options) as (app, pilot):
        terminal = Terminal(app)
        monkeypatch.setattr(app, "_display", terminal.show)
        await run(app, pilot, 12)
        app.run_screen.tell("said while it runs, over the panels")
        await run(app, pilot, 6)
        assert "said while it runs" in "".join(terminal.screen.display)
        assert terminal.cells == Terminal(app).cells


async def test_a_frame_asks_only_the_panels_that_changed(monkeypatch):
    async with opened() as (app, pilot):
        await run(app, pilot, 1)  # from paused to running, at which titles change too
        monkeypatch.setattr(Grid, "render_lines", lambda *_: pytest.fail("asked what lies behind the panels"))
        await run(app, pilot, 9)
        assert app.snapshot.step == 500


def stale(app):
    """The panels that show something else than they would if they were drawn now."""
    shown = [panel for panel in app.run_screen.panels if panel.display]
    return [panel.TITLE for panel in shown if panel.lines != panel._drawn()]


async def a_run_between_two_paints(app, pilot):
    """A frame so soon after another that only step and loss are drawn."""
    await run(app, pilot, 5)
    stretch = Stretch(app.snapshot)
    stretch.add(next(train(app.snapshot)))
    app.run_screen.show(threading.Event(), stretch, 0.0, 500.0)


async def test_what_stands_is_drawn_exactly_though_it_was_drawn_rarely_while_it_ran():
    async with opened(size=(120, 40)) as (app, pilot):
        await a_run_between_two_paints(app, pilot)
        assert "Weights" in stale(app) and "Step and loss" not in stale(app)
        app.run_screen.pause()
        assert stale(app) == []
        await pilot.press("full_stop")
        assert stale(app) == []


@pytest.mark.parametrize(("key", "panel"), [("v", "Weights"), ("h", "Predictions"), ("y", "Loss")])
async def test_a_key_shows_at_once_while_it_runs(key, panel):
    async with opened() as (app, pilot):
        await a_run_between_two_paints(app, pilot)
        assert panel in stale(app) or panel == "Loss"
        await pilot.press(key)
        assert panel not in stale(app)


async def test_where_the_machine_is_busy_what_is_drawn_rarely_is_drawn_half_as_often(monkeypatch):
    async with opened(size=(120, 40)) as (app, pilot):
        drawn = {}
        for panel in app.run_screen.panels:
            redraw = panel.redraw
            monkeypatch.setattr(
                panel,
                "redraw",
                lambda panel=panel, redraw=redraw: (
                    drawn.update({panel.TITLE: drawn.get(panel.TITLE, 0) + 1}),
                    redraw(),
                ),
            )
        await run(app, pilot, 1)
        counts = []
        for fps in (10, 5):
            app.run_screen.frames = Frames(10, fps)
            drawn.clear()
            await run(app, pilot, 40)
            counts.append(dict(drawn))
        usual, busy = counts
        assert usual["Step and loss"] == busy["Step and loss"] == 40
        assert usual["Loss"] == 8 and busy["Loss"] <= 5
