"""A demo: what to press, what to wait for and what to say, act after act, written in a TOML file.

demo.toml and tour.toml beside the recorder are two; the first says what each key means.
"""

import math
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from backprop_tui.core.files import BadFile, shown
from backprop_tui.core.toml_file import Rule, are_tables, checked, content, is_text, is_whole, scrubbed, text_of

# What a terminal sends for the keys that have a name; any other key is the character it writes.
NAMED_KEYS = {
    "space": " ",
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "ctrl+p": "\x10",
    "ctrl+u": "\x15",
}
LEAST_SIZE, MOST_SIZE = (60, 16), (300, 100)  # cells, of a recording
MOST_FRAMES, LONGEST_WAIT, MOST_STEPS = 60, 600, 1_000_000_000  # a second; seconds; steps
LONGEST_CAPTION, LONGEST_OPTIONS = 200, 500  # characters


class Act(NamedTuple):
    """One thing after the other: the caption, the keys, then what is waited for, then the picture.

    caption: None leaves the one that stands, "" takes it away. keys: as NAMED_KEYS or characters, one each
    `every` seconds. until: a text on the screen; step: a step of the run; seconds: how long at least.
    picture: the name of the moment, "" for none. place: its file and line.
    """

    place: str
    caption: str | None = None
    keys: tuple[str, ...] = ()
    every: float = 0.4
    until: str = ""
    step: int | None = None
    seconds: float = 0.0
    picture: str = ""


class Demo(NamedTuple):
    """Acts, and what they are played on: size in cells, frames a second, the command line's words.

    large: whether it begins with large figures; None where it does not say.
    """

    title: str
    size: tuple[int, int]
    fps: int
    options: tuple[str, ...]
    large: bool | None
    acts: tuple[Act, ...]


def demo(path: Path) -> Demo:
    """The demo in this file. Raises BadFile, one line that names the line and what is allowed there."""
    tables, lines = content(path), _Lines(path)
    for key, value in tables.items():
        checked(lines.place(key), {key: value}, RULES, optional=RULES)
    if "act" not in tables:
        raise BadFile(f"{shown(path.name)}: no acts; each begins with [[act]]")
    acts = tuple(_act(lines, number, table) for number, table in enumerate(tables["act"], 1))
    columns, rows = map(int, tables.get("size", "80x24").split("x"))
    return Demo(
        scrubbed(tables.get("title", "backprop-tui")),
        (columns, rows),
        tables.get("fps", 10),
        tuple(shlex.split(tables.get("options", ""))),
        tables.get("large"),
        acts,
    )


def _act(lines: "_Lines", number: int, table: object) -> Act:
    if not isinstance(table, dict) or not table:
        raise BadFile(f"{lines.place('', number)}: an act needs one of {', '.join(ACT_RULES)}")
    for key, value in table.items():
        checked(lines.place(key, number), {key: value}, ACT_RULES, optional=ACT_RULES)
    waits = [key for key in ("until", "step") if key in table]
    if len(waits) > 1:
        raise BadFile(f"{lines.place('step', number)}: an act waits for until or for step, not for both")
    values = dict(table)
    if "keys" in values:
        values["keys"] = tuple(values["keys"].split())
    if "type" in values:
        values["keys"] = (*values.get("keys", ()), *values.pop("type"))
    for key in ("caption", "until"):
        if key in values:
            values[key] = scrubbed(values[key])
    return Act(lines.place("", number), **values)


class _Lines:
    """In which line of a file the keys of its tables stand."""

    def __init__(self, path: Path) -> None:
        self.name = shown(path.name)
        self.lines = text_of(path).split("\n")
        self.acts = [at for at, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*act\s*\]\]", line)]

    def place(self, key: str, act: int = 0) -> str:
        """The file and the line, where one can be told: the key's, or the one its act begins in."""
        first = self.acts[act - 1] if 0 < act <= len(self.acts) else 0
        last = self.acts[act] if act < len(self.acts) else len(self.lines) + 1
        written = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=") if key else re.compile(r"(?!)")
        found = (at for at in range(first + 1, last) if written.match(self.lines[at - 1]))
        line = next(found, first)
        return f"{self.name}, line {line}" if line else self.name


def _is_number(value: object, high: float) -> str:
    is_so = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= high
    return "" if is_so and math.isfinite(value) else f"a number of seconds from 0 to {high:g}"  # type: ignore[arg-type]


def _are_keys(value: object, _: Mapping[str, Any]) -> str:
    words = value.split() if isinstance(value, str) else []
    are_so = words and all(word in NAMED_KEYS or (len(word) == 1 and word.isprintable()) for word in words)
    return "" if are_so else "characters, and names as space, enter, esc, pgdn, with spaces between them"


def _is_typed(value: object, _: Mapping[str, Any]) -> str:
    is_so = isinstance(value, str) and 0 < len(value) <= LONGEST_CAPTION and value.isprintable()
    return "" if is_so else f"1 to {LONGEST_CAPTION} characters that can be seen"


def _is_size(value: object, _: Mapping[str, Any]) -> str:
    found = re.fullmatch(r"(\d{1,4})x(\d{1,4})", value, re.ASCII) if isinstance(value, str) else None
    sizes = tuple(map(int, found.groups())) if found else (0, 0)
    is_so = all(low <= size <= high for low, size, high in zip(LEAST_SIZE, sizes, MOST_SIZE))
    return "" if is_so else 'columns and rows from "60x16" to "300x100"'


def _are_options(value: object, _: Mapping[str, Any]) -> str:
    try:
        words = shlex.split(value) if isinstance(value, str) and len(value) <= LONGEST_OPTIONS else None
    except ValueError:
        words = None
    return "" if words is not None else "options as on the command line, with matching quotes"


def _is_short(value: object, _: Mapping[str, Any]) -> str:
    is_so = isinstance(value, str) and len(value) <= LONGEST_CAPTION
    return "" if is_so else f"a text of at most {LONGEST_CAPTION} characters"


def _is_name(value: object, _: Mapping[str, Any]) -> str:
    is_so = isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", value, re.ASCII)
    return "" if is_so else "a name of small letters, digits and -"


RULES: dict[str, Rule] = {
    "title": is_text,
    "size": _is_size,
    "fps": lambda value, _: is_whole(value, 1, MOST_FRAMES),
    "options": _are_options,
    "large": lambda value, _: "" if isinstance(value, bool) else "true or false",
    "act": are_tables,
}
ACT_RULES: dict[str, Rule] = {
    "caption": _is_short,
    "keys": _are_keys,
    "type": _is_typed,
    "every": lambda value, _: _is_number(value, 60),
    "until": is_text,
    "step": lambda value, _: is_whole(value, 0, MOST_STEPS),
    "seconds": lambda value, _: _is_number(value, LONGEST_WAIT),
    "picture": _is_name,
}
