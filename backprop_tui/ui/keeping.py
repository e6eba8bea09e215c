"""A run that is cut short, kept where a program keeps what is its user's, to be gone on with by --load."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from backprop_tui.core.files import state_folder

if TYPE_CHECKING:
    from backprop_tui.core.training import Snapshot

KEEP_SECONDS = 30.0  # between two looks at a run: what a crash of the machine costs at most
MOST_KEPT = 20  # runs


def _folder() -> Path:
    return state_folder() / "runs"


def _usual_path() -> Path:
    return _folder() / f"run-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.npz"


def untold_run() -> Path | None:
    """The last run that was cut short, if no start of the app has been told of it; from now on one has."""
    told = _folder() / "told"
    with suppress(OSError):
        since = told.stat().st_mtime if told.exists() else 0.0
        told.touch()
        runs = [path for path in sorted(_folder().glob("run-*.npz")) if path.stat().st_mtime >= since]
        return next((path for path in reversed(runs) if not _is_alive(path)), None)
    return None


def _is_alive(path: Path) -> bool:
    """Whether the process that keeps this run goes on with it."""
    return Path("/proc", path.stem.rpartition("-")[2]).exists()


@dataclass
class KeptRun:
    """The file of this process's run; snapshot is what it holds, None for no file."""

    path: Path = field(default_factory=_usual_path)
    snapshot: "Snapshot | None" = None
    lock: Lock = field(default_factory=Lock)  # a file begun is finished before the process ends

    def keep(self, snapshot: "Snapshot | None") -> None:
        """Write it down, unless it is, or is a first snapshot; where that cannot be, the older one stays."""
        from backprop_tui.core import checkpoint

        with self.lock, suppress(OSError):
            if snapshot is None or snapshot.step == 0 or snapshot is self.snapshot:
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            checkpoint.save(snapshot, self.path)
            self.snapshot = snapshot
            for old in sorted(self.path.parent.glob("run-*.npz"))[:-MOST_KEPT]:
                old.unlink()

    def forget(self) -> None:
        """Remove the file: the run ended as its user wished."""
        with self.lock, suppress(OSError):
            self.path.unlink(missing_ok=True)
            self.snapshot = None
