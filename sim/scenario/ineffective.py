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
from sim.foundation.format import format_number
from sim.foundation.units import DAYS_IN_MONTH
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Day, Knob, Leaf, Number
from sim.scenario.schema.settings import Run, RunSection, VerdictSection
from sim.scenario.syntax.nodes import Map

OFF_DATE = 180
"""Days by which the world may be described for, and a lever start on, another day than the first before it is said."""
ROUNDED = 0.02
"""How far from one shares may add up by rounding."""
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
    found += [*_levers(scenario), *_unchanged(scenario, patches), *_kept_by_arms(scenario, patches)]
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
    """Yield each lever that changes nothing, or other than it seems to, once for all arms in which it is so."""
    found: dict[tuple[Leaf, str], list[str]] = {}
    for arm, world in scenario.worlds.items():
        for name, lever in _branch(world, "levers").items():
            idle = [*_idle(lever, _branch(scenario.world(), "levers")[name], scenario.run)]
            begins = _in_force(scenario, arm, name)
            for leaf, why in idle or [*_begun_before(lever, begins), *_not_delivered(lever, begins, scenario.run.end)]:
                found.setdefault((leaf, f"the lever {name} {why}"), []).append(arm)
    for (leaf, message), arms in found.items():
        yield _said(leaf, f"in the arm{'s' if len(arms) > 1 else ''} {', '.join(arms)} {message}")


def _idle(lever: Any, in_base: Any, run: Run) -> Iterator[tuple[Leaf, str]]:
    """Yield why a lever that is switched on, or changed, does nothing, with the leaf that says so."""
    leaves, untouched = _leaves(lever), _leaves(in_base)
    doses = [leaf for leaf in leaves.values() if isinstance(leaf, Knob) and not leaf.unit]
    changed = [leaf for key, leaf in leaves.items() if leaf != untouched.get(key)]
    start, length = leaves.get("start"), leaves.get("length")
    if doses and not any(dose.value for dose in doses):
        if changed:
            yield changed[0], "is changed, but its dose is 0: it has no effect"
    elif isinstance(start, Day) and start.date >= run.end:
        yield start, f"starts on {start.date}, after the last day: it has no effect"
    elif isinstance(start, Day) and isinstance(length, Number) and (run.start - start.date).days >= _range(length)[1]:
        yield start, f"starts on {start.date} and is over before the first day ({run.start}): it has no effect"


def _in_force(scenario: Scenario, arm: str, name: str) -> date:
    """Return the first day on which a lever that an arm pulls is in force: an arm's past may have pulled it before."""
    one = scenario.arms[arm]
    past = one.follows or scenario.base
    if not one.since or _is_pulled(_leaves(_branch(scenario.world(past), "levers")[name])):
        return _in_force(scenario, past, name) if one.since else scenario.run.start
    return one.since


def _is_pulled(leaves: Mapping[str, Any]) -> bool:
    """Return whether a lever has a dose; a lever of several parts, whether any part has."""
    doses = [leaves["dose"]] if "dose" in leaves else [leaf for leaf in leaves.values() if isinstance(leaf, Knob)]
    return any(dose.value for dose in doses)


def _begun_before(lever: Any, begins: date) -> Iterator[tuple[Leaf, str]]:
    """Yield that a lever which is switched on starts long before the day on which its arm begins."""
    leaves = _leaves(lever)
    start = leaves.get("start")
    if isinstance(start, Day) and _is_pulled(leaves) and (begins - start.date).days > OFF_DATE:
        yield start, f"starts on {start.date}, before the arm begins ({begins}): it is at work from then on"


def _not_delivered(lever: Any, begins: date, end: date) -> Iterator[tuple[Leaf, str]]:
    """Yield that nothing of a delivery arrives within the run, however short its lag, or that its rate is too slow for its sum."""
    leaves = _leaves(lever)
    if not {"dose", "start", "total", "rate", "lag"} <= leaves.keys():  # another instrument
        return
    dose, start, total, rate, lag = (leaves[key] for key in ("dose", "start", "total", "rate", "lag"))
    begun, wanted = max(start.date, begins), dose.value * total.value
    days, soonest = (end - begun).days, _range(lag)[0]
    arrives = rate.value * max(days - lag.value, 0.0) / DAYS_IN_MONTH
    if wanted > 0.0 and days <= soonest:
        yield (
            start,
            f"sends from {begun} on what takes {soonest:.0f} days or more: nothing of it arrives within the run",
        )
    elif wanted > max(12 * rate.value, arrives):  # a short run is no fault of the rate
        sums = [format_number(round(value, 1), None) for value in (wanted, arrives)]
        pace = f"{format_number(rate.value, None)} {rate.unit}"
        yield (
            dose,
            f"amounts to {sums[0]} {total.unit}, of which about {sums[1]} arrive within the run: its rate is {pace}",
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
