"""Work in a thread that neither keeps the process alive nor takes the app down with it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Any

from textual.message import Message
from textual.screen import Screen

NAME = "background"  # of the threads


@dataclass
class Failed(Message):
    """What went wrong in the background."""

    failure: BaseException


def in_background(
    screen: Screen[Any], work: Callable[[], None], failed: Callable[[str], object], tidies: bool = False
) -> None:
    """Begin the work; whatever it raises is logged, and what to say of it given to failed, in the app's thread.

    tidies: when the app is left it stops soon and has something to put away, for which the process waits.
    """
    app = screen.app

    def run() -> None:
        try:
            work()
        except BaseException as failure:  # also those that would end a thread without a word
            if app.is_running:  # else there is nobody left to hand anything to
                logging.getLogger(__name__).critical("in the background", exc_info=failure)
                with suppress(Exception):
                    app.post_message(Failed(failure))
                    app.call_from_thread(failed, f"{in_a_line(failure)}; the log has more.")

    # Textual's context, by which a screen that is closed meanwhile still finds its app.
    Thread(target=copy_context().run, args=(run,), name=NAME, daemon=not tidies).start()


def in_a_line(failure: BaseException) -> str:
    """The kind of failure, and its message if it has one."""
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
