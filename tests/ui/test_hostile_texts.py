"""Texts from outside on every screen: as plain characters, and none of them a link or an action."""

from dataclasses import replace

import numpy as np
import pytest
from textual import events
from textual.widgets import Input, OptionList

from backprop_tui.core import checkpoint
from backprop_tui.core.csv_file import read_problem
from backprop_tui.core.experiment import Experiment, fitting
from backprop_tui.core.lessons import lessons
from backprop_tui.core.problems import XOR
from backprop_tui.core.training import start
from tests.hostile import CONTROL, STRINGS
from tests.ui.test_app import opened, screen_text

TOGETHER = ["".join(text[:80] for text in [*STRINGS.values()][at : at + 7]) for at in range(0, len(STRINGS), 7)]
NAMES = ["".join(text[:18] for text in [*STRINGS.values()][at::4]).replace("/", "_") for at in range(4)]
ONCE_EACH = [key for opens in "dm?ptisSceuE" for key in (opens.replace("?", "question_mark"), "escape")]


def check_harmless(app):
    """Nothing on the screen is a control character, a link, or an action of a text's."""
    for strip in app.screen._compositor.render_strips():
        for text, style, _ in strip:
            assert not CONTROL & {*text}, ascii(text)
            assert not style or (not style.link and "@click" not in style.meta), (text, style)


async def check_every_screen(pilot, app, keys=ONCE_EACH):
    check_harmless(app)
    for key in keys:
        await pilot.press(key)
        check_harmless(app)
    assert app.is_running and app._exception is None


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", NAMES, ids=range(4))
async def test_the_name_of_a_file_of_examples(name, tmp_path):
    path = tmp_path / f"{name}.csv"
    path.write_text("x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    own, assumed = read_problem(path)
    async with opened(fitting(own, steps=5), note=assumed) as (app, pilot):
        await check_every_screen(pilot, app, ["p", "escape", "m", "escape", "c", "u", "E"])


async def test_the_names_of_columns(tmp_path):
    path = tmp_path / "own.csv"
    header = [f'"{text.replace(chr(34), "")} {at}"' for at, text in enumerate(_in_a_line())]
    path.write_text(f"{','.join(header)},y\n{'0,' * len(header)}0\n{'1,' * len(header)}1\n", encoding="utf-8")
    own, assumed = read_problem(path)
    async with opened(fitting(own, steps=5), size=(120, 40), note=assumed) as (app, pilot):
        await check_every_screen(pilot, app)
        await pilot.press("h", "v", *["down"] * 3, *["right_square_bracket"] * 3)
        check_harmless(app)


def _in_a_line():
    """Those that can stand in a cell: no halves of surrogates, no ends of lines."""
    texts = (text.translate({10: None, 13: None, 0: None}) for text in STRINGS.values())
    return [text for text in texts if not any("\ud800" <= letter <= "\udfff" for letter in text)]


async def test_the_title_and_the_labels_in_a_file_of_weights(tmp_path):
    labels = tuple(STRINGS.values())[:28]
    examples = np.zeros((2, len(labels)))
    own = replace(XOR, name="", title="x", inputs=examples, targets=examples, source="x.csv")
    own = replace(own, input_labels=labels, output_labels=labels, about="".join(labels)[:200])
    for title in STRINGS.values():
        titled = replace(own, title=title, source=title)
        checkpoint.save(start(Experiment(titled, steps=5)), tmp_path / "run.npz")
        loaded = checkpoint.load(tmp_path / "run.npz").experiment.problem
        texts = [loaded.title, loaded.source, loaded.about, *loaded.input_labels, *loaded.output_labels]
        assert all(text.isprintable() for text in texts)
    async with opened(first=checkpoint.load(tmp_path / "run.npz"), size=(120, 40)) as (app, pilot):
        await check_every_screen(pilot, app)


def _told(text):
    """As a text of TOML, which has no halves of surrogates."""
    escaped = (f"\\U{ord(letter):08x}" for letter in f"{text}!" if not "\ud800" <= letter <= "\udfff")
    return f'"{"".join(escaped)}"'


async def test_the_texts_of_lessons(tmp_path):
    whole = ""
    for name, text in enumerate(TOGETHER):
        told = _told(text.replace("learned9", "x"))
        whole += f'[[lesson]]\nname = "{name}"\ntitle = {told}\nquestion = {told}\nwatch = {told}\nright = 1\n'
        whole += f"answers = [{told}, {told}]\nwhy = {told}\nstart = [{{title = {told}, steps = 5}}]\n"
    (tmp_path / "mine.toml").write_text(whole)
    theirs = lessons(tmp_path / "mine.toml")
    assert len(theirs) == len(lessons()) + len(TOGETHER)
    async with opened(Experiment(steps=5), lessons=theirs) as (app, pilot):
        for lesson in theirs[-len(TOGETHER) :]:
            app.run_screen.action_close_lesson()
            app.run_screen.action_lessons()
            await pilot.pause()
            check_harmless(app)
            app.screen.query_one(OptionList).highlighted = theirs.index(lesson)
            await pilot.press("enter", "1", "enter", "e")
            check_harmless(app)
            await pilot.press("escape")
            check_harmless(app)
    assert app._exception is None


@pytest.mark.parametrize("key", ["i", "l"])
async def test_what_is_pasted_into_a_form(key):
    """A terminal sends what is pasted as it is."""
    async with opened() as (app, pilot):
        await pilot.press(key)
        form = app.screen
        for text in (*TOGETHER, "x" * 1_000_000):
            field = form.query(Input).first()
            field.value = ""
            field.post_message(events.Paste(text.replace("\n", "")))
            await pilot.press("?", "enter")
            check_harmless(app)
            assert app.screen is form and "must be" in screen_text(app)
    assert app._exception is None


@pytest.mark.parametrize("name", NAMES, ids=range(4))
async def test_the_folder_in_which_a_run_is_saved(name, tmp_path, monkeypatch):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    async with opened() as (app, pilot):
        await pilot.press("c")
        check_harmless(app)
        assert "Saved xor-2-4-1-seed-42-step-0.npz" in " ".join(screen_text(app).split())
        folder.rename(tmp_path / "gone")
        (tmp_path / "gone").chmod(0o500)
        await pilot.press("c", "e", "escape")
        check_harmless(app)
    assert app._exception is None
