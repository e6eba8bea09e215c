"""The front ends that print."""

import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment, command_line, difference
from backprop_tui.core.gradient_check import ALLOWED, LEAST_SHARE, GradientCheck, gradient_check
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import CannotStep, Snapshot, start
from backprop_tui.core.training import train as snapshots_after

STEPS_BETWEEN_LOOKS = 1_000  # at the clock and the progress bar
BAR_WIDTH = 24


def train(experiment: Experiment, log_every: int, as_json: bool, save: Path | None) -> int:
    """Train to the end, printing the tutorial's own lines, or JSON; returns the exit status.

    A run whose next step cannot be made says why on standard error, ends with its last snapshot and
    returns 1. Whatever ends the run, the snapshot reached is saved if that was asked for. Raises OSError when
    standard output or the file cannot be written.
    """
    first = snapshot = start(experiment)
    progress = Progress(sys.stderr, experiment.steps)
    status = 0
    try:
        _log(snapshot, as_json, progress)
        for snapshot in snapshots_after(first):
            if snapshot.step % log_every == 0 and snapshot.step < experiment.steps:
                _log(snapshot, as_json, progress)
            if snapshot.step % STEPS_BETWEEN_LOOKS == 0:
                progress.show(snapshot.step)
    except CannotStep as why:
        progress.clear()
        print(f"backprop-tui: {why}", file=sys.stderr)
        status = 1
    finally:
        progress.clear()
        if save is not None:
            checkpoint.save(snapshot, save)
    print(*(_final_record(snapshot) if as_json else _final_table(snapshot)), sep="\n", flush=True)
    return status


def check(experiment: Experiment, at: int, width: float, as_json: bool) -> int:
    """Print every gradient at this step beside its central difference; returns 1 where they differ, else 0."""
    first = start(experiment)
    try:
        reached = deque(islice(snapshots_after(first), at), maxlen=1)
        checked = gradient_check(reached[0] if reached else first, width)
    except CannotStep as why:
        print(f"backprop-tui: {why}", file=sys.stderr)
        return 1
    print(*(_check_records(checked) if as_json else _check_table(checked, at)), sep="\n", flush=True)
    return int(checked.verdict == "wrong")


def _check_table(checked: GradientCheck, at: int) -> Iterator[str]:
    width = f"{checked.width:g}"
    yield f"dE/dw at step {at} beside (E(w + {width}) − E(w − {width})) / {2 * checked.width:g}"
    yield f"error: their distance as a share of the larger, or of {LEAST_SHARE:g} of the largest of all"
    name_width = max(map(len, checked.names))
    yield f"{'':{name_width}}{'gradient':>16}{'difference':>16}{'error':>10}"
    for name, gradient, slope, error in zip(
        checked.names, checked.gradients, checked.differences, checked.errors
    ):
        yield f"{name:{name_width}}{gradient:16.8e}{slope:16.8e}{error:10.1e}"
    if len(checked.names) < checked.parameters:
        yield f"({len(checked.names)} of {checked.parameters} parameters, evenly spread)"
    yield f"{checked.verdict}: largest relative error {checked.largest_error:.1e}, allowed {ALLOWED:g}"


def _check_records(checked: GradientCheck) -> Iterator[str]:
    for name, gradient, slope, error in zip(
        checked.names, checked.gradients.tolist(), checked.differences.tolist(), checked.errors.tolist()
    ):
        yield json.dumps({"name": name, "gradient": gradient, "difference": slope, "error": error})
    last = {"largest_error": checked.largest_error, "width": checked.width, "verdict": checked.verdict}
    yield json.dumps({**last, "parameters": checked.parameters})


def summary(snapshot: Snapshot, changes: Mapping[int, Experiment]) -> str:
    """One line for the terminal after the app: the experiment, how far it came, how to come there again.

    changes: the run's experiments by the step from which each was used.
    """
    experiment = snapshot.experiment
    made = sorted(step for step in changes if step <= snapshot.step)
    again = [command_line(changes[made[0]])] if changes[made[0]].problem in PROBLEMS.values() else []
    again += [f"at step {now:,} {difference(changes[was], changes[now])}" for was, now in zip(made, made[1:])]
    layers = "-".join(map(str, experiment.layer_sizes))
    reached = f"loss {snapshot.loss:.6f}, {snapshot.right.sum()}/{experiment.problem.rows} right."
    told = f"{experiment.problem.title} {layers}, step {snapshot.step:,}: {reached}"
    return f"{told} Again: {', '.join(again)}" if again else told


def _log(snapshot: Snapshot, as_json: bool, progress: "Progress") -> None:
    progress.clear()
    if as_json:
        print(json.dumps({"step": snapshot.step, "loss": snapshot.loss}), flush=True)
    else:
        print(f"Step {snapshot.step:5d} | Loss: {snapshot.loss:.4f}", flush=True)


def _final_table(snapshot: Snapshot) -> list[str]:
    problem = snapshot.experiment.problem
    rows = zip(problem.inputs, snapshot.outputs, problem.targets, strict=True)
    return [f"Trained predictions vs correct {problem.title}:"] + [
        f" Input [{_numbers(inputs, 'g')}] → "
        f"Predicted: {_numbers(outputs, '.3f')} | Correct: {_numbers(targets, 'g')}"
        for inputs, outputs, targets in rows
    ]


def _final_record(snapshot: Snapshot) -> list[str]:
    one_output = snapshot.outputs.shape[1] == 1
    record = {
        "step": snapshot.step,
        "loss": snapshot.loss,
        "predictions": (snapshot.outputs[:, 0] if one_output else snapshot.outputs).tolist(),
        "correct": int(snapshot.right.sum()),
        "rows": snapshot.experiment.problem.rows,
    }
    return [json.dumps(record)]


def _numbers(values: Iterable[float], spec: str) -> str:
    return " ".join(format(value, spec) for value in values)


class Progress:
    """A bar on standard error, from the first second on, if that is a terminal; else nothing."""

    def __init__(self, stream: TextIO, steps: int) -> None:
        self.stream, self.steps = stream, steps
        self.began = self.shown = time.monotonic()
        self.visible = False

    def show(self, step: int) -> None:
        """Draw the bar for this step, five times a second at most."""
        now = time.monotonic()
        if now - self.began < 1 or now - self.shown < 0.2 or not self.stream.isatty():
            return
        self.shown, self.visible = now, True
        done = step / self.steps
        left = round((now - self.began) * (1 - done) / done)
        bar = "#" * round(done * BAR_WIDTH)
        time_left = f"{left // 60}:{left % 60:02d} left"
        self.stream.write(f"\r{step:,} of {self.steps:,} [{bar:-<{BAR_WIDTH}}] {done:4.0%}, {time_left}\x1b[K")
        self.stream.flush()

    def clear(self) -> None:
        """Take the bar off its line, so that something can be printed there."""
        if self.visible:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self.visible = False
