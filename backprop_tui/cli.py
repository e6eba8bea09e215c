"""The command line: picks a front end, which loads what it needs, and says in a line what went wrong."""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_tui.core.files import shown
from backprop_tui.options import LOG_LIMIT, check_width, read, whole_number, writable_file
from backprop_tui.run_options import FILES, UsageError, as_typed, given_of, start_of
from backprop_tui.sweep_options import sweep_of
from backprop_tui.ui.terminal.environment import prepare, speaks_only_ascii, why_no_screen

if TYPE_CHECKING:
    from backprop_tui.core.lessons import Lesson


def main(arguments: list[str] | None = None) -> int:
    """Run backprop-tui with these arguments, by default the process's own; returns the exit status."""
    # The matrices are too small for BLAS threads to help, and starting them takes 80 ms and memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        options = read(sys.argv[1:] if arguments is None else arguments)
        if options.command == "train":
            return _train(options)
        if options.command == "check":
            return _check(options)
        if options.command == "sweep":
            return _sweep(options)
        if options.command == "problems":
            return _problems(options)
        if _is_at_a_terminal():
            return _app(options)
        return _train(options, "no terminal here, so this prints what `backprop-tui train` does.")
    except UsageError as mistake:
        print(f"backprop-tui: {mistake}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read has gone (| head); without this Python complains again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as failure:
        print(f"backprop-tui: {failure.strerror}: the output could not be written", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _app(options: argparse.Namespace) -> int:
    """Open the app and, after it, leave a line in the terminal that says what was reached."""
    _require_a_screen()
    prepare()
    # Where no option of the run is given none can be wrong, and the first paint need not wait for numpy.
    first, note = start_of(options) if given_of(options) else (None, "")
    lessons = _lessons(options)

    gc.disable()  # until the run is loaded: nothing of what is loaded is garbage, and looking costs a tenth
    try:
        from backprop_tui.ui.app import BackpropApp

        only_ascii = speaks_only_ascii() if options.ascii is None else options.ascii
        app = BackpropApp(first, options.speed, options.fps, not options.paused, note, lessons, only_ascii)
        if options.theme not in app.available_themes:
            raise UsageError(
                "--theme must be a theme that ctrl+p lists, such as backprop, textual-light or ansi-dark, "
                f"not {shown(options.theme)}"
            )
        app.theme = options.theme
        app.run()
    finally:
        gc.enable()
    if app.return_code == 0 and app.run_screen is not None:
        from backprop_tui.plain.summary import summary

        view = app.run_screen.view
        loaded = (as_typed(options), first.experiment) if first and view.timeline.first else None
        left = summary(view.snapshot, view.timeline.changes, loaded)
        if only_ascii:
            from backprop_tui.ui.terminal.ascii import in_ascii

            left = in_ascii(left)
        print(left)
    return 1 if app.return_code is None else app.return_code


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


def _train(options: argparse.Namespace, note: str = "") -> int:
    first, said = start_of(options)
    log_every = whole_number(options.log_every, "--log-every", LOG_LIMIT)
    save = writable_file(options.save, "--save")
    history = writable_file(options.history, "--history")
    _refuse_to_overwrite({"--save": save, "--history": history}, options)
    for each in filter(None, (note, said)):
        print(f"backprop-tui: {each}", file=sys.stderr)
    _print_what_can_be()

    from backprop_tui.plain.train import train

    return train(first, log_every, options.json, save, history)


def _refuse_to_overwrite(written: dict[str, Path | None], options: argparse.Namespace) -> None:
    """No file that is written may be one that is read or written otherwise; a saved run may be saved again."""
    files = [(option, path) for option, path in written.items() if path]
    files += [(f"--{name}", Path(getattr(options, name))) for name in FILES if name in options]
    for at, (option, path) in enumerate(files):
        for other, another in files[at + 1 :]:
            if path.resolve() == another.resolve() and (option, other) != ("--save", "--load"):
                raise UsageError(f"{option} must be another file than {other}")


def _check(options: argparse.Namespace) -> int:
    first, _ = start_of(options)
    last = first.experiment.steps
    at = first.step if options.at is None else whole_number(options.at, "--at", last, least=first.step)
    width = check_width(options.width)
    _print_what_can_be()

    from backprop_tui.plain.check import check

    return check(first, at, width, options.json)


def _sweep(options: argparse.Namespace) -> int:
    asked = sweep_of(options)
    csv = writable_file(options.csv, "--csv")
    _refuse_to_overwrite({"--csv": csv}, options)
    if asked.note:
        print(f"backprop-tui: {asked.note}", file=sys.stderr)
    _print_what_can_be()

    from backprop_tui.plain.sweep import sweep

    return sweep(asked.experiments, asked.seeds, asked.threads, options.json, csv)


def _problems(options: argparse.Namespace) -> int:
    _print_what_can_be()
    from backprop_tui.plain.problems import problems

    return problems(options.json)


def _print_what_can_be() -> None:
    """A Latin-1 terminal has no arrow: it gets a question mark."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]


def _is_at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _require_a_screen() -> None:
    """Textual draws on standard error; without a terminal there, or on one without a cursor, it cannot."""
    if "TEXTUAL_DRIVER" in os.environ:
        return  # as in a browser, where the driver brings a screen of its own
    if not sys.stderr.isatty():
        raise UsageError("standard error must be a terminal, for the app draws there; try `backprop-tui train`")
    if reason := why_no_screen():
        raise UsageError(f"{reason}; try `backprop-tui train`")
