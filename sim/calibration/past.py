"""The past played again: one run from the first date on, and a branch from every origin.

At each origin the branch is anchored to what had been observed by then - where the front stood and how fast each axis had
moved - and played on, either with the inputs as they turned out or with those known on the day. Nothing observed after an
origin enters its branch.
"""

from __future__ import annotations

import copy
import datetime as dt
import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER
from sim.foundation.tree import Tree
from sim.models.campaign.war import War

WEEK = 7
LEAST_TEMPO, MOST_TEMPO = 0.2, 2.5  # beyond these a count of losses says nothing more of the effort


@dataclass(frozen=True)
class Anchor:
    """What of the observed gains a branch starts from; from the calibration file.

    Parameters
    ----------
    recent_weeks, usual_weeks : int
        Spans whose means are an axis's recent and its usual pace.
    memory_weeks, past_weeks : int
        Spans that the attacker's leadership remembers as its gain of late and of old.
    quiet : float
        km2/day; below it an axis counts as quiet, and a ratio of gains means nothing.
    """

    recent_weeks: int
    usual_weeks: int
    memory_weeks: int
    past_weeks: int
    quiet: float


@dataclass(frozen=True)
class Weeks:
    """Weekly observed net gain by front.

    Parameters
    ----------
    ends : ndarray of datetime64[D], shape (week,)
        Last day of each week.
    gain : ndarray, shape (week, front)
        km2; fronts in the scenario's order, salients as zeros.
    fronts : tuple of str
    stated : ndarray, shape (front,)
        The scenario's central value of each front's usual gain, km2/day.
    """

    ends: npt.NDArray[np.datetime64]
    gain: Array
    fronts: tuple[str, ...]
    stated: Array

    def before(self, day: dt.date, weeks: int) -> Array:
        """Return the last `weeks` weeks that ended on or before `day`, (week, front)."""
        known = self.gain[self.ends <= np.datetime64(day)]
        return known[-weeks:]

    def between(self, start: dt.date, end: dt.date) -> Array:
        """Return the weeks that ended after `start` and not after `end`, (week, front)."""
        inside = (self.ends > np.datetime64(start)) & (self.ends <= np.datetime64(end))
        return self.gain[inside]


@dataclass(frozen=True)
class Branch:
    """One origin's continuation.

    Parameters
    ----------
    origin : datetime.date
    gain : ndarray, shape (week, front, lane)
        Weekly net gain of the attacker, km2.
    casualties : ndarray, shape (week, side, lane)
        Killed and wounded a week.
    """

    origin: dt.date
    gain: Array
    casualties: Array


@dataclass(frozen=True)
class Replay:
    """Branches, and the force of the run that they left: ``force (week, side, lane)`` from the first date."""

    branches: list[Branch]
    force: Array
    casualties: Array


