"""`backprop-tui sweep`: how many random starts learn it, a row for every combination of settings."""

import codecs
import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from backprop_tui.core.block import numbers_a_network
from backprop_tui.core.experiment import Experiment, in_short
from backprop_tui.core.files import written_whole
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.settings import sizes_text
from backprop_tui.core.sweep import STRICT, Sweep
from backprop_tui.core.sweep import sweep as sweep_of
from backprop_tui.core.tally import Tally, percent, tally
from backprop_tui.plain.progress import Progress

COUNTED = ("solved", "%", "95 %", "strictly", "step", "25 %", "50 %", "75 %")
MEANING = f"""\
solved: every row on its side of ½ at the last step; strictly: and loss < {STRICT:g}
95 %: Wilson interval of the share; 25, 50, 75 %: quartiles of the final loss
step: since which all rows have been right (median of the solved)"""


class Row(NamedTuple):
    """What has become of the starts of one experiment, as many of the `seeds` as are finished."""

    experiment: Experiment
    seeds: int
    tally: Tally


def sweep(
    experiments: Sequence[Experiment], count: int, threads: int | None, as_json: bool, file: Path | None
) -> int:
    """Print a row for each experiment once `count` starts of it are trained; returns the exit status.

    They differ in hidden_sizes, bias and learning_rate at most. After ctrl+c the last row is of the networks
    that are finished. Whatever ends the sweep, the rows are written to the file, as CSV. Raises OSError when
    standard output or that file cannot be written, and KeyboardInterrupt at the end after ctrl+c.
    """
    progress = Progress(sys.stderr, 0, sum(map(numbers_a_network, experiments)))
    widths = _widths(experiments, count)
    rows: list[Row] = []
    stopped: BaseException | None = None
    try:
        if not as_json:
            print(_title(experiments[0], count, widths), _line(widths, widths), sep="\n", flush=True)
        for swept in _swept(experiments, count, threads, progress):
            progress.clear()
            if swept.finished.any():
                rows.append(Row(swept.experiment, count, tally(swept)))
                print(json.dumps(_record(rows[-1])) if as_json else _text(rows[-1], widths), flush=True)
            elif not as_json:
                print(_on_the_way(swept), flush=True)
    except (KeyboardInterrupt, OSError) as interrupted:
        stopped = interrupted  # acted upon once the rows are written
    progress.clear()
    if file and rows:
        _write(rows, file)
    if isinstance(stopped, OSError):
        raise stopped
    if rows and not as_json:
        print(MEANING, flush=True)
    if stopped:
        print("backprop-tui: stopped", file=sys.stderr)
        raise stopped
    return 0


def _swept(
    experiments: Sequence[Experiment], count: int, threads: int | None, progress: Progress
) -> Iterator[Sweep]:
    """Each experiment's sweep at its end; after ctrl+c the one it fell into, as far as it had come."""
    before = 0
    for at, experiment in enumerate(experiments, 1):
        now: Sweep | None = None
        try:
            with closing(sweep_of(experiment, count, threads)) as running:
                for now in running:
                    words = f"row {at} of {len(experiments)}"
                    progress.show(before + now.done * numbers_a_network(experiment), words)
        except KeyboardInterrupt:
            if now:
                yield now
            raise
        assert now
        yield now
        before += numbers_a_network(experiment)


def _on_the_way(swept: Sweep) -> str:
    """How far networks had come of which none was finished."""
    right = int((swept.since != NOT_RIGHT).sum())
    made = f"{int(swept.steps.max()):,} of {swept.experiment.steps:,} steps"
    return f"stopped after {made}: {right:,} of {len(swept.seeds):,} had all rows right then"


def _settings(experiment: Experiment) -> dict[str, str]:
    """What the experiments of a sweep may differ in, as it stands in the table."""
    return {
        "hidden": sizes_text(experiment.hidden_sizes),
        "biases": "yes" if experiment.bias else "no",
        "rate": f"{experiment.learning_rate:g}",
    }


