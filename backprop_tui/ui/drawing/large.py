"""Figures three lines tall, and larger ones to be read from the back row."""

from rich.segment import Segment
from rich.style import Style
from textual.renderables.digits import Digits

BOLD = Style(bold=True)

# Three dots across and five down; a comma and a point take one across.
DOTS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "/": ("  #", "  #", " # ", "#  ", "#  "),
    ".": (" ", " ", " ", " ", "#"),
    ",": (" ", " ", " ", "#", "#"),
    " ": (" ", " ", " ", " ", " "),
    "e": ("   ", "###", "###", "#  ", "###"),
    "+": ("   ", " # ", "###", " # ", "   "),
    "-": ("   ", "   ", "###", "   ", "   "),
}
ROWS = 5
ACROSS = 2  # cells a dot is wide for each that it is high, so that it is about square


def large(number: str) -> list[str]:
    """The three lines of a number; every figure takes three cells."""
    rendered = Digits(number).render(BOLD)
    return "".join(piece.text for piece in rendered if isinstance(piece, Segment)).splitlines()


def blocks(number: str, scale: int) -> list[str]:
    """A number in blocks, five dots high, each dot so many cells high."""
    lines = [" ".join(DOTS[figure][row] for figure in number) for row in range(ROWS)]
    wide = ["".join(("█" if dot == "#" else " ") * ACROSS * scale for dot in line) for line in lines]
    return [line for line in wide for _ in range(scale)]


def width_of_blocks(number: str) -> int:
    """How many cells it is wide at scale 1."""
    return ACROSS * len(" ".join(DOTS[figure][0] for figure in number))
