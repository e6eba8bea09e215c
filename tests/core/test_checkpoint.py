import json
from itertools import islice

import numpy as np
import pytest

from backprop_tui.core import checkpoint
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.training import start, train


def at_step(experiment, step):
    return list(islice(train(start(experiment)), step))[-1]


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


def test_a_failed_save_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint.save(at_step(Experiment(), 1), path)
    before = path.read_bytes()
    monkeypatch.setattr(checkpoint.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        checkpoint.save(at_step(Experiment(), 2), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]
