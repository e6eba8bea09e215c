import pytest

from backprop_tui.core.experiment import Experiment, InvalidSetting

WRONG = {
    "problem": ["xor", None],
    "hidden_sizes": [(-1,), (0,), (65,), (1,) * 9, 4, (1.5,), (True,)],
    "bias": [1, "yes"],
    "learning_rate": [0, 10**400, -0.5, float("nan"), float("inf"), "fast"],
    "momentum": [-0.1, 1, 1.5, float("nan")],
    "init": ["gauss", "", []],
    "init_scale": [-1, 1001, float("nan"), float("inf")],
    "seed": [-5, 2**32, 1.5],
    "steps": [0, -1, 1_000_000_001, 2.5],
}


@pytest.mark.parametrize(
    ("setting", "value"), [(setting, value) for setting, values in WRONG.items() for value in values]
)
def test_a_wrong_setting_is_named_with_what_is_allowed(setting, value):
    with pytest.raises(InvalidSetting) as wrong:
        Experiment(**{setting: value})
    assert wrong.value.setting == setting
    assert setting in str(wrong.value) and wrong.value.allowed in str(wrong.value)


def test_the_ends_of_every_range_are_allowed():
    Experiment(hidden_sizes=(), seed=0, steps=1, init_scale=0, momentum=0)
    Experiment(hidden_sizes=(64,) * 8, seed=2**32 - 1, steps=10**9, init_scale=1000, learning_rate=1e308)


def test_layers_and_their_names():
    assert Experiment().layer_sizes == (2, 4, 1)
    assert Experiment().layer_labels == (("x1", "x2"), ("h1", "h2", "h3", "h4"), ("ŷ",))
    assert Experiment(hidden_sizes=()).layer_labels == (("x1", "x2"), ("ŷ",))
    assert Experiment(hidden_sizes=(2, 1)).layer_labels[1:3] == (("h1.1", "h1.2"), ("h2.1",))