def _widths(experiments: Sequence[Experiment], count: int) -> dict[str, int]:
    """The table's columns: those settings that differ from row to row, and what is counted."""
    settings = [_settings(experiment) for experiment in experiments]
    texts = {name: {each[name] for each in settings} for name in settings[0]}
    longest = {name: max(map(len, those)) for name, those in texts.items() if len(those) > 1}
    counted = [f"{count:,}/{count:,}", "99.9", "99.3–99.9", f"{count:,}", f"{experiments[0].steps:,}"]
    counted += ["0.00012"] * 3
    longest |= {name: len(text) for name, text in zip(COUNTED, counted, strict=True)}
    return {name: max(len(name), width) for name, width in longest.items()}


def _title(experiment: Experiment, count: int, widths: Mapping[str, int]) -> str:
    """What is trained, but for what has a column."""
    network, biases, rate, *others = in_short(experiment).split(" · ")
    alike = {"hidden": network, "biases": biases, "rate": rate}
    first, last = experiment.seed, experiment.seed + count - 1
    parts = [
        experiment.problem.title,
        *(words for name, words in alike.items() if name not in widths),
        *others,
        *([experiment.mistake.title] if experiment.mistake else []),
        f"seeds {first}–{last}" if count > 1 else f"seed {first}",
        f"{experiment.steps:,} step{'s'[: experiment.steps != 1]}",
    ]
    return " · ".join(parts)


def _text(row: Row, widths: Mapping[str, int]) -> str:
    counts = row.tally
    texts = [
        *(text for name, text in _settings(row.experiment).items() if name in widths),
        f"{counts.solved:,}/{counts.networks:,}",
        _percent(percent(counts)),
        f"{_percent(100 * counts.low)}–{_percent(100 * counts.high)}",
        f"{counts.strictly:,}",
        "–" if counts.median_step is None else f"{counts.median_step:,.0f}",
        *(f"{loss:.2g}" for loss in counts.quartiles or ()),
    ]
    remarks = [
        *([f"{counts.diverged:,} diverged"] if counts.diverged else []),
        *([f"{counts.networks:,} of {row.seeds:,} finished"] if counts.networks < row.seeds else []),
    ]
    return "  ".join([_line(texts, widths), *filter(None, [", ".join(remarks)])])


def _percent(value: float) -> str:
    return f"{value:.1f}".replace("100.0", "100")


def _line(texts: Iterable[str], widths: Mapping[str, int]) -> str:
    return " ".join(f"{text:>{width}}" for text, width in zip(texts, widths.values(), strict=True))


def _record(row: Row) -> dict[str, Any]:
    """The row in full precision; for what is infinite or not there, None."""
    experiment, counts = row.experiment, row.tally
    quartiles = counts.quartiles and [loss if math.isfinite(loss) else None for loss in counts.quartiles]
    return {
        "hidden": [*experiment.hidden_sizes],
        "bias": experiment.bias,
        "learning_rate": experiment.learning_rate,
        "momentum": experiment.momentum,
        "seed": experiment.seed,
        "seeds": row.seeds,
        "steps": experiment.steps,
        "networks": counts.networks,
        "solved": counts.solved,
        "strictly": counts.strictly,
        "diverged": counts.diverged,
        "share": counts.solved / counts.networks,
        "low": counts.low,
        "high": counts.high,
        "median_step": counts.median_step,
        "quartiles": quartiles,
    }


def _write(rows: Sequence[Row], path: Path) -> None:
    """The records as CSV, the hidden layers as they are typed, each quartile in a column of its own."""
    records = []
    for row in rows:
        record = _record(row)
        quartiles = record.pop("quartiles")
        losses = dict(zip(("loss_25", "loss_50", "loss_75"), quartiles, strict=True))
        records.append({**record, "hidden": sizes_text(row.experiment.hidden_sizes), **losses})
    with written_whole(path) as file:
        table = csv.DictWriter(codecs.getwriter("utf-8")(file), records[0], lineterminator="\n")
        table.writeheader()
        table.writerows(records)
