"""The app on a real terminal, from taking it to giving it back, whatever happens between."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, cast

from backprop_tui.ui import log
from backprop_tui.ui.app import BackpropApp
from backprop_tui.ui.keeping import KEEP_SECONDS, KeptRun
from backprop_tui.ui.terminal.driver import TerminalDriver
from backprop_tui.ui.terminal.environment import is_in_browser
from backprop_tui.ui.terminal.guard import guard


class End(NamedTuple):
    """How it ended: the exit status, what went wrong inside if anything did, the file of a run cut short.

    problem: why there is no such file.
    """

    status: int
    failure: BaseException | None
    kept: Path | None
    problem: str


def run(app: BackpropApp, log_file: Path) -> End:
    """Run the app until it is left, by a key, a signal, a failure or the loss of its terminal."""
    kept = KeptRun()
    try:
        if is_in_browser():  # the screen and its signals are someone else's
            log.begin(log_file)
            app.run()
        else:
            _run_on_terminal(app, kept, log_file)
    except Exception as failure:
        logging.getLogger(__name__).critical("the app", exc_info=failure)
        app.failure = app.failure or failure
    status = 1 if app.return_code is None else app.return_code  # without one, nobody asked it to end
    if app.failure and not status:
        status = 1
    # In a browser there would be nobody who can come to the file.
    kept.keep(app.snapshot) if status and not is_in_browser() else kept.forget()
    return End(status, app.failure, kept.path if kept.snapshot else None, kept.problem)


def _run_on_terminal(app: BackpropApp, kept: KeptRun, log_file: Path) -> None:
    log.begin(log_file)
    app.driver_class = TerminalDriver
    # Textual would drop what is printed; this way it goes where everything else goes.
    app._capture_stdout, app._capture_stderr = cast(Any, sys.stdout), cast(Any, sys.stderr)
    with log.diverted():
        asyncio.run(_run_guarded(app, kept))


async def _run_guarded(app: BackpropApp, kept: KeptRun) -> None:
    loop = asyncio.get_running_loop()

    def in_loop(action: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(action)

    def leave(status: int) -> None:
        in_loop(partial(app.exit, return_code=status))

    def others(number: int) -> None:
        if isinstance(app._driver, TerminalDriver):
            in_loop(partial(app._driver.obey, number))

    def give_back() -> None:
        if isinstance(app._driver, TerminalDriver):
            app._driver.give_back()

    def keep_on() -> None:
        while True:
            time.sleep(KEEP_SECONDS)
            kept.keep(app.snapshot)

    Thread(target=keep_on, name="keep", daemon=True).start()
    guard(leave, give_back, others, lambda: kept.keep(app.snapshot))
    await app.run_async()
