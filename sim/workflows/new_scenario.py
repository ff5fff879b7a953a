"""A scenario of one's own to begin with: small, commented, and played in seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiment.naming import sides_of
from sim.foundation.errors import UserError
from sim.foundation.files import write_text
from sim.scenario import read
from sim.scenario.arms.change_sentences import ChangedArm, read_change
from sim.scenario.canonical_text import changes, emit, said
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Day
from sim.scenario.schema.paths import leaves
from sim.scenario.syntax.extends import SHIPPED, shipped
from sim.scenario.syntax.nodes import Map, Place
from sim.scenario.syntax.version import FORMAT
from sim.scenario.syntax.yaml_text import parse_file
from sim.workflows.files import WorkflowResult, writing

FROM = "claim"
REPLICATES = 20
WEEK = dt.timedelta(weeks=1)
LEAST_AFTER, LONGEST = dt.timedelta(weeks=26), dt.timedelta(weeks=104)
ABOUT_ARMS = ("format", "title", "description", "claim_source", "extends", "verdict", "arms", "factorial", "doses")
"""What a file may say that leaves the world as it is in the file that it extends."""

EXAMPLE_FACTOR = 1.5
HEAD = """\
# A scenario of your own: what it stands on, how it is played, and what it compares.
#
#   sim validate {name}     every fault at its line       sim explain KEY {name}   what a number means
#   sim run {name}          play it                       sim list                 names to use
#   sim diff {parent} {name}
#
"""


@dataclass(frozen=True, kw_only=True)
class NewScenario(WorkflowResult):
    """The scenario written, and the sentence that says what to do with it."""

    file: Path
    scenario: Scenario


def new_scenario(file: Path, source: str = FROM, sentences: Sequence[str] = ()) -> NewScenario:
    """Write a small commented scenario that stands on a shipped one.

    Parameters
    ----------
    file : Path
        Must not be there yet.
    source : str
        Name of a shipped scenario, from which levers and arms are taken.
    sentences : sequence of str
        Changes, as `sim.scenario.arms.change_sentences.read_change` reads them; each becomes an arm beside the arm that it
        changes. Without any, the arm with most changes and one number of the defender.

    Raises
    ------
    UserError
        If the file is there, there is no such scenario, a sentence is not understood, or what it asks for is not valid.
    """
    if file.exists() or file.is_symlink():
        raise UserError([f"{file} is there already - name another file, or remove it"])
    name = source.removeprefix(SHIPPED)
    shipped(name, Place())
    scenario = read(f"{SHIPPED}{name}")
    changed = _read_all(sentences, scenario) if sentences else _example(scenario)
    text = _text(file, scenario, name, changed)
    with writing("write to", file):
        write_text(file, text)
    try:
        made = read(file)
    except UserError:
        file.unlink()
        raise
    account = {"file": str(file), "from": f"{SHIPPED}{name}", "extends": f"{SHIPPED}{_parent(name)}",
               "arms": {arm: one.label for arm, one in made.arms.items()},
               "replicates": made.run.replicates, "days": made.run.horizon_days}  # fmt: skip
    return NewScenario(account=account, file=file, scenario=made)


def _read_all(sentences: Sequence[str], scenario: Scenario) -> list[ChangedArm]:
    found, faults = [], []
    for sentence in sentences:
        try:
            found.append(read_change(sentence, scenario))
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)
    return found


def _example(scenario: Scenario) -> list[ChangedArm]:
    """Return what to begin with: more men for the defender, alone and beside the arm with most changes."""
    _, defender = sides_of(scenario)
    more = {f"sides.{defender.id}.intake": f"x {EXAMPLE_FACTOR:g}"}
    patches = _patches(scenario)
    largest = max(patches, key=lambda arm: len(patches[arm]))
    alone = ChangedArm("more_men", f"{EXAMPLE_FACTOR:g} times the recruits", more, scenario.base)
    if largest == scenario.base:
        return [alone]
    label = f"{scenario.arms[largest].label}, and {alone.label}"
    return [alone, ChangedArm(f"{largest}_and_more_men", label, patches[largest] | more, largest)]


def _patches(scenario: Scenario) -> dict[str, dict[str, Any]]:
    return {arm: changes(scenario.world(), world) for arm, world in scenario.worlds.items()}


def _parent(name: str) -> str:
    """Return the shipped scenario to stand on: the highest that has the same world, so that few arms come with it."""
    while True:
        node: Any = parse_file(shipped(name, Place()), name)
        target = node.get("extends")
        if target is None or any(key not in ABOUT_ARMS for key in node):
            return name
        above = (Path(name).parent / target.text).as_posix().removesuffix(".yaml")
        if "world" not in _keys(above):
            return name
        name = above


def _keys(name: str) -> Map:
    node: Map = parse_file(shipped(name, Place()), name)
    return node


def _text(file: Path, scenario: Scenario, name: str, changed: Sequence[ChangedArm]) -> str:
    """Return the whole file."""
    parent = _parent(name)
    above = read(f"{SHIPPED}{parent}")
    title, weeks = "; ".join(one.label for one in changed), _weeks(scenario, changed)
    parts = [
        HEAD.format(name=file.name, parent=f"{SHIPPED}{parent}"),
        emit({"format": FORMAT, "title": title}),
        "\n# All that is not said here is as there; docs/scenarios.md tells how to write it.\n",
        emit({"extends": f"{SHIPPED}{parent}"}),
        f"\n# Each arm is played in the same {REPLICATES} possible worlds: enough for a look; take 200 or more for an answer.\n",
        emit({"run": {"horizon": f"{weeks} week", "replicates": REPLICATES}}),
        *_verdict(scenario, above, weeks),
        "\n# What is compared. The base changes nothing; every other arm is a patch on it: a key of the world and its new value.\n",
        "arms:\n",
        *_arms(scenario, above, changed),
    ]
    return "".join(parts)


def _weeks(scenario: Scenario, changed: Sequence[ChangedArm]) -> int:
    """Return how long to play: as long as the scenario, or long enough to see what begins late."""
    days = [
        dt.date.fromisoformat(value) for one in changed for key, value in one.patch.items() if _is_day(scenario, key)
    ]
    usual = dt.timedelta(days=int(scenario.run.horizon_days))
    needed = max((day - scenario.run.start + LEAST_AFTER for day in days), default=usual)
    return -(-min(max(usual, needed), LONGEST) // WEEK)


def _is_day(scenario: Scenario, key: str) -> bool:
    return isinstance(dict(leaves(scenario.world())).get(key), Day)


def _verdict(scenario: Scenario, above: Scenario, weeks: int) -> Iterator[str]:
    """Yield the thresholds that differ from those of the scenario above; a longer war is shown at its end, too."""
    mine, theirs = dict(vars(scenario.verdict)), vars(above.verdict)
    end = scenario.run.start + weeks * WEEK
    if mine["milestones"] and end > scenario.run.end + WEEK:
        mine["milestones"] = (*mine["milestones"], end)
    differing = {key: value for key, value in mine.items() if value != theirs[key]}
    if "milestones" in differing:
        differing["milestones"] = [day.isoformat() for day in differing["milestones"]]
    if differing:
        yield "\n# What counts as an answer.\n"
        yield emit({"verdict": differing})


def _arms(scenario: Scenario, above: Scenario, changed: Sequence[ChangedArm]) -> Iterator[str]:
    """Yield the base, the arms that are changed, and the changed ones."""
    patches = _patches(scenario)
    arms: dict[str, tuple[str, Mapping[str, Any]]] = {scenario.base: (scenario.arms[scenario.base].label, {})}
    for one in changed:
        if one.reference not in arms:
            arms[one.reference] = (scenario.arms[one.reference].label, patches[one.reference])
        elif one.reference == scenario.base and one.patch and _days_only(scenario, one):
            arms.setdefault(f"{one.name}_reference", (f"{one.label}: as planned", _without_days(scenario, one)))
    for one in changed:
        arms[one.name] = (one.label, one.patch)
    was = {path: said(leaf) for path, leaf in leaves(scenario.world())}
    for arm, (label, patch) in arms.items():
        yield _indented(emit({arm: {"label": label}}))
        if patch:
            yield "    patch:\n"
        for key, value in patch.items():
            line = emit({key: value}).rstrip("\n")
            yield f"      {line}{_comment(was.get(key))}\n"


def _days_only(scenario: Scenario, one: ChangedArm) -> bool:
    """Whether an arm turns a lever on and moves it, while the scenario has no arm with that lever as planned."""
    moved = [_is_day(scenario, key) for key in one.patch]
    return any(moved) and not all(moved)


def _without_days(scenario: Scenario, one: ChangedArm) -> Mapping[str, Any]:
    return {key: value for key, value in one.patch.items() if not _is_day(scenario, key)}


def _comment(value: Any) -> str:
    """Return what the base has at a key, in a few words."""
    if isinstance(value, Mapping):
        if "value" not in value:
            return ""
        value = f"{value['value']:g} {value.get('unit', '')}".rstrip()
    return "" if value is None else f" # base: {value}"


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
