"""Signals that end the app: obeyed within seconds, whatever the event loop is doing, the terminal given back.

A thread waits for them. A handler would have to wait for the event loop or for the interpreter's
main thread, and either may be at work on something long.
"""

import os
import signal
from collections.abc import Callable
from threading import Thread

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
GRACE_SECONDS = 2.0  # for leaving in order


def held() -> set[signal.Signals]:
    """Hold back the signals that end the app, for this thread and all that it starts from now on.

    Those that were ignored, as nohup has it, stay so. Returns the others, for the guard.
    """
    watched = {number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN}
    signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    return watched


def guard(
    watched: set[signal.Signals],
    leave: Callable[[int], object],
    give_back: Callable[[], object],
    keep: Callable[[], object],
    seconds: float,
) -> None:
    """From now on a signal that is held asks to leave with 128 + its number.

    Where that takes too long, and at a second signal, the process ends at once. give_back leaves the
    terminal in order, from the guard's thread. keep is called before leaving, and every so many seconds
    until then.
    """

    def watch() -> None:
        while (received := signal.sigtimedwait(watched, seconds)) is None:
            keep()
        status = 128 + received.si_signo
        keep()
        leave(status)
        signal.sigtimedwait(watched, GRACE_SECONDS)
        give_back()
        os._exit(status)

    Thread(target=watch, name="guard", daemon=True).start()
