"""Some of a sweep's networks, trained by one thread through all their steps, with reports on the way."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from threading import Event
from typing import NamedTuple

import numpy as np

from backprop_tui.core import block as blocks
from backprop_tui.core.block import Block
from backprop_tui.core.curve import Steps
from backprop_tui.core.experiment import Experiment
from backprop_tui.core.moment import NOT_RIGHT
from backprop_tui.core.network import Array
from backprop_tui.core.training import CannotStep, start, train


class Report(NamedTuple):
    """What has become of some of the networks by a step; since and losses as in Sweep."""

    networks: slice
    step: int
    since: Steps
    losses: Array


class Part(NamedTuple):
    """Which of the networks of the sweep's seeds these are, where they are looked at, and who is told.

    report: called at every one of the looks. stop: whether they are no longer wanted.
    """

    experiment: Experiment
    seeds: range
    networks: slice
    looks: Steps
    report: Callable[[Report], None]
    stop: Event


@np.errstate(all="ignore")
def together(part: Part) -> None:
    """Train the part's networks as one block."""
    last, looks = part.experiment.steps, set(part.looks.tolist())
    block = blocks.block(part.experiment, part.seeds[part.networks])
    since = np.zeros(block.errors.shape[-1], np.int64)
    turn, turns = -1, len(block.errors)
    extremes, right = np.empty((2, turns, *since.shape)), np.empty((2, turns, *since.shape), bool)
    for step in range(last + 1):
        turn += 1
        (blocks.step if step < last else blocks.see)(block, turn)
        if turn == turns - 1 or step in looks:
            seen = slice(turn + 1)
            _see_what_is_wrong(block.errors[seen], extremes[:, seen], right[:, seen], step - turn, since)
            if step in looks:
                part.report(_report(part.networks, step, block, turn, since))
            turn = -1
        if part.stop.is_set():
            return


def _see_what_is_wrong(errors: Array, extremes: Array, right: Array, first: int, since: Steps) -> None:
    """Set since to the step after the last one, of these from the first on, at which a row was wrong.

    A row is right as training.is_right has it, and wrong where there is a NaN. extremes, right: room for that.
    """
    least, largest = extremes
    np.minimum.reduce(errors, axis=(1, 2), out=least)
    np.maximum.reduce(errors, axis=(1, 2), out=largest)
    np.greater_equal(least, -0.5, right[0])
    np.less(largest, 0.5, right[1])
    wrong = np.logical_and(right[0], right[1], right[0])
    np.logical_not(wrong, wrong)
    for step, those in enumerate(wrong, first + 1):
        np.copyto(since, step, where=those)


def _report(networks: slice, step: int, block: Block, turn: int, since: Steps) -> Report:
    count, errors = networks.stop - networks.start, block.errors[turn]
    losses = np.einsum("njb,njb->b", errors, errors) / block.experiment.problem.targets.size
    diverged = ~(np.isfinite(losses) & np.isfinite(block.parameters).all(axis=0))
    losses = np.where(diverged, np.inf, losses)
    since = np.where(diverged | (since > step), NOT_RIGHT, since)
    return Report(networks, step, since[:count], losses[:count])


def one_by_one(part: Part) -> None:
    """Train the part's networks one after the other."""
    last, looks = part.experiment.steps, set(part.looks.tolist())
    for network in range(part.networks.start, part.networks.stop):
        alone = slice(network, network + 1)
        first = start(replace(part.experiment, seed=part.seeds[network]))
        since = NOT_RIGHT
        try:
            for snapshot in chain([first], train(first)):
                if not snapshot.right.all():
                    since = NOT_RIGHT
                elif since == NOT_RIGHT:
                    since = snapshot.step
                if snapshot.step in looks:
                    report = Report(alone, snapshot.step, np.array([since]), np.array([snapshot.loss]))
                    part.report(report)
                if part.stop.is_set():
                    return
        except CannotStep:
            part.report(Report(alone, last, np.array([NOT_RIGHT]), np.array([np.inf])))
