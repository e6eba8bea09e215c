"""What is for an audience: a bar that tells what is going on and which key was pressed, and large figures."""

from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.events import Event, Key
from textual.screen import Screen

from backprop_tui.ui.panels.presenter_bar import PresenterBar


class PresentingApp(App[None]):
    """An app that can be presented: `say` what the audience is to read, `press` for a script."""

    caption, pressed = "", ""
    has_bar = False

    def say(self, caption: str) -> None:
        """Write this in the bar, which is shown from then on."""
        self.caption = caption
        self.show_bar(True)

    def press(self, sent: str) -> None:
        """What a terminal would have sent for a key."""
        self._driver.typed.take(sent.encode())  # type: ignore[union-attr]

    def lines_shown(self) -> list[str]:
        """What stands on the screen, line by line."""
        return [strip.text for strip in self.screen._compositor.render_strips()]

    def show_bar(self, has_bar: bool) -> None:
        """Show the bar on every screen, or take it away."""
        self.has_bar = has_bar
        for screen in self.screen_stack:
            self._fit_bar(screen)

    def push_screen(self, screen: Any, *arguments: Any, **options: Any) -> Any:
        """Textual's; what is put over the others has the bar as well."""
        pushed = super().push_screen(screen, *arguments, **options)
        if self.has_bar:
            self.screen.call_later(self._fit_bar, self.screen)
        return pushed

    def _fit_bar(self, screen: Screen[Any]) -> None:
        bars = screen.query(PresenterBar)
        if self.has_bar and not bars:
            screen.mount(PresenterBar(self.caption, self.pressed))
        elif not self.has_bar:
            bars.remove()
        for bar in bars:
            bar.tell(self.caption, self.pressed)

    async def on_event(self, event: Event) -> None:
        """Textual's; a key is told in the bar before it is obeyed."""
        if isinstance(event, Key) and self.has_bar:
            self.pressed = self._in_words(event)
            self.show_bar(True)
        await super().on_event(event)

    def _in_words(self, key: Key) -> str:
        """The key as people call it, and what it does here."""
        for known in getattr(self.screen, "KEYS", ()):
            if key.key in known.keys.split(","):
                return f"{known.shown} {known.short}"
        return key.character if key.is_printable and key.character else key.key
