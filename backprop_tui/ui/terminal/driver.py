"""The terminal in the app's hands: what is typed, what is sent, and how it is taken and given back.

Textual's own driver reads and writes in threads: a terminal that takes no more bytes stops the whole
app, and one that is gone is not noticed. Here the event loop does both and never waits.
"""

import codecs
import logging
import os
import signal
import termios
import threading
import tty
from contextlib import suppress
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.events import InputEvent, Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize

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
MOST_WAITING = 200  # messages: a fifth of a second's work
QUIT = ("q", "ctrl+c", "ctrl+q")  # keys that are never too many
PASTE, PASTED = b"\x1b[200~", b"\x1b[201~"
LONGEST_PASTE, PASTE_SECONDS = 4_000_000, 1.0  # bytes; a pause after which the rest of a paste will not come
TURN_SECONDS = 0.1  # that another signal has to come after the one that wakes a stopped process
ESCAPE_SECONDS = 0.1  # after which esc was a key, not the beginning of one
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
        self.pasting = 0
        self.parser, self.decoder = XTermParser(), codecs.getincrementaldecoder("utf-8")("replace")
        self.escape = self._loop.call_later(0, self._tick)
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
        ours = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        if everyone:
            os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
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
        try:
            for message in self.parser.feed(self.decoder.decode(typed)):
                self.process_message(message)
        except Exception:
            # Whatever anyone types or pastes, it must not end the app.
            logging.getLogger(__name__).exception("typed: %r", typed[:80])
            self.parser = XTermParser()
        self._follow_paste(typed)
        self.escape.cancel()
        self.escape = self._loop.call_later(PASTE_SECONDS if self.pasting else ESCAPE_SECONDS, self._tick)

    def _follow_paste(self, typed: bytes) -> None:
        """How many bytes of a paste have come whose end has not."""
        begun, ended = typed.rfind(PASTE), typed.rfind(PASTED)
        if begun > ended:
            self.pasting = len(typed) - begun
        elif ended >= 0:
            self.pasting = 0
        elif self.pasting:
            self.pasting += len(typed)
        if self.pasting > LONGEST_PASTE:
            self._tick()

    def _tick(self) -> None:
        if self.pasting:
            self.parser, self.pasting = XTermParser(), 0
        for message in self.parser.tick():
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Pass on what was typed, but for sizes (see _tell_size) and more keys than anyone can have meant."""
        is_size = isinstance(message, (InBandWindowResize, Resize))
        is_quit = isinstance(message, Key) and message.key in QUIT
        too_many = isinstance(message, InputEvent) and not is_quit and self._waiting() > MOST_WAITING
        if not is_size and not too_many:
            super().process_message(message)

    def _waiting(self) -> int:
        """How many messages wait where keys go."""
        stack = self._app.screen_stack if self._app.is_running else []
        pumps = [self._app, *stack[-1:], *(screen.focused for screen in stack[-1:] if screen.focused)]
        return sum(pump.message_queue_size for pump in pumps)

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
