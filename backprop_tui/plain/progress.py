"""How far a long run has come, on standard error."""

import time
from typing import TextIO

BAR_WIDTH = 24


class Progress:
    """A bar on standard error, from the first second on, if that is a terminal; else nothing.

    first, steps: where the run begins and ends, in steps or in whatever else takes about equally long.
    """

    def __init__(self, stream: TextIO, first: float, steps: float) -> None:
        self.stream, self.first, self.steps = stream, first, steps
        self.began = self.shown = time.monotonic()
        self.visible = False

    def show(self, step: float, words: str = "") -> None:
        """Draw the bar for this step, five times a second at most. words: how far that is, if not in steps."""
        now = time.monotonic()
        if now - self.began < 1 or now - self.shown < 0.2 or step <= self.first or not self.stream.isatty():
            return
        self.shown, self.visible = now, True
        done = step / self.steps
        left = round((now - self.began) * (self.steps - step) / (step - self.first))
        bar = "#" * round(done * BAR_WIDTH)
        time_left = f"{left // 60}:{left % 60:02d} left"
        words = words or f"{step:,} of {self.steps:,}"
        self.stream.write(f"\r{words} [{bar:-<{BAR_WIDTH}}] {done:4.0%}, {time_left}\x1b[K")
        self.stream.flush()

    def clear(self) -> None:
        """Take the bar off its line, so that something can be printed there."""
        if self.visible:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self.visible = False
