"""The training thread's loop: so many steps a second, handed over once a frame."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import Snapshot, train

RATE_SECONDS = 1.0  # the rate shown is that of the last second or so
ABSENT_SECONDS = 2.0  # that a frame is late only if the process was stopped, or the machine asleep


def follow(
    snapshot: Snapshot,
    changes: Mapping[int, Experiment],
    speed: Callable[[], int | None],
    fps: int,
    stop: threading.Event,
    hand_over: Callable[[Stretch, float, float], object],
) -> None:
    """Train on from the snapshot until its run is finished or stop is set.

    changes are those of the experiment at later steps. speed gives the steps a second wanted just
    now, None for as many as can be made. hand_over is called with a frame's steps, the seconds they
    took and the rate of late, at most fps times a second, and returns when the screen has taken
    them: training on regardless would starve the screen and the keys of the interpreter.
    A machine too slow for the speed makes fewer steps a second; it never skips one.
    Raises what `train` does after handing over the last steps that could be made.
    """
    snapshots = train(snapshot, changes)
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
                stretch.add(snapshot)
                if stop.is_set() or time.monotonic() >= frame_end or snapshot.step in changes:
                    break
        finally:
            if stretch.losses and not stop.is_set():
                now = time.monotonic()
                seconds, handed_over = now - handed_over, now
                marks.append((now, snapshot.step))
                while len(marks) > 2 and marks[0][0] < now - RATE_SECONDS:
                    marks.popleft()
                if len(marks) > 1 and snapshot.step < snapshot.experiment.steps:  # the last frame is cut short
                    rate = (snapshot.step - marks[0][1]) / (now - marks[0][0])
                hand_over(stretch, seconds, rate)
        stop.wait(frame_end - time.monotonic())
        absent = time.monotonic() - frame_end
        if absent > ABSENT_SECONDS:
            handed_over += absent
            marks.clear()
