"""Arms with a shared past: which arm's parameters are in force in which lane, stage by stage.

An arm with `since` is in force from that day on; before it, its lanes live by the parameters of the arm that it `follows`
(without one, of the base). Parameters are drawn by replicate and not by arm, so the past is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.foundation.errors import Fault
from sim.foundation.lanes import Lanes, take_lanes
from sim.foundation.tree import Tree
from sim.scenario.schema.paths import unknown
from sim.scenario.schema.settings import Run

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class DrawnStages:
    """Parameters of some lanes from the first day on, and from later days on.

    Parameters
    ----------
    first : Tree
        In force on the first day.
    base : Tree, optional
        Those of the base for the same replicates; None where `first` is the base's in every lane.
    later : tuple of (int, Tree)
        Day since the start, and the parameters of all lanes that are in force from that morning on.
    """

    first: Tree
    base: Tree | None
    later: tuple[tuple[int, Tree], ...]


def branch_faults(arms: Mapping[str, Any], run: Run) -> Iterator[Fault]:
    """Yield what is wrong with `since` and `follows` of a file's arms, in file order."""
    for number, (name, arm) in enumerate(arms.items()):
        earlier = list(arms)[:number]
        yield from _home_faults(name, arm, arms)
        followed = str(arm.follows) or (earlier[0] if earlier else "")
        if arm.since is None:
            if str(arm.follows):
                yield arm.follows.place.fault(
                    "found `follows` without `since` - say from which day the arm is in force"
                )
            continue
        place, since = arm.since.place, arm.since.date
        if not earlier:
            yield place.fault(f"found `since` in '{name}' - the first arm is the base, in force from the first day")
        elif followed not in earlier:
            message = unknown("arm", followed, earlier)
            yield arm.follows.place.fault(f"{message} - an arm follows one that stands before it")
        elif not run.start < since < run.end:
            yield place.fault(
                f"found {since} - allowed: after the first day, {run.start}, and before the last, {run.end}"
            )
        elif arms[followed].since is not None and since <= arms[followed].since.date:
            begun = arms[followed].since.date
            yield place.fault(f"found {since} - '{followed}', which it follows, is itself in force only from {begun}")


def _home_faults(name: str, arm: Any, arms: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with `calibrated_in`: it names an arm that is calibrated in itself, and no fork."""
    home = str(arm.calibrated_in)
    if not home:
        return
    if home not in arms:
        yield arm.calibrated_in.place.fault(unknown("arm", home, list(arms)))
    elif str(arms[home].calibrated_in) not in (home, "") or arms[home].since is not None or arm.since is not None:
        yield arm.calibrated_in.place.fault(
            f"found '{home}' - an arm is calibrated in one that is so in itself, without `since`"
        )


def homes(scenario: Scenario) -> list[int]:
    """Return for each arm which arm's world its first day is read in, by place."""
    names = list(scenario.arms)
    said = [getattr(arm, "calibrated_in", "") for arm in scenario.arms.values()]
    return [names.index(home) if home else 0 for home in said]


def arm_on(scenario: Scenario, name: str, day: int) -> str:
    """Return the arm whose parameters are in force in the arm `name` on a day, counted from the start."""
    while (turn := turn_of(scenario, name)) is not None and day < turn:
        name = scenario.arms[name].follows or scenario.base
    return name


def turn_of(scenario: Scenario, name: str) -> int | None:
    """Return the day since the start from which an arm is in force; None for one that is from the first."""
    since = getattr(scenario.arms[name], "since", None)
    return None if since is None else (since - scenario.run.start).days


def lineage(scenario: Scenario, name: str) -> list[str]:
    """Return the arms whose parameters an arm lives by, one after the other, itself last."""
    found = [name]
    while turn_of(scenario, found[0]) is not None:
        found.insert(0, scenario.arms[found[0]].follows or scenario.base)
    return found


def draw_stages(scenario: Scenario, lanes: Lanes, draw: Callable[[Lanes], Tree]) -> DrawnStages:
    """Return the parameters of `lanes`, stage by stage.

    Parameters
    ----------
    scenario : Scenario
        Its arms, in order, are what `lanes.arm` counts.
    lanes : Lanes
    draw : callable
        From lanes to their parameters, without regard to `since`.
    """
    names = list(scenario.arms)
    played = [names[arm] for arm in np.unique(lanes.arm).tolist()]
    turns = {turn_of(scenario, arm) for name in played for arm in lineage(scenario, name)} - {None}

    def on(day: int) -> Lanes:
        in_force = np.arange(len(names), dtype=np.int64)
        for name in played:
            in_force[names.index(name)] = names.index(arm_on(scenario, name, day))
        return Lanes(in_force[lanes.arm], lanes.replicate)

    first = on(0) if turns else lanes
    of_base = first.of_base(np.array(homes(scenario)))
    later = tuple((day, draw(on(day))) for day in sorted(turn for turn in turns if turn is not None))
    parameters = draw(first)
    if of_base is None:
        return DrawnStages(parameters, None, later)
    drawn = first.find(of_base)  # the base's lanes are among them, where whole replicates are played
    return DrawnStages(parameters, draw(of_base) if drawn is None else take_lanes(parameters, drawn), later)
