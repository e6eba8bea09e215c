"""What the benchmarks share: the table, and what an app in a terminal shows, sends and uses. Linux only."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect

from tests.terminal.emulator import Terminal

PLAIN_STEPS = 200_000
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAUSE_BETWEEN_FRAMES = 0.025  # what comes sooner after another piece belongs to the same frame
LONGEST_WAIT = 20.0  # seconds for a word to be sent


def table(*measures) -> None:
    """Print the rows of each, name, value and bound, as they are measured."""
    print(f"{'figure':<58}{'measured':>12}   bound")
    for measure in measures:
        for name, value, bound in measure():
            print(f"{name:<58}{value:>12}   {bound}", flush=True)


def share(ordered: list[float], part: float) -> float:
    """The value that this part of the others, in their order, lies below."""
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def step_on(terminal: Terminal) -> int:
    """The step on the screen."""
    found = re.search(r"step +([\d,]+) of", terminal.text)
    assert found, terminal.text
    return int(found[1].replace(",", ""))


def arrivals(terminal: Terminal, seconds: float) -> Iterator[float]:
    """Take in what comes for that long; yields when each piece came."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        try:
            data = terminal.process.read_nonblocking(1 << 16, timeout=left)
        except pexpect.TIMEOUT:
            return
        terminal.received += data
        terminal.stream.feed(data)
        yield time.perf_counter()


def frames_and_steps(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """How many of each a second, by the step on the screen."""
    first, began = step_on(terminal), time.perf_counter()
    seen = {first}
    for _ in arrivals(terminal, seconds):
        seen.add(step_on(terminal))
    took = time.perf_counter() - began
    return (len(seen) - 1) / took, (step_on(terminal) - first) / took


def frames_sent(terminal: Terminal, seconds: float) -> int:
    """How many pictures came in that time, by the pauses between them."""
    came = list(arrivals(terminal, seconds))
    return 1 + sum(later - earlier > PAUSE_BETWEEN_FRAMES for earlier, later in zip(came, came[1:]))


def spent(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Bytes a second written, and percent of a core used, over that time."""
    written, used, began = len(terminal.received), cpu_seconds(terminal), time.perf_counter()
    terminal.read(seconds)
    took = time.perf_counter() - began
    return (len(terminal.received) - written) / took, 100 * (cpu_seconds(terminal) - used) / took


def cpu_seconds(terminal: Terminal) -> float:
    """What the process has used of the processors."""
    fields = _proc(terminal, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def screen_cpu_seconds(terminal: Terminal) -> float:
    """What its first thread has used, which draws the screen and does nothing else."""
    return int(_proc(terminal, f"task/{terminal.process.pid}/schedstat").split()[0]) / 1e9


def resident_mib(terminal: Terminal) -> float:
    """What the process has in memory, shared or not."""
    return _kib(_proc(terminal, "status"), "VmRSS") / 1024


def proportional_mib(terminal: Terminal) -> float:
    """What it has in memory, of what it shares only its part."""
    return _kib(_proc(terminal, "smaps_rollup"), "Pss") / 1024


def threads_and_files(terminal: Terminal) -> tuple[int, int]:
    """How many threads it has, and how many files open."""
    folder = Path(f"/proc/{terminal.process.pid}")
    return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))


def space_to_paused(terminal: Terminal, presses: int) -> list[float]:
    """How long a key takes until the word it changes is sent, in ms, the shortest first."""
    waits = []
    for _ in range(presses):
        waits.append(1e3 * _seconds_to(terminal, b"paused"))
        _seconds_to(terminal, b"running")
        terminal.read(0.23)  # not a multiple of a frame
    return sorted(waits)


def _seconds_to(terminal: Terminal, word: bytes) -> float:
    """From space to the word; in the bytes, for to look through the emulator's screen takes long itself."""
    before, pressed = len(terminal.received), time.perf_counter()
    terminal.send(" ")
    while word not in terminal.received[before:]:
        if not terminal.read(0.002) or time.perf_counter() > pressed + LONGEST_WAIT:
            raise RuntimeError(f"{word!r} never came")
    return time.perf_counter() - pressed


def plain_steps_a_second() -> float:
    """The plain command's rate, its start not counted."""
    short, long = (_plain_seconds(steps) for steps in (1, PLAIN_STEPS))
    return PLAIN_STEPS / (long - short)


def _plain_seconds(steps: int) -> float:
    began = time.perf_counter()
    Terminal("train", "--steps", str(steps), "--log-every", str(PLAIN_STEPS)).finish(60)
    return time.perf_counter() - began


def _proc(terminal: Terminal, name: str) -> str:
    return Path(f"/proc/{terminal.process.pid}/{name}").read_text()


def _kib(text: str, name: str) -> int:
    return int(text.partition(f"{name}:")[2].split()[0])
