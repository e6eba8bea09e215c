"""A problem of one's own, from a CSV file: read a line at a time, refused at the first thing that is wrong.

The first row names the columns. Those named x, x1, … are inputs and those named y, y1, … are targets;
without an x all others are inputs, without a y the last column is the target. A row is one line of the
file, as in an editor, so a quoted cell cannot go on in the next line.
"""

import csv
import io
import math
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from backprop_tui.core.files import BadFile, opened, shown
from backprop_tui.core.network import Array
from backprop_tui.core.problems import LONGEST_NAME, MOST_ROWS, MOST_UNITS, Problem, problem
from backprop_tui.core.settings import NUMBER

LONGEST_FILE, LONGEST_LINE, LONGEST_CELL = 2**23, 2**16, 1_000  # characters
LONGEST_TITLE, LONGEST_QUOTED, MOST_LISTED = 20, 20, 5  # what is shown of them

LARGEST = sys.float_info.max
NEEDED = "the first row must name the columns, as in x1,x2,y"
SEPARATORS = {",": "", ";": "columns separated by semicolons", "\t": "columns separated by tabs"}
X_OR_Y = re.compile(r"[xy]([^a-z].*)?", re.IGNORECASE)
UNDECODED = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of bytes that are not UTF-8
# The gradient is a sum over all rows, so the tutorial's 0.5 for 4 rows is 2 / rows for more of them.
RATES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002)
MOMENTUM = 0.9  # with a rate so small, plain descent stays on the plateaus


@dataclass(frozen=True)
class Header:
    """The names of all columns as they are shown, and which are inputs and targets, counted from 0.

    assumed: what was decided without being asked, in words; "" if nothing.
    """

    separator: str
    labels: tuple[str, ...]
    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    assumed: str


def read_problem(path: Path) -> tuple[Problem, str]:
    """The problem in this file, and a sentence that says what was assumed, "" if nothing was.

    Raises BadFile, one line that names the row and column wherever there is one.
    """
    with opened(path) as file, io.TextIOWrapper(file, "utf-8-sig", "surrogateescape") as text:
        try:
            lines = _lines(text)
            row, line = next(lines, (0, ""))
            if not row:
                raise BadFile(f"row 1: the file is empty; {NEEDED}")
            header = _header(row, line)
            table = _table(lines, header)
            if not len(table):
                raise BadFile(f"row {row + 1}: no examples below the row of names")
        except BadFile as bad:
            raise BadFile(f"{shown(path.name)}, {bad}") from None
        except OSError as refused:
            raise BadFile(f"{shown(path.name)}: {refused.strerror or refused}") from None
    return _problem(path, header, table), header.assumed


def _problem(path: Path, header: Header, table: Array) -> Problem:
    rate = next(rate for rate in RATES if rate <= 2 / len(table))
    inputs, targets = np.split(table, [len(header.inputs)], axis=1)
    title = shown(path.stem, LONGEST_TITLE)
    defaults = {"bias": True, "learning_rate": rate, "momentum": MOMENTUM}
    made = problem("", title, inputs, targets, defaults=defaults)
    input_labels, names = (
        tuple(header.labels[at] for at in columns) for columns in (header.inputs, header.targets)
    )
    output_labels = ("ŷ",) if len(names) == 1 else tuple("ŷ" + name[1:] for name in names)
    return replace(made, input_labels=input_labels, output_labels=output_labels, source=shown(str(path), None))


