"""A terminal that takes nothing, that sends nonsense, or over which others would write."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.terminal.emulator import FULL_SPEED, Terminal, modes_left_on, running, sabotaged

LARGE = (300, 30)


def resident(process: int) -> int:
    """The memory a process has, in KiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def step_of(terminal) -> int:
    line = next(line for line in terminal.screen.display if "step  " in line)
    return int(line.partition("step")[2].split()[0].replace(",", ""))


def test_a_terminal_that_stops_reading_slows_drawing_not_training():
    terminal = running("--speed", "500", "--steps", "1000000000", "--fps", "60", size=LARGE)
    terminal.read(1.0)
    before, memory = step_of(terminal), resident(terminal.process.pid)
    time.sleep(6)  # nothing is read meanwhile
    assert resident(terminal.process.pid) < memory + 1024
    terminal.read(0.7)
    assert step_of(terminal) > before + 1_500  # 3,000 were asked for; the machine may be busy
    terminal.send("q")
    assert terminal.finish() == 0


def test_what_is_drawn_after_a_stall_is_the_whole_screen():
    terminal = running("--speed", "1000", "--fps", "60", size=LARGE)
    terminal.send("?")
    terminal.wait_for("How often all weights")
    terminal.send("\x1b")
    time.sleep(3)
    terminal.read(1.0)
    terminal.send(" ")
    terminal.wait_for("paused")
    terminal.read(0.7)
    pieced_together = terminal.screen.display[:]
    terminal.process.kill(signal.SIGWINCH)
    terminal.read(1.0)
    assert terminal.screen.display == pieced_together
    terminal.send("q")
    assert terminal.finish() == 0


def test_a_signal_while_the_terminal_takes_nothing():
    terminal = running(*FULL_SPEED, "--fps", "60", size=LARGE)
    time.sleep(5)
    terminal.process.kill(signal.SIGTERM)
    end = time.monotonic() + 4
    while terminal.settings() != terminal.settings_at_first:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert terminal.finish() == 143
    assert modes_left_on(terminal.received) == set()


NOISE = {
    "bytes that are no UTF-8": bytes(range(0x80, 0x100)) * 20,
    "latin-1": "füß é".encode("latin-1") * 50,
    "nul": b"\0" * 500,
    "escapes": b"\x1b" * 2_000,
    "escape sequences": b"\x1b[" + b"9" * 10_000 + b"m" + b"\x1b]8;;" + b"\x1b[<0;1M\x1b[<;;M\x1b[?1;2c" * 20,
    "sizes": b"\x1b[48;0;0;0;0t\x1b[48;99999;99999;0;0t\x1b[48;1;1;1;1t\x1b[?2048;1$y",
    "clicks beside the screen": b"\x1b[<0;99999;99999M\x1b[<0;99999;99999m\x1b[<35;0;0M\x1b[<64;500;500M",
    "a paste of a megabyte": b"\x1b[200~" + b"a line of text\n" * 70_000 + b"\x1b[201~",
    "focus and answers": b"\x1b[I\x1b[O\x1b[?2026;2$y\x1b[1;1R\x1b[?62;c",
    "chance": bytes(
        byte for byte in random.Random(1).randbytes(20_000) if chr(byte) not in "qQ\x03\x11\x1a\x1c cCsS"
    ),
}


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_a_key_that_leaves_is_heard_behind_a_flood_of_others(key):
    terminal = Terminal("--paused")
    terminal.wait_for("rows")
    terminal.send("v" * 400 + key)
    assert terminal.finish() == 0


def test_a_paste_whose_end_does_not_come():
    terminal = Terminal("--paused")
    terminal.wait_for("rows")
    terminal.send("\x1b[200~some text")
    terminal.read(1.5)
    terminal.send(".")
    terminal.wait_for(" 1 of 10,001")
    terminal.send("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("noise", NOISE)
def test_nonsense_that_is_typed(noise):
    terminal = Terminal("--paused")
    terminal.wait_for("paused")
    terminal.wait_for("rows")
    written = NOISE[noise]
    while written:
        written = written[os.write(terminal.process.child_fd, written[:1_000]) :]
        terminal.read(0.001)
    terminal.read(0.3)
    terminal.send("\x1b")
    terminal.read(0.3)
    for _ in range(8):  # whatever has been opened
        terminal.send("\x1b")
        terminal.read(0.15)
    terminal.wait_for("Step and loss")
    assert "? help" in terminal.screen.display[-1]
    terminal.send("\x03")
    assert terminal.finish() == 0
    assert modes_left_on(terminal.received) == set()


SPEAKERS = """
import ctypes, logging, subprocess, threading, warnings
from backprop_tui.ui.screens.run import RunScreen

def speak(self):
    print("GARBAGE print")
    print("GARBAGE error", file=sys.stderr)
    sys.__stdout__.write("GARBAGE stdout\\n"); sys.__stdout__.flush()
    os.write(1, b"GARBAGE descriptor 1\\n"); os.write(2, b"GARBAGE descriptor 2\\n")
    warnings.warn("GARBAGE warning")
    logging.getLogger("some.library").warning("GARBAGE logging")
    subprocess.run(["echo", "GARBAGE child"])
    ctypes.CDLL(None).puts(b"GARBAGE c"); ctypes.CDLL(None).fflush(None)
    threading.Thread(target=lambda: print("GARBAGE thread")).start()
    threading.Thread(target=lambda: 1 / len("GARBAGE"[7:])).start()
    import numpy
    numpy.seterr(all="warn"); numpy.float64(1e308) * numpy.float64(10)
    numpy.seterr(all="print"); numpy.float64(1e308) * numpy.float64(10)

RunScreen.action_help = speak
"""
SPOKEN = (
    "print",
    "error",
    "stdout",
    "descriptor 1",
    "descriptor 2",
    "warning",
    "logging",
    "child",
    "c",
    "thread",
)


@pytest.mark.parametrize("place", ["the state directory", "a file of one's own"])
def test_nobody_else_writes_on_the_screen(place, tmp_path):
    own = place == "a file of one's own"
    terminal = sabotaged(SPEAKERS, "--paused", *(["--log", str(tmp_path / "own.log")] if own else []))
    terminal.wait_for("rows")
    terminal.read(0.3)
    before = terminal.screen.display[:]
    terminal.send("?")
    terminal.read(1.0)
    assert terminal.screen.display == before
    assert b"GARBAGE" not in terminal.received and b"Warning" not in terminal.received
    terminal.send("q")
    assert terminal.finish() == 0
    assert b"GARBAGE" not in terminal.received
    log = (tmp_path / "own.log" if own else tmp_path / "state" / "backprop-tui" / "log").read_text()
    assert [word for word in SPOKEN if f"GARBAGE {word}" not in log] == []
    assert "ZeroDivisionError" in log and "overflow" in log


def test_what_never_stops_speaking_does_not_fill_the_disk(tmp_path):
    terminal = sabotaged(
        "from backprop_tui.ui.screens.run import RunScreen\n"
        "RunScreen.action_help = lambda self: [print('word', n) for n in range(100_000)] and None",
        "--paused",
    )
    terminal.wait_for("rows")
    terminal.send("?")
    terminal.send(".")
    terminal.wait_for(" 1 of 10,001")
    terminal.send("q")
    assert terminal.finish() == 0
    assert (tmp_path / "state" / "backprop-tui" / "log").stat().st_size < 100_000
