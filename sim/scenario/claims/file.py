"""Reading a claim file: every fault at once, each at its place."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault, UserError
from sim.scenario.claims.schema import MAY, NEEDS, NONE, PLAYED, SCALES, ClaimSection, ConditionSection, TestSection
from sim.scenario.schema.leaves import Choice
from sim.scenario.schema.paths import naming_faults, place_of, step, unknown
from sim.scenario.schema.read_number import Reading
from sim.scenario.schema.settings import VerdictSection
from sim.scenario.schema.validation import in_order, validated
from sim.scenario.syntax.extends import SHIPPED, inside, root_of
from sim.scenario.syntax.nodes import Map, Place
from sim.scenario.syntax.version import check_versions
from sim.scenario.syntax.yaml_text import parse_file, read_bytes

_ID = re.compile(r"C\d\d")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_VERDICT = [name for name in VerdictSection.model_fields if name != "milestones"]
_ALWAYS = ("kind", "holds", "counts", "because")


@dataclass(frozen=True)
class Condition:
    """A bound on a measure in one arm, war by war; dates are None where they are not said."""

    metric: str
    arm: str
    above: bool
    threshold: str
    on: date | None = None
    since: date | None = None
    side: str = ""
    goods: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimTest:
    """One thing that must hold if the claim does; see `claim_schema.TestSection` for the fields."""

    kind: str
    condition: Condition
    against: str = ""
    parts: tuple[str, ...] = ()
    given: tuple[Condition, ...] = ()
    table: Path | None = None
    column: str = ""
    noise: Mapping[str, float] = field(default_factory=dict)
    bias: Mapping[str, float] = field(default_factory=dict)
    noise_by: str = ""
    of: str = ""
    than: str = ""
    because: str = ""
    scale: str = "plain"
    counts: bool = True

    @property
    def arms(self) -> tuple[str, ...]:
        """Every arm that must be played for this test."""
        named = (self.condition.arm, self.against, *self.parts, *(one.arm for one in self.given))
        return tuple(dict.fromkeys(name for name in named if name)) if self.kind in PLAYED else ()


@dataclass(frozen=True)
class ClaimFile:
    """A read claim file.

    Parameters
    ----------
    path : Path
        The file.
    id, says, anyway, reversion, caveat, restated, hangs_on : str
    plays : Path, optional
        The scenario it is tested in.
    tests : tuple of ClaimTest
    conditional_on : tuple of str
        Sections of the world or ids of sources.
    arms : Map
        Arms beyond the scenario's, as written.
    node : Map
        The whole file as written, for places of later faults.
    """

    path: Path
    id: str
    says: str
    plays: Path | None
    anyway: str
    tests: tuple[ClaimTest, ...]
    conditional_on: tuple[str, ...]
    reversion: str
    caveat: str
    restated: str
    hangs_on: str
    arms: Map = field(repr=False, compare=False)
    node: Map = field(repr=False, compare=False)

    @property
    def played(self) -> bool:
        """Whether any test needs wars."""
        return any(test.kind in PLAYED for test in self.tests)

    @property
    def needs(self) -> tuple[str, ...]:
        """Every arm that its tests name, the one reported as `anyway` first."""
        names = [self.anyway, *(name for test in self.tests for name in test.arms)] if self.played else []
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def measured(self) -> tuple[str, ...]:
        """Every measure that its tests read of wars."""
        played = [test for test in self.tests if test.kind in PLAYED]
        names = (one.metric for test in played for one in (test.condition, *test.given))
        return tuple(dict.fromkeys(name for name in names if name))

    def place(self, *path: str | int) -> Place:
        """Return where the value at `path` stands in the file."""
        return place_of(self.node, path)


def is_claim_file(path: Path) -> bool:
    """Return whether a YAML file is a claim rather than a scenario: it has `says` and no `world`."""
    try:
        if not re.search(rb"^says:", read_bytes(path, str(path)), re.MULTILINE):
            return False
        node = parse_file(path, str(path))
    except UserError:
        return False
    return "says" in node and "world" not in node


def read_claim(path: str | Path, measures: Collection[str], statistics: Collection[str]) -> ClaimFile:
    """Read and check one claim file by itself; `joining.join` checks it against its scenario.

    Parameters
    ----------
    path : str or Path
    measures : collection of str
        Names that played tests may measure.
    statistics : collection of str
        Names that an observed test may measure.

    Raises
    ------
    UserError
        With every fault found.
    """
    path = Path(path)
    node = parse_file(path, str(path))
    check_versions(node)
    faults: list[Fault] = []
    section: ClaimSection | None = validated(node, ClaimSection, Reading(), faults)
    faults.extend(
        fault for name in node if name != "arms" for fault in naming_faults(step(ClaimSection, name), node[name])
    )
    if section is None:
        raise UserError(in_order(faults))
    _check(section, node, faults, measures, statistics)
    if faults:
        raise UserError(in_order(faults))
    return _claim(section, path, node.get("arms", Map({}, node.place, {})), node)


def _check(
    section: ClaimSection, node: Map, faults: list[Fault], measures: Collection[str], statistics: Collection[str]
) -> None:
    """Put a fault for everything that the schema alone cannot see."""
    if not _ID.fullmatch(section.id.value):
        faults.append(section.id.place.fault(f"found id '{section.id}' - C and two digits, like C07"))
    if not any(option(test.counts) == "yes" for test in section.tests):
        faults.append(node.place.fault("no test in `tests` counts - at least one is needed"))
    for index, test in enumerate(section.tests):
        kind, said = option(test.kind), node["tests"][index]
        for key in NEEDS[kind]:
            if key not in said:
                faults.append(said.place.fault(f"`{key}` is missing - a test of kind '{kind}' needs it"))
        allowed = [*_ALWAYS, *NEEDS[kind], *MAY[kind]]
        for key in said:
            if key not in allowed:
                faults.append(said.spot(key).fault(unknown(f"key of a test of kind '{kind}'", key, allowed)))
        if (scale := option(test.scale)) not in (scales := SCALES.get(kind, ("plain",))):
            faults.append(test.scale.place.fault(unknown(f"scale of a test of kind '{kind}'", scale, list(scales))))
        if kind in PLAYED and not section.plays.value:
            faults.append(said.place.fault(f"a test of kind '{kind}' needs a scenario - say `plays`"))
        names = statistics if kind == "observed" else measures
        if kind in PLAYED or kind == "observed":
            _check_condition(test, names, faults)
        for condition in test.given:
            _check_condition(condition, measures, faults)
        if kind == "input":
            _check_threshold(test.threshold, faults)


def _check_condition(said: TestSection | ConditionSection, names: Collection[str], faults: list[Fault]) -> None:
    """Check the name, side and threshold of a test or a condition."""
    if said.metric.value and said.metric.value not in names:
        faults.append(said.metric.place.fault(unknown("metric", said.metric.value, sorted(names))))
    if said.since.date != NONE and said.on.date != NONE and said.since.date >= said.on.date:
        faults.append(said.since.place.fault(f"found since {said.since.date}, not before on {said.on.date}"))
    _check_threshold(said.threshold, faults)


def _check_threshold(said: Any, faults: list[Fault]) -> None:
    """Check that a threshold is a number or names one of the verdict's."""
    head, _, name = said.value.partition(".")
    if head == "verdict" and name in _VERDICT:
        return
    if not _NUMBER.fullmatch(said.value):
        allowed = ", ".join(f"verdict.{name}" for name in _VERDICT)
        faults.append(said.place.fault(f"found threshold '{said.value}' - a number, or one of {allowed}"))


