"""The command line: picks a front end, which loads what it needs, and says in a line what went wrong."""

import argparse
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from backprop_tui.core.files import shown, shown_path
from backprop_tui.on_screen import app_of, show, take_over
from backprop_tui.options import (
    LOG_LIMIT,
    all_parsers,
    check_width,
    played_with,
    read,
    whole_number,
    writable_file,
    writable_folder,
)
from backprop_tui.run_options import FILES, UsageError, in_a_line, start_of
from backprop_tui.sweep_options import sweep_of

TOUR = Path(__file__).parent / "recording" / "tour.toml"
LONGEST_LINE = 200  # characters


def main(arguments: list[str] | None = None) -> int:
    """Run backprop-tui with these arguments, by default the process's own; returns the exit status."""
    # The matrices are too small for BLAS threads to help, and starting them takes 80 ms and memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_what_is_closed()
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as it is while this is being loaded
            signal.signal(signal.SIGINT, signal.default_int_handler)
        options = read(sys.argv[1:] if arguments is None else arguments)
        if options.command:
            return COMMANDS[options.command](options)
        if _is_at_a_terminal():
            return show(options)
        if options.present is not None or options.loop is not None:
            raise UsageError("--present and --loop need a terminal; `backprop-tui record` plays a demo without")
        return _train(options, "no terminal here, so this prints what `backprop-tui train` does.")
    except UsageError as mistake:
        _complain(str(mistake))
        return 2
    except BrokenPipeError:
        # Whoever read has gone (| head); without this Python complains again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as failure:
        where = shown_path(Path(failure.filename)) if failure.filename else "the output could not be written"
        _complain(f"{failure.strerror}: {where}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt as ended:
        return 128 + (ended.args[0] if ended.args else signal.SIGINT)


def _complain(line: str) -> None:
    with suppress(OSError):  # where that cannot be written either, the status says it
        print(shown(f"backprop-tui: {line}", LONGEST_LINE), file=sys.stderr)


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


def _script(options: argparse.Namespace) -> int:
    first, said = start_of(options)
    out = writable_file(options.out, "--out")
    _refuse_to_overwrite({"--out": out}, options)
    if said:
        print(f"backprop-tui: {said}", file=sys.stderr)
    _print_what_can_be()

    from backprop_tui.core.script import NoScript
    from backprop_tui.plain.script import write_script

    try:
        return write_script(first, out)
    except NoScript as why:
        raise UsageError(str(why)) from None


def _problems(options: argparse.Namespace) -> int:
    _print_what_can_be()
    from backprop_tui.plain.problems import problems

    return problems(options.json)


def _completion(options: argparse.Namespace) -> int:
    _print_what_can_be()
    from backprop_tui.names import NAMES
    from backprop_tui.plain.completion import completion

    print(completion(options.shell, all_parsers()[0], NAMES), end="", flush=True)
    return 0


def _record(options: argparse.Namespace) -> int:
    from backprop_tui.core.demo import demo
    from backprop_tui.recording.record import MissingExtra, NotConverted, record

    asked = {"--gif": options.gif, "--animated-svg": options.animated_svg}
    converted = {name: path for name, text in asked.items() if (path := writable_file(text, name))}
    out, pictures = writable_file(options.out, "--out"), writable_folder(options.svg, "--svg")
    if not (out or pictures or converted):
        raise UsageError("record needs --out FILE.cast, --svg DIR, --gif FILE.gif or --animated-svg FILE.svg")
    path = Path(options.demo) if options.demo else TOUR
    _refuse_to_overwrite({"--out": out, **converted, "the demo": path}, options)
    with in_a_line({}):
        script = demo(path)
    played = read([])
    take_over(played, played_with(script.options, shown(path.name)))
    played.fps, played.ascii = script.fps, bool(played.ascii)
    _print_what_can_be()
    try:
        with in_a_line({}):
            return record(script, out, pictures, converted, lambda kind: app_of(played, kind))
    except MissingExtra as missing:
        raise UsageError(str(missing)) from None
    except NotConverted as failure:
        _complain(str(failure))
        return 1


def _serve(options: argparse.Namespace) -> int:
    from backprop_tui.serve import serve

    return serve(options)


def _print_what_can_be() -> None:
    """A Latin-1 terminal has no arrow: it gets a question mark. And a signal ends a run as ctrl+c does."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


COMMANDS = {
    "train": _train,
    "check": _check,
    "sweep": _sweep,
    "script": _script,
    "problems": _problems,
    "record": _record,
    "serve": _serve,
    "completion": _completion,
}


def _is_at_a_terminal() -> bool:
    return "TEXTUAL_DRIVER" in os.environ or (os.isatty(0) and os.isatty(1))


def _open_what_is_closed() -> None:
    """A standard stream that was closed: the next file opened must not be taken for it.

    Nothing is read from there and writing fails, but for standard error's, of which nothing depends.
    """
    for descriptor, access in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, access)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
