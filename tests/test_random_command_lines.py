"""Whatever is typed is run or refused in a line."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from backprop_tui import cli
from tests.hostile import BAD_VALUES, STRINGS, counts, examples, texts

NUMBERS = ["--learning-rate", "--momentum", "--init-scale", "--seed", "--steps", "--hidden"]
OF_THE_RUN = [*NUMBERS, "--problem", "--data", "--load", "--init", "--mistake"]
OF_A_COMMAND = {
    "train": ["--log-every", "--save", "--history"],
    "check": ["--at", "--width"],
    "sweep": ["--seeds", "--csv", "--threads"],
    "problems": [],
    "completion": [],
    "": ["--speed", "--fps", "--theme", "--lessons"],
}
OPTIONS = [*OF_THE_RUN, *(option for some in OF_A_COMMAND.values() for option in some)]
FLAGS = [
    "--bias",
    "--no-bias",
    "--json",
    "--paused",
    "--version",
    "--help",
    "-h",
    "--bogus",
    "--",
    "-",
    "-x",
    "--see",
]
GOOD_VALUES = [
    "0",
    "1",
    "2",
    "3",
    "4,3",
    "0-2",
    "0.5",
    "0.1,1",
    "1e-3",
    "+1",
    "64",
    "xor",
    "symmetry",
    "own.csv",
]
GOOD_VALUES += ["uniform", "zeros", "order", "shape", "no", "both", "max", "textual-light", "run.npz", "."]
values = any_of.one_of(
    any_of.sampled_from(GOOD_VALUES),
    any_of.sampled_from([*BAD_VALUES, *STRINGS.values()]),
    any_of.integers(max_value=9).map(str),
    any_of.integers(min_value=2**32).map(str),
    any_of.floats().map(repr),
    texts(without="/"),  # no file is to be written but in the present folder
)


@any_of.composite
def command_lines(draw) -> list[str]:
    """Options in front of a command and behind it, each with a value, or with =, or without one."""
    command = draw(any_of.sampled_from([*OF_A_COMMAND]))
    fitting = [*OF_THE_RUN, *OF_A_COMMAND[command]]
    words = []
    for _ in range(draw(any_of.integers(0, 4))):
        option = draw(any_of.sampled_from(fitting) | any_of.sampled_from([*OPTIONS, *FLAGS]))
        value = draw(values)
        words.append(draw(any_of.sampled_from([[option, value], [f"{option}={value}"], [option], [value]])))
    at = draw(any_of.integers(0, len(words)))
    before, after = ([word for each in some for word in each] for some in (words[:at], words[at:]))
    named = [command, *(["--seeds", "2"] if command == "sweep" else [])] if command else []
    return ["--steps", "2", *before, *named, *after]


def is_one_line(errors: str) -> bool:
    line = errors.removesuffix("\n")
    return errors != line and line.isprintable() and line.startswith("backprop-tui: ") and len(line) <= 200


@counts(1_000, 20_000)
def test_whatever_is_typed_is_run_or_refused_in_a_line(count, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text("x1,x2,y\n0,0,0\n0,1,1\n")
    assert cli.main(["train", "--steps", "1", "--save", "run.npz"]) == 0
    seen = set()

    @examples(count)
    @given(command_lines())
    def run(arguments):
        capsys.readouterr()
        try:
            status = cli.main(arguments)
        except SystemExit as leaving:  # how argparse ends --help and --version
            assert leaving.code == 0
            status = 0
        output, errors = capsys.readouterr()
        seen.add(status)
        assert status in (0, 1, 2)
        assert status != 2 or (output == "" and is_one_line(errors)), errors

    run()
    assert seen >= {0, 2}


NEVER_ALLOWED = [value for value in BAD_VALUES if value != "--"]  # which may stand before the command
ONLY_A_NUMBER = [*NUMBERS, "--log-every", "--at", "--width", "--seeds", "--threads", "--speed", "--fps"]


@pytest.mark.parametrize("option", [*ONLY_A_NUMBER, "--problem", "--init", "--mistake"])
def test_a_bad_value_is_refused_with_its_option_and_what_is_allowed(option, capsys):
    command = [name for name, those in OF_A_COMMAND.items() if name and option in those] or ["train"]
    before = [] if option in OF_A_COMMAND[""] else command
    for value in NEVER_ALLOWED:
        if option == "--learning-rate" and value == "1" + "0" * 30:
            continue
        assert cli.main([*before, f"{option}={value}"]) == 2, value
        output, errors = capsys.readouterr()
        assert output == "" and is_one_line(errors), (value, errors)
        assert errors.startswith(f"backprop-tui: {option} must be ") and ", not " in errors, (value, errors)
        assert not errors.endswith("not \n")


@pytest.mark.parametrize("option", [*OPTIONS, "--bias"])
def test_two_dashes_are_no_value(option, capsys):
    """argparse takes them away, and what is left is an empty list."""
    command = next((name for name, those in OF_A_COMMAND.items() if option in those), "sweep")
    assert cli.main([*([command] if command else []), f"{option}=--"]) == 2
    assert capsys.readouterr().err == f"backprop-tui: {option} must have a value, not --\n"


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the most memory a process took is told by Linux"
)
@pytest.mark.parametrize("words", [["sweep", "--seeds", "1" + "0" * 12], ["train", "--hidden", "9999999999"]])
def test_nothing_is_made_room_for_before_it_is_refused(words):
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom backprop_tui import cli\n"
        "status = cli.main(sys.argv[1:])\n"
        "print(status, *re.findall(r'VmHWM:\\s*(\\d+) kB', Path('/proc/self/status').read_text()))"
    )
    finished = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    status, kilobytes = map(int, finished.stdout.split())
    assert status == 2 and is_one_line(finished.stderr) and kilobytes < 80_000
