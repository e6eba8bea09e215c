"""What every drawing is made of: lines of spans, each a text and the name of its style.

The style names are the panels' component classes; app.tcss gives them their colours.
"""

Span = tuple[str, str]
Line = list[Span]

PLAIN, MUTED, STRONG, CURVE, GOOD, ALERT, HERE = "plain", "muted", "strong", "curve", "good", "alert", "here"

SHADES = 4  # of each sign, beside the dark middle
WEIGHT_STYLES = tuple(f"weight-{shade}" for shade in range(2 * SHADES + 1))  # most negative to most positive
PROBABILITY_STYLES = tuple(f"probability-{shade}" for shade in range(8))  # 0 to 1

STYLES = {PLAIN, MUTED, STRONG, CURVE, GOOD, ALERT, HERE, *WEIGHT_STYLES, *PROBABILITY_STYLES}

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
EIGHTHS = " ▏▎▍▌▋▊▉█"


def text_of(line: Line) -> str:
    """The line's text without its styles."""
    return "".join(text for text, _ in line)


def width_of(line: Line) -> int:
    """How many cells the line takes; every character drawn here takes one."""
    return sum(len(text) for text, _ in line)


def cut(line: Line, width: int) -> Line:
    """The line as far as it has room, without spans of no text."""
    kept: Line = []
    for text, style in line:
        text = text[:width]
        width -= len(text)
        if text:
            kept.append((text, style))
    return kept


def ended(text: str, width: int) -> str:
    """The text, with … where it has no room for all."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def counted_steps(steps: int) -> str:
    """1 step; 10,001 steps."""
    return f"{steps:,} step{'s'[: steps != 1]}"


def clock(seconds: float) -> str:
    """Minutes and seconds, 1:05; of an hour and more, hours: 3 h."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}" if seconds < 3600 else f"{seconds / 3600:,.0f} h"


def signed(value: float, width: int) -> str:
    """A number with its sign in exactly this many cells (5 or more), with the decimals that fit, 3 at most."""
    size = abs(value)
    for decimals in (3, 2, 1, 0):
        digits = f"{size:.{decimals}f}"
        if len(digits) < width:
            break
    else:
        digits = f"{size:.0e}".replace("e+0", "e").replace("e+", "e")
    sign = "+" if value > 0 else "−" if value < 0 else " "
    return (sign + digits).rjust(width)


def times_ten(exponent: int) -> str:
    """×10⁻³."""
    return f"×10{str(exponent).translate(SUPERSCRIPTS)}"


def _within(share: float) -> float:
    """The share, 0 at least and 1 at most; NaN, which is neither, is 0."""
    return share if 0 <= share <= 1 else float(share > 1)


def bar(share: float, width: int) -> str:
    """A bar filling this share (0 … 1) of width cells, to an eighth of a cell."""
    eighths = round(_within(share) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def ramp(styles: tuple[str, ...], share: float) -> str:
    """The style at this share (0 … 1) of the way through a ramp of styles."""
    return styles[min(int(_within(share) * len(styles)), len(styles) - 1)]


def overlaid(line: Line, column: int, character: str, style: str) -> Line:
    """The line with this character in this column, unless a curve is there."""
    text, start = text_of(line), 0
    for at, (span, span_style) in enumerate(line):
        inside = column - start
        if 0 <= inside < len(span):
            if span_style == CURVE:
                return line
            around = [(span[:inside], span_style), (character, style), (span[inside + 1 :], span_style)]
            return [*line[:at], *(each for each in around if each[0]), *line[at + 1 :]]
        start += len(span)
    return [*line, (" " * (column - len(text)), PLAIN), (character, style)]
