"""The truth table: targets flip with a key while the network runs, and it learns the new ones from there on."""

from collections.abc import Callable

import numpy as np
from textual.app import ComposeResult
from textual.geometry import Region

from backprop_tui.core.problems import Problem, with_targets
from backprop_tui.ui.drawing.lines import Line
from backprop_tui.ui.drawing.truth_table_lines import truth_table_lines
from backprop_tui.ui.panels.lines_box import LinesBox
from backprop_tui.ui.screens.modal import Modal

MOST_TARGETS = 64


def can_be_edited(problem: Problem) -> bool:
    """Whether each target is 0 or 1 and there are not too many to flip one by one."""
    return problem.targets.size <= MOST_TARGETS and bool(np.isin(problem.targets, (0, 1)).all())


class Table(LinesBox):
    """The rows with their targets, the one that enter flips in brackets."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem, self.cursor = problem, 0

    def titles(self, width: int) -> tuple[str, str]:
        """The gate's name, and the keys."""
        return f"Targets: {self.problem.title}", "↑ ↓ choose · enter flips · esc"

    def draw(self, width: int, height: int) -> list[Line]:
        """See truth_table_lines."""
        return truth_table_lines(self.problem, self.cursor, width, height)


class TruthTable(Modal[None]):
    """In the place of a panel, so that the others can be watched; relearn has the run learn other targets."""

    BINDINGS = [
        ("escape,t,q", "dismiss", "leave"),
        ("up,left", "move(-1)", "up"),
        ("down,right", "move(1)", "down"),
        ("enter", "flip", "flip"),
        ("pageup", "move(-10)", "ten up"),
        ("pagedown", "move(10)", "ten down"),
        ("space", "run_or_pause", "run or pause"),
    ]

    def __init__(
        self,
        problem: Problem,
        place: Callable[[], Region],
        relearn: Callable[[Problem], None],
        run_or_pause: Callable[[], None],
    ) -> None:
        super().__init__()
        self.table, self.place = Table(problem), place
        self.relearn, self.action_run_or_pause = relearn, run_or_pause

    def compose(self) -> ComposeResult:
        """The table."""
        yield self.table

    def on_resize(self) -> None:
        """Stand where it is to, once the panels have their sizes."""
        self.call_after_refresh(self._stand)

    def _stand(self) -> None:
        place, styles = self.place(), self.table.styles
        styles.offset = (place.x, place.y)
        styles.width, styles.height = place.width, place.height
        self.table.visible = bool(place)  # where the panels have no room it has none either

    def action_move(self, targets: int) -> None:
        """Another target."""
        self.table.cursor = (self.table.cursor + targets) % self.table.problem.targets.size
        self.table.redraw()

    def action_flip(self) -> None:
        """Turn the target round; the run learns the new one from where it is."""
        targets = self.table.problem.targets.copy()
        targets.flat[self.table.cursor] = 1 - targets.flat[self.table.cursor]
        self.table.problem = with_targets(self.table.problem, targets)
        self.relearn(self.table.problem)
        self.table.redraw()
