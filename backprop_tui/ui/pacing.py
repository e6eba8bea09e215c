"""The training thread's loop: so many steps a second, handed over once a frame."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from typing import NamedTuple

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import Stretch
from backprop_tui.core.training import Snapshot, train

PAINT_SECONDS = 1 / 120  # that Textual waits before it paints
SLOW, QUICK = 0.5, 0.2  # shares of a frame's time
SLOW_ONES, QUICK_SECONDS = 3, 3.0  # one after the other, before there are fewer or more of them
LEFT_TO_TRAIN, LEFT_AT_FULL_SPEED = 0.1, 0.5  # shares of a frame's time
RATE_SECONDS = 1.0  # the rate shown is that of the last second or so
ABSENT_SECONDS = 2.0  # that a frame is late only if the process was stopped, or the machine asleep


class Frames(NamedTuple):
    """Pictures a second: asked for, and made for now; how many one after the other were quick, or (−) slow."""

    asked: float
    now: float
    streak: int = 0


def adapted(frames: Frames, seconds: float) -> Frames:
    """The pictures a second after one that took so long from its steps to the screen.

    A machine that is busy, or a terminal that is behind, gets half as many, one at least; after
    some seconds of quick ones twice as many again.
    """
    share = (seconds - PAINT_SECONDS) * frames.now
    streak = 0
    if share > SLOW:
        streak = min(frames.streak, 0) - 1
    elif share < QUICK:
        streak = max(frames.streak, 0) + 1
    if streak == -SLOW_ONES:
        return Frames(frames.asked, max(frames.now / 2, min(frames.asked, 1.0)))
    if streak > QUICK_SECONDS * frames.now:
        return Frames(frames.asked, min(2 * frames.now, frames.asked))
    return frames._replace(streak=streak)


def follow(
    snapshot: Snapshot,
    changes: Mapping[int, Experiment],
    speed: Callable[[], int | None],
    fps: Callable[[], float],
    stop: threading.Event,
    hand_over: Callable[[Stretch, float, float], object],
) -> None:
    """Train on from the snapshot until its run is finished or stop is set.

    changes are those of the experiment at later steps. speed gives the steps a second wanted just
    now, None for as many as can be made; fps the frames. hand_over is called with a frame's steps, the
    seconds they took and the rate of late, and returns when the screen has taken them: training on
    regardless would starve the screen and the keys of the interpreter. After a late frame the next has
    more steps. A machine too slow for the speed makes fewer steps a second; it never skips one.
    Raises what `train` does after handing over the last steps that could be made.
    """
    snapshots = train(snapshot, changes)
    frame_end = handed_over = time.monotonic()
    marks: deque[tuple[float, int]] = deque()  # of the last hand-overs, when and at which step
    due = rate = 0.0
    while not stop.is_set() and snapshot.step < snapshot.experiment.steps:
        wanted, frame = speed(), 1 / fps()
        # However long the hand-over took, some time is left to train in.
        left = frame * (LEFT_AT_FULL_SPEED if wanted is None else LEFT_TO_TRAIN)
        began, frame_end = frame_end, max(frame_end + frame, time.monotonic() + left)
        due = round(due % 1 + (wanted or 0) * (frame_end - began), 6)
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
            frame_end += absent
            handed_over += absent
            marks.clear()
