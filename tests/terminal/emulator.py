"""backprop-tui in a real pseudo terminal, its screen kept by an emulator."""

import os
import sys
import time

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
        self.process.close()
        return self.process.exitstatus if self.process.signalstatus is None else 128 + self.process.signalstatus
