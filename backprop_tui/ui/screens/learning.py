"""The guided experiments of a run's screen: which there are, which is watched, and what was predicted."""

from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_tui.core.training import start
from backprop_tui.ui.screens.experimenting import ExperimentingScreen
from backprop_tui.ui.view import Pace

if TYPE_CHECKING:
    from backprop_tui.core.lessons import Lesson, Start
    from backprop_tui.ui.learner import Learner

SPEED = 500  # steps a second, at most, of a guided experiment


class LearningScreen(ExperimentingScreen):
    """A run that a guided experiment can take over."""

    lessons: "tuple[Lesson, ...] | None" = None  # until they are looked at, where no file has others
    lesson: "Lesson | None" = None  # the one that is watched
    last: "Start | None" = None  # of its starts, the one that was run
    learner: "Learner | None" = None

    def action_lessons(self) -> None:
        """The guided experiments: the one that is watched, or all of them."""
        from backprop_tui.core.lessons import lessons
        from backprop_tui.ui.learner import kept_learner
        from backprop_tui.ui.screens.lesson import LIST

        self.lessons = self.lessons or lessons()
        self.learner = self.learner or kept_learner(self.lessons)
        self._open_lesson(self.lesson.name if self.lesson else LIST)

    def _open_lesson(self, name: str | None) -> None:
        from backprop_tui.ui.learner import forgotten
        from backprop_tui.ui.screens.lesson import FORGET, LIST, LessonScreen, all_lessons

        assert self.lessons and self.learner
        if name == FORGET:
            self.learner = forgotten()
        if name in (LIST, FORGET):
            self.app.push_screen(all_lessons(self.lessons, self.learner), self._open_lesson)
        elif name is not None:
            lesson = next(each for each in self.lessons if each.name == name)
            screen = LessonScreen(lesson, self.learner, self.last)
            self.app.push_screen(screen, lambda answer: self._watch(lesson, screen.prediction, answer))

    def _watch(self, lesson: "Lesson", prediction: int | None, answer: "Start | str | None") -> None:
        """Keep what was predicted, and run the start that was chosen, if one was."""
        from backprop_tui.ui.learner import keep

        assert self.learner
        if prediction is not None:
            predictions = {**self.learner.predictions, lesson.name: prediction}
            self.learner = self.learner._replace(predictions=predictions)
        if isinstance(answer, str) or answer is None:
            self._open_lesson(answer)
        else:
            self.lesson, self.last = lesson, answer
            self.learner = self.learner._replace(watched=self.learner.watched | {lesson.name})
            self._run_lesson(lesson, answer)
        keep(self.learner)

    def _run_lesson(self, lesson: "Lesson", chosen: "Start") -> None:
        """Run it from its start, slowly enough to be watched, with the panels as they are at first."""
        self.begin(start(chosen.experiment))
        speed = min(self.view.pace.speed or SPEED, SPEED)
        self.view = replace(
            self.view,
            lesson=f"{lesson.title}: {chosen.title}\n{lesson.watch}",
            pace=Pace(speed),
            log_loss=False,
            log_steps=False,
            show_gradients=False,
            show_hidden=False,
        )
        if not self.view.running:
            self.run_on()

    def action_close_lesson(self) -> None:
        """Take what to look for off the screen."""
        self.lesson = None
        self.view = replace(self.view, lesson="")
