"""How dependable the app is, measured here and now: `python -m tests.benchmarks.reliability`.

All of it in real pseudo terminals, forty at once among it: about ten minutes. `--soak 10` is ten
minutes at full speed instead, with a line a minute. Linux only.
"""

import argparse
import signal
import statistics
import sys
import time

from tests.benchmarks.measuring import (
    frames_and_steps,
    frames_sent,
    plain_steps_a_second,
    screen_cpu_seconds,
    share,
    space_to_paused,
    spent,
    table,
)
from tests.benchmarks.sessions import forty_sessions
from tests.benchmarks.soak import print_soak
from tests.terminal.emulator import Terminal

SECONDS, QUIET_SECONDS = 10.0, 10.0
PAIRS = 3
PRESSES = 300
MOVES_A_SECOND, MOVING_SECONDS = 1_000, 2
TIMES = 5
LONGEST = 5.0  # seconds after which a process is ended from outside
USUAL, LARGE = (110, 30), (400, 120)
FULL_SPEED = ("--speed", "max", "--steps", "1000000000")


def main() -> None:
    """Print the table, row by row as it is measured; or the soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", metavar="MINUTES", type=int, help="full speed for so long instead")
    options = parser.parse_args()
    if options.soak:
        print_soak(options.soak)
    else:
        table(wire, quiet, rate, frame, keys, mouse, exits, forty_sessions)


def wire():
    """What a run at the default speed sends and uses."""
    for size, bound in (((80, 24), "8"), ((120, 40), "12")):
        terminal = Terminal("--steps", "1000000", size=size)
        terminal.wait_for("running")
        terminal.read(1.0)
        written, used = spent(terminal, SECONDS)
        _quit(terminal)
        yield f"{_at(size)}, default speed: sent", f"{written / 1024:.1f} KiB/s", bound
        yield "  of a core", f"{used:.1f} %", "8 %"


def quiet():
    """What it sends and uses when nothing goes on."""
    for state, option in (("paused", ("--paused",)), ("finished", ("--speed", "max"))):
        terminal = Terminal(*option)
        terminal.wait_for(state)
        terminal.read(1.5)
        written, used = spent(terminal, QUIET_SECONDS)
        _quit(terminal)
        yield f"{state}: sent", f"{written:.0f} B/s", "0"
        yield "  of a core", f"{used:.2f} %", "0.5 %"


def rate():
    """Training beside the screen against the plain command, in turn."""
    shares = []
    for _ in range(PAIRS):
        plain = plain_steps_a_second()
        terminal = _at_full_speed(USUAL)
        shares.append(100 * frames_and_steps(terminal, SECONDS)[1] / plain)
        _quit(terminal)
    yield f"{_at(USUAL)}, full speed: steps", f"{statistics.median(shares):.0f} %", "80 % of `train`'s"


def frame():
    """What drawing takes, of the thread that does nothing else."""
    for size, bound in ((USUAL, "12 ms"), (LARGE, "30 ms")):
        terminal = _at_full_speed(size)
        used = screen_cpu_seconds(terminal)
        frames = frames_sent(terminal, SECONDS)
        used = screen_cpu_seconds(terminal) - used
        _quit(terminal)
        yield f"{_at(size)}, full speed: frames", f"{frames / SECONDS:.1f} /s", "10"
        yield "  processor time of a frame", f"{1e3 * used / frames:.1f} ms", bound


def keys():
    """From a key to what it does on the screen, at full speed."""
    terminal = _at_full_speed(USUAL)
    waits = space_to_paused(terminal, PRESSES)
    _quit(terminal)
    yield f"{_at(USUAL)}, full speed: a key, median of {PRESSES}", f"{share(waits, 0.5):.0f} ms", "10 ms"
    yield "  99th percentile", f"{share(waits, 0.99):.0f} ms", "50 ms"


def mouse():
    """A key after the mouse has been moved all over the screen."""
    waits = []
    terminal = _at_full_speed(USUAL)
    for _ in range(TIMES):
        began, moves = time.perf_counter(), 0
        while moves < MOVES_A_SECOND * MOVING_SECONDS:
            due = int(MOVES_A_SECOND * (time.perf_counter() - began)) - moves
            columns, rows = USUAL
            terminal.send(
                "".join(f"\x1b[<35;{1 + at % columns};{1 + at % rows}M" for at in range(moves, moves + due))
            )
            moves += due
            terminal.read(0.01)
        waits += space_to_paused(terminal, 1)
    _quit(terminal)
    yield (
        f"a key after {MOVES_A_SECOND:,} mouse moves a second, the slowest of {TIMES}",
        f"{max(waits):.0f} ms",
        "300 ms",
    )


def exits():
    """From each way to end it until the process is gone, at full speed."""
    unheard = ["bash", "-c", f"trap '' HUP; exec {sys.executable} -m backprop_tui \"$@\"", "bash"]
    for name, end, bound, options in (
        ("q", lambda terminal: terminal.send("q"), "1 s", {}),
        ("ctrl+c", lambda terminal: terminal.send("\x03"), "1 s", {}),
        ("SIGTERM", lambda terminal: terminal.process.kill(signal.SIGTERM), "1 s", {}),
        ("the terminal closed", _close, "1.5 s", {}),
        ("  where SIGHUP is ignored", _close, "1.5 s", {"command": unheard}),
    ):
        slowest = max(_seconds_to_end(_at_full_speed(USUAL, **options), end) for _ in range(TIMES))
        said = f"{slowest:.2f} s" if slowest < LONGEST else "never"
        yield f"{name}: gone, the slowest of {TIMES}", said, bound


def _seconds_to_end(terminal: Terminal, end) -> float:
    began = time.perf_counter()
    end(terminal)
    while terminal.process.isalive():
        if time.perf_counter() - began > LONGEST:
            terminal.process.kill(signal.SIGKILL)
        if terminal.process.ptyproc.fileobj.closed or not terminal.read(0.002):
            time.sleep(0.002)
    return time.perf_counter() - began


def _close(terminal: Terminal) -> None:
    terminal.process.ptyproc.fileobj.close()


def _at_full_speed(size, **options) -> Terminal:
    terminal = Terminal(*FULL_SPEED, size=size, **options)
    terminal.wait_for("full speed")
    terminal.read(1.0)
    return terminal


def _quit(terminal: Terminal) -> None:
    terminal.send("q")
    terminal.finish()


def _at(size: tuple[int, int]) -> str:
    return "{}x{}".format(*size)


if __name__ == "__main__":
    main()
