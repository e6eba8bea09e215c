"""The loop of a script: the lines of plan.py, in its order, each as its formula's `code` has it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.formulas import FORMULAS
from backprop_tui.core.literals import array_lines
from backprop_tui.core.mistakes import Mistake
from backprop_tui.core.plan import Line, formula_of, names_on, plan
from backprop_tui.core.training import Snapshot

LOG_EVERY = 2_000  # steps
LETTERS = str.maketrans({"ŷ": "yhat", "δ": "d", "Δ": "v"})
TITLES = {
    "forward": "# Forward: from the inputs up to the predictions.",
    "backward": "# Backward: the slopes of E = sum((y - yhat) ** 2) / 2, which is the loss times a constant.",
    "update": "# Update: every weight a small step against its slope.",
}


class Run(NamedTuple):
    """What is written: the first snapshot, and the experiment from a step on, by that step, in order."""

    first: Snapshot
    experiments: Mapping[int, Experiment]

    @property
    def last(self) -> Experiment:
        """The experiment it ends with."""
        return list(self.experiments.values())[-1]

    @property
    def has_momentum(self) -> bool:
        """Whether any part of it has."""
        return any(each.momentum for each in self.experiments.values())

    @property
    def plan(self) -> list[Line]:
        """The lines of a step."""
        experiment = self.first.experiment
        return list(plan(len(experiment.layer_sizes) - 1, experiment.bias, self.has_momentum))


def names(run: Run, line: Line) -> dict[str, str]:
    """What every role is called on this line of the script."""
    layers = len(run.first.experiment.layer_sizes) - 1
    return {role: name.translate(LETTERS) for role, name in names_on(line, layers).items()}


def loop(run: Run) -> Iterator[str]:
    """Every step with what is changed on the way, and the log."""
    first = run.first.step
    yield f"for step in range({f'{first}, ' if first else ''}{run.last.steps}):"
    parts = [[*_changes(run)]]
    for part in ("forward", "loss", "backward", "update"):
        lines = [statement for line in run.plan if line.part == part for statement in _statements(run, line)]
        parts.append([TITLES[part], *lines] if part in TITLES else [*lines, *_log(first)])
    for at, lines in enumerate(filter(None, parts)):
        yield from [""] if at else []
        yield from indented(lines)


def _log(first: int) -> list[str]:
    begins = f" or step == {first}" if first % LOG_EVERY else ""
    return [
        "losses.append(loss)",
        f"if step % {LOG_EVERY} == 0{begins}:",
        '    print(f"Step {step:5d} | Loss: {loss:.4f}")',
    ]


def _changes(run: Run) -> Iterator[str]:
    """What is changed on the way; the end of the last step is beyond the loop."""
    for step, (before, now) in zip(list(run.experiments)[1:], pairwise(run.experiments.values())):
        lines = [*_changed(run, before, now)]
        if lines and step < run.last.steps:
            yield f"if step == {step}:  # changed on the way"
            yield from indented(lines)


def _changed(run: Run, before: Experiment, now: Experiment) -> Iterator[str]:
    """What makes the one experiment the other, but for its mistakes, which stand in their own lines."""
    if now.learning_rate != before.learning_rate:
        yield f"lr = {float(now.learning_rate)!r}"
    if now.momentum != before.momentum:
        yield f"momentum = {float(now.momentum)!r}"
    if now.momentum and not before.momentum:
        yield no_last_changes(run)
    if now.problem is not before.problem:
        yield from array_lines("y", now.problem.targets, are_floats=False)


def no_last_changes(run: Run) -> str:
    """The line that has momentum begin without a last change."""
    kinds = [kind for kind in ("vW", "vb") if kind == "vW" or run.first.experiment.bias]
    layers = range(1, len(run.first.experiment.layer_sizes))
    return " = ".join([*(f"{kind}{layer}" for layer in layers for kind in kinds), "0"])


def _statements(run: Run, line: Line) -> Iterator[str]:
    """The line in code, and as a mistake has it while there is one."""
    right, roles = FORMULAS[line.kind], names(run, line)
    mistakes = {step: experiment.mistake for step, experiment in run.experiments.items()}
    wrong: dict[Mistake, str] = {}
    for experiment in run.experiments.values():
        formula = formula_of(line, experiment)
        if formula is not right and experiment.mistake:
            wrong[experiment.mistake] = formula.code.format(**roles)
    if len(wrong) == 1 and wrong.keys() == set(mistakes.values()):
        yield from (f"{code}  {_told(mistake)}" for mistake, code in wrong.items())
    elif right.code:
        yield right.code.format(**roles)
        for mistake, code in wrong.items():
            when = _while([(step, each is mistake) for step, each in mistakes.items()])
            yield f"if {when}:  {_told(mistake)}"
            yield from indented([code])


def _told(mistake: Mistake) -> str:
    return f"# wrong on purpose: {mistake.title.translate(LETTERS)}"


def _while(there: list[tuple[int, bool]]) -> str:
    """The condition under which something is there, given from which step on it is and is not."""
    turns = [there[0], *(now for before, now in pairwise(there) if now[1] != before[1])]
    ends = [*(step for step, _ in turns[1:]), None]
    spans = []
    for at, ((begin, is_there), end) in enumerate(zip(turns, ends)):
        if is_there and at == 0:
            spans.append(f"step < {end}")
        elif is_there:
            spans.append(f"step >= {begin}" if end is None else f"{begin} <= step < {end}")
    return " or ".join(spans)


def indented(lines: Iterable[str]) -> Iterator[str]:
    """The lines, a level further in."""
    return (f"    {line}" for line in lines)
