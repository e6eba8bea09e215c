"""A run's timeline against the same run made straight through, bit for bit."""

import random
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core import timeline as timelines
from backprop_tui.core.curve import Curve, extended
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.moment import KEY_STEPS, NOT_RIGHT, Stretch
from backprop_tui.core.problems import XOR
from backprop_tui.core.timeline import after, at, begin, begin_at, changed, snapshots
from backprop_tui.core.training import start, train, under

FLIPPED = replace(XOR, targets=1 - XOR.targets)


def grown(experiment, until, stretch_steps=(1_000,)):
    """A timeline that was handed the run in stretches of these lengths, over and over."""
    return grown_on(*begin(experiment), until, stretch_steps)


def grown_on(timeline, moment, until, stretch_steps=(1_000,)):
    turn, stretch = 0, Stretch(moment.snapshot)
    for snapshot in train(moment.snapshot, timeline.changes):
        stretch.add(snapshot)
        full = len(stretch.losses) == stretch_steps[turn % len(stretch_steps)]
        if full or snapshot.step == until or snapshot.step in timeline.changes:
            timeline, moment = after(timeline, moment, stretch)
            stretch, turn = Stretch(snapshot), turn + 1
        if snapshot.step == until:
            break
    return timeline, moment


def same(one, other):
    """Whether two snapshots are the same to the bit."""
    arrays = [
        [
            *each.parameters.weights,
            *each.parameters.biases,
            *each.activations,
            *(array for arrays in each.changes or () for array in arrays),
        ]
        for each in (one, other)
    ]
    return (
        one.step == other.step
        and one.loss == other.loss
        and one.experiment == other.experiment
        and all((a == b).all() for a, b in zip(*arrays, strict=True))
    )


def since(right, step, began=0):
    """For each row the first step of the unbroken stretch of right answers that ends at this step.

    right: for each step from the one at which the run began.
    """
    firsts = []
    for answers in right[: step - began + 1].T:
        wrong = np.flatnonzero(~answers)
        first = began + (int(wrong[-1]) + 1 if len(wrong) else 0)
        firsts.append(first if first <= step else NOT_RIGHT)
    return firsts


def snapshot_at(experiment, step):
    """The snapshot of the straight run at this step."""
    return [start(experiment), *islice(train(start(experiment)), step)][-1]


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(hidden_sizes=(), bias=True),
        Experiment(hidden_sizes=(4, 3), bias=True, momentum=0.9),
        Experiment(learning_rate=20),
        Experiment(mistake=MISTAKES["order"], steps=2_000),
    ],
    ids=["tutorial", "no hidden layer", "two with momentum", "wild", "a mistake"],
)
def test_hundreds_of_random_steps_are_those_of_the_straight_run(experiment):
    straight = [start(experiment), *train(start(experiment))]
    right = np.array([snapshot.right for snapshot in straight])
    timeline, latest = grown(experiment, experiment.steps, (700, 1, 33, 5_000))
    assert same(latest.snapshot, straight[-1])
    choices = random.Random(1)
    for step in (0, 1, KEY_STEPS, experiment.steps, *choices.sample(range(experiment.steps), 200)):
        moment = at(timeline, step)
        assert same(moment.snapshot, straight[step])
        if step:
            assert moment.loss_change == straight[step].loss - straight[step - 1].loss
        assert moment.right_since.tolist() == since(right, step)


def test_when_every_row_was_right_first():
    timeline, moment = grown(Experiment(), 10_001)
    assert moment.right_since.tolist() == [397, 19, 556, 1_141]
    assert timeline.all_right == {0: 1_141}
    assert grown(Experiment(), 1_140)[0].all_right == {}
    assert grown(Experiment(), 2_000, (1_141, 1))[0].all_right == {0: 1_141}


