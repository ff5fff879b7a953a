"""Inputs that have no effect, or not the one they seem to have: right by the schema, and hardly meant.

A lever that starts after the last day, a front that never opens, shares that do not add up to one: each is said with its
place by `sim validate` and before a run, and nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sim.foundation.errors import Fault
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Day, Knob, Leaf, Number
from sim.scenario.schema.settings import Run, RunSection, VerdictSection
from sim.scenario.syntax.nodes import Map

OFF_DATE = 180
"""Days between the first day and the day that the world is described for, or that a lever starts, beyond which it is said."""
ROUNDED = 0.02
"""How far from one shares may add up by rounding."""
MONTH = 365.25 / 12
"""Days."""
RECORD = 7
"""Days between two records: a milestone so close behind the last day is read from the last record."""

BY_OPTION = "--set "
"""What the place of a number that the command line gives begins with."""

WEAPONS = ("shell_share", "drone_share", "bomb_share", "arms_share")


def notices(
    scenario: Scenario, run: RunSection, verdict: VerdictSection, patches: Mapping[str, Map]
) -> tuple[Fault, ...]:
    """Return what to say of a right scenario, each thing once, at its place.

    Parameters
    ----------
    scenario : Scenario
    run, verdict : RunSection, VerdictSection
        As read, with the places of their leaves.
    patches : mapping of str to Map
        What each arm says that it changes, by dotted path.
    """
    found = [*_start(scenario, run), *_milestones(scenario.run, verdict)]
    for world in scenario.worlds.values():
        found += [*_fronts(world, scenario.run), *_shares(world)]
    found += [
        *_levers(scenario),
        *_part_of_levers(scenario),
        *_unchanged(scenario, patches),
        *_kept_by_arms(scenario, patches),
    ]
    return tuple(dict.fromkeys(found))


def _start(scenario: Scenario, run: RunSection) -> Iterator[Fault]:
    opens = Counter(day.date for day in _openings(scenario.world()).values())
    if not opens:
        return
    described: date = opens.most_common(1)[0][0]
    apart = (scenario.run.start - described).days
    if abs(apart) > OFF_DATE:
        side = "after" if apart > 0 else "before"
        yield _said(
            run.start,
            f"the run starts on {scenario.run.start}, {abs(apart)} days {side} the day that its world is described for"
            f" ({described}, on which most fronts are open)",
        )


def _milestones(run: Run, verdict: VerdictSection) -> Iterator[Fault]:
    for day in verdict.milestones:
        stated = day.place.file is not None
        if stated and not 0 < (day.date - run.start).days < run.horizon_days + RECORD:
            yield _said(day, f"the milestone {day.date} is outside the run ({run.start} to {run.end}): it is left out")


def _fronts(world: Any, run: Run) -> Iterator[Fault]:
    for name, opens in _openings(world).items():
        if opens.date >= run.end:
            yield _said(opens, f"the front {name} opens on {opens.date}, after the last day: nothing happens there")


def _levers(scenario: Scenario) -> Iterator[Fault]:
    """Yield each lever that changes nothing, once for all arms in which it does not."""
    found: dict[tuple[Leaf, str], list[str]] = {}
    for arm, world in scenario.worlds.items():
        for name, lever in _branch(world, "levers").items():
            for leaf, why in _idle(lever, _branch(scenario.world(), "levers")[name], scenario.run):
                found.setdefault((leaf, f"the lever {name} {why}: it has no effect"), []).append(arm)
    for (leaf, message), arms in found.items():
        yield _said(leaf, f"in the arm{'s' if len(arms) > 1 else ''} {', '.join(arms)} {message}")


def _idle(lever: Any, in_base: Any, run: Run) -> Iterator[tuple[Leaf, str]]:
    """Yield why a lever that is switched on, or changed, does nothing, with the leaf that says so."""
    leaves, untouched = _leaves(lever), _leaves(in_base)
    doses = [leaf for leaf in leaves.values() if isinstance(leaf, Knob) and not leaf.unit]
    changed = [leaf for key, leaf in leaves.items() if leaf != untouched.get(key)]
    start = leaves.get("start")
    if doses and not any(dose.value for dose in doses):
        if changed:
            yield changed[0], "is changed, but its dose is 0"
    elif isinstance(start, Day) and start.date >= run.end:
        yield start, f"starts on {start.date}, after the last day"


def _part_of_levers(scenario: Scenario) -> Iterator[Fault]:
    """Yield each lever whose date or rate has it do other, or less, than its dose says; once for all arms."""
    found: dict[str, Leaf] = {}
    for world in scenario.worlds.values():
        for name, lever in _branch(world, "levers").items():
            leaves = _leaves(lever)
            start, dose = leaves.get("start"), leaves.get("dose")
            if not (isinstance(start, Day) and isinstance(dose, Knob) and dose.value) or start.date >= scenario.run.end:
                continue
            if (scenario.run.start - start.date).days > OFF_DATE:
                early = f"starts on {start.date}, before the first day ({scenario.run.start})"
                found.setdefault(f"the lever {name} {early}: it is at work from the first day on", start)
            if {"total", "rate", "lag"} <= leaves.keys() and (slow := _too_slow(dose, leaves, scenario.run)):
                found.setdefault(f"the lever {name} {slow}", dose)
    for message, leaf in found.items():
        yield _said(leaf, message)


def _too_slow(dose: Knob, leaves: Mapping[str, Any], run: Run) -> str:
    """Return what a delivery brings within the run, at its central rate and lag, where it is of more than a year brings."""
    total, rate, lag = (leaves[key] for key in ("total", "rate", "lag"))
    days = (run.end - max(leaves["start"].date, run.start)).days - lag.value
    wanted, arrives = dose.value * total.value, rate.value * max(days, 0.0) / MONTH
    if wanted <= max(12 * rate.value, arrives):
        return ""
    return (
        f"is of {wanted:.3g} {total.unit}, of which about {arrives:.2g} arrive within the run: "
        f"its rate is {rate.value:.2g} {rate.unit}"
    )


def _unchanged(scenario: Scenario, patches: Mapping[str, Map]) -> Iterator[Fault]:
    """Yield every item of an arm's patch that says what holds in its past anyway: in the base, or in the arm it follows."""
    for arm, patch in patches.items():
        past = scenario.arms[arm].follows or scenario.base
        if not patch and patch.place.file is not None and arm != scenario.base and not scenario.arms[arm].since:
            yield patch.place.fault(f"the arm {arm} changes nothing: it is like {past}")
        same = [path for path in patch if _same(_at(scenario.world(past), path), _at(scenario.world(arm), path))]
        for path in same if arm != scenario.base else ():
            spot = patch.spot(path)
            alone = f", and so the arm is like {past}" if len(same) == len(patch) else ""
            if spot.file is not None:
                yield spot.fault(f"in the arm {arm} {path} is what it is in {past}: it changes nothing{alone}")


