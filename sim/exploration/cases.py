"""Cases: an arm of the scenario with some doses, days or assumptions changed, many cases in one block of lanes.

A case without changes plays the arm's own wars, bit for bit: replicate k has the same world and the same noise in every
case, so cases differ by what was changed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from sim.analysis.outcomes.judging import Thresholds, as_mapped, critical_rates
from sim.foundation.executor import in_order
from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.record import Record
from sim.foundation.tree import Tree
from sim.foundation.workers import pool
from sim.scenario.priors.draw import draw, drift_streams, uniforms
from sim.scenario.priors.posterior import Posterior
from sim.scenario.scenario import Scenario

LANES_AT_ONCE = 1_024
"""Lanes of one task: enough for array work to pay, few enough to share between workers."""

WEEK = 7
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Case:
    """One way to ask again.

    Parameters
    ----------
    arm : str
        Arm of the scenario that is changed.
    controls : mapping of str to float
        Path of a control or a day (``levers.X.dose``, ``levers.X.start``) to its value, in the schema's unit; days
        since the start for a day.
    moved : mapping of str to float
        Name of an uncertain input to the probability of its prior at which it is held in every war.
    """

    arm: str
    controls: dict[str, float] = field(default_factory=dict)
    moved: dict[str, float] = field(default_factory=dict)


@dataclass
class Bench:
    """Plays cases.

    Parameters
    ----------
    scenario : Scenario
    names : tuple of str
        The uncertain inputs that a case may move.
    replicates : int
        Wars a case: the first of the scenario's.
    jobs : int
        Worker processes; the result does not depend on it.
    """

    scenario: Scenario
    names: tuple[str, ...]
    replicates: int
    jobs: int = 1

    @property
    def days(self) -> int:
        """How long a war must be played so that the last halt that counts can be seen whole, days."""
        rule = self.scenario.verdict
        needed = ceil(rule.halt_within_days / WEEK) * WEEK + ceil(rule.halt_days / WEEK) * WEEK
        return min(int(self.scenario.run.horizon_days), int(needed))

    def halts(self, cases: Sequence[Case], progress: Progress | None = None) -> Array:
        """Return whether the advance halts in each war of each case, (case, replicate) of 1, 0 or nan."""
        return self.halted(self.calmest(cases, progress))

    def halted(self, calm: Array) -> Array:
        """Return 1 where the mean of the calmest span is slow enough to be a halt, 0 or nan elsewhere."""
        return np.where(np.isnan(calm), np.nan, calm < self.scenario.verdict.halt_rate)

    def calmest(self, cases: Sequence[Case], progress: Progress | None = None) -> Array:
        """Return how near each war of each case comes to a halt, (case, replicate) in km2/day; see `critical_rates`."""
        rows = list(self._each(play_cases, cases, self.days, progress))
        return np.concatenate(rows) if rows else np.zeros((0, self.replicates))

    def ends(self, cases: Sequence[Case], progress: Progress | None = None) -> Ends:
        """Return how the wars of each case stand at the end of the scenario's run."""
        rows = list(self._each(play_ends, cases, int(self.scenario.run.horizon_days), progress))
        both = np.concatenate(rows, axis=1) if rows else np.zeros((2, 0, self.replicates))
        return Ends(both[0], both[1])

    def ground_and_calm(self, cases: Sequence[Case], progress: Progress | None = None) -> tuple[Array, Array]:
        """Return net gain at the end of the scenario's run, km2, and `calmest`, of the same wars: (case, replicate) each."""
        rows = list(self._each(play_ground_and_calm, cases, int(self.scenario.run.horizon_days), progress))
        both = np.concatenate(rows, axis=1) if rows else np.zeros((2, 0, self.replicates))
        return both[0], both[1]

    def _each(
        self, act: Callable[..., Array], cases: Sequence[Case], days: int, progress: Progress | None
    ) -> Iterator[Array]:
        """Yield what `act` returns for the cases, some at a time, in order."""
        together = max(1, LANES_AT_ONCE // self.replicates)
        together = max(1, min(together, ceil(len(cases) / max(self.jobs, 1))))
        groups = [cases[first : first + together] for first in range(0, len(cases), together)]
        for done, rows in enumerate(self._played(act, groups, days), 1):
            yield rows
            if progress is not None:
                progress(done / len(groups))

    def _played(self, act: Callable[..., Array], groups: list[Sequence[Case]], days: int) -> Iterator[Array]:
        if self.jobs <= 1 or len(groups) <= 1:
            yield from (act(self.scenario, self.names, group, self.replicates, days) for group in groups)
            return
        with pool(min(self.jobs, len(groups))) as workers:
            scenario = workers.share(self.scenario)
            tasks = [workers.submit(act, scenario, self.names, group, self.replicates, days) for group in groups]
            yield from in_order(workers, tasks)


@dataclass(frozen=True)
class Ends:
    """How wars stand at the end: the attacker's net gain, km2, and the killed of both sides, person; (case, replicate) each."""

    net_km2: Array
    killed: Array


def play_ends(scenario: Scenario, names: Sequence[str], cases: Sequence[Case], replicates: int, days: int) -> Array:
    """Return net gain and killed of both sides at the end, (2, case, replicate)."""
    record = _played(scenario, names, cases, replicates, days)
    net, killed = record.arrays["net_km2"][-1], add_up(record.arrays["killed"][-1].astype(np.float64))
    return np.stack([net.astype(np.float64), killed]).reshape(2, len(cases), replicates)


def play_cases(scenario: Scenario, names: Sequence[str], cases: Sequence[Case], replicates: int, days: int) -> Array:
    """Return how near each war comes to a halt, (case, replicate) in km2/day; see `critical_rates`."""
    return _calmest(scenario, _played(scenario, names, cases, replicates, days), len(cases), replicates)


def play_ground_and_calm(
    scenario: Scenario, names: Sequence[str], cases: Sequence[Case], replicates: int, days: int
) -> Array:
    """Return net gain at the end, and how near each war comes to a halt: (2, case, replicate)."""
    record = _played(scenario, names, cases, replicates, days)
    net = record.arrays["net_km2"][-1].astype(np.float64).reshape(len(cases), replicates)
    return np.stack([net, _calmest(scenario, record, len(cases), replicates)])


def _calmest(scenario: Scenario, record: Record, cases: int, replicates: int) -> Array:
    rule, seed = scenario.verdict, int(scenario.run.seed)
    replicate = np.tile(np.arange(replicates, dtype=np.int64), cases)
    net = np.moveaxis(record.arrays["net_km2"], 0, -1).astype(np.float64)
    war = np.moveaxis(record.arrays["war"], 0, -1) > 0.5
    thresholds = Thresholds(rule.halt_rate, rule.halt_days, rule.halt_within_days)
    net = as_mapped(net, replicate, rule.map_noise_km2, seed)
    return critical_rates(net, war, record.days.astype(np.float64), thresholds).reshape(cases, replicates)


def _played(scenario: Scenario, names: Sequence[str], cases: Sequence[Case], replicates: int, days: int) -> Record:
    """Return the record of all cases, lane = case * replicates + replicate."""
    from sim.models.campaign import play

    replicate = np.tile(np.arange(replicates, dtype=np.int64), len(cases))
    arms = list(scenario.arms)
    arm = np.repeat(np.array([arms.index(case.arm) for case in cases], dtype=np.int64), replicates)
    parameters = changed(drawn(scenario, names, cases, replicates), cases, replicates)
    base = drawn(scenario, names, cases, replicates, of_base=True)
    noise = Noise(int(scenario.run.seed), replicate)
    return play(parameters, Lanes(arm, replicate), noise, start=scenario.run.start, days=days, base=base)


def drawn(
    scenario: Scenario, names: Sequence[str], cases: Sequence[Case], replicates: int, of_base: bool = False
) -> Tree:
    """Return the parameters of every case, lane = case * replicates + replicate, moved inputs held where they are.

    `of_base` asks for the base arm under the same inputs in place of each case's own.

    Each case gets rows of its own in a table of uniforms, which `draw` takes in place of the posterior.
    """
    every = (*names, *drift_streams(scenario))
    own = uniforms(scenario, every, np.arange(replicates, dtype=np.int64), int(scenario.run.seed))
    table = np.tile(own, (len(cases), 1))
    column = {name: index for index, name in enumerate(names)}
    for number, case in enumerate(cases):
        for name, u in case.moved.items():
            table[number * replicates : (number + 1) * replicates, column[name]] = u
    arms = list(scenario.arms)
    arm = np.repeat(np.array([arms.index(case.arm) for case in cases], dtype=np.int64), replicates)
    rows = Lanes(np.zeros_like(arm) if of_base else arm, np.arange(len(arm), dtype=np.int64))
    return draw(scenario, rows, int(scenario.run.seed), Posterior(every, table, "cases"))


def changed(parameters: Tree, cases: Sequence[Case], replicates: int) -> Tree:
    """Return the parameters with every case's controls put."""
    paths = dict.fromkeys(path for case in cases for path in case.controls)
    for path in paths:
        leaf = parameters
        for name in path.split("."):
            leaf = leaf[name]
        values = np.array(leaf, dtype=np.float64)
        for number, case in enumerate(cases):
            if path in case.controls:
                values[number * replicates : (number + 1) * replicates] = case.controls[path]
        parameters = parameters.replace(path, values)
    return parameters
