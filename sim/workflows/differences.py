"""How the inputs of two scenarios differ: key by key, with the place that sets each and its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.scenario.canonical_text import changes, said
from sim.scenario.scenario import Scenario
from sim.scenario.schema.paths import leaves
from sim.workflows.explain import Chain, chain_of, set_in

SETTINGS = ("run", "verdict")


@dataclass(frozen=True)
class Difference:
    """One key that two scenarios set differently; None where only the other has it.

    A place is ``FILE:LINE:COLUMN``, and empty where a scenario is a stored result's or the key is not written out.
    """

    key: str
    first: Any
    second: Any
    first_source: str = ""
    second_source: str = ""
    first_place: str = ""
    second_place: str = ""


def differences(
    one: Scenario, other: Scenario, chain: Chain | None = None, others: Chain | None = None
) -> tuple[Difference, ...]:
    """Return every setting, number and arm in which two scenarios differ; places where the files are known."""
    found = [*_settings(one, other), *_numbers(one, other), *_arms(one, other)]
    return tuple(
        replace(each, first_place=_place(each.key, chain), second_place=_place(each.key, others)) for each in found
    )


def chain_if_read(path: Path) -> Chain | None:
    """Return the files that a scenario stands on; None for a stored result, which holds its scenario whole."""
    return None if path.is_dir() else chain_of(path)


def _place(key: str, chain: Chain | None) -> str:
    """Return where a key is set, in the file that wins."""
    if chain is None:
        return ""
    outside = key.split(".")[0] in (*SETTINGS, "arms")
    return next(iter(set_in(key if outside else f"world.{key}", chain)), "")


def _settings(one: Scenario, other: Scenario) -> Iterator[Difference]:
    for section in SETTINGS:
        mine, theirs = vars(getattr(one, section)), vars(getattr(other, section))
        for name in mine:
            if mine[name] != theirs[name]:
                yield Difference(f"{section}.{name}", str(mine[name]), str(theirs[name]))


def _numbers(one: Scenario, other: Scenario) -> Iterator[Difference]:
    mine, theirs = (dict(leaves(scenario.world())) for scenario in (one, other))
    sources = [{row.path: row.source for row in scenario.numbers()} for scenario in (one, other)]
    for key in dict.fromkeys((*mine, *theirs)):
        if mine.get(key) != theirs.get(key):
            first, second = (said(found[key]) if key in found else None for found in (mine, theirs))
            yield Difference(key, first, second, sources[0].get(key, ""), sources[1].get(key, ""))


def _arms(one: Scenario, other: Scenario) -> Iterator[Difference]:
    mine, theirs = (
        {name: changes(scenario.world(), world) for name, world in scenario.worlds.items()} for scenario in (one, other)
    )
    for name in dict.fromkeys((*mine, *theirs)):
        if mine.get(name) != theirs.get(name):
            yield Difference(f"arms.{name}", mine.get(name), theirs.get(name))
