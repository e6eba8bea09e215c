"""Figures three lines tall, to be read from the back row."""

from rich.segment import Segment
from rich.style import Style
from textual.renderables.digits import Digits

BOLD = Style(bold=True)


def large(number: str) -> list[str]:
    """The three lines of a number; every figure takes three cells."""
    rendered = Digits(number).render(BOLD)
    return "".join(piece.text for piece in rendered if isinstance(piece, Segment)).splitlines()
