"""The app: paints an empty frame at once, then loads the run into it."""

import gc
import logging
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen
from textual.timer import Timer

from backprop_tui.ui.background import Failed
from backprop_tui.ui.keys import APP_BINDINGS, Key
from backprop_tui.ui.presenting import PresentingApp
from backprop_tui.ui.screens.frame import LEAST, Frame, TooSmall
from backprop_tui.ui.terminal.changed_cells import ChangedCells, Shown
from backprop_tui.ui.terminal.driver import TerminalDriver, is_behind
from backprop_tui.ui.theme import THEME

if TYPE_CHECKING:
    from backprop_tui.core.lessons import Lesson
    from backprop_tui.core.training import Snapshot
    from backprop_tui.ui.screens.run import RunScreen

NOTE_SECONDS = 15  # that what is said at the start stays: it may be a command to be typed
SETTLING_SECONDS = 0.05  # after which a size is there to stay
SWITCH_SECONDS = 0.0005  # how soon the training thread gives way to a key


class BackpropApp(PresentingApp):
    """A run on the screen, from this first snapshot on; without one it is the tutorial's.

    note: what has to be said of it. lessons: those of a file; without them the app's own. typed: the run's
    options as they can be typed again.
    """

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "backprop-tui"
    BINDINGS = APP_BINDINGS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (74, "-wide-enough"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall-enough"), (40, "-tall"), (50, "-very-tall")]

    settling: Timer | None = None

    def __init__(
        self,
        first: "Snapshot | None" = None,
        speed: int | None = 500,
        fps: int = 10,
        running: bool = True,
        note: str = "",
        lessons: "tuple[Lesson, ...] | None" = None,
        only_ascii: bool = False,
        typed: str = "",
    ) -> None:
        super().__init__()
        self.only_ascii = only_ascii
        if only_ascii:
            from backprop_tui.ui.terminal.ascii import Ascii

            self._filters.append(Ascii())
        self.register_theme(THEME)
        self.theme = THEME.name
        self.shown = Shown()
        self.first, self.speed, self.fps, self.starts_running = first, speed, fps, running
        self.note, self.lessons, self.typed = note, lessons, typed
        self.failure: BaseException | None = None  # the first thing that went wrong inside

    def get_default_screen(self) -> Screen[None]:
        """What is painted first."""
        return Frame()

    def on_mount(self) -> None:
        """Load the run once the frame is on the screen."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self.call_after_refresh(self.load)

    async def load(self) -> None:
        """Put the run in the frame's place; here, because numpy takes as long to load as all else."""
        from backprop_tui.core.experiment import Experiment
        from backprop_tui.core.training import start

        await self.begin(self.first or start(Experiment()))
        if self.note and self.run_screen:
            self.run_screen.tell(self.note, NOTE_SECONDS)
        self.begin_presenting()
        gc.enable()  # the command line had it wait until here

    async def begin(self, first: "Snapshot") -> None:
        """Show a run from this snapshot on."""
        run_screen = self.new_run_screen(first)
        await self.push_screen(run_screen)
        self.run_screen = run_screen
        self.fit()
        if self.demo and self.demo.large is not False:
            run_screen.action_present()

    async def begin_again(self) -> None:
        """See PresentingApp."""
        from backprop_tui.core.training import start
        from backprop_tui.ui.screens.training import next_seed

        if self.run_screen:
            first = next_seed(self.run_screen.first.experiment)
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            await self.begin(start(first))

    def new_run_screen(self, first: "Snapshot") -> "RunScreen":
        """The screen of a run that begins at this snapshot."""
        from backprop_tui.ui.screens.run import RunScreen

        return RunScreen(first, self.speed, self.fps, self.starts_running, self.lessons, self.typed)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette lists: the command of every key of this screen, and the themes."""
        yield SystemCommand("theme", "Choose the colours.", self.action_change_theme)
        keys: tuple[Key, ...] = getattr(screen, "KEYS", ())
        for key in keys:
            action = partial(self.run_action, key.action, screen)
            yield SystemCommand(f"{key.short} ({key.shown})", key.sentence, action)

    def action_stop(self) -> None:
        """Stop, as ctrl+z has any program stop."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.stop(everyone=True)

    def on_failed(self, failed: Failed) -> None:
        """Remember, for the exit status, that a thread failed; the app goes on."""
        self.failure = self.failure or failed.failure

    def _handle_exception(self, error: Exception) -> None:
        """Textual's way out of an error nobody caught; the traceback goes to the log."""
        self.failure = self.failure or error
        logging.getLogger(__name__).critical("the app", exc_info=error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave, where Textual would fill the terminal with the traceback."""
        self._close_messages_no_wait()

    def on_terminal_driver_caught_up(self) -> None:
        """Draw what was not drawn while the terminal was behind."""
        self.refresh()

    def get_key_display(self, binding: Binding) -> str:
        """A key as the footer names it: in ASCII an arrow takes two cells, for < and > are other keys."""
        shown = super().get_key_display(binding)
        if not self.only_ascii:
            return shown
        from backprop_tui.ui.terminal.ascii import in_ascii

        return in_ascii(shown)

    def on_resize(self) -> None:
        """Another size, or back from being stopped: what the terminal shows is anyone's guess."""
        self.shown.forget()
        self.refresh()
        if self.run_screen:
            # Once it stands: a screen takes long to come and go, and a window that is dragged has many sizes.
            if self.settling:
                self.settling.stop()
            self.settling = self.set_timer(SETTLING_SECONDS, self.fit)

    def fit(self) -> None:
        """Cover everything with a notice while the terminal is too small for it."""
        size = self.size
        fits = size.width >= LEAST.width and size.height >= LEAST.height
        if fits and isinstance(self.screen, TooSmall):
            self.pop_screen()
        elif not fits and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall())

    def action_command_palette(self) -> None:
        """The palette, where there is room for it."""
        if not isinstance(self.screen, TooSmall):
            super().action_command_palette()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual's way to the terminal, narrowed to the cells that changed.

        It is closed while the terminal is behind, and to what was laid out for another size: both come again.
        """
        if is_behind(self):
            return
        if screen.size != self.size:
            self.shown.forget()
            return
        if not (self.shown.rows or self.is_headless) and isinstance(renderable, ChopsUpdate):
            self.refresh()  # the first thing to be shown is all of it
            return
        if isinstance(renderable, (LayoutUpdate, ChopsUpdate)):
            renderable = cast("RenderableType", ChangedCells(renderable, self.shown))
        super()._display(screen, renderable)
