"""What is for an audience: a bar with a caption and the last key, a demo, and one run after the other."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.events import Event, Key
from textual.screen import Screen

from backprop_tui.ui.panels.presenter_bar import HEIGHT, PresenterBar
from backprop_tui.ui.screens.frame import TooSmall

if TYPE_CHECKING:
    from backprop_tui.core.demo import Act, Demo
    from backprop_tui.core.training import Snapshot
    from backprop_tui.ui.screens.run import RunScreen

HOLD = "G"
HELD = f"Held: {HOLD} lets the demo go on. "
LOOK_SECONDS = 0.25
STUCK_SECONDS = 15.0  # that it is said why a demo cannot go on
SHORT = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


class PresentingApp(App[None]):
    """An app that can be presented: `say` what the audience is to read, `press` for a script.

    demo: what is to be played. loop: so many seconds after it, or after a run, the next seed begins.
    """

    run_screen: "RunScreen | None" = None
    demo: "Demo | None" = None
    loop: float | None = None
    act: "Act | None" = None  # the one that is played
    goal: int | None = None  # a step that is to be seen
    caption, pressed = "", ""
    has_bar = False
    is_held = False
    scripted = 0  # keys that a script has pressed and that have not arrived yet

    @property
    def snapshot(self) -> "Snapshot | None":
        """The moment of the run on the screen; None before there is one."""
        return self.run_screen.snapshot if self.run_screen else None

    def say(self, caption: str) -> None:
        """Write this in the bar, which is shown from then on."""
        self.caption = caption
        self.show_bar(True)

    def press(self, sent: str) -> None:
        """What a terminal would have sent for a key."""
        self.scripted += 1
        cast("Any", self._driver).typed.take(sent.encode())

    def lines_shown(self) -> list[str]:
        """What stands on the screen, line by line, but for the bar."""
        lines = [strip.text for strip in self.screen._compositor.render_strips()]
        return lines[:-HEIGHT] if self.has_bar else lines

    def show_bar(self, has_bar: bool) -> None:
        """Show the bar on every screen, or take it away, but not from a demo that is played."""
        self.has_bar = has_bar or self.act is not None
        for screen in self.screen_stack:
            self._fit_bar(screen)

    def push_screen(self, screen: Any, *arguments: Any, **options: Any) -> Any:
        """Textual's; what is put over the others has the bar as well."""
        pushed = super().push_screen(screen, *arguments, **options)
        if self.has_bar:
            self.screen.call_later(self._fit_bar, self.screen)
        return pushed

    def _fit_bar(self, screen: Screen[Any]) -> None:
        if isinstance(screen, TooSmall):
            return
        screen.set_class(self.has_bar, "-has-bar")
        bars = screen.query(PresenterBar)
        caption = (HELD if self.is_held else "") + self.caption
        if self.has_bar and not bars:
            screen.mount(PresenterBar(caption, self.pressed))
        elif not self.has_bar:
            bars.remove()
        for bar in bars:
            bar.tell(caption, self.pressed)

    async def on_event(self, event: Event) -> None:
        """Textual's; a key is told in the bar before it is obeyed."""
        if isinstance(event, Key) and self.is_held and event.key == HOLD:  # in a field too, where it is text
            self.action_hold_demo()
            return
        if isinstance(event, Key) and not event.is_forwarded:
            self.pressed = self._in_words(event)
            # A key of one's own holds a demo: two that press keys would get in each other's way.
            if self.demo and not self.scripted and event.key != HOLD:
                self.is_held = True
            self.scripted = max(self.scripted - 1, 0)
            if self.has_bar:
                self.show_bar(True)
        await super().on_event(event)

    def _in_words(self, key: Key) -> str:
        """The key as people call it, and what it does here."""
        for known in getattr(self.screen, "KEYS", ()):
            if key.key in known.keys.split(","):
                return f"{known.shown} {known.short}"
        return key.character if key.is_printable and key.character else SHORT.get(key.key, key.key)

    def action_hold_demo(self) -> None:
        """Hold the demo that is played, or let it go on."""
        if self.demo:
            self.is_held = not self.is_held
            self.show_bar(True)
        elif self.run_screen:
            self.run_screen.tell("No demo is being played: --present plays one.")

    def begin_presenting(self) -> None:
        """Play the demo if there is one; else watch for the end of each run, where another is to follow."""
        if self.demo:
            self._present(self._play(self.demo))
        elif self.loop:
            self._present(self._run_after_run(self.loop))

    def _present(self, work: Coroutine[Any, Any, None]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and isinstance(failure := task.exception(), Exception):
                self._handle_exception(failure)

        self.presenting = asyncio.create_task(work)
        self.presenting.add_done_callback(ended)

    async def _play(self, demo: "Demo") -> None:
        from backprop_tui.core.files import BadFile
        from backprop_tui.ui.playing import play

        while self.run_screen:
            try:
                await play(self, demo, self._sleep, lambda name: None)
            except BadFile as stuck:
                self.run_screen.tell(str(stuck), STUCK_SECONDS)
            if not self.loop:
                self.demo = self.act = None
                return
            await self._sleep(self.loop)
            await self.begin_again()

    async def begin_again(self) -> None:
        """Everything as it began, but for the seed, which is the next."""
        raise NotImplementedError

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while self.is_held:
            await asyncio.sleep(LOOK_SECONDS)

    async def _run_after_run(self, seconds: float) -> None:
        since = None
        clock = asyncio.get_running_loop()
        while self.run_screen:
            await asyncio.sleep(LOOK_SECONDS)
            is_over = self.run_screen.is_over and self.screen is self.run_screen
            since = (since or clock.time()) if is_over else None
            if since and clock.time() - since >= seconds:
                self.run_screen.begin_next()
                since = None
