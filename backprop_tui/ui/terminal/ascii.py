"""The screen in ASCII, for terminals that show nothing else: every line on its way there is spelled in it."""

import re
import unicodedata
from bisect import bisect
from itertools import accumulate

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

# One cell each, for what stands beside and below it is aligned with it.
LETTERS = (
    ("σΣδΔ∂εα′ᵀŷ", "sSdDdrm'Tp"),  # r and m as in learning rate and momentum, p as in prediction
    ("−–—×⊙∞±…½⅔¼", "---xoi~~hhh"),
    ("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"),
    ("←→↑↓▸◂▾▼▲◆", "<>^v><vv^*"),
    ("✓✗✕●○◐·•“”‘’", "vxX@o%.*\"\"''"),
    ("━┄┊", "=.:"),
    ("▏▎▍▌▋▊▉█▐▕", "||||######"),
    ("▁▂▃▄▅▆▇▀▔", '__..:##"-'),
    ("▖▗▘▝▙▛▜▟▚▞", "..''####\\/"),
)
SUPERSCRIPTS = "[⁻⁰¹²³⁴-⁹]+"
PRODUCT = re.compile(r"(?<=[\w)\]′])·(?=[\w(\[−])")  # between factors; elsewhere the dot is a dot
POWER_OF_TEN = re.compile(f"×10({SUPERSCRIPTS})")
LONGER = re.compile(f"{SUPERSCRIPTS}|[½⅔¼∞→←↑↓]")
SPELLINGS = {
    "½": ("0.5", ".5"),
    "⅔": ("2/3",),
    "¼": ("1/4",),
    "∞": ("inf",),
    "→": ("->",),
    "←": ("<-",),
    "↑": ("up",),
    "↓": ("down",),
}
FULL = "█"
GAP = re.compile("( +)(?=│|$)|  +|──+|┈┈+")  # the first kind ends its line, and may be used up

BOX = range(0x2500, 0x2580)
ACROSS, DOWN = {"HORIZONTAL", "LEFT", "RIGHT"}, {"VERTICAL", "UP", "DOWN"}
BRAILLE = range(0x2800, 0x2900)
ROWS = (0x09, 0x12, 0x24, 0xC0)  # the dots in each row of a braille cell, from above
LEFT, RIGHT = 0x47, 0xB8  # those in each of its columns


def in_ascii(text: str) -> str:
    """The text in ASCII, where it may take the room it needs."""
    return LONGER.sub(lambda found: _spellings(found[0])[0], _products(text)).translate(TABLE)


class Ascii(LineFilter):
    """Spells lines in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, on this background, in as many cells."""
        text = "".join(segment.text for segment in segments)
        if text.isascii():
            return segments
        edges = list(accumulate((len(segment.text) for segment in segments), initial=0))
        text = _products(text)
        for at in reversed(range(len(LONGER.findall(text)))):
            text, edges = _spelled_out(text, edges, at, segments)
        if FULL in text:
            ground = Style.from_color(None, background.rich_color)
            segments = [_seen(segment, ground) for segment in segments]
        spelled = text.translate(TABLE)
        if len(spelled) == len(text):  # all but always
            texts = [spelled[start:end] for start, end in zip(edges, edges[1:])]
        else:
            texts = [text[start:end].translate(TABLE) for start, end in zip(edges, edges[1:])]
        return [Segment(text, style, control) for text, (_, style, control) in zip(texts, segments)]


def _seen(segment: Segment, ground: Style) -> Segment:
    """A full block may be drawn in the colour behind it; what stands for it would not be seen."""
    text, style, control = segment
    hides = style and style.color and style.color == style.bgcolor and not style.color.is_default
    return Segment(text, style + ground, control) if style and hides else segment


def _spelled_out(text: str, edges: list[int], at: int, segments: list[Segment]) -> tuple[str, list[int]]:
    """The text with, say, ½ as 0.5, if a gap beside it has the cells for that; and where its segments begin.

    at: which of the places it is that could take more room, from the left.
    """
    found = list(LONGER.finditer(text))[at]
    start, end = found.span()
    for word in _spellings(found[0]):
        extra = len(word) - (end - start)
        gap = _gap(text, edges, start, end, extra, segments)
        if gap is not None:
            for first, last, new in sorted([(start, end, word), (gap, gap + extra, "")], reverse=True):
                text = text[:first] + new + text[last:]
                change = len(new) - (last - first)
                edges = [edge if edge <= first else max(first, edge + change) for edge in edges]
            break
    return text, edges


def _products(text: str) -> str:
    """The text with its dots between factors as stars, and powers of ten as computers write them."""
    return POWER_OF_TEN.sub(lambda found: f"*1e{found[1].translate(TABLE)}", PRODUCT.sub("*", text))


def _spellings(found: str) -> tuple[str, ...]:
    """What it is spelled as where there is room, the best first."""
    return SPELLINGS.get(found) or ("^" + found,)


def _gap(text: str, edges: list[int], start: int, end: int, cells: int, segments: list[Segment]) -> int | None:
    """Where the wider gap beside it can spare so many cells; further off something might lose its place."""
    gaps = list(GAP.finditer(text))
    before = [gap for gap in gaps if gap.end() <= start][-1:]
    after = [gap for gap in gaps if gap.start() >= end][:1]
    for gap in sorted(before + after, key=lambda gap: -len(gap[0])):
        first = gap.start() if gap in after else gap.end() - cells
        one_ground = _is_one_ground(edges, min(start, first), max(end, first + cells), segments)
        if one_ground and len(gap[0]) - (gap[1] is None) >= cells:
            return first
    return None


def _is_one_ground(edges: list[int], start: int, end: int, segments: list[Segment]) -> bool:
    """Whether one colour lies behind all of it: a gap that is part of a coloured cell is no gap."""
    here = segments[bisect(edges, start) - 1 : bisect(edges, end - 1)]
    return len({segment.style.bgcolor if segment.style else None for segment in here}) == 1


class _Table(dict[int, str]):
    def __missing__(self, code: int) -> str:
        """What has no entry: the letter without its accents, or question marks in its place."""
        character = chr(code)
        cells = get_character_cell_size(character)
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        self[code] = character if code < 0x80 else plain if len(plain) == cells else "?" * cells
        return self[code]


def _box(code: int) -> str:
    """A piece of a box, by what its name says of where it goes."""
    words = set(unicodedata.name(chr(code)).split())
    across, down = (not words.isdisjoint(each) for each in (ACROSS, DOWN))
    return "+" if across == down else "-" if across else "|"


def _strokes(dots: int) -> str:
    """The character that looks most like these dots of a braille cell."""
    rows = [row for row, mask in enumerate(ROWS) if dots & mask]
    left, right = ([row for row in rows if dots & ROWS[row] & column] for column in (LEFT, RIGHT))
    if not rows or dots == 0xFF:
        return "#" if rows else " "
    if rows[-1] - rows[0] >= 2:
        lean = sum(left) / len(left) - sum(right) / len(right) if left and right else 0
        return "/" if lean >= 1 else "\\" if lean <= -1 else "|"
    middle = sum(rows) / len(rows)
    return "'" if middle < 1 else "-" if middle <= 2 else "_" if left and right else "."


TABLE = _Table(
    {
        **{code: _box(code) for code in BOX},
        **{
            code: letter
            for ours, theirs in LETTERS
            for code, letter in zip(map(ord, ours), theirs, strict=True)
        },
        **{code: _strokes(code - BRAILLE.start) for code in BRAILLE},
        ord("\N{RIGHT-POINTING MAGNIFYING GLASS}"): "> ",
    }
)
