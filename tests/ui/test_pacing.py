"""The training thread's loop with a clock of its own: time passes only where it waits or hands over."""

import threading

import pytest

from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import Diverged, start
from backprop_tui.ui import pacing


class Clock(threading.Event):
    """A stop event whose waiting is the only thing that takes time."""

    def __init__(self):
        super().__init__()
        self.now = 100.0

    def wait(self, timeout=None):
        self.now += max(timeout, 0)
        return self.is_set()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing.time, "monotonic", lambda: clock.now)
    return clock


def followed(clock, steps, speed, fps, hand_over_seconds=0.0, stop_after=None, experiment=None):
    """What is handed over: (the clock, the steps, their seconds, the rate) of each frame."""
    seen = []

    def hand_over(stretch, seconds, rate):
        seen.append((clock.now, len(stretch.losses), seconds, rate))
        clock.now += hand_over_seconds
        if len(seen) == stop_after:
            clock.set()

    first = start(experiment or Experiment(steps=steps))
    pacing.follow(first, {}, lambda: speed, lambda: fps, clock, hand_over)
    return seen


def test_the_speed_is_kept_to_the_step(clock):
    seen = followed(clock, 500, speed=250, fps=10)
    assert [steps for _, steps, _, _ in seen] == [25] * 20
    assert clock.now == pytest.approx(102.0)


def test_less_than_a_step_a_frame_adds_up(clock):
    seen = followed(clock, 4, speed=2, fps=10)
    assert [when for when, *_ in seen] == pytest.approx([100.4, 100.9, 101.4, 101.9])


def test_the_seconds_are_those_that_passed(clock):
    assert sum(seconds for _, _, seconds, _ in followed(clock, 10, speed=1, fps=10)) == pytest.approx(
        10, abs=0.11
    )


def test_the_rate_is_the_speed_from_its_first_telling_on(clock):
    rates = [rate for *_, rate in followed(clock, 1_001, speed=500, fps=10)]
    assert rates[0] == 0 and rates[1:] == pytest.approx([500] * 20)


def test_a_slow_screen_still_leaves_half_a_frame_to_train_in(clock, monkeypatch):
    ticks = iter(range(10**6))

    def monotonic():
        next(ticks)
        clock.now += 1e-4  # each look at the clock is a step trained
        return clock.now

    monkeypatch.setattr(pacing.time, "monotonic", monotonic)
    seen = followed(clock, 10**6, speed=None, fps=10, hand_over_seconds=0.2, stop_after=5)
    assert all(steps >= 400 for _, steps, *_ in seen)


def test_stopped_it_hands_nothing_over(clock):
    clock.set()
    assert followed(clock, 10, speed=10, fps=10) == []
    clock.clear()
    assert len(followed(clock, 1_000, speed=10, fps=10, stop_after=3)) == 3


def test_the_last_finite_steps_come_before_the_divergence(clock):
    experiment = Experiment(learning_rate=1e308, momentum=0.99)
    seen = []
    with pytest.raises(Diverged):
        pacing.follow(
            start(experiment), {}, lambda: 1_000, lambda: 10, clock, lambda stretch, *_: seen.append(stretch)
        )
    assert [stretch.snapshot.step for stretch in seen] == [47]


def test_a_stretch_ends_where_a_change_is_made(clock):
    seen = []
    changes = {0: Experiment(steps=9), 4: Experiment(steps=9, learning_rate=2.0)}
    pacing.follow(
        start(Experiment(steps=9)),
        changes,
        lambda: 100,
        lambda: 10,
        clock,
        lambda *steps: seen.append(steps[0]),
    )
    assert [len(stretch.losses) for stretch in seen] == [4, 5]
    assert [stretch.snapshot.experiment.learning_rate for stretch in seen] == [2.0, 2.0]


def test_after_a_late_frame_the_steps_that_were_missed_are_made(clock):
    seen = followed(clock, 10_000, speed=100, fps=10, hand_over_seconds=0.35, stop_after=6)
    assert [steps for _, steps, *_ in seen] == [10, 26, 35, 35, 35, 35]


def test_a_process_that_was_stopped_goes_on_as_if_it_had_not_been(clock):
    wait, waits = clock.wait, []

    def waiting(seconds):
        wait(seconds)
        waits.append(seconds)
        clock.now += 60.0 if len(waits) == 3 else 0.0

    clock.wait = waiting
    seen = followed(clock, 60, speed=100, fps=10)
    assert [steps for _, steps, *_ in seen] == [10] * 6
    assert sum(seconds for _, _, seconds, _ in seen) == pytest.approx(0.5, abs=0.11)
    assert all(rate in (0.0, pytest.approx(100.0)) for *_, rate in seen)


def test_slow_pictures_halve_the_frames_and_quick_ones_bring_them_back():
    frames = pacing.Frames(10, 10)
    for fps in (5, 2.5, 1.25, 1, 1):
        for _ in range(pacing.SLOW_ONES):
            frames = pacing.adapted(frames, 1.0)
        assert frames.now == fps
    for _ in range(60):
        frames = pacing.adapted(frames, 0.02)
    assert frames.now == 10 and pacing.adapted(frames, 0.03).now == 10


def test_frames_neither_slow_nor_quick_stay():
    frames = pacing.Frames(10, 5)
    for _ in range(100):
        frames = pacing.adapted(frames, 0.07)
    assert frames.now == 5


def test_a_frame_a_second_is_not_made_slower():
    assert pacing.adapted(pacing.Frames(1, 1), 9.0).now == 1
