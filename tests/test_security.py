"""What comes from outside is text and numbers, nothing else: it is not run, not acted upon, not sent on."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import backprop_tui
from backprop_tui import cli, on_screen
from tests.hostile import CONTROL, STRINGS
from tests.terminal.emulator import Terminal

PACKAGE = Path(backprop_tui.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}
CALLS = [
    (name, call) for name, tree in SOURCES.items() for call in ast.walk(tree) if isinstance(call, ast.Call)
]
NEVER_IMPORTED = {
    "pickle",
    "marshal",
    "shelve",
    "subprocess",
    "multiprocessing",
    "socket",
    "ssl",
    "urllib",
    "http",
}
NEVER_IMPORTED |= {"ctypes", "webbrowser", "requests", "code", "runpy"}
# What draws an animation of a recording is another program, where it is asked for.
RUNS_PROGRAMS = {"recording/record.py": {"subprocess"}}
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "system", "popen", "fork", "posix_spawn", "startfile"}


def name_of(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_no_module_can_run_what_it_is_given_or_reach_the_network():
    for name, tree in SOURCES.items():
        for node in ast.walk(tree):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            never = NEVER_IMPORTED - RUNS_PROGRAMS.get(name, set())
            assert not never & {module.partition(".")[0] for module in modules}, (name, node.lineno)
    for name, call in CALLS:
        is_method_of_re = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "re"
        assert is_method_of_re or name_of(call.func) not in NEVER_CALLED, (name, call.lineno)
        assert not name_of(call.func).startswith(("execv", "execl", "spawn")), (name, call.lineno)


def test_no_text_that_is_not_written_there_is_read_as_markup_and_no_pickle_is_read():
    def is_written_there(text):
        is_content = isinstance(text, ast.Call) and ast.unparse(text.func).startswith("Content")
        return (
            is_content or isinstance(text, ast.Constant) or (isinstance(text, ast.Name) and text.id.isupper())
        )

    for name, call in CALLS:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given.get("markup", "False") == "False" and given.get("allow_pickle", "False") == "False", name
        if name_of(call.func) in ("Static", "Label", "notify") and "markup" not in given:
            assert all(map(is_written_there, call.args)), (name, call.lineno)
        assert name_of(call.func) not in ("from_markup", "from_ansi", "genfromtxt", "loadtxt"), (
            name,
            call.lineno,
        )


WATCHED = """
import asyncio, os, sys
here = os.getcwd()
harm = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.exec")
harm += ("os.posix_spawn", "os.system", "os.fork", "os.forkpty", "os.startfile", "pickle.find_class")
seen = []

def watch(event, given):
    if event in harm or (event == "exec" and given[0].co_filename.startswith(here)):
        seen.append((event, *map(repr, given)))

sys.addaudithook(watch)
from backprop_tui import cli
"""
OF_THE_APP = """
from backprop_tui.ui.app import BackpropApp

async def press():
    app = BackpropApp(running=False)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.run_screen is None:
            await pilot.pause(0.01)
        await pilot.press(".", "c", "m", "escape", "e", "enter", "1", "escape", "escape", "p", "escape")
        await pilot.press("i", "escape", "l", "escape", "question_mark", "escape", "ctrl+p", "escape", "D")

asyncio.run(press())
"""


@pytest.mark.parametrize(
    "does",
    [
        "cli.main(['train', '--steps', '3', '--save', 'run.npz', '--history', 'run.csv'])",
        "cli.main(['train', '--steps', '3', '--data', 'own.csv', '--save', 's.npz'])\n"
        "cli.main(['train', '--load', 's.npz', '--steps', '5'])",
        "cli.main(['sweep', '--seeds', '3', '--steps', '3', '--hidden', '0-2', '--csv', 's.csv'])",
        OF_THE_APP,
    ],
    ids=["train", "files", "sweep", "app"],
)
def test_no_network_no_shell_no_pickle_no_foreign_code(does, tmp_path):
    (tmp_path / "own.csv").write_text("x1,x2,y\n0,0,0\n1,1,1\n")
    code = f"{WATCHED}{does}\nassert not seen, seen\nprint('quiet')"
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert finished.stdout.endswith("quiet\n"), finished.stderr


def is_plain(text):
    return not (CONTROL - {"\n"}) & {*text} and all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("text", STRINGS.values(), ids=STRINGS)
def test_names_and_values_on_the_command_line_are_told_as_plain_text(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    named = Path(f"{text.replace('/', '_')[:100]}.csv")
    named.write_text("x1,x2,y\n0,0,0\n1,1,1\n")
    assert cli.main(["train", "--steps", "1", "--data", str(named), "--save", f"{named}.npz"]) == 0
    assert cli.main(["sweep", "--steps", "1", "--seeds", "2", "--data", str(named), "--csv", f"{named}.2"]) == 0
    assert cli.main(["train", "--load", f"{named}.npz", "--steps", "2"]) == 0
    for option in ("--data", "--load", "--save", "--history"):
        for value in (f"nowhere/{text}", f"{text}/x", f"{named}/x"):
            assert cli.main(["train", f"{option}={value}"]) == 2
    named.with_suffix(".bad").write_text("x1,y\n?,0\n")
    for words in (["--load", str(named)], ["--data", str(named.with_suffix(".bad"))], [text], [f"--{text}"]):
        assert cli.main(["train", *words]) == 2
    for word in ("--problem", "--theme", "--mistake", "--init", "--hidden", "--seed", "--lessons"):
        monkeypatch.setattr(cli, "_is_at_a_terminal", lambda word=word: word in ("--theme", "--lessons"))
        monkeypatch.setattr(on_screen, "_require_a_screen", lambda: None)
        assert cli.main([f"{word}={text}"]) == 2
    output, errors = capsys.readouterr()
    assert is_plain(output) and is_plain(errors) and max(map(len, errors.split("\n"))) <= 200


TOGETHER = "".join(text for name, text in STRINGS.items() if name not in ("very long", "surrogate")).replace(
    "/", "_"
)


@pytest.mark.parametrize(("at", "to"), [(0, 75), (75, 170), (170, 240), (240, 400)])
def test_what_is_sent_to_the_terminal_has_nothing_of_it(at, to, tmp_path, monkeypatch):
    """A folder and a file of such a name, its columns too: what is seen, saved, and left in the terminal."""
    text = TOGETHER[at:to]
    folder = tmp_path / text
    folder.mkdir()
    monkeypatch.chdir(folder)
    column = text.translate({ord(letter): None for letter in '\n\r"\0'}).encode("utf-8", "ignore").decode()
    (folder / f"{text}.csv").write_text(f'"{column}",x2,y\n0,0,0\n1,1,1\n', encoding="utf-8")
    terminal = Terminal("--data", f"{text}.csv", "--paused", XDG_STATE_HOME=str(folder / text))
    terminal.wait_for("paused")
    terminal.send("c")
    terminal.wait_for("Saved own-")
    terminal.send("p")
    terminal.wait_for("Problems")
    terminal.send("\x1b")
    terminal.read(0.3)
    terminal.send("q")
    assert terminal.finish() == 0
    sent = terminal.received.decode("utf-8", "surrogateescape")
    sent = re.sub(r"\x1b]22;\w+\a", "", sent)  # Textual's own, for the shape of the pointer
    assert not [each for each in STRINGS.values() if not is_plain(each) and each in sent]
    # Textual itself sends ESC, CR and the like, but none of these.
    assert not [
        each for each in ("\a", "\x7f", "\x9b", "\x9d", "\x1b]52", "\x1b]8", "\x1b]0", "\u202e") if each in sent
    ]
    assert "Again: backprop-tui --data " in sent
