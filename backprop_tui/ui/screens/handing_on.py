"""The keys that hand a run on: a file to go on from, its losses, a script, the command that repeats it."""

from contextlib import suppress
from functools import partial
from pathlib import Path

from backprop_tui.core import timeline as run
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import Snapshot
from backprop_tui.ui.background import in_background
from backprop_tui.ui.screens.sweeping import SweepingScreen

NO_FILES = "In a browser nothing is saved: the files would be on the machine that serves this."


class HandingOnScreen(SweepingScreen):
    """A run that can be handed on. typed: the options that it was begun with, as they can be typed again."""

    def __init__(self, first: Snapshot, speed: int | None, fps: int, typed: str = "") -> None:
        super().__init__(first, speed, fps)
        self.first, self.typed = first, typed
        self.is_saving = False  # a history, in a thread

    @property
    def loaded(self) -> tuple[str, Experiment] | None:
        """Of a run that began with a saved one: what to type to begin so, and the experiment that makes."""
        return (self.typed, self.first.experiment) if self.view.timeline.first else None

    def action_save(self) -> None:
        """Write this moment to a file, to go on from with --load."""
        from backprop_tui.core import checkpoint
        from backprop_tui.ui.saving import moment_name, saved

        if self._may_write():
            self.tell(saved(moment_name(self.snapshot), "npz", partial(checkpoint.save, self.snapshot)))

    def _may_write(self) -> bool:
        """Whether files are the user's own; where they are not that is said."""
        if self.app.is_web:
            self.tell(NO_FILES)
        return not self.app.is_web

    def action_save_history(self) -> None:
        """Write the loss of every step so far to a file, in a thread: the steps have to be made again."""
        from backprop_tui.core.history import write_history
        from backprop_tui.ui.saving import NoLongerWanted, moment_name, saved, while_wanted

        if not self._may_write():
            return
        if self.is_saving:
            self.tell("A history is being written still.")
            return
        self.is_saving = True
        app, snapshot, timeline = self.app, self.snapshot, self.view.timeline

        def write(path: Path) -> None:
            write_history(while_wanted(run.snapshots(timeline, snapshot.step), lambda: app.is_running), path)

        def written() -> None:
            with suppress(NoLongerWanted):
                app.call_from_thread(self._saved, saved(moment_name(snapshot), "csv", write))

        in_background(self, written, self._saved, tidies=True)

    def _saved(self, text: str) -> None:
        self.is_saving = False
        self.tell(text)

    def action_save_script(self) -> None:
        """Write the run, with what was changed on the way, as a NumPy script."""
        from backprop_tui.core.files import written_whole
        from backprop_tui.core.script import NoScript, script
        from backprop_tui.ui.saving import run_name, saved

        if not self._may_write():
            return
        timeline = self.view.timeline
        try:
            text = script(run.at(timeline, timeline.first).snapshot, timeline.changes)
        except NoScript as why:
            self.tell(f"No script: {why}.")
            return

        def write(path: Path) -> None:
            with written_whole(path) as file:
                file.write(text.encode())

        self.tell(saved(run_name(self.view.experiment), "py", write))

    def action_again(self) -> None:
        """Show the command that repeats the run, and copy it."""
        from backprop_tui.core.again import again
        from backprop_tui.ui.screens.again import Again

        timeline = self.view.timeline
        self.app.push_screen(Again(*again(timeline.changes, timeline.latest, self.loaded)), self._answered)

    def _answered(self, wants_script: bool | None) -> None:
        if wants_script:
            self.action_save_script()
