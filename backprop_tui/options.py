"""The options of the command line: what there is, and what was given, read into values."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from backprop_tui import __version__
from backprop_tui.core.files import shown
from backprop_tui.core.settings import number, option
from backprop_tui.run_options import RUN_OPTIONS, UsageError, as_given

SPEED_LIMIT, FRAMES_LIMIT, LOG_LIMIT, LOOP_LIMIT = 3_000, 60, 1_000_000_000, 3_600
LEAST_WIDTH = 1e-12
A_DEMOS = ("speed", "paused", "theme", "ascii", "lessons")  # options of the view that a demo may bring along
NOT_A_DEMOS = {"-h", "--help", "--version", "--present", "--loop", "--log", "--fps"}
SEVERAL = {  # what `sweep` takes more than one value of; and what it refuses, to say why
    "hidden_sizes": ("UNITS", "units in the hidden layer; 0-8 is each of these; 4,3 is two layers (4)"),
    "learning_rate": ("RATES", "size of a step along the gradient; 0.1,0.5,2 is each of these (0.5)"),
    "load": ("FILE.npz", argparse.SUPPRESS),
}


class Parser(argparse.ArgumentParser):
    """argparse, with one clear line for a mistake in place of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Raise the message as a UsageError, which argparse has put the words into as they were typed."""
        raise UsageError(shown(message, None))


def read(arguments: list[str]) -> argparse.Namespace:
    """The options of these arguments, those of the view checked; the run's are the Experiment's to check."""
    parser, *_ = parsers = all_parsers()
    known = {option for each in parsers for option in each._option_string_actions}
    for word in arguments:
        name, _, value = word.partition("=")
        # argparse would take the word after a mistyped option for a command, and complain of that.
        if word.startswith("--") and name not in known:
            raise UsageError(f"there is no option {shown(word)}; see backprop-tui --help")
        if name in known and value == "--":  # of which argparse makes an empty list
            raise UsageError(f"{name} must have a value, not --")
    options = parser.parse_args(arguments)
    fast = options.speed == "max"
    options.speed = None if fast else whole_number(options.speed, "--speed", SPEED_LIMIT, ", or max")
    options.fps = whole_number(options.fps, "--fps", FRAMES_LIMIT)
    if options.loop is not None:
        options.loop = whole_number(options.loop, "--loop", LOOP_LIMIT)
    return options


def played_with(words: tuple[str, ...], place: str) -> argparse.Namespace:
    """The options that a demo brings along, those of the view only where it says so.

    place: its file, for what is wrong with them.
    """
    names = {word.partition("=")[0] for word in words}
    try:
        played = None if names & NOT_A_DEMOS else read([*words])
    except UsageError as wrong:
        raise UsageError(f"{place}: options: {wrong}") from None
    if played is None or played.command:
        allowed = ", ".join(f"--{name}" for name in A_DEMOS)
        raise UsageError(f"{place}: options must be those of a run, or {allowed}")
    for name in A_DEMOS:
        if f"--{name}" not in names and f"--no-{name}" not in names:
            delattr(played, name)
    return played


def all_parsers() -> tuple[Parser, ...]:
    """The app's parser, then those of its commands."""
    run, several = _run_parser(), _run_parser(SEVERAL)
    parser = _app_parser(run)
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    train, check, sweep, script, problems, record, serve, completion = (
        commands.add_parser(
            name, parents=parents, allow_abbrev=False, argument_default=argparse.SUPPRESS, help=sentence
        )
        for name, parents, sentence in (
            ("train", [run], "print the run as text"),
            ("check", [run], "print every gradient beside a difference of E"),
            ("sweep", [several], "count how many random starts learn it"),
            ("script", [run], "print the run as a NumPy script of its own"),
            ("problems", [], "list the problems, each with the settings that fit it"),
            ("record", [], "record a demo, the same each time, as an asciicast"),
            (
                "serve",
                [run, _view_parser()],
                "show the app in browsers, on this machine alone unless told otherwise",
            ),
            ("completion", [], "print what lets a shell complete all of this"),
        )
    )
    commands.metavar = f"[{' | '.join(commands.choices)}]"
    for command in (train, check, sweep, problems):
        command.add_argument("--json", action="store_true", help="one JSON object a line, in full precision")
    check.add_argument("--at", metavar="STEP", help="after so many steps (0)")
    check.add_argument("--width", metavar="WIDTH", help="how far a weight is moved to either side (1e-5)")
    train.add_argument("--log-every", metavar="STEPS", help="steps between two lines (2000)")
    train.add_argument("--save", metavar="FILE.npz", help="write the weights there at the end")
    train.add_argument("--history", metavar="FILE.csv", help="write step, loss and right rows of every step")
    sweep.add_argument("--seeds", metavar="N", help="how many starts, from --seed on (1000)")
    sweep.add_argument("--csv", metavar="FILE.csv", help="write the table there, in full precision")
    sweep.add_argument("--threads", metavar="N", help="how many work at once (as many as processors)")
    script.add_argument("--out", metavar="FILE.py", help="write it there")
    record.add_argument("demo", nargs="?", metavar="FILE.toml", help="a demo of one's own (a tour)")
    record.add_argument("--out", metavar="FILE.cast", help="the asciicast, to play with asciinema")
    record.add_argument("--svg", metavar="DIR", help="a folder for the demo's named moments as pictures")
    record.add_argument("--gif", metavar="FILE.gif", help="an animation, made by agg (extra: record)")
    animated = "an animation in any size, made by showreel (extra: record)"
    record.add_argument("--animated-svg", metavar="FILE.svg", help=animated)
    serve.add_argument("--host", help="the address to listen at (127.0.0.1)")
    serve.add_argument("--port", help="the port; 0 is a free one (8000)")
    serve.add_argument("--url", help="where browsers find it, if elsewhere, as https://class.example.org")
    serve.add_argument("--browsers", metavar="N", help="how many the printed address lets in, each once (1)")
    serve.add_argument("--sessions", metavar="N", help="at most so many at once (10, or as many as browsers)")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell it is for")
    return parser, train, check, sweep, script, problems, record, serve, completion


