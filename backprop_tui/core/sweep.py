"""A sweep: how many random starts of one experiment learn it, when, and which do not.

`sweep` is a generator of how far it has come, as `train` is of snapshots. Networks are trained in blocks,
each through all its steps, by one thread or more. What becomes of a network depends on neither.
"""

import math
import os
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cached_property
from queue import SimpleQueue
from threading import Event

import numpy as np
from numpy.typing import NDArray

from backprop_tui.core import block as blocks
from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.network import Array
from backprop_tui.core.sweep_part import Part, Report, one_by_one, together

STRICT = 0.01  # the loss that a network solved in the strict sense is below
LOOKS = 120  # at every network on its way: the points of its curve
EARLY_LOOKS = 20  # more of them, closer together at the start: of a long run the first of those is late
CURVES = 100  # of this many networks, evenly spread, the curve is kept
WORTH_A_THREAD = 400_000  # numbers of a step: of fewer, two threads spend what they gain waiting for each other
LARGE = 100_000  # products a step, from which one network keeps NumPy busy, and its matrices are faster
MOST_MEMORY = 2 * 10**9  # bytes
BYTES_A_NETWORK = 100  # steps, since and losses of two sweeps one after the other, and of the seeds
BETWEEN = 0.05  # seconds between two values of the generator


@dataclass(frozen=True, eq=False)
class Sweep:
    """How far the networks of the seeds have come; it never changes.

    steps: the updates each has made, all of them once it can make no more, (n,). since: the step since which
    all its rows have been right without a break, or NOT_RIGHT, (n,). losses: its loss, infinite once it can
    make no step, (n,). looks: the steps looked at, (L,). drawn: which networks' curves are kept, (C,). curves:
    their losses, NaN where the network has not come so far, (C, L).
    """

    experiment: Experiment
    seeds: range
    steps: Steps
    since: Steps
    losses: Array
    looks: Steps
    drawn: Steps
    curves: Array

    @cached_property
    def finished(self) -> NDArray[np.bool_]:
        """Which networks have made their last step, (n,)."""
        return np.equal(self.steps, self.experiment.steps)

    @cached_property
    def solved(self) -> NDArray[np.bool_]:
        """Which networks have, at their last step, every row on its side of ½, (n,)."""
        solved: NDArray[np.bool_] = self.finished & (self.since != NOT_RIGHT)
        return solved

    @property
    def solved_strictly(self) -> NDArray[np.bool_]:
        """Which of the solved have a loss below STRICT as well, (n,)."""
        return np.logical_and(self.solved, self.losses < STRICT)

    @cached_property
    def done(self) -> float:
        """The share of all steps that is made."""
        return float(self.steps.mean()) / self.experiment.steps


def sweep(
    experiment: Experiment, count: int, threads: int | None = None, networks_at_once: int | None = None
) -> Generator[Sweep, None, None]:
    """How the starts from `count` seeds fare, from the experiment's own on; the last one is the result.

    threads: as many as there are processors, if not said. networks_at_once: as many as the cache has room for.
    A large network, and one with a mistake, is trained by itself.
    """
    reports: SimpleQueue[Report] = SimpleQueue()
    stop, now = Event(), _nothing_yet(experiment, count)
    alone = experiment.mistake or blocks.products_a_step(experiment) > LARGE
    train_part = one_by_one if alone else together
    threads = threads or os.cpu_count() or 1
    parts = _parts(experiment, count, threads, networks_at_once or blocks.most_networks(experiment))
    with ThreadPoolExecutor(threads) as pool:
        jobs = [
            pool.submit(train_part, Part(experiment, now.seeds, networks, now.looks, reports.put, stop))
            for networks in parts
        ]
        try:
            yield now
            while not now.finished.all():
                wait(jobs, BETWEEN)
                now = _after(now, [reports.get() for _ in range(reports.qsize())])
                for job in filter(Future.done, jobs):
                    job.result()  # raises what the thread raised
                yield now
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def memory(count: int) -> int:
    """About how many bytes a sweep of so many networks takes: what is known of each, for blocks come and go."""
    return BYTES_A_NETWORK * count


def _nothing_yet(experiment: Experiment, count: int) -> Sweep:
    steps = experiment.steps
    evenly, early = np.linspace(0, steps, LOOKS + 1), np.geomspace(1, steps, EARLY_LOOKS)
    looks = np.unique(np.concatenate((evenly, early)).round().astype(np.int64))
    drawn = np.unique(np.linspace(0, count - 1, min(CURVES, count)).round().astype(np.int64))
    return Sweep(
        experiment,
        range(experiment.seed, experiment.seed + count),
        np.zeros(count, np.int64),
        np.full(count, NOT_RIGHT),
        np.full(count, np.inf),
        looks,
        drawn,
        np.full((len(drawn), len(looks)), np.nan),
    )


def _parts(experiment: Experiment, count: int, threads: int, most: int) -> list[slice]:
    """Parts of at most so many networks, as equal as can be, and as many for each thread that is worth it."""
    numbers = count * blocks.numbers_a_network(experiment)
    busy = min(threads, max(1, numbers // WORTH_A_THREAD), count)
    parts = min(count, busy * math.ceil(count / (busy * most)))
    ends = [count * part // parts for part in range(parts + 1)]
    return [slice(first, end) for first, end in zip(ends, ends[1:])]


def _after(before: Sweep, reports: Sequence[Report]) -> Sweep:
    steps, since = before.steps.copy(), before.since.copy()
    losses, curves = before.losses.copy(), before.curves.copy()
    for report in reports:
        here = report.networks
        steps[here], since[here], losses[here] = report.step, report.since, report.losses
        drawn = (before.drawn >= here.start) & (before.drawn < here.stop)
        look = np.searchsorted(before.looks, report.step)
        curves[drawn, look] = report.losses[before.drawn[drawn] - here.start]
    return replace(before, steps=steps, since=since, losses=losses, curves=curves)
