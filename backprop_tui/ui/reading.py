"""What the line-by-line screen shows at one instant; each of its boxes is a function of it."""

from dataclasses import dataclass, field, replace

from backprop_tui.core.derivation import BrokenStep, Equation, derivation
from backprop_tui.core.gradient_check import WIDTH, WIDTHS, GradientCheck, gradient_check
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.drawing.derivation_lines import Cursor


@dataclass(frozen=True, eq=False)
class Reading:
    """A line of the step that follows a snapshot. It never changes: the functions below make the next one.

    equations: all lines; at: which of them is read. cursor: the value looked at. checking: whether the
    gradient check is shown instead; checks: for each of WIDTHS, none where a mistake leaves no gradient;
    dial: which of them is looked at; first: the row it is shown from.
    """

    snapshot: Snapshot
    equations: list[Equation]
    at: int = 0
    cursor: Cursor = field(default_factory=Cursor)
    playing: bool = False
    notice: str = ""
    checking: bool = False
    checks: tuple[GradientCheck, ...] = ()
    first: int = 0
    dial: int = WIDTHS.index(WIDTH)

    @property
    def equation(self) -> Equation:
        """The line that is read."""
        return self.equations[self.at]

    @property
    def last(self) -> int:
        """The last line that can be read: what comes after one with an error has no numbers."""
        broken = (at for at, equation in enumerate(self.equations) if equation.error)
        return next(broken, len(self.equations) - 1)


def read(snapshot: Snapshot) -> Reading:
    """The first line of the step that follows the snapshot."""
    return Reading(snapshot, derivation(snapshot))


def read_on(reading: Reading, snapshot: Snapshot) -> Reading:
    """The first line of the step that follows another snapshot, all else as it was."""
    fresh = replace(reading, snapshot=snapshot, equations=derivation(snapshot), at=0, notice="")
    return checked(fresh) if reading.checking else fresh


def checked(reading: Reading) -> Reading:
    """The gradient check in place of the lines."""
    try:
        checks = tuple(gradient_check(reading.snapshot, width) for width in WIDTHS)
    except BrokenStep:
        checks = ()
    return replace(reading, checking=True, checks=checks)


def moved(reading: Reading, rows: int, columns: int) -> Reading:
    """The cursor so many rows and columns on, round the ends of the row and of the matrix."""
    height, width = reading.equation.result.values.shape
    row, column = reading.cursor.within(reading.equation)
    place = (row + rows) * width + column + columns if columns else (row + rows) % height * width + column
    row, column = divmod(place % (height * width), width)
    return replace(reading, cursor=replace(reading.cursor, row=row, column=column))
