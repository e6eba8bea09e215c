"""Any bytes in place of a file: used exactly as they are or refused in a line that names the file.

What single faults are called is told in tests/core; here it is bytes at random, through the command line.
"""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from backprop_tui import cli, on_screen
from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.problems import XOR, with_targets
from backprop_tui.core.training import start, train
from backprop_tui.recording import record
from tests.hostile import PIECES, counts, examples

CSV = b'x1,x2,y,"note"\r\n0,0,0,"a, b"\n0,1,1,\n1,0,1,c\n1,1,0,d\n'
DEMO = (Path(record.__file__).parent / "demo.toml").read_bytes()
LESSONS = b"""[[lesson]]
name = "mine"
title = "Mine"
question = "Which?"
answers = ["One", "Two"]
right = 2
watch = "this"
why = "{learned} of {of}"
start = [{title = "a", seed = 7, hidden = "4,3", learned = 3, of = 4}, {title = "b", problem = "and"}]
"""
WHOLE = Experiment(with_targets(XOR, np.array([[0.25], [1], [1], [0]])), bias=True, momentum=0.9, steps=30)


KINDS = ["flip", "cut", "end", "put in", "put over", "double", "random"]


@any_of.composite
def changed(draw, content: bytes, pieces: list[bytes], kinds: list[str] = KINDS) -> bytes:
    """The content with up to four changes: bits flipped, pieces cut, put in, doubled or put over others."""
    content = bytearray(content)
    for _ in range(draw(any_of.integers(1, 4))):
        at = draw(any_of.integers(0, len(content)))
        some = content[at : at + draw(any_of.integers(1, 200))]
        kind = draw(any_of.sampled_from(kinds))
        if kind == "flip" and at < len(content):
            content[at] ^= 1 << draw(any_of.integers(0, 7))
        elif kind == "cut":
            del content[at : at + len(some)]
        elif kind == "end":
            del content[at:]
        elif kind == "put in":
            content[at:at] = draw(any_of.sampled_from(pieces))
        elif kind == "put over":
            piece = draw(any_of.sampled_from(pieces))
            content[at : at + len(piece)] = piece
        elif kind == "double":
            content[at:at] = some
        else:
            content[at:at] = draw(any_of.binary(max_size=20))
    return bytes(content)


