"""`backprop-tui problems`: what can be learned, and with which settings."""

import json

from backprop_tui.core.experiment import Experiment, fitting, in_short, option_words
from backprop_tui.core.problems import PROBLEMS, Problem


def problems(as_json: bool) -> int:
    """Print every problem of the table: its name for --problem, what it is, and the settings that fit it."""
    print(*map(_record if as_json else _lines, PROBLEMS.values()), sep="\n", flush=True)
    return 0


def _lines(problem: Problem) -> str:
    rows = f"{problem.rows} rows · {in_short(fitting(problem))}"
    return f"{problem.name}\n    {problem.about}\n    {rows}"


def _record(problem: Problem) -> str:
    inputs, outputs = problem.inputs.shape[1], problem.targets.shape[1]
    settings = " ".join(option_words(fitting(problem), Experiment(problem)))
    record = {"name": problem.name, "title": problem.title, "about": problem.about, "rows": problem.rows}
    return json.dumps({**record, "inputs": inputs, "outputs": outputs, "settings": settings})
