"""Time that passes only when nothing is left to do: what an app does in it is the same on every machine."""

import asyncio
import selectors
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from textual import _parser, _time

from backprop_tui.ui.background import NAME

Result = TypeVar("Result")
LOOK_SECONDS = 0.005  # of real time, while a thread works


class _Waiting(selectors.DefaultSelector):
    """Where the event loop waits: not at all, the clock is put forward instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What has come; if nothing has, and no thread works that it may come from, the time is later."""
        while True:
            working = any(thread.name == NAME for thread in threading.enumerate())
            events = super().select(LOOK_SECONDS if working else 0)
            if events or not working:
                break
        if not events:
            if timeout is None:
                raise RuntimeError("nothing will ever happen again")
            self.now += timeout
        return events


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work, Textual's timers included, in time that begins at 0; what threads do takes none."""
    waiting = _Waiting()

    def loop() -> asyncio.AbstractEventLoop:
        made = asyncio.SelectorEventLoop(waiting)
        made.time = lambda: waiting.now  # type: ignore[method-assign]
        return made

    with _textual_goes_by(waiting), asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(work)


@contextmanager
def _textual_goes_by(waiting: _Waiting) -> Iterator[None]:
    """Textual asks its own clock, which the parser of what is typed has under a name of its own."""
    usual = _time.get_time
    for module in (_time, _parser):
        setattr(module, "get_time", lambda: waiting.now)  # noqa: B010
    try:
        yield
    finally:
        for module in (_time, _parser):
            setattr(module, "get_time", usual)  # noqa: B010
