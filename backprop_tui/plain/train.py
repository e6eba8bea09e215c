"""`backprop-tui train`: the run as the tutorial prints it, or as JSON."""

import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from backprop_tui.core import checkpoint
from backprop_tui.core.history import history as history_of_run
from backprop_tui.core.training import CannotStep, Snapshot
from backprop_tui.core.training import train as snapshots_after
from backprop_tui.plain.progress import Progress

STEPS_BETWEEN_LOOKS = 1_000  # at the clock and the progress bar


def train(
    first: Snapshot, log_every: int, as_json: bool, save: Path | None, history: Path | None = None
) -> int:
    """Train to the end, printing the tutorial's own lines, or JSON; returns the exit status.

    A run whose next step cannot be made says why on standard error, ends with its last snapshot and
    returns 1. Whatever ends the run, the snapshot reached and the history up to it are saved if that was
    asked for. Raises OSError when standard output or a file cannot be written, KeyboardInterrupt after ctrl+c.
    """
    snapshot, steps = first, first.experiment.steps
    progress = Progress(sys.stderr, first.step, steps)
    status = 0
    stopped: BaseException | None = None
    with noted_signals() as noted, history_of_run(history) if history else nullcontext(_nothing) as record:
        try:
            record(snapshot)
            _log(snapshot, as_json, progress)
            for snapshot in snapshots_after(first):
                record(snapshot)
                if noted:
                    raise KeyboardInterrupt(*noted)
                if snapshot.step % log_every == 0 and snapshot.step < steps:
                    _log(snapshot, as_json, progress)
                if snapshot.step % STEPS_BETWEEN_LOOKS == 0:
                    progress.show(snapshot.step)
        except CannotStep as why:
            progress.clear()
            print(f"backprop-tui: {why}", file=sys.stderr)
            status = 1
        except (KeyboardInterrupt, OSError) as interrupted:
            stopped = interrupted  # raised again once the history is whole
    progress.clear()
    if save is not None:
        checkpoint.save(snapshot, save)
    if stopped:
        raise stopped
    print(*(_final_record(snapshot) if as_json else _final_table(snapshot)), sep="\n", flush=True)
    return status


@contextmanager
def noted_signals() -> Iterator[list[int]]:
    """The signals that ask the run to end, which it does after the step; a second one does not wait for it."""
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        if noted:
            raise KeyboardInterrupt(number)
        noted.append(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    asking = {number: each for number, each in before.items() if each is not signal.SIG_IGN}
    try:
        for number in asking:
            signal.signal(number, note)
        yield noted
    finally:
        for number, each in asking.items():
            signal.signal(number, each)


def _nothing(snapshot: Snapshot) -> None:
    """What a run without a history does with a step."""


def _log(snapshot: Snapshot, as_json: bool, progress: Progress) -> None:
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
