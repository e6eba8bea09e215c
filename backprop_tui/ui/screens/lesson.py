"""A guided experiment: predict first, watch it run, then read why it came out so."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from backprop_tui.core.experiment import in_short
from backprop_tui.core.lessons import Lesson, Start
from backprop_tui.ui.learner import Learner
from backprop_tui.ui.screens.choice import Choice, Offer

LIST = ""  # what the screen answers with for all lessons; no lesson has such a name


class LessonScreen(ModalScreen[Start | str | None]):
    """Answers with the start to be watched, LIST for all lessons, or None; prediction is what was predicted."""

    BINDINGS = [("escape,q", "dismiss(None)", "leave"), ("e", f"dismiss('{LIST}')", "all")]

    def __init__(self, lesson: Lesson, learner: Learner) -> None:
        super().__init__()
        self.lesson = lesson
        self.prediction = learner.predictions.get(lesson.name)
        self.watched = lesson.name in learner.watched

    def compose(self) -> ComposeResult:
        """All there is to say by now."""
        with VerticalScroll() as box:
            box.border_title = Content(self.lesson.title)
            yield Static(self._text(), markup=False)

    def on_mount(self) -> None:
        """Say which keys do something."""
        self._tell()

    def on_key(self, event: Key) -> None:
        """A number predicts, before it is watched; a letter, or enter for the first, has a start run."""
        key = event.character or ""
        if self.prediction is None:
            if key.isdigit() and 1 <= int(key) <= len(self.lesson.answers):
                self.prediction = int(key) - 1
                self._tell()
            return
        letters = [letter for letter, _ in self._lettered()]
        at = 0 if event.key == "enter" else letters.index(key) if key in letters else None
        if at is not None:
            event.stop()  # or it would go on to the screen below
            self.dismiss(self.lesson.starts[at])

    def _tell(self) -> None:
        keys = "enter run" if self.prediction is not None else "1, 2, … predict"
        self.query_one(VerticalScroll).border_subtitle = f"{keys} · e all experiments · esc leave"
        self.query_one(Static).update(self._text())

    def _lettered(self) -> list[tuple[str, Start]]:
        return list(zip("abcdfgh", self.lesson.starts))

    def _text(self) -> Content:
        lesson, prediction = self.lesson, self.prediction
        parts: list[str | tuple[str, str]] = [(f"{lesson.question}\n", "bold")]
        for at, answer in enumerate(lesson.answers):
            mark = "▸" if at == prediction else " "
            parts.append(f"\n {mark} {at + 1}  {answer}")
        if prediction is None:
            return Content.assemble(*parts, "\n\nWhat do you expect? Press its number; then you can watch it.")
        if self.watched:
            right = prediction == lesson.right
            verdict = (
                "Your prediction was right." if right else f"It is {lesson.right + 1}: your prediction was not."
            )
            parts += [(f"\n\n{verdict}", "bold"), f" {lesson.why_told}"]
        parts += [("\n\nLook for: ", "bold"), lesson.watch, "\n"]
        for letter, begun in self._lettered():
            first = " (or enter)" if letter == "a" else ""
            parts += [(f"\n {letter}  ", "bold"), f"run {begun.title}{first}\n    {_in_words(begun)}"]
        return Content.assemble(*parts)


def _in_words(begun: Start) -> str:
    experiment = begun.experiment
    return f"{experiment.problem.title} {in_short(experiment)} · seed {experiment.seed}"


def all_lessons(lessons: tuple[Lesson, ...], learner: Learner) -> Choice:
    """The list of them, each with its question, and how many were predicted rightly."""
    made = [
        lesson for lesson in lessons if lesson.name in learner.predictions and lesson.name in learner.watched
    ]
    right = sum(learner.predictions[lesson.name] == lesson.right for lesson in made)
    offers = [Offer(lesson.name, _marked(lesson, learner), lesson.question, False) for lesson in lessons]
    lead = f"Predict, watch, and read why. Predicted and watched so far: {len(made)}, {right} rightly."
    return Choice("Experiments", lead, offers)


def _marked(lesson: Lesson, learner: Learner) -> str:
    prediction = learner.predictions.get(lesson.name)
    if prediction is None or lesson.name not in learner.watched:
        return lesson.title
    return f"{lesson.title} {'✓' if prediction == lesson.right else '✗'}"
