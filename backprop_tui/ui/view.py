"""All that the screen shows at one instant; every panel is a function of it."""

from dataclasses import dataclass, fields, replace
from operator import attrgetter

from backprop_tui.core import timeline as run
from backprop_tui.core.curve import Curve
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import Moment, Stretch
from backprop_tui.core.timeline import Timeline
from backprop_tui.core.training import Snapshot

STEPS = {"moment", "timeline", "pace"}  # what else is new of a run that goes on


@dataclass(frozen=True)
class Pace:
    """The steps a second asked for (None: as many as can be), those made of late, the run's seconds so far.

    fewer: frames a second, where the machine or the terminal is too busy for those asked for.
    """

    speed: int | None
    rate: float = 0.0
    seconds: float = 0.0
    fewer: float | None = None


@dataclass(frozen=True, eq=False)
class View:
    """A moment of a run and how it is looked at. It never changes: the functions below make the next one.

    ghost: the loss curve of the future that a fork left behind, or of the run before this one.
    lesson: what to look for in the guided experiment that is watched, if one is.
    halted: whether the next step was tried and cannot be made. facet: which two
    hidden units, or which output, is looked at. sweeps: how far those in the background have come.
    presented: in large figures, for an audience.
    """

    moment: Moment
    timeline: Timeline
    pace: Pace
    ghost: Curve | None = None
    running: bool = False
    notice: str = ""
    halted: bool = False
    log_loss: bool = False
    log_steps: bool = False
    show_gradients: bool = False
    show_hidden: bool = False
    lesson: str = ""
    facet: int = 0
    sweeps: str = ""
    presented: bool = False

    @property
    def snapshot(self) -> Snapshot:
        """The state of training at the moment."""
        return self.moment.snapshot

    @property
    def experiment(self) -> Experiment:
        """What is being trained at the moment."""
        return self.moment.snapshot.experiment

    @property
    def finished(self) -> bool:
        """Whether the last step of the experiment is made."""
        return self.snapshot.step >= self.experiment.steps

    @property
    def at_latest(self) -> bool:
        """Whether no later step is known."""
        return self.snapshot.step == self.timeline.latest

    @property
    def state(self) -> str:
        """The state word: running, paused or finished."""
        return "running" if self.running else "finished" if self.finished else "paused"


_looked_at = attrgetter(*(each.name for each in fields(View) if each.name not in STEPS))


def only_went_on(before: View, view: View) -> bool:
    """Whether it is the same run, looked at in the same way, a few steps later."""
    return view.running and _looked_at(before) == _looked_at(view)


def first_view(first: Snapshot, speed: int | None) -> View:
    """The beginning of a run, paused."""
    timeline, moment = run.begin_at(first)
    return View(moment, timeline, Pace(speed))


def restarted(view: View, first: Snapshot) -> View:
    """The beginning of another run, or of the same; the other's curve is the ghost, if of the same problem."""
    timeline, moment = run.begin_at(first)
    is_another = view.timeline.changes != timeline.changes and view.timeline.latest > view.timeline.first
    ghost = view.timeline.curve if is_another else view.ghost
    if first.experiment.problem is not view.experiment.problem:
        ghost = None
    return replace(
        view,
        moment=moment,
        timeline=timeline,
        pace=Pace(view.pace.speed),
        ghost=ghost,
        notice="",
        halted=False,
        lesson=view.lesson if first.experiment == view.timeline.changes[view.timeline.first] else "",
    )


def taken(view: View, stretch: Stretch) -> View:
    """The view after a stretch of steps."""
    timeline, moment = run.after(view.timeline, view.moment, stretch)
    return replace(view, moment=moment, timeline=timeline, notice="", halted=False)


def gone_to(view: View, step: int) -> View:
    """The view of a step already made, or of the nearest such."""
    step = min(max(step, view.timeline.first), view.timeline.latest)
    moment = view.moment if step == view.snapshot.step else run.at(view.timeline, step)
    return replace(view, moment=moment, notice="", halted=False)


def changed(view: View, experiment: Experiment) -> View:
    """The view with another experiment from this step on; a future that is left behind stays as a ghost."""
    old = view.timeline
    timeline, moment = run.changed(old, view.snapshot.step, experiment)
    ghost = view.ghost if view.at_latest else old.curve
    lesson = view.lesson if experiment.problem is view.experiment.problem else ""
    return replace(view, moment=moment, timeline=timeline, ghost=ghost, notice="", halted=False, lesson=lesson)
