"""Forty people on one small server: as many apps, each in a terminal of its own.

What they send is kept with the time it came, by a reader that does nothing else, and read
afterwards as each person saw it.
"""

import os
import random
import selectors
import statistics
import time
from bisect import bisect_left
from dataclasses import dataclass, field

from tests.benchmarks.measuring import cpu_seconds, proportional_mib, resident_mib, share, step_on
from tests.terminal.emulator import Terminal

SESSIONS, SPEED = 40, 500
START_SECONDS, SETTLE_SECONDS, SECONDS = 120, 3, 20
PRESS_EVERY, PAUSE_SECONDS = 2.0, 0.5
ASKS, ANSWERS = b"\x1b[?2026$p", b"\x1b[?2026;2$y"  # can you show a whole frame at once? I can.


@dataclass
class Session:
    """One app, the pieces that came from it and when, and when the space bar was pressed."""

    terminal: Terminal
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    presses: list[float] = field(default_factory=list)


def forty_sessions():
    """Frames, keys, memory and steps of each at the default speed."""
    sessions = [Session(Terminal("--steps", "1000000")) for _ in range(SESSIONS)]
    began = time.perf_counter()
    while not all(any(b"running" in data for _, data in session.pieces) for session in sessions):
        assert time.perf_counter() - began < START_SECONDS
        record(sessions, 0.5)
    all_run = time.perf_counter() - began
    record(sessions, SETTLE_SECONDS)
    used, own, start = _used(sessions), time.process_time(), time.perf_counter()
    record(sessions, SECONDS)
    took = time.perf_counter() - start
    used, own = _used(sessions) - used, time.process_time() - own
    record(sessions, SECONDS, presses=True)
    record(sessions, 1.0)
    resident = sorted(resident_mib(session.terminal) for session in sessions)
    proportional = sorted(proportional_mib(session.terminal) for session in sessions)
    statuses = _quit(sessions)

    seen = [seen_by(session) for session in sessions]
    steady = [[step for when, step, _ in moments if start <= when < start + took] for moments in seen]
    frames = sorted((len(set(steps)) - 1) / took for steps in steady)
    made = sorted((steps[-1] - steps[0]) / took for steps in steady)
    waits = sorted(wait for session, moments in zip(sessions, seen) for wait in waits_of(session, moments))

    yield f"{SESSIONS} sessions, 80x24, default speed: all run after", f"{all_run:.1f} s", ""
    yield "  frames, the slowest session", f"{frames[0]:.1f} /s", "5"
    yield "  frames, median", f"{statistics.median(frames):.1f} /s", ""
    yield f"  a key, median of {len(waits)}", f"{share(waits, 0.5):.0f} ms", ""
    yield "  a key, 95th percentile", f"{share(waits, 0.95):.0f} ms", "250 ms"
    yield "  steps, the slowest session", f"{made[0]:.0f} /s", f"{SPEED} or fewer"
    yield "  steps, the fastest session", f"{made[-1]:.0f} /s", f"{SPEED} or fewer"
    yield "  steps made of those asked for", f"{100 * statistics.mean(made) / SPEED:.0f} %", ""
    yield "  resident, the largest session", f"{resident[-1]:.0f} MiB", "60 MiB"
    yield "  resident, median", f"{statistics.median(resident):.0f} MiB", ""
    yield "  its own part of what is shared, median", f"{statistics.median(proportional):.0f} MiB", ""
    yield "  processor time of all, in cores", f"{used / took:.2f}", ""
    yield "  of the reader, in cores", f"{own / took:.2f}", ""
    yield "  left with 0 at q", f"{statuses.count(0)}", f"{SESSIONS}"


def record(sessions: list[Session], seconds: float, presses: bool = False) -> None:
    """Keep what comes for that long; with presses, each session is paused and run again now and then."""
    selector = selectors.DefaultSelector()
    for session in sessions:
        selector.register(session.terminal.process.child_fd, selectors.EVENT_READ, session)
    start = time.perf_counter()
    due = _schedule(sessions, start, start + seconds - 1) if presses else []
    while (now := time.perf_counter()) < start + seconds:
        while due and due[-1][0] <= now:
            session = sessions[due.pop()[1]]
            session.presses.append(time.perf_counter())
            session.terminal.send(" ")
        for key, _ in selector.select(min(start + seconds, due[-1][0] if due else now + 1) - now):
            _take(key.data)
    selector.close()


def _take(session: Session) -> None:
    data = os.read(session.terminal.process.child_fd, 1 << 16)
    session.pieces.append((time.perf_counter(), data))
    if ASKS in data:
        session.terminal.process.send(ANSWERS)


def _schedule(sessions: list[Session], start: float, end: float) -> list[tuple[float, int]]:
    """When to press for which session, the last first: each at moments of its own."""
    numbers, due = random.Random(0), []
    for at in range(len(sessions)):
        when = start + PRESS_EVERY * numbers.random()
        while when + PAUSE_SECONDS < end:
            due += [(when, at), (when + PAUSE_SECONDS, at)]
            when += PRESS_EVERY * numbers.uniform(0.8, 1.2)
    return sorted(due, reverse=True)


def seen_by(session: Session) -> list[tuple[float, int, str]]:
    """The step and the state on the screen after each piece, from the first step on."""
    moments = []
    for when, data in session.pieces:
        session.terminal.stream.feed(data)
        text = session.terminal.text
        if " of 1,000,000" in text:
            moments.append((when, step_on(session.terminal), "paused" if "paused" in text else "running"))
    return moments


def waits_of(session: Session, moments: list[tuple[float, int, str]]) -> list[float]:
    """How long after each press the screen said what it did, in ms; of one that never did, until the next."""
    waits = []
    ends = [*session.presses[1:], moments[-1][0]]
    for at, (pressed, end) in enumerate(zip(session.presses, ends)):
        asked = ("paused", "running")[at % 2]
        since = moments[bisect_left(moments, (pressed,)) :]
        shown = next((when for when, _, state in since if state == asked), end)
        waits.append(1e3 * (shown - pressed))
    return waits


def _used(sessions: list[Session]) -> float:
    return sum(cpu_seconds(session.terminal) for session in sessions)


def _quit(sessions: list[Session]) -> list[int]:
    for session in sessions:
        session.terminal.send("q")
    return [session.terminal.finish(30) for session in sessions]
