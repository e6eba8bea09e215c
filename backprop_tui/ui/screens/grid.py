"""How many random starts learn it with 0 to 8 hidden units, without and with biases."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from backprop_tui.core.experiment import Experiment
from backprop_tui.ui.drawing.grid_lines import ACROSS
from backprop_tui.ui.keys import GRID_KEYS, bindings
from backprop_tui.ui.ladders import along
from backprop_tui.ui.panels.grid_box import GridBox, WhatIsGridded
from backprop_tui.ui.screens.help import Help
from backprop_tui.ui.screens.sweep import SweepScreen
from backprop_tui.ui.sweeping import STARTS, Sweeping

LOOKS_A_SECOND = 5
HELP = (
    (
        "The grid",
        "A sweep in every cell: how many of the starts learn it, with its 95 % interval, all else being equal. "
        "Two hidden units can represent XOR, so where they fail it is the learning that does: compare 2 units "
        "without and with biases, and 2 with 4.",
    ),
)


class GridScreen(Screen[None]):
    """sweeping tells how far the sweeps are; watch runs a start; again sweeps anew, with so many starts."""

    KEYS = GRID_KEYS
    BINDINGS = bindings(GRID_KEYS)

    def __init__(
        self,
        sweeping: Callable[[], Sweeping],
        watch: Callable[[Experiment], None],
        again: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.sweeping, self.watch_start, self.again = sweeping, watch, again
        self.shown: Sweeping | None = None
        self.cursor = 0

    def compose(self) -> ComposeResult:
        """What is the same in all cells, the cells, the keys."""
        yield WhatIsGridded(self.sweeping())
        yield GridBox(self.sweeping())
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Look how far it is, again and again."""
        self.set_interval(1 / LOOKS_A_SECOND, self.look)

    def look(self) -> None:
        """Show how far the sweeps have come, where that is news."""
        now = self.sweeping()
        if now is not self.shown:
            self.shown = now
            for box in self.query(GridBox):
                box.show(now, self.cursor)

    def action_move(self, down: int, right: int) -> None:
        """Mark another cell."""
        sweeping = self.sweeping()
        row, column = divmod(self.cursor, ACROSS)
        row = min(max(row + down, 0), len(sweeping.experiments) // ACROSS - 1)
        column = min(max(column + right, 0), ACROSS - 1)
        self.cursor = row * ACROSS + column
        self.shown = None
        self.look()

    def action_open(self) -> None:
        """The sweep of the cell that is marked, if it has begun."""
        if self.cursor >= len(self.sweeping().sweeps):
            self.notify("This cell has not begun yet.", markup=False)
        elif self.is_active:
            self.app.push_screen(SweepScreen(self.sweeping, self.cursor, self.watch_start))

    def action_starts(self, direction: int) -> None:
        """Sweep ten times as many starts, or a tenth."""
        starts = int(along(STARTS, self.sweeping().starts, direction))
        if starts != self.sweeping().starts:
            self.again(starts)

    def action_leave(self) -> None:
        """Back; the sweeps go on."""
        if self.is_active:
            self.app.pop_screen()

    def action_help(self) -> None:
        """What this screen shows."""
        self.app.push_screen(Help(HELP, GRID_KEYS))
