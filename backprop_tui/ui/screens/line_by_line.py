"""The step about to be made, line by line, each line with its numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer

from backprop_tui.core.gradient_check import WIDTHS
from backprop_tui.ui.keys import LINE_BINDINGS, LINE_KEYS
from backprop_tui.ui.panels.step_lines import AllLines, Check, OneLine, WhereItIs
from backprop_tui.ui.reading import Reading, checked, moved, read, read_on
from backprop_tui.ui.screens.choice import mistakes
from backprop_tui.ui.screens.help import LETTERS, Help
from backprop_tui.ui.view import View

SECONDS_A_LINE = 1.5

HELP = (
    (
        "Line by line",
        "On the left are all lines of the step, on the right the one that is read: how it is written, what it "
        "means, the shapes, and its numbers with those they come from. Enter opens the value in brackets as "
        "what it comes from, with every figure it takes to compute it. ×10⁻³ beside a matrix's name says that "
        "all its numbers are times 0.001.",
    ),
    (
        "Is it right?",
        "c sets every gradient beside how much E really changes when that weight is moved a little, by the "
        "width on the dial. Too wide, and E's curve bends in between; too narrow, and digits are lost.",
    ),
)


class LineByLine(Screen[None]):
    """go makes the run go so many steps on or back, use_mistake has it make one; both tell its view."""

    KEYS = LINE_KEYS
    BINDINGS = LINE_BINDINGS

    reading: reactive[Reading] = reactive(cast("Reading", None), repaint=False, init=False)  # never None

    def __init__(self, view: View, go: Callable[[int], View], use_mistake: Callable[[str], View]) -> None:
        super().__init__()
        self.go, self.use_mistake = go, use_mistake
        self.set_reactive(LineByLine.reading, read(view.snapshot))

    def compose(self) -> ComposeResult:
        """Where it is, the two halves, the keys."""
        yield WhereItIs(self.reading).data_bind(LineByLine.reading)
        with Horizontal(id="lines"):
            yield AllLines(self.reading).data_bind(LineByLine.reading)
            yield OneLine(self.reading).data_bind(LineByLine.reading)
        yield Check(self.reading).data_bind(LineByLine.reading)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Wind up the clock that plays the lines."""
        self.clock = self.set_interval(SECONDS_A_LINE, self.play_on, pause=True)

    def watch_reading(self) -> None:
        """Show the check in place of the lines, or the lines; and the keys that then do something."""
        if self.has_class("-checking") != self.reading.checking:
            self.set_class(self.reading.checking, "-checking")
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether the key does something: the dial turns on the check, the lines are read without it."""
        if self.reading.checking:
            return action not in ("line", "open", "play")
        return action != "dial"

    def action_line(self, direction: int) -> None:
        """The next line or the one before; after the last the step is made, before the first taken back."""
        self._stop_playing()
        self._go(direction)

    def play_on(self) -> None:
        """Another line of the play."""
        self._go(1)
        if self.reading.notice:
            self._stop_playing()

    def _go(self, direction: int) -> None:
        reading = self.reading
        at = reading.at + direction
        if 0 <= at <= reading.last:
            self.reading = replace(reading, at=at, notice="")
            return
        view = self.go(direction)
        if view.snapshot.step == reading.snapshot.step:
            if direction < 0:
                return  # this is the first step
            notice = "The run is finished: no step follows." if view.finished else view.notice
            self.reading = replace(reading, notice=notice)
            return
        self.reading = read_on(reading, view.snapshot)
        if direction < 0:
            self.reading = replace(self.reading, at=self.reading.last)

    def action_move(self, rows: int, columns: int) -> None:
        """Another value; of the gradient check, other rows."""
        reading = self.reading
        if reading.checking:
            last = len(reading.checks[0].names) - 1 if reading.checks else 0
            self.reading = replace(reading, first=min(max(reading.first + rows, 0), last))
        else:
            self.reading = moved(reading, rows, columns)

    def action_open(self) -> None:
        """Open the value as what it comes from, or close it."""
        cursor = self.reading.cursor
        self.reading = replace(self.reading, cursor=replace(cursor, opened=not cursor.opened))

    def action_play(self) -> None:
        """Play the lines one after the other, or stop."""
        if self.reading.playing:
            self._stop_playing()
        else:
            self.reading = replace(self.reading, playing=True, checking=False)
            self.clock.resume()

    def _stop_playing(self) -> None:
        self.clock.pause()
        self.reading = replace(self.reading, playing=False)

    def action_check(self) -> None:
        """Show the gradient check, or the lines again."""
        self._stop_playing()
        reading = self.reading
        self.reading = replace(reading, checking=False) if reading.checking else checked(reading)

    def action_dial(self, direction: int) -> None:
        """Take the check's differences over a wider or a narrower stretch."""
        dial = min(max(self.reading.dial - direction, 0), len(WIDTHS) - 1)
        self.reading = replace(self.reading, dial=dial)

    def action_mistakes(self) -> None:
        """Choose a line to write wrong."""
        self._stop_playing()
        self.app.push_screen(mistakes(self.reading.snapshot.experiment), self._mistaken)

    def _mistaken(self, name: str | None) -> None:
        if name is not None:
            self.reading = read_on(self.reading, self.use_mistake(name).snapshot)

    def action_help(self) -> None:
        """Show what this screen shows, and its keys."""
        self.app.push_screen(Help((*HELP, LETTERS), LINE_KEYS))
