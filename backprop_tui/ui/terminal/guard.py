"""Signals, obeyed within seconds whatever the event loop is doing, and the terminal given back.

A thread waits for them: a handler would wait for the event loop or for the interpreter's main thread,
and either may be at work on something long.
"""

import os
import select
import signal
import time
from collections.abc import Callable
from threading import Thread
from types import FrameType

ENDING = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT),
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGXCPU),
)
OTHERS = (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT)
GRACE_SECONDS = 2.0  # for leaving in order


def guard(
    leave: Callable[[int], object],
    give_back: Callable[[], object],
    others: Callable[[int], object],
    keep: Callable[[], object],
) -> None:
    """From now on a signal that ends a program asks to leave, with 128 + its number, and has the run kept.

    Where that takes too long, and at a second such signal, the process ends at once; give_back leaves the
    terminal in order then. others is called with the signals of a terminal. None of these is called from
    the main thread. A signal that was ignored, as nohup has it, stays so.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    # Whichever thread a signal interrupts, its number is written there, without the interpreter's help.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (*ENDING, *OTHERS):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, nothing)

    def ending(until: float | None = None) -> int:
        """The first of the ending signals, 0 if none has come by then."""
        while select.select([reading], [], [], None if until is None else max(until - time.monotonic(), 0))[0]:
            (number,) = os.read(reading, 1)
            if number in ENDING:
                return number
            others(number)
        return 0

    def watch() -> None:
        number = ending()
        leave(128 + number)
        Thread(target=keep, daemon=True).start()  # a disk that hangs does not keep anyone here
        ending(time.monotonic() + GRACE_SECONDS)
        give_back()
        os._exit(128 + number)

    Thread(target=watch, name="guard", daemon=True).start()


def nothing(number: int, frame: FrameType | None) -> None:
    """What the interpreter does at a signal: it is the guard's."""
