"""The app's end of a session in a browser: as Textual has it, without files, and ended with its server."""

import os
import select
import threading
from asyncio import TimerHandle
from contextlib import suppress
from typing import Any

from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus, Resize
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize

from backprop_tui.ui.terminal.typed import Typed, is_too_much

READ_AT_ONCE = 4_096  # bytes
SIZE_SECONDS = 0.05  # for the last of several sizes: each draws the whole screen anew
LEAVE_SECONDS = 2.0  # after which what has not left is ended


class BrowserDriver(WebDriver):
    """Speaks over standard input and output with the server that started this process.

    Textual's own has a thread that takes all there is, and the end only after it. Here the event loop reads.
    """

    resizing: TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Begin; as the window in use, whether it is or not: Textual shows no keys in another."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())
        self.typed, self.packets = Typed(self.process_message, self._loop), ByteStream()
        self.ended = select.poll()
        self.ended.register(0, 0)  # which is: for the other end's closing alone
        self._loop.add_reader(0, self._read)

    def run_input_thread(self) -> None:
        """Nothing: the event loop reads."""

    def _read(self) -> None:
        """Take in what came; once nothing more can, leave, whatever is still to be read."""
        taken = b"" if self.ended.poll(0) else os.read(0, READ_AT_ONCE)
        if not taken:
            self._leave()
            return
        for kind, payload in self.packets.feed(taken):
            if kind == "D":
                self.typed.take(payload)
            else:
                self._on_meta(kind, payload)

    def _leave(self) -> None:
        self._loop.remove_reader(0)
        last = threading.Timer(LEAVE_SECONDS, os._exit, [1])
        last.daemon = True  # it does not keep what has left
        last.start()
        self._app.exit()

    def process_message(self, message: Message) -> None:
        """Pass on what was typed, but for sizes, which the server alone says, and for too much of it."""
        if not isinstance(message, (InBandWindowResize, Resize)) and not is_too_much(message, self._app):
            super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand it to the app, whose thread this is."""
        self._app.post_message(message)

    def on_meta(self, packet_type: str, payload: dict[str, Any]) -> None:
        """Take the size that the browser has now, the only thing there is to be told."""
        if packet_type == "resize":
            self._size = (payload["width"], payload["height"])
            if self.resizing:
                self.resizing.cancel()
            self.resizing = self._loop.call_later(SIZE_SECONDS, self._resize, Size(*self._size))

    def _resize(self, size: Size) -> None:
        self.send_message(Resize(size, size))

    def write(self, data: str) -> None:
        """Send this to the screen; where nobody reads it, leave it."""
        with suppress(OSError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Tell the server that the app is left; it knows when nobody reads that."""
        with suppress(OSError):
            super().write_meta(data)

    def disable_input(self) -> None:
        """Listen no more."""
        self._loop.remove_reader(0)

    def deliver_binary(self, *_: Any, **__: Any) -> None:
        """Nothing: no file goes through the browser."""

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Nothing: the browser is sent nowhere."""
