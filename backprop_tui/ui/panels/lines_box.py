"""A titled box that shows the lines a pure function draws."""

from collections.abc import Iterator
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from backprop_tui.ui.drawing.lines import PLAIN, STYLES, Line

NARROWEST = 20  # cells; a narrower panel is behind the notice that the terminal is too small


class Inks(dict[str, Style]):
    """Styles by name; "upper/lower" is the first's colour on the second's, as half a cell each wants them."""

    def __missing__(self, name: str) -> Style:
        upper, lower = (self[part] for part in name.split("/"))
        self[name] = Style(color=upper.color, bgcolor=lower.color, bold=upper.bold)
        return self[name]


class LinesBox(Widget):
    """A box of lines; drawn anew, only the lines that differ are painted again."""

    COMPONENT_CLASSES = STYLES

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.drawn_for: Size | None = None
        self.titles_set: tuple[str, Content | str] | None = None
        self.inks = Inks()
        self.ground: Color | None = None
        super().__init__()

    def draw(self, width: int, height: int) -> list[Line]:
        """The lines that fill width × height cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw anew, and ask for the lines that changed to be painted."""
        if not self.display:
            self.drawn_for = None  # what it shows is of another moment by the time it is back
            return
        self.set_titles()
        if self.drawn_for != self.content_size:
            self.drawn_for = None  # not painted yet: render_line will draw, also if the old size comes back
            return
        before = self.lines
        self.lines = self._drawn()
        width = self.content_size.width
        changed = [y for y, line in enumerate(self.lines) if line != before[y]]
        if changed:
            self.refresh(*(Region(0, first, width, end - first) for first, end in _runs(changed)))

    def titles(self, width: int) -> tuple[str, Content | str]:
        """What stands in the upper and in the lower border."""
        return "", ""

    def set_titles(self) -> None:
        """Write the borders, where they are to say something new."""
        titles = self.titles(self.content_size.width)
        if titles != self.titles_set:
            self.titles_set = titles
            # Content, for a text would be read as markup, and names come from files too.
            self.border_title, self.border_subtitle = map(_as_it_is, titles)

    def on_show(self) -> None:
        """Back in sight: what changed meanwhile has not been painted."""
        self.refresh()

    def on_resize(self) -> None:
        """Fit the borders to the new size."""
        self.set_titles()

    def render_line(self, y: int) -> Strip:
        """One line of the box, by Textual's Line API."""
        (strip,) = self._strips(range(y, y + 1))
        return strip

    def _strips(self, rows: range) -> list[Strip]:
        size = self.content_size  # which Textual works out anew whenever it is asked
        if self.drawn_for != size:
            self.lines = self._drawn()
        inks = self.inks = self.inks or self._inks()
        strips = (Strip([Segment(text, inks[style]) for text, style in self.lines[y]]) for y in rows)
        return [strip.adjust_cell_length(size.width, inks[PLAIN]) for strip in strips]

    def painted(self, rows: range) -> list[Strip]:
        """Some of its lines as they come to the screen, but for the borders beside them."""
        strips = self._strips(rows)
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, self.background) for strip in strips]
        return strips

    @property
    def background(self) -> Color:
        """The colour behind it, kept: Textual asks everything that lies behind."""
        self.ground = self.ground or self.background_colors[1]
        return self.ground

    def notify_style_update(self) -> None:
        """Forget the old theme's colours."""
        self.inks, self.ground = Inks(), None
        super().notify_style_update()

    def _inks(self) -> Inks:
        """The colours of every style, kept: asking Textual for each piece of text was half the paint."""
        return Inks({style: self.get_component_rich_style(style) for style in STYLES})

    def _drawn(self) -> list[Line]:
        self.drawn_for = self.content_size
        width, height = self.content_size
        lines = self.draw(width, height)[:height] if width >= NARROWEST else []
        return lines + [[] for _ in range(height - len(lines))]


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Rows in ascending order as runs without a gap: the first of each, and the one after its last."""
    breaks = [at for at in range(1, len(rows)) if rows[at] > rows[at - 1] + 1]
    for start, end in pairwise([0, *breaks, len(rows)]):
        yield rows[start], rows[end - 1] + 1


def _as_it_is(title: Content | str) -> Content:
    return Content(title) if isinstance(title, str) else title
