"""A guided experiment: predict first, watch it run, then read why it came out so."""

import textwrap

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from backprop_tui.core.experiment import in_short
from backprop_tui.core.lessons import Lesson, Start
from backprop_tui.ui.learner import Learner
from backprop_tui.ui.screens.choice import BESIDE_TEXT, WIDEST, Choice, Offer
from backprop_tui.ui.screens.modal import Modal

LIST, FORGET = "", "\n"  # what is answered for all lessons, and for none predicted: names that no lesson has


class LessonScreen(Modal[Start | str | None]):
    """Answers with the start to be watched, LIST for all lessons, or None; prediction is what was predicted."""

    BINDINGS = [("escape,q", "dismiss(None)", "leave"), ("e", f"dismiss('{LIST}')", "all")]

    def __init__(self, lesson: Lesson, learner: Learner, last: Start | None) -> None:
        super().__init__()
        self.lesson = lesson
        self.prediction = learner.predictions.get(lesson.name)
        self.watched = lesson.name in learner.watched
        # enter runs the start that follows the one run last
        self.next = (lesson.starts.index(last) + 1) % len(lesson.starts) if last in lesson.starts else 0

    def compose(self) -> ComposeResult:
        """All there is to say by now."""
        with VerticalScroll() as box:
            box.border_title = Content(self.lesson.title)
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Say it."""
        self._tell()

    def on_key(self, event: Key) -> None:
        """A number predicts, until it is watched; then a letter, or enter for the next, has a start run."""
        key = event.character or ""
        numbers = "123456789"[: len(self.lesson.answers)]
        if not self.watched and key and key in numbers:
            self.prediction = numbers.index(key)
            self._tell()
        elif self.prediction is not None and (event.key == "enter" or (key and key in self._letters)):
            event.stop()  # or it would go on to the screen below
            self.dismiss(self.lesson.starts[self._letters.index(key) if key in self._letters else self.next])

    @property
    def _letters(self) -> str:
        """A key for each start, none of them a key of this screen."""
        return "abcdfghij"[: len(self.lesson.starts)]

    def _tell(self) -> None:
        keys = "1, 2, … predict" if self.prediction is None else "enter run"
        self.query_one(VerticalScroll).border_subtitle = f"{keys} · e all experiments · esc leave"
        self.query_one(Static).update(self._text())

    def _text(self) -> Content:
        lesson, prediction = self.lesson, self.prediction
        parts: list[str | tuple[str, str]] = [(f"{lesson.question}\n", "bold")]
        width = max(min(self.app.size.width, WIDEST) - BESIDE_TEXT, 20)
        for at, answer in enumerate(lesson.answers):
            mark = "▸" if at == prediction else " "
            parts.append(f"\n {mark} {at + 1}  " + "\n      ".join(textwrap.wrap(answer, width)))
        if prediction is None:
            return Content.assemble(*parts, "\n\nWhat do you expect? Press its number; then you can watch it.")
        if self.watched:
            right = f"You predicted {prediction + 1}, and so it is."
            wrong = f"You predicted {prediction + 1}. It is {lesson.right + 1}."
            parts += [(f"\n\n{right if prediction == lesson.right else wrong}", "bold"), f" {lesson.why_told}"]
        parts.append("\n")
        for at, (letter, begun) in enumerate(zip(self._letters, lesson.starts)):
            following = " (enter)" if at == self.next else ""
            parts += [(f"\n {letter}  ", "bold"), f"run {begun.title}{following}\n    {_in_words(begun)}"]
        return Content.assemble(*parts)


def _in_words(begun: Start) -> str:
    experiment = begun.experiment
    return f"{experiment.problem.title} {in_short(experiment)} · seed {experiment.seed}"


def all_lessons(lessons: tuple[Lesson, ...], learner: Learner) -> Choice:
    """The list of them, each with its question, and how many came out as predicted."""
    watched = [
        lesson for lesson in lessons if lesson.name in learner.predictions and lesson.name in learner.watched
    ]
    right = sum(learner.predictions[lesson.name] == lesson.right for lesson in watched)
    offers = [Offer(lesson.name, _marked(lesson, learner), lesson.question) for lesson in lessons]
    if learner.predictions:
        offers.append(Offer(FORGET, "Forget all predictions", "For the next class."))
    lead = (
        f"Predict, watch, and read why. Watched: {len(watched)} of {len(lessons)}, predicted rightly: {right}."
    )
    first = next((lesson.name for lesson in lessons if lesson not in watched), "")
    return Choice("Experiments", lead, offers, first)


def _marked(lesson: Lesson, learner: Learner) -> str:
    prediction = learner.predictions.get(lesson.name)
    if prediction is None or lesson.name not in learner.watched:
        return lesson.title
    return f"{lesson.title} {'✓' if prediction == lesson.right else '✗'}"
