"""Settings to be typed: those of a new start, or those to be used from this step on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from backprop_tui.core.experiment import Experiment, InvalidSetting
from backprop_tui.core.files import shown
from backprop_tui.core.problems import with_targets
from backprop_tui.core.settings import number, sizes, sizes_text
from backprop_tui.ui.screens.modal import Modal

MOST_TARGETS = 32  # that are typed in a row
# Of what is pasted: an Input shows every character as it is, also those that a terminal acts upon.
TYPED, LONGEST_TYPED = "[ -~−]*", 1_000
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Field(NamedTuple):
    """One thing to type: its name, its text as it is, and the experiment with another text."""

    name: str
    label: str
    text: Callable[[Experiment], str]
    given: Callable[[Experiment, str], Experiment]


def _setting(
    setting: str, label: str, value_of: Callable[[str], object], text: Callable[[Any], str] = "{}".format
) -> Field:
    def given(experiment: Experiment, typed: str) -> Experiment:
        changes: dict[str, Any] = {setting: value_of(typed)}
        return replace(experiment, **changes)

    return Field(setting, label, lambda now: text(getattr(now, setting)), given)


def _decimal(text: str) -> object:
    """A number, also with the decimal comma and the minus sign that people type."""
    return number(text.replace(",", ".").replace("−", "-"))


def _with_targets(experiment: Experiment, text: str) -> Experiment:
    problem = experiment.problem
    try:
        values = np.array([float(word) for word in text.replace(",", " ").split()])
        values = values.reshape(problem.targets.shape)
        return replace(experiment, problem=with_targets(problem, values))
    except ValueError:
        size = problem.targets.size
        raise InvalidSetting("targets", f"{size} numbers from 0 to 1, one for each row", text) from None


RATE = _setting("learning_rate", "learning rate", _decimal, "{:g}".format)
MOMENTUM = _setting("momentum", "momentum", _decimal, "{:g}".format)
TARGETS = Field("targets", "targets", lambda now: now.problem.targets_text, _with_targets)
FROM_HERE_ON = (RATE, MOMENTUM)
NEW_START = (
    _setting("hidden_sizes", "hidden units", sizes, sizes_text),
    _setting(
        "bias", "biases", lambda text: YES_NO.get(text.lower(), text), lambda bias: "yes" if bias else "no"
    ),
    RATE,
    MOMENTUM,
    _setting("init", "first weights", str.lower),
    _setting("init_scale", "their scale", _decimal, "{:g}".format),
    _setting("seed", "seed", number),
    _setting("steps", "steps", number),
)


class Form(Modal[Experiment | None]):
    """Answers with the experiment that was typed, or with None."""

    BINDINGS = [("escape", "dismiss(None)", "leave it")]

    def __init__(self, experiment: Experiment, title: str, fields: Sequence[Field], note: str) -> None:
        super().__init__()
        self.experiment, self.form_title, self.fields, self.note = experiment, title, fields, note

    def compose(self) -> ComposeResult:
        """A line to type in for each field, and what is wrong with it."""
        with Vertical() as box:
            box.border_title = self.form_title
            box.border_subtitle = "enter use · tab next · esc leave it"
            for field in self.fields:
                with Horizontal():
                    yield Static(field.label, classes="label", markup=False)
                    yield _line(field.text(self.experiment), field.name)
            yield Static(self.note, id="note", markup=False)
            yield Static("", id="wrong", markup=False)

    def on_input_submitted(self) -> None:
        """Use what was typed, if it can be used; else say what is allowed."""
        experiment = self.experiment
        for field in self.fields:
            text = self.query_one(f"#{field.name}", Input).value.strip()
            if text == field.text(self.experiment):
                continue
            try:
                experiment = field.given(experiment, text)
            except InvalidSetting as wrong:
                self.query_one("#wrong", Static).update(
                    f"{field.label} must be {wrong.allowed}, not {shown(text) or 'empty'}"
                )
                self.query_one(f"#{field.name}", Input).focus()
                return
        self.dismiss(experiment)


def _line(text: str, name: str) -> Input:
    return Input(text, id=name, compact=True, select_on_focus=True, restrict=TYPED, max_length=LONGEST_TYPED)


def from_here_on(experiment: Experiment, step: int, known: int) -> Form:
    """The settings that can be changed on the way."""
    note = f"The steps up to {known:,} are left behind, as a dotted curve." if known > step else ""
    targets = [TARGETS] if experiment.problem.targets.size <= MOST_TARGETS else []
    return Form(experiment, f"From step {step:,} on", [*FROM_HERE_ON, *targets], note)


def new_start(experiment: Experiment) -> Form:
    """All settings; they make a new start."""
    note = "hidden units: 0 for none, 4,3 for two layers. first weights: normal, uniform or zeros."
    return Form(experiment, "A new start", NEW_START, note)
