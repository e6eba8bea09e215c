"""The empty panels: what is on the screen within a fifth of a second, while numpy is being loaded."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.screen import Screen
from textual.widgets import Static

TOO_SMALL = "backprop-tui needs a terminal of at least 60 × 16."
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