def replay(
    parameters: Tree,
    lanes: Lanes,
    noise: Noise,
    *,
    start: dt.date,
    until: dt.date,
    origins: list[dt.date],
    weeks: int,
    observed: Weeks,
    anchor: Anchor,
    as_expected: bool,
    lost: Callable[[dt.date], Array] | None = None,
) -> Replay:
    """Play from `start` to `until`, branching at every origin for at most `weeks` weeks.

    Parameters
    ----------
    until : datetime.date
        No branch goes beyond it.
    as_expected : bool
        Branches know only the inputs of their origin: dated series stay as they were, but for the drift that the scenario
        gives them, and fronts that opened later stay shut.
    lost : callable, optional
        The attacker's casualties a day of late, as far as they were known on a day, (lane,); tempo follows them at each origin.

    Nothing stated of an input after `until` enters; of a forecast of the day nothing stated after its origin.

    Raises
    ------
    ValueError
        If a forecast of the day is asked for from more than one origin: the way to the later one would know too much.
    """
    if as_expected and len(origins) != 1:
        raise ValueError(f"what was expected is expected on one day, not on {len(origins)}")
    known = origins[0] if as_expected else until
    parameters = frozen(parameters, (known - start).days)
    war = War(parameters, lanes, noise, start)
    last = max([*origins, start]) if as_expected else until
    span = (max(last, *origins) - start).days
    war.keep_record(max(span, (until - start).days))
    branches = []
    for day in range((until - start).days + 1):
        today = start + dt.timedelta(days=day)
        if today in origins:
            if lost is not None and today > start:
                _press(war, lost(today))
            _anchor(war, observed, anchor, today, start)
            branches.append(_branch(war, today, min(weeks, (until - today).days // WEEK), as_expected))
        if today >= last:
            break
        war.step()
    record = war.recorder.record()
    gc.collect()  # a war and its agents know each other: left to itself the collector comes late, and twins are large
    force = record.arrays["force"].astype(np.float64)
    return Replay(branches, force, np.diff(record.arrays["casualties"].astype(np.float64), axis=0))


def as_mapped(weekly: Array, sd: float, noise: Noise, stream: str) -> Array:
    """Return weekly gains as a map with errors would show them: noise of the mapper, not of the war.

    The error sits on the line drawn each week, so that a change over one week is as wrong as one over four.

    Parameters
    ----------
    weekly : ndarray, shape (week, front, lane)
    sd : float
        Sd of the change of all fronts together over any span, km2.
    noise : Noise
    stream : str
        Keys the errors.
    """
    weeks, fronts, _ = weekly.shape
    level = sd / np.sqrt(2.0 * fronts)
    drawn = np.stack([noise.normal(f"map {stream}", week, fronts) for week in range(weeks + 1)]) * level
    return weekly + np.diff(drawn, axis=0)


def _anchor(war: War, observed: Weeks, anchor: Anchor, today: dt.date, start: dt.date) -> None:
    """Set the pace, the line and the memories of gain to what had been observed."""
    theatre = war.state.theatre
    shape = theatre.shift.shape
    recent = observed.before(today, anchor.recent_weeks).mean(axis=0) / WEEK
    usual = np.maximum(observed.before(today, anchor.usual_weeks).mean(axis=0) / WEEK, anchor.quiet)
    scenario = war.state.p.fronts
    salient = scenario.salient > 0.5
    recent_now = np.where(salient, scenario.recent_gain, np.broadcast_to(recent[:, None], shape))
    # the scenario's own uncertainty about the usual pace goes with the observed one
    uncertainty = scenario.usual_gain / observed.stated[:, None]
    usual_now = np.where(salient, scenario.usual_gain, usual[:, None] * uncertainty)
    moved = observed.between(start, today).sum(axis=0)
    length = scenario.length
    theatre.shift = np.where(salient, theatre.shift, moved[:, None] / length)
    total = observed.gain.sum(axis=1)
    known = total[observed.ends <= np.datetime64(today)]
    theatre.gain_memory = np.full(shape[1], known[-anchor.memory_weeks :].mean() / WEEK)
    theatre.gain_past = np.full(shape[1], known[-anchor.past_weeks :].mean() / WEEK)
    war.anchor(recent_now, usual_now)


def _press(war: War, lost: Array) -> None:
    """Set the attacker's tempo to what his losses of late say: they are a line in effort, with a toll where there is none."""
    state = war.state
    force, own = state.theatre.sides[ATTACKER], state.side_p[ATTACKER]
    ratio = lost / np.maximum(add_up(force.strain * state.line(ATTACKER)), 1.0)
    toll = own.quiet_loss / np.maximum(own.attack_loss, 1e-9)
    tempo = np.clip(force.tempo + (ratio - 1.0) * (force.tempo + toll), LEAST_TEMPO, MOST_TEMPO)
    force.effort = force.effort * (tempo / np.maximum(force.tempo, 1e-9))
    force.tempo = tempo
    force.strain, force.permanent = force.strain * ratio, force.permanent * ratio


def _branch(war: War, origin: dt.date, weeks: int, as_expected: bool) -> Branch:
    shared: dict[int, Any] = {id(thing): thing for thing in (war.state.p, war.state.known, war.state.noise)}
    twin: War = copy.deepcopy(war, shared)
    if as_expected:
        opens = war.state.p.fronts.opens
        twin.state.p = war.state.p.replace("fronts.opens", np.where(opens <= war.state.day, opens, np.inf))
    gains, lost, theatre = [], [], twin.state.theatre
    for _ in range(weeks):
        before = [state.casualties for state in theatre.sides]
        start = theatre.net
        for _ in range(WEEK):
            twin.step()
        gains.append(theatre.net - start)
        lost.append(np.stack([s.casualties - b for s, b in zip(theatre.sides, before, strict=True)]))
    shape = (0, *theatre.shift.shape)
    return Branch(
        origin,
        np.stack(gains) if gains else np.zeros(shape),
        np.stack(lost) if lost else np.zeros((0, 2, shape[2])),
    )


def frozen(tree: Tree, day: int) -> Tree:
    """Return the parameters with every dated series as it was known on `day`."""
    return Tree(
        {
            name: frozen(item, day) if isinstance(item, Tree) else item.frozen(day) if hasattr(item, "frozen") else item
            for name, item in tree.items()
        }
    )
