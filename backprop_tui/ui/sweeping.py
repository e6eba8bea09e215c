"""Sweeps in the background: of one experiment, or of one after the other."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event

from backprop_tui.core.block import numbers_a_network
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.sweep import Sweep, sweep

STARTS = (100, 1_000, 10_000, 100_000, 1_000_000)
USUAL_STARTS = STARTS[1]


@dataclass(frozen=True, eq=False)
class Sweeping:
    """How far the sweeps of these experiments have come, so many starts of each. It never changes.

    sweeps: those that have begun, in the order of the experiments. seconds: since the first began.
    """

    experiments: tuple[Experiment, ...]
    starts: int
    sweeps: tuple[Sweep, ...] = ()
    seconds: float = 0.0

    @property
    def done(self) -> float:
        """The share that is done, going by how many numbers a network of each experiment has."""
        work = [numbers_a_network(experiment) for experiment in self.experiments]
        return sum(each.done * numbers for each, numbers in zip(self.sweeps, work)) / sum(work)

    @property
    def finished(self) -> bool:
        """Whether all is done."""
        return len(self.sweeps) == len(self.experiments) and all(each.finished.all() for each in self.sweeps)

    @property
    def seconds_left(self) -> float | None:
        """How long it will take, going by what it took so far, if anything."""
        return self.seconds * (1 - self.done) / self.done if self.done else None


def follow(sweeping: Sweeping, keep: Callable[[Sweeping], None], stop: Event) -> None:
    """Sweep, keeping how far it has come, until it is done or to stop."""
    began, before = time.monotonic(), sweeping.sweeps
    for experiment in sweeping.experiments:
        with closing(sweep(experiment, sweeping.starts)) as progress:
            for now in progress:
                seconds = time.monotonic() - began
                sweeping = replace(sweeping, sweeps=(*before, now), seconds=seconds)
                keep(sweeping)
                if stop.is_set():
                    return
        before = sweeping.sweeps


def mark(sweeping: Sweeping) -> str:
    """How far it has come in a few words: sweep 43 %; sweep 995/1,000; grid 7/18; grid done."""
    if len(sweeping.experiments) > 1:
        cells = sum(bool(each.finished.all()) for each in sweeping.sweeps)
        return "grid done" if sweeping.finished else f"grid {cells}/{len(sweeping.experiments)}"
    if not sweeping.finished:
        return f"sweep {sweeping.done:.0%}".replace("%", " %")
    return f"sweep done: {sweeping.sweeps[0].solved.sum():,}/{sweeping.starts:,}"
