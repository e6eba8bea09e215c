"""Sweeps of several networks as a heat map: hidden units down, biases across."""

from collections.abc import Sequence

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.settings import sizes_text
from backprop_tui.core.sweep import Sweep
from backprop_tui.core.tally import tally
from backprop_tui.ui.drawing.lines import ALERT, HERE, MUTED, PROBABILITY_STYLES, STRONG, Line, cut, ramp
from backprop_tui.ui.drawing.sweep_lines import interval, share

ACROSS = 2  # without and with biases
LABEL = 8  # cells before the first column
WIDEST = 42  # cells of a column
WITH_INTERVAL = 20  # cells that a share and its interval take
LIGHT = 0.5  # share from which the ramp is light enough for dark letters
CAPTION = ("share and number that learned it", "learned: all rows on their side of ½ at the end")
HEADS = ("no biases", "biases")


def grid_lines(
    experiments: Sequence[Experiment], sweeps: Sequence[Sweep], cursor: int, width: int, height: int
) -> list[Line]:
    """A cell for each experiment: how many learned it and the 95 % interval, on the colour of that share."""
    cell = max(min((width - LABEL) // ACROSS - 1, WIDEST), 1)
    rows = len(experiments) // ACROSS
    tall = max(1, min((height - 4) // rows, 3))
    lines: list[Line] = [[("hidden".ljust(LABEL), MUTED), *((f" {head:^{cell}}", STRONG) for head in HEADS)]]
    for row in range(rows):
        label = sizes_text(experiments[ACROSS * row].hidden_sizes)
        for part in range(tall):
            words = part == (tall - 1) // 2
            line: Line = [((label if words else "").rjust(LABEL - 3) + "   ", STRONG)]
            for at in range(ACROSS * row, ACROSS * row + ACROSS):
                text, style = _cell(sweeps[at], cell) if at < len(sweeps) else ("·", MUTED)
                left, right = "▸◂" if at == cursor and words else "  "
                line += [(left, ALERT), (f"{text if words else '':^{cell - 1}}", style), (right, ALERT)]
            lines.append(line)
    heads = [CAPTION[0] + (", 95 % interval" if cell - 1 > WITH_INTERVAL + _counts_width(sweeps) else "")]
    caption = [[(" " * (LABEL - 1) + text, MUTED)] for text in (*heads, *CAPTION[1:])]
    lines += [[], *caption] if len(lines) + len(caption) < height else []
    return [cut(line, width) for line in lines]


def _counts_width(sweeps: Sequence[Sweep]) -> int:
    """The cells that 1,000/1,000 takes."""
    return 2 * len(f"{len(sweeps[0].seeds):,}") + 1 if sweeps else 0


def _cell(sweep: Sweep, width: int) -> tuple[str, str]:
    counted = tally(sweep)
    if counted.networks < len(sweep.seeds):
        return f"{sweep.done:.0%} done".replace("%", " %"), MUTED
    solved = counted.solved / counted.networks
    style = f"{HERE if solved >= LIGHT else STRONG}/{ramp(PROBABILITY_STYLES, solved)}"
    of = f"{counted.solved:,}/{counted.networks:,}"
    widest = _counts_width([sweep])
    texts = (f"{share(counted):>7}", f"  {of:>{widest}}", f"  {interval(counted):<10}")
    return "".join(texts[: 3 if width > WITH_INTERVAL + widest else 2]), style
