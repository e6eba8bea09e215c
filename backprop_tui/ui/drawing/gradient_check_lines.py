"""The gradient check: every slope beside its central difference, and what the difference's width does."""

import math
from collections.abc import Sequence

from backprop_tui.core.gradient_check import ALLOWED, WIDTH, WIDTHS, GradientCheck
from backprop_tui.ui.drawing.lines import ALERT, CURVE, GOOD, MUTED, PLAIN, STRONG, Line, bar

NAME_WIDTH, NUMBER_WIDTH = 10, 13
DIAL_WIDTH = 30


def gradient_check_lines(
    checks: Sequence[GradientCheck], dial: int, first: int, width: int, height: int
) -> list[Line]:
    """The verdict, the table from this row on, and beside it the dial; checks are those for WIDTHS."""
    verdict = _verdict(checks[WIDTHS.index(WIDTH)])
    table = _table(checks[dial], first, height - len(verdict))
    shown = _dial(checks, dial)
    body: list[Line] = []
    for y in range(height - len(verdict)):
        left = table[y] if y < len(table) else []
        used = sum(len(text) for text, _ in left)
        right = shown[y] if y < len(shown) and used + DIAL_WIDTH <= width else []
        body.append([*left, (" " * (width - DIAL_WIDTH - used), PLAIN), *right] if right else left)
    return verdict + body


def _verdict(check: GradientCheck) -> list[Line]:
    word, style = ("right", GOOD) if check.passed else ("wrong", ALERT)
    if not check.tellable and not check.passed:
        word, style = "cannot tell, the slopes are too small", ALERT
    return [
        [
            ("The gradient is ", PLAIN),
            (word, style),
            (f": largest relative error {_power(check.largest_error, 1)} at width {_power(WIDTH, 0)}", PLAIN),
        ],
        [("dE/dw beside (E(w + width) − E(w − width)) / 2·width, E = ½·Σ(y − ŷ)²", MUTED)],
        [],
    ]


def _table(check: GradientCheck, first: int, height: int) -> list[Line]:
    header = f"{'':{NAME_WIDTH}}{'gradient':>{NUMBER_WIDTH}}{'difference':>{NUMBER_WIDTH}}{'error':>9}"
    rows = list(zip(check.names, check.gradients, check.differences, check.errors))
    first = min(first, max(len(rows) - height + 2, 0)) if len(rows) + 1 > height else 0
    lines: list[Line] = [[(header, MUTED)]]
    for name, gradient, difference, error in rows[first:]:
        numbers = f"{_power(gradient, 4):>{NUMBER_WIDTH}}{_power(difference, 4):>{NUMBER_WIDTH}}"
        style = PLAIN if error <= ALLOWED else ALERT
        lines.append([(f"{name:<{NAME_WIDTH}}", STRONG), (numbers, PLAIN), (f"{_power(error, 0):>9}", style)])
    if len(lines) > height:
        lines = [*lines[: height - 1], [(f"… {len(rows)} in all, ↑ ↓ go on", MUTED)]]
    return lines


def _dial(checks: Sequence[GradientCheck], dial: int) -> list[Line]:
    """The largest error at every width, as a bar from 1e−12 to 1."""
    lines: list[Line] = [[("  width  largest error", MUTED)]]
    for at, check in enumerate(checks):
        error = check.largest_error
        share = (math.log10(max(error, 1e-12)) + 12) / 12
        style = STRONG if at == dial else PLAIN
        texts = f"{_power(check.width, 0):<7}{_power(error, 0):<7}"
        lines.append([("▸ " if at == dial else "  ", CURVE), (texts, style), (bar(share, 12), CURVE)])
    return [*lines, [], [("+ wider: E's curve bends", MUTED)], [("- narrower: round-off", MUTED)]]


def _power(value: float, decimals: int) -> str:
    """1.2346e−3."""
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−") if value else "0"
