"""What to look for in the guided experiment that is watched; nothing where there is none."""

import textwrap

from backprop_tui.ui.drawing.lines import GOOD, MUTED, PLAIN, STRONG, Line
from backprop_tui.ui.panels.panel import Panel
from backprop_tui.ui.view import View

KEYS = "e why · esc closes"


class LessonLine(Panel):
    """A few lines under the panels, as long as the experiment is watched."""

    def watch_view(self, before: View, view: View) -> None:
        """Be there, or not."""
        self.set_class(bool(view.lesson), "-told")
        super().watch_view(before, view)

    def draw(self, width: int, height: int) -> list[Line]:
        """Its title and the keys, then what to look for; once the run is finished, what comes next."""
        title, _, watch = self.view.lesson.partition("\n")
        title = textwrap.shorten(title, max(width - len(KEYS) - 2, 1), placeholder="…")
        keys = f"{KEYS:>{max(width - len(title), 0)}}"
        lines: list[Line] = [[(title, STRONG), (keys, MUTED)]]
        if self.view.finished:
            lines.append([("The run is finished: press e to read why it came out so.", GOOD)])
        wrapped = textwrap.wrap(watch, width, max_lines=max(height - len(lines), 1), placeholder=" …")
        return [*lines, *([(text, PLAIN)] for text in wrapped)]
