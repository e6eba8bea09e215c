"""A TOML file from outside: read whole, checked key by key, refused at the first thing that is wrong."""

import json
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from backprop_tui.core.files import BadFile, opened, shown

LARGEST_FILE, LONGEST_TEXT, LONGEST_FAULT = 2**18, 1_000, 100  # bytes; characters
MOST_DOTS = 200  # in a line: the time tomllib takes for a.b.c.… grows with the square of its length
LONG_NUMBER = re.compile(r"0[xob][0-9a-f_]{1000}", re.IGNORECASE)  # int() refuses long ones only in decimals

# What is allowed for a value of a table, "" if the value is; the table's keys before it are known to be right.
Rule = Callable[[Any, Mapping[str, Any]], str]


def content(path: Path) -> dict[str, Any]:
    """The tables in this file. Raises BadFile, one line that names the line wherever there is one."""
    place, text = shown(path.name), text_of(path)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise BadFile(f"{place}, line {number}: more than {MOST_DOTS} dots")
    try:
        if LONG_NUMBER.search(text):
            raise ValueError
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        fault, _, where = str(wrong).rpartition(" (at ")
        raise BadFile(f"{place}: {shown(fault, LONGEST_FAULT)} (at {where}") from None
    except (ValueError, RecursionError):
        raise BadFile(f"{place}: a number too long, or lists too deep in each other") from None


def text_of(path: Path) -> str:
    """What is written in this file. Raises BadFile if that is too much, or no text."""
    place = shown(path.name)
    with opened(path) as file:
        try:
            read = file.read(LARGEST_FILE + 1)
        except OSError as refused:
            raise BadFile(f"{place}: {refused.strerror or refused}") from None
    if len(read) > LARGEST_FILE:
        raise BadFile(f"{place}: larger than {LARGEST_FILE // 1024} KiB")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = read.count(b"\n", 0, wrong.start) + 1
        raise BadFile(f"{place}, line {line}: not text in UTF-8") from None


def checked(
    place: str, table: object, rules: Mapping[str, Rule], optional: Collection[str] = ()
) -> dict[str, Any]:
    """The table, if it has all keys that are needed, no unknown ones, and what is allowed in each.

    Raises BadFile, which begins with the place: the file, and where in it the table is.
    """
    if not isinstance(table, dict):
        raise BadFile(f"{place}: keys with their values are needed, not {_written(table)}")
    for key in table:
        if key not in rules:
            raise BadFile(f"{place}: there is no key {shown(key)}; there are {', '.join(rules)}")
    for key, rule in rules.items():
        if key not in table and key not in optional:
            raise BadFile(f"{place}: {key} is missing")
        if key in table and (allowed := rule(table[key], table)):
            raise wrong(place, key, table[key], allowed)
    return table


def wrong(place: str, key: str, value: object, allowed: str) -> BadFile:
    """What to raise for a key with a value that is not allowed."""
    return BadFile(f"{place}: {key} must be {allowed}, not {_written(value)}")


def _written(value: object) -> str:
    """A value about as it is written in the file, safe to print."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{len(value):,}"
    try:
        return shown(json.dumps(value, ensure_ascii=False, default=str))
    except RecursionError:  # a.b.c.… makes tables in tables in tables
        return "such tables"


def is_text(value: object, _: Mapping[str, Any]) -> str:
    """The rule for a text."""
    is_so = isinstance(value, str) and 0 < len(one_line(value)) <= LONGEST_TEXT
    return "" if is_so else f"a text of 1 to {LONGEST_TEXT:,} characters"


def are_tables(value: object, _: Mapping[str, Any]) -> str:
    """The rule for tables that are each written under their name in two pairs of brackets."""
    return "" if isinstance(value, list) and value else "one or more, each with its name in [[ ]] above it"


def is_whole(value: object, low: int, high: int) -> str:
    """The rule for a whole number from low to high."""
    is_so = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return "" if is_so else f"a whole number from {low} to {high:,}"


def one_line(text: str) -> str:
    """The words of a text with a space between them, in whatever lines they were written."""
    return " ".join(text.split())


def scrubbed(text: str) -> str:
    """A text in one line, of any script; what cannot be printed is spelled out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in one_line(text)
    )
