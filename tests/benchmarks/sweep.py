"""How fast many networks are trained at once, measured here and now: `python -m tests.benchmarks.sweep`.

Two things that are compared are timed in turn, in one session, and quoted as a ratio. Linux only.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy: the sweep's own threads are enough

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np

from backprop_tui.core import block as blocks
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.problems import problem
from backprop_tui.core.sweep import sweep
from tests import tutorial
from tests.benchmarks.figures import PRESSES
from tests.benchmarks.measuring import share, space_to_paused, table
from tests.terminal.emulator import Terminal

PAIRS, LONG_PAIRS = 9, 3
NETWORKS, STEPS, TUTORIAL_STEPS = 4_000, 2_000, 2_000
WARM_UP, GROWTH_STEPS = 20, 400
CHILD = """
import resource
from collections import deque
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.sweep import sweep
deque(sweep(Experiment(steps={steps}), {networks}), maxlen=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Print the table, row by row as it is measured."""
    over = (over_networks, over_units, over_rows)
    table(beside_the_tutorial, beside_c, two_threads, a_thousand_seeds, memory, *over, keys_while_it_runs)


def seconds_of(experiment: Experiment, networks: int, threads: int | None) -> float:
    """How long a sweep takes, all of it."""
    began = time.perf_counter()
    deque(sweep(experiment, networks, threads), maxlen=1)
    return time.perf_counter() - began


def a_step(networks: int, steps: int, threads: int) -> float:
    """µs a network and step, of the tutorial's 2-4-1."""
    return 1e6 * seconds_of(Experiment(steps=steps), networks, threads) / networks / steps


def beside_the_tutorial():
    """One thread against the tutorial's own loop."""
    ours, theirs = [], []
    a_step(NETWORKS, WARM_UP, 1)
    for _ in range(PAIRS):
        began = time.perf_counter()
        deque(tutorial.loop(TUTORIAL_STEPS), maxlen=1)
        theirs.append(1e6 * (time.perf_counter() - began) / TUTORIAL_STEPS)
        ours.append(a_step(NETWORKS, STEPS, 1))
    yield f"2-4-1, {NETWORKS:,} networks, one thread: a network-step", _µs(statistics.median(ours)), "0.10 µs"
    yield "the tutorial's loop: a step", f"{statistics.median(theirs):.1f} µs", ""
    yield f"  as many times as fast, median of {PAIRS} pairs", f"{_ratio(theirs, ours):.0f}", "200"


def beside_c():
    """One thread against the same training in C, one network after the other."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        yield "the same in C", "no compiler here", ""
        return
    with tempfile.TemporaryDirectory() as directory:
        program = str(Path(directory) / "xor")
        source = str(Path(__file__).with_name("xor.c"))
        subprocess.run([compiler, "-O2", "-o", program, source, "-lm"], check=True)
        ours, theirs = [], []
        for _ in range(PAIRS):
            said = subprocess.run([program, str(NETWORKS), str(STEPS)], capture_output=True, check=True).stdout
            theirs.append(1e6 * float(said.split()[0]) / NETWORKS / STEPS)
            ours.append(a_step(NETWORKS, STEPS, 1))
    yield "the same in C (-O2), one core: a network-step", _µs(statistics.median(theirs)), ""
    yield f"  as many times as fast, median of {PAIRS} pairs", f"{_ratio(theirs, ours):.2f}", ""


def two_threads():
    """Two threads against one."""
    for networks, bound in ((4_000, ""), (16_000, "1.6"), (32_000, "1.6")):
        one, two = [], []
        for _ in range(LONG_PAIRS):
            one.append(a_step(networks, STEPS, 1))
            two.append(a_step(networks, STEPS, 2))
        name = f"two threads against one, {networks:,} networks × {STEPS:,} steps"
        yield name, f"{_ratio(one, two):.2f}", bound


def a_thousand_seeds():
    """The command's usual question."""
    took = statistics.median(seconds_of(Experiment(), 1_000, None) for _ in range(3))
    yield "1,000 seeds × 10,001 steps, median of 3", f"{took:.2f} s", "1.5 s"


def memory():
    """The most memory of a process that does nothing else."""
    for networks, steps, bound in ((1_000, 1_000, ""), (1_000, 10_000, "as above"), (1_000_000, 20, "500 MB")):
        child = [sys.executable, "-c", CHILD.format(networks=networks, steps=steps)]
        kilobytes = int(subprocess.run(child, capture_output=True, check=True).stdout)
        yield f"memory of {networks:,} networks × {steps:,} steps", f"{kilobytes / 1e3:.0f} MB", bound


def over_networks():
    """What a network-step takes among how many."""
    for networks in (100, 1_000, 4_000, 16_000):
        yield f"2-4-1 on 4 rows, {networks:,} networks: a network-step", *_grown(4, 4, networks)


def over_units():
    """What it takes with how many hidden units; a block has as many networks as have room."""
    for units in (1, 2, 4, 8, 16, 64):
        yield f"2-{units}-1 on 4 rows: a network-step", *_grown(4, units)


def over_rows():
    """What it takes on how many rows."""
    for rows in (4, 16, 64, 256, 1_024):
        yield f"2-4-1 on {rows:,} rows: a network-step", *_grown(rows, 4)


def _grown(rows: int, units: int, networks: int | None = None) -> tuple[str, str]:
    inputs = np.random.RandomState(0).uniform(-1, 1, (rows, 2))
    circle = problem("", "circle", inputs, (np.hypot(*inputs.T) < 0.7)[:, np.newaxis])
    experiment = Experiment(circle, (units,), learning_rate=0.01, steps=GROWTH_STEPS)
    networks = networks or blocks.most_networks(experiment)
    seconds_of(replace(experiment, steps=WARM_UP), networks, 1)
    took = statistics.median(seconds_of(experiment, networks, 1) for _ in range(LONG_PAIRS))
    µs = 1e6 * took / networks / GROWTH_STEPS
    return _µs(µs), f"{1e3 * µs / rows / units:.1f} ns a row and unit, {networks:,} networks"


def keys_while_it_runs():
    """space to `paused`, while a sweep in the background takes all it can get."""
    terminal = Terminal("--steps", "100000000")
    terminal.wait_for("running")
    terminal.send("s+")
    terminal.wait_for("Some of the losses")
    terminal.send("\x1b")
    terminal.wait_for("sweep 0 %")
    waits = space_to_paused(terminal, PRESSES)
    terminal.send("q")
    terminal.finish()
    yield f"a key while a sweep runs, median of {PRESSES}", f"{statistics.median(waits):.0f} ms", ""
    yield "  95th percentile", f"{share(waits, 0.95):.0f} ms", "50 ms"


def _ratio(theirs: list[float], ours: list[float]) -> float:
    return statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True))


def _µs(value: float) -> str:
    return f"{value:.3f} µs"


if __name__ == "__main__":
    main()
