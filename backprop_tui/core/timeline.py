"""Every step of a run again, to the bit, in bounded memory: key snapshots, the rest trained anew.

A run is its first snapshot and the changes made to its experiment on the way. Training is a pure
function of both, so a step comes back by training on from the key snapshot before it.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from backprop_tui.core import curve
from backprop_tui.core.curve import Curve, Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import (
    KEY_STEPS,
    NOT_RIGHT,
    Moment,
    Stretch,
    first_moment,
    packed,
    right_since,
    unpacked,
)
from backprop_tui.core.network import Array
from backprop_tui.core.training import Snapshot, start, train

MOST_REPLAYED = 8 * KEY_STEPS  # at once: a stretch holds some of its snapshots whole
# Room for key snapshots; whenever it is full, every second one is let go. Of small ones there are fewer than
# would fit: they are copied at every frame, and more would hardly shorten a way back.
KEY_BYTES, MOST_KEYS = 3_000_000, 8_192


@dataclass(frozen=True, eq=False)
class Timeline:
    """A run from its first step to the latest made. It never changes: `after` and `changed` make the next one.

    curve: its losses. all_right: the first step with every row right, by the step since which the
    targets were what they then were; no entry where there was none.
    changes: the experiment from a step on, by that step; the first step's is the one it began with.
    forks: those of its changes that left another future behind.
    key_steps, keys: the steps of the key snapshots, and each of these as a row of numbers.
    """

    curve: Curve
    all_right: Mapping[int, int]
    changes: Mapping[int, Experiment]
    forks: frozenset[int]
    key_steps: Steps
    keys: Array

    @property
    def first(self) -> int:
        """The step it began at: 0, or that of a snapshot that was loaded."""
        return self.curve.first

    @property
    def latest(self) -> int:
        """The last step made."""
        return self.curve.latest


def begin(experiment: Experiment) -> tuple[Timeline, Moment]:
    """A run from step 0 that has made no step yet, and its only moment."""
    return begin_at(start(experiment))


def begin_at(snapshot: Snapshot) -> tuple[Timeline, Moment]:
    """A run from this snapshot on that has made no step yet, and its only moment."""
    moment, step = first_moment(snapshot), snapshot.step
    timeline = Timeline(
        Curve(np.array([step]), np.array([snapshot.loss])),
        {step: step} if snapshot.right.all() else {},
        {step: snapshot.experiment},
        frozenset(),
        np.array([step]),
        packed(snapshot, moment.right_since)[np.newaxis],
    )
    return timeline, moment


def after(timeline: Timeline, moment: Moment, stretch: Stretch) -> tuple[Timeline, Moment]:
    """The timeline and the moment once a stretch of steps, one at least, has been made from the moment on.

    Steps that were known already change nothing in the timeline. A stretch ends where a change is made.
    """
    first = moment.snapshot.step + 1
    since = right_since(moment, stretch)
    before = stretch.losses[-2] if len(stretch.losses) > 1 else moment.snapshot.loss
    same_problem = stretch.snapshot.experiment.problem is moment.snapshot.experiment.problem
    change = stretch.snapshot.loss - before if same_problem else np.nan
    now = Moment(stretch.snapshot, change, since[-1])
    known = timeline.latest - first + 1
    if known >= len(since):
        return timeline, now
    stride = _key_stride(stretch.snapshot.step - timeline.first, timeline.keys[0].nbytes)
    new_keys = [key for key in stretch.keys if key.step > timeline.key_steps[-1] and key.step % stride == 0]
    rows = [packed(key, since[key.step - first]) for key in new_keys]
    key_steps = np.append(timeline.key_steps, [key.step for key in new_keys]).astype(np.int64)
    kept = (key_steps % stride == 0) | (key_steps == timeline.first)
    longer = replace(
        timeline,
        curve=curve.extended(timeline.curve, stretch.losses[known:]),
        all_right=_all_right(timeline, moment, stretch, since),
        key_steps=key_steps[kept],
        keys=np.concatenate((timeline.keys, *(row[np.newaxis] for row in rows)))[kept],
    )
    return longer, now


def _all_right(timeline: Timeline, moment: Moment, stretch: Stretch, since: Steps) -> Mapping[int, int]:
    """Timeline.all_right after the stretch; its last step may be the first one under other targets."""
    all_right = dict(timeline.all_right)
    first, last = moment.snapshot.step + 1, stretch.snapshot.step
    under_old = since if _problem_since(timeline, last) < last else since[:-1]
    found = np.flatnonzero((under_old != NOT_RIGHT).all(axis=1))
    if len(found):
        all_right.setdefault(_problem_since(timeline, first - 1), first + int(found[0]))
    if len(under_old) < len(since) and stretch.snapshot.right.all():
        all_right[last] = last
    return all_right


def _problem_since(timeline: Timeline, step: int) -> int:
    """Since which step the targets in force at this one have been what they are."""
    changes = sorted((when for when in timeline.changes if when <= step), reverse=True)
    problem = timeline.changes[changes[0]].problem
    return list(itertools.takewhile(lambda when: timeline.changes[when].problem is problem, changes))[-1]


def at(timeline: Timeline, step: int) -> Moment:
    """The moment at this step, the first to the latest: the same bits as when it was first made."""
    key = max(int(np.searchsorted(timeline.key_steps, step)) - 1, 0)
    key_step = int(timeline.key_steps[key])
    moment = unpacked(experiment_at(timeline, key_step), key_step, timeline.keys[key])
    while moment.snapshot.step < step:
        moment = after(timeline, moment, _stretch(timeline, moment.snapshot, step))[1]
    return moment


def snapshots(timeline: Timeline, last: int) -> Iterator[Snapshot]:
    """Every snapshot from the first step to this one, made again."""
    first = at(timeline, timeline.first).snapshot
    yield first
    yield from islice(train(first, timeline.changes), last - first.step)


def changed(timeline: Timeline, step: int, experiment: Experiment) -> tuple[Timeline, Moment]:
    """The timeline cut after this step, with another experiment from there on, and the moment there.

    What was changed at this very step before is forgotten. If steps known so far are cut off, it is a fork.
    """
    earlier = {when: each for when, each in timeline.changes.items() if when < step}
    is_change = step == timeline.first or earlier[max(earlier)] != experiment
    is_fork = is_change and (step in timeline.forks or step < timeline.latest)
    forks = frozenset(fork for fork in timeline.forks if fork < step) | ({step} if is_fork else set())
    if step == timeline.first:
        fresh, moment = _begun_under(timeline, experiment)
        return replace(fresh, forks=forks), moment
    # The curve's bucket that the cut goes through is made again, from a step before it.
    width = curve.bucket_width(timeline.latest - timeline.first)
    bucket = max(curve.bucket_start(timeline.first, step, width), timeline.first + 1)
    keys = int(np.searchsorted(timeline.key_steps, bucket))
    cut = replace(
        timeline,
        curve=curve.before(timeline.curve, bucket),
        all_right={since: first for since, first in timeline.all_right.items() if first < bucket},
        changes=earlier | ({step: experiment} if is_change else {}),
        forks=forks,
        key_steps=timeline.key_steps[:keys],
        keys=timeline.keys[:keys],
    )
    moment = at(cut, cut.latest)
    while moment.snapshot.step < step:
        cut, moment = after(cut, moment, _stretch(cut, moment.snapshot, step))
    return cut, moment


def _begun_under(timeline: Timeline, experiment: Experiment) -> tuple[Timeline, Moment]:
    """The timeline's beginning, its weights under another experiment."""
    fresh, moment = begin_at(unpacked(experiment, timeline.first, timeline.keys[0]).snapshot)
    # Last changes stay in the key snapshot even without momentum, for it may be switched on again.
    trained = len(fresh.keys[0]) - len(moment.right_since)
    keys = np.concatenate((timeline.keys[:1, :trained], fresh.keys[:, trained:]), axis=1)
    return replace(fresh, keys=keys), moment


def experiment_at(timeline: Timeline, step: int) -> Experiment:
    """The experiment in force at this step."""
    return timeline.changes[max(when for when in timeline.changes if when <= step)]


def _stretch(timeline: Timeline, snapshot: Snapshot, last: int) -> Stretch:
    """The steps after the snapshot's, up to the last or the next change, but so many at most."""
    stretch = Stretch(snapshot)
    for each in islice(train(snapshot, timeline.changes), min(last - snapshot.step, MOST_REPLAYED)):
        stretch.add(each)
        if each.step in timeline.changes:
            break
    return stretch


def _key_stride(made: int, row_bytes: int) -> int:
    """How many steps are between two key snapshots when the run has made so many."""
    most = min(max(KEY_BYTES // row_bytes, 2), MOST_KEYS)
    return KEY_STEPS << (made // (KEY_STEPS * most)).bit_length()
