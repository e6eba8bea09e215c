"""The experiment, on one line at the top; in its place, what went wrong."""

from collections.abc import Mapping

from backprop_tui.core.experiment import Experiment, in_short
from backprop_tui.ui.drawing.lines import ALERT, CURVE, MUTED, STRONG, Line, cut
from backprop_tui.ui.panels.panel import Panel

NAME = "backprop-tui"


class ExperimentLine(Panel):
    """What is being trained, so that every picture of the screen can be repeated."""

    def draw(self, width: int, height: int) -> list[Line]:
        """The notice if there is one, else the experiment, and what sweeps in the background have come to."""
        view = self.view
        if view.notice:
            return [[(f" {view.notice}", ALERT)]]
        mistake = view.experiment.mistake
        mark = f" BROKEN: {mistake.title} " if mistake else ""
        told = (view.experiment, view.timeline.changes, view.snapshot.step)
        text = f" {in_words(*told)}"
        if len(mark + text) > width:
            text = f" {in_words(*told, is_short=True)}"
        if len(mark + text) > width:
            text = f"{text[: max(width - len(mark) - 1, 0)]}…"
        if view.sweeps:
            room = max(width - len(mark + view.sweeps) - 1, 0)
            line = [(mark, ALERT), (text[: max(room - 1, 0)].ljust(room), STRONG), (view.sweeps, CURVE)]
            return [cut(line, width)]
        name = NAME.rjust(width - len(mark + text) - 1)
        return [[(mark, ALERT), (text, STRONG), *([(name, MUTED)] if name.startswith(" ") else [])]]


def in_words(
    experiment: Experiment, changes: Mapping[int, Experiment], step: int, is_short: bool = False
) -> str:
    """XOR 2-4-1 · no biases · learning rate 1 (0.5 until 1,200) · seed 42."""
    rate = "" if is_short else f"learning rate {experiment.learning_rate:g}{_otherwise(changes, step)}"
    return f"{experiment.problem.title} {in_short(experiment, rate)} · seed {experiment.seed}"


def _otherwise(changes: Mapping[int, Experiment], step: int) -> str:
    """The learning rate before its last change, or else after its next one, and the step of that."""
    rates = sorted((at, experiment.learning_rate) for at, experiment in changes.items())
    turns = [(at, before, now) for (_, before), (at, now) in zip(rates, rates[1:]) if before != now]
    past = [turn for turn in turns if turn[0] <= step]
    if past:
        at, before, _ = past[-1]
        return f" ({'…, ' if len(past) > 1 else ''}{before:g} until {at:,})"
    return f" ({turns[0][2]:g} from {turns[0][0]:,})" if turns else ""
