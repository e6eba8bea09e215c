"""Points of two kinds in the plane, for problems whose solution can be looked at: seeded, always the same.

Each function returns inputs (N, 2) from about −1 to 1 and targets (N, 1), 0 or 1, N/2 of each kind.
"""

import numpy as np

from backprop_tui.core.network import Array

POINTS, SEED = 200, 1986
NOISE = 0.06  # standard deviation of every coordinate

Points = tuple[Array, Array]


def circles(inner: float = 0.4, outer: float = 0.9) -> Points:
    """A ring of the first kind round a ring of the second."""
    angle = np.linspace(0, 2 * np.pi, POINTS // 2, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    return _noisy(outer * ring, inner * ring)


def moons() -> Points:
    """Two half circles, each reaching into the other."""
    angle = np.linspace(0, np.pi, POINTS // 2)
    moon = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    return _noisy(0.65 * moon, -0.65 * moon)


def spirals(turns: float = 1.5) -> Points:
    """Two arms of a spiral wound round each other, each of so many turns."""
    way = np.linspace(0.1, 1, POINTS // 2)
    angle = 2 * np.pi * turns * way
    arm = np.column_stack([way * np.cos(angle), way * np.sin(angle)])
    return _noisy(arm, -arm, NOISE / 3)


def _noisy(first: Array, second: Array, noise: float = NOISE) -> Points:
    random = np.random.RandomState(SEED)
    inputs = np.concatenate([first, second])
    inputs = np.round(inputs + noise * random.standard_normal(inputs.shape), 3)
    targets = np.repeat([[0.0], [1.0]], POINTS // 2, axis=0)
    order = random.permutation(POINTS)
    return inputs[order], targets[order]
