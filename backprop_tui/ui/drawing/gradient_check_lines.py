"""The gradient check: every slope beside its central difference, and what the difference's width does."""

import math
import textwrap
from collections.abc import Sequence

from backprop_tui.core.gradient_check import ALLOWED, LEAST_SHARE, WIDTH, WIDTHS, GradientCheck
from backprop_tui.ui.drawing.lines import ALERT, CURVE, GOOD, MUTED, PLAIN, STRONG, Line, bar, width_of

NUMBER_WIDTH, ERROR_WIDTH, DIAL_WIDTH = 13, 9, 30


def gradient_check_lines(
    checks: Sequence[GradientCheck], dial: int, first: int, width: int, height: int
) -> list[Line]:
    """The verdict, the table from this row on, and beside it the dial; checks are those for WIDTHS."""
    head = _verdict(checks[WIDTHS.index(WIDTH)], checks[dial], width)
    table = _table(checks[dial], first, height - len(head))
    shown = _dial(checks, dial) if width >= width_of(table[0]) + DIAL_WIDTH else []
    body: list[Line] = []
    for y in range(height - len(head)):
        left = table[y] if y < len(table) else []
        gap = (" " * (width - DIAL_WIDTH - width_of(left)), PLAIN)
        body.append([*left, gap, *shown[y]] if y < len(shown) else left)
    return head + body


def _verdict(judged: GradientCheck, looked_at: GradientCheck, width: int) -> list[Line]:
    largest = f"largest error {_power(judged.largest_error, 1)} at width {_power(judged.width, 0)}"
    at, error = _power(looked_at.width, 0), _power(looked_at.largest_error, 1)
    told = (
        f"The table is at width {at}, its largest error {error}. "
        "Difference: (E(w + width) − E(w − width)) / 2·width. "
        "Error: its distance to the gradient, as a share of the larger, "
        f"or of {LEAST_SHARE:g} of the largest of all."
    )
    lines: list[Line] = [
        [
            ("The gradient is ", PLAIN),
            (judged.verdict, GOOD if judged.passed else ALERT),
            (f": {largest}", PLAIN),
        ]
    ]
    return [*lines, *([(text, MUTED)] for text in textwrap.wrap(told, width)), []]


def _table(check: GradientCheck, first: int, height: int) -> list[Line]:
    name_width = max(map(len, check.names))
    header = (
        f"{'':{name_width}}{'gradient':>{NUMBER_WIDTH}}{'difference':>{NUMBER_WIDTH}}{'error':>{ERROR_WIDTH}}"
    )
    rows = list(zip(check.names, check.gradients, check.differences, check.errors))
    first = min(first, max(len(rows) - height + 2, 0)) if len(rows) + 1 > height else 0
    lines: list[Line] = [[(header, MUTED)]]
    for name, gradient, difference, error in rows[first:]:
        numbers = f"{_power(gradient, 4):>{NUMBER_WIDTH}}{_power(difference, 4):>{NUMBER_WIDTH}}"
        style = PLAIN if error <= ALLOWED else ALERT
        error_text = f"{_power(error, 0):>{ERROR_WIDTH}}"
        lines.append([(f"{name:<{name_width}}", STRONG), (numbers, PLAIN), (error_text, style)])
    if len(lines) > height:
        lines = [*lines[: height - 1], [(f"… {len(rows)} here, {check.parameters} in all; ↑ ↓ go on", MUTED)]]
    return lines


def _dial(checks: Sequence[GradientCheck], dial: int) -> list[Line]:
    """The largest error at every width, as a bar from 1e−12 to 1."""
    lines: list[Line] = [[("  width  largest error", MUTED)]]
    for at, check in enumerate(checks):
        error = check.largest_error
        share = (math.log10(min(max(error, 1e-12), 1.0)) + 12) / 12
        style = STRONG if at == dial else PLAIN
        texts = f"{_power(check.width, 0):<7}{_power(error, 0):<7}"
        lines.append([("▸ " if at == dial else "  ", CURVE), (texts, style), (bar(share, 12), CURVE)])
    return [*lines, [], [("+ wider: E's curve bends", MUTED)], [("- narrower: round-off", MUTED)]]


def _power(value: float, decimals: int) -> str:
    """1.2346e−3."""
    if not math.isfinite(value):
        return "–"
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−") if value else "0"