def _kept_by_arms(scenario: Scenario, patches: Mapping[str, Map]) -> Iterator[Fault]:
    """Yield each change of the base by ``--set`` that arms do not follow, because they state the number themselves."""
    found: dict[str, tuple[Leaf, list[str]]] = {}
    for arm, patch in patches.items():
        for path in patch if arm != scenario.base else ():
            leaf = _at(scenario.world(), path)
            changed = isinstance(leaf, Leaf) and (leaf.place.file or "").startswith(BY_OPTION)
            if changed and not _same(leaf, _at(scenario.world(arm), path)):
                found.setdefault(path.removeprefix("world."), (leaf, []))[1].append(arm)
    for path, (leaf, arms) in found.items():
        others = "the arm {} keeps its" if len(arms) == 1 else "the arms {} keep their"
        yield _said(
            leaf,
            f"changes the base, and {others.format(', '.join(arms))} own: --set arms.{arms[0]}.{path}=VALUE changes an arm",
        )


def _at(world: Any, path: str) -> Any:
    """Return what stands at a dotted path of a read world; None where the path is of several, or leads nowhere."""
    for part in path.removeprefix("world.").split("."):
        if isinstance(world, list):
            world = world[int(part)] if part.isdigit() and int(part) < len(world) else None
        elif world is not None and not isinstance(world, Leaf):
            world = _leaves(world).get(part)
    return world


def _same(one: Any, other: Any) -> bool:
    """Whether two leaves say the same, whoever says it."""
    if isinstance(one, Number) and isinstance(other, Number):
        return (one.value, one.low, one.high, one.law) == (other.value, other.low, other.high, other.law)
    return isinstance(one, Leaf) and one == other


def _shares(world: Any) -> Iterator[Fault]:
    groups = {
        f"allies.{name}.taste": [*_leaves(ally.taste).values()] for name, ally in _branch(world, "allies").items()
    }
    groups["donors.money_use"] = [*_branch(getattr(world, "donors", None), "money_use").values()]
    for name, side in _branch(world, "sides").items():
        groups[f"sides.{name} (of losses)"] = [getattr(side, key) for key in WEAPONS if hasattr(side, key)]
    for path, group in groups.items():
        shares = [leaf for leaf in group if isinstance(leaf, Number)]
        least, most = (sum(ends) for ends in zip(*map(_range, shares), strict=True)) if shares else (1.0, 1.0)
        if not least - ROUNDED <= 1.0 <= most + ROUNDED:
            total = sum(share.value for share in shares)
            yield _said(shares[0], f"the shares of {path} add up to {total:.3g}, not 1: they are divided by their sum")


def _range(share: Number) -> tuple[float, float]:
    """Return the ends between which a share is drawn; a number without a range has it at its value."""
    low, high = share.low, share.high
    return (share.value if low is None else low, share.value if high is None else high)


def _openings(world: Any) -> dict[str, Day]:
    return {name: front.opens for name, front in _branch(world, "fronts").items() if hasattr(front, "opens")}


def _branch(world: Any, name: str) -> Mapping[str, Any]:
    """Return the branches below `name` by name, whether it is a mapping or a section; none if the world has none."""
    return _leaves(getattr(world, name, {}))


def _leaves(branch: Any) -> Mapping[str, Any]:
    if isinstance(branch, Mapping):
        return branch
    return {name: getattr(branch, name) for name in type(branch).model_fields}


def _said(leaf: Leaf, message: str) -> Fault:
    return leaf.place.fault(message)
