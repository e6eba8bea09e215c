"""The symmetry problem of the 1986 Nature paper from 20 starts: `python -m tests.benchmarks.symmetry`.

The paper reports 1,425 sweeps, and weights that mirror with opposite sign in the ratio 1 : 2 : 4.
"""

import statistics

import numpy as np

from backprop_tui.core.experiment import fitting
from backprop_tui.core.problems import PROBLEMS
from backprop_tui.core.training import start, train

SEEDS = range(1, 21)
TOLERANCE = 0.05


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
    for name, wanted in (("1 : 2 : 4", (1, 2, 4)), ("1 : 1.5 : 2", (1, 1.5, 2))):
        near = sum(np.allclose(ratio, wanted, rtol=TOLERANCE) for _, ratio, _ in solved)
        print(f"in the ratio {name} to {TOLERANCE:.0%}: {near}")


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
