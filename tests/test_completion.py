"""What `backprop-tui completion` prints, in real shells."""

import re
import shlex
import shutil
import subprocess
import sys

import pexpect
import pytest

from backprop_tui import names, options
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.network import INITIAL
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.plain.completion import SHELLS, commands_of, words_of
from backprop_tui.ui.app import BackpropApp
from tests.test_layers import loaded_after

APP, *_ = options.all_parsers()
PARSERS = {"": APP, **{name: parser for name, (_, parser) in commands_of(APP).items()}}
HERE = ("run.npz", "my run.npz", "own.csv", "mine.toml", "other.txt", "folder/")

LINES = {  # what is typed, and what a shell then offers
    "": {*PARSERS} - {""},
    "tr": {"train"},
    "--prob": {"--problem"},
    "--problem ": {*PROBLEMS},
    "--problem par": {"parity-2", "parity-3", "parity-4", "parity-5"},
    "--problem=par": {"parity-2", "parity-3", "parity-4", "parity-5"},
    "--init ": {*INITIAL},
    "--mistake=": {*MISTAKES},
    "--theme ansi": {"ansi-dark", "ansi-light"},
    "--speed ": {"max"},
    "--seed ": set(),
    "--load ": {"run.npz", "my run.npz", "folder"},
    "--load=": {"run.npz", "my run.npz", "folder"},
    '--load "my': {"my run.npz"},
    "--lessons ": {"mine.toml", "folder"},
    "--log ": {name.rstrip("/") for name in HERE},
    "train --history ": {"own.csv", "folder"},
    "--sp": {"--speed"},
    "train --sp": set(),
    "train --lo": {"--load", "--log-every"},
    "--lo": {"--load", "--log", "--loop"},
    "--seed 3 train --lo": {"--load", "--log-every"},
    "--seed=3 train --lo": {"--load", "--log-every"},
    "--seed train --sp": {"--speed"},  # train is the seed there
    "--bias train --lo": {"--load", "--log-every"},
    "sweep --bias ": {"no", "yes", "both"},
    "sweep --bias=": {"no", "yes", "both"},
    "sweep --bias --se": {"--seed", "--seeds"},
    "completion ": {*SHELLS},
    **{
        f"{command} -".lstrip(): {option for word in words_of(parser, {}) for option in word.options}
        for command, parser in PARSERS.items()
    },
}


def printed(shell):
    command = [sys.executable, "-m", "backprop_tui", "completion", shell]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def in_bash(folder):
    steps = ["source ../script"]
    for line in LINES:
        words = re.findall(r'=|"[^"]*|[^\s=]+', line) + ([""] if line == "" or line[-1] == " " else [])
        steps += [f"COMP_WORDS=(backprop-tui {shlex.join(words)}) COMP_CWORD={len(words)}", "_backprop_tui"]
        steps.append("""printf '%s\\n' "${COMPREPLY[@]}" --over""")
    return outputs(["bash", "--norc", "-c", "\n".join(steps)], folder)


def in_fish(folder):
    steps = ["source ../script"]
    steps += [f"complete -C {shlex.quote(f'backprop-tui {line}')}; echo --over" for line in LINES]
    return outputs(["fish", "--no-config", "-c", "\n".join(steps)], folder)


def outputs(command, folder):
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert finished.stderr == ""
    return [part.splitlines() for part in finished.stdout.split("--over\n")[:-1]]


def in_zsh(folder):
    setup = (
        "source ../script; PS1='> '; LISTMAX=1000; zstyle ':completion:*' verbose no; "
        "over() { BUFFER=; print -- --over }; zle -N over; bindkey '^G' list-choices '^E' over; print REA''DY"
    )
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "dumb", "HOME": str(folder.parent)}
    zsh = pexpect.spawn(
        "zsh", ["-f", "-i"], cwd=folder, env=environment, encoding="utf-8", dimensions=(200, 60), timeout=20
    )
    zsh.sendline(setup)
    zsh.expect("READY\r\n.*> ")
    for line in LINES:
        zsh.send(f"backprop-tui {line}\x07\x05")
        zsh.expect("--over\r\n")
        shown = [each for each in zsh.before.splitlines() if "backprop-tui" not in each and "> " not in each]
        yield [word.strip() for each in shown for word in each.split("  ") if word.strip()]
    zsh.close(force=True)


def plain(word):
    """What is offered, without its sentence, what stood before the = already, and what tells a folder."""
    option, _, value = word.partition("\t")[0].replace("\\ ", " ").partition("=")
    return (value or option).rstrip("/")


@pytest.mark.parametrize(("shell", "complete"), [("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)])
def test_what_a_shell_offers(shell, complete, tmp_path, monkeypatch):
    if not shutil.which(shell):
        pytest.skip(f"not installed here: {shell}")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "here"
    (folder / "folder").mkdir(parents=True)
    for name in HERE[:-1]:
        (folder / name).touch()
    (tmp_path / "script").write_text(printed(shell))
    offered = [{plain(word) for word in words if word} for words in complete(folder)]
    assert dict(zip(LINES, offered, strict=True)) == LINES


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_sentences_are_those_of_the_help(shell):
    script = printed(shell).replace(r"'\''" if shell == "zsh" else r"\'", "'")
    for parser in PARSERS.values():
        assert all(word.sentence in script for word in words_of(parser, {}) if word.options)


def test_the_names_are_those_of_the_tables():
    app = BackpropApp(None, 500, 10, True, "", None, False)
    assert [*names.NAMES["--problem"]] == [*PROBLEMS]
    assert {*names.NAMES["--theme"]} == {*app.available_themes}


def test_a_script_is_printed_without_numpy_or_a_screen_library():
    loaded = loaded_after("from backprop_tui import cli; cli.main(['completion', 'zsh'])")
    assert not loaded & {"numpy", "textual", "rich", "plotext"}


def test_another_shell_is_refused_in_a_line():
    command = [sys.executable, "-m", "backprop_tui", "completion", "tcsh"]
    finished = subprocess.run(command, capture_output=True, text=True)
    assert finished.returncode == 2 and finished.stdout == "" and finished.stderr.count("\n") == 1
    assert all(word in finished.stderr for word in ("tcsh", *SHELLS))
