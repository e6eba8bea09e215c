"""The figures the README promises, measured here and now: `python -m tests.benchmarks.figures`.

Two things that are compared are timed in turn, in one session, and quoted as a ratio. Linux only.
"""

import random
import statistics
import sys
import tempfile
import time

from tests import tutorial
from tests.benchmarks.measuring import (
    frames_and_steps,
    plain_steps_a_second,
    share,
    space_to_paused,
    step_on,
    table,
)
from tests.terminal.emulator import Terminal

PAIRS = 9
SECONDS = 8.0
PRESSES = 40
JUMPS = 300
HELD_KEYS, KEYS_A_SECOND = 300, 30
POINTS, POINT_STEPS = 500, 500
PLAYGROUND_LINK = 0.6 / 12  # µs
STEPS = 10_001


def main() -> None:
    """Print the table, row by row as it is measured."""
    table(core, points, points_on_screen, going_back, first_paint, full_speed, scrubbing)


def core():
    """Training against the tutorial's own loop, both recording the loss of every step."""
    from backprop_tui.core.experiment import Experiment
    from backprop_tui.core.training import start, train

    ours, theirs = [], []
    for _ in range(PAIRS):
        began = time.perf_counter()
        losses = [loss for loss, _, _ in tutorial.loop(STEPS)]
        theirs.append(time.perf_counter() - began)
        began = time.perf_counter()
        again = [snapshot.loss for snapshot in train(start(Experiment()))]
        ours.append(time.perf_counter() - began)
        assert losses[1:] == again[:-1]
    for name, seconds in (
        ("the tutorial's loop, a step", theirs),
        ("train(start(Experiment())), a step", ours),
    ):
        yield name, f"{statistics.median(seconds) / STEPS * 1e6:.1f} µs", ""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    yield f"  ratio, median of {PAIRS} pairs", f"{statistics.median(ratios):.2f}", "0.75"


def points():
    """500 points at once, beside TensorFlow Playground's rate; links are what both spend their time on.

    Its nn.ts takes about 0.6 µs a point and step at 2-4-1, which has 12 links, in V8: one of its own
    figures for all shapes, 0.05 µs a link.
    """
    import numpy as np

    from backprop_tui.core.experiment import Experiment
    from backprop_tui.core.problems import problem
    from backprop_tui.core.training import start, train

    inputs = np.random.RandomState(0).uniform(-1, 1, (POINTS, 2))
    circle = problem("", "circle", inputs, (np.hypot(*inputs.T) < 0.7)[:, np.newaxis])
    for hidden_sizes in ((4,), (8, 8)):
        experiment = Experiment(circle, hidden_sizes, learning_rate=0.01, steps=POINT_STEPS)
        took = []
        for _ in range(PAIRS):
            began = time.perf_counter()
            for _ in train(start(experiment)):
                pass
            took.append((time.perf_counter() - began) / POINT_STEPS)
        seconds, sizes = statistics.median(took), experiment.layer_sizes
        links = sum(below * above for below, above in zip(sizes, sizes[1:]))
        shape = "-".join(map(str, sizes))
        least = "500 /s" if hidden_sizes == (8, 8) else ""
        yield f"{shape}, {POINTS} points: steps", f"{1 / seconds:,.0f} /s", least
        yield "  a point and step", f"{1e6 * seconds / POINTS:.2f} µs", f"{PLAYGROUND_LINK * links:.2f} µs"


def points_on_screen():
    """As many points from a file, at full speed and with the decision map on the screen."""
    numbers = random.Random(0)
    points = [(numbers.uniform(-1, 1), numbers.uniform(-1, 1)) for _ in range(POINTS)]
    rows = [f"{x},{y},{int(x * x + y * y < 0.5)}\n" for x, y in points]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("x1,x2,y\n" + "".join(rows))
        file.flush()
        options = ("--data", file.name, "--hidden", "8,8", "--speed", "max", "--steps", "100000000")
        terminal = Terminal(*options)
        terminal.wait_for("full speed")
        terminal.send("dd")
        terminal.wait_for("Decision map")
        terminal.read(1.0)
        frames, steps = frames_and_steps(terminal, SECONDS)
        terminal.send("q")
        terminal.finish()
    yield f"2-8-8-1, {POINTS} points, full speed: frames", f"{frames:.1f} /s", "10"
    yield "  steps", f"{steps:,.0f} /s", "500 /s"


