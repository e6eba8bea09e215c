"""The command line: picks a front end, which loads what it needs, and says in a line what went wrong."""

import argparse
import gc
import os
import sys

from backprop_tui.options import (
    LOG_LIMIT,
    UsageError,
    check_width,
    experiment_of,
    given_of,
    read,
    shown,
    whole_number,
    writable_file,
)


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
    # Where no option of the run is given none can be wrong, and the first paint need not wait for numpy.
    experiment = experiment_of(options) if given_of(options) else None

    gc.disable()  # until the run is loaded: nothing of what is loaded is garbage, and looking costs a tenth
    try:
        from backprop_tui.ui.app import BackpropApp

        app = BackpropApp(experiment, speed=options.speed, fps=options.fps, running=not options.paused)
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
        from backprop_tui import plain

        view = app.run_screen.view
        print(plain.summary(view.snapshot, view.timeline.changes))
    return 1 if app.return_code is None else app.return_code


def _train(options: argparse.Namespace, note: str = "") -> int:
    experiment = experiment_of(options)
    log_every = whole_number(options.log_every, "--log-every", LOG_LIMIT)
    save = None if options.save is None else writable_file(options.save)
    if note:
        print(f"backprop-tui: {note}", file=sys.stderr)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a Latin-1 terminal has no arrow

    from backprop_tui import plain

    return plain.train(experiment, log_every, options.json, save)


def _check(options: argparse.Namespace) -> int:
    experiment = experiment_of(options)
    at = whole_number(options.at, "--at", experiment.steps, least=0)
    width = check_width(options.width)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # as in _train

    from backprop_tui import plain

    return plain.check(experiment, at, width, options.json)


def _is_at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _require_a_screen() -> None:
    """Textual draws on standard error; without a terminal there, or on one without a cursor, it cannot."""
    if "TEXTUAL_DRIVER" in os.environ:
        return  # as in a browser, where the driver brings a screen of its own
    if not sys.stderr.isatty():
        raise UsageError("standard error must be a terminal, for the app draws there; try `backprop-tui train`")
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError("this terminal (TERM=dumb) cannot show the app; try `backprop-tui train`")
