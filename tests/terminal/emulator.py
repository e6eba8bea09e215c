"""backprop-tui in a real pseudo terminal, its screen kept by an emulator."""

import os
import re
import sys
import termios
import time
from pathlib import Path

import pexpect
import pyte


class Terminal:
    """A process on a pseudo terminal of its own."""

    def __init__(self, *arguments: str, size=(80, 24), term="xterm-256color", command=None, **environment):
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.received = b""
        dropped = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "TEXTUAL_DRIVER")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        command = command or [sys.executable, "-m", "backprop_tui"]
        self.started = time.perf_counter()
        self.process = pexpect.spawn(
            command[0],
            [*command[1:], *arguments],
            env={**kept, "TERM": term, **environment},
            dimensions=(rows, columns),
            timeout=None,
        )
        self.settings_at_first = self.settings()
        self.process.delaybeforesend = None  # pexpect waits 50 ms before each key unless told not to

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def read(self, seconds: float) -> bool:
        """Take in what comes for that long; False once the process has closed its terminal."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            try:
                data = self.process.read_nonblocking(1 << 16, timeout=min(left, 0.05))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return False
            self.received += data
            self.stream.feed(data)
        return True

    def wait_for(self, words: str, seconds: float = 20) -> None:
        """Read until the words stand on the screen."""
        end = time.perf_counter() + seconds
        while words not in self.text:
            if time.perf_counter() > end or not self.read(0.002):
                raise AssertionError(f"{words!r} never came; the screen:\n{self.text}")

    def send(self, keys: str) -> None:
        self.process.send(keys)

    def finish(self, seconds: float = 10) -> int:
        """Read to the end; returns the exit status, 128 + n for a signal."""
        end = time.perf_counter() + seconds
        while self.read(0.05):
            assert time.perf_counter() < end, f"still running; the screen:\n{self.text}"
        self.settings_at_last = self.settings()
        self.process.close()
        return self.process.exitstatus if self.process.signalstatus is None else 128 + self.process.signalstatus

    def settings(self) -> list:
        """The terminal's settings: echo, line by line, keys that are signals."""
        return termios.tcgetattr(self.process.child_fd)

    def close(self, seconds: float = 3) -> int | None:
        """Close the terminal under it; its exit status, None if it lives on."""
        os.close(self.process.child_fd)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if (ended := os.waitpid(self.process.pid, os.WNOHANG))[0]:
                status = os.waitstatus_to_exitcode(ended[1])
                return status if status >= 0 else 128 - status
            time.sleep(0.02)
        return None


FULL_SPEED = ("--speed", "max", "--steps", "1000000000")


def running(*arguments, **options) -> Terminal:
    """The app at work, at full speed unless told otherwise."""
    terminal = Terminal(*(arguments or FULL_SPEED), **options)
    terminal.wait_for("running")
    terminal.wait_for("rows")
    return terminal


def sabotaged(code, *arguments, **options) -> Terminal:
    """The app with a fault built in."""
    program = (
        f"import sys, time, os\n{code}\nfrom backprop_tui.cli import main\nsys.exit(main({list(arguments)!r}))"
    )
    return Terminal(command=[sys.executable, "-c", program], **options)


ALWAYS_ON = {"7", "25"}  # lines wrap, the cursor shows


def modes_left_on(sent: bytes) -> set[str]:
    """The private modes that what was sent leaves otherwise than a terminal has them at first."""
    changed = {}
    for modes, way in re.findall(rb"\x1b\[\?([\d;]+)([hl])", sent):
        for mode in modes.decode().split(";"):
            changed[mode] = way == b"h"
    pushed = len(re.findall(rb"\x1b\[>\d+u", sent)) - len(re.findall(rb"\x1b\[<\d*u", sent))
    left = {mode for mode, is_on in changed.items() if is_on != (mode in ALWAYS_ON)}
    return left | ({"keyboard"} if pushed > 0 else set())


def processes_of(session: int) -> list[int]:
    """The processes of this session that live."""
    alive = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            try:
                state, _, _, its_session = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(its_session) == session and state != "Z":
                alive.append(int(process.name))
    return alive


def threads_of(process: int) -> int:
    """How many threads it has."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))
