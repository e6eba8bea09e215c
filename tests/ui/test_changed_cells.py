"""What is sent, played into a terminal emulator, must show what Textual meant to show."""

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from backprop_tui.ui.terminal.changed_cells import ChangedCells, Shown

CONSOLE = Console(color_system="256", force_terminal=True, width=20)
RED, BOLD, PLAIN = Style(color="color(196)"), Style(bold=True), Style()


class Line:
    """A line of 20 columns on an emulated terminal, reached only through ChangedCells."""

    def __init__(self, *segments):
        self.terminal = pyte.Screen(20, 1)
        self.stream = pyte.Stream(self.terminal)
        self.shown = Shown()
        self.send(LayoutUpdate([[self.strip(segments)]], Region(0, 0, 20, 1)))

    def strip(self, segments):
        return Strip(Segment(text, style) for text, style in segments).adjust_cell_length(20, PLAIN)

    def send(self, update):
        text = ChangedCells(update, self.shown).render_segments(CONSOLE)
        self.stream.feed(text)
        return text

    def change(self, *segments, left=0, right=20):
        chops = [{0: self.strip(segments)}]
        return self.send(ChopsUpdate(chops, [(0, left, right)], [[20]]))

    @property
    def cells(self):
        return [(cell.data, cell.fg, cell.bold) for cell in map(self.terminal.buffer[0].get, range(20)) if cell]


@pytest.mark.parametrize(
    "after",
    [
        [("loss 0.2557", PLAIN)],
        [("loss 0.2541", PLAIN)],
        [("loss ", PLAIN), ("0.2557", RED)],
        [("l", BOLD), ("oss 0.25", PLAIN), ("99", RED)],
        [("ŷ  漢字 é", RED)],
        [("", PLAIN)],
    ],
)
def test_a_change_shows_as_if_the_whole_line_had_been_sent(after):
    changed, fresh = Line(("loss 0.2557", PLAIN)), Line(*after)
    changed.change(*after)
    assert changed.terminal.display == fresh.terminal.display
    assert [cell for cell in changed.cells if cell[0] != " "] == [
        cell for cell in fresh.cells if cell[0] != " "
    ]
    changed.change(("loss 0.2557", PLAIN))
    assert changed.terminal.display == Line(("loss 0.2557", PLAIN)).terminal.display


def test_only_the_cells_that_changed_are_sent():
    line = Line(("loss 0.2557", PLAIN))
    assert line.change(("loss 0.2557", PLAIN)) == ""
    assert line.change(("loss 0.2541", PLAIN)) == "\x1b[1;10H41"
    assert line.change(("Loss 0.2542", PLAIN)) == "\x1b[1;1HL\x1b[1;11H2"


def test_cells_close_by_are_sent_through_and_styles_said_once():
    line = Line(("0.1234 | 0.5678", RED))
    assert line.change(("0.9294 | 0.9678", RED)) == "\x1b[1;3H\x1b[0;38;5;196m929\x1b[1;12H9\x1b[0m"


def test_nothing_beyond_the_span_is_believed():
    """Textual composes whole lines, but asks only the widgets inside the span what is in them."""
    line = Line(("text of a help ▄", PLAIN))
    assert line.change(("               ▇", PLAIN), left=15, right=16) == "\x1b[1;16H▇"
    assert line.terminal.display == ["text of a help ▇    "]


def test_a_whole_screen_is_sent_whole_only_where_it_is_not_known_what_is_shown():
    line = Line(("loss", PLAIN))
    update = LayoutUpdate([[line.strip([("loss", PLAIN)])]], Region(0, 0, 20, 1))
    assert line.send(update) == ""
    line.shown.forget()
    assert line.send(update) == "\x1b[1;1Hloss" + 16 * " "
