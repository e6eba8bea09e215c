"""The app's end of a session in a browser: as Textual has it, without files, and ended with its server."""

from contextlib import suppress
from typing import Any

from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus


class BrowserDriver(WebDriver):
    """Speaks over standard input and output with the server that started this process."""

    def start_application_mode(self) -> None:
        """Begin; as the window in use, whether it is or not: Textual shows no keys in another."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())

    def write(self, data: str) -> None:
        """Send this to the screen; where nobody reads it, leave it."""
        with suppress(OSError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Tell the server that the app is left; it knows when nobody reads that."""
        with suppress(OSError):
            super().write_meta(data)

    def run_input_thread(self) -> None:
        """Take in what comes, and leave the app once nothing more can."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._app.exit)

    def deliver_binary(self, *_: Any, **__: Any) -> None:
        """Nothing: no file goes through the browser."""

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Nothing: the browser is sent nowhere."""
