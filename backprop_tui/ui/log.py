"""What is said behind the screen goes to a file, never over the panels: warnings, prints, tracebacks."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from backprop_tui.core.files import shown

MOST_BYTES = 1_000_000  # after which a log is begun anew, the old one kept beside it
MOST_A_SECOND, MOST_IN_ALL = 100, 1_000  # records
LONGEST_LINE = 2_000  # characters
FORMAT = "%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"


class Bounded(logging.Filter):
    """Lets the first records pass: something that complains at every step must not fill the disk."""

    second = passed = in_all = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one passes."""
        if self.second != int(record.created):
            self.second, self.passed = int(record.created), 0
        self.passed += 1
        passes = self.passed <= MOST_A_SECOND and self.in_all < MOST_IN_ALL
        self.in_all += passes
        return passes


class Plain(logging.Formatter):
    """Writes what others say so that whoever looks at the log is safe from it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in lines without control characters."""
        return "\n".join(shown(line, LONGEST_LINE) for line in super().format(record).splitlines())


def begin(path: Path) -> None:
    """Log to this file from now on, if it can be written; there is nowhere to say that it cannot."""
    logging.raiseExceptions = False
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.stat().st_size > MOST_BYTES:
            path.replace(path.with_name(f"{path.name}.old"))
    handler: logging.Handler = logging.NullHandler()
    with suppress(OSError):
        handler = logging.FileHandler(path, encoding="utf-8", errors="replace")
    handler.addFilter(Bounded())
    handler.setFormatter(Plain(FORMAT))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    logging.captureWarnings(True)


@contextmanager
def diverted() -> Iterator[None]:
    """What anyone in the process writes to standard output or error goes to the log, line by line."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    reading, writing = os.pipe()
    for standard in (1, 2):
        os.dup2(writing, standard)
    os.close(writing)
    thread = Thread(target=_log_lines, args=(reading,), name="log", daemon=True)
    thread.start()
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for standard, before in zip((1, 2), kept):
            os.dup2(before, standard)
            os.close(before)
        thread.join(timeout=1.0)


def _log_lines(reading: int) -> None:
    with open(reading, encoding="utf-8", errors="replace") as lines:
        while line := lines.readline(LONGEST_LINE):
            if line.strip():
                logging.getLogger("output").info(line.rstrip())
