"""The training thread's loop: so many steps a second, handed over once a frame."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot, train

RATE_SECONDS = 1.0  # the rate shown is that of the last second or so


@dataclass
class Stretch:
    """The steps made since the last hand-over: each one's loss and outputs, and the latest snapshot."""

    snapshot: Snapshot
    losses: list[float] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)
    seconds: float = 0.0
    rate: float = 0.0


def follow(
    snapshot: Snapshot,
    speed: Callable[[], int | None],
    fps: int,
    stop: threading.Event,
    hand_over: Callable[[Stretch], object],
) -> None:
    """Train on from the snapshot until its run is finished or stop is set.

    speed gives the steps a second wanted just now, None for as many as can be made. hand_over is
    called with a frame's steps, at most fps times a second, and returns when the screen has taken
    them: training on regardless would starve the screen and the keys of the interpreter.
    A machine too slow for the speed makes fewer steps a second; it never skips one.
    Raises Diverged after handing over the last finite steps.
    """
    snapshots = train(snapshot)
    frame_end = handed_over = time.monotonic()
    marks: deque[tuple[float, int]] = deque()  # of the last hand-overs, when and at which step
    due = rate = 0.0
    while not stop.is_set() and snapshot.step < snapshot.experiment.steps:
        # However long the hand-over took, half a frame is left to train in.
        frame_end = max(frame_end + 1 / fps, time.monotonic() + 0.5 / fps)
        wanted = speed()
        due = due % 1 + (wanted or 0) / fps
        stretch = Stretch(snapshot)
        try:
            for snapshot in islice(snapshots, None if wanted is None else int(due)):
                stretch.snapshot = snapshot
                stretch.losses.append(snapshot.loss)
                stretch.outputs.append(snapshot.outputs)
                if stop.is_set() or time.monotonic() >= frame_end:
                    break
        finally:
            if stretch.losses and not stop.is_set():
                now = time.monotonic()
                stretch.seconds, handed_over = now - handed_over, now
                marks.append((now, snapshot.step))
                while len(marks) > 2 and marks[0][0] < now - RATE_SECONDS:
                    marks.popleft()
                if len(marks) > 1 and snapshot.step < snapshot.experiment.steps:  # the last frame is cut short
                    rate = (snapshot.step - marks[0][1]) / (now - marks[0][0])
                stretch.rate = rate
                hand_over(stretch)
        stop.wait(frame_end - time.monotonic())