def going_back():
    """Any step of a run again, from its timeline, and what the timeline takes."""
    from backprop_tui.core.experiment import Experiment
    from backprop_tui.core.moment import Stretch
    from backprop_tui.core.timeline import after, at, begin
    from backprop_tui.core.training import train

    for steps, bound in ((STEPS, "5 ms"), (1_000_000, "100 ms")):
        timeline, moment = begin(Experiment(steps=steps))
        stretch = Stretch(moment.snapshot)
        for snapshot in train(moment.snapshot):
            stretch.add(snapshot)
            if snapshot.step % 1_000 == 0 or snapshot.step == steps:
                timeline, moment = after(timeline, moment, stretch)
                stretch = Stretch(snapshot)
        took = []
        for step in random.Random(0).sample(range(steps), JUMPS):
            began = time.perf_counter()
            at(timeline, step)
            took.append(1e3 * (time.perf_counter() - began))
        size = sum(array.nbytes for array in (timeline.keys, timeline.key_steps)) / 1e6
        yield f"back to a step of {steps:,}, the slowest of {JUMPS}", f"{max(took):.1f} ms", bound
        yield "  its timeline in memory", f"{size:.2f} MB", "4 MB"


def scrubbing():
    """Keys at the rate of a held key, each until its step is on the screen."""
    terminal = Terminal("--speed", "max")
    terminal.wait_for("finished")
    terminal.read(0.5)
    first, sent, waits = step_on(terminal), [], []
    began = time.perf_counter()
    while len(waits) < HELD_KEYS:
        if len(sent) < HELD_KEYS and time.perf_counter() >= began + len(sent) / KEYS_A_SECOND:
            sent.append(time.perf_counter())
            terminal.send(",")
        terminal.read(0.001)
        shown, now = first - step_on(terminal), time.perf_counter()
        waits += [1e3 * (now - pressed) for pressed in sent[len(waits) : shown]]
    terminal.send("q")
    terminal.finish()
    waits.sort()
    yield f"back at {KEYS_A_SECOND} keys a second, median", f"{statistics.median(waits):.0f} ms", ""
    yield "  95th percentile", f"{share(waits, 0.95):.0f} ms", "50 ms"


def first_paint():
    """From the start of the process to the first words, and to the first numbers, in turn with a hello app."""
    ratios, words, numbers = [], [], []
    for _ in range(PAIRS):
        hello = _until("Step and loss", command=[sys.executable, "-m", "tests.benchmarks.hello"])
        words.append(_until("Step and loss"))
        numbers.append(_until("of 10,001"))
        ratios.append(words[-1] / hello)
    yield "first paint (the empty panels)", f"{1e3 * statistics.median(words):.0f} ms", ""
    yield f"  against a ten-line hello app, median of {PAIRS}", f"{statistics.median(ratios):.2f}", "1.35"
    yield "first numbers", f"{1e3 * statistics.median(numbers):.0f} ms", ""


def _until(words: str, **options) -> float:
    terminal = Terminal(**options)
    terminal.wait_for(words)
    seconds = time.perf_counter() - terminal.started
    terminal.send("q")
    terminal.finish()
    return seconds


def full_speed():
    """Keys, frames and steps while it trains as fast as it can."""
    plain = plain_steps_a_second()
    terminal = Terminal("--speed", "max", "--steps", "100000000")
    terminal.wait_for("full speed")
    terminal.read(1.0)
    frames, rate = frames_and_steps(terminal, SECONDS)
    yield "full speed: frames", f"{frames:.1f} /s", "10"
    yield "full speed: steps", f"{rate:,.0f} /s", ""
    yield "  share of the plain command's", f"{100 * rate / plain:.0f} %", "60 %"
    waits = space_to_paused(terminal, PRESSES)
    yield f"  space to `paused`, median of {PRESSES}", f"{statistics.median(waits):.0f} ms", ""
    yield "  space to `paused`, 95th percentile", f"{share(waits, 0.95):.0f} ms", "50 ms"
    terminal.send("q")
    terminal.finish()


if __name__ == "__main__":
    main()
