"""The front end on the screen: opens the app, and leaves in the terminal what came of it."""

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote
from types import ModuleType
from typing import TYPE_CHECKING, TextIO, cast

from backprop_tui.core.files import shown, shown_path, state_folder
from backprop_tui.options import A_DEMOS, SPEED_LIMIT, played_with, writable_file
from backprop_tui.run_options import UsageError, as_typed, given_of, in_a_line, start_of
from backprop_tui.ui.terminal.environment import (
    is_in_browser,
    prepare,
    speaks_only_ascii,
    why_no_screen,
)

if TYPE_CHECKING:
    from backprop_tui.core.demo import Demo
    from backprop_tui.core.lessons import Lesson
    from backprop_tui.ui.app import BackpropApp
    from backprop_tui.ui.session import End

LONGEST_FAILURE = 150  # characters


def show(options: argparse.Namespace) -> int:
    """Open the app; returns the exit status."""
    _require_a_screen()
    prepare()
    _do_without_openssl()
    log = log_file(options)
    gc.disable()  # until the run is loaded: nothing of what is loaded is garbage, and looking costs a tenth
    try:
        app = app_of(options)
        from backprop_tui.ui.session import run

        app.note = app.note or _of_a_run_cut_short()
        end = run(app, log)
    finally:
        gc.enable()
    with suppress(OSError):  # where the terminal is gone there is nobody to tell
        if not is_in_browser():  # whose screen standard output is
            _tell(_result(app), app.only_ascii, sys.stdout)
        _tell(_of_the_end(end, log), app.only_ascii, sys.stderr)
    return end.status


def log_file(options: argparse.Namespace) -> Path:
    """Where warnings and errors go."""
    return writable_file(options.log, "--log") or state_folder() / "log"


def app_of(options: argparse.Namespace, kind: "type[BackpropApp] | None" = None) -> "BackpropApp":
    """The app as these options have it. UsageError names the one, or the file, that cannot be used.

    kind: of it, where it is no usual one.
    """
    # Where no option of the run is given none can be wrong, and the first paint need not wait for numpy.
    demo = _demo(options)
    first, note = start_of(options) if given_of(options) else (None, "")
    lessons = _lessons(options)
    from backprop_tui.ui.app import BackpropApp

    speed = options.speed or (SPEED_LIMIT if is_in_browser() else None)
    only_ascii = speaks_only_ascii() if options.ascii is None else options.ascii
    app = (kind or BackpropApp)(
        first, speed, options.fps, not options.paused, note, lessons, only_ascii, as_typed(options)
    )
    app.demo, app.loop = demo, options.loop
    if options.theme not in app.available_themes:
        raise UsageError(
            "--theme must be a theme that ctrl+p lists, such as backprop, textual-light or ansi-dark, "
            f"not {shown(options.theme)}"
        )
    app.theme = options.theme
    return app


def _do_without_openssl() -> None:
    """Have asyncio and numpy.random, which would load it in case, do without: 5 MB of memory a session."""
    for module in ("ssl", "_hashlib"):
        sys.modules.setdefault(module, cast("ModuleType", None))


def _tell(lines: Iterable[str], only_ascii: bool, stream: TextIO) -> None:
    """Leave these lines in the terminal."""
    for line in lines:
        if only_ascii:
            from backprop_tui.ui.terminal.ascii import in_ascii

            line = in_ascii(line)
        print(line, file=stream, flush=True)


def _result(app: "BackpropApp") -> Iterator[str]:
    """What was reached, and how to come there again."""
    if app.run_screen is not None:
        from backprop_tui.plain.summary import summary

        view = app.run_screen.view
        yield summary(view.snapshot, view.timeline.changes, app.run_screen.loaded)


def _of_the_end(end: "End", log: Path) -> Iterator[str]:
    """What is to be said of an end that nobody wished: where the run is kept; what went wrong inside."""
    if end.kept:
        yield f"backprop-tui: cut short; this run goes on with: {_to_go_on(end.kept)}"
    elif end.problem:
        yield f"backprop-tui: cut short, and the run could not be kept: {shown(end.problem)}"
    if end.failure:
        from backprop_tui.ui.background import in_a_line

        yield f"backprop-tui: an error of its own: {shown(in_a_line(end.failure), LONGEST_FAILURE)}"
        yield f"backprop-tui: where in the program is written in {shown_path(log)}"
        yield "backprop-tui: please report it, with the end of that file and what was pressed last"


def _of_a_run_cut_short() -> str:
    """What to say at the start of a run that was cut short before, where nobody may have seen it."""
    from backprop_tui.ui.keeping import untold_run

    kept = untold_run()
    return f"A run was cut short; to go on with it:\n{_to_go_on(kept)}" if kept else ""


def _to_go_on(kept: Path) -> str:
    return shown(f"backprop-tui --load {quote(str(kept))}", None)


def _lessons(options: argparse.Namespace) -> "tuple[Lesson, ...] | None":
    """The lessons with those of the file; None, to be read when they are looked at, where there is no file."""
    if options.lessons is None:
        return None
    from backprop_tui.core.files import BadFile
    from backprop_tui.core.lessons import lessons

    try:
        return lessons(Path(options.lessons))
    except BadFile as wrong:
        raise UsageError(str(wrong)) from None


def _demo(options: argparse.Namespace) -> "Demo | None":
    """The demo that is to be played; its options become those of the command line, for they belong to it."""
    if options.present is None:
        return None
    from backprop_tui.core.demo import demo

    if given_of(options):
        raise UsageError("--present cannot stand beside options of the run, for the demo brings its own")
    path = Path(options.present)
    with in_a_line({}):
        script = demo(path)
    played = played_with(script.options, shown(path.name))
    take_over(options, played)
    return script


def take_over(options: argparse.Namespace, played: argparse.Namespace) -> None:
    """Have the options of a demo be these, all of its run, and of the view those it says something of."""
    of_view = {name: getattr(played, name) for name in A_DEMOS if hasattr(played, name)}
    for name, value in (given_of(played) | of_view).items():
        setattr(options, name, value)


def _require_a_screen() -> None:
    """Errors are told on standard error; without a terminal there, or on one without a cursor, it is no use."""
    if is_in_browser():
        return
    if not os.isatty(2):
        raise UsageError(
            "standard error must be a terminal, as the app tells errors there; try `backprop-tui train`"
        )
    if reason := why_no_screen():
        raise UsageError(f"{reason}; try `backprop-tui train`")
