"""Send the terminal only the cells that changed.

Textual sends every line of a widget that was refreshed whole: 35 to 106 KiB a second for a screen
like this one. Here each update it composes is compared with what the terminal already shows.
"""

from collections.abc import Iterator
from itertools import repeat

from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Cell = tuple[str, str]  # a character and the SGR codes it is shown with

LONGEST_BRIDGE = 4  # unchanged cells that cost less to send again than to jump over
UNKNOWN: Cell = ("", "")


class Shown:
    """The cells that the terminal shows, as far as they were sent through here."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """The terminal may show anything: the next whole screen is sent whole."""
        self.rows.clear()


class ChangedCells(CompositorUpdate):
    """Another update, less what is shown already."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: Shown) -> None:
        self.update, self.shown = update, shown

    def render_segments(self, console: Console) -> str:
        """The text to write. What is written is from then on what is shown."""
        colours = console._color_system or ColorSystem.TRUECOLOR
        writer = _Writer()
        for y, left, right, x, strip in _pieces(self.update):
            row = self.shown.rows.setdefault(y, [])
            start = max(x, left)
            cells = _cells(strip, colours)[start - x : right - x]
            before = row[start : start + len(cells)]
            if cells != before:
                for first, end in _runs(before, cells):
                    writer.write(start + first, y, cells[first:end])
                _take(row, start, cells)
        return writer.finished()


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, int, int, Strip]]:
    """What an update says: in line y, from column left to right, the strip that begins at column x."""
    if isinstance(update, LayoutUpdate):
        region = update.region
        for y, strips in enumerate(update.strips, region.y):
            yield y, region.x, region.right, region.x, Strip.join(strips)
        return
    for y, left, right in update.spans:
        for x, strip in update.chops[y].items():
            # Beyond its span Textual has not asked every widget: what is here may lie under one.
            if strip is not None and x < right and x + strip.cell_length > left:
                yield y, left, right, x, strip


def _cells(strip: Strip, colours: ColorSystem) -> list[Cell]:
    """One entry a column: a wide character is followed by an empty one, a combining one joins its neighbour."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        codes = "" if style is None else style._ansi
        if codes is None:
            codes = Strip.render_ansi(style, colours)
        if text.isascii() or cell_len(text) == len(text):
            cells += zip(text, repeat(codes))
            continue
        for character in text:
            columns = get_character_cell_size(character)
            if columns == 0 and cells:
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
            else:
                cells += [(character, codes), ("", codes)][:columns]
    return cells


def _take(row: list[Cell], x: int, cells: list[Cell]) -> None:
    row += [UNKNOWN] * (x + len(cells) - len(row))
    row[x : x + len(cells)] = cells


def _runs(before: list[Cell], cells: list[Cell]) -> Iterator[tuple[int, int]]:
    """Where to write: from each changed cell to the last one that follows without a gap worth jumping."""
    before = before + [UNKNOWN] * (len(cells) - len(before))
    changed = [at for at, (old, new) in enumerate(zip(before, cells)) if old != new]
    start = last = changed[0]
    for at in changed[1:]:
        gap = at - last - 1
        if gap > LONGEST_BRIDGE or (gap and len({codes for _, codes in cells[last : at + 1]}) > 1):
            yield start, last + 1
            start = at
        last = at
    yield start, last + 1


class _Writer:
    """Text for the terminal, saying where and how only when that changes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.codes = ""

    def write(self, x: int, y: int, cells: list[Cell]) -> None:
        """These cells from column x of line y on."""
        self.parts.append(f"\x1b[{y + 1};{x + 1}H")
        for character, codes in cells:
            if codes != self.codes:
                self.parts.append(f"\x1b[0;{codes}m" if codes else "\x1b[0m")
                self.codes = codes
            self.parts.append(character)

    def finished(self) -> str:
        """All that was written, with the style set back."""
        return "".join(self.parts) + ("\x1b[0m" if self.codes else "")
