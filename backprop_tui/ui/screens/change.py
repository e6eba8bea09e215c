"""Change: type another learning rate, momentum or targets, to be used from this step on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from backprop_tui.core.experiment import Experiment, InvalidSetting
from backprop_tui.core.problems import with_targets


class Field(NamedTuple):
    """One thing to type: its name, its text as it is, and the experiment with another text."""

    name: str
    label: str
    text: Callable[[Experiment], str]
    given: Callable[[Experiment, str], Experiment]


def _with_number(setting: str) -> Callable[[Experiment, str], Experiment]:
    def given(experiment: Experiment, text: str) -> Experiment:
        try:
            value: object = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            value = text
        changes: dict[str, Any] = {setting: value}
        return replace(experiment, **changes)

    return given


def _with_targets(experiment: Experiment, text: str) -> Experiment:
    problem = experiment.problem
    try:
        values = np.array([float(word) for word in text.split()]).reshape(problem.targets.shape)
        return replace(experiment, problem=with_targets(problem, values))
    except ValueError:
        size = problem.targets.size
        raise InvalidSetting("targets", f"{size} numbers from 0 to 1, one for each row", text) from None


FIELDS = (
    Field("rate", "learning rate", lambda now: f"{now.learning_rate:g}", _with_number("learning_rate")),
    Field("momentum", "momentum", lambda now: f"{now.momentum:g}", _with_number("momentum")),
    Field("targets", "targets", lambda now: now.problem.targets_text, _with_targets),
)


class Change(ModalScreen[Experiment | None]):
    """Answers with the experiment that was typed, or with None."""

    BINDINGS = [("escape", "dismiss(None)", "leave it")]

    def __init__(self, experiment: Experiment, step: int, known: int) -> None:
        super().__init__()
        self.experiment, self.step, self.known = experiment, step, known

    def compose(self) -> ComposeResult:
        """A line to type in for each field, and what is wrong with it."""
        with Vertical() as box:
            box.border_title = f"From step {self.step:,} on"
            box.border_subtitle = "enter use · tab next · esc leave it"
            for field in FIELDS:
                with Horizontal():
                    yield Static(field.label, classes="label")
                    yield Input(field.text(self.experiment), id=field.name, compact=True, select_on_focus=True)
            later = f"The steps up to {self.known:,} are left behind, as a dotted curve."
            yield Static(later if self.known > self.step else "", id="later")
            yield Static("", id="wrong")

    def on_input_submitted(self) -> None:
        """Use what was typed, if it can be used; else say what is allowed."""
        changed = self.experiment
        for field in FIELDS:
            text = self.query_one(f"#{field.name}", Input).value.strip()
            if text == field.text(self.experiment):
                continue
            try:
                changed = field.given(changed, text)
            except InvalidSetting as wrong:
                self.query_one("#wrong", Static).update(
                    f"{field.label} must be {wrong.allowed}, not {text or 'empty'}"
                )
                self.query_one(f"#{field.name}", Input).focus()
                return
        self.dismiss(changed)
