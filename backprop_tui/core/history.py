"""The history of a run as CSV: a row for every step."""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from backprop_tui.core.files import written_whole
from backprop_tui.core.training import Snapshot

HEADER = ("step", "loss", "right", "rows")


def row(snapshot: Snapshot) -> tuple[int, float, int, int]:
    """A step's row: its loss, and how many of how many rows are right."""
    return snapshot.step, snapshot.loss, int(snapshot.right.sum()), snapshot.experiment.problem.rows


@contextmanager
def history(path: Path) -> Iterator[Callable[[Snapshot], object]]:
    """A function that writes a snapshot's row, every digit of it; the file takes its place at the end.

    What is raised before leaves the old file as it was. Raises OSError when it cannot be written.
    """
    with written_whole(path) as file:
        lines = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\n")
        lines.writerow(HEADER)
        yield lambda snapshot: lines.writerow(row(snapshot))


def write_history(snapshots: Iterable[Snapshot], path: Path) -> None:
    """A row for each of these snapshots. Raises OSError when it cannot be written."""
    with history(path) as write:
        for snapshot in snapshots:
            write(snapshot)
