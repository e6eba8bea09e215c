"""Every step of a run again, to the bit, in bounded memory: key snapshots, the rest trained anew.

A run is its first snapshot and the changes made to its experiment on the way. Training is a pure
function of both, so a step comes back by training on from the key snapshot before it.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from backprop_tui.core import curve
from backprop_tui.core.curve import Curve, Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import KEY_STEPS, NOT_RIGHT, Moment, Stretch, first_moment, right_since
from backprop_tui.core.network import Array, Parameters
from backprop_tui.core.training import Snapshot, snapshot_of, train

MOST_REPLAYED = 8 * KEY_STEPS  # at once: a stretch holds some of its snapshots whole
KEY_BYTES = 3_000_000  # room for key snapshots; whenever it is full, every second one is let go


@dataclass(frozen=True, eq=False)
class Timeline:
    """A run from step 0 to the latest step made. It never changes: `after` and `changed` make the next one.

    curve: its losses. all_right: the first step with every row right, by the step since which the
    targets were what they then were; no entry where there was none.
    changes: the experiment from a step on, by that step; step 0's is the one it began with.
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
    def latest(self) -> int:
        """The last step made."""
        return self.curve.latest


def begin(experiment: Experiment) -> tuple[Timeline, Moment]:
    """A run that has made no step yet, and its only moment."""
    moment = first_moment(experiment)
    timeline = Timeline(
        Curve(np.array([0]), np.array([moment.snapshot.loss])),
        {0: 0} if moment.snapshot.right.all() else {},
        {0: experiment},
        frozenset(),
        np.array([0]),
        _packed(moment.snapshot, moment.right_since)[np.newaxis],
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
    stride = _key_stride(stretch.snapshot.step, timeline.keys[0].nbytes)
    new_keys = [key for key in stretch.keys if key.step > timeline.key_steps[-1] and key.step % stride == 0]
    rows = [_packed(key, since[key.step - first]) for key in new_keys]
    key_steps = np.append(timeline.key_steps, [key.step for key in new_keys]).astype(np.int64)
    kept = key_steps % stride == 0
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
    """The moment at this step, 0 to the latest: the same bits as when it was first made."""
    key = max(int(np.searchsorted(timeline.key_steps, step)) - 1, 0)
    moment = _unpacked(timeline, key)
    while moment.snapshot.step < step:
        moment = after(timeline, moment, _stretch(timeline, moment.snapshot, step))[1]
    return moment


def changed(timeline: Timeline, step: int, experiment: Experiment) -> tuple[Timeline, Moment]:
    """The timeline cut after this step, with another experiment from there on, and the moment there.

    What was changed at this very step before is forgotten. If steps known so far are cut off, it is a fork.
    """
    earlier = {when: each for when, each in timeline.changes.items() if when < step}
    is_change = step == 0 or earlier[max(earlier)] != experiment
    is_fork = is_change and (step in timeline.forks or step < timeline.latest)
    forks = frozenset(fork for fork in timeline.forks if fork < step) | ({step} if is_fork else set())
    if step == 0:
        fresh, moment = begin(experiment)
        return replace(fresh, forks=forks), moment
    # The curve's bucket that the cut goes through is made again, from a step before it.
    bucket = max(step - step % curve.bucket_width(timeline.latest), 1)
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


def _key_stride(latest: int, row_bytes: int) -> int:
    """How many steps are between two key snapshots when the run has come so far."""
    most = max(KEY_BYTES // row_bytes, 2)
    return KEY_STEPS << (latest // (KEY_STEPS * most)).bit_length()


def _packed(snapshot: Snapshot, right_since: Steps) -> Array:
    """A moment as one row of numbers: parameters, last changes (zero if there are none), right_since."""
    parameters = [*snapshot.parameters.weights, *snapshot.parameters.biases]
    changes = snapshot.changes and [*snapshot.changes.weights, *snapshot.changes.biases]
    last = changes or [np.zeros_like(array) for array in parameters]
    return np.concatenate([array.ravel() for array in (*parameters, *last)] + [right_since.astype(np.float64)])


@np.errstate(all="ignore")
def _unpacked(timeline: Timeline, key: int) -> Moment:
    step, row = int(timeline.key_steps[key]), timeline.keys[key]
    experiment = experiment_at(timeline, step)
    sizes = experiment.layer_sizes
    shapes: list[tuple[int, ...]] = list(zip(sizes, sizes[1:]))
    shapes += [(units,) for units in sizes[1:]] if experiment.bias else []
    ends = np.cumsum([math.prod(shape) for shape in shapes] * 2)
    pieces = [piece.reshape(shape) for piece, shape in zip(np.split(row, ends), shapes * 2)]
    layers = len(sizes) - 1
    parameters, last = (
        Parameters(arrays[:layers], arrays[layers:])
        for arrays in (pieces[: len(shapes)], pieces[len(shapes) :])
    )
    snapshot = snapshot_of(experiment, step, parameters, last if experiment.momentum else None)
    return Moment(snapshot, np.nan, row[ends[-1] :].astype(np.int64))
