"""How many random starts learn, measured again and set beside what the lessons say.

`python -m tests.benchmarks.lessons [NAME …]`. Every seed is trained to the last step, for what counts is
whether all rows are right there.
"""

import os
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace


def main(names: list[str]) -> int:
    """Print every start that has numbers, as measured and as in the text; 1 if they differ anywhere."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the sweep's own threads are enough
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
    from backprop_tui.core.sweep import sweep
    from backprop_tui.core.tally import tally

    measured = {}
    for lesson in chosen:
        for start in lesson.starts:
            if start.of is None:
                continue
            of_any_seed = (replace(start.experiment, seed=0), start.of)
            if of_any_seed not in measured:
                measured[of_any_seed] = tally(deque(sweep(*of_any_seed), maxlen=1).pop()).solved
            yield lesson.name, start.title, measured[of_any_seed], start.learned, start.of


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
