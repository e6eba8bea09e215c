"""A run that is saved and loaded goes on to the same bits; any other file is refused in a line."""

import io
import json
import os
import random
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core import checkpoint, files, npz
from backprop_tui.core.csv_file import read_problem
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.files import BadFile
from backprop_tui.core.mistakes import MISTAKES
from backprop_tui.core.problems import PROBLEMS, XOR, problem, with_targets
from backprop_tui.core.training import start, train

EDITED = with_targets(PROBLEMS["symmetry"], 1 - PROBLEMS["symmetry"].targets)
WHOLE = Experiment(problem=with_targets(XOR, np.array([[0.25], [1], [1], [0]])), bias=True, momentum=0.9)


def at_step(experiment, step):
    return [start(experiment), *islice(train(start(experiment)), step)][-1]


def bits(snapshot):
    """All there is in a snapshot and its problem, to the bit."""
    own = snapshot.experiment.problem
    arrays = [own.inputs, own.targets, *snapshot.parameters.weights, *snapshot.parameters.biases]
    arrays += [*snapshot.activations, *(array for each in snapshot.changes or () for array in each)]
    texts = checkpoint.experiment_text(snapshot.experiment), own.input_labels, own.output_labels, own.source
    return snapshot.step, snapshot.loss, [(array.shape, array.tobytes()) for array in arrays], texts


def own_problem(tmp_path):
    path = tmp_path / "rain.csv"
    path.write_text("x wind,x dew,rain\n0.1,-7,0\n0.7,1e-3,0.5\n3,2,1\n")
    return read_problem(path)[0]


@pytest.fixture
def good(tmp_path):
    """The members of a file of the whole kind: own targets, biases and momentum; and the snapshot saved."""
    snapshot = at_step(WHOLE, 7)
    checkpoint.save(snapshot, tmp_path / "good.npz")
    with np.load(tmp_path / "good.npz", allow_pickle=False) as file:
        return dict(file), snapshot


@pytest.fixture
def load(tmp_path):
    """Load what is written: bytes, or members."""

    def written_and_loaded(content, **how):
        path = tmp_path / "run.npz"
        if isinstance(content, dict):
            (np.savez_compressed if how.get("compressed") else np.savez)(path, **content)
        else:
            path.write_bytes(content)
        return checkpoint.load(path)

    return written_and_loaded


def refused(load, content, expected):
    with pytest.raises(BadFile) as bad:
        load(content)
    text = str(bad.value)
    assert text.startswith("run.npz: ") and expected in text and text.isprintable() and len(text) <= 200


