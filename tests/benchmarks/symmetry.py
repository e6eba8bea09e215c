"""The symmetry problem of the 1986 Nature paper from 20 starts: `python -m tests.benchmarks.symmetry`.

The paper reports 1,425 sweeps, and weights that mirror with opposite sign in the ratio 1 : 2 : 4. Then the
numbers of the symmetry lesson's text, from the seeds it counts.
"""

import statistics
from collections import deque

import numpy as np

from backprop_tui.core import block as blocks
from backprop_tui.core.experiment import fitting
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.sweep import sweep
from backprop_tui.core.tally import tally
from backprop_tui.core.training import start, train

SEEDS, LESSON_SEEDS = range(1, 21), 200
TOLERANCE = 0.05
RATIOS = (("1 : 2 : 4", (1, 2, 4)), ("1 : 1.5 : 2", (1, 1.5, 2)))


def main() -> None:
    """Print a row for each seed, and what they come to."""
    print("seed   all 64 right since   ratio of the weights    off the mirror")
    rows = [row(seed) for seed in SEEDS]
    for seed, since, ratio, off in rows:
        text = " : ".join(f"{part:.2f}" for part in ratio)
        print(f"{seed:4}   {'not in 10,000' if since is None else f'{since:,}':>18}   {text:>20}   {off:15.1%}")
    solved = [(since, ratio, off) for _, since, ratio, off in rows if since is not None]
    sweeps = statistics.median(since for since, _, _ in solved)
    print(f"{len(solved)} of {len(rows)} learned, in {sweeps:,.0f} sweeps (median)")
    print(f"mirrored to {TOLERANCE:.0%}: {sum(off <= TOLERANCE for _, _, off in solved)}")
    for name, wanted in RATIOS:
        near = sum(np.allclose(ratio, wanted, rtol=TOLERANCE) for _, ratio, _ in solved)
        print(f"in the ratio {name} to {TOLERANCE:.0%}: {near}")
    lesson()


def lesson() -> None:
    """Print how many of the lesson's seeds learn, when, and what the weights of both hidden units come to."""
    experiment = fitting(PROBLEMS["symmetry"], seed=0)
    swept = deque(sweep(experiment, LESSON_SEEDS), maxlen=1).pop()
    counted = tally(swept)
    print(f"of the seeds 0 … {LESSON_SEEDS - 1}: {counted.solved} learned, half by {counted.median_step:,.0f}")
    block = blocks.block(experiment, swept.seeds)
    for _ in range(experiment.steps):
        blocks.step(block, 0)
    weights = -block.parameters[:12].reshape(6, 2, -1)[:, :, swept.solved]  # W1
    near, far = weights[:3], weights[:2:-1]
    mirrored = (np.abs(near + far) <= TOLERANCE * np.abs(near)).all(axis=(0, 1))
    print(f"mirrored to {TOLERANCE:.0%}: {mirrored.sum()}")
    sizes = np.sort(np.abs(weights), axis=0)[::2]
    for name, wanted in RATIOS:
        close = np.isclose(sizes / sizes[0], np.reshape(wanted, (3, 1, 1)), rtol=TOLERANCE)
        print(f"in the ratio {name} to {TOLERANCE:.0%}: {close.all(axis=(0, 1)).sum()}")


def row(seed: int) -> tuple[int, int | None, list[float], float]:
    """The sweep since which all rows are right; the first unit's weights, by size; how far from mirrored."""
    since = None
    for snapshot in train(start(fitting(PROBLEMS["symmetry"], seed=seed))):
        if not snapshot.right.all():
            since = None
        elif since is None:
            since = snapshot.step
    weights = snapshot.parameters.weights[0]
    near, far = weights[:3], weights[:2:-1]
    off = float((np.abs(near + far) / np.abs(near)).max())
    sizes = np.sort(np.abs(weights), axis=0)[::2]
    return seed, since, (sizes / sizes[0])[:, 0].tolist(), off


if __name__ == "__main__":
    main()