IN_TOML = [
    b"[",
    b"]",
    b"[[lesson]]",
    b"[[lesson.start]]",
    b"=",
    b"{",
    b"}",
    b"'''",
    b'"""',
    b"#",
    b"\\u",
    b"true",
]
IN_TOML += [
    b"1979-05-27T07:32:00Z",
    b"a.b.c = 1\n",
    b"9" * 5_000,
    b"\nx = " + b"[" * 5_000,
    b"\\u001b[2J",
    b"\\u202e",
    b"{a=" * 500,
    b"seed = -1\n",
]
NUMBERS = [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1\0\0\0", b"PK\3\4", b"PK\1\2", b"PK\5\6"]


def run(capsys, arguments):
    """The processor time it takes, its status, and what it prints."""
    capsys.readouterr()
    began = time.process_time()
    status = cli.main(arguments)
    return time.process_time() - began, status, *capsys.readouterr()


def refusal(capsys, arguments, place):
    """Run it: what was printed, or None if it was refused in a line that names the file, and soon."""
    seconds, status, output, errors = run(capsys, arguments)
    if seconds >= 1:  # the tests' own garbage may have been collected just then
        seconds, status, output, errors = run(capsys, arguments)
    assert seconds < 1
    if status == 0:
        return output
    line = errors.removesuffix("\n")
    assert (status, output) == (2, "") and line != errors and line.isprintable() and len(line) <= 200, errors
    assert line.startswith(f"backprop-tui: {place}"), errors
    return None


@counts(150, 20_000)
@pytest.mark.parametrize("kind", ["changed", "any"])
def test_examples_of_any_bytes(kind, count, tmp_path, capsys):
    path = tmp_path / "points.csv"
    contents = changed(CSV, PIECES) if kind == "changed" else any_of.binary(max_size=300)

    @examples(count)
    @given(contents)
    def run(content):
        path.write_bytes(content)
        printed = refusal(capsys, ["train", "--json", "--steps", "1", "--data", str(path)], "points.csv")
        if printed is not None:
            last = json.loads(printed.splitlines()[-1])
            assert np.isfinite(last["predictions"]).all() and last["rows"] <= content.count(
                b"\n"
            ) + content.count(b"\r")

    run()


@counts(150, 20_000)
@pytest.mark.parametrize("kind", ["changed", "pieces", "any"])
def test_lessons_of_any_bytes(kind, count, tmp_path, capsys, monkeypatch):
    """The app is not opened: without a file to read it would be, so what it is given is looked at."""
    path = tmp_path / "mine.toml"
    contents = {
        "changed": changed(LESSONS, [*IN_TOML, b"\0", b"\xff", b"\n"], [*KINDS, "put in"]),
        "pieces": any_of.lists(any_of.sampled_from([*IN_TOML, *PIECES]), max_size=9).map(b"".join),
        "any": any_of.binary(max_size=300),
    }
    given_on = []
    monkeypatch.setattr(cli, "show", lambda options: given_on.append(on_screen._lessons(options)) or 0)
    monkeypatch.setattr(cli, "_is_at_a_terminal", lambda: True)

    @examples(count)
    @given(contents[kind])
    def run(content):
        path.write_bytes(content)
        if refusal(capsys, ["--lessons", str(path)], "mine.toml") is not None:
            for lesson in given_on[-1]:
                texts = [
                    lesson.name,
                    lesson.title,
                    lesson.question,
                    *lesson.answers,
                    lesson.watch,
                    lesson.why_told,
                ]
                assert all(text.isprintable() for text in texts) and 0 <= lesson.right < len(lesson.answers)

    run()


@counts(150, 20_000)
@pytest.mark.parametrize("kind", ["changed", "any"])
def test_demos_of_any_bytes(kind, count, tmp_path, capsys, monkeypatch):
    """Nothing is played: what would be is looked at."""
    path = tmp_path / "mine.toml"
    played = []
    monkeypatch.setattr(record, "record", lambda script, *_: played.append(script) or 0)

    @examples(count)
    @given(
        changed(DEMO, [*IN_TOML, b"\0", b"\xff", b"\n", b"-1", b"nan", b"--load x"])
        if kind == "changed"
        else any_of.binary()
    )
    def run(content):
        path.write_bytes(content)
        if refusal(capsys, ["record", str(path), "--svg", str(tmp_path)], "") is not None:
            texts = [played[-1].title, *(act.caption or "" for act in played[-1].acts)]
            assert all(text.isprintable() for text in texts) and played[-1].acts

    run()


def saved(experiment, path):
    *_, last = train(start(experiment))
    checkpoint.save(last, path)
    with np.load(path, allow_pickle=False) as file:
        members = dict(file)
    plain = path.read_bytes()
    np.savez_compressed(path, **members)
    return plain, path.read_bytes(), members


def members_of(path):
    """What the archive says, read by zipfile and NumPy: of two with a name, the last."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        return {
            name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(archive.read(name)))
            for name in names
            if archive.read(name).startswith(b"\x93NUMPY")
        }


@any_of.composite
def rearranged(draw, content: bytes) -> bytes:
    """The archive with its members dropped, doubled, swapped, renamed or cut, and their sums made right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [[name, archive.read(name)] for name in archive.namelist()]
    for _ in range(draw(any_of.integers(1, 3))):
        at, other = (draw(any_of.integers(0, len(members) - 1)) for _ in range(2))
        kind = draw(any_of.sampled_from(["drop", "double", "swap", "rename", "cut", "longer"]))
        if kind == "drop" and len(members) > 1:
            del members[at]
        elif kind == "double":
            members.append([*members[at]])
        elif kind == "swap":
            members[at % len(members)][1] = members[other % len(members)][1]
        elif kind == "rename":
            members[at % len(members)][0] = draw(
                any_of.sampled_from(["W1", "W1.npy", "W9.npy", "../W1.npy", "\x1b[2J"])
            )
        elif kind == "cut":
            members[at % len(members)][1] = members[at % len(members)][1][: draw(any_of.integers(0, 200))]
        else:
            members[at % len(members)][1] += draw(any_of.binary(max_size=20))
    file = io.BytesIO()
    with zipfile.ZipFile(
        file, "w", draw(any_of.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    ) as archive:
        for name, member in members:
            archive.writestr(name, member)
    return file.getvalue()


@counts(120, 10_000)
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ["changed", "flipped", "packed", "rearranged", "any"])
@pytest.mark.parametrize("experiment", [Experiment(steps=20), WHOLE], ids=["plain", "whole"])
def test_weights_of_any_bytes_are_refused_or_those_of_the_file(experiment, kind, count, tmp_path, capsys):
    path, again = tmp_path / "run.npz", tmp_path / "again.npz"
    content, packed, members = saved(experiment, path)
    contents = {
        "changed": changed(content, [*NUMBERS, *PIECES]),
        "flipped": changed(content, NUMBERS, ["flip"]),
        "packed": changed(packed, NUMBERS, ["flip", "put over"]),
        "rearranged": rearranged(content),
        "any": any_of.binary(max_size=300),
    }

    @examples(count)
    @given(contents[kind])
    def run(content):
        path.write_bytes(content)
        if refusal(capsys, ["train", "--load", str(path)], "run.npz: ") is not None:
            loaded = checkpoint.load(path)
            checkpoint.save(loaded, again)
            told = members_of(path) if kind == "rearranged" else members
            with np.load(again, allow_pickle=False) as file:
                assert file.files == [*members]
                assert all(file[name].tobytes() == told[name].tobytes() for name in members)

    run()


@pytest.mark.parametrize("option", ["--data", "--load"])
def test_a_file_of_ten_gigabytes_that_are_nearly_all_holes_is_not_read(option, tmp_path, capsys):
    path = tmp_path / "large"
    path.write_bytes(CSV)
    os.truncate(path, 10 * 2**30)
    assert refusal(capsys, ["train", option, str(path)], "large") is None


PLACES = ["folder", "fifo", "loop", "/dev/zero", "/dev/null", "/dev/stdin", "/proc/self/mem", "missing", "link"]
PLACES += [
    "n" * 300,
    "d/" * 3_000,
    "http://example.org/x.csv",
    "file:///etc/passwd",
    "~/x.csv",
    "a\0b",
    "\udcff.csv",
]
PLACES += [".", "..", "/", "missing/x.csv", "own.csv/x.csv", "-", "*.csv", "$HOME", "|ls", ";ls", "`ls`"]


@pytest.mark.parametrize("option", ["--data", "--load", "--lessons"])
@pytest.mark.parametrize("name", PLACES, ids=ascii)
def test_what_is_no_file_to_read_is_refused(name, option, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_bytes(CSV)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "link").symlink_to("gone")
    monkeypatch.setattr(cli, "show", on_screen._lessons)
    monkeypatch.setattr(cli, "_is_at_a_terminal", lambda: True)
    command = [] if option == "--lessons" else ["train"]
    assert refusal(capsys, [*command, f"{option}={name}"], "") is None


@pytest.mark.parametrize(("option", "name"), [("--data", "own.csv.gz"), ("--load", "own.npz.gz")])
def test_what_is_packed_is_not_unpacked(option, name, tmp_path, capsys):
    """NumPy's own readers unpack it, 200 KB to 841 MB."""
    import gzip

    (tmp_path / name).write_bytes(gzip.compress(bytes(50_000_000)))
    assert refusal(capsys, ["train", option, str(tmp_path / name)], name) is None
