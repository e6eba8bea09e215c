"""All that the screen shows at one instant; every panel is a function of it."""

from dataclasses import dataclass

from backprop_tui.core.timeline import Timeline
from backprop_tui.core.training import Snapshot


@dataclass(frozen=True)
class Pace:
    """The steps a second asked for (None: as many as can be), those made of late, the run's seconds so far."""

    speed: int | None
    rate: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class View:
    """A moment of a run and how it is looked at. It never changes: `dataclasses.replace` makes the next one."""

    snapshot: Snapshot
    timeline: Timeline
    pace: Pace
    running: bool = False
    notice: str = ""
    log_loss: bool = False
    log_steps: bool = False
    show_gradients: bool = False
    show_hidden: bool = False

    @property
    def finished(self) -> bool:
        """Whether the last step of the experiment is made."""
        return self.snapshot.step >= self.snapshot.experiment.steps

    @property
    def state(self) -> str:
        """The state word: running, paused or finished."""
        return "running" if self.running else "finished" if self.finished else "paused"
