"""What the environment says of the terminal, read before Textual is loaded, which reads it too."""

import locale
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

NO_SCREEN = ("dumb", "unknown")
ASCII_FONTS = ("linux", "vt100", "vt220")  # terminals whose fonts have no braille


def is_in_browser() -> bool:
    """Whether a driver brings a screen of its own, as `backprop-tui serve` has it."""
    return "TEXTUAL_DRIVER" in os.environ


def why_no_screen() -> str:
    """Why the app cannot be shown on this terminal; nothing if it can."""
    term = os.environ.get("TERM", "")
    if not term:
        return "TERM is not set, so this terminal cannot show the app"
    return f"this terminal (TERM={term}) cannot show the app" if term in NO_SCREEN else ""


def speaks_only_ascii() -> bool:
    """Whether this terminal can show no more than ASCII, as far as its name and the locale tell.

    Without a locale, or in C, it is taken to show UTF-8: so it is when ssh has passed no locale on.
    A browser shows it whatever the server's locale is.
    """
    if is_in_browser():
        return False
    if os.environ.get("TERM") in ASCII_FONTS:
        return True
    given = _given()
    names = (given.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    # By its name, for the locale need not be installed here.
    name = locale.normalize(next(filter(None, names), "C"))
    charset = name.partition(".")[2].partition("@")[0]
    return charset.lower().replace("-", "") not in ("", "utf8")


def _given() -> Mapping[str, str]:
    """The environment as it was given: where the locale is not installed Python sets LC_CTYPE to another."""
    try:
        entries = Path("/proc/self/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return os.environ
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def prepare() -> None:
    """Before Textual is loaded: what is written is UTF-8, and what the environment says is what counts.

    Textual takes an empty NO_COLOR for a wish, and COLUMNS and LINES for the size, also when it is another.
    """
    if not os.environ.get("NO_COLOR", "unset"):
        del os.environ["NO_COLOR"]
    if is_in_browser():
        return  # its size comes so
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
