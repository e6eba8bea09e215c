"""What is on the screen within a fifth of a second, while numpy is being loaded, and where there is no room."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

LEAST = Size(60, 16)
TOO_SMALL = f"backprop-tui needs a terminal of at least {LEAST.width} × {LEAST.height}."
TITLES = ("Step and loss", "Predictions", "Loss", "Weights")
TURN_TITLES = ("Hidden representation", "Decision map", "Weights over time")  # beside them where there is room


class Frame(Screen[None]):
    """A box with its title where each panel will be."""

    def compose(self) -> ComposeResult:
        """The boxes, in the order of the run's screen."""
        yield Static(id="experiment")
        with Grid():
            for title in (*TITLES, *TURN_TITLES):
                box = Static(classes="panel turn" if title in TURN_TITLES else "panel")
                box.border_title = title
                yield box


class TooSmall(Screen[None]):
    """Over every other screen while there is no room: a screen that is not seen gets no keys."""

    def compose(self) -> ComposeResult:
        """How much room there has to be."""
        yield Static(TOO_SMALL)