def _lines(text: IO[str]) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with its number in the file, without its end."""
    row = size = 0
    while line := text.readline(LONGEST_LINE + 1):
        row, size, line = row + 1, size + len(line), line.removesuffix("\n")
        if len(line) > LONGEST_LINE:
            raise BadFile(f"row {row}: longer than {LONGEST_LINE:,} characters")
        if "\0" in line or UNDECODED.search(line):
            raise BadFile(f"row {row}: not text in UTF-8")
        if row > 2 * MOST_ROWS or size > LONGEST_FILE:
            raise BadFile(f"row {row}: too many long or blank rows")
        if line.strip():
            yield row, line


def _cells(row: int, line: str, separator: str) -> list[str]:
    """The cells of a line, without the spaces around them."""
    # The csv module takes spaces before a quoted cell but not behind one. Where this finds a quotation
    # mark that is not the cell's last, it takes spaces out of the cell's text, and no number has any there.
    line = re.sub(f'" +(?={separator}|$)', '"', line)
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error:
        raise BadFile(f"row {row}: a quotation mark is not closed, or its cell goes on behind it") from None
    return [cell.strip() for cell in cells]


def _header(row: int, line: str) -> Header:
    separator = next((mark for mark in SEPARATORS if mark in line), ",")
    cells = _cells(row, line, separator)
    if all(_names_nothing(cell) for cell in cells):
        raise BadFile(f"row {row}: {NEEDED}")
    names = [cell or f"c{column}" for column, cell in enumerate(cells, 1)]
    labels = tuple(shown(name, LONGEST_NAME) for name in names)
    first: dict[str, int] = {}
    for column, (name, label) in enumerate(zip(names, labels), 1):
        if first.setdefault(name, column) != column:
            raise BadFile(f"{_place(row, column, label)}: column {first[name]} has the same name")
    inputs, targets, roles = _roles(names, labels)
    if not inputs:
        raise BadFile(f"row {row}: one column; inputs and a target are needed, with commas between them")
    for what, columns in (("inputs", inputs), ("targets", targets)):
        if len(columns) > MOST_UNITS:
            raise BadFile(f"row {row}: {len(columns)} {what}, at most {MOST_UNITS} are allowed")
    unnamed = _listed("columns without a name called", [name for name, cell in zip(names, cells) if not cell])
    assumed = "; ".join(filter(None, (SEPARATORS[separator], unnamed, roles)))
    return Header(separator, labels, tuple(inputs), tuple(targets), assumed)


def _roles(names: Sequence[str], labels: Sequence[str]) -> tuple[list[int], list[int], str]:
    """Which columns are inputs, which are targets, and what was assumed about it."""
    roles = [name[0].lower() if X_OR_Y.fullmatch(name) else "" for name in names]
    inputs, targets, others = ([at for at, each in enumerate(roles) if each == role] for role in ("x", "y", ""))
    if targets and others and not inputs:
        targeted = ", ".join(labels[at] for at in targets)
        return others, targets, f"all columns but {targeted} were taken as inputs"
    if not (inputs and targets):
        *inputs, last = range(len(names))
        return inputs, [last], f"the last column, {labels[last]}, was taken as the target"
    return inputs, targets, _listed("left out:", [labels[at] for at in others])


def _listed(words: str, labels: Sequence[str]) -> str:
    """Words before a list of labels, the first few of them; nothing for none."""
    more = f" and {len(labels) - MOST_LISTED} more" if len(labels) > MOST_LISTED else ""
    return f"{words} {', '.join(labels[:MOST_LISTED])}{more}" if labels else ""


def _names_nothing(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return not cell
    return True


def _table(lines: Iterator[tuple[int, str]], header: Header) -> Array:
    """The numbers of every example, (N, inputs and then targets)."""
    ranges = [*((at, -LARGEST, LARGEST) for at in header.inputs), *((at, 0.0, 1.0) for at in header.targets)]
    numbers = array("d")  # a quarter of the room of a list of floats
    for example, (row, line) in enumerate(lines, 1):
        if example > MOST_ROWS:
            raise BadFile(f"row {row}: more than {MOST_ROWS:,} examples")
        cells = _cells(row, line, header.separator)
        if len(cells) != len(header.labels):
            raise BadFile(f"row {row}: expected {len(header.labels)} columns, found {len(cells)}")
        for at, least, most in ranges:
            value = _number(cells[at])
            if not least <= value <= most:  # NaN is in no range
                raise BadFile(f"{_place(row, at + 1, header.labels[at])}: {_fault(cells[at], value)}")
            numbers.append(value)
    return np.array(numbers).reshape(-1, len(ranges))


def _place(row: int, column: int, label: str) -> str:
    return f"row {row}, column {column} ({label})"


def _number(cell: str) -> float:
    """The number in this cell, NaN if there is none."""
    return float(cell) if len(cell) <= LONGEST_CELL and NUMBER.fullmatch(cell) else math.nan


def _fault(cell: str, value: float) -> str:
    """What is wrong with a cell whose value is out of range."""
    if not cell:
        return "the cell is empty, a number is needed"
    if len(cell) > LONGEST_CELL:
        return f"the cell is longer than {LONGEST_CELL:,} characters"
    quoted = f"'{shown(cell, LONGEST_QUOTED)}'"
    if math.isnan(value):
        return f"{quoted} is not a number" + ("; decimals are written with a point" if "," in cell else "")
    return f"{quoted} is too large a number" if math.isinf(value) else f"the target {quoted} is not from 0 to 1"