def test_key_snapshots_are_thinned_to_their_room_and_every_step_still_comes_back(monkeypatch):
    row = 8 * (2 * 12 + 4)
    monkeypatch.setattr(timelines, "KEY_BYTES", 20 * row)
    timeline, _ = grown(Experiment(), 10_001, (999,))
    assert 10 <= len(timeline.keys) <= 20 and timeline.keys[0].nbytes == row
    assert set(np.diff(timeline.key_steps)) == {KEY_STEPS * 16}
    straight = [start(Experiment()), *train(start(Experiment()))]
    for step in random.Random(2).sample(range(10_001), 40):
        assert same(at(timeline, step).snapshot, straight[step])


@pytest.mark.parametrize("row_bytes", [224, 250_000, 5_000_000])
@pytest.mark.parametrize("latest", [100, 10_001, 1_000_000, 10**9])
def test_the_stride_keeps_the_key_snapshots_within_their_room(row_bytes, latest):
    kept = latest // timelines._key_stride(latest, row_bytes) + 1
    assert kept <= max(timelines.KEY_BYTES // row_bytes, 2)


def test_a_change_is_really_used_and_the_steps_before_it_stay():
    timeline, _ = grown(Experiment(), 500)
    timeline, moment = changed(timeline, 500, Experiment(learning_rate=2.0))
    assert timeline.forks == frozenset() and timeline.changes[500].learning_rate == 2.0
    assert moment.snapshot.experiment.learning_rate == 2.0
    timeline, latest = grown_on(timeline, moment, 900)
    before = [start(Experiment()), *train(start(Experiment()))][:501]
    straight = [*before, *train(under(before[-1], Experiment(learning_rate=2.0)))]
    assert same(latest.snapshot, straight[900])
    for step in (1, 499, 501, 640, 899):
        assert same(at(timeline, step).snapshot, straight[step])
    assert at(timeline, 500).snapshot.experiment.learning_rate == 2.0


@pytest.mark.parametrize("step", [0, 1, 31, 32, 33, 1_200, 2_999])
def test_a_fork_forgets_the_old_future_and_makes_a_new_one(step):
    timeline, _ = grown(Experiment(), 3_000, (3_000,))
    other = Experiment(learning_rate=1.5)
    timeline, moment = changed(timeline, step, other)
    assert timeline.latest == moment.snapshot.step == step and timeline.forks == {step}
    assert timeline.all_right == ({0: 1_141} if step > 1_141 else {})
    straight = [start(Experiment()), *train(start(Experiment()))][: step + 1]
    assert timeline.curve.losses[-1] == straight[-1].loss and len(timeline.curve.steps) <= step + 1
    straight += [*train(under(straight[-1], other))]
    timeline, latest = grown_on(timeline, moment, step + 700, (100,))
    assert same(latest.snapshot, straight[step + 700])
    for later in range(step, step + 700, 23):
        assert same(at(timeline, later).snapshot, straight[later]._replace(experiment=other))


@pytest.mark.parametrize("began", [0, 780])
def test_the_curve_after_a_fork_has_each_buckets_extremes(began):
    """A run that keeps jumping, cut within a bucket of 8 steps: spikes before the cut must still be there."""
    wild = Experiment(hidden_sizes=(2,), learning_rate=40, seed=2)
    first = snapshot_at(wild, began)
    timeline, _ = grown_on(*begin_at(first), began + 3_000)
    losses = [first.loss, *(snapshot.loss for snapshot in islice(train(first), 3_000))]
    width = 8
    for last in range(200, 2_000, 7):
        cut, _ = changed(timeline, began + last, replace(wild, learning_rate=1.0))
        steps = cut.curve.steps - began
        for bucket in range(0, last, width):
            inside = losses[bucket : min(bucket + width, last + 1)]
            kept = cut.curve.losses[(steps >= bucket) & (steps < bucket + width)]
            assert {min(inside), max(inside)} <= set(kept.tolist())


def test_momentum_switched_on_and_targets_flipped_on_the_way():
    timeline, moment = grown(Experiment(), 200)
    timeline, moment = changed(timeline, 200, Experiment(momentum=0.9))
    timeline, moment = grown_on(timeline, moment, 400)
    timeline, moment = changed(timeline, 400, Experiment(momentum=0.9, problem=FLIPPED))
    assert not (moment.snapshot.right & (np.array(at(timeline, 399).right_since) != NOT_RIGHT)).all()
    timeline, moment = grown_on(timeline, moment, 1_000)
    snapshot = start(Experiment())
    straight = [snapshot]
    changes = {200: Experiment(momentum=0.9), 400: Experiment(momentum=0.9, problem=FLIPPED)}
    straight += [*train(snapshot, changes)]
    right = np.array([each.right for each in straight])
    for step in (199, 200, 201, 399, 400, 401, 417, 1_000):
        assert same(at(timeline, step).snapshot, straight[step])
        assert at(timeline, step).right_since.tolist() == since(right, step)


def test_a_change_taken_back_is_no_change_and_momentum_comes_back_with_it():
    timeline, _ = grown(Experiment(momentum=0.9), 300)
    straight = [start(Experiment(momentum=0.9)), *train(start(Experiment(momentum=0.9)))]
    timeline, _ = changed(timeline, 150, Experiment(momentum=0.0))
    timeline, moment = changed(timeline, 150, Experiment(momentum=0.9))
    assert timeline.changes == {0: Experiment(momentum=0.9)} and not timeline.forks
    assert same(moment.snapshot, straight[150])
    assert same(grown_on(timeline, moment, 200)[1].snapshot, straight[200])


def test_a_change_at_the_start_is_another_start():
    timeline, moment = changed(grown(Experiment(), 50)[0], 0, Experiment(learning_rate=3.0))
    assert timeline.changes == {0: Experiment(learning_rate=3.0)} and timeline.forks == {0}
    assert same(moment.snapshot, start(Experiment(learning_rate=3.0)))


def test_playing_the_known_future_again_changes_nothing_in_the_timeline():
    timeline, _ = grown(Experiment(), 600)
    played, moment = grown_on(timeline, at(timeline, 100), 600, (50,))
    assert played is timeline
    longer, moment = grown_on(timeline, at(timeline, 590), 620, (30,))
    assert longer.latest == 620 and same(moment.snapshot, grown(Experiment(), 620)[1].snapshot)
    assert longer.curve.losses.tolist() == grown(Experiment(), 620)[0].curve.losses.tolist()


def test_the_first_step_all_right_is_told_for_each_set_of_targets_and_survives_a_fork():
    timeline, _ = grown(Experiment(), 1_500)
    timeline, moment = changed(timeline, 1_500, Experiment(problem=FLIPPED))
    timeline, moment = grown_on(timeline, moment, 9_000)
    relearned = next(s.step for s in train(at(timeline, 1_500).snapshot) if s.right.all())
    assert timeline.all_right == {0: 1_141, 1_500: relearned}
    timeline, moment = changed(timeline, 1_300, Experiment(learning_rate=1.0))
    assert timeline.all_right == {0: 1_141}
    assert grown_on(timeline, moment, 1_400)[0].all_right == {0: 1_141}


def test_a_change_of_targets_has_no_change_of_the_loss():
    timeline, moment = changed(grown(Experiment(), 50)[0], 20, Experiment(problem=FLIPPED))
    assert np.isnan(moment.loss_change)
    later = grown_on(timeline, moment, 21)[1]
    assert later.loss_change == later.snapshot.loss - moment.snapshot.loss


@pytest.mark.parametrize(("seed", "began"), [(seed, 777 * (seed % 2)) for seed in range(12)])
def test_whatever_is_done_a_timeline_is_the_run_it_stands_for(seed, began, monkeypatch):
    """Growing, going back, changing and forking at random, against the straight run with the same changes."""
    choices = random.Random(seed)
    monkeypatch.setattr(timelines, "KEY_BYTES", choices.choice([2_000, 20_000, 3_000_000]))
    settings = {"bias": choices.random() < 0.5, "hidden_sizes": choices.choice([(), (3,), (3, 2)])}
    first = snapshot_at(Experiment(seed=seed, momentum=choices.choice([0.0, 0.9]), **settings), began)
    timeline, moment = begin_at(first)
    for _ in range(12):
        if choices.random() < 0.5:
            moment = at(timeline, choices.randrange(began, timeline.latest + 1))
        if choices.random() < 0.5:
            other = replace(
                moment.snapshot.experiment,
                learning_rate=choices.choice([0.1, 0.5, 3.0]),
                momentum=choices.choice([0.0, 0.0, 0.9]),
                problem=choices.choice([XOR, XOR, FLIPPED]),
            )
            timeline, moment = changed(timeline, moment.snapshot.step, other)
        until = moment.snapshot.step + choices.randrange(1, 400)
        timeline, moment = grown_on(timeline, moment, until, (choices.randrange(1, 90),))
    assert timeline.first == timeline.curve.steps[0] == timeline.key_steps[0] == began
    first = under(first, timeline.changes[began])
    straight = [first, *islice(train(first, timeline.changes), timeline.latest - began)]
    right = np.array([snapshot.right for snapshot in straight])
    some = choices.sample(range(began, timeline.latest), 25)
    for step in {began, timeline.latest, *some, *timeline.changes}:
        assert same(at(timeline, step).snapshot, straight[step - began])
        assert at(timeline, step).right_since.tolist() == since(right, step, began)
    assert set(zip(timeline.curve.steps.tolist(), timeline.curve.losses.tolist())) <= {
        (snapshot.step, snapshot.loss) for snapshot in straight
    }
    problems = [snapshot.experiment.problem for snapshot in straight]
    held = began
    for step in [*sorted(timeline.changes)[1:], timeline.latest + 1]:
        if step <= timeline.latest and problems[step - began] is problems[step - began - 1]:
            continue
        all_right = np.flatnonzero(right[held - began : step - began].all(axis=1))
        assert timeline.all_right.get(held) == (held + int(all_right[0]) if len(all_right) else None)
        held = step


def test_a_run_from_a_later_step_on_is_the_rest_of_the_straight_run():
    experiment = Experiment(hidden_sizes=(4, 3), bias=True, momentum=0.9)
    straight = [start(experiment), *islice(train(start(experiment)), 2_000)]
    timeline, latest = grown_on(*begin_at(straight[777]), 2_000, (300, 1, 64))
    assert (timeline.first, timeline.latest) == (777, 2_000) and same(latest.snapshot, straight[2_000])
    for step in (777, 778, 800, 801, *random.Random(3).sample(range(777, 2_000), 60)):
        assert same(at(timeline, step).snapshot, straight[step])
    assert np.isnan(at(timeline, 777).loss_change)
    assert at(timeline, 778).loss_change == straight[778].loss - straight[777].loss


def test_of_rows_right_at_the_first_step_no_more_is_known():
    timeline, moment = begin_at(snapshot_at(Experiment(), 1_200))
    assert moment.right_since.tolist() == [1_200] * 4 and timeline.all_right == {1_200: 1_200}
    timeline, moment = begin_at(snapshot_at(Experiment(), 500))
    assert moment.right_since.tolist() == [500, 500, NOT_RIGHT, NOT_RIGHT] and timeline.all_right == {}
    assert grown_on(timeline, moment, 1_200)[0].all_right == {500: 1_141}


def test_thinned_key_snapshots_keep_the_first(monkeypatch):
    monkeypatch.setattr(timelines, "KEY_BYTES", 20 * 8 * (2 * 12 + 4))
    timeline, _ = grown_on(*begin_at(snapshot_at(Experiment(), 777)), 10_001, (999,))
    assert timeline.key_steps[0] == 777 and 10 <= len(timeline.keys) <= 21
    assert set(np.diff(timeline.key_steps[1:])) == {KEY_STEPS * 16}
    assert same(at(timeline, 790).snapshot, snapshot_at(Experiment(), 790))


def test_memory_is_spent_by_the_steps_made_wherever_they_began():
    """A short run that begins late is kept as finely as one that begins at 0: every loss of it, every key."""
    late = snapshot_at(Experiment(steps=10**9), 50)._replace(step=900_000_000)
    timeline, _ = grown_on(*begin_at(late), 900_000_600)
    assert timeline.curve.steps.tolist() == list(range(900_000_000, 900_000_601))
    assert set(np.diff(timeline.key_steps)) == {KEY_STEPS}


@pytest.mark.parametrize("began", [0, 1, 777, 1_000_000])
def test_a_curve_from_any_step_on_has_each_buckets_extremes_in_bounded_memory(began):
    losses = np.random.RandomState(0).rand(100_000)
    curve = Curve(np.array([began]), losses[:1])
    for at_once in np.split(losses[1:], [1, 10, 500, 33_000, 33_001]):
        curve = extended(curve, at_once.tolist())
    assert curve.steps[0] == began and curve.losses[0] == losses[0] and curve.latest == began + 99_999
    assert len(curve.steps) <= 2_000 and (np.diff(curve.steps) > 0).all()
    assert (curve.losses == losses[curve.steps - began]).all()
    width = 256  # 640 buckets of 128 are not enough for 100,000 steps
    for bucket in range(0, len(losses), width):
        inside = losses[bucket : bucket + width]
        at_these = (curve.steps >= began + bucket) & (curve.steps < began + bucket + width)
        assert {inside.min(), inside.max()} <= set(curve.losses[at_these].tolist())


def test_a_change_at_a_later_first_step_keeps_its_weights():
    first = snapshot_at(Experiment(bias=True), 777)
    timeline, _ = grown_on(*begin_at(first), 1_000)
    other = Experiment(bias=True, learning_rate=3.0, problem=FLIPPED)
    timeline, moment = changed(timeline, 777, other)
    assert timeline.changes == {777: other} and timeline.forks == {777} and timeline.latest == 777
    assert same(moment.snapshot, under(first, other)) and timeline.curve.losses == [moment.snapshot.loss]
    assert moment.right_since.tolist() == [777 if right else NOT_RIGHT for right in under(first, other).right]
    later = grown_on(timeline, moment, 900)[1]
    assert same(later.snapshot, [*islice(train(under(first, other)), 123)][-1])


def test_momentum_taken_off_and_back_on_at_the_first_step_still_knows_the_last_changes():
    first = snapshot_at(Experiment(momentum=0.9), 777)
    timeline, _ = changed(begin_at(first)[0], 777, Experiment(momentum=0.0))
    timeline, moment = changed(timeline, 777, Experiment(momentum=0.9))
    assert same(moment.snapshot, first)
    assert same(grown_on(timeline, moment, 800)[1].snapshot, snapshot_at(Experiment(momentum=0.9), 800))


def test_a_change_at_step_0_keeps_weights_that_no_seed_has_drawn():
    edited = under(snapshot_at(Experiment(), 9)._replace(step=0), Experiment())
    _, moment = changed(begin_at(edited)[0], 0, Experiment(learning_rate=3.0))
    assert same(moment.snapshot, under(edited, Experiment(learning_rate=3.0)))


def test_every_snapshot_from_the_first_on_is_made_again_with_the_changes_on_the_way():
    first = snapshot_at(Experiment(), 70)
    timeline, moment = grown_on(*begin_at(first), 100)
    timeline, moment = changed(timeline, 90, Experiment(learning_rate=2.0))
    timeline, moment = grown_on(timeline, moment, 120)
    straight = [first, *islice(train(first, timeline.changes), 40)]
    made = list(snapshots(timeline, 110))
    assert len(made) == 41 and all(map(same, made, straight))
