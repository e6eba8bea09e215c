"""Sweeps in the background: of one experiment, or of one after the other."""

import time
from contextlib import closing
from dataclasses import dataclass, field, replace
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


@dataclass
class Background:
    """Sweeps that a thread makes: how far they have come by now, and whether they are to stop."""

    now: Sweeping
    stop: Event = field(default_factory=Event)


def follow(background: Background) -> None:
    """Sweep until it is done or to stop."""
    began, before = time.monotonic(), background.now.sweeps
    for experiment in background.now.experiments:
        with closing(sweep(experiment, background.now.starts)) as progress:
            for now in progress:
                seconds = time.monotonic() - began
                background.now = replace(background.now, sweeps=(*before, now), seconds=seconds)
                if background.stop.is_set():
                    return
        before = background.now.sweeps


def mark(sweeping: Sweeping) -> str:
    """How far it has come in a few words: sweep 43 %; sweep 995/1,000; grid 7/18; grid done."""
    if len(sweeping.experiments) > 1:
        cells = sum(bool(each.finished.all()) for each in sweeping.sweeps)
        return "grid done" if sweeping.finished else f"grid {cells}/{len(sweeping.experiments)}"
    if not sweeping.finished:
        return f"sweep {sweeping.done:.0%}".replace("%", " %")
    return f"sweep done: {sweeping.sweeps[0].solved.sum():,}/{sweeping.starts:,}"
