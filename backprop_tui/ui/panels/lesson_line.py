"""What to look for in the experiment that is being watched; nothing where there is none."""

from typing import cast

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from backprop_tui.ui.view import View


class LessonLine(Static):
    """A few lines under the panels, as long as a guided experiment runs."""

    view: reactive[View] = reactive(cast("View", None), repaint=False, init=False)  # never None: see __init__

    def __init__(self, view: View) -> None:
        super().__init__(markup=False)
        self.told = ""
        self.set_reactive(LessonLine.view, view)

    def watch_view(self) -> None:
        """Tell it, where it is another one."""
        if self.view.lesson != self.told:
            self.told = self.view.lesson
            self.update(Content.assemble(self.told, (" e why · esc closes", "dim")) if self.told else "")
            self.set_class(bool(self.told), "-told")
