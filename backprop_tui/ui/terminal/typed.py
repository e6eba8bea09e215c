"""What is typed: bytes made messages, and no nonsense among them ends the app or makes it deaf."""

import codecs
import logging
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.events import Key
from textual.message import Message

MOST_WAITING = 200  # messages: a fifth of a second's work
QUIT = ("q", "ctrl+c", "ctrl+q")  # keys that come through where others are too many
PASTE, PASTED = b"\x1b[200~", b"\x1b[201~"
LONGEST_PASTE, PASTE_SECONDS = 4_000_000, 1.0  # bytes; a pause after which the rest of a paste will not come
ESCAPE_SECONDS = 0.1  # after which esc was a key, not the beginning of one


class Typed:
    """The bytes so far that make no whole message yet; hand is called with each message that is whole."""

    def __init__(self, hand: Callable[[Message], object], loop: AbstractEventLoop) -> None:
        self.hand, self.loop = hand, loop
        self.parser, self.decoder = XTermParser(), codecs.getincrementaldecoder("utf-8")("replace")
        self.pasting = 0  # bytes of a paste that has not ended
        self.pause = loop.call_later(0, self._paused)

    def take(self, typed: bytes) -> None:
        """Some more bytes."""
        try:
            for message in self.parser.feed(self.decoder.decode(typed)):
                self.hand(message)
        except Exception:
            # Whatever anyone types or pastes, it must not end the app.
            logging.getLogger(__name__).exception("typed: %r", typed[:80])
            self.parser = XTermParser()
        self.pasting = _pasting(self.pasting, typed)
        if self.pasting > LONGEST_PASTE:
            self._paused()
        self.pause.cancel()
        self.pause = self.loop.call_later(PASTE_SECONDS if self.pasting else ESCAPE_SECONDS, self._paused)

    def _paused(self) -> None:
        """Nothing more comes for now: esc was a key, and what was being pasted is given up."""
        if self.pasting:
            self.parser, self.pasting = XTermParser(), 0
        for message in self.parser.tick():
            self.hand(message)


def _pasting(before: int, typed: bytes) -> int:
    """How many bytes of a paste have come whose end has not."""
    begun, ended = typed.rfind(PASTE), typed.rfind(PASTED)
    if begun > ended:
        return len(typed) - begun
    return before + len(typed) if before and ended < 0 else 0


def is_too_much(message: Message, app: App[Any]) -> bool:
    """Whether this is more than anyone can have meant to type, by how many messages wait where keys go."""
    most = MOST_WAITING * 2 if isinstance(message, Key) and message.key in QUIT else MOST_WAITING
    stack = app.screen_stack if app.is_running else []
    pumps = [app, *stack[-1:], *(screen.focused for screen in stack[-1:] if screen.focused)]
    return sum(pump.message_queue_size for pump in pumps) > most
