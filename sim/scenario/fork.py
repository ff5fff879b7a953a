"""Forking history: the arms of a scenario that has been played, put into force on a later day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sim.foundation.errors import UserError, nearest
from sim.scenario.arms.branches import lineage
from sim.scenario.arms.patch import override_node
from sim.scenario.canonical_text import changes
from sim.scenario.reader import resolve
from sim.scenario.scenario import Arm, Scenario
from sim.scenario.schema.leaves import Knob, Section
from sim.scenario.syntax.nodes import Map, Place, Restated, Scalar, as_node
from sim.scenario.syntax.yaml_text import parse_text


def forked(
    scenario: Scenario, at: dt.date, names: Sequence[str], sets: Mapping[str, Any], follows: str | None = None
) -> Scenario:
    """Return a scenario of one past and several futures: that of the arm followed, and each of `names` from `at` on.

    A lever that an arm pulls, and that is not pulled in the arm followed, begins on that day at the earliest.

    Parameters
    ----------
    scenario : Scenario
        As played.
    at : date
    names : sequence of str
        Arms of the scenario; or one new name, made by `sets`.
    sets : mapping of str to str or number
        Dotted key -> value: what the new arm changes of the arm followed.
    follows : str, optional
        The arm whose past all share; by default the base.

    Raises
    ------
    UserError
        If an arm is not there or there already, the day lies outside the run, or a key leads nowhere.
    """
    past = follows or scenario.base
    _check(scenario, at, names, sets, past)
    found = _resolved(scenario, at, names, sets, past, {})
    begin = {name: _pulled_anew(found.world(past), found.world(name), at) for name in names}
    return _resolved(scenario, at, names, sets, past, begin) if any(begin.values()) else found


def _check(scenario: Scenario, at: dt.date, names: Sequence[str], sets: Mapping[str, Any], past: str) -> None:
    known, run = list(scenario.arms), scenario.run
    among = f"the arms are {', '.join(known)}"
    if past not in known:
        raise UserError([f"--follow {past}: no such arm - {among}{nearest(past, known)}"])
    faults, begun = [], scenario.arms[past].since
    if not run.start < at < run.end:
        faults.append(f"--at {at}: allowed: after the first day, {run.start}, and before the last, {run.end}")
    elif begun is not None and at <= begun:
        faults.append(f"--at {at}: '{past}' is itself in force only from {begun} - fork later")
    if not names:
        faults.append(f"no arm to fork into - name one with --arm; {among}")
    if sets and len(names) > 1:
        faults.append("--set makes one new arm - name one with --arm, and fork again for the others")
    for name in dict.fromkeys(names):
        if sets and name in known:
            faults.append(f"--arm {name}: there is one already - give the arm that --set makes another name")
        elif not sets and name not in known:
            hint = nearest(name, known) or ", or make a new one with --set KEY=VALUE"
            faults.append(f"--arm {name}: no such arm - {among}{hint}")
        elif name in lineage(scenario, past):
            faults.append(f"--arm {name}: it is the past itself, or part of it - fork into another arm")
    if faults:
        raise UserError(faults)


def _resolved(
    scenario: Scenario,
    at: dt.date,
    names: Sequence[str],
    sets: Mapping[str, Any],
    past: str,
    begin: Mapping[str, Sequence[str]],
) -> Scenario:
    """Return the scenario with the past and its futures as arms; `begin` names by arm the levers that begin at `at`."""
    document = parse_text(scenario.text, "the scenario of the result")
    assert isinstance(document, Map)
    arms = document["arms"]
    made = Map({}, arms.place, {})
    for name in dict.fromkeys([scenario.base, *lineage(scenario, past)]):
        made = made.with_item(name, arms[name], arms.place)
    for name in names:
        said = scenario.arms.get(name, Arm(name, ", ".join(f"{key} = {value}" for key, value in sets.items())))
        words = {"label": said.label, "note": said.note, "role": said.role, "since": at.isoformat(), "follows": past}
        node = as_node({key: word for key, word in words.items() if word}, arms.place)
        patch = _patch(scenario, scenario.world(past if sets else name), sets, arms.place)
        for lever in begin.get(name, ()):
            patch = patch.with_item(f"levers.{lever}.start", as_node(at.isoformat(), arms.place), arms.place)
        made = made.with_item(name, node.with_item("patch", patch, arms.place), arms.place)
    found = resolve(document.with_item("arms", made, arms.place), scenario.path, None)
    return dataclasses.replace(found, posterior=scenario.posterior, map=scenario.map, aid_panel=scenario.aid_panel)


def _patch(scenario: Scenario, world: Any, sets: Mapping[str, Any], place: Place) -> Any:
    """Return the patch that makes the base's world into `world`, and puts `sets` on that."""
    patch: Any = as_node(changes(scenario.world(), world), place)
    for key, value in sets.items():
        path = key.removeprefix("world.")
        node, spot = override_node(path, value)
        if path in patch and isinstance(node, Scalar):
            node = Restated(patch[path], node)  # a factor is one on what the past has, not on what the base has
        patch = patch.with_item(path, node, spot)
    return patch


def _pulled_anew(before: Section, after: Section, at: dt.date) -> list[str]:
    """Return the levers that `after` pulls and `before` does not, and that would have begun before the day of the fork."""
    levers: Any = after.levers  # type: ignore[attr-defined]
    found = []
    for name in type(levers).model_fields:
        new, old = getattr(levers, name), getattr(before.levers, name)  # type: ignore[attr-defined]
        if _pulled(new) and not _pulled(old) and new.start.date < at:
            found.append(name)
    return found


def _pulled(lever: Any) -> bool:
    """Return whether a lever does anything: all its doses are nought where it does not."""
    knobs = [getattr(lever, name) for name in type(lever).model_fields]
    return any(knob.value > 0.0 for knob in knobs if isinstance(knob, Knob))
