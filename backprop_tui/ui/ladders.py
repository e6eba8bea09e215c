"""The values that keys walk along, up and down."""

import math
from collections.abc import Sequence

SPEEDS: tuple[float, ...] = (
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    3_000,
    math.inf,
)  # steps a second
SPEEDS_IN_BROWSER = SPEEDS[:-1]  # many of them share one machine
RATES = tuple(float(f"{factor}e{power}") for power in range(-3, 3) for factor in (1, 2, 5))


def along(ladder: Sequence[float], value: float, direction: int) -> float:
    """The next value up (direction 1) or down (−1) the ladder; beyond its end, the value itself."""
    if direction > 0:
        return min((rung for rung in ladder if rung > value), default=value)
    return max((rung for rung in ladder if rung < value), default=value)
