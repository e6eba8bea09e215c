"""A run as pictures, those that README shows.

The app runs headless, paused, and is shown moments of its run by step number instead of by the
clock, so the same pictures come out each time.
"""

import asyncio
import os
import threading
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from backprop_tui.core.experiment import fitting
from backprop_tui.core.moment import Stretch
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import start, train
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.screens.grid import GridScreen
from backprop_tui.ui.screens.sweep import SweepScreen

SPEED = 500


class Picture(NamedTuple):
    """What to show: the screen's size, the step, the keys pressed there, and of which problem."""

    name: str
    size: tuple[int, int]
    step: int
    keys: tuple[str, ...] = ()
    problem: str = "xor"


PICTURES = (
    Picture("learning-80x24", (80, 24), 1_100),
    Picture("learned-120x40", (120, 40), 10_001),
    Picture("inside-120x40", (120, 40), 1_100, ("v", "h", "y")),
    Picture(
        "back-80x24",
        (80, 24),
        4_000,
        (*["pageup"] * 29, *["right_parenthesis"] * 2, *["pagedown"] * 20, *["pageup"] * 8),
    ),
    Picture("lines-80x24", (80, 24), 1_100, ("m", *["right"] * 7, "down", "enter")),
    Picture("check-80x24", (80, 24), 1_100, ("m", "c")),
    Picture("experiment-80x24", (80, 24), 1_100, ("e", "down", "down", "enter", "2")),
    Picture("targets-80x24", (80, 24), 1_100, ("space", "t", "up", "enter")),
    Picture("sweep-80x24", (80, 24), 1, ("less_than_sign", "less_than_sign", "s")),
    Picture("grid-80x24", (80, 24), 1, ("S",)),
    Picture("presented-80x24", (80, 24), 1_300, ("P",)),
    Picture("spirals-120x40", (120, 40), 3_000, (), "spirals"),
)


async def picture(wanted: Picture) -> str:
    """The SVG of one moment."""
    first = start(fitting(PROBLEMS[wanted.problem]))
    app = BackpropApp(first, fps=10, speed=SPEED, running=False)
    async with app.run_test(size=wanted.size) as pilot:
        while app.run_screen is None:
            await pilot.pause()
        screen, stretch = app.run_screen, Stretch(app.run_screen.snapshot)
        for snapshot in islice(train(screen.snapshot), wanted.step):
            stretch.add(snapshot)
        screen.show(threading.Event(), stretch, wanted.step / SPEED, SPEED)
        await pilot.press(*wanted.keys)
        while not all(each.now.finished for each in screen.sweeps.values()):
            await pilot.pause(0.05)
        if isinstance(app.screen, SweepScreen | GridScreen):
            app.screen.look()
        await pilot.pause()
        return app.export_screenshot(title="backprop-tui")


def pictures(directory: Path) -> None:
    """Write every picture into the directory."""
    os.environ.pop("NO_COLOR", None)
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as nothing_kept:
        os.environ["XDG_STATE_HOME"] = nothing_kept
        for wanted in PICTURES:
            (directory / f"{wanted.name}.svg").write_text(asyncio.run(picture(wanted)), encoding="utf-8")