def _run_parser(several: Mapping[str, tuple[str, str]] = MappingProxyType({})) -> Parser:
    """The run's options; several: what else is said of those that take several values, as --bias then does."""
    run = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = run.add_argument_group("the run")
    for setting, *usual in RUN_OPTIONS:
        metavar, sentence = several.get(setting, usual)
        group.add_argument(option(setting), dest=setting, metavar=metavar, help=sentence)
    sentence = "give every unit a bias (no)"
    if several:
        group.add_argument("--bias", nargs="?", const="yes", metavar="no|yes|both", help=sentence)
        group.add_argument("--no-bias", dest="bias", action="store_const", const="no", help="as --bias no")
    else:
        group.add_argument("--bias", action=argparse.BooleanOptionalAction, help=sentence)
    return run


def _app_parser(run: Parser) -> Parser:
    parser = Parser(
        prog="backprop-tui",
        parents=[run, _view_parser()],
        allow_abbrev=False,
        description="Watch backpropagation learn: a small sigmoid network trains live in the terminal.",
        epilog="`backprop-tui train` prints the same run as text: see `backprop-tui train --help`.",
    )
    parser.add_argument("--version", action="version", version=f"backprop-tui {__version__}")
    audience = parser.add_argument_group("an audience")
    presented = "play a demo, with large figures and a bar for an audience; G holds it (P without a demo)"
    audience.add_argument("--present", metavar="FILE.toml", help=presented)
    loop = f"begin again with the next seed so long after the end, 1 to {LOOP_LIMIT}"
    audience.add_argument("--loop", metavar="SECONDS", help=loop)
    parser.set_defaults(demo=None, out=None, svg=None, gif=None, animated_svg=None, present=None, loop=None)
    parser.set_defaults(speed="500", fps="10", paused=False, theme="backprop", ascii=None)
    parser.set_defaults(json=False, log_every="2000", save=None, history=None, at=None, width="1e-5")
    parser.set_defaults(seeds="1000", csv=None, threads=None, lessons=None, log=None)
    parser.set_defaults(host="127.0.0.1", port="8000", url=None, browsers="1", sessions=None)
    return parser


def _view_parser() -> Parser:
    """The view's options, which the app has wherever it is shown."""
    parser = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    view = parser.add_argument_group("the view")
    view.add_argument("--speed", metavar="STEPS|max", help=f"steps a second, 1 to {SPEED_LIMIT}, or max (500)")
    view.add_argument("--fps", help=f"pictures a second, 1 to {FRAMES_LIMIT} (10)")
    view.add_argument("--paused", action="store_true", help="wait for the space bar before the first step")
    view.add_argument("--theme", metavar="NAME", help="colours, by name; ctrl+p shows them (backprop)")
    sentence = "letters, digits and signs of ASCII alone (as the terminal and the locale say)"
    view.add_argument("--ascii", action=argparse.BooleanOptionalAction, help=sentence)
    view.add_argument("--log", metavar="FILE", help="where warnings and errors go (the state directory)")
    view.add_argument("--lessons", metavar="FILE.toml", help="experiments of one's own, beside the app's (e)")
    return parser


def whole_number(text: str, option: str, limit: int, alternative: str = "", least: int = 1) -> int:
    """The number from least to limit in this text; UsageError names the option where it is none."""
    value = number(text)
    if not isinstance(value, int) or not least <= value <= limit:
        allowed = f"a whole number from {least} to {limit}{alternative}"
        raise UsageError(f"{option} must be {allowed}, not {as_given(text)}")
    return value


def check_width(text: str) -> float:
    """The width of the gradient check's differences in this text."""
    value = number(text)
    if not isinstance(value, (int, float)) or not LEAST_WIDTH <= value <= 1:
        raise UsageError(f"--width must be a number from {LEAST_WIDTH:g} to 1, not {as_given(text)}")
    return float(value)


def writable_folder(text: str | None, option: str) -> Path | None:
    """The path of such a folder, if there is one that can be written to or one can be made."""
    if text is None:
        return None
    path = Path(text)
    try:
        place = path if path.exists() else path.resolve().parent
        writable = place.is_dir() and os.access(place, os.W_OK)
    except (OSError, ValueError):
        writable = False
    if not writable:
        raise UsageError(f"{option} must be a folder that can be written to or made, not {as_given(text)}")
    return path


def writable_file(text: str | None, option: str) -> Path | None:
    """The path of such a file, if one can be written there: better known before the run than after it."""
    if text is None:
        return None
    path = Path(text)
    try:
        folder = path.resolve().parent
        writable = not (path.exists() and not path.is_file()) and folder.is_dir() and os.access(folder, os.W_OK)
    except (OSError, ValueError):  # a name that is too long, or with a NUL in it
        writable = False
    if not writable:
        raise UsageError(f"{option} must be a file in a folder that can be written to, not {as_given(text)}")
    return path
