"""What the panels share: a box of lines that are a function of the view."""

from typing import cast

from textual.content import Content
from textual.reactive import reactive

from backprop_tui.ui.panels.lines_box import LinesBox
from backprop_tui.ui.view import View, only_went_on

BUSY = 0.5  # of the redraws, where the machine or the terminal is too busy for all frames


class Panel(LinesBox):
    """A box of lines that show the view."""

    TITLE = ""
    HELP = ""  # two sentences: what it shows, and what to look for
    REDRAWS_A_SECOND = 0  # of a run that goes on; 0 for every view of it

    view: reactive[View] = reactive(cast("View", None), repaint=False, init=False)  # never None: see __init__

    def __init__(self, view: View) -> None:
        super().__init__()
        self.tick = 0
        self.set_reactive(Panel.view, view)

    def titles(self, width: int) -> tuple[str, Content | str]:
        """Its title."""
        return self.TITLE, ""

    def watch_view(self, before: View, view: View) -> None:
        """Show the new view: at once, but for a run that merely went on, where it is time to."""
        if self.REDRAWS_A_SECOND and only_went_on(before, view):
            often = self.REDRAWS_A_SECOND * (BUSY if view.pace.fewer else 1.0)
            tick = int(view.pace.seconds * often)
            if tick == self.tick:
                return
            self.tick = tick
        self.redraw()
