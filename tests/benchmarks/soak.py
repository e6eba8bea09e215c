"""A long run at full speed: what it takes after minutes that it did not take after the first."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.benchmarks.measuring import (
    frames_and_steps,
    resident_mib,
    screen_cpu_seconds,
    threads_and_files,
)
from tests.terminal.emulator import Terminal

MINUTE = 60.0


class Minute(NamedTuple):
    """What was measured in it, or at its end."""

    resident_mib: float
    threads: int
    files: int
    frames: float  # a second
    frame_ms: float  # of a processor, a frame
    steps: float  # a second


def soak(minutes: int) -> Iterator[Minute]:
    """Each minute of a run at 110x30 and full speed, when it is over."""
    terminal = Terminal("--speed", "max", "--steps", "1000000000", size=(110, 30))
    terminal.wait_for("full speed")
    terminal.read(1.0)
    for _ in range(minutes):
        used = screen_cpu_seconds(terminal)
        frames, steps = frames_and_steps(terminal, MINUTE)
        used = screen_cpu_seconds(terminal) - used
        frame_ms = 1e3 * used / frames / MINUTE
        yield Minute(resident_mib(terminal), *threads_and_files(terminal), frames, frame_ms, steps)
    terminal.send("q")
    assert terminal.finish() == 0


def print_soak(minutes: int) -> None:
    """A line a minute, and what grew."""
    print("minute   resident MiB   threads   files   frames/s   ms a frame     steps/s")
    passed = []
    for at, minute in enumerate(soak(minutes), 1):
        passed.append(minute)
        print(
            f"{at:6}{minute.resident_mib:15.2f}{minute.threads:10}{minute.files:8}{minute.frames:11.1f}"
            f"{minute.frame_ms:13.1f}{minute.steps:12,.0f}",
            flush=True,
        )
    first, last = passed[0], passed[-1]
    grown = last.resident_mib - first.resident_mib
    print(f"grown after the first minute: {grown:.2f} MiB (bound 1 MiB)")
    print(f"a frame, the last minute against the first: {last.frame_ms / first.frame_ms:.2f}")
