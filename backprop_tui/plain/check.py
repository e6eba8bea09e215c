"""`backprop-tui check`: every gradient beside its central difference."""

import json
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice

from backprop_tui.core.gradient_check import ALLOWED, LEAST_SHARE, GradientCheck, gradient_check
from backprop_tui.core.training import CannotStep, Snapshot, train


def check(first: Snapshot, at: int, width: float, as_json: bool) -> int:
    """Print every gradient at this step beside its central difference; returns 1 where they differ, else 0."""
    try:
        reached = deque(islice(train(first), at - first.step), maxlen=1)
        checked = gradient_check(reached[0] if reached else first, width)
    except CannotStep as why:
        print(f"backprop-tui: {why}", file=sys.stderr)
        return 1
    print(*(_check_records(checked) if as_json else _check_table(checked, at)), sep="\n", flush=True)
    return int(checked.verdict == "wrong")


def _check_table(checked: GradientCheck, at: int) -> Iterator[str]:
    width = f"{checked.width:g}"
    yield f"dE/dw at step {at} beside (E(w + {width}) − E(w − {width})) / {2 * checked.width:g}"
    yield f"error: their distance as a share of the larger, or of {LEAST_SHARE:g} of the largest of all"
    name_width = max(map(len, checked.names))
    yield f"{'':{name_width}}{'gradient':>16}{'difference':>16}{'error':>10}"
    for name, gradient, slope, error in zip(
        checked.names, checked.gradients, checked.differences, checked.errors
    ):
        yield f"{name:{name_width}}{gradient:16.8e}{slope:16.8e}{error:10.1e}"
    if len(checked.names) < checked.parameters:
        yield f"({len(checked.names)} of {checked.parameters} parameters, evenly spread)"
    yield f"{checked.verdict}: largest relative error {checked.largest_error:.1e}, allowed {ALLOWED:g}"


def _check_records(checked: GradientCheck) -> Iterator[str]:
    for name, gradient, slope, error in zip(
        checked.names, checked.gradients.tolist(), checked.differences.tolist(), checked.errors.tolist()
    ):
        yield json.dumps({"name": name, "gradient": gradient, "difference": slope, "error": error})
    last = {"largest_error": checked.largest_error, "width": checked.width, "verdict": checked.verdict}
    yield json.dumps({**last, "parameters": checked.parameters})
