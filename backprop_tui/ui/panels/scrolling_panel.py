"""A panel onto a drawing that may be larger than it."""

from textual import events
from textual.message import Message
from textual.reactive import reactive

from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.window import Scrolled
from backprop_tui.ui.panels.panel import Panel
from backprop_tui.ui.view import View


class ScrollingPanel(Panel):
    """Shows the part from a row and a column on; in_hand says whether the arrow keys scroll this one."""

    in_hand = reactive(False, repaint=False)

    class CutChanged(Message):
        """Now there is more to show than there is room for, or now there is not."""

    def __init__(self, view: View) -> None:
        self.first_row = self.first_column = 0
        self.in_view = Scrolled([])
        super().__init__(view)

    @property
    def is_cut(self) -> bool:
        """Whether there is more to show than there is room for."""
        return any(self.in_view[1:])

    @property
    def hint(self) -> str:
        """The keys that scroll it, or that take it in hand, where it is cut."""
        if not self.is_cut:
            return ""
        across = " [ ]" if self.in_view.left or self.in_view.right else ""
        return f" · ↑ ↓{across}" if self.in_hand else " · tab"

    def window(self, width: int, height: int) -> Scrolled:
        """The part of the drawing that is in view."""
        raise NotImplementedError

    def draw(self, width: int, height: int) -> list[Line]:
        """The part in view."""
        was_cut = self.is_cut
        self.in_view = self.window(width, height)
        if self.is_cut != was_cut:
            self.post_message(self.CutChanged())
        return self.in_view.lines

    def scroll_by(self, rows: int, columns: int) -> None:
        """Show a part further down or up, or further to a side, as far as there is one."""
        if rows:
            self.first_row = max(self.in_view.above + rows, 0)
        if columns:
            self.first_column = max(self.in_view.left + columns, 0)
        self.redraw()
        self.set_titles()

    def watch_in_hand(self) -> None:
        """Say which keys scroll it."""
        self.set_titles()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; with shift to the right."""
        self.scroll_by(0, 1) if event.shift else self.scroll_by(1, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; with shift to the left."""
        self.scroll_by(0, -1) if event.shift else self.scroll_by(-1, 0)
