"""A run that is cut short, kept where a program keeps what is its user's, to be gone on with by --load."""

import logging
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
MOST_KEPT = 20  # runs that have ended


def _folder() -> Path:
    return state_folder() / "runs"


def _usual_path() -> Path:
    return _folder() / f"run-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.npz"


def untold_run() -> Path | None:
    """The last run that was cut short, if no start of the app has been told of it; from now on one has."""
    with suppress(OSError):
        told = _folder() / "told"
        names = told.read_text().split() if told.exists() else []
        runs = [path for path in _ended_runs() if path.name not in names]
        if runs:
            told.write_text("\n".join(path.name for path in _ended_runs()))
            return runs[-1]
    return None


def _ended_runs() -> list[Path]:
    """The runs that were cut short, the oldest first; not those that a process goes on with."""
    return [path for path in sorted(_folder().glob("run-*.npz")) if not _is_alive(path)]


def _is_alive(path: Path) -> bool:
    try:
        os.kill(int(path.stem.rpartition("-")[2]), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    return True


@dataclass
class KeptRun:
    """The file of this process's run; snapshot: what it holds, if there is one; problem: why there is none."""

    path: Path = field(default_factory=_usual_path)
    snapshot: "Snapshot | None" = None
    problem: str = ""
    lock: Lock = field(default_factory=Lock)  # for two threads may want to keep the same moment

    def keep(self, snapshot: "Snapshot | None") -> None:
        """Write it down, unless it is, or is a first snapshot; where that cannot be, the older one stays."""
        with self.lock:
            if snapshot is None or snapshot.step == 0 or snapshot is self.snapshot:
                return
            try:
                self._write(snapshot)
            except Exception as failure:  # nothing that goes wrong here may keep the app from being left
                self.problem = getattr(failure, "strerror", None) or type(failure).__name__
                logging.getLogger(__name__).exception("keeping the run")

    def _write(self, snapshot: "Snapshot") -> None:
        from backprop_tui.core import checkpoint

        self.path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.save(snapshot, self.path)
        self.snapshot = snapshot
        for old in _ended_runs()[:-MOST_KEPT]:
            old.unlink()

    def forget(self) -> None:
        """Remove the file: the run ended as its user wished."""
        with self.lock, suppress(OSError):
            self.path.unlink(missing_ok=True)
            self.snapshot = None