def test_a_saved_snapshot_holds_everything_to_the_bit(tmp_path):
    snapshot = at_step(Experiment(hidden_sizes=(4, 3), bias=True, momentum=0.9), 7)
    checkpoint.save(snapshot, tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        for layer in (1, 2, 3):
            for name, arrays in (
                ("W", snapshot.parameters.weights),
                ("b", snapshot.parameters.biases),
                ("vW", snapshot.changes.weights),
                ("vb", snapshot.changes.biases),
            ):
                assert (file[f"{name}{layer}"] == arrays[layer - 1]).all()
        assert file["step"] == 7 and file["format"] == 1
        assert json.loads(str(file["experiment"])) == {
            "problem": "xor",
            "hidden_sizes": [4, 3],
            "bias": True,
            "learning_rate": 0.5,
            "momentum": 0.9,
            "init": "normal",
            "init_scale": 0.5,
            "seed": 42,
            "steps": 10_001,
            "mistake": None,
        }
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_the_plain_network_saves_its_weights_only(tmp_path):
    checkpoint.save(at_step(Experiment(), 1), tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert sorted(file) == ["W1", "W2", "experiment", "format", "step"]


def test_a_problem_of_ones_own_is_saved_whole(tmp_path):
    own = own_problem(tmp_path)
    checkpoint.save(at_step(Experiment(problem=own), 1), tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert (file["X"] == own.inputs).all() and (file["y"] == own.targets).all()
        assert json.loads(str(file["experiment"]))["problem"] == {
            "title": "rain",
            "about": "",
            "source": str(tmp_path / "rain.csv"),
            "input_labels": ["x wind", "x dew"],
            "output_labels": ["ŷ"],
            "defaults": {"bias": True, "learning_rate": 0.5, "momentum": 0.9},
        }


@pytest.mark.parametrize("which", ["xor", "symmetry", "encoder-4-2-4", "edited targets", "a file of one's own"])
@pytest.mark.parametrize("settings", [{}, {"bias": True}, {"momentum": 0.9}, {"bias": True, "momentum": 0.9}])
@pytest.mark.parametrize("hidden_sizes", [(), (4,), (4, 3)])
def test_a_loaded_run_goes_on_as_if_it_had_never_stopped(which, settings, hidden_sizes, tmp_path):
    own = {"edited targets": EDITED, "a file of one's own": own_problem(tmp_path)}
    examples = own.get(which) or PROBLEMS[which]
    experiment = Experiment(examples, hidden_sizes=hidden_sizes, learning_rate=0.3, steps=80, **settings)
    straight = [start(experiment), *train(start(experiment))]
    saved = straight[random.Random(f"{which}{settings}{hidden_sizes}").randrange(81)]
    checkpoint.save(saved, tmp_path / "run.npz")
    loaded = checkpoint.load(tmp_path / "run.npz")
    assert (loaded.experiment == experiment) == (which not in own)
    again = [loaded, *train(loaded)]
    assert [bits(snapshot) for snapshot in again] == [bits(snapshot) for snapshot in straight[saved.step :]]
    for name, old in vars(replace(examples, origin=None)).items():  # what it was made of is not saved
        assert np.array_equal(old, getattr(loaded.experiment.problem, name))
    assert not loaded.experiment.problem.inputs.flags.writeable


def test_a_mistake_and_settings_of_every_kind_come_back(tmp_path):
    experiment = Experiment(
        hidden_sizes=(64,) * 8,
        learning_rate=1 / 3,
        init="uniform",
        init_scale=0.1,
        seed=2**32 - 1,
        steps=10**9,
        mistake=MISTAKES["order"],
    )
    checkpoint.save(start(experiment), tmp_path / "run.npz")
    assert checkpoint.load(tmp_path / "run.npz").experiment == experiment


def test_a_failed_save_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint.save(at_step(Experiment(), 1), path)
    before = path.read_bytes()
    monkeypatch.setattr(files.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        checkpoint.save(at_step(Experiment(), 2), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]


def test_however_the_same_numbers_are_laid_out_the_run_goes_on_the_same(good, load):
    members, snapshot = good
    after = bits(next(train(snapshot)))
    turned = {name: np.asarray(array, order="F") for name, array in members.items()}
    big_endian = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in members.items()}
    for same in (members, big_endian, turned):
        loaded = load(same)
        assert bits(loaded) == bits(snapshot) and bits(next(train(loaded))) == after
        assert all(W.flags.c_contiguous and W.dtype.isnative for W in loaded.parameters.weights)
    assert bits(load(members, compressed=True)) == bits(snapshot)


SHAPE = "W1 has shape {}, the experiment says (2, 4)"
WRONG_MEMBERS = {
    "a newer version": ({"format": 2}, "made by a newer version (format 2; this one reads 1)"),
    "a newer version of other members": ({"format": 9, "W1": None}, "made by a newer version (format 9;"),
    "no version": ({"format": None}, "not a weights file of backprop-tui"),
    "version 0": ({"format": 0}, "not a weights file of backprop-tui"),
    "a version that is no whole number": ({"format": 1.0}, "format is not of the type"),
    "no experiment": ({"experiment": None}, "experiment is missing"),
    "an experiment that is no text": ({"experiment": 1.5}, "experiment is not of the type"),
    "an experiment that is no JSON": ({"experiment": "{"}, "damaged"),
    "an experiment that is a list": ({"experiment": "[]"}, "its experiment is not described"),
    "an experiment without bottom": ({"experiment": "[" * 60_000}, "damaged"),
    "an endless number": ({"experiment": "9" * 60_000}, "damaged"),
    "an endless text": ({"experiment": " " * 100_000}, "experiment is larger than it can be"),
    "a missing member": ({"W2": None}, "W2 is missing"),
    "a missing last change": ({"vb1": None}, "vb1 is missing"),
    "a member too many": ({"W3": np.ones((1, 1))}, "W3 is missing, is there twice, or is not of its"),
    "another shape": ({"W1": np.ones((2, 3))}, SHAPE.format("(2, 3)")),
    "the shape turned": ({"W1": np.ones((4, 2))}, SHAPE.format("(4, 2)")),
    "one axis": ({"W1": np.ones(8)}, SHAPE.format("(8,)")),
    "no axis": ({"W1": np.float64(1)}, SHAPE.format("()")),
    "nothing": ({"W1": np.ones((0, 4))}, SHAPE.format("(0, 4)")),
    "much larger": ({"W1": np.ones((2, 4_000))}, "W1 is larger than it can be"),
    "single precision": ({"W1": np.ones((2, 4), np.float32)}, "W1 is not of the type"),
    "whole numbers": ({"W1": np.ones((2, 4), np.int64)}, "W1 is not of the type"),
    "complex numbers": ({"W1": np.ones((2, 4), complex)}, "W1 is not of the type"),
    "records": ({"W1": np.zeros((2, 4), [("a", "f8")])}, "W1 is not of the type"),
    "not a number": ({"b2": np.array([np.nan])}, "b2 has a number that is not finite"),
    "an infinite last change": ({"vW2": np.full((4, 1), -np.inf)}, "vW2 has a number that is not finite"),
    "a step below 0": ({"step": -1}, "step must be from 0 to the experiment's 10001, not -1"),
    "a step beyond the last": ({"step": 10_002}, "step must be from 0"),
    "half a step": ({"step": 0.5}, "step is not of the type"),
    "two steps": ({"step": np.array([1, 2])}, "step has shape (2,)"),
    "no examples": ({"X": np.ones((0, 2)), "y": np.ones((0, 1))}, "y has shape (0, 1)"),
    "too many examples": ({"y": np.ones((10_001, 1))}, "y has shape (10001, 1)"),
    "answers for fewer": ({"y": np.ones((3, 1))}, "X has shape (4, 2)"),
    "a target above 1": ({"y": np.full((4, 1), 1.5)}, "y has a target that is not from 0 to 1"),
    "an input that is not finite": ({"X": np.full((4, 2), np.inf)}, "X has a number that is not finite"),
}


@pytest.mark.parametrize("name", WRONG_MEMBERS)
def test_members_that_cannot_be_are_refused(name, good, load):
    wrong, expected = WRONG_MEMBERS[name]
    members = {name: array for name, array in (good[0] | wrong).items() if array is not None}
    refused(load, members, expected)


WRONG_SETTINGS = {
    "a setting missing": ({"seed": ...}, "its experiment is not described"),
    "a setting unknown": ({"dropout": 0.5}, "its experiment is not described"),
    "NaN": ({"learning_rate": float("nan")}, "learning_rate must be a finite number above 0, not nan"),
    "beyond all numbers": ({"momentum": 10**400}, "momentum must be"),
    "a true number": ({"seed": True}, "seed must be a whole number"),
    "text for layers": ({"hidden_sizes": "4"}, "hidden_sizes must be"),
    "layers in layers": ({"hidden_sizes": [[4]]}, "hidden_sizes must be"),
    "too many units": ({"hidden_sizes": [65]}, "hidden_sizes must be"),
    "a list for a name": ({"init": ["normal"]}, "init must be one of"),
    "an unknown mistake": ({"mistake": "\x1b[2J"}, "not \\x1b[2J"),
    "a mistake in a list": ({"mistake": []}, "mistake must be one of"),
    "an unknown problem": ({"problem": "halting"}, "its problem is none"),
    "no problem": ({"problem": None}, "its problem is none"),
    "a problem from the table beside its own examples": (
        {"problem": "xor"},
        "X is missing, is there twice, or",
    ),
    "a part of it missing": ({"problem": {"title": ...}}, "its problem is none"),
    "a part of it unknown": ({"problem": {"name": "xor"}}, "its problem is none"),
    "a title that is no text": ({"problem": {"title": 1}}, "its problem is none"),
    "a label that is no text": ({"problem": {"input_labels": ["a", 1]}}, "its problem is described wrongly"),
    "no labels": ({"problem": {"output_labels": []}}, "its problem is described wrongly"),
    "a label too many": ({"problem": {"input_labels": ["a", "b", "c"]}}, "X has shape (4, 2)"),
    "labels without end": ({"problem": {"input_labels": ["a"] * 65}}, "its problem is described wrongly"),
    "a default unknown": ({"problem": {"defaults": {"problem": "xor"}}}, "its problem is described wrongly"),
    "a default that cannot be": ({"problem": {"defaults": {"bias": 1}}}, "bias must be true or false, not 1"),
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_experiments_that_cannot_be_are_refused(name, good, load):
    wrong, expected = WRONG_SETTINGS[name]
    experiment = json.loads(str(good[0]["experiment"]))
    if isinstance(wrong.get("problem"), dict):
        wrong = {"problem": experiment["problem"] | wrong["problem"]}
        wrong["problem"] = {key: value for key, value in wrong["problem"].items() if value is not ...}
    experiment = {key: value for key, value in (experiment | wrong).items() if value is not ...}
    refused(load, good[0] | {"experiment": json.dumps(experiment)}, expected)


def test_texts_from_outside_are_safe_to_print(good, load):
    experiment = json.loads(str(good[0]["experiment"]))
    experiment["problem"] |= {
        "title": "\x1b]0;T\x07",
        "about": "a\u202eb",
        "source": "a\nb",
        "input_labels": ["\x9b1m", "x" * 99],
    }
    own = load(good[0] | {"experiment": json.dumps(experiment)}).experiment.problem
    assert (own.title, own.about, own.source) == (r"\x1b]0;T\x07", r"a\u202eb", r"a\nb")
    assert own.input_labels == (r"\x9b1m", "x" * 11 + "…")


def test_a_loss_that_is_no_number_is_refused(good, load, monkeypatch):
    """As it comes of inputs and weights so large that their products are infinite: +∞ − ∞."""
    monkeypatch.setattr(checkpoint, "snapshot_of", lambda *all_of_it: good[1]._replace(loss=float("nan")))
    refused(load, good[0], "its loss is not a finite number")


def test_a_text_of_numbers_that_are_no_characters_is_refused(good, load):
    """NumPy makes a text of them all the same, and Python ends with a SystemError when it looks at it."""
    experiment = good[0]["experiment"].tobytes().replace("normal".encode("utf-32-le"), b"\xff\xff\xff\x7f" * 6)
    text = np.frombuffer(experiment, f"<U{len(experiment) // 4}").reshape(())
    refused(load, good[0] | {"experiment": text}, "damaged")


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harmed",)


def test_pickles_are_never_opened(good, load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(load, good[0] | {"W1": np.array([Harmful()], dtype=object)}, "W1 is not of the type")
    assert not (tmp_path / "harmed").exists()


def zipped(members, pack=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", pack) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def test_files_of_someone_else_are_refused(load, tmp_path):
    one = "not a weights file of backprop-tui"
    for content in (b"", b"PK", b"W1,W2\n1,2\n", random.Random(0).randbytes(5_000), b"\x93NUMPY\x01\x00"):
        refused(load, content, one)
    for members in ([], [("format.npy", b"")], [("readme", b"hello")], [("format.npy", b"\x93NUMPY" * 9)]):
        refused(load, zipped(members), one if not members or members[0][0] != "format.npy" else "format is not")
    refused(load, {"arr_0": np.ones(3)}, one)


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path, tmp_path / "fifo", tmp_path / "loop", tmp_path / "none", tmp_path / "a\0b"):
        with pytest.raises(BadFile):
            checkpoint.load(path)


def test_members_that_are_there_twice_are_refused(good, load, tmp_path):
    names = ["W1.npy", "vb2.npy", "step.npy", "experiment.npy"]
    np.savez(tmp_path / "good.npz", **good[0])
    with zipfile.ZipFile(tmp_path / "good.npz") as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    for twice in names:
        other = next((f"?{name[1:]}", content) for name, content in members if name == twice)
        content = zipped([*members, other]).replace(other[0].encode(), twice.encode())
        refused(load, content, f"{twice[:-4]} is missing, is there twice, or")


def test_what_would_unpack_to_more_than_it_can_be_is_not_unpacked(good, load):
    bomb = zipped([("format.npy", bytes(10_000_000))])
    lying = bomb.replace(struct.pack("<L", 10_000_000), struct.pack("<L", 136))
    many = zipped([(f"{number}.npy", b"") for number in range(3_000)])
    records, end = many[:-22], many[-22:]
    directory = struct.unpack("<LL", end[12:20])
    longer_end = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 3_000, 3_000, *directory)
    longer_end += struct.pack("<4sLQL", b"PK\6\7", 0, len(records), 1)
    hidden = records + longer_end + end[:8] + bytes(8) + end[16:]
    for content, expected in (
        (bomb, "format is larger than it can be"),
        (lying, "damaged"),
        (many, "not a weights file"),
        (hidden, "not a weights file"),
        (zipped([("format.npy", bytes(136))], zipfile.ZIP_BZIP2), "packed in a way that is not read"),
        (zipped([("format.npy", bytes(136))], zipfile.ZIP_LZMA), "packed in a way that is not read"),
    ):
        tracemalloc.start()
        refused(load, content, expected)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 500_000


def test_a_file_too_large_is_not_read(tmp_path):
    path = tmp_path / "run.npz"
    path.touch()
    os.truncate(path, npz.LARGEST_FILE + 1)
    with pytest.raises(BadFile, match=r"^run\.npz: too large: 16,777,217 bytes"):
        checkpoint.load(path)


def test_the_largest_run_there_can_be_is_small_enough(tmp_path):
    inputs, targets = np.random.RandomState(0).rand(2, 10_000, 64)
    largest = Experiment(problem("", "large", inputs, targets), hidden_sizes=(64,) * 8, bias=True, momentum=0.9)
    snapshot = start(largest)
    checkpoint.save(snapshot, tmp_path / "run.npz")
    assert bits(checkpoint.load(tmp_path / "run.npz")) == bits(snapshot)


def mutated(content, choices):
    """The bytes with something done to them."""
    content, at = bytearray(content), choices.randrange(len(content))
    kind = choices.randrange(6)
    if kind == 0:
        content[at] ^= 1 << choices.randrange(8)
    elif kind == 1:
        for each in choices.sample(range(len(content)), 5):
            content[each] = choices.randrange(256)
    elif kind == 2:
        del content[at:]
    elif kind == 3:
        del content[at : at + choices.randrange(1, 40)]
    elif kind == 4:
        content[at:at] = choices.randbytes(choices.randrange(1, 40))
    else:
        number = choices.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF])
        content[at : at + 4] = struct.pack("<L", number)
    return bytes(content)


@pytest.mark.parametrize("experiment", [Experiment(), WHOLE], ids=["plain", "whole"])
def test_damage_is_found_or_does_no_harm(experiment, load, tmp_path):
    """In the members it is found by their sums; what is left are dates and the like."""
    snapshot = at_step(experiment, 9)
    checkpoint.save(snapshot, tmp_path / "good.npz")
    content, choices = (tmp_path / "good.npz").read_bytes(), random.Random(5)
    unharmed = 0
    for _ in range(500):
        try:
            assert bits(load(mutated(content, choices))) == bits(snapshot)
            unharmed += 1
        except BadFile as bad:
            assert str(bad).startswith("run.npz: ")
    assert unharmed < 100
