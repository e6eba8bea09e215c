"""The app on a stage: no terminal, no training thread, and what it would send kept frame by frame."""

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple, cast

from rich.color import ColorSystem
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message

from backprop_tui.core.demo import Demo
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import CannotStep, Snapshot, train
from backprop_tui.recording import clock
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.panels.loss_curve import LossCurve
from backprop_tui.ui.playing import play
from backprop_tui.ui.screens.run import RunScreen
from backprop_tui.ui.terminal.typed import Typed

FULL_SPEED = 30_000  # steps a second, where as many are wanted as can be made


class Recording(NamedTuple):
    """What was sent in each frame, "" where nothing was; the pictures by name, as SVG.

    not_played: the place of the first act that could not be, for the app had been left.
    """

    frames: list[str]
    pictures: dict[str, str]
    not_played: str = ""


class StageDriver(Driver):
    """A terminal that takes everything and answers nothing."""

    written = ""

    def write(self, data: str) -> None:
        """Keep it."""
        self.written += data

    def taken(self) -> str:
        """What was written since it was last asked for."""
        written, self.written = self.written, ""
        return written

    def start_application_mode(self) -> None:
        """Say how large it is."""
        self.typed = Typed(self.process_message, self._loop)
        assert self._size is not None
        self.send_message(Resize(Size(*self._size), Size(*self._size)))

    def send_message(self, message: Message) -> None:
        """Hand it to the app, whose thread this is."""
        self._app.post_message(message)

    def disable_input(self) -> None:
        """Nobody types."""

    def stop_application_mode(self) -> None:
        """There is nothing to give back."""


class StageRunScreen(RunScreen):
    """A run that makes the steps of each frame when it is time for it, and no other."""

    def on_mount(self) -> None:
        """See RunScreen. The last figures of a loss are those of the machine: its exp and its order of sums."""
        self.query_one(LossCurve).exact = "{:.9f}".format
        super().on_mount()

    def train_on(self) -> None:
        """See TrainingScreen; on the event loop, for a thread has a time of its own."""
        self.training = asyncio.create_task(self._train_frames())

    async def _train_frames(self) -> None:
        app = cast("StageApp", self.app)
        snapshot, changes, stop = self.snapshot, self.view.timeline.changes, self.stop
        snapshots, due, frame = train(snapshot, changes), 0.0, 1 / self.frames.asked
        try:
            while snapshot.step < snapshot.experiment.steps:
                await asyncio.sleep(frame)
                if stop.is_set():
                    return
                speed = self.view.pace.speed or FULL_SPEED
                due = round(due % 1 + speed * frame, 6)
                stretch = Stretch(snapshot)
                for snapshot in islice(snapshots, int(due)):
                    stretch.add(snapshot)
                    if snapshot.step in changes or snapshot.step == app.goal:
                        break
                if stretch.losses:
                    self.show(stop, stretch, frame, speed)
                while snapshot.step == app.goal and not stop.is_set():
                    await asyncio.sleep(frame)
        except CannotStep as why:
            self.halt(stop, str(why))


async def _played(app: BackpropApp, demo: Demo, picture: Callable[[str], object]) -> None:
    while app.run_screen is None:
        await asyncio.sleep(1 / demo.fps)
    if demo.large:
        app.run_screen.action_present()
    await play(app, demo, asyncio.sleep, picture)


class StageApp(BackpropApp):
    """The app as it is recorded."""

    def new_run_screen(self, first: Snapshot) -> RunScreen:
        """See BackpropApp."""
        return StageRunScreen(first, self.speed, self.fps, self.starts_running, self.lessons, self.typed)


def perform(demo: Demo, app: BackpropApp) -> Recording:
    """Play the demo on this app, which is one for the stage. Raises BadFile where it cannot go on."""
    return clock.run(_perform(demo, app))


async def _perform(demo: Demo, app: BackpropApp) -> Recording:
    app.driver_class = StageDriver
    app.console._color_system = ColorSystem.TRUECOLOR
    frames: list[str] = []
    pictures: dict[str, str] = {}

    async def film() -> None:
        while True:
            await asyncio.sleep(1 / demo.fps)
            frames.append(app._driver.taken() if isinstance(app._driver, StageDriver) else "")

    def picture(name: str) -> None:
        pictures[name] = app.export_screenshot(title=demo.title)

    showing = asyncio.create_task(app.run_async(size=demo.size))
    filming = asyncio.create_task(film())
    playing = asyncio.create_task(_played(app, demo, picture))
    await asyncio.wait((showing, playing), return_when=asyncio.FIRST_COMPLETED)
    for task in (filming, playing):
        task.cancel()
    app.exit()
    await showing
    if app.failure:
        raise app.failure
    left = not playing.done()
    if not left:
        playing.result()
    return Recording(frames, pictures, app.act.place if left and app.act else "")
