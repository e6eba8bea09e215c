"""The terminal in the app's hands: what is typed, what is sent, and how it is taken and given back.

Textual's own driver reads and writes in threads: a terminal that takes no more bytes stops the whole
app, and one that is gone is not noticed. Here the event loop does both and never waits.
"""

import os
import signal
import termios
import threading
import tty
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize

from backprop_tui.ui.terminal.typed import Typed, is_too_much

# The alternate screen, clicks and drags (nothing here follows a free mouse), no cursor, pasted text marked, no
# wrapping; and a question: can whole frames be shown at once?
ENTER = b"\x1b[?1049h\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?25l\x1b[?2004h\x1b[?7l\x1b[?2026$p"
# All of it taken back. The screen is erased first, for terminals that have no other one.
LEAVE = (
    b"\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?25h\x1b[H\x1b[J\x1b[?1049l"
)
ABANDON = b"\x18"  # ends an escape sequence whose rest will not come

USUAL, LARGEST = (80, 24), (1_000, 400)  # sizes: where the terminal gives none; more would be nonsense
READ_AT_ONCE = 4_096  # bytes
TURN_SECONDS = 0.1  # that another signal has to come after the one that wakes a stopped process
GONE = 128 + signal.SIGHUP  # the status where the terminal is gone, whether a signal said so or not


class TerminalDriver(Driver):
    """Standard input's terminal, read and drawn on by the event loop."""

    class CaughtUp(Message):
        """The terminal, after it was behind, has taken all that was sent."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: Any = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # Opened anew: never waiting is a setting that the shell and its other programs would share.
        self.terminal = _opened()
        self.settings = termios.tcgetattr(self.terminal)
        self.unsent = b""
        self.is_taken = self.is_sending = self.is_behind = False

    def start_application_mode(self) -> None:
        """Take the terminal and begin to listen; in the background, stop until it is this process's turn."""
        if not self._is_in_foreground():
            signal.pthread_kill(threading.get_ident(), signal.SIGTTOU)
            self._loop.call_later(TURN_SECONDS, self._take_again)
            return
        with suppress(termios.error):
            termios.tcsetattr(self.terminal, termios.TCSANOW, _raw(self.settings))
        self.is_taken = True
        self.typed = Typed(self.process_message, self._loop)
        self._loop.add_reader(self.terminal, self._read)
        self._write(ENTER)
        self._tell_size()

    def obey(self, number: int) -> None:
        """Do what this signal asks for: another size, to stop, or to go on."""
        if number == signal.SIGTSTP:
            self.stop()
        elif number == signal.SIGCONT:
            self._loop.call_later(TURN_SECONDS, self._take_again)
        else:
            self._tell_size()

    def _take_again(self) -> None:
        """Back from being stopped, unless it was woken only to be ended."""
        if not self._app._exit:
            self.start_application_mode()

    def stop(self, everyone: bool = False) -> None:
        """Stop as any program does at ctrl+z, and have everyone stop who waits for this one.

        The terminal is given back before, and the stop is at once: the shell may have it go on at any time.
        """
        self.disable_input()
        self.give_back()
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        if everyone:  # in one call: one who stopped after the shell has woken the others would sleep on
            os.killpg(os.getpgrp(), signal.SIGTSTP)
        else:
            signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)
        # Also where nothing stopped, for there is no shell that could wake it.
        self._loop.call_later(TURN_SECONDS, self._take_again)

    def _tell_size(self) -> None:
        """Tell the app how large the terminal is, by the system's word alone."""
        width = height = 0
        with suppress(OSError):
            width, height = os.get_terminal_size(self.terminal)
        size = Size(min(width, LARGEST[0]), min(height, LARGEST[1])) if width * height else Size(*USUAL)
        self._size = size
        self.send_message(Resize(size, size))

    def _read(self) -> None:
        """Take in what was typed."""
        try:
            typed = os.read(self.terminal, READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            typed = b""
        if not typed:
            self._lose()
            return
        self.typed.take(typed)

    def process_message(self, message: Message) -> None:
        """Pass on what was typed, but for sizes (see _tell_size) and for too much of it."""
        if not isinstance(message, (InBandWindowResize, Resize)) and not is_too_much(message, self._app):
            super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand it to the app, whose thread this is."""
        self._app.post_message(message)

    def write(self, data: str) -> None:
        """Send it as soon as the terminal takes it."""
        self._write(data.encode(errors="replace"))

    def _write(self, data: bytes) -> None:
        if self.is_taken:
            self.unsent += data
            if not self.is_sending and not self.is_behind:
                self.is_sending = True
                self._loop.call_soon(self._send)

    def _send(self) -> None:
        """Send what the terminal takes now, and the rest when it takes more."""
        self.is_sending = False
        if not self.is_taken:
            return
        try:
            self.unsent = self.unsent[os.write(self.terminal, self.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._lose()
            return
        if self.unsent and not self.is_behind:
            self.is_behind = True
            self._loop.add_writer(self.terminal, self._send)
        elif self.is_behind and not self.unsent:
            self.is_behind = False
            self._loop.remove_writer(self.terminal)
            self.send_message(self.CaughtUp())

    def _lose(self) -> None:
        """The terminal is gone: leave it alone, and go."""
        self.is_taken = False
        self.disable_input()
        self._app.exit(return_code=GONE)

    def disable_input(self) -> None:
        """Listen no more."""
        self._loop.remove_reader(self.terminal)
        self._loop.remove_writer(self.terminal)
        self.is_behind = False

    def stop_application_mode(self) -> None:
        """Send what can be sent still, and give the terminal back."""
        self._send()
        self.give_back()

    def give_back(self) -> None:
        """Leave the terminal as it was found, without waiting for it; from any thread."""
        taken, self.is_taken = self.is_taken, False
        if not taken:
            return
        with suppress(OSError, termios.error):
            unsent, self.unsent = self.unsent, b""
            if self._is_in_foreground():
                termios.tcflush(self.terminal, termios.TCIOFLUSH if unsent else termios.TCIFLUSH)
                termios.tcsetattr(self.terminal, termios.TCSANOW, self.settings)
            os.write(self.terminal, ABANDON + LEAVE if unsent else LEAVE)

    def _is_in_foreground(self) -> bool:
        """Whether the terminal's settings are this process's to change, not the shell's."""
        try:
            return os.tcgetpgrp(self.terminal) == os.getpgrp()
        except OSError:
            return True  # no shell shares this terminal

    def close(self) -> None:
        """Let go of the terminal."""
        self.disable_input()
        self.give_back()  # Textual does not ask for it where taking it failed half-way
        os.close(self.terminal)


def _opened() -> int:
    """Standard input's terminal; or, where it belongs to someone else (after su), this session's."""
    flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK
    try:
        return os.open(os.ttyname(0), flags)
    except OSError:
        return os.open("/dev/tty", flags)


def is_behind(app: App[Any]) -> bool:
    """Whether this app's terminal has not taken yet all that was sent."""
    return isinstance(app._driver, TerminalDriver) and app._driver.is_behind


def _raw(settings: list[Any]) -> list[Any]:
    """The settings with every key handed over as it is, none echoed, none read as a signal."""
    raw = settings[:]
    raw[tty.IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    raw[tty.CC] = settings[tty.CC][:]
    raw[tty.CC][termios.VMIN], raw[tty.CC][termios.VTIME] = 1, 0
    return raw