def _claim(section: ClaimSection, path: Path, arms: Map, node: Map) -> ClaimFile:
    """Return the plain values of a checked file."""
    return ClaimFile(
        path=path,
        id=section.id.value,
        says=section.says.value,
        plays=_beside(path, section.plays) if section.plays.value else None,
        anyway=section.anyway.value,
        tests=tuple(_test(test, path) for test in section.tests),
        conditional_on=tuple(str(name) for name in section.conditional_on),
        reversion=section.reversion.value,
        caveat=section.caveat.value,
        restated=section.restated.value,
        hangs_on=section.hangs_on.value,
        arms=arms,
        node=node,
    )


def _test(said: TestSection, path: Path) -> ClaimTest:
    return ClaimTest(
        kind=option(said.kind),
        condition=_condition(said),
        against=said.against.value,
        parts=tuple(str(name) for name in said.parts),
        given=tuple(_condition(one) for one in said.given),
        table=_beside(path, said.table) if said.table.value else None,
        column=said.column.value,
        noise={name: knob.value for name, knob in said.noise.items()},
        bias={name: knob.value for name, knob in said.bias.items()},
        noise_by=said.noise_by.value,
        of=said.of.value,
        than=said.than.value,
        because=said.because.value,
        scale=option(said.scale),
        counts=option(said.counts) == "yes",
    )


def _condition(said: TestSection | ConditionSection) -> Condition:
    return Condition(
        metric=said.metric.value,
        arm=said.arm.value,
        above=option(said.holds) == "above",
        threshold=said.threshold.value,
        on=None if said.on.date == NONE else said.on.date,
        since=None if said.since.date == NONE else said.since.date,
        side=said.side.value,
        goods=tuple(str(name) for name in said.goods),
    )


def _beside(path: Path, said: Any) -> Path:
    """Return the file that a relative path in a claim file means, shown as the claim file is."""
    found = inside(said.value, path.resolve(), root_of(path.resolve()), said.place)
    return found if said.value.startswith(SHIPPED) else Path(os.path.normpath(path.parent / said.value))


def option(said: Choice) -> str:
    """Return the settled option of a choice."""
    return said.options[said.weights.index(max(said.weights))]
