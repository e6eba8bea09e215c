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

LONGEST_BRIDGE = 5  # unchanged cells that cost less to send again than to jump over
UNKNOWN: Cell = ("", "")


class Shown:
    """The cells that the terminal shows, as far as they were sent through here."""

    def __init__(self) -> None:
        self.rows: dict[int, list[Cell]] = {}


class ChangedCells(CompositorUpdate):
    """Another update, less what is shown already; a whole screen is always sent whole."""

    def __init__(self, update: CompositorUpdate, shown: Shown) -> None:
        self.update, self.shown = update, shown

    def render_segments(self, console: Console) -> str:
        """The text to write. What is written is from then on what is shown."""
        colours = console._color_system or ColorSystem.TRUECOLOR
        if isinstance(self.update, LayoutUpdate):
            self.shown.rows.clear()
            for y, strips in enumerate(self.update.strips, self.update.region.y):
                _take(
                    self.shown.rows.setdefault(y, []), self.update.region.x, _cells(Strip.join(strips), colours)
                )
            return self.update.render_segments(console)
        if not isinstance(self.update, ChopsUpdate):
            return self.update.render_segments(console)
        writer = _Writer()
        for y, left, right in self.update.spans:
            row = self.shown.rows.setdefault(y, [])
            for x, strip in self.update.chops[y].items():
                # Beyond its span Textual has not asked every widget: what is here may lie under one.
                if strip is None or x >= right or x + strip.cell_length <= left:
                    continue
                start = max(x, left)
                cells = _cells(strip, colours)[start - x : right - x]
                before = row[start : start + len(cells)]
                if cells != before:
                    for first, end in _runs(before, cells):
                        writer.write(start + first, y, cells[first:end])
                    _take(row, start, cells)
        return writer.finished()


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
        if at - last > LONGEST_BRIDGE or len({codes for _, codes in cells[last : at + 1]}) > 1:
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
