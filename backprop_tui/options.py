"""The options of the command line: what there is, and what was given, read into values."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from backprop_tui import __version__

if TYPE_CHECKING:
    from backprop_tui.core.experiment import Experiment

# What an Experiment is made of: its setting, the value's name and its sentence in the help. What is
# allowed is the Experiment's to judge, so a value that is not even a number is handed on as text.
RUN_OPTIONS = (
    ("problem", "NAME", "what to learn: xor"),
    ("hidden_sizes", "UNITS", "units in the hidden layer; 4,3 is two layers, 0 is none (4)"),
    ("learning_rate", "RATE", "size of a step along the gradient (0.5)"),
    ("momentum", "ALPHA", "how much of the last change is made again (0)"),
    ("init", "HOW", "draw the first weights normal, uniform or zeros (normal)"),
    ("init_scale", "SCALE", "what the first weights are multiplied by (0.5)"),
    ("seed", "SEED", "which random start (42)"),
    ("steps", "STEPS", "updates until the run is finished (10001)"),
    ("mistake", "NAME", "write a line of backpropagation wrong: slope, order, sign, detached or shape"),
)
SPEED_LIMIT, FRAMES_LIMIT, LOG_LIMIT = 3_000, 60, 1_000_000_000
LEAST_WIDTH = 1e-12


class UsageError(Exception):
    """Something on the command line is not allowed; the text is the line that says so."""


class Parser(argparse.ArgumentParser):
    """argparse, with one clear line for a mistake in place of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Raise the message as a UsageError."""
        raise UsageError(message)


def read(arguments: list[str]) -> argparse.Namespace:
    """The options of these arguments, those of the view checked; the run's are the Experiment's to check."""
    parsers = _parsers()
    parser = parsers[0]
    known = {option for each in parsers for option in each._option_string_actions}
    for word in arguments:
        # argparse would take the word after a mistyped option for a command, and complain of that.
        if word.startswith("--") and word.partition("=")[0] not in known:
            raise UsageError(f"there is no option {shown(word)}; see backprop-tui --help")
    options = parser.parse_args(arguments)
    fast = options.speed == "max"
    options.speed = None if fast else whole_number(options.speed, "--speed", SPEED_LIMIT, ", or max")
    options.fps = whole_number(options.fps, "--fps", FRAMES_LIMIT)
    return options


def _parsers() -> tuple[Parser, ...]:
    run = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = run.add_argument_group("the run")
    for setting, metavar, sentence in RUN_OPTIONS:
        group.add_argument(_option(setting), dest=setting, metavar=metavar, help=sentence)
    group.add_argument("--bias", action=argparse.BooleanOptionalAction, help="give every unit a bias (no)")
    parser = Parser(
        prog="backprop-tui",
        parents=[run],
        allow_abbrev=False,
        description="Watch backpropagation learn: a small sigmoid network trains live in the terminal.",
        epilog="`backprop-tui train` prints the same run as text: see `backprop-tui train --help`.",
    )
    parser.add_argument("--version", action="version", version=f"backprop-tui {__version__}")
    view = parser.add_argument_group("the view")
    view.add_argument("--speed", default="500", help=f"steps a second, 1 to {SPEED_LIMIT}, or max (500)")
    view.add_argument("--fps", default="10", help=f"pictures a second, 1 to {FRAMES_LIMIT} (10)")
    view.add_argument("--paused", action="store_true", help="wait for the space bar before the first step")
    view.add_argument("--theme", default="backprop", help="colours, by name; ctrl+p shows them (backprop)")
    commands = parser.add_subparsers(dest="command", metavar="[train | check]", parser_class=Parser)
    train, check = (
        commands.add_parser(
            name, parents=[run], allow_abbrev=False, argument_default=argparse.SUPPRESS, help=sentence
        )
        for name, sentence in (
            ("train", "print the run as text"),
            ("check", "print every gradient beside a difference of E"),
        )
    )
    for command in (train, check):
        command.add_argument("--json", action="store_true", help="one JSON object a line, in full precision")
    check.add_argument("--at", metavar="STEP", help="after so many steps (0)")
    check.add_argument("--width", metavar="WIDTH", help="how far a weight is moved to either side (1e-5)")
    train.add_argument("--log-every", metavar="STEPS", help="steps between two lines (2000)")
    train.add_argument("--save", metavar="FILE.npz", help="write the weights there at the end")
    parser.set_defaults(json=False, log_every="2000", save=None, at="0", width="1e-5")
    return parser, train, check


def _option(setting: str) -> str:
    return "--" + setting.removesuffix("_sizes").replace("_", "-")


def experiment_of(options: argparse.Namespace) -> "Experiment":
    """The experiment the options describe; UsageError names the option it cannot be made with."""
    from backprop_tui.core.experiment import Experiment, InvalidSetting
    from backprop_tui.core.mistakes import MISTAKES
    from backprop_tui.core.problems import PROBLEMS

    given = given_of(options)
    readers: dict[str, Callable[[str], Any]] = {
        "problem": lambda text: PROBLEMS.get(text, text),
        "hidden_sizes": _sizes,
        "init": str,
        "mistake": lambda text: MISTAKES.get(text, text),
        "bias": bool,
    }
    settings = {name: readers.get(name, _number)(text) for name, text in given.items()}
    try:
        return Experiment(**settings)
    except InvalidSetting as wrong:
        raise UsageError(
            f"{_option(wrong.setting)} must be {wrong.allowed}, not {shown(given[wrong.setting])}"
        ) from None


def given_of(options: argparse.Namespace) -> dict[str, str]:
    """The settings of the run that were given, as they were typed."""
    names = [*(name for name, *_ in RUN_OPTIONS), "bias"]
    return {name: getattr(options, name) for name in names if hasattr(options, name)}


def _number(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _sizes(text: str) -> object:
    if text == "0":
        return ()
    return tuple(_number(size) for size in text.split(","))


def whole_number(text: str, option: str, limit: int, alternative: str = "", least: int = 1) -> int:
    """The number from least to limit in this text; UsageError names the option where it is none."""
    value = _number(text)
    if not isinstance(value, int) or not least <= value <= limit:
        allowed = f"a whole number from {least} to {limit}{alternative}"
        raise UsageError(f"{option} must be {allowed}, not {shown(text)}")
    return value


def check_width(text: str) -> float:
    """The width of the gradient check's differences in this text."""
    value = _number(text)
    if not isinstance(value, (int, float)) or not LEAST_WIDTH <= value <= 1:
        raise UsageError(f"--width must be a number from {LEAST_WIDTH:g} to 1, not {shown(text)}")
    return float(value)


def writable_file(text: str) -> Path:
    """The path of --save, if a file can be written there: better known before the run than after it."""
    path = Path(text)
    if (path.exists() and not path.is_file()) or not os.access(path.resolve().parent, os.W_OK):
        raise UsageError(f"--save must be a file in a folder that can be written to, not {shown(text)}")
    return path


def shown(text: str) -> str:
    """What was typed, safe to print: control characters spelled out, and not too long."""
    plain = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return plain if len(plain) <= 40 else plain[:39] + "…"
