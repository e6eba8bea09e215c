"""How many random starts learn, measured again and set beside what the lessons say.

`python -m tests.benchmarks.lessons [NAME …]`. Every seed is trained to the last step, for what counts is
whether all rows are right there.
"""

import os
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import Pool

PROCESSES, SEEDS_AT_ONCE = 2, 5


def main(names: list[str]) -> int:
    """Print every start that has numbers, as measured and as in the text; 1 if they differ anywhere."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes are enough threads
    from backprop_tui.core.lessons import lessons

    offered = {lesson.name: lesson for lesson in lessons()}
    if unknown := [name for name in names if name not in offered]:
        print(f"no lesson {', '.join(unknown)}; there are {', '.join(offered)}", file=sys.stderr)
        return 2
    print(f"{'lesson':<24}{'start':<34}{'measured':>12}{'in the text':>14}")
    all_agree = True
    for name, title, measured, told, of in rows([offered[name] for name in names or offered]):
        agrees = measured == told
        all_agree = all_agree and agrees
        mark = "" if agrees else "  ✗"
        print(f"{name:<24}{title:<34}{f'{measured}/{of}':>12}{f'{told}/{of}':>14}{mark}", flush=True)
    return 0 if all_agree else 1


def rows(chosen: list) -> Iterator[tuple[str, str, int, int, int]]:
    """The lesson, the start, how many were measured and told to learn, of how many; each is measured once."""
    measured = {}
    with Pool(PROCESSES) as pool:
        for lesson in chosen:
            for start in lesson.starts:
                if start.of is None:
                    continue
                of_any_seed = (replace(start.experiment, seed=0), start.of)
                if of_any_seed not in measured:
                    runs = [replace(start.experiment, seed=seed) for seed in range(start.of)]
                    measured[of_any_seed] = sum(pool.imap_unordered(learns, runs, SEEDS_AT_ONCE))
                yield lesson.name, start.title, measured[of_any_seed], start.learned, start.of


def learns(experiment) -> bool:
    """Whether all rows are right at the experiment's last step."""
    from backprop_tui.core.training import CannotStep, start, train

    try:
        last = deque(train(start(experiment)), maxlen=1).pop()
    except CannotStep:
        return False
    return bool(last.right.all())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
